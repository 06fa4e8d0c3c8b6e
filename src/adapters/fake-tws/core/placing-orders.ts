/**
 * Takes, changes and cancels orders by this broker's rules, on the broker that all fakes share.
 *
 * Unlike others, it takes an order that closes a position and opens the opposite one, knows no client order id, and
 * refuses a number that was used before.
 */
import { SHARE, type Money } from '../../fake-broker/core/amounts.ts';
import { accountFigures } from '../../fake-broker/core/funds.ts';
import { cancelOrder, endOrder, routeOrder } from '../../fake-broker/core/lifecycle.ts';
import type { Listing } from '../../fake-broker/core/listing.ts';
import { meetOrder } from '../../fake-broker/core/matching.ts';
import { canHappen, isOpen } from '../../fake-broker/core/order.ts';
import { addLegs, createOrder } from '../../fake-broker/core/placing.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import { OrderChecks } from './checking-orders.ts';
import type { ContractBook } from './contract-book.ts';
import type { PlacedOrder } from './order-fields.ts';
import type { ClientOrder, OrderBook } from './orders.ts';
import { TwsError } from './tws-error.ts';

export class OrderDesk {
  private readonly state: BrokerState;
  private readonly checks: OrderChecks;
  private readonly book: OrderBook;

  constructor(state: BrokerState, contracts: ContractBook, book: OrderBook) {
    this.state = state;
    this.checks = new OrderChecks(state, contracts);
    this.book = book;
  }

  /** Takes a new order or throws a `TwsError`; `onTaken` hears of it before it moves. */
  place(clientId: number, words: PlacedOrder, onTaken: (entry: ClientOrder) => void): void {
    const { orderId } = words;
    if (orderId < this.book.nextId(clientId)) throw new TwsError(103, 'Duplicate order id');
    const { terms, reserve, legs } = this.checks.check(words);
    const order = createOrder(this.state, terms);
    order.reserve = reserve;
    if (legs !== undefined) addLegs(this.state, order, legs);
    const parent = words.parentId === 0 ? undefined : this.parentOf(clientId, words.parentId);
    if (parent !== undefined) {
      order.parent = parent.order;
      order.status = 'held';
      parent.order.legs.push(order);
    }
    const entry = this.book.add(clientId, order, words);
    const isWaiting = this.state.phase !== 'core' && !(terms.extendedHours && this.state.phase !== 'closed');
    if (isWaiting) entry.warning = 'Warning: Your order will not be placed at the exchange until the next session.';
    onTaken(entry);
    if (words.tif === 'GTD') this.expireAt(entry, goodTill(words.goodTillDate));
    if (parent === undefined && words.transmit) routeOrder(this.state, order);
    // The last child sends all of them.
    if (parent !== undefined && words.transmit && parent.order.status === 'accepted') {
      routeOrder(this.state, parent.order);
    }
  }

  private parentOf(clientId: number, orderId: number): ClientOrder {
    const parent = this.book.find(clientId, orderId);
    if (parent === undefined || !isOpen(parent.order)) throw new TwsError(135, "Can't find order with id =" + orderId);
    return parent;
  }

  /** What margin and commission would be, without placing anything: the six numbers of an order's state. */
  whatIf(words: PlacedOrder): readonly number[] {
    const { terms, reserve, legs } = this.checks.check(words);
    const { equity, initial, maintenance } = accountFigures(this.state);
    const money = (amount: Money): number => Number(amount) / 1e13;
    const after = initial + reserve;
    const parts = legs ?? [{ listing: terms.listing!, quantity: terms.quantity }];
    const commission = parts.reduce((sum, { listing, quantity }) => sum + commissionOf(listing, quantity), 0);
    return [money(initial), money(maintenance), money(equity), money(after), money(maintenance + reserve), commission];
  }

  /** Changes price and quantity of an order that is open. `onChanged` hears when it is in force. */
  change(entry: ClientOrder, words: PlacedOrder, onChanged: (entry: ClientOrder) => void): void {
    const { order } = entry;
    if (order.status === 'filled') throw new TwsError(104, 'Cannot modify a filled order.');
    if (!isOpen(order)) throw new TwsError(103, 'Duplicate order id');
    const { terms } = this.checks.check(words, entry);
    if (terms.side !== order.terms.side || terms.type !== order.terms.type || terms.listing !== order.listing) {
      throw new TwsError(105, 'Order being modified does not match the original order.');
    }
    if (terms.quantity <= order.filled)
      throw new TwsError(201, 'Order rejected - reason:quantity below what is filled');
    this.state.after(this.state.config.delays.replace, () => {
      if (!isOpen(order)) return;
      if (terms.quantity <= order.filled) return;
      order.quantity = terms.quantity;
      for (const leg of order.isMultiLeg ? order.legs : []) leg.quantity = terms.quantity * leg.terms.ratio;
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

  /** One of a group of its client's has filled: the others end, or become as much smaller. */
  settleGroup({ order, words, clientId }: ClientOrder, quantity: number): readonly ClientOrder[] {
    if (words.ocaGroup === '') return [];
    const others = this.book.all.filter((other) => {
      // Children of one parent are a group by that alone.
      const isSame = other.words.ocaGroup === words.ocaGroup && other.clientId === clientId;
      return isSame && other.order !== order && other.order.parent === undefined && isOpen(other.order);
    });
    for (const { order: other, words: own } of others) {
      if (order.status === 'filled' || own.ocaType === 1 || other.remaining <= quantity) {
        if (canHappen(other, 'cancel')) endOrder(this.state, other, 'cancel');
        else if (other.status !== 'pending_cancel') cancelOrder(this.state, other);
      } else other.quantity -= quantity;
    }
    return others;
  }

  private expireAt({ order }: ClientOrder, at: number): void {
    this.state.schedule(at, () => {
      if (isOpen(order) && canHappen(order, 'expire')) endOrder(this.state, order, 'expire');
    });
  }
}

/** Reads `20261118-15:30:00`, UTC. */
function goodTill(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)-(\d\d:\d\d:\d\d)$/.exec(text);
  if (match === null) throw new TwsError(391, `Enter a valid date, was ${text}`);
  return Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}Z`) * 1000;
}

/** Dollars that a fill costs: by the share with a minimum of one, or by the contract. */
export function commissionOf({ option, future }: Listing, quantity: number): number {
  const count = quantity / SHARE;
  if (future !== undefined) return Math.round(count * 225) / 100;
  return option === undefined ? Math.max(1, Math.round(count * 0.5) / 100) : Math.max(1, Math.round(count * 65) / 100);
}
