/**
 * The simulated venue: orders rest here, market events meet them, fills come out.
 *
 * It owns no rule of its own: where an order fills is `match-bar` and `match-quote`, what it costs are the models of
 * the conventions. It keeps the queues, the volume that is left, and the order of things inside one event.
 */
import { assert } from '../../base/assert.ts';
import { toTick, type Instrument } from '../../market/instrument.ts';
import type { Approved } from '../gate.ts';
import { ENTRY, type Journal } from '../journal.ts';
import type { Ledger } from '../ledger.ts';
import { nextStatus, type OrderEventKind } from '../order-state.ts';
import type { Order } from '../order.ts';
import { alwaysOpen, type MarketHours, type OrderChange, type Venue } from '../ports.ts';
import type { Conventions } from './conventions.ts';
import { Market } from './market.ts';
import { fillsAtOpen, matchBar, stepOf, type BarView, type MatchStep } from './match-bar.ts';
import { matchQuote, matchTrade } from './match-quote.ts';
import type { FillContext } from './models.ts';
import { Settlement } from './settlement.ts';

/** Told about everything that happens to an order. */
export interface VenueListener {
  onFill(order: Order, units: number, price: number, fee: number, at: number): void;
  onOrderEvent(order: Order, at: number, code: string): void;
}

const ADVERSE: readonly MatchStep[] = ['open', 'stop', 'limit', 'close'];

export class SimulatedVenue implements Venue {
  readonly markets: readonly Market[];
  readonly conventions: Conventions;
  /** Orders that are working, over all markets. */
  workingOrders = 0;
  /** The same by strategy. */
  readonly workingOf: number[] = [];
  private readonly ledger: Ledger;
  private readonly journal: Journal;
  private readonly listener: VenueListener;
  private readonly hours: readonly MarketHours[];
  private readonly context: FillContext;
  /** Where proceeds of sales wait; undefined where they can be spent at once. */
  readonly settlement: Settlement | undefined;
  private readonly bar: BarView = {
    open: 0,
    high: 0,
    low: 0,
    close: 0,
    late: false,
    first: true,
    last: true,
  };
  /** Number of the newest order that came. */
  sequence = 0;
  private now = 0;
  /** Set while an event is being matched: orders that wake then are matched in the same event. */
  private woken: Order[] = [];
  private matching = false;

  constructor(
    instruments: readonly Instrument[],
    conventions: Conventions,
    ledger: Ledger,
    journal: Journal,
    listener: VenueListener,
    hours?: readonly MarketHours[],
  ) {
    this.markets = instruments.map((instrument, index) => new Market(index, instrument));
    this.conventions = conventions;
    this.ledger = ledger;
    this.journal = journal;
    this.listener = listener;
    this.hours = hours ?? instruments.map(() => alwaysOpen);
    const { settlementDays, margin } = conventions;
    this.settlement =
      settlementDays > 0 && margin.spendsCash === true ? new Settlement(settlementDays, this.hours) : undefined;
    this.context = {
      instrument: instruments[0]!,
      side: 1,
      quantity: 0,
      price: 0,
      opening: false,
      maker: false,
      quantityBefore: 0,
      valueBefore: 0,
      high: 0,
      low: 0,
      volume: 0,
      bid: 0,
      ask: 0,
    };
  }

  /** The venue's clock; the deck sets it before strategies act. */
  setNow(now: number): void {
    this.now = now;
  }

  send(order: Approved): void {
    const market = this.markets[order.instrument]!;
    order.sequence = ++this.sequence;
    order.activeAt = order.submittedAt + this.conventions.latency;
    if (order.timeInForce === 'DAY') order.expireAt = this.hours[order.instrument]!.closeAfter(this.now + 1);
    this.change(order, 'accept');
    if (market.quoted && isAuction(order)) order.activeAt = Math.max(order.activeAt, this.auctionAt(order));
    if (order.trail === order.trail && order.stop !== order.stop) this.startTrail(order, market);
    if (this.fillsOnArrival(order, market)) return;
    this.enter(order, market);
  }

