/**
 * The simulated venue: orders rest here, market events meet them, fills come out.
 *
 * It owns no rule of its own: where an order fills is `match-bar` and `match-quote`, what it costs are the models of
 * the conventions. It keeps the queues, the volume that is left, and the order of things inside one event.
 */
import { listOf } from '../../base/list.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { Approved } from '../gate/gate.ts';
import { ENTRY, type Journal } from '../journal/journal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { EVENT, nextStatus } from '../orders/order-state.ts';
import type { Order } from '../orders/order.ts';
import { alwaysOpen, type DeckVenue, type MarketHours, type OrderChange } from '../ports.ts';
import type { Settlement } from './settlement.ts';
import type { Conventions } from './conventions.ts';
import { auctionHours, isOffHours } from '../feeds/hours.ts';
import { AtOnce } from './at-once.ts';
import { Filling } from './filling.ts';
import { Forced } from './forced.ts';
import { Market } from './market.ts';
import { closingFirst, isAuction, isFillForward, isOnce } from './queue.ts';
import { Moment } from './moment.ts';
import { isLive, WorkingOrders, type VenueListener } from './working-orders.ts';
import { isAtOpen, matchBar, stepOf } from './match-bar.ts';
import { stepFor, stepsOf } from './match-steps.ts';
import type { Package } from '../orders/package.ts';
import { PackageMatching } from './package-matching.ts';
import { QuoteMatching } from './quote-matching.ts';

export class SimulatedVenue implements DeckVenue {
  readonly markets: readonly Market[];
  readonly conventions: Conventions;
  readonly filling: Filling;
  readonly slippage: Float64Array;
  readonly orders: WorkingOrders;
  readonly settlement: Settlement | undefined;
  private readonly ledger: Ledger;
  private readonly journal: Journal;
  private readonly hours: readonly MarketHours[];
  private readonly moment = new Moment();
  private readonly quotes: QuoteMatching;
  readonly packages: PackageMatching;
  readonly forcedOrders: Forced;
  /** Only where orders can fill the moment they come. */
  private readonly atOnce: AtOnce | undefined;

  constructor(
    instruments: readonly Instrument[],
    conventions: Conventions,
    ledger: Ledger,
    journal: Journal,
    listener: VenueListener,
    hours?: readonly MarketHours[],
  ) {
    this.markets = listOf(instruments, (instrument, index) => new Market(index, instrument));
    this.conventions = conventions;
    this.ledger = ledger;
    this.journal = journal;
    this.hours = hours ?? listOf(instruments, () => alwaysOpen);
    this.orders = new WorkingOrders(this.markets, conventions, journal, listener, this.moment);
    this.filling = new Filling(instruments, conventions, ledger, journal, listener, this.orders, this.hours);
    this.settlement = this.filling.settlement;
    this.slippage = this.filling.slippage;
    this.forcedOrders = new Forced(conventions, this.filling);
    this.quotes = new QuoteMatching(conventions, this.filling, this.orders, this.hours);
    const { markets, filling, orders, forcedOrders: forced } = this;
    this.atOnce = AtOnce.of(conventions, ledger, journal, listener, filling, orders, this.moment);
    const { collateral } = filling;
    this.packages = new PackageMatching({
      markets,
      hours: this.hours,
      conventions,
      filling,
      forced,
      orders,
      collateral,
    });
  }

  /** The venue's clock; the deck sets it before strategies act. */
  setNow(now: number): void {
    this.moment.now = now;
  }

  send(order: Approved): void {
    const market = this.markets[order.instrument];
    if (this.atOnce !== undefined && this.atOnce.fill(order, market)) return;
    order.sequence = ++this.orders.sequence;
    order.activeAt = order.submittedAt + this.conventions.latency;
    if (order.timeInForce === 'DAY') order.expireAt = this.hours[order.instrument].closeAfter(this.moment.now + 1);
    if (this.isTooLate(order, market)) {
      this.orders.end(order, 'reject', 'auction.too-late', this.moment.now);
      return;
    }
    this.orders.step(order, EVENT.accept);
    if (market.quoted && isAuction(order)) order.activeAt = Math.max(order.activeAt, this.auctionAt(order));
    if (order.trail === order.trail && order.stop !== order.stop) this.startTrail(order, market);
    if (this.fillsOnArrival(order, market)) return;
    this.orders.enter(order, market);
  }

