/**
 * Which day a session is of: today's, or none where today has no session or it is over.
 */
import type { Calendar } from '../../time/calendar.ts';
import type { Session } from '../../time/session.ts';

/** Returns today's session while it is not over; with `isNext` the next one otherwise. */
export function sessionDay(market: Calendar, now: number, isNext: boolean): Session | undefined {
  const today = market.session(market.zone.dayAt(now));
  if (today !== undefined && now < today.closeAt) return today;
  return isNext ? market.sessionOf(market.nextOpen(now)) : undefined;
}