  /** Takes back orders that were working when a run was saved: they have passed the gate before. */
  resume(orders: readonly Order[], sequence: number, now: number): void {
    for (const order of orders) this.enter(order, this.markets[order.instrument]!);
    this.sequence = sequence;
    this.now = now;
  }

  cancel(order: Order, code: string): void {
    this.end(order, 'cancel', code, this.now);
  }

  update(order: Order, change: OrderChange): string | undefined {
    if (nextStatus(order.status, 'request-update') === undefined) return `order.${order.status}`;
    const market = this.markets[order.instrument]!;
    if (change.quantity !== undefined) {
      const units = Math.round(change.quantity * market.scale);
      if (units <= order.filledUnits) return 'order.quantity-below-filled';
      order.units = units;
    }
    if (change.limit !== undefined) order.limit = change.limit;
    if (change.stop !== undefined) order.stop = change.stop;
    this.journal.write(
      ENTRY.updated,
      this.now,
      order.id,
      order.instrument,
      order.strategy,
      order.side * order.units,
      order.limit === order.limit ? order.limit : order.stop,
      0,
      0,
      '',
    );
    market.watchAll();
    order.rested = false;
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
    if (market.nextExpiry <= openAt) this.expire(market, openAt);
    if (market.eager > 0 || low <= market.fallTo || high >= market.riseTo) {
      const { bar } = this;
      bar.open = open;
      bar.high = high;
      bar.low = low;
      bar.close = close;
      bar.first = first;
      bar.last = last;
      const { context } = this;
      context.high = high;
      context.low = low;
      context.volume = volume;
      context.bid = market.bid;
      context.ask = market.ask;
      market.volumeLeft = this.volumeLimit(market, volume, at);
      market.volumeAt = at;
      this.now = at;
      this.matchAll(market, openAt, at);
    }
    if (market.nextExpiry <= at) this.expire(market, at);
  }

  /** A new quote meets the resting orders of the market. */
  onQuote(market: Market, at: number): void {
    if (market.working.length === 0) return;
    if (market.nextExpiry < at) this.expire(market, at - 1);
    const { bid, ask } = market;
    if (
      market.eager > 0 ||
      ask <= market.fallTo ||
      bid <= market.fallTo ||
      bid >= market.riseTo ||
      ask >= market.riseTo
    ) {
      this.now = at;
      this.matchQuotes(market, at);
    }
    if (market.nextExpiry <= at) this.expire(market, at);
  }

  /** A trade on the tape goes through resting limits. */
  onTrade(market: Market, at: number, price: number, size: number): void {
    if (market.working.length === 0) return;
    if (market.nextExpiry < at) this.expire(market, at - 1);
    if (price <= market.fallTo || price >= market.riseTo || (market.printed && market.eager > 0)) {
      this.now = at;
      this.matchTrades(market, at, price, size);
    }
    if (market.nextExpiry <= at) this.expire(market, at);
  }

  private matchTrades(market: Market, at: number, price: number, size: number): void {
    let left = Math.floor(size * market.scale);
    for (const order of market.working.slice()) {
      if (order.activeAt > at || !isLive(order)) continue;
      const arriving = !order.rested;
      order.rested = true;
      const found = market.printed ? this.matchPrint(order, price, at, arriving) : matchTrade(order, price);
      if (found === found && left > 0 && !(order.timeInForce === 'FOK' && order.remainingUnits > left)) {
        const units = order.fraction === order.fraction ? Infinity : Math.min(order.remainingUnits, left);
        const before = order.filledUnits;
        this.prepareQuoteContext(market);
        this.fill(order, market, units, found, at, order.type === 'limit' && !arriving);
        left -= order.filledUnits - before;
      }
      if (isOnce(order) && isLive(order)) this.end(order, 'cancel', 'time-in-force', at);
    }
    market.watchAll();
  }