  sendPackage(pack: Package): void {
    const { now } = this.moment;
    for (const leg of pack.legs) {
      leg.sequence = ++this.orders.sequence;
      leg.activeAt = leg.submittedAt + this.conventions.latency;
      if (leg.timeInForce === 'DAY') leg.expireAt = this.hours[leg.instrument].closeAfter(now + 1);
      this.orders.step(leg, EVENT.accept);
    }
    this.packages.send(pack, now);
  }

  updatePackage(pack: Package, limit: number): string | undefined {
    const [{ status, id, instrument, strategy }] = pack.legs;
    if (nextStatus(status, 'request-update') === undefined) return `order.${status}`;
    pack.limit = limit;
    const { now } = this.moment;
    this.journal.write(ENTRY.updated, now, id, instrument, strategy, pack.quantity, limit, 0, 0, pack.name);
    this.packages.changed(pack, now);
    return undefined;
  }

  /** Takes back orders that were working when a run was saved: they have passed the gate before. */
  resume(orders: readonly Order[], sequence: number, now: number): void {
    for (const order of orders) this.orders.enter(order, this.markets[order.instrument]);
    this.orders.sequence = sequence;
    this.moment.now = now;
  }

  cancel(order: Order, code: string): void {
    this.orders.end(order, 'cancel', code, this.moment.now);
  }

  update(order: Order, change: OrderChange): string | undefined {
    if (nextStatus(order.status, 'request-update') === undefined) return `order.${order.status}`;
    if (order.pack !== undefined) return 'combo.leg';
    const market = this.markets[order.instrument];
    const before = order.units;
    if (change.quantity !== undefined) {
      const units = Math.round(change.quantity * market.scale);
      if (units <= order.filledUnits) return 'order.quantity-below-filled';
      order.units = units;
    }
    // Who changes the price or wants more goes to the end of the queue.
    if (change.limit !== undefined || order.units > before) order.ahead = Number.NaN;
    if (change.limit !== undefined) order.limit = change.limit;
    if (change.stop !== undefined) order.stop = change.stop;
    this.journal.write(
      ENTRY.updated,
      this.moment.now,
      order.id,
      order.instrument,
      order.strategy,
      order.side * order.units,
      order.limit === order.limit ? order.limit : order.stop,
      0,
      0,
      '',
    );
    order.rested = false;
    market.changed(order);
    this.fillsOnArrival(order, market);
    return undefined;
  }

  /** A complete bar meets the resting orders. Called only when the market has any. */
  onBar(
    market: Market,
    openAt: number,
    at: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    first: boolean,
    last: boolean,
  ): void {
    if (market.nextExpiry <= openAt) this.orders.expire(market, openAt);
    if (market.eager > 0 || low <= market.fallTo || high >= market.riseTo) {
      const { bar } = this.moment;
      bar.open = open;
      bar.high = high;
      bar.low = low;
      bar.close = close;
      bar.first = first;
      bar.last = last;
      bar.stale = isFillForward(market, at, high, low, volume) || this.isOffHours(market, openAt, at);
      const { context } = this.filling;
      context.high = high;
      context.low = low;
      context.volume = volume;
      context.bid = market.bid;
      context.ask = market.ask;
      market.volumeLeft = this.filling.volumeLimit(market, volume, at);
      market.volumeAt = at;
      this.moment.now = at;
      this.matchAll(market, openAt, at);
    }
    if (market.nextExpiry <= at) this.orders.expire(market, at);
  }

  /** A new quote meets the resting orders of the market. */
  onQuote(market: Market, at: number): void {
    if (market.count === 0) return;
    if (market.nextExpiry < at) this.orders.expire(market, at - 1);
    const { bid, ask } = market;
    if (
      market.eager > 0 ||
      ask <= market.fallTo ||
      bid <= market.fallTo ||
      bid >= market.riseTo ||
      ask >= market.riseTo
    ) {
      this.moment.now = at;
      this.quotes.matchQuotes(market, at);
    }
    if (market.nextExpiry <= at) this.orders.expire(market, at);
  }

