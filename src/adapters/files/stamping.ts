/**
 * From what a row says (a date, a clock time) to when its bar opened and when it was complete.
 *
 * A date means the session of that date: it opens and closes when the instrument's calendar says, early closes and
 * daylight saving included. A date that is no session keeps ordinary hours and is reported.
 */
import type { Calendar } from '../../time/calendar.ts';
import { dayOf, weekdayOf } from '../../time/civil.ts';
import type { SessionCursor } from '../../time/cursor.ts';
import { DAY, MINUTE } from '../../time/instant.ts';
import type { SessionColumns } from '../../time/session.ts';
import type { Zone } from '../../time/zone.ts';
import type { Frame } from './frame.ts';

export interface Stamping {
  readonly frame: Frame;
  readonly calendar: Calendar;
  /** Whose clock the rows' local times are. */
  readonly zone: Zone;
  /** Whether `day` and `clock` are UTC already. */
  readonly zoned: boolean;
  readonly labels: 'start' | 'end';
  /** Daily rows are civil days of `zone`, midnight to midnight, and not sessions. */
  readonly civilDays: boolean;
}

export interface Stamped {
  readonly time: Float64Array;
  readonly openTime: Float64Array;
  /** Rows that lie in no session, by index. */
  readonly offSession: readonly number[];
}

/** Returns the instants of rows; `day` must not be NaN, a missing `clock` counts as midnight. */
export function stampRows(day: Float64Array, clock: Float64Array, stamping: Stamping): Stamped {
  if (stamping.frame.unit === 'intraday') return stampIntraday(day, clock, stamping);
  if (stamping.civilDays) return stampCivilDays(day, stamping);
  return stampSessions(daysOfRows(day, clock, stamping), stamping);
}

/** Returns each row's instant as it is, for quotes and trades. */
export function instantsOfRows(day: Float64Array, clock: Float64Array, zone: Zone, zoned: boolean): Float64Array {
  const at = new Float64Array(day.length);
  const local = new LocalClock(zone);
  for (let i = 0; i < at.length; i++) {
    const time = clock[i] || 0;
    at[i] = zoned ? day[i] * DAY + time : local.instantAt(day[i], time);
  }
  return at;
}

/** Midnight of the market in UTC (`05:00Z`) is the date in the market's zone, not in UTC. */
function daysOfRows(day: Float64Array, clock: Float64Array, { zoned, zone }: Stamping): Float64Array {
  if (!zoned || clock.every((time) => !(time > 0))) return day;
  return day.map((value, i) => zone.dayAt(value * DAY + (clock[i] || 0)));
}

function stampCivilDays(day: Float64Array, { zone }: Stamping): Stamped {
  const local = new LocalClock(zone);
  const openTime = day.map((value) => local.instantAt(value, 0));
  return { openTime, time: day.map((value) => local.instantAt(value + 1, 0)), offSession: [] };
}

function stampSessions(day: Float64Array, { frame, calendar }: Stamping): Stamped {
  const { length } = day;
  const time = new Float64Array(length);
  const openTime = new Float64Array(length);
  const offSession: number[] = [];
  const table = new SessionTable(calendar, day);
  for (let i = 0; i < length; i++) {
    const label = day[i];
    if (frame.unit === 'day') {
      const row = table.rowOf(label);
      if (row >= 0) {
        openTime[i] = table.sessions.openAt[row]!;
        time[i] = table.sessions.closeAt[row]!;
      } else {
        [openTime[i], time[i]] = table.ordinaryHours(label);
        // Before the first and after the last year of a calendar, only weekends are known to be off.
        if (table.covers(label) || weekdayOf(label) % 6 === 0) offSession.push(i);
      }
      continue;
    }
    const [from, to] = frame.unit === 'week' ? weekOf(label) : monthOf(label);
    [openTime[i]] = table.ordinaryOrSession(from, 1, to);
    [, time[i]] = table.ordinaryOrSession(to, -1, from);
  }
  return { time, openTime, offSession };
}

/** Monday to Sunday, as days since 1970. */
function weekOf(day: number): [number, number] {
  const monday = day - ((weekdayOf(day) + 6) % 7);
  return [monday, monday + 6];
}

function monthOf(day: number): [number, number] {
  const date = new Date(day * 86_400_000);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
  return [dayOf(year, month, 1), dayOf(year, month + 1, 0)];
}

function stampIntraday(day: Float64Array, clock: Float64Array, stamping: Stamping): Stamped {
  const { length } = day;
  const micros = stamping.frame.micros ?? MINUTE;
  const openTime = instantsOfRows(day, clock, stamping.zone, stamping.zoned);
  if (stamping.labels === 'end') for (let i = 0; i < length; i++) openTime[i] -= micros;
  const time = new Float64Array(length);
  const offSession: number[] = [];
  const hours = new SessionHours(stamping.calendar);
  let regularOnly = true;
  let crosses = false;
  // Most bars lie in the regular hours of the session of the one before.
  let opensAt = Infinity;
  let closesAt = -Infinity;
  for (let i = 0; i < length; i++) {
    const open = openTime[i];
    time[i] = open + micros;
    if (open >= opensAt && open + micros <= closesAt) continue;
    hours.seek(open + micros - 1);
    opensAt = hours.known ? hours.openAt : Infinity;
    closesAt = hours.closeAt;
    if (hours.known && open >= hours.openAt && open + micros <= hours.closeAt) continue;
    if (hours.known && !(open < hours.closeAt && open + micros > hours.openAt)) regularOnly = false;
    if (open < hours.openAt || open + micros > hours.closeAt) crosses = true;
    if (hours.known && !hours.extendedContains(open, open + micros)) offSession.push(i);
  }
  // Hour bars of a market that opens at half past: the first bar begins with the session, the last ends with it. Only
  // in files without trading before the open or after the close, where a bar holds nothing of it.
  if (regularOnly && crosses) {
    for (let i = 0; i < length; i++) {
      hours.seek(time[i] - 1);
      if (!hours.known) continue;
      if (openTime[i] < hours.openAt && time[i] > hours.openAt) openTime[i] = hours.openAt;
      if (openTime[i] < hours.closeAt && time[i] > hours.closeAt) time[i] = hours.closeAt;
    }
  }
  return { time, openTime, offSession };
}

