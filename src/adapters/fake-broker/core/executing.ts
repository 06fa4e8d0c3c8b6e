/**
 * A fill: moves shares and cash, the order and the exits that hang on it, and is told to the customer.
 */
import { moneyOf } from './amounts.ts';
import { noteFill, type FillActivity } from './activities.ts';
import type { LegExecution } from './broker-events.ts';
import { beginWork, cancelOrder, endOrder, leaveBook } from './lifecycle.ts';
import { pointsOf } from './listing.ts';
import { canHappen, happen, isOpen, type Order } from './order.ts';
import { uuid } from './random-ids.ts';
import type { BrokerState } from './state.ts';

/** Fills an order in part or whole at a price; faults that wait for a fill are taken into account. */
export function executeOrder(state: BrokerState, order: Order, quantity: number, price: number): void {
  const fault = takeFault(state, order);
  if (fault?.lateBy !== undefined) {
    order.lateFills++;
    state.after([fault.lateBy, fault.lateBy], () => {
      order.lateFills--;
      report(state, order, quantity, price);
    });
    return;
  }
  report(state, order, quantity + (fault?.overfill ?? 0), price);
}

function takeFault(state: BrokerState, order: Order): BrokerState['fillFaults'][number] | undefined {
  const { fillFaults } = state;
  if (fillFaults.length === 0) return undefined;
  const at = fillFaults.findIndex(({ symbol }) => symbol === undefined || symbol === order.listing?.symbol);
  return at < 0 ? undefined : fillFaults.splice(at, 1)[0];
}

/** Books a fill, whatever the order's state: shares that have moved have moved. */
function report(state: BrokerState, order: Order, quantity: number, price: number): void {
  const { executionId, positionQuantity } = book(state, order, quantity, price);
  state.tellTrade(order.status === 'filled' ? 'fill' : 'partial_fill', order, {
    executionId,
    price,
    quantity,
    positionQuantity,
  });
  afterFill(state, order);
}

/** Moves shares, cash and the order's counts. */
function book(state: BrokerState, order: Order, quantity: number, price: number): Omit<LegExecution, 'order'> {
  const listing = order.listing!;
  const wasOpen = isOpen(order);
  state.holdings.trade(listing, order.sign * quantity, price);
  order.filled += quantity;
  order.filledCost += moneyOf(price, quantity, listing.multiplier);
  order.filledAt = state.now;
  happen(order, order.filled >= order.quantity ? 'fill-all' : 'fill-part', state.now);
  const executionId = uuid(state.chance.ids);
  noteFill(state, {
    executionId,
    order,
    listing,
    quantity,
    price,
    cumulative: order.filled,
    leaves: order.remaining,
    status: order.status,
    execution: 'fill',
  });
  if (wasOpen && !isOpen(order)) leaveBook(state, order);
  return { executionId, price, quantity, positionQuantity: state.holdings.quantityOf(listing) };
}

/** Wakes the exits behind a filled parent; shrinks or ends the other exit of a pair. */
function afterFill(state: BrokerState, order: Order): void {
  const { parent, terms } = order;
  if (terms.orderClass === 'mleg') return;
  if (parent === undefined) {
    if (order.status !== 'filled' && terms.orderClass !== 'oco') return;
    if (terms.orderClass === 'oco') settlePair(state, order, order.legs);
    else for (const leg of order.legs) beginWork(state, leg);
    return;
  }
  const others = [
    ...parent.legs.filter((leg) => leg !== order),
    ...(parent.terms.orderClass === 'oco' ? [parent] : []),
  ];
  settlePair(state, order, others);
}

function settlePair(state: BrokerState, filled: Order, others: readonly Order[]): void {
  for (const other of others) {
    if (!isOpen(other)) continue;
    if (filled.status === 'filled') {
      // The venue needs a moment to take the other one off, in which a fast market may fill both.
      if (canHappen(other, 'ask-cancel')) cancelOrder(state, other);
      else if (canHappen(other, 'cancel') && other.status !== 'pending_cancel') endOrder(state, other, 'cancel');
    } else other.quantity = Math.max(other.filled, filled.remaining);
  }
}

/** Fills units of a multi-leg order: all legs at once, at the far sides, for a net price. */
export function executeMultiLeg(state: BrokerState, order: Order, units: number, net: number): void {
  const wasOpen = isOpen(order);
  const legs: LegExecution[] = order.legs.map((leg) => {
    const { listing, terms } = leg;
    const price = terms.side === 'buy' ? listing!.ask : listing!.bid;
    return { order: leg, ...book(state, leg, units * terms.ratio, price) };
  });
  order.filled += units;
  order.filledCost += moneyOf(net, units, pointsOf(legs.map((leg) => leg.order.listing!)));
  order.filledAt = state.now;
  happen(order, order.filled >= order.quantity ? 'fill-all' : 'fill-part', state.now);
  if (wasOpen && !isOpen(order)) leaveBook(state, order);
  state.tellTrade(order.status === 'filled' ? 'fill' : 'partial_fill', order, {
    executionId: uuid(state.chance.ids),
    price: net,
    quantity: units,
    positionQuantity: 0,
    legs,
  });
}

/** Takes a fill back: a trade that the exchange has busted. Returns whether there is one of that id. */
export function bustFill(state: BrokerState, executionId: string): boolean {
  const fill = standing(state, executionId);
  if (fill === undefined) return false;
  move(state, fill, -1);
  noteAgain(state, { ...fill, previous: executionId, execution: 'trade_bust' });
  return true;
}

/** Puts another price or quantity in the place of a fill. Returns whether there is one of that id. */
export function correctFill(state: BrokerState, executionId: string, to: { price: number; quantity: number }): boolean {
  const fill = standing(state, executionId);
  if (fill === undefined) return false;
  move(state, fill, -1);
  const corrected = { ...fill, ...to, executionId: uuid(state.chance.ids) };
  move(state, corrected, 1);
  noteAgain(state, { ...corrected, previous: executionId, execution: 'trade_correct' });
  return true;
}

/** The fill, or its correction, of an id that nothing has taken back since. */
function standing({ activities }: BrokerState, executionId: string): FillActivity | undefined {
  const fills = activities.filter((activity) => activity.kind === 'fill');
  if (fills.some(({ previous }) => previous === executionId)) return undefined;
  return fills.find((fill) => fill.executionId === executionId);
}

function move({ holdings }: BrokerState, { order, listing, quantity, price }: FillActivity, sign: 1 | -1): void {
  holdings.trade(listing, sign * order.sign * quantity, price);
  order.filled += sign * quantity;
  order.filledCost += BigInt(sign) * moneyOf(price, quantity, listing.multiplier);
}

function noteAgain(state: BrokerState, fill: FillActivity): void {
  const { order } = fill;
  order.updatedAt = state.now;
  noteFill(state, { ...fill, cumulative: order.filled, leaves: order.remaining, status: order.status });
}