  /** A trade on the tape goes through resting limits. */
  onTrade(market: Market, at: number, price: number, size: number): void {
    if (market.count === 0) return;
    if (market.nextExpiry < at) this.orders.expire(market, at - 1);
    if (price <= market.fallTo || price >= market.riseTo || (market.printed && market.eager > 0)) {
      this.moment.now = at;
      this.quotes.matchTrades(market, at, price, size);
    }
    if (market.nextExpiry <= at) this.orders.expire(market, at);
  }

  /** Ends working orders of a market, of one strategy or of all, as when its instrument is delisted. */
  clear(market: Market, code: string, strategy?: number): void {
    for (const order of market.working.slice()) {
      if (strategy === undefined || order.strategy === strategy)
        this.orders.end(order, 'cancel', code, this.moment.now);
    }
  }

  /** The close of a session that is quoted: orders for it fill at the quote that is in force, or end. */
  onClose(market: Market, at: number): void {
    this.moment.now = at;
    this.quotes.close(market, at);
  }

  /** Books a fill outside of matching, at its price as it is. */
  forceFill(order: Approved, price: number, at: number, isFree = false): void {
    const market = this.markets[order.instrument];
    order.sequence = ++this.orders.sequence;
    this.orders.step(order, EVENT.accept);
    this.filling.withoutBar(market);
    this.filling.book(order, market, order.units, price, at, false, isFree);
  }

  private startTrail(order: Order, market: Market): void {
    const reference = market.quoted ? (order.side > 0 ? market.ask : market.bid) : market.last;
    const distance = order.trailIsFraction ? reference * order.trail : order.trail;
    order.stop = reference + order.side * distance;
  }

  /** Fills a new order against what is there now, when the conventions and the data allow; true when it is done. */
  private fillsOnArrival(order: Order, market: Market): boolean {
    if (order.activeAt > this.moment.now) return false;
    if (market.quoted) {
      if (isAuction(order) || !this.hours[order.instrument].isOpen(this.moment.now)) return false;
      this.quotes.arrive(order, market, this.moment.now);
    } else if (this.conventions.timing === 'this-close' && order.type === 'market') {
      if (market.lastAt !== this.moment.now) return false;
      this.fillAtThisClose(order, market);
    } else {
      return false;
    }
    if (isOnce(order) && isLive(order)) this.orders.end(order, 'cancel', 'time-in-force', this.moment.now);
    return !isLive(order);
  }

  /** A market order fills at the close of the bar on which it was sent, within that bar's range and volume. */
  private fillAtThisClose(order: Order, market: Market): void {
    const { context } = this.filling;
    const { now } = this.moment;
    const { bar } = market;
    if (bar !== undefined && isFillForward(market, now, bar.high, bar.low, bar.volume)) return;
    this.filling.withoutBar(market);
    context.high = bar?.high ?? Number.NaN;
    context.low = bar?.low ?? Number.NaN;
    context.volume = bar?.volume ?? Number.NaN;
    if (market.volumeAt !== now) market.volumeLeft = this.filling.volumeLimit(market, context.volume, now);
    market.volumeAt = now;
    const units = order.fraction === order.fraction ? Infinity : Math.min(order.remainingUnits, market.volumeLeft);
    if (order.timeInForce === 'FOK' && units < order.remainingUnits) return;
    if (units > 0) this.filling.fill(order, market, units, market.last, now, false);
  }

  /** Whether a bar lies outside the hours of its instrument: nothing fills on it. */
  private isOffHours(market: Market, openAt: number, at: number): boolean {
    if (!isOffHours(this.hours[market.index], openAt, at)) return false;
    market.offHours++;
    return true;
  }

