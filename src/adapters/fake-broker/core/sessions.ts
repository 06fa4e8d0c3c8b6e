/**
 * The hours of the market that the broker keeps: which phase an instant lies in, and the instants at which something is
 * due (open, close, end of the extended session, the morning at which the night's bookings show).
 */
import { calendar } from '../../../time/calendars.ts';
import { formatDay } from '../../../time/civil.ts';
import type { Session } from '../../../time/session.ts';
import { localDay, localInstant } from './random-ids.ts';

export type Phase = 'closed' | 'pre' | 'core' | 'post';

const MARKET = calendar('XNYS');
const [PRE_OPEN, POST_CLOSE] = [4 * 60, 20 * 60];

/** Minutes after midnight in New York between which orders for the open and for the close are not taken. */
const OPENING_ORDERS_UNTIL = 9 * 60 + 28;
const CLOSING_ORDERS_BEFORE_CLOSE = 10;
const AUCTION_ORDERS_FROM = 19 * 60;

export interface TradingDay {
  readonly session: Session;
  readonly preOpenAt: number;
  readonly openAt: number;
  readonly closeAt: number;
  /** End of the extended session: four hours after the close. */
  readonly postCloseAt: number;
}

let recent: TradingDay | undefined;

/** Returns the trading day of a session. */
export function tradingDay(session: Session): TradingDay {
  if (recent?.session.index === session.index) return recent;
  const post = session.isEarlyClose ? 17 * 60 : POST_CLOSE;
  recent = {
    session,
    preOpenAt: localInstant(session.day, PRE_OPEN),
    openAt: session.openAt,
    closeAt: session.closeAt,
    postCloseAt: localInstant(session.day, post),
  };
  return recent;
}

/** Returns the trading day on whose New York date an instant lies, if that is one. */
export function dayAt(at: number): TradingDay | undefined {
  const session = MARKET.session(localDay(at));
  return session === undefined ? undefined : tradingDay(session);
}

/** Returns the first trading day whose extended session ends after an instant. */
export function currentOrNextDay(at: number): TradingDay {
  const today = dayAt(at);
  return today !== undefined && at < today.postCloseAt ? today : nextDay(localDay(at));
}

/** Returns the first trading day after a date (days since 1970). */
export function nextDay(day: number): TradingDay {
  return tradingDay(MARKET.sessionAt(MARKET.indexFromDay(day + 1)));
}

export function previousDay(day: number): TradingDay {
  return tradingDay(MARKET.sessionAt(MARKET.indexFromDay(day) - 1));
}

export function isTradingDay(day: number): boolean {
  return MARKET.isSession(day);
}

export function sessionsBetween(from: number, to: number): Session[] {
  return MARKET.sessions(from, to);
}

export function phaseAt(at: number): Phase {
  const day = dayAt(at);
  if (day === undefined || at < day.preOpenAt || at >= day.postCloseAt) return 'closed';
  if (at < day.openAt) return 'pre';
  return at < day.closeAt ? 'core' : 'post';
}

export function nextOpen(at: number): number {
  return MARKET.nextOpen(at);
}

export function nextClose(at: number): number {
  return MARKET.nextClose(at);
}

/** Whether orders for the opening auction are refused now (9:28 to 19:00 New York). */
export function isTooLateForOpen(at: number): boolean {
  const day = dayAt(at);
  if (day === undefined) return false;
  const from = localInstant(day.session.day, OPENING_ORDERS_UNTIL);
  return at >= from && at < localInstant(day.session.day, AUCTION_ORDERS_FROM);
}

/** Whether orders for the closing auction are refused now (ten minutes before the close to 19:00 New York). */
export function isTooLateForClose(at: number): boolean {
  const day = dayAt(at);
  if (day === undefined) return false;
  const from = day.closeAt - CLOSING_ORDERS_BEFORE_CLOSE * 60_000_000;
  return at >= from && at < localInstant(day.session.day, AUCTION_ORDERS_FROM);
}

/** The trade date after next settles: one trading day later. */
export function settlementDate(day: number): string {
  return formatDay(nextDay(day).session.day);
}
