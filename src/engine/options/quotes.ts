/**
 * A quote of an option, as the engine takes it: no bid is a bid of nought and not a price, and crossed sides are none.
 */
import type { Market } from '../sim/market.ts';
import { honestOptions, type OptionConventions } from '../sim/option-models.ts';

/** Puts a quote into the market of an option, and returns its mark; NaN leaves the one before. */
export function takeOptionQuote(
  market: Market,
  bid: number,
  ask: number,
  before: number,
  { marks }: OptionConventions = honestOptions,
): number {
  const isCrossed = bid > ask;
  const isBid = bid > 0 && !isCrossed;
  const isAsk = ask > 0 && !isCrossed;
  market.bid = isBid ? bid : Number.NaN;
  market.ask = isAsk ? ask : Number.NaN;
  if (isBid) market.seenBid = bid;
  if (isAsk) market.seenAsk = ask;
  if (isBid && isAsk) return (bid + ask) / 2;
  return isBid || isAsk ? marks.oneSided(market, before) : Number.NaN;
}
