/**
 * One instrument inside the simulated venue: its prices now, and the orders that rest there.
 *
 * Most bars touch no resting order. The market keeps the highest price at which something happens when prices fall,
 * and the lowest at which something happens when they rise, so that such a bar costs two comparisons.
 */
import { scaleOf } from '../../base/fixed.ts';
import { bandAt, tickAt, type Instrument } from '../../market/instrument.ts';
import { NICKEL_TICKS } from '../../market/option/roots.ts';
import type { Order } from '../orders/order.ts';
import { LimitIndex } from './limit-index.ts';

/** Up to so many orders, asking each of them is cheapest. */
const LISTED_MAX = 64;

export class Market {
  readonly index: number;
  readonly instrument: Instrument;
  /** The name it trades under now. */
  symbol: string;
  /** Quote now; NaN where a side is missing. */
  bid = Number.NaN;
  ask = Number.NaN;
  /** When it was quoted; NaN before the first. */
  quotedAt = Number.NaN;
  /** The last bid and ask that an option ever had. */
  seenBid = Number.NaN;
  seenAsk = Number.NaN;
  /** What is left of the quoted sizes after our own fills, in units of the instrument. */
  bidSize = 0;
  askSize = 0;
  /** What our fills left of the newest trade, in units of the instrument. */
  printLeft = 0;
  /** Price of the trade before the newest one, where trades are all there is. */
  printBefore = Number.NaN;
  /** Price of the newest event; NaN before the first. */
  last = Number.NaN;
  lastAt = Number.NaN;
  /** Whether quotes arrive for this instrument: then orders fill against them and not against bars. */
  quoted = false;
  /** Whether trades are all there is of this instrument: then orders fill against them. */
  printed = false;
  /** End of the first bar that had a volume; Infinity while none had. */
  volumeFrom = Infinity;
  /** Bars outside its hours on which orders waited in vain. */
  offHours = 0;
  /** Of an option: whether rows tell what is traded, how much was so far in the session, and when last. */
  countsVolume = false;
  dayVolume = 0;
  dayVolumeAt = Number.NaN;
  /** Quotes of an option with a side beyond what it can be worth. */
  absurd = 0;
  /** The newest bar that executes; undefined where there are none. */
  bar: { readonly open: number; readonly high: number; readonly low: number; readonly volume: number } | undefined =
    undefined;
  /** End of the bar that `volumeLeft` is of. */
  volumeAt = Number.NaN;
  /** How many orders are working. */
  count = 0;
  /** How many of them only reduce. */
  exits = 0;
  /** The working orders, first come first; where there is an index, with holes. */
  private readonly list: (Order | undefined)[] = [];
  private hasHoles = false;
  /** Only where very many are working. */
  private deep: LimitIndex | undefined = undefined;
  /** Prices at or below this wake an order; −Infinity when none. */
  fallTo = -Infinity;
  /** Prices at or above this wake an order; Infinity when none. */
  riseTo = Infinity;
  /** Orders that every event may fill: market, trailing, on-open, on-close. */
  eager = 0;
  /** When the first working order expires. */
  nextExpiry = Infinity;
  /** Whole units that our orders may still take from the current bar. */
  volumeLeft = Infinity;
  readonly tick: number;
  /** Whole units per unit of the instrument. */
  readonly scale: number;
  /** Whole units in a lot. */
  readonly lotUnits: number;
  /** Decimals of its prices. */
  readonly decimals: number;

  constructor(index: number, instrument: Instrument) {
    this.index = index;
    this.instrument = instrument;
    this.symbol = instrument.symbol;
    this.scale = scaleOf(instrument.quantityDecimals);
    this.lotUnits = Math.round(instrument.lot * this.scale);
    this.decimals = instrument.priceDecimals;
    const smallest = instrument.ticks.length === 0 ? 0 : Math.min(...instrument.ticks.map((band) => band.tick));
    this.tick = smallest;
  }

  /** One price step from `price`; where none is known, that of an option outside the penny program, else 1 bp. */
  stepAt(price: number): number {
    const { instrument } = this;
    const tick = tickAt(instrument, price);
    if (tick !== 0) return tick;
    return instrument.option === undefined ? price * 1e-4 : bandAt(NICKEL_TICKS, price);
  }

  /** The working orders, first come first. */
  get working(): readonly Order[] {
    if (this.hasHoles) this.closeHoles();
    return this.list as Order[]; // Without holes it has nothing but orders.
  }

  add(order: Order): void {
    const place = this.list.push(order) - 1;
    this.count++;
    if (order.reduceOnly) this.exits++;
    if (this.deep !== undefined) this.deep.add(order, place);
    else if (this.count > LISTED_MAX) this.makeIndex();
    this.watch(order);
  }