  /** Where nothing but trades is known, a trade is what both sides of a quote would be; a limit must be traded through. */
  private matchPrint(order: Order, price: number, at: number, arriving: boolean): number {
    const found = this.matchOnQuote(order, price, price, at, arriving);
    const touched = order.type === 'limit' && price === order.limit && this.conventions.limits === 'penetrate';
    return touched ? Number.NaN : found;
  }

  /** Ends working orders of a market, of one strategy or of all, as when its instrument is delisted. */
  clear(market: Market, code: string, strategy?: number): void {
    for (const order of market.working.slice()) {
      if (strategy === undefined || order.strategy === strategy) this.end(order, 'cancel', code, this.now);
    }
  }

  /** Whether all that works in a market are sales of what is held, or purchases of what is short, at the next open. */
  freesCash(market: Market): boolean {
    return market.working.every((order) => {
      const { quantityUnits } = this.ledger.positions[order.strategy]![order.instrument]!;
      return stepOf(order) === 'open' && quantityUnits * order.side < 0;
    });
  }

  /** Ends orders of which a split left nothing. */
  dropEmpty(market: Market): void {
    for (const order of market.working.slice()) {
      if (order.remainingUnits <= 0 && order.fraction !== order.fraction) this.end(order, 'cancel', 'split', this.now);
    }
  }

  /** The close of a session that is quoted: orders for it fill at the quote that is in force, or end. */
  onClose(market: Market, at: number): void {
    this.now = at;
    for (const order of market.working.slice()) {
      if (!isLive(order) || order.activeAt > at || stepOf(order) !== 'close') continue;
      const price = matchQuote(order, market.bid, market.ask, true);
      if (price === price) this.takeQuote(order, market, price, at, false);
      if (isLive(order)) this.end(order, 'cancel', 'time-in-force', at);
    }
  }

  /** Books a fill of `units` at `price` outside of matching: the end of a tape, a liquidation. No slippage. */
  forceFill(order: Approved, price: number, at: number): void {
    const market = this.markets[order.instrument]!;
    order.sequence = ++this.sequence;
    this.change(order, 'accept');
    this.prepareQuoteContext(market);
    this.book(order, market, order.units, price, at, false);
  }

  private startTrail(order: Order, market: Market): void {
    const reference = market.quoted ? (order.side > 0 ? market.ask : market.bid) : market.last;
    const distance = order.trailIsFraction ? reference * order.trail : order.trail;
    order.stop = reference + order.side * distance;
  }

  /** Fills a new order against what is there now, when the conventions and the data allow; true when it is done. */
  private fillsOnArrival(order: Order, market: Market): boolean {
    if (order.activeAt > this.now) return false;
    if (market.quoted) {
      if (isAuction(order) || !this.hours[order.instrument]!.isOpen(this.now)) return false;
      this.arrive(order, market);
    } else if (this.conventions.timing === 'this-close' && order.type === 'market') {
      if (market.lastAt !== this.now) return false;
      this.fillAtThisClose(order, market);
    } else {
      return false;
    }
    if (isOnce(order) && isLive(order)) this.end(order, 'cancel', 'time-in-force', this.now);
    return !isLive(order);
  }

  /** A market order fills at the close of the bar on which it was sent, within that bar's range and volume. */
  private fillAtThisClose(order: Order, market: Market): void {
    const { context, now } = this;
    const { bar } = market;
    this.prepareQuoteContext(market);
    context.high = bar?.high ?? Number.NaN;
    context.low = bar?.low ?? Number.NaN;
    context.volume = bar?.volume ?? Number.NaN;
    if (market.volumeAt !== now) market.volumeLeft = this.volumeLimit(market, context.volume, now);
    market.volumeAt = now;
    const units = order.fraction === order.fraction ? Infinity : Math.min(order.remainingUnits, market.volumeLeft);
    if (order.timeInForce === 'FOK' && units < order.remainingUnits) return;
    if (units > 0) this.fill(order, market, units, market.last, now, false);
  }

