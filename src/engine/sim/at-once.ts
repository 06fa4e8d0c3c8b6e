/**
 * The short way of an order that fills whole the moment it comes, as most orders of most runs do.
 *
 * It is no other rule: what is booked, written and told is what `SimulatedVenue.send` and `Filling` would have booked,
 * written and told, in the same order and with the same bits. It leaves out the questions whose answer is known for such
 * an order, and does the rest in one place, where nothing is handed from function to function. It is taken where
 * - orders fill at the close that decides, without delay, slippage or limit of volume,
 * - the account has neither options nor futures, and can spend what a sale brings at once,
 * - the order is a plain market order good till canceled: for a quantity, free to open, with no exits tied to it,
 * - the bar is news, and the account can pay for all of it.
 * Whatever is different goes the long way, and finds everything as it was.
 */
import type { Instrument } from '../../market/instrument.ts';
import type { Journal } from '../journal/journal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { STATES } from '../orders/order-state.ts';
import type { Order, Side } from '../orders/order.ts';
import type { Conventions } from './conventions.ts';
import type { Filling } from './filling.ts';
import type { Market } from './market.ts';
import type { FillContext } from './models.ts';
import type { Moment } from './moment.ts';
import { isFillForward } from './queue.ts';
import { noSlippage } from './slippage.ts';
import type { VenueListener, WorkingOrders } from './working-orders.ts';

/** Where acceptance and a fill of the whole lead: see the table in `order-state.ts`. */
const FILLED = STATES.indexOf('filled');

export class AtOnce {
  private readonly conventions: Conventions;
  private readonly ledger: Ledger;
  private readonly journal: Journal;
  private readonly listener: VenueListener;
  private readonly orders: WorkingOrders;
  private readonly context: FillAtOnce;
  private readonly moment: Moment;

  /** Returns the short way where conventions and account have one. */
  static of(
    conventions: Conventions,
    ledger: Ledger,
    journal: Journal,
    listener: VenueListener,
    filling: Filling,
    orders: WorkingOrders,
    moment: Moment,
  ): AtOnce | undefined {
    const { timing, latency, slippage, volume } = conventions;
    const isAtOnce = timing === 'this-close' && latency === 0 && slippage === noSlippage && volume.share === Infinity;
    const isPlain = ledger.options === undefined && ledger.units.every(({ isFuture }) => !isFuture);
    if (!isAtOnce || !isPlain || filling.settlement !== undefined) return undefined;
    return new AtOnce(conventions, ledger, journal, listener, orders, moment);
  }

  private constructor(
    conventions: Conventions,
    ledger: Ledger,
    journal: Journal,
    listener: VenueListener,
    orders: WorkingOrders,
    moment: Moment,
  ) {
    this.conventions = conventions;
    this.ledger = ledger;
    this.journal = journal;
    this.listener = listener;
    this.context = new FillAtOnce(ledger.instruments[0]);
    this.orders = orders;
    this.moment = moment;
  }

  /** Fills a new order, or leaves everything as it is and returns false. */
  fill(order: Order, market: Market): boolean {
    if (!order.isPlain || market.quoted) return false;
    const { now } = this.moment;
    const { bar, scale } = market;
    if (market.lastAt !== now || bar === undefined) return false;
    if (bar.volume === 0 && isFillForward(market, now, bar.high, bar.low, 0)) return false;
    const { ledger, context } = this;
    const { fees, margin } = this.conventions;
    const { instrument } = market;
    const { side, units } = order;
    const price = market.last;
    const position = ledger.positions[order.strategy][order.instrument];
    const held = position.quantityUnits;
    const closable = held > 0 === side > 0 ? 0 : Math.abs(held);
    context.market = market;
    context.instrument = instrument;
    context.side = side;
    context.opening = units > closable;
    context.quantity = units / scale;
    context.price = price;
    const fee = fees.fee(context);
    if (units > closable) {
      // Who sells more than is held, where nothing is sold short, goes the long way; so does who cannot pay.
      if (side < 0 && !margin.allowsShort) return false;
      const rate = ledger.rates[ledger.currencyOf[order.instrument]];
      const perUnit = (margin.perUnit(instrument, side, price) * rate) / scale;
      const released = closable === 0 ? 0 : (closable * margin.perUnit(instrument, -side, price) * rate) / scale;
      const free = margin.free(ledger) + released;
      const need = (units - closable) * perUnit + fee * rate;
      if (!(need <= free * (1 + 1e-12))) return false;
    }
    order.sequence = ++this.orders.sequence;
    market.volumeAt = now;
    market.volumeLeft = Infinity;
    const { booking } = ledger;
    booking.units = side * units;
    booking.price = price;
    booking.fee = fee;
    booking.at = now;
    booking.order = order.id;
    ledger.post(position);
    order.filledUnits = units;
    order.filledValue = units * price;
    order.state = FILLED;
    this.journal.filled(order, booking, position.quantityUnits, false);
    this.listener.onFill(order, booking);
    if (position.quantityUnits === 0 && market.exits > 0) this.orders.dropExits(order, market, now);
    return true;
  }
}

/** What models are told of such a fill. The bar is looked at by who asks: most do not, and its rows are far apart. */
class FillAtOnce implements FillContext {
  instrument: Instrument;
  side: Side = 1;
  quantity = Number.NaN;
  price = Number.NaN;
  opening = false;
  readonly maker = false;
  readonly quantityBefore = 0;
  readonly valueBefore = 0;
  market: Market | undefined = undefined;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
  }

  get high(): number {
    return this.market?.bar?.high ?? Number.NaN;
  }
  get low(): number {
    return this.market?.bar?.low ?? Number.NaN;
  }
  get volume(): number {
    return this.market?.bar?.volume ?? Number.NaN;
  }
  get bid(): number {
    return this.market?.bid ?? Number.NaN;
  }
  get ask(): number {
    return this.market?.ask ?? Number.NaN;
  }
}
