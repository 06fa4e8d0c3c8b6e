/**
 * The price at which an order would trade now, for controls that measure from it: the far side of the quote, or the last
 * price where nobody quotes.
 */
import type { Side } from '../orders/order.ts';
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