  /** A new order meets the quote that is in force. */
  private arrive(order: Order, market: Market): void {
    order.rested = true;
    const price = this.matchOnQuote(order, market.bid, market.ask, this.now, true);
    if (price === price) this.takeQuote(order, market, price, this.now, false);
  }

  private matchQuotes(market: Market, at: number): void {
    if (!this.trades(market, at)) return;
    for (const order of market.working.slice()) {
      if (order.activeAt > at || !isLive(order) || stepOf(order) === 'close') continue;
      const arriving = !order.rested;
      order.rested = true;
      const price = this.matchOnQuote(order, market.bid, market.ask, at, arriving);
      if (price === price) this.takeQuote(order, market, price, at, order.type === 'limit' && !arriving);
      const far = order.side > 0 ? market.ask : market.bid;
      const missedOpen = isAuction(order) && far === far;
      if ((isOnce(order) || missedOpen) && isLive(order)) this.end(order, 'cancel', 'time-in-force', at);
    }
    market.watchAll();
  }

  /** Whether the market is in session; its closing quote still is. */
  private trades(market: Market, at: number): boolean {
    const hours = this.hours[market.index]!;
    return hours.isOpen(at) || hours.closeAfter(at) === at;
  }

  private matchOnQuote(order: Order, bid: number, ask: number, at: number, arriving: boolean): number {
    const wasTriggered = order.triggered;
    const price = matchQuote(order, bid, ask, arriving);
    if (order.triggered && !wasTriggered) this.recordTrigger(order, at);
    return price;
  }

  private recordTrigger(order: Order, at: number): void {
    this.change(order, 'trigger');
    this.journal.write(ENTRY.triggered, at, order.id, order.instrument, order.strategy, 0, order.stop, 0, 0, '');
  }

  /** When the auction that an order waits for takes place. */
  private auctionAt(order: Order): number {
    const hours = this.hours[order.instrument]!;
    return stepOf(order) === 'close' ? hours.closeAfter(this.now + 1) : hours.openAfter(this.now);
  }

  private enter(order: Order, market: Market): void {
    market.add(order);
    this.workingOrders++;
    this.workingOf[order.strategy] = (this.workingOf[order.strategy] ?? 0) + 1;
  }

  /**
   * Takes what the quote shows. A market order that wants more than is shown fills its rest one tick worse; a limit
   * order keeps its rest working.
   */
  private takeQuote(order: Order, market: Market, price: number, at: number, maker: boolean): void {
    const scale = market.scale;
    const wanted = order.fraction === order.fraction ? Infinity : order.remainingUnits;
    const size = order.side > 0 ? market.askSize : market.bidSize;
    // A quote without a size shows that there is a price, not how much of it.
    const shown = size === size && wanted !== Infinity ? Math.floor(size * scale) : Infinity;
    this.prepareQuoteContext(market);
    if (order.timeInForce === 'FOK' && wanted > shown) return;
    const first = Math.min(wanted, shown);
    if (first > 0) {
      const before = order.filledUnits;
      this.fill(order, market, first, price, at, maker);
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
      const worse = price + order.side * (market.tick || price * 1e-4);
      this.fill(order, market, order.remainingUnits, worse, at, false);
    }
  }

  private matchAll(market: Market, openAt: number, at: number): void {
    const { working } = market;
    this.matching = true;
    if (working.length === 1) {
      this.matchOne(working[0]!, market, openAt, at);
    } else {
      this.matchEach(this.conventions.closingFirst ? this.closingFirst(working) : working.slice(), market, openAt, at);
    }
    while (this.woken.length > 0) {
      const woken = this.woken;
      this.woken = [];
      this.matchEach(woken, market, openAt, at);
      // Only in the bar in which it woke does it matter how an order woke.
      for (const order of woken) order.wokenBy = undefined;
    }
    this.matching = false;
    market.watchAll();
  }

