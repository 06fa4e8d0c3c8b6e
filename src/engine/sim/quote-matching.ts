/**
 * Orders against quotes and trades: what arrives meets the quote that is in force, what rests meets each new one.
 */
import { toTick } from '../../market/instrument.ts';
import type { Order } from '../orders/order.ts';
import type { MarketHours } from '../ports.ts';
import type { Conventions } from './conventions.ts';
import type { Filling } from './filling.ts';
import type { Market } from './market.ts';
import { stepOf } from './match-bar.ts';
import { matchQuote, matchTrade } from './match-quote.ts';
import { farSide, honestOptions, type QuoteFillModel } from './option-models.ts';
import { isAuction, isOnce } from './queue.ts';
import { lastInLine } from './queue-models.ts';
import { isLive, type WorkingOrders } from './working-orders.ts';

export class QuoteMatching {
  private readonly conventions: Conventions;
  /** Whether it matters where in the queue an order stands: who is last in line need not be followed. */
  private readonly queues: boolean;
  private readonly filling: Filling;
  private readonly orders: WorkingOrders;
  private readonly hours: readonly MarketHours[];
  /** Only where options fill at another price than the far side. */
  private readonly optionFills: QuoteFillModel | undefined;
  private readonly ignoresSizes: boolean;

  constructor(conventions: Conventions, filling: Filling, orders: WorkingOrders, hours: readonly MarketHours[]) {
    this.conventions = conventions;
    this.queues = conventions.queue !== lastInLine;
    this.filling = filling;
    this.orders = orders;
    this.hours = hours;
    const { fills, ignoresSizes = false } = conventions.options ?? honestOptions;
    this.ignoresSizes = ignoresSizes;
    this.optionFills = fills === farSide ? undefined : fills;
  }

  /** A new order meets the quote that is in force. */
  arrive(order: Order, market: Market, at: number): void {
    // A quote of another session says nothing about this one: the order waits for the next.
    const hours = this.hours[market.index];
    if (hours.closeAfter(market.quotedAt) !== hours.closeAfter(at)) return;
    order.rested = true;
    const price = this.matchMarket(order, market, at, true);
    if (price === price) this.takeQuote(order, market, price, at, false);
    if (this.queues && isLive(order)) this.queue(order, market);
  }

  /** A new quote meets everything that rests in its market. */
  matchQuotes(market: Market, at: number): void {
    if (!this.trades(market, at)) return;
    const { bid, ask } = market;
    // One side may be missing; a fill lies between those that are there.
    const low = bid < ask || ask !== ask ? bid : ask;
    const high = bid > ask || ask !== ask ? bid : ask;
    for (const order of this.queues ? market.working.slice() : market.touched(low, high)) {
      if (order.activeAt > at || !isLive(order) || stepOf(order) === 'close' || order.type === 'combo') continue;
      const arriving = !order.rested;
      order.rested = true;
      const price = this.matchMarket(order, market, at, arriving);
      if (price === price) this.takeQuote(order, market, price, at, order.type === 'limit' && !arriving);
      if (this.queues && isLive(order)) this.queue(order, market);
      const far = order.side > 0 ? market.ask : market.bid;
      const missedOpen = isAuction(order) && far === far;
      if ((isOnce(order) || missedOpen) && isLive(order)) this.orders.end(order, 'cancel', 'time-in-force', at);
    }
    market.watchAll();
  }

  /** Whether the market is in session; its closing quote still is. */
  private trades(market: Market, at: number): boolean {
    const hours = this.hours[market.index];
    return hours.isOpen(at) || hours.closeAfter(at) === at;
  }

  /** Against the quote of the market; options by the model of the conventions. */
  private matchMarket(order: Order, market: Market, at: number, arriving: boolean): number {
    const { optionFills } = this;
    if (optionFills === undefined || market.instrument.option === undefined) {
      return this.matchOnQuote(order, market.bid, market.ask, at, arriving);
    }
    const model = optionFills.price(order.side, market, at - order.activeAt);
    const price = toTick(market.instrument, model, order.side > 0 ? 'up' : 'down');
    return order.side > 0
      ? this.matchOnQuote(order, market.bid, price, at, arriving)
      : this.matchOnQuote(order, price, market.ask, at, arriving);
  }

  private matchOnQuote(order: Order, bid: number, ask: number, at: number, arriving: boolean): number {
    const wasTriggered = order.triggered;
    const price = matchQuote(order, bid, ask, arriving);
    if (order.triggered && !wasTriggered) this.orders.trigger(order, at);
    return price;
  }

