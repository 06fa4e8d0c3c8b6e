/**
 * Dates without a clock: a day is a whole number of days since 1970-01-01, so that date arithmetic is addition.
 *
 * Calendars and schedules count in days; people read `YYYY-MM-DD`. All of it is the Gregorian calendar, in no zone.
 */
import { assert } from '../base/assert.ts';
import { Fault, show } from '../base/fault.ts';

/** 0 is Sunday … 6 is Saturday. */
export const SUNDAY = 0;
export const MONDAY = 1;
export const TUESDAY = 2;
export const WEDNESDAY = 3;
export const THURSDAY = 4;
export const FRIDAY = 5;
export const SATURDAY = 6;

const MILLIS_PER_DAY = 86_400_000;

export interface CivilDate {
  readonly year: number;
  /** 1 … 12 */
  readonly month: number;
  /** 1 … 31 */
  readonly day: number;
}

/** Returns the day of a year, month (1 … 12) and day of the month; days beyond the month run into the next. */
export function dayOf(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / MILLIS_PER_DAY;
}

/** Returns year, month and day of the month of a day. */
export function civilOf(day: number): CivilDate {
  const date = new Date(day * MILLIS_PER_DAY);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Returns 0 (Sunday) … 6 (Saturday). */
export function weekdayOf(day: number): number {
  const weekday = (day + 4) % 7;
  return weekday < 0 ? weekday + 7 : weekday;
}

/** Parses `YYYY-MM-DD`; any other text, or a day that does not exist, is a `Fault`. */
export function parseDay(text: string): number {
  const known = DAYS.get(text);
  if (known !== undefined) return known;
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const day = match === null ? Number.NaN : dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
  if (Number.isNaN(day) || formatDay(day) !== text) {
    throw new Fault('time.bad-date', `a date must be an existing day as YYYY-MM-DD, was ${show(text)}`);
  }
  return day;
}

/** `2024-03-01` */
export function formatDay(day: number): string {
  let text = DATES.get(day);
  if (text !== undefined) return text;
  text = new Date(day * MILLIS_PER_DAY).toISOString().slice(0, 10);
  // A part of a day has a date, and is not the day that the date means.
  if (!Number.isInteger(day)) return text;
  // A century of days; whoever asks for more of them begins anew.
  if (DATES.size >= DATES_MAX) for (const known of [DATES, DAYS]) known.clear();
  DATES.set(day, text);
  DAYS.set(text, day);
  return text;
}

/** Days and their dates as they were written: chains ask for the same few thousands by the million. */
const DATES = new Map<number, string>();
const DAYS = new Map<string, number>();
const DATES_MAX = 40_000;

/** Returns the `n`-th `weekday` of a month (1 is the first), or counted from the end when `n` is negative. */
export function nthWeekday(year: number, month: number, weekday: number, n: number): number {
  assert(n !== 0 && Math.abs(n) <= 5, () => `n must be 1…5 or −1…−5, was ${n}`);
  if (n > 0) {
    const first = dayOf(year, month, 1);
    return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1);
  }
  const last = dayOf(year, month + 1, 0);
  return last - ((weekdayOf(last) - weekday + 7) % 7) + 7 * (n + 1);
}

/** Returns Easter Sunday of the Western churches (the anonymous Gregorian algorithm; Meeus, Astronomical Algorithms). */
export function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = b >> 2;
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const m = Math.floor((a + 11 * h) / 319);
  const r = (2 * e + 2 * (c >> 2) - (c % 4) - h + m + 32) % 7;
  const month = Math.floor((h - m + r + 90) / 25);
  const day = (h - m + r + month + 19) % 32;
  return dayOf(year, month, day);
}
