/**
 * A trading calendar: when a market is open, answered from tables that are built once per year of need.
 *
 * Questions take and give instants (microseconds since 1970). In a loop over time, use a cursor: as long as time stays
 * in one session, a question costs two comparisons. Outside the years its rules know, a calendar does not guess.
 */
import { Fault } from '../base/fault.ts';
import { lastAtOrBelow } from '../base/search.ts';
import { civilOf, formatDay, parseDay, weekdayOf } from './civil.ts';
import { SessionCursor } from './cursor.ts';
import { DAY, formatInstant, MINUTE, type Instant } from './instant.ts';
import { daysOfYear, type CalendarRules, type Hours } from './rules.ts';
import { allocateSessions, type Session, type SessionColumns } from './session.ts';
import { zone, type Zone } from './zone.ts';

interface Year {
  /** Number of sessions in the years before. */
  readonly firstIndex: number;
  readonly sessions: SessionColumns;
}

export class Calendar {
  readonly rules: CalendarRules;
  /** The exchange's own clock. */
  readonly zone: Zone;
  private readonly years = new Map<number, Year>();
  private readonly dayLists = new Map<number, Int32Array>();
  /** `counts[i]` is the number of sessions before the year `firstYear + i`. */
  private readonly counts: number[] = [0];
  /** The latest answers, which are mostly the next ones too: a year's table, and the session of a span of time. */
  private recentYear: Year | undefined;
  private recentIndex = -1;
  private recentFrom = Number.POSITIVE_INFINITY;
  private recentUntil = Number.NEGATIVE_INFINITY;

  constructor(rules: CalendarRules) {
    this.rules = rules;
    this.zone = zone(rules.zone);
  }

  get name(): string {
    return this.rules.name;
  }

  /** Whether there is a session on a trade date (`YYYY-MM-DD`, or days since 1970). */
  isSession(date: string | number): boolean {
    return this.rowOf(toDay(date)) !== undefined;
  }

  /** Returns the session of a trade date, or `undefined` where there is none. */
  session(date: string | number): Session | undefined {
    const index = this.rowOf(toDay(date));
    return index === undefined ? undefined : this.sessionAt(index);
  }

  /** Returns the sessions from the first to the last trade date, both included. */
  sessions(from: string | number, to: string | number): Session[] {
    const sessions: Session[] = [];
    const end = this.indexFromDay(toDay(to) + 1);
    for (let index = this.indexFromDay(toDay(from)); index < end; index++) sessions.push(this.sessionAt(index));
    return sessions;
  }

  /** Returns the same as `sessions`, as columns. */
  columns(from: string | number, to: string | number): SessionColumns {
    const first = this.indexFromDay(toDay(from));
    const columns = allocateSessions(Math.max(0, this.indexFromDay(toDay(to) + 1) - first));
    for (let i = 0; i < columns.length; i++) {
      const { year, row } = this.locate(first + i);
      copyRow(year.sessions, row, columns, i);
    }
    return columns;
  }

  /** Returns the session in whose hours an instant lies, its break included (`openAt <= at < closeAt`). */
  sessionOf(at: number): Session | undefined {
    const session = this.sessionAt(this.sessionIndexAt(at));
    return at < session.closeAt ? session : undefined;
  }

  /** Returns the number of the last session that has opened at or before an instant: the present or the latest one. */
  sessionIndexAt(at: number): number {
    if (at >= this.recentFrom && at < this.recentUntil) return this.recentIndex;
    const { year: utcYear } = civilOf(Math.floor(at / DAY));
    // The first session of a year may open in the last hours of the year before.
    for (let number = utcYear + 1; number >= utcYear - 1; number--) {
      if (number < this.rules.firstYear || number > this.rules.lastYear) continue;
      const { sessions, firstIndex } = this.year(number);
      const row = lastAtOrBelow(sessions.openAt, at);
      if (row < 0) continue;
      this.recentFrom = sessions.openAt[row];
      this.recentUntil = row + 1 < sessions.length ? sessions.openAt[row + 1] : sessions.closeAt[row];
      this.recentIndex = firstIndex + row;
      return this.recentIndex;
    }
    throw this.outOfRange(formatInstant(at));
  }

