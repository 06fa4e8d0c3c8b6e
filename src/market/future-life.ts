/**
 * When a future ends: with the close of its last session.
 *
 * Many contracts stop in the morning of that day; then nothing trades until the close, and the last price is still theirs.
 */
import type { Calendar } from '../time/calendar.ts';
import { formatDay, parseDay } from '../time/civil.ts';
import { DAY } from '../time/instant.ts';
import type { Instrument } from './instrument.ts';

export interface FutureLife {
  /** The last session in which it trades, `YYYY-MM-DD`. */
  readonly lastTradingDate: string;
  readonly opensAt: number;
  /** First instant at which it trades no longer: the close of that session. */
  readonly tradesUntil: number;
  /** Whether the date in its terms is no session: then the last one before it is meant. */
  readonly isMoved: boolean;
}

/**
 * Returns the life of a future by the calendar it trades on; `undefined` for what does not end: other instruments, and
 * continuous futures, which have no expiry. Without a calendar, and in years that it does not know, days end at midnight UTC.
 */
export function futureLife({ future }: Instrument, calendar: Calendar | undefined): FutureLife | undefined {
  if (future === undefined || future.expiry === '') return undefined;
  const day = parseDay(future.expiry);
  const year = Number(future.expiry.slice(0, 4));
  if (calendar === undefined || year < calendar.rules.firstYear || year > calendar.rules.lastYear) {
    return { lastTradingDate: future.expiry, opensAt: day * DAY, tradesUntil: (day + 1) * DAY, isMoved: false };
  }
  const own = calendar.session(day) ?? calendar.sessionAt(calendar.indexFromDay(day) - 1);
  return {
    lastTradingDate: own.date,
    opensAt: own.openAt,
    tradesUntil: own.closeAt,
    isMoved: own.date !== formatDay(day),
  };
}