  /** Matches each order once, in the order in which the bar reaches them. */
  private matchEach(orders: readonly Order[], market: Market, openAt: number, at: number): void {
    // Asked before the first is matched: an order that is triggered does not come up a second time.
    const stepOfEach = orders.map((order) => this.stepFor(order, openAt));
    for (const step of this.steps()) {
      for (let i = 0; i < orders.length; i++) {
        const order = orders[i]!;
        if (stepOfEach[i] === step && isLive(order)) this.matchOne(order, market, openAt, at);
      }
    }
  }

  private steps(): readonly string[] {
    const { path } = this.conventions;
    if (path === 'adverse') return ADVERSE;
    const highFirst =
      path === 'high-first' ||
      (path === 'nearest-first' && this.bar.high - this.bar.open <= this.bar.open - this.bar.low);
    return highFirst ? ['open', 'rise', 'fall', 'close'] : ['open', 'fall', 'rise', 'close'];
  }

  /** Which step an order belongs to: by kind on the adverse path, by the side of the bar it waits for on the others. */
  private stepFor(order: Order, openAt: number): string {
    const step = stepOf(order);
    if (this.conventions.openFirst) {
      this.bar.late = order.activeAt > openAt;
      if (fillsAtOpen(order, this.bar)) return 'open';
    }
    if (this.conventions.path === 'adverse' || step === 'open' || step === 'close') return step;
    return (step === 'stop') === order.side > 0 ? 'rise' : 'fall';
  }

  private closingFirst(working: readonly Order[]): Order[] {
    const closes = (order: Order): boolean =>
      this.ledger.positions[order.strategy]![order.instrument]!.quantityUnits * order.side < 0 && order.reduceOnly;
    return [...working.filter(closes), ...working.filter((order) => !closes(order))];
  }

  private matchOne(order: Order, market: Market, openAt: number, at: number): void {
    if (order.activeAt > at) return;
    const { bar } = this;
    bar.late = order.activeAt > openAt && order.wokenAt !== at;
    const wasTriggered = order.triggered;
    const price = matchBar(order, bar, this.conventions);
    if (order.triggered && !wasTriggered) this.recordTrigger(order, at);
    if (price === price) {
      const units = order.fraction === order.fraction ? Infinity : Math.min(order.remainingUnits, market.volumeLeft);
      const partial = units < order.remainingUnits && order.fraction !== order.fraction;
      if (partial && order.timeInForce === 'FOK') {
        this.end(order, 'cancel', 'time-in-force', at);
        return;
      }
      // What fills at the open happened at the open; what fills inside the bar is known at its end.
      const inside = bar.late || order.wokenBy === 'rising' || order.wokenBy === 'falling';
      const filledAt = price === bar.open && !inside ? openAt : at;
      if (units > 0) this.fill(order, market, units, price, filledAt, this.isResting(order, price, bar));
    }
    if (isLive(order)) {
      const missedAuction =
        (bar.first && !bar.late && order.type.endsWith('on-open')) || (bar.last && stepOf(order) === 'close');
      if (isOnce(order) || missedAuction) this.end(order, 'cancel', 'time-in-force', at);
    }
  }

  /** Whether a limit was hit where it lay: the open had not already passed it. */
  private isResting(order: Order, price: number, bar: BarView): boolean {
    return order.type === 'limit' && price === order.limit && order.side * bar.open > order.side * price;
  }

