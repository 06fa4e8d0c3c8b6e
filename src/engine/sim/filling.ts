/**
 * From a match to a fill: slippage, what the account can pay, the fee, and the money that moves.
 */
import { assert } from '../../base/assert.ts';
import { toTick, type Instrument } from '../../market/instrument.ts';
import type { Journal } from '../journal/journal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { EVENT } from '../orders/order-state.ts';
import type { Order } from '../orders/order.ts';
import type { MarketHours } from '../ports.ts';
import { Collateral } from './collateral.ts';
import type { Conventions } from './conventions.ts';
import { maySellShort } from './margin.ts';
import type { Market } from './market.ts';
import type { FillContext } from './models.ts';
import { Settlement } from './settlement.ts';
import { isLive, type VenueListener, type WorkingOrders } from './working-orders.ts';

export class Filling {
  /** Where proceeds of sales wait; undefined where they can be spent at once. */
  readonly settlement: Settlement | undefined;
  /** What models are told; one object, used again for every fill. */
  readonly context: FillContext;
  /** By instrument: points of price that slippage took, times units, so far. */
  readonly slippage: Float64Array;
  private readonly conventions: Conventions;
  private readonly ledger: Ledger;
  private readonly journal: Journal;
  private readonly listener: VenueListener;
  private readonly orders: WorkingOrders;
  readonly collateral: Collateral;

  constructor(
    instruments: readonly Instrument[],
    conventions: Conventions,
    ledger: Ledger,
    journal: Journal,
    listener: VenueListener,
    orders: WorkingOrders,
    hours: readonly MarketHours[],
  ) {
    this.conventions = conventions;
    this.ledger = ledger;
    this.journal = journal;
    this.listener = listener;
    this.orders = orders;
    this.collateral = new Collateral(ledger, conventions.margin);
    const { settlementDays, margin } = conventions;
    this.settlement =
      settlementDays > 0 && margin.spendsCash === true ? new Settlement(settlementDays, hours) : undefined;
    this.slippage = new Float64Array(instruments.length);
    this.context = {
      instrument: instruments[0],
      side: 1,
      quantity: Number.NaN,
      price: Number.NaN,
      opening: false,
      maker: false,
      quantityBefore: Number.NaN,
      valueBefore: Number.NaN,
      high: Number.NaN,
      low: Number.NaN,
      volume: Number.NaN,
      bid: Number.NaN,
      ask: Number.NaN,
    };
  }

