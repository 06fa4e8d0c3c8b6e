/**
 * Where a market is in its calendar, for loops: as long as time stays in one session, asking costs two comparisons.
 *
 * ```ts
 * const cursor = calendar('XNYS').cursor();
 * for (const at of times) {
 *   if (cursor.seek(at)) startOfSession(cursor.day);
 *   if (cursor.isOpenAt(at)) …
 * }
 * ```
 */
import type { Calendar } from './calendar.ts';

/** The present session: the last one that opened at or before the instant sought. Times are instants, NaN if none. */
export class SessionCursor {
  readonly calendar: Calendar;
  /** The session's number in its calendar; −1 before the first `seek`. */
  index = -1;
  /** Trade date, days since 1970. */
  day = 0;
  openAt = Number.POSITIVE_INFINITY;
  closeAt = Number.NEGATIVE_INFINITY;
  breakStartAt = Number.NaN;
  breakEndAt = Number.NaN;
  preMarketOpenAt = Number.NaN;
  postMarketCloseAt = Number.NaN;
  isEarlyClose = false;
  /** When the session after this one opens. */
  nextOpenAt = Number.NEGATIVE_INFINITY;

  constructor(calendar: Calendar) {
    this.calendar = calendar;
  }

  /** Moves to the last session that opened at or before `at`; returns whether that is another one than before. */
  seek(at: number): boolean {
    if (at >= this.openAt && at < this.nextOpenAt) return false;
    const index = at >= this.nextOpenAt && this.index >= 0 ? this.indexAfter(at) : this.calendar.sessionIndexAt(at);
    this.moveTo(index);
    return true;
  }

  /** Whether the market trades at `at`, in regular hours. Seek first. */
  isOpenAt(at: number): boolean {
    return at < this.closeAt && at >= this.openAt && !(at >= this.breakStartAt && at < this.breakEndAt);
  }

  /** Moves to a session by its number. */
  moveTo(index: number): void {
    const { year, row } = this.calendar.locate(index);
    const { sessions } = year;
    this.index = index;
    this.day = sessions.day[row]!;
    this.openAt = sessions.openAt[row]!;
    this.closeAt = sessions.closeAt[row]!;
    this.breakStartAt = sessions.breakStartAt[row]!;
    this.breakEndAt = sessions.breakEndAt[row]!;
    this.preMarketOpenAt = sessions.preMarketOpenAt[row]!;
    this.postMarketCloseAt = sessions.postMarketCloseAt[row]!;
    this.isEarlyClose = sessions.isEarlyClose[row] === 1;
    this.nextOpenAt = this.openOf(index + 1);
  }

  /** Most moves are to the very next session: look there before searching. */
  private indexAfter(at: number): number {
    const next = this.index + 1;
    return at < this.openOf(next + 1) ? next : this.calendar.sessionIndexAt(at);
  }

  private openOf(index: number): number {
    const { year, row } = this.calendar.locate(index);
    return year.sessions.openAt[row];
  }
}