  /** Applies slippage, affordability and reduce-only, then books. `units` is Infinity for a fraction of the account. */
  private fill(order: Order, market: Market, units: number, price: number, at: number, maker: boolean): void {
    const position = this.ledger.positions[order.strategy]![order.instrument]!;
    const held = position.quantityUnits;
    const closable = held > 0 === order.side > 0 ? 0 : Math.abs(held);
    if (order.reduceOnly) {
      if (closable === 0) {
        this.end(order, 'cancel', 'nothing-to-reduce', at);
        return;
      }
      if (units > closable) units = closable;
    }
    const { slippage } = this.conventions;
    if (closable > 0 && units > closable && slippage.entryOnly === true) {
      // Exit and entry have different prices here: the part that closes goes first.
      this.fill(order, market, closable, price, at, maker);
      if (isLive(order)) this.fill(order, market, units === Infinity ? units : units - closable, price, at, maker);
      return;
    }
    const { context } = this;
    context.instrument = market.instrument;
    context.side = order.side;
    context.maker = maker;
    context.opening = units > closable;
    context.quantity = units / market.scale;
    context.price = price;
    context.quantityBefore = order.filledUnits / market.scale;
    context.valueBefore = order.filledValue / market.scale;
    const paid = maker ? price : this.slip(order, market, price);
    if (units > closable) {
      units = this.affordable(order, market, units, closable, paid, at);
      if (units === 0) return;
    }
    this.book(order, market, units, paid, at, maker);
  }

  /** The price after slippage: on the tick, inside the bar, and never beyond the order's limit. */
  private slip(order: Order, market: Market, price: number): number {
    const { context } = this;
    let slipped = this.conventions.slippage.price(context);
    if (slipped === price) return price;
    if (market.tick !== 0) slipped = toTick(market.instrument, slipped, order.side > 0 ? 'up' : 'down');
    if (this.conventions.slipsInsideBar && context.high >= context.low) {
      if (slipped > context.high) slipped = Math.max(price, context.high);
      else if (slipped < context.low) slipped = Math.min(price, context.low);
    }
    if (order.limit === order.limit && order.side * slipped > order.side * order.limit) slipped = order.limit;
    return slipped;
  }

  /** Whole units that the account can pay for, after closing what the fill closes; 0 when the order was ended. */
  private affordable(order: Order, market: Market, units: number, closable: number, price: number, at: number): number {
    const { margin, sizing } = this.conventions;
    const { ledger } = this;
    const scale = market.scale;
    if (order.side < 0 && !margin.allowsShort) {
      if (closable > 0 && order.affordable) {
        order.units = order.filledUnits + closable;
        return closable;
      }
      this.end(order, 'reject', 'margin.short-not-allowed', at);
      return 0;
    }
    const rate = ledger.rates[ledger.currencyOf[order.instrument]!]!;
    const perUnit = (margin.perUnit(market.instrument, order.side, price) * rate) / scale;
    const released = (closable * margin.perUnit(market.instrument, -order.side, price) * rate) / scale;
    const free = margin.free(ledger) + released - (this.settlement?.unsettled(at) ?? 0);
    if (units === Infinity) {
      units = closable + this.fractionUnits(order, market, free, perUnit, price, scale);
      order.units = order.filledUnits + units;
      if (units === closable && closable === 0) {
        this.end(order, 'reject', 'margin.insufficient', at);
        return 0;
      }
    }
    const opening = units - closable;
    const need = opening * perUnit + this.feeFor(units / scale, price) * rate;
    if (need <= free * (1 + 1e-12)) return units;
    if (!order.affordable || !sizing.trims) {
      this.end(order, 'reject', 'margin.insufficient', at);
      return 0;
    }
    const lotUnits = Math.round(market.instrument.lot * scale);
    let fewer =
      Math.max(0, Math.floor((free - this.feeFor(units / scale, price) * rate) / perUnit / lotUnits)) * lotUnits;
    while (fewer > 0 && fewer * perUnit + this.feeFor((fewer + closable) / scale, price) * rate > free)
      fewer -= lotUnits;
    const total = closable + Math.max(0, fewer);
    if (total === 0) {
      this.end(order, 'reject', 'margin.insufficient', at);
      return 0;
    }
    order.units = order.filledUnits + total;
    return total;
  }

