/**
 * Which bar a price belongs to, by session time: the rule that all aggregation into time bars follows.
 *
 * A bucket holds what happened after its start, up to and including its end: a price at 10:00:00 belongs to the bar
 * that ends at 10:00. Only the first instant of a session belongs to the bucket that starts there. Buckets never cross
 * the open, the close or the break of a session: the last before a close is short if need be.
 */
import type { Calendar } from '../time/calendar.ts';
import { civilOf, dayOf, weekdayOf } from '../time/civil.ts';
import { HOUR } from '../time/instant.ts';
import type { Session } from '../time/session.ts';
import type { TimeFrame } from '../time/time-frame.ts';

export interface BucketOptions {
  readonly timeFrame: TimeFrame;
  readonly calendar: Calendar;
  /** Where intraday buckets start: at the session's open, or at whole multiples on the exchange's clock. */
  readonly anchor: 'session' | 'clock';
  /** Regular hours only, or trading before the open and after the close too. */
  readonly hours: 'regular' | 'all';
}

/** The present bucket: from `start` (not included) to `end` (included), both instants. */
export class TimeBuckets {
  start = Number.POSITIVE_INFINITY;
  end = Number.NEGATIVE_INFINITY;
  private readonly options: BucketOptions;
  /** The span of uninterrupted trading last found. */
  private spanStart = Number.POSITIVE_INFINITY;
  private spanEnd = Number.NEGATIVE_INFINITY;

  constructor(options: BucketOptions) {
    this.options = options;
  }

  /**
   * Moves to the bucket of a row that was made from `openTime` to `time` (the same for a trade or quote). Returns
   * whether there is one: a row outside the hours asked for has none, and the bucket is left as it was.
   */
  find(openTime: number, time: number): boolean {
    return this.options.timeFrame.micros === undefined
      ? this.findDays(openTime, time)
      : this.findIntraday(openTime, time);
  }

  private findIntraday(openTime: number, time: number): boolean {
    // Most buckets follow another one of the same span of trading, so look there before asking the calendar.
    if (!(time > this.spanStart && time <= this.spanEnd) && !this.findSpan(openTime, time)) return false;
    const [from, to] = this.options.anchor === 'session' ? this.fromOpen(this.spanStart, time) : this.onClock(time);
    this.start = Math.max(this.spanStart, from);
    this.end = Math.min(this.spanEnd, to);
    return true;
  }

  private findSpan(openTime: number, time: number): boolean {
    const { calendar } = this.options;
    const index = calendar.sessionIndexAt(time - 1);
    const spans = [...this.spans(calendar.sessionAt(index)), ...this.spans(calendar.sessionAt(index + 1))];
    const span =
      spans.find(([start, end]) => time > start && time <= end) ??
      (openTime === time ? spans.find(([start]) => time === start) : undefined);
    if (span === undefined) return false;
    [this.spanStart, this.spanEnd] = span;
    return true;
  }

  /** The spans of uninterrupted trading of a session that are asked for. */
  private spans(session: Session): (readonly [start: number, end: number])[] {
    const { openAt, closeAt, breakStartAt, breakEndAt, preMarketOpenAt, postMarketCloseAt } = session;
    const regular: (readonly [number, number])[] =
      breakStartAt === undefined || breakEndAt === undefined
        ? [[openAt, closeAt]]
        : [
            [openAt, breakStartAt],
            [breakEndAt, closeAt],
          ];
    if (this.options.hours === 'regular') return regular;
    return [
      ...(preMarketOpenAt === undefined ? [] : [[preMarketOpenAt, openAt] as const]),
      ...regular,
      ...(postMarketCloseAt === undefined ? [] : [[closeAt, postMarketCloseAt] as const]),
    ];
  }

  private fromOpen(start: number, time: number): readonly [number, number] {
    const size = this.options.timeFrame.micros!;
    const number = Math.max(1, Math.ceil((time - start) / size));
    return [start + (number - 1) * size, start + number * size];
  }

  private onClock(time: number): readonly [number, number] {
    const size = this.options.timeFrame.micros!;
    const { zone } = this.options.calendar;
    // The instant before belongs to the same bucket and is never at its start, nor at midnight.
    const clock = zone.clockAt(time - 1);
    const from = Math.floor(clock / size) * size;
    // Clocks change by whole hours, so up to an hour a bucket's length is certain; longer ones follow the clock.
    if (size <= HOUR) return [time - 1 - (clock - from), time - 1 - (clock - from) + size];
    const day = zone.dayAt(time - 1);
    return [zone.instantAt(day, from), zone.instantAt(day, Math.min(24 * HOUR, from + size))];
  }

  private findDays(openTime: number, time: number): boolean {
    const { calendar } = this.options;
    let session = calendar.sessionAt(calendar.sessionIndexAt(time - 1));
    const next = calendar.sessionAt(session.index + 1);
    const end = this.lastOf(session);
    if (time > end && openTime >= end) {
      const [first, isFirstInstant] = [this.firstOf(next), openTime === time];
      if (!(time > first || (isFirstInstant && time === first))) return false;
      session = next;
    }
    const [from, to] = this.sessionsWith(session);
    this.start = this.firstOf(calendar.sessionAt(from));
    this.end = this.lastOf(calendar.sessionAt(to));
    return true;
  }

  private firstOf(session: Session): number {
    return this.options.hours === 'all' ? (session.preMarketOpenAt ?? session.openAt) : session.openAt;
  }

  private lastOf(session: Session): number {
    return this.options.hours === 'all' ? (session.postMarketCloseAt ?? session.closeAt) : session.closeAt;
  }

  /** Numbers of the first and last session of the bucket that holds a session. */
  private sessionsWith({ index, day }: Session): readonly [number, number] {
    const { calendar, timeFrame } = this.options;
    const { count, unit } = timeFrame;
    if (unit === 'd') {
      const from = Math.floor(index / count) * count;
      return [from, from + count - 1];
    }
    const [from, to] = unit === 'w' ? weeks(day, count) : months(day, count);
    return [calendar.indexFromDay(from), calendar.indexFromDay(to) - 1];
  }
}

/** The `count` weeks that hold a day: Monday to Monday, counted from 1970. */
function weeks(day: number, count: number): readonly [number, number] {
  const monday = day - ((weekdayOf(day) + 6) % 7);
  // 1970-01-05 was a Monday, day 4.
  const first = Math.floor((monday - 4) / 7 / count) * 7 * count + 4;
  return [first, first + 7 * count];
}

function months(day: number, count: number): readonly [number, number] {
  const { year, month } = civilOf(day);
  const first = Math.floor((year * 12 + month - 1) / count) * count;
  return [firstDayOf(first), firstDayOf(first + count)];
}

/** The first day of a month counted from the year 0. */
function firstDayOf(month: number): number {
  return dayOf(Math.floor(month / 12), (month % 12) + 1, 1);
}