  /** Returns a session by its number. */
  sessionAt(index: number): Session {
    const { year, row } = this.locate(index);
    return toSession(year.sessions, row, index);
  }

  /** Whether the market trades at an instant: within a session's regular hours and not in its break. */
  isOpen(at: number): boolean {
    const { year, row } = this.locate(this.sessionIndexAt(at));
    const { closeAt, breakStartAt, breakEndAt } = year.sessions;
    return at < closeAt[row] && !(at >= breakStartAt[row] && at < breakEndAt[row]);
  }

  /** Whether the market trades at an instant, hours before the open and after the close included. */
  isOpenExtended(at: number): boolean {
    const index = this.sessionIndexAt(at);
    const session = this.sessionAt(index);
    if (at < (session.postMarketCloseAt ?? session.closeAt))
      return session.breakStartAt === undefined || this.isOpen(at);
    const { preMarketOpenAt } = this.sessionAt(index + 1);
    return preMarketOpenAt !== undefined && at >= preMarketOpenAt;
  }

  /** Returns the first open of a session after an instant. */
  nextOpen(at: number): Instant {
    return this.sessionAt(this.sessionIndexAt(at) + 1).openAt;
  }

  /** Returns the first close of a session after an instant. */
  nextClose(at: number): Instant {
    const index = this.sessionIndexAt(at);
    const { closeAt } = this.sessionAt(index);
    return closeAt > at ? closeAt : this.sessionAt(index + 1).closeAt;
  }

  /** Returns the last open of a session before an instant. */
  previousOpen(at: number): Instant {
    const index = this.sessionIndexAt(at);
    const { openAt } = this.sessionAt(index);
    return openAt < at ? openAt : this.sessionAt(index - 1).openAt;
  }

  /** Returns the last close of a session before an instant. */
  previousClose(at: number): Instant {
    const index = this.sessionIndexAt(at);
    const { closeAt } = this.sessionAt(index);
    return closeAt < at ? closeAt : this.sessionAt(index - 1).closeAt;
  }

  /** Returns the number of the first session whose trade date is `day` (days since 1970) or later. */
  indexFromDay(day: number): number {
    const { year: number } = civilOf(day);
    if (number > this.rules.lastYear) return this.countBefore(this.rules.lastYear + 1);
    const row = lastAtOrBelow(this.days(number), day - 1);
    return this.countBefore(number) + row + 1;
  }

  /** Returns a cursor: the fast way to ask about instants that mostly grow. */
  cursor(): SessionCursor {
    return new SessionCursor(this);
  }

  /** Returns the table and row of a session number, for who walks the columns. */
  locate(index: number): { readonly year: Year; readonly row: number } {
    const recent = this.recentYear;
    if (recent !== undefined && index >= recent.firstIndex && index < recent.firstIndex + recent.sessions.length) {
      return { year: recent, row: index - recent.firstIndex };
    }
    if (index < 0) throw this.outOfRange(`session ${index}`);
    // A market has at most 366 sessions a year, so the guess is never too late.
    let number = this.rules.firstYear + Math.floor(index / 366);
    while (this.countBefore(number + 1) <= index) number++;
    const year = this.year(number);
    this.recentYear = year;
    return { year, row: index - year.firstIndex };
  }

  private rowOf(day: number): number | undefined {
    const { year } = civilOf(day);
    const days = this.days(year);
    const row = lastAtOrBelow(days, day);
    return row >= 0 && days[row] === day ? this.countBefore(year) + row : undefined;
  }

  private countBefore(year: number): number {
    const { counts } = this;
    while (counts.length <= year - this.rules.firstYear) {
      counts.push(counts.at(-1)! + this.countOf(this.rules.firstYear + counts.length - 1));
    }
    return counts[year - this.rules.firstYear];
  }

  /** How many trade dates a year has, without a list of them. */
  private countOf(year: number): number {
    const listed = this.dayLists.get(year);
    if (listed !== undefined) return listed.length;
    this.checkYear(year);
    const { trades, holidays } = this.rules;
    const [first, last] = daysOfYear(year);
    const isOpen = (day: number): boolean => day >= first && day <= last && trades(weekdayOf(day));
    let count = 0;
    for (let day = first; day < first + 7; day++) {
      if (isOpen(day)) count += Math.floor((last - day) / 7) + 1;
    }
    for (const day of new Set(holidays(year))) if (isOpen(day)) count--;
    return count;
  }