  /** Applies slippage, affordability and reduce-only, then books. `units` is Infinity for a fraction of the account. */
  fill(order: Order, market: Market, units: number, price: number, at: number, maker: boolean): void {
    const position = this.ledger.positions[order.strategy][order.instrument];
    const held = position.quantityUnits;
    const closable = held > 0 === order.side > 0 ? 0 : Math.abs(held);
    if (order.reduceOnly) {
      if (closable === 0) {
        this.orders.end(order, 'cancel', 'nothing-to-reduce', at);
        return;
      }
      if (units > closable) units = closable;
    }
    const isSecured = this.ledger.options !== undefined && this.collateral.concerns(order.instrument, order.side);
    if (units === Infinity && !isSecured) {
      units = this.fractionUnits(order, market, price, at, maker);
      if (units === 0) return;
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
    this.tellBefore(order, market);
    const paid = this.paid(order, market, price, maker);
    if (isSecured) {
      units = this.secured(order, market, units, closable, paid, at);
      if (units === 0) return;
    } else if (units > closable) {
      units = this.affordable(order, market, units, closable, paid, at);
      if (units === 0) return;
    }
    if (paid !== price) this.slippage[order.instrument] += ((paid - price) * order.side * units) / market.scale;
    this.book(order, market, units, paid, at, maker);
  }

  /** What of the order filled before; most orders fill at once. */
  private tellBefore(order: Order, market: Market): void {
    const { context } = this;
    const isFirst = order.filledUnits === 0;
    context.quantityBefore = isFirst ? 0 : order.filledUnits / market.scale;
    context.valueBefore = isFirst ? 0 : order.filledValue / market.scale;
  }

  /** The price after slippage, never beyond the order's limit; but a spread charged on entries is charged on all of them. */
  private paid(order: Order, market: Market, price: number, maker: boolean): number {
    if (this.conventions.slippage.entryOnly === true) return this.slipped(order.side, market, price);
    if (maker) return price;
    const slipped = this.slipped(order.side, market, price);
    return order.limit === order.limit && order.side * slipped > order.side * order.limit ? order.limit : slipped;
  }

  /** The price after slippage: on the tick and inside the bar. The context says what it is about. */
  slipped(side: number, market: Market, price: number): number {
    const { context } = this;
    // Against a quote an option has paid half a spread already: a tick more would be much more than any slippage.
    if (market.quoted && market.instrument.option !== undefined) return price;
    let slipped = this.conventions.slippage.price(context);
    if (slipped === price) return price;
    if (market.tick !== 0) slipped = toTick(market.instrument, slipped, side > 0 ? 'up' : 'down');
    if (this.conventions.slipsInsideBar && context.high >= context.low) {
      if (slipped > context.high) slipped = Math.max(price, context.high);
      else if (slipped < context.low) slipped = Math.min(price, context.low);
    }
    return slipped;
  }

  /** Whole units that the account can pay for, after closing what the fill closes; 0 when the order was ended. */
  private affordable(order: Order, market: Market, units: number, closable: number, price: number, at: number): number {
    const { margin, sizing } = this.conventions;
    const { ledger } = this;
    const scale = market.scale;
    if (order.side < 0 && !maySellShort(margin, market.instrument)) return this.heldOnly(order, closable, at);
    const rate = ledger.rates[ledger.currencyOf[order.instrument]];
    const perUnit = (margin.perUnit(market.instrument, order.side, price) * rate) / scale;
    const released =
      closable === 0 ? 0 : (closable * margin.perUnit(market.instrument, -order.side, price) * rate) / scale;
    const free = this.free(order, at) + released;
    const opening = units - closable;
    const need = opening * perUnit + this.feeFor(units / scale, price) * rate;
    if (need <= free * (1 + 1e-12)) return units;
    if (!order.affordable || !sizing.trims) {
      this.orders.end(order, 'reject', 'margin.insufficient', at);
      return 0;
    }
    const { lotUnits } = market;
    let fewer =
      Math.max(0, Math.floor((free - this.feeFor(units / scale, price) * rate) / perUnit / lotUnits)) * lotUnits;
    while (fewer > 0 && fewer * perUnit + this.feeFor((fewer + closable) / scale, price) * rate > free)
      fewer -= lotUnits;
    const total = closable + Math.max(0, fewer);
    if (total === 0) {
      this.orders.end(order, 'reject', 'margin.insufficient', at);
      return 0;
    }
    order.units = order.filledUnits + total;
    return total;
  }

  /**
   * Money free for opening now. Where fractions are sized at the fill, what is held counts at the close of the bar of the
   * fill, which nobody could know: backtesting.py reckons so.
   */
  private free(order: Order, at: number): number {
    const { ledger } = this;
    const { moment } = this.orders;
    const { marks } = ledger;
    const mark = marks[order.instrument];
    if (this.conventions.sizing.at === 'fill' && moment.matching) marks[order.instrument] = moment.bar.close;
    const free = this.conventions.margin.free(ledger) - (this.settlement?.unsettled(at) ?? 0);
    marks[order.instrument] = mark;
    return free;
  }

  /** A sale of more than is held, where nothing is sold short: the part that is held, or nothing. */
  private heldOnly(order: Order, closable: number, at: number): number {
    if (closable > 0 && order.affordable) {
      order.units = order.filledUnits + closable;
      return closable;
    }
    this.orders.end(order, 'reject', 'margin.short-not-allowed', at);
    return 0;
  }

  /** Whole units that the account can carry of an option, or of shares under options; 0 when the order was ended. */
  private secured(order: Order, market: Market, units: number, closable: number, price: number, at: number): number {
    const { instrument, side } = order;
    const isShort = side < 0 && units > closable && market.instrument.option === undefined;
    if (isShort && !maySellShort(this.conventions.margin, market.instrument)) {
      units = this.heldOnly(order, closable, at);
      if (units === 0) return 0;
    }
    const { scale } = market;
    const unsettled = this.settlement?.unsettled(at) ?? 0;
    const { lotUnits } = market;
    const isFraction = units === Infinity;
    const share = isFraction ? order.fraction : 1;
    const isCarried = (some: number): boolean => {
      const quantity = some / scale;
      const fee = this.feeFor(quantity, price);
      const fill = { instrument, quantity: side * quantity, price, fee };
      return this.collateral.shortfall([fill], unsettled, share) <= 1e-6;
    };
    if (!isFraction && isCarried(units)) return units;
    let fewer = 0;
    if (isFraction || (order.affordable && this.conventions.sizing.trims)) {
      let most = isFraction ? this.mostLots(market, order.fraction, price) : units / lotUnits;
      // What can be carried of many can be carried of fewer: halve until both ends meet.
      while (fewer < most) {
        const middle = Math.ceil((fewer + most) / 2);
        if (isCarried(middle * lotUnits)) fewer = middle;
        else most = middle - 1;
      }
    }
    if (fewer === 0) {
      this.orders.end(order, 'reject', 'margin.insufficient', at);
      return 0;
    }
    order.units = order.filledUnits + fewer * lotUnits;
    return fewer * lotUnits;
  }

  /** Lots that a fraction of the free money would pay for. */
  private mostLots(market: Market, fraction: number, price: number): number {
    const { ledger } = this;
    const { instrument } = market;
    const rate = ledger.rates[ledger.currencyOf[market.index]];
    const each = price * instrument.multiplier * instrument.lot * rate;
    return Math.max(0, Math.floor((this.conventions.margin.free(ledger) * fraction) / each));
  }

  /**
   * Whole units that a fraction of the free margin pays for at the price of an entry, its own fee included; what the order
   * closes is among them. 0 when the order was ended.
   */
  private fractionUnits(order: Order, market: Market, price: number, at: number, maker: boolean): number {
    const { context, ledger } = this;
    const { margin, sizing } = this.conventions;
    context.instrument = market.instrument;
    context.side = order.side;
    context.maker = maker;
    context.opening = true;
    context.price = price;
    this.tellBefore(order, market);
    const paid = this.paid(order, market, price, maker);
    const rate = ledger.rates[ledger.currencyOf[order.instrument]] / market.scale;
    const perUnit = margin.perUnit(market.instrument, order.side, paid) * rate;
    // The fee of one unit, as the fee of a fraction of one, and borrowed as the unit is: so do engines that size at the fill.
    const share = perUnit / (paid * market.instrument.multiplier * rate);
    const fee = sizing.reservesFees ? (this.feeFor(order.fraction, paid) / order.fraction) * rate * share : 0;
    const free = this.free(order, at);
    const { lotUnits } = market;
    const units = Math.max(0, Math.floor((free * order.fraction) / (perUnit + fee) / lotUnits)) * lotUnits;
    if (units === 0) this.orders.end(order, 'reject', 'margin.insufficient', at);
    else order.units = order.filledUnits + units;
    return units;
  }

  /** What a fill of an order would cost in fees, in the instrument's currency. */
  feeOf(order: Order, market: Market, quantity: number, price: number): number {
    const { context } = this;
    this.withoutBar(market);
    context.instrument = market.instrument;
    context.side = order.side;
    context.quantityBefore = order.filledUnits / market.scale;
    context.valueBefore = order.filledValue / market.scale;
    return this.feeFor(quantity, price);
  }

  private feeFor(quantity: number, price: number): number {
    const { context } = this;
    context.quantity = quantity;
    context.price = price;
    return this.conventions.fees.fee(context);
  }

  /** Moves the money and the shares, and tells everybody. */
  book(order: Order, market: Market, units: number, price: number, at: number, maker: boolean, isFree = false): void {
    assert(units > 0, 'a fill moves something');
    const { context, ledger } = this;
    const scale = market.scale;
    context.instrument = market.instrument;
    context.side = order.side;
    context.maker = maker;
    context.quantity = units / scale;
    context.price = price;
    this.tellBefore(order, market);
    const fee = isFree ? 0 : this.conventions.fees.fee(context);
    const { booking } = ledger;
    booking.units = order.side * units;
    booking.price = price;
    booking.fee = fee;
    booking.at = at;
    booking.order = order.id;
    const position = ledger.positions[order.strategy][order.instrument];
    ledger.post(position);
    const booked = booking.fee;
    order.filledUnits += units;
    order.filledValue += units * price;
    if (order.side < 0 && this.settlement !== undefined && market.instrument.future === undefined) {
      const rate = ledger.rates[ledger.currencyOf[order.instrument]];
      const proceeds = (units / scale) * price * market.instrument.multiplier - booked;
      this.settlement.sold(order.instrument, proceeds * rate, at);
    }
    if (market.volumeLeft !== Infinity) market.volumeLeft -= units;
    const done = order.filledUnits >= order.units;
    this.orders.step(order, done ? EVENT['fill-rest'] : EVENT['fill-part']);
    const after = position.quantityUnits;
    this.journal.filled(order, booking, after, maker);
    if (done) this.orders.leave(order, market);
    this.listener.onFill(order, booking);
    if (order.siblings !== undefined) this.orders.reduceSiblings(order, units, at);
    // An exit that is done would leave what else its parent buys without one.
    if (done && order.parent !== undefined) this.orders.end(order.parent, 'cancel', 'exit-filled', at);
    if (order.children !== undefined) this.orders.wakeChildren(order, market, units, at, price);
    if (after === 0 && market.exits > 0) this.orders.dropExits(order, market, at);
  }

  /** Whole units that our orders together may take of a bar. */
  volumeLimit(market: Market, volume: number, at: number): number {
    const { share } = this.conventions.volume;
    if (share === Infinity) return Infinity;
    // Where no bar had a volume so far, the tape has none; after one had, a bar without is one without trades.
    if (!(volume > 0)) return at < market.volumeFrom ? Infinity : 0;
    const { lotUnits } = market;
    return Math.floor((volume * share * market.scale) / lotUnits) * lotUnits;
  }

  /** Prepares a fill that is not against a bar. */
  withoutBar(market: Market): void {
    const { context } = this;
    context.high = Number.NaN;
    context.low = Number.NaN;
    context.volume = Number.NaN;
    context.bid = market.bid;
    context.ask = market.ask;
  }
}