  /** A trade on the tape meets what rests. */
  matchTrades(market: Market, at: number, price: number, size: number): void {
    let left = Math.floor(size * market.scale);
    for (const order of this.queues ? market.working.slice() : market.touched(price, price)) {
      if (order.activeAt > at || !isLive(order) || order.type === 'combo') continue;
      const arriving = !order.rested;
      order.rested = true;
      const through = market.printed ? this.matchPrint(order, price, at, arriving) : matchTrade(order, price);
      // A trade at the limit serves those ahead first; one beyond it serves everybody.
      const isAt = this.queues && through !== through && restsAt(order, price);
      const reach = isAt ? Math.floor(this.served(order, size) * market.scale) : left;
      const found = isAt && reach > 0 ? price : through;
      const here = Math.min(left, reach);
      if (found === found && here > 0 && !(order.timeInForce === 'FOK' && order.remainingUnits > here)) {
        const units = order.fraction === order.fraction ? Infinity : Math.min(order.remainingUnits, here);
        const before = order.filledUnits;
        this.filling.withoutBar(market);
        this.filling.fill(order, market, units, found, at, order.type === 'limit' && !arriving);
        left -= order.filledUnits - before;
      }
      if (isOnce(order) && isLive(order)) this.orders.end(order, 'cancel', 'time-in-force', at);
    }
    market.printLeft = left / market.scale;
    market.watchAll();
  }

  /** Where nothing but trades is known, a trade is what both sides of a quote would be; a limit must be traded through. */
  private matchPrint(order: Order, price: number, at: number, arriving: boolean): number {
    const found = this.matchOnQuote(order, price, price, at, arriving);
    const touched = order.type === 'limit' && price === order.limit && this.conventions.limits === 'penetrate';
    return touched ? Number.NaN : found;
  }

  /** Places a resting limit in the queue at its price, or moves it up as the quote shows. */
  private queue(order: Order, market: Market): void {
    if (!restsAt(order, order.limit)) return;
    const { queue } = this.conventions;
    const { side, limit, ahead } = order;
    const near = side > 0 ? market.bid : market.ask;
    order.aheadCut = 0;
    if (near === limit) {
      const shown = side > 0 ? market.bidSize : market.askSize;
      order.ahead = ahead === ahead ? queue.moves(ahead, shown) : queue.joins(shown);
      if (ahead - order.ahead < Infinity) order.aheadCut = ahead - order.ahead;
    } else if (side * near < side * limit) {
      // Nobody quotes a price as good as this one.
      order.ahead = queue.joins(0);
    }
  }

  /** How much of a trade at its limit reaches an order, in units of the instrument, when those ahead have been served. */
  private served(order: Order, size: number): number {
    if (order.ahead !== order.ahead) order.ahead = this.conventions.queue.joins(Number.NaN);
    // What the last quote took away may be this very trade, told later.
    const twice = Math.min(size, order.aheadCut);
    order.aheadCut -= twice;
    const rest = size - twice;
    const reach = rest - order.ahead;
    order.ahead = Math.max(0, order.ahead - rest);
    return reach;
  }

  /** The close of a session that is quoted: orders for it fill at the quote that is in force, or end. */
  close(market: Market, at: number): void {
    for (const order of market.working.slice()) {
      if (!isLive(order) || order.activeAt > at || stepOf(order) !== 'close') continue;
      const price = matchQuote(order, market.bid, market.ask, true);
      if (price === price) this.takeQuote(order, market, price, at, false);
      if (isLive(order)) this.orders.end(order, 'cancel', 'time-in-force', at);
    }
  }

  /**
   * Takes what the quote shows. A market order that wants more than is shown fills its rest one tick worse; a limit
   * order keeps its rest working.
   */
  private takeQuote(order: Order, market: Market, price: number, at: number, maker: boolean): void {
    const scale = market.scale;
    const wanted = order.fraction === order.fraction ? Infinity : order.remainingUnits;
    const size = order.side > 0 ? market.askSize : market.bidSize;
    const isAny = this.ignoresSizes && market.instrument.option !== undefined;
    // A quote without a size shows that there is a price, not how much of it.
    const shown = size === size && !isAny && wanted !== Infinity ? Math.floor(size * scale) : Infinity;
    this.filling.withoutBar(market);
    if (order.timeInForce === 'FOK' && wanted > shown) return;
    const first = Math.min(wanted, shown);
    if (first > 0) {
      const before = order.filledUnits;
      this.filling.fill(order, market, first, price, at, maker);
      const taken = (order.filledUnits - before) / scale;
      if (order.side > 0) market.askSize = Math.max(0, market.askSize - taken);
      else market.bidSize = Math.max(0, market.bidSize - taken);
    }
    const sweeps =
      order.type === 'market' ||
      order.type === 'stop' ||
      order.type === 'market-if-touched' ||
      order.type === 'trailing-stop';
    if (isLive(order) && sweeps && wanted !== Infinity && order.timeInForce !== 'IOC') {
      const worse = price + order.side * market.stepAt(price);
      this.filling.fill(order, market, order.remainingUnits, worse, at, false);
    }
  }
}

/** Whether the order rests as a limit at this price. */
function restsAt(order: Order, price: number): boolean {
  const { type } = order;
  const isLimit = type === 'limit' || (order.triggered && (type === 'stop-limit' || type === 'limit-if-touched'));
  return isLimit && price === order.limit;
}
