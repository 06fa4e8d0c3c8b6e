/**
 * The words in which an exchange describes its days: opening hours, and the days that are not as usual.
 *
 * An exchange is a `CalendarRules` value; `Calendar` turns it into tables. Times are minutes after midnight of the
 * session's date, on the exchange's own clock: −420 is 17:00 the evening before.
 */
import { civilOf, dayOf, FRIDAY, MONDAY, parseDay, SATURDAY, SUNDAY, weekdayOf } from './civil.ts';

/** Minutes after midnight of the session's date, exchange time. */
export interface Hours {
  readonly open: number;
  readonly close: number;
  readonly breakStart?: number;
  readonly breakEnd?: number;
  /** Start of trading before the open, end of trading after the close, where there is any. */
  readonly preMarketOpen?: number;
  readonly postMarketClose?: number;
}

export interface CalendarRules {
  /** The ISO 10383 market code, or the name the field uses. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** In words, for lists and documentation. */
  readonly title: string;
  /** IANA name of the exchange's clock. */
  readonly zone: string;
  /** First and last year for which the rules are known. */
  readonly firstYear: number;
  readonly lastYear: number;
  /** Whether the market has sessions on this day of the week (0 is Sunday). */
  readonly trades: (weekday: number) => boolean;
  /** Days of the year without a session; days that would have none anyway may be among them. */
  readonly holidays: (year: number) => Iterable<number>;
  /** Ordinary hours on that day, as they were in force then. */
  readonly hours: (day: number) => Hours;
  /** Days of the year whose close is not the ordinary one: minutes of the close (and what goes with it). */
  readonly earlyCloses: (year: number) => Iterable<readonly [day: number, hours: Partial<Hours>]>;
}

/** Monday to Friday. */
export function onWeekdays(weekday: number): boolean {
  return weekday >= MONDAY && weekday <= FRIDAY;
}

/** Minutes after midnight of a wall-clock time: `at(9, 30)` is 570. */
export function at(hour: number, minute = 0): number {
  return hour * 60 + minute;
}

/** A holiday on a weekend is kept on the nearest weekday: Saturday's on Friday, Sunday's on Monday. */
export function nearestWeekday(day: number): number {
  const weekday = weekdayOf(day);
  return weekday === SATURDAY ? day - 1 : weekday === SUNDAY ? day + 1 : day;
}

/** A holiday on a Sunday is kept on Monday; one on a Saturday is not kept. */
export function sundayToMonday(day: number): number {
  return weekdayOf(day) === SUNDAY ? day + 1 : day;
}

/** A holiday on a weekend is kept on the Monday after. */
export function weekendToMonday(day: number): number {
  const weekday = weekdayOf(day);
  return weekday === SATURDAY ? day + 2 : weekday === SUNDAY ? day + 1 : day;
}

/** Sorts single days, written as `YYYY-MM-DD`, by year. */
export function daysByYear(...dates: readonly string[]): Map<number, number[]> {
  const years = new Map<number, number[]>();
  for (const date of dates) {
    const day = parseDay(date);
    const { year } = civilOf(day);
    const days = years.get(year);
    if (days === undefined) years.set(year, [day]);
    else days.push(day);
  }
  return years;
}

/** First and last day of a year. */
export function daysOfYear(year: number): readonly [first: number, last: number] {
  return [dayOf(year, 1, 1), dayOf(year, 12, 31)];
}
