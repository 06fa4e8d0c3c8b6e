/**
 * A quote of an option, as the engine takes it: no bid is a bid of nought and not a price, crossed sides are none, and
 * neither is a side beyond what the contract can ever be worth.
 */
import type { Market } from '../sim/market.ts';
import { honestOptions, type OptionConventions } from '../sim/option-models.ts';
import type { Contract } from './book.ts';

/** An ask may be so many times the most that a contract can be worth: wide quotes are quotes, stubs are not. */
const STUB_FROM = 2;

/** Puts a quote into the market of an option, and returns its mark; NaN leaves the one before. */
export function takeOptionQuote(
  market: Market,
  bid: number,
  ask: number,
  before: number,
  most: number,
  { marks, takesAbsurd = false }: OptionConventions = honestOptions,
): number {
  const isCrossed = bid > ask;
  // Where the most is not known, which is NaN, nothing is beyond it.
  const isHigh = !takesAbsurd && bid > most;
  const isStub = !takesAbsurd && (ask > STUB_FROM * most || ask === Infinity);
  const isBid = bid > 0 && !isCrossed && !isHigh;
  const isAsk = ask > 0 && !isCrossed && !isStub;
  if (isHigh || isStub) market.absurd++;
  market.bid = isBid ? bid : Number.NaN;
  market.ask = isAsk ? ask : Number.NaN;
  if (isBid) market.seenBid = bid;
  if (isAsk) market.seenAsk = ask;
  if (isBid && isAsk) return (bid + ask) / 2;
  return isBid || isAsk ? marks.oneSided(market, before) : Number.NaN;
}

/** The most that a contract can be worth per point: a put its strike, a call what it delivers at `spot`. */
export function mostWorth({ terms, strike, shares, cash, multiplier }: Contract, spot: number): number {
  return terms.right === 'put' ? strike : (shares * spot + cash) / multiplier;
}
