/**
 * Takes, changes and cancels orders by this broker's rules, on the broker that all fakes share.
 *
 * Unlike others, it takes an order that closes a position and opens the opposite one, knows no client order id, and
 * refuses a number that was used before.
 */
import { divide, DOLLAR, moneyOf, readUnits, SHARE, type Money } from '../../fake-broker/core/amounts.ts';
import { accountFigures, checkPrice, reserveOptions } from '../../fake-broker/core/funds.ts';
import { cancelOrder, endOrder, routeOrder } from '../../fake-broker/core/lifecycle.ts';
import type { Listing } from '../../fake-broker/core/listing.ts';
import { meetOrder } from '../../fake-broker/core/matching.ts';
import { canHappen, isOpen, type OrderTerms, type OrderType, type TimeInForce } from '../../fake-broker/core/order.ts';
import { createOrder } from '../../fake-broker/core/placing.ts';
import { uuid } from '../../fake-broker/core/random-ids.ts';
import { Refusal } from '../../fake-broker/core/refusal.ts';
import { isTooLateForClose } from '../../fake-broker/core/sessions.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import type { ContractBook } from './contract-book.ts';
import type { PlacedOrder } from './order-fields.ts';
import type { ClientOrder, OrderBook } from './orders.ts';

/** Thrown by a handler; becomes an error message with this code. It is the client's mistake, or the market's. */
export class TwsError extends Error {
  override readonly name = 'TwsError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const TYPES: Readonly<Record<string, { readonly type: OrderType; readonly time?: TimeInForce }>> = {
  MKT: { type: 'market' },
  LMT: { type: 'limit' },
  STP: { type: 'stop' },
  'STP LMT': { type: 'stop_limit' },
  TRAIL: { type: 'trailing_stop' },
  MOC: { type: 'market', time: 'cls' },
  LOC: { type: 'limit', time: 'cls' },
};
const TIMES: Readonly<Record<string, TimeInForce>> = {
  DAY: 'day',
  GTC: 'gtc',
  GTD: 'gtc',
  IOC: 'ioc',
  FOK: 'fok',
  OPG: 'opg',
};
const CENT = DOLLAR / 100;

export class OrderDesk {
  private readonly state: BrokerState;
  private readonly contracts: ContractBook;
  private readonly book: OrderBook;

  constructor(state: BrokerState, contracts: ContractBook, book: OrderBook) {
    this.state = state;
    this.contracts = contracts;
    this.book = book;
  }

  /** Takes a new order or throws a `TwsError`; `onTaken` hears of it before it moves. */
  place(clientId: number, words: PlacedOrder, onTaken: (entry: ClientOrder) => void): void {
    const { orderId } = words;
    if (orderId < this.book.nextId(clientId)) throw new TwsError(103, 'Duplicate order id');
    const { terms, reserve } = this.check(words);
    const order = createOrder(this.state, terms);
    order.reserve = reserve;
    const entry = this.book.add(clientId, order, words);
    const isWaiting = this.state.phase !== 'core' && !(terms.extendedHours && this.state.phase !== 'closed');
    if (isWaiting) entry.warning = 'Warning: Your order will not be placed at the exchange until the next session.';
    onTaken(entry);
    if (words.tif === 'GTD') this.expireAt(entry, goodTill(words.goodTillDate));
    routeOrder(this.state, order);
  }

  /** What margin and commission would be, without placing anything: the six numbers of an order's state. */
  whatIf(words: PlacedOrder): readonly number[] {
    const { terms, reserve } = this.check(words);
    const { equity, initial, maintenance } = accountFigures(this.state);
    const money = (amount: Money): number => Number(amount) / 1e13;
    const after = initial + reserve;
    const commission = commissionOf(terms.listing!, terms.quantity);
    return [money(initial), money(maintenance), money(equity), money(after), money(maintenance + reserve), commission];
  }

  /** Changes price and quantity of an order that is open. `onChanged` hears when it is in force. */
  change(entry: ClientOrder, words: PlacedOrder, onChanged: (entry: ClientOrder) => void): void {
    const { order } = entry;
    if (order.status === 'filled') throw new TwsError(104, 'Cannot modify a filled order.');
    if (!isOpen(order)) throw new TwsError(103, 'Duplicate order id');
    const { terms } = this.check(words, entry);
    if (terms.side !== order.terms.side || terms.type !== order.terms.type || terms.listing !== order.listing) {
      throw new TwsError(105, 'Order being modified does not match the original order.');
    }
    if (terms.quantity <= order.filled)
      throw new TwsError(201, 'Order rejected - reason:quantity below what is filled');
    this.state.after(this.state.config.delays.replace, () => {
      if (!isOpen(order)) return;
      if (terms.quantity <= order.filled) return;
      order.quantity = terms.quantity;
      order.limit = terms.limit;
      if (!order.isTriggered) order.stop = terms.stop;
      entry.words = words;
      onChanged(entry);
      meetOrder(this.state, order);
    });
  }

  cancel({ order, words, status }: ClientOrder): void {
    const isGone = !isOpen(order) || order.status === 'pending_cancel';
    if (isGone) {
      throw new TwsError(
        10148,
        `OrderId ${words.orderId} that needs to be cancelled cannot be cancelled, state: ${status}.`,
      );
    }
    cancelOrder(this.state, order);
  }

