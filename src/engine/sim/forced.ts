/**
 * What a broker gets when it closes positions itself: the price and the costs of a market order, and no more of the
 * market than a market order would find there.
 */
import type { Side } from '../orders/order.ts';
import type { ForcedOrders } from '../ports.ts';
import type { Conventions } from './conventions.ts';
import type { Filling } from './filling.ts';
import type { Market } from './market.ts';
import { honestOptions } from './option-models.ts';

export class Forced implements ForcedOrders {
  private readonly conventions: Conventions;
  private readonly filling: Filling;

  constructor(conventions: Conventions, filling: Filling) {
    this.conventions = conventions;
    this.filling = filling;
  }

  /** See `ForcedOrders.price`. Beyond the size that a quote shows, one step worse, as for any market order. */
  price(market: Market, side: Side, quantity: number): number {
    const near = market.quoted ? (side > 0 ? market.ask : market.bid) : market.last;
    const isBeyond = market.quoted && this.shown(market, side) === 0;
    const price = isBeyond ? near + side * market.stepAt(near) : near;
    // Below a bid of nothing nobody buys.
    if (!(price > 0 || price === near)) return Number.NaN;
    this.describe(market, side, quantity, price);
    return price === price ? this.filling.slipped(side, market, price) : price;
  }

  /** See `ForcedOrders.fee`. */
  fee(market: Market, side: Side, quantity: number, price: number): number {
    this.describe(market, side, quantity, price);
    return this.conventions.fees.fee(this.filling.context);
  }

  /**
   * See `ForcedOrders.room`: the size that a quote shows, and any amount once that is taken; of a trade, where trades
   * are all there is, what orders left of it; of a bar, what the volume cap leaves of it to all our orders together.
   */
  room(market: Market, side: Side): number {
    if (market.quoted) return this.shown(market, side) || Infinity;
    const { scale, lotUnits } = market;
    if (market.printed) return (Math.floor((market.printLeft * scale) / lotUnits) * lotUnits) / scale;
    if (market.volumeAt !== market.lastAt) {
      market.volumeLeft = this.filling.volumeLimit(market, market.bar?.volume ?? Number.NaN, market.lastAt);
      market.volumeAt = market.lastAt;
    }
    return Math.max(0, market.volumeLeft) / scale;
  }

  /** A forced order took `quantity` units; what it took of a bar, its booking has counted already. */
  took(market: Market, side: Side, quantity: number): void {
    if (market.printed) market.printLeft = Math.max(0, market.printLeft - quantity);
    else if (side > 0) market.askSize = Math.max(0, market.askSize - quantity);
    else market.bidSize = Math.max(0, market.bidSize - quantity);
  }

  /** Whole lots that the far side of the quote still shows; Infinity where a quote has no size, or sizes do not count. */
  private shown({ bidSize, askSize, scale, lotUnits, instrument }: Market, side: Side): number {
    const size = side > 0 ? askSize : bidSize;
    const isAny = instrument.option !== undefined && (this.conventions.options ?? honestOptions).ignoresSizes === true;
    return size !== size || isAny ? Infinity : (Math.floor((size * scale) / lotUnits) * lotUnits) / scale;
  }

  /** Tells models about a fill that no order of a strategy asks for. */
  private describe(market: Market, side: Side, quantity: number, price: number): void {
    const { context } = this.filling;
    this.filling.withoutBar(market);
    if (!market.quoted && market.bar !== undefined) {
      context.high = market.bar.high;
      context.low = market.bar.low;
      context.volume = market.bar.volume;
    }
    context.instrument = market.instrument;
    context.side = side;
    context.maker = false;
    context.opening = false;
    context.quantity = quantity;
    context.price = price;
    context.quantityBefore = 0;
    context.valueBefore = 0;
  }
}