  /** Whole units that a fraction of the free margin buys, its own fee included. */
  private fractionUnits(
    order: Order,
    market: Market,
    free: number,
    perUnit: number,
    price: number,
    scale: number,
  ): number {
    const budget = free * order.fraction;
    const lotUnits = Math.round(market.instrument.lot * scale);
    if (!this.conventions.sizing.reservesFees) return Math.floor(budget / perUnit / lotUnits) * lotUnits;
    // The fee of one unit, as the fee of a fraction of one: so do the engines that size at the fill.
    const one = this.feeFor(order.fraction, price) / order.fraction / scale;
    return Math.max(0, Math.floor(budget / (perUnit + one) / lotUnits)) * lotUnits;
  }

  private feeFor(quantity: number, price: number): number {
    const { context } = this;
    context.quantity = quantity;
    context.price = price;
    return this.conventions.fees.fee(context);
  }

  /** Moves the money and the shares, and tells everybody. */
  private book(order: Order, market: Market, units: number, price: number, at: number, maker: boolean): void {
    assert(units > 0, 'a fill moves something');
    const { context, ledger } = this;
    const scale = market.scale;
    context.instrument = market.instrument;
    context.side = order.side;
    context.maker = maker;
    context.quantity = units / scale;
    context.price = price;
    context.quantityBefore = order.filledUnits / scale;
    context.valueBefore = order.filledValue / scale;
    const fee = this.conventions.fees.fee(context);
    const signed = order.side * units;
    const booked = ledger.fill(order.strategy, order.instrument, signed, price, fee, at, order.id);
    order.filledUnits += units;
    order.filledValue += units * price;
    if (order.side < 0 && this.settlement !== undefined && market.instrument.future === undefined) {
      const rate = ledger.rates[ledger.currencyOf[order.instrument]!]!;
      const proceeds = (units / scale) * price * market.instrument.multiplier - booked;
      this.settlement.sold(order.instrument, proceeds * rate, at);
    }
    if (market.volumeLeft !== Infinity) market.volumeLeft -= units;
    const done = order.filledUnits >= order.units;
    this.change(order, done ? 'fill-rest' : 'fill-part');
    const after = ledger.positions[order.strategy]![order.instrument]!.quantityUnits;
    this.journal.write(
      ENTRY.filled,
      at,
      order.id,
      order.instrument,
      order.strategy,
      signed,
      price,
      booked,
      after,
      maker ? 'maker' : '',
    );
    if (done) this.leave(order, market);
    this.listener.onFill(order, units, price, booked, at);
    if (order.siblings !== undefined) this.reduceSiblings(order, units, at);
    // An exit that is done would leave what else its parent buys without one.
    if (done && order.parent !== undefined) this.end(order.parent, 'cancel', 'exit-filled', at);
    if (order.children !== undefined) this.wakeChildren(order, market, units, at, price);
    if (after === 0 && market.working.length > 0) this.dropExits(order, market, at);
  }

  /** One of several fills: the others shrink by what it took, and end when nothing is left. */
  private reduceSiblings(order: Order, units: number, at: number): void {
    for (const sibling of order.siblings!) {
      if (!isLive(sibling)) continue;
      if (sibling.remainingUnits <= units || !sibling.reduceOnly) this.end(sibling, 'cancel', 'one-cancels-other', at);
      else sibling.units -= units;
    }
  }