  private expireAt({ order }: ClientOrder, at: number): void {
    this.state.schedule(at, () => {
      if (isOpen(order) && canHappen(order, 'expire')) endOrder(this.state, order, 'expire');
    });
  }

  private check(words: PlacedOrder, changed?: ClientOrder): { terms: OrderTerms; reserve: Money } {
    const found = this.contracts.find(words.contract);
    if (found.length === 0) throw new TwsError(200, 'No security definition has been found for the request');
    if (found.length > 1) throw new TwsError(200, 'The contract description specified is ambiguous');
    const listing = found[0];
    const kind = TYPES[words.type];
    if (kind === undefined) throw new TwsError(387, 'Unsupported order type for this exchange and security type.');
    const time = TIMES[words.tif];
    if (time === undefined) throw new TwsError(201, `Order rejected - reason:Invalid time in force:${words.tif}`);
    const quantity = (words.quantity ?? 0) * SHARE;
    if (!(quantity > 0)) throw new TwsError(434, 'The order size cannot be zero.');
    if (quantity % SHARE !== 0) throw new TwsError(10243, 'Fractional-sized order cannot be placed via API.');
    const terms = this.termsOf(words, listing, kind.type, kind.time ?? time, quantity);
    if (terms.timeInForce === 'cls' && isTooLateForClose(this.state.now)) {
      throw new TwsError(201, 'Order rejected - reason:too late for the closing auction');
    }
    const { flags } = this.state;
    if (flags.accountBlocked || flags.tradingBlocked)
      throw new TwsError(201, 'Order rejected - reason:No trading permission');
    try {
      return { terms, reserve: this.reserve(terms, listing, changed) };
    } catch (error) {
      if (error instanceof Refusal) throw new TwsError(201, `Order rejected - reason:${error.message}`);
      throw error;
    }
  }

  private termsOf(
    words: PlacedOrder,
    listing: Listing,
    type: OrderType,
    timeInForce: TimeInForce,
    quantity: number,
  ): OrderTerms {
    if (words.action !== 'BUY' && words.action !== 'SELL') throw new TwsError(321, `Invalid action ${words.action}`);
    const needsLimit = type === 'limit' || type === 'stop_limit';
    const needsStop = type === 'stop' || type === 'stop_limit';
    const percent = type === 'trailing_stop' ? words.trailPercent : undefined;
    if (type === 'trailing_stop' && (percent === undefined) === (words.aux === undefined)) {
      throw new TwsError(321, 'A trailing order has a trailing amount or a percentage');
    }
    return {
      listing,
      side: words.action === 'BUY' ? 'buy' : 'sell',
      type,
      timeInForce,
      orderClass: '',
      quantity,
      notional: undefined,
      limit: needsLimit ? price(words.limit) : undefined,
      stop: needsStop ? price(words.aux) : undefined,
      trailPrice: type === 'trailing_stop' && percent === undefined ? price(words.aux) : undefined,
      trailPercent: percent === undefined ? undefined : Math.round(percent * DOLLAR),
      extendedHours: words.outsideRth,
      intent: undefined,
      // Not unique here: a tag that comes back and nothing more.
      clientOrderId: uuid(this.state.chance.ids),
      ratio: 1,
    };
  }

  /** The margin that an order ties up: of what it opens, whatever it closes before. */
  private reserve(terms: OrderTerms, listing: Listing, changed?: ClientOrder): Money {
    const { state } = this;
    const { side, quantity } = terms;
    const held = state.holdings.quantityOf(listing);
    const closing = held * (side === 'buy' ? 1 : -1) < 0 ? Math.min(Math.abs(held), quantity) : 0;
    const opening = quantity - closing;
    const at = terms.limit ?? terms.stop ?? checkPrice(state, listing, side);
    if (opening <= 0) return 0n;
    if (listing.option !== undefined) {
      const intent = `${side}_to_open` as const;
      return reserveOptions(state, [{ listing, side, quantity: opening, intent }], side === 'buy' ? at : 0, opening);
    }
    if (side === 'sell' && !listing.shortable) throw new TwsError(201, 'Order rejected - reason:no shares to short');
    const cost = moneyOf(at, opening);
    const own = changed === undefined ? 0n : changed.order.reserve * BigInt(state.config.multiplier);
    if (cost > accountFigures(state).buyingPower + own) {
      throw new TwsError(
        201,
        'Order rejected - reason:We are unable to accept your order. Your Available Funds are insufficient.',
      );
    }
    return divide(cost, BigInt(state.config.multiplier));
  }
}

/** Reads a price that an order needs, on the grid of cents. */
function price(value: number | undefined): number {
  const units = value === undefined ? undefined : readUnits(value, 4);
  if (value === undefined || value === 0) throw new TwsError(321, 'The order needs a price');
  if (units === undefined || units % CENT !== 0) {
    throw new TwsError(110, 'The price does not conform to the minimum price variation for this contract.');
  }
  return units;
}

/** Reads `20261118-15:30:00`, UTC. */
function goodTill(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)-(\d\d:\d\d:\d\d)$/.exec(text);
  if (match === null) throw new TwsError(391, `Enter a valid date, was ${text}`);
  return Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}Z`) * 1000;
}

/** Dollars that a fill costs: by the share with a minimum of one, or by the contract. */
export function commissionOf(listing: Listing, quantity: number): number {
  const count = quantity / SHARE;
  return listing.option === undefined
    ? Math.max(1, Math.round(count * 0.5) / 100)
    : Math.max(1, Math.round(count * 65) / 100);
}