  /** Takes an order out; false when it was not in. */
  remove(order: Order): boolean {
    if (this.count === 0) return false;
    const { list, deep } = this;
    const at = deep === undefined ? list.indexOf(order) : deep.remove(order);
    if (at < 0) return false;
    if (deep !== undefined) {
      list[at] = undefined;
      this.hasHoles = true;
    } else if (at === list.length - 1) list.pop();
    else if (at === 0) list.shift();
    else list.splice(at, 1);
    this.count--;
    if (order.reduceOnly) this.exits--;
    if (deep !== undefined) this.tidy(deep);
    if (this.isWatched(order)) this.watchAll();
    return true;
  }

  /** An order waits for other prices than before. */
  changed(order: Order): void {
    const { deep } = this;
    const place = deep?.remove(order) ?? -1;
    if (place >= 0) deep!.add(order, place);
    this.watchAll();
  }

  /** All orders wait for other prices than before. */
  changedAll(): void {
    if (this.deep !== undefined) this.makeIndex();
    this.watchAll();
  }

  /** Orders that an event with these prices may fill or change, first come first: a list that nobody else changes. */
  touched(low: number, high: number): readonly Order[] {
    return this.deep === undefined ? this.working.slice() : this.deep.touched(low, high);
  }

  /** Orders that may have to expire at `at`. */
  expiring(at: number): readonly Order[] {
    return this.deep === undefined ? this.working.slice() : this.deep.expired(at);
  }

  /** Whether what the market waits for may depend on this order: a limit behind another and without an end does not. */
  private isWatched(order: Order): boolean {
    const { type, side, limit, timeInForce, expireAt } = order;
    if (type !== 'limit' || timeInForce !== 'GTC' || expireAt !== Infinity) return true;
    return side > 0 ? limit >= this.fallTo : limit <= this.riseTo;
  }

  /** Recomputes what the resting orders wait for. */
  watchAll(): void {
    this.fallTo = -Infinity;
    this.riseTo = Infinity;
    this.eager = 0;
    this.nextExpiry = Infinity;
    const { deep } = this;
    if (deep === undefined) {
      const { working } = this;
      for (let i = 0; i < working.length; i++) this.watch(working[i]);
      return;
    }
    for (const order of deep.rest()) this.watch(order);
    this.level(deep.highestBuy, -1);
    this.level(deep.lowestSell, 1);
    if (deep.nextExpiry < this.nextExpiry) this.nextExpiry = deep.nextExpiry;
  }

  /** Few are left, or the index has more that is gone than what is there. */
  private tidy(deep: LimitIndex): void {
    if (this.count < LISTED_MAX / 4) {
      this.deep = undefined;
      this.closeHoles();
    } else if (deep.dead > deep.size + LISTED_MAX) {
      this.makeIndex();
    }
  }

  private makeIndex(): void {
    this.closeHoles();
    const index = new LimitIndex((order) => this.isPlain(order));
    this.working.forEach((order, place) => index.add(order, place));
    this.deep = index;
  }

  /** Whether an event only needs to know the order's limit: it does nothing to an order that it does not reach. */
  private isPlain({ type, timeInForce, rested }: Order): boolean {
    // A quote or trade makes an order rest that it finds in motion.
    const isStill = rested || !(this.quoted || this.printed);
    return type === 'limit' && isStill && timeInForce !== 'IOC' && timeInForce !== 'FOK';
  }

  private closeHoles(): void {
    if (!this.hasHoles) return;
    const { list } = this;
    let kept = 0;
    for (const order of list) if (order !== undefined) list[kept++] = order;
    list.length = kept;
    this.hasHoles = false;
    this.deep?.replace(list);
  }

  private watch(order: Order): void {
    if (order.expireAt < this.nextExpiry) this.nextExpiry = order.expireAt;
    if (order.timeInForce === 'IOC' || order.timeInForce === 'FOK') {
      // It ends with the next event, whatever that brings.
      this.eager++;
      return;
    }
    const side = order.side;
    switch (order.type) {
      case 'limit':
        // Quotes and trades must see it once before it rests: until then it would get their price, not its own.
        if (!order.rested && (this.quoted || this.printed)) this.eager++;
        this.level(order.limit, -side);
        return;
      case 'stop':
        if (order.triggered) this.eager++;
        else this.level(order.stop, side);
        return;
      case 'stop-limit':
        if (order.triggered) this.level(order.limit, -side);
        else this.level(order.stop, side);
        return;
      case 'market-if-touched':
        if (order.triggered) this.eager++;
        else this.level(order.stop, -side);
        return;
      case 'limit-if-touched':
        if (order.triggered) this.level(order.limit, -side);
        else this.level(order.stop, -side);
        return;
      case 'combo':
        // It waits for all its legs, not for a price of this one.
        return;
      default:
        this.eager++;
    }
  }

  /** `direction` +1: something happens when prices rise to `price`; −1: when they fall to it. */
  private level(price: number, direction: number): void {
    if (direction > 0) {
      if (price < this.riseTo) this.riseTo = price;
    } else if (price > this.fallTo) {
      this.fallTo = price;
    }
  }
}
