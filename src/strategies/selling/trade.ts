/**
 * What the parts of a seller share: what it sees, what it holds, how its orders work, and the money of one decision.
 */
import type { Context } from '../../engine/strategy/strategy.ts';
import { parseDay } from '../../time/civil.ts';
import { tradeDateOf } from '../../market/option/chain-at.ts';
import { sayOpening } from '../../market/option/opening.ts';
import type { Book, Right } from './book.ts';
import type { Candidate } from './contract-filter.ts';
import { judgeEquity, type EquityRule } from './equity-filter.ts';
import { judgeEvents, type Events } from './events.ts';
import type { Closes, Look } from './look.ts';
import type { Outcome } from './outcome.ts';
import type { GeneralParameters } from './parameters.ts';
import type { Refusals } from './refusals.ts';
import type { Rounds } from './rounds.ts';
import type { Reading } from './volatility.ts';
import type { Working } from './working.ts';

export interface Trade {
  readonly context: Context;
  readonly of: GeneralParameters;
  readonly look: Look;
  readonly book: Book;
  readonly rounds: Rounds;
  readonly working: Working;
  readonly underlyings: readonly string[];
  readonly equityRules: readonly EquityRule[];
  readonly events: Events;
  readonly refusals: Refusals;
  /** Whether every contract is to be judged, for a scan, even where nothing can be sold. */
  readonly isObserved: boolean;
}

/** The money of one decision. */
export interface Money {
  readonly reading: Reading;
  /** What the strategy may commit when all is deployed. */
  readonly capital: number;
  readonly share: number;
  readonly deployable: number;
  readonly committed: number;
  /** What is left of it; goes down with every order. */
  available: number;
  /** Why nothing new is begun, or nothing. */
  readonly closed: string | undefined;
}

/** Writes what was decided into the journal, and returns it. */
export function say({ context }: Trade, symbol: string, text: string): string {
  context.note(`${symbol}: ${text}`);
  return text;
}

/** Asks what is asked of an underlying before anything new is begun on it. */
export function judgeUnderlying(trade: Trade, symbol: string, history: Closes): Outcome[] {
  const { events, of, context, look, equityRules } = trade;
  const { price } = look.asset(symbol);
  const outcomes = [...judgeCap(price, of.priceMax), ...judgeEquity(equityRules, history.closes, price, of)];
  if (events.days.length === 0 && events.known.length === 0) return outcomes;
  return [judgeEvents(events, symbol, parseDay(tradeDateOf(context.now())), of.eventDays), ...outcomes];
}

/** The highest price that an underlying may have, where there is one. */
function judgeCap(price: number, max: number): Outcome[] {
  if (max === 0) return [];
  const isLow = price <= max;
  const text = `price ${Number(price.toPrecision(6))} is ${isLow ? 'at most' : 'above'} ${max}`;
  return [{ rule: 'priceMax', outcome: isLow ? 'pass' : 'fail', value: price, max, text }];
}

/** Underlyings of which shares are held, or are being bought. */
export function holdings({ underlyings, look }: Trade): string[] {
  return underlyings.filter((symbol) => {
    const { position, orders } = look.asset(symbol);
    return !position.isFlat || orders.length > 0;
  });
}

/** Sells a candidate to open and writes it into the book; how many could be sent. */
export function sellToOpen(
  trade: Trade,
  right: Right,
  { contract, delta, days, premiumDays, premiumPerDay, dailyReturn }: Candidate,
  quantity: number,
  why: string,
  { level }: Reading,
): { readonly quantity: number; readonly reason: string } {
  const { symbol } = contract.instrument;
  const { strike, underlying, expiry } = contract.terms;
  const { price } = trade.look.asset(underlying);
  const opening = sayOpening({ delta, days, premium: contract.bid!, underlying: price, volatility: level });
  const reason = `${why}: ${opening}, ${premiumPerDay.toFixed(4)} a day, ${(100 * dailyReturn).toFixed(3)} % of the strike`;
  const order = trade.working.sell(symbol, quantity, reason);
  if (order === undefined) return { quantity: 0, reason: 'the order was not taken: see the entry before' };
  const entry = { symbol, underlying, right, expiry, strike, days, premiumDays, delta, price, volatility: level };
  trade.book.sent(entry, order, quantity);
  return { quantity, reason };
}
