/**
 * The price at which an order would trade now, for controls that measure from it: the far side of the quote, or the last
 * price where nobody quotes.
 */
import type { OrderIntent, Side } from '../orders/order.ts';
import type { Market } from '../sim/market.ts';

/** Money per unit: what is asked for a purchase, what is bid for a sale; `mark` where that side is missing. */
export function farSideOf({ quoted, bid, ask }: Market, side: Side, mark: number): number {
  if (!quoted) return mark;
  const far = side > 0 ? ask : bid;
  return far > 0 ? far : mark;
}

/** What a position of this sign would bring at once: the side of the quote that is worse for it. */
export function cautiousPrice(market: Market, sign: number, mark: number): number {
  if (!market.quoted) return mark;
  const near = sign > 0 ? market.bid : market.ask;
  // Where nobody bids or asks for a moment, what was seen last is no worse a guess than nought, and stops nobody.
  return near > 0 ? near : mark;
}

/** What one unit of an order is paid at if it fills: at its limit, at its stop, or at the far side where the market is. */
export function payablePrice({ side, limit, stop }: Terms, market: Market, mark: number): number {
  const far = farSideOf(market, side, mark);
  if (limit === limit) return side > 0 || limit > far ? limit : far;
  return side > 0 && stop > far ? stop : far;
}

/**
 * What a broker reserves for one unit before an order has filled, which is more: a purchase at its limit, without one 4 %
 * above the ask or the stop (2.5 % from 50 on); a short sale at its limit, or 3 % above the ask where that is more.
 * Source: Alpaca's documentation of buying power and of market and stop orders.
 */
export function reservedPrice({ side, limit, stop }: Terms, market: Market, mark: number): number {
  const ask = farSideOf(market, 1, mark);
  if (side < 0) return limit > ask * SHORT_RESERVE ? limit : ask * SHORT_RESERVE;
  if (limit === limit) return limit;
  const from = stop > ask ? stop : ask;
  return from * (from < 50 ? 1.04 : 1.025);
}

type Terms = Pick<OrderIntent, 'side' | 'limit' | 'stop'>;
const SHORT_RESERVE = 1.03;