  /** Whether an order for the close comes when none is taken any more. */
  private isTooLate(order: Order, market: Market): boolean {
    if (stepOf(order) !== 'close') return false;
    const closeAt = auctionHours(this.hours[order.instrument]).closeAfter(this.moment.now + 1);
    const lead = this.conventions.auctions.closeLead(market.instrument);
    return lead > 0 && order.activeAt > closeAt - lead;
  }

  /** When the auction that an order waits for takes place. */
  private auctionAt(order: Order): number {
    const hours = auctionHours(this.hours[order.instrument]);
    return stepOf(order) === 'close' ? hours.closeAfter(this.moment.now + 1) : hours.openAfter(this.moment.now);
  }

  private matchAll(market: Market, openAt: number, at: number): void {
    this.moment.matching = true;
    if (market.count === 1) {
      this.matchOne(market.working[0], market, openAt, at);
    } else {
      const { open, high, low, close } = this.moment.bar;
      const touched = market.touched(Math.min(low, open, close), Math.max(high, open, close));
      this.matchEach(this.conventions.closingFirst ? closingFirst(touched, this.ledger) : touched, market, openAt, at);
    }
    while (this.moment.woken.length > 0) {
      const woken = this.moment.woken;
      this.moment.woken = [];
      this.matchEach(woken, market, openAt, at);
      // Only in the bar in which it woke does it matter how an order woke.
      for (const order of woken) order.wokenBy = undefined;
    }
    this.moment.matching = false;
    market.watchAll();
  }

  /** Matches each order once, in the order in which the bar reaches them. */
  private matchEach(orders: readonly Order[], market: Market, openAt: number, at: number): void {
    // Asked before the first is matched: an order that is triggered does not come up a second time.
    const stepOfEach = orders.map((order) => stepFor(order, this.conventions, this.moment.bar, openAt));
    for (const step of stepsOf(this.conventions, this.moment.bar)) {
      for (let i = 0; i < orders.length; i++) {
        const order = orders[i];
        if (stepOfEach[i] === step && isLive(order)) this.matchOne(order, market, openAt, at);
      }
    }
  }

  private matchOne(order: Order, market: Market, openAt: number, at: number): void {
    if (order.activeAt > at || order.type === 'combo') return;
    const { bar } = this.moment;
    bar.late = order.activeAt > openAt && order.wokenAt !== at;
    const wasTriggered = order.triggered;
    const price = bar.stale ? Number.NaN : this.matchKnown(order, at);
    // What fills at the open happened at the open; what fills inside the bar is known at its end.
    const atOpen = isAtOpen(order, price, bar, this.conventions);
    const knownAt = atOpen ? openAt : at;
    this.moment.atOpen = atOpen;
    if (order.triggered && !wasTriggered) this.orders.trigger(order, knownAt);
    if (price === price) {
      const units = order.fraction === order.fraction ? Infinity : Math.min(order.remainingUnits, market.volumeLeft);
      const partial = units < order.remainingUnits && order.fraction !== order.fraction;
      if (partial && order.timeInForce === 'FOK') {
        this.orders.end(order, 'cancel', 'time-in-force', at);
        return;
      }
      // A limit was hit where it lay, unless the open had passed it.
      const rests = order.type === 'limit' && price === order.limit && !atOpen;
      if (units > 0) this.filling.fill(order, market, units, price, knownAt, rests);
    }
    if (isLive(order)) {
      const missedAuction =
        (bar.first && !bar.late && order.type.endsWith('on-open')) || (bar.last && stepOf(order) === 'close');
      if ((isOnce(order) && !bar.stale) || missedAuction) this.orders.end(order, 'cancel', 'time-in-force', at);
    }
  }

  /** Matches an order with what of the bar is known to lie before its expiry: all of it, or its open. */
  private matchKnown(order: Order, at: number): number {
    const { bar, opening } = this.moment;
    if (order.expireAt >= at) return matchBar(order, bar, this.conventions);
    if (bar.late || order.wokenBy !== undefined) return Number.NaN;
    opening.open = opening.high = opening.low = opening.close = bar.open;
    opening.first = bar.first;
    opening.last = false;
    return matchBar(order, opening, this.conventions);
  }
}