  /** A parent filled: its children start to work, for the quantity that filled. */
  private wakeChildren(order: Order, market: Market, units: number, at: number, price: number): void {
    const waking = order.children!;
    // After an entry at the close of a bar, nothing of that bar is left for the exits.
    const atClose = this.matching && (this.bar.late || stepOf(order) === 'close');
    const atOpen = !this.matching || at < this.now || price === this.bar.open || stepOf(order) === 'open';
    const rising = (stepOf(order) === 'stop') === order.side > 0;
    for (const child of waking) {
      if (!isLive(child)) continue;
      const fresh = child.sequence === 0;
      if (fresh) child.units = units;
      else child.units += units;
      if (!fresh) continue;
      child.sequence = ++this.sequence;
      this.change(child, 'accept');
      child.activeAt = at;
      child.wokenAt = this.now;
      child.wokenPrice = price;
      if (child.trail === child.trail)
        child.stop = price + child.side * (child.trailIsFraction ? price * child.trail : child.trail);
      this.enter(child, market);
      const waits = atClose || (this.conventions.childrenInEntryBar === 'market-entries-only' && !atOpen);
      if (this.matching && !waits) {
        child.wokenBy = atOpen ? 'open' : rising ? 'rising' : 'falling';
        this.woken.push(child);
      } else if (this.matching) {
        child.activeAt = this.now;
        child.wokenAt = Number.NaN;
      }
    }
  }

  /** The position is flat: orders that could only have closed it have nothing left to do. */
  private dropExits(order: Order, market: Market, at: number): void {
    for (const other of market.working.slice()) {
      if (other.reduceOnly && other.strategy === order.strategy && isLive(other)) {
        this.end(other, 'cancel', 'nothing-to-reduce', at);
      }
    }
  }

  private expire(market: Market, at: number): void {
    for (const order of market.working.slice()) {
      if (order.expireAt <= at) this.end(order, 'expire', 'time-in-force', order.expireAt);
    }
    market.watchAll();
  }

  /** Ends an order for good and takes it out of the book. */
  private end(order: Order, event: 'cancel' | 'expire' | 'reject', code: string, at: number): void {
    if (!isLive(order)) return;
    // What has partly filled can no longer be rejected: the rest of it is canceled.
    if (event === 'reject' && order.filledUnits > 0) event = 'cancel';
    this.change(order, event);
    const kind = event === 'cancel' ? ENTRY.canceled : event === 'expire' ? ENTRY.expired : ENTRY.rejected;
    this.journal.write(kind, at, order.id, order.instrument, order.strategy, 0, Number.NaN, 0, 0, code);
    this.leave(order, this.markets[order.instrument]!);
    if (order.children !== undefined && order.filledUnits === 0) {
      for (const child of order.children) if (child.sequence === 0) this.end(child, 'cancel', 'parent-ended', at);
    }
    this.listener.onOrderEvent(order, at, code);
  }

  private leave(order: Order, market: Market): void {
    if (!market.remove(order)) return;
    this.workingOrders--;
    this.workingOf[order.strategy]!--;
  }

  private volumeLimit(market: Market, volume: number, at: number): number {
    const { share } = this.conventions.volume;
    if (share === Infinity) return Infinity;
    // Where no bar had a volume so far, the tape has none; after one had, a bar without is one without trades.
    if (!(volume > 0)) return at < market.volumeFrom ? Infinity : 0;
    const lotUnits = Math.round(market.instrument.lot * market.scale);
    return Math.floor((volume * share * market.scale) / lotUnits) * lotUnits;
  }

  private prepareQuoteContext(market: Market): void {
    const { context } = this;
    context.high = Number.NaN;
    context.low = Number.NaN;
    context.volume = Number.NaN;
    context.bid = market.bid;
    context.ask = market.ask;
  }

  private change(order: Order, event: OrderEventKind): void {
    const status = nextStatus(order.status, event);
    assert(status !== undefined, () => `order ${order.id}: ${event} while ${order.status}`);
    order.status = status;
  }
}

/** Whether the order meets the next event and ends with it. */
function isOnce(order: Order): boolean {
  return order.timeInForce === 'IOC' || order.timeInForce === 'FOK';
}

function isAuction(order: Order): boolean {
  return stepOf(order) === 'close' || order.type.endsWith('on-open');
}

/** Whether the order can still fill. */
function isLive(order: Order): boolean {
  const { status } = order;
  return status !== 'filled' && status !== 'canceled' && status !== 'expired' && status !== 'rejected';
}