/** Local times to instants; the offset of a day without a change of clocks is asked once. */
class LocalClock {
  private readonly zone: Zone;
  private day = Number.NaN;
  private offset = Number.NaN;

  constructor(zone: Zone) {
    this.zone = zone;
  }

  instantAt(day: number, clock: number): number {
    if (day !== this.day) {
      this.day = day;
      const before = this.zone.offsetAt(day * DAY - DAY);
      this.offset = before === this.zone.offsetAt(day * DAY + 2 * DAY) ? before : Number.NaN;
    }
    if (Number.isNaN(this.offset)) return this.zone.instantAt(day, clock);
    return day * DAY + clock - this.offset;
  }
}

/** The sessions around a set of days, found by day in one step. */
class SessionTable {
  readonly sessions: SessionColumns;
  private readonly calendar: Calendar;
  private readonly first: number;
  private readonly last: number;
  /** For each day from `first`, the row of the last session on or before it; −1 for none. */
  private readonly latest: Int32Array;

  constructor(calendar: Calendar, days: Float64Array) {
    this.calendar = calendar;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const day of days) {
      if (day < low) low = day;
      if (day > high) high = day;
    }
    this.first = Math.max(low - 40, dayOf(calendar.rules.firstYear, 1, 1));
    this.last = Math.max(this.first - 1, Math.min(high + 40, dayOf(calendar.rules.lastYear, 12, 31)));
    const size = Math.max(0, this.last - this.first + 1) || 0;
    this.sessions = calendar.columns(this.first, size === 0 ? this.first - 1 : this.last);
    this.latest = new Int32Array(size).fill(-1);
    let row = -1;
    for (let i = 0; i < size; i++) {
      if (row + 1 < this.sessions.length && this.sessions.day[row + 1] === this.first + i) row++;
      this.latest[i] = row;
    }
  }

  covers(day: number): boolean {
    return day >= this.first && day <= this.last;
  }

  rowOf(day: number): number {
    if (!this.covers(day)) return -1;
    const row = this.latest[day - this.first];
    return row >= 0 && this.sessions.day[row] === day ? row : -1;
  }

  /** Open and close that a day without a session would have. */
  ordinaryHours(day: number): [number, number] {
    const { open, close } = this.calendar.rules.hours(day);
    return [this.calendar.zone.instantAt(day, open * MINUTE), this.calendar.zone.instantAt(day, close * MINUTE)];
  }

  /** Open and close of the first session found walking from a day in steps of ±1, at most to `to`. */
  ordinaryOrSession(from: number, step: 1 | -1, to: number): [number, number] {
    for (let day = from; step > 0 ? day <= to : day >= to; day += step) {
      const row = this.rowOf(day);
      if (row >= 0) return [this.sessions.openAt[row], this.sessions.closeAt[row]];
      if (!this.covers(day) && weekdayOf(day) % 6 !== 0) return this.ordinaryHours(day);
    }
    return this.ordinaryHours(from);
  }
}

/** The hours of the session at an instant, for rows that mostly follow each other. */
class SessionHours {
  known = false;
  openAt = 0;
  closeAt = 0;
  private preOpenAt = 0;
  private postCloseAt = 0;
  private nextPreOpenAt = 0;
  private from = Number.POSITIVE_INFINITY;
  private to = Number.NEGATIVE_INFINITY;
  private readonly cursor: SessionCursor;
  private readonly firstAt: number;
  private readonly lastAt: number;

  constructor(calendar: Calendar) {
    this.cursor = calendar.cursor();
    const { firstYear, lastYear } = calendar.rules;
    this.firstAt = dayOf(firstYear, 1, 10) * DAY;
    this.lastAt = dayOf(lastYear, 12, 20) * DAY;
  }

  /** Moves to the last session that opened at or before an instant. */
  seek(at: number): void {
    if (at >= this.from && at < this.to) return;
    this.known = at >= this.firstAt && at < this.lastAt;
    if (!this.known) return;
    const { cursor } = this;
    cursor.seek(at);
    this.from = this.openAt = cursor.openAt;
    this.closeAt = cursor.closeAt;
    this.preOpenAt = orElse(cursor.preMarketOpenAt, cursor.openAt);
    this.postCloseAt = orElse(cursor.postMarketCloseAt, cursor.closeAt);
    this.to = cursor.nextOpenAt;
    const { year, row } = cursor.calendar.locate(cursor.index + 1);
    this.nextPreOpenAt = orElse(year.sessions.preMarketOpenAt[row], cursor.nextOpenAt);
  }

  /** Whether any of `from` … `to` lies in this session, its extended hours, or those before the next one. */
  extendedContains(from: number, to: number): boolean {
    return (from < this.postCloseAt && to > this.preOpenAt) || (from < this.to && to > this.nextPreOpenAt);
  }
}

/** Times that a session does not have are NaN. */
function orElse(at: number, other: number): number {
  return Number.isNaN(at) ? other : at;
}