  /** The trade dates of a year. */
  private days(year: number): Int32Array {
    let days = this.dayLists.get(year);
    if (days === undefined) {
      this.checkYear(year);
      const closed = new Set(this.rules.holidays(year));
      const [first, last] = daysOfYear(year);
      const open: number[] = [];
      for (let day = first; day <= last; day++) {
        if (this.rules.trades(weekdayOf(day)) && !closed.has(day)) open.push(day);
      }
      days = Int32Array.from(open);
      this.dayLists.set(year, days);
    }
    return days;
  }

  private checkYear(year: number): void {
    if (year < this.rules.firstYear || year > this.rules.lastYear) throw this.outOfRange(String(year));
  }

  private year(number: number): Year {
    let year = this.years.get(number);
    if (year === undefined) {
      year = { firstIndex: this.countBefore(number), sessions: this.build(number) };
      this.years.set(number, year);
    }
    return year;
  }

  private build(year: number): SessionColumns {
    const days = this.days(year);
    const early = new Map(this.rules.earlyCloses(year));
    const columns = allocateSessions(days.length);
    for (const [row, day] of days.entries()) {
      const short = early.get(day);
      const hours = this.rules.hours(day);
      this.fill(columns, row, day, short === undefined ? hours : { ...hours, ...short });
      columns.isEarlyClose[row] = short === undefined ? 0 : 1;
    }
    return columns;
  }

  private fill(columns: SessionColumns, row: number, day: number, hours: Hours): void {
    const instant = (minutes: number): Instant => this.zone.instantAt(day, minutes * MINUTE);
    columns.day[row] = day;
    columns.openAt[row] = instant(hours.open);
    columns.closeAt[row] = instant(hours.close);
    const { breakStart, breakEnd, preMarketOpen, postMarketClose } = hours;
    // A day that ends by the time of its break has none.
    if (breakStart !== undefined && breakEnd !== undefined && hours.close > breakStart) {
      columns.breakStartAt[row] = instant(breakStart);
      columns.breakEndAt[row] = instant(breakEnd);
    }
    if (preMarketOpen !== undefined) columns.preMarketOpenAt[row] = instant(preMarketOpen);
    if (postMarketClose !== undefined) columns.postMarketCloseAt[row] = instant(postMarketClose);
  }

  private outOfRange(what: string): Fault {
    const { name, firstYear, lastYear } = this.rules;
    return new Fault(
      'calendar.out-of-range',
      `calendar ${name} knows the years ${firstYear} to ${lastYear}, not ${what}`,
    );
  }
}

function toDay(date: string | number): number {
  return typeof date === 'number' ? date : parseDay(date);
}

function toSession(columns: SessionColumns, row: number, index: number): Session {
  const time = (column: Float64Array): Instant => column[row] as Instant;
  return {
    index,
    date: formatDay(columns.day[row]),
    day: columns.day[row],
    openAt: time(columns.openAt),
    closeAt: time(columns.closeAt),
    isEarlyClose: columns.isEarlyClose[row] === 1,
    ...(Number.isNaN(columns.breakStartAt[row])
      ? {}
      : { breakStartAt: time(columns.breakStartAt), breakEndAt: time(columns.breakEndAt) }),
    ...(Number.isNaN(columns.preMarketOpenAt[row]) ? {} : { preMarketOpenAt: time(columns.preMarketOpenAt) }),
    ...(Number.isNaN(columns.postMarketCloseAt[row]) ? {} : { postMarketCloseAt: time(columns.postMarketCloseAt) }),
  };
}

function copyRow(from: SessionColumns, row: number, to: SessionColumns, target: number): void {
  to.day[target] = from.day[row]!;
  to.openAt[target] = from.openAt[row]!;
  to.closeAt[target] = from.closeAt[row]!;
  to.breakStartAt[target] = from.breakStartAt[row]!;
  to.breakEndAt[target] = from.breakEndAt[row]!;
  to.preMarketOpenAt[target] = from.preMarketOpenAt[row]!;
  to.postMarketCloseAt[target] = from.postMarketCloseAt[row]!;
  to.isEarlyClose[target] = from.isEarlyClose[row]!;
}
