/**
 * The way of an order through the broker: routed, at work, cancelled, replaced, expired; what each step tells, and which
 * other orders go with it.
 */
import { assert } from '../../../base/assert.ts';
import type { TradeEventName } from './broker-events.ts';
import type { Listing } from './listing.ts';
import { canHappen, happen, isOpen, type Order, type OrderEvent } from './order.ts';
import { unprocessable } from './refusal.ts';
import { currentOrNextDay, nextDay, tradingDay, type TradingDay } from './sessions.ts';
import { localDay } from './random-ids.ts';
import type { BrokerState } from './state.ts';

/** Notes a new order in the books. */
export function enterBook(state: BrokerState, order: Order): void {
  assert(!state.ordersByClientId.has(order.terms.clientOrderId), 'a client order id is used once');
  state.orders.push(order);
  state.ordersById.set(order.id, order);
  state.ordersByClientId.set(order.terms.clientOrderId, order);
  state.open.add(order);
}

/** The listings whose prices move an order: its own, or those of its legs. */
function listingsOf(order: Order): Listing[] {
  return order.listing === undefined ? order.legs.map((leg) => leg.listing!) : [order.listing];
}

function startWorking(order: Order): void {
  for (const listing of listingsOf(order)) {
    if (!listing.working.includes(order)) listing.working.push(order);
    listing.option?.underlying.watched.add(listing);
  }
}

function stopWorking(order: Order): void {
  for (const listing of listingsOf(order)) {
    const at = listing.working.indexOf(order);
    if (at >= 0) listing.working.splice(at, 1);
    if (listing.working.length === 0) listing.option?.underlying.watched.delete(listing);
  }
}

/** Moves an order and those legs that move with it. */
function step(state: BrokerState, order: Order, event: OrderEvent): void {
  happen(order, event, state.now);
  if (order.isMultiLeg) for (const leg of order.legs) if (canHappen(leg, event)) happen(leg, event, state.now);
}

/** Sends a new order on its way: to the market when that is open to it, else into the queue for the next session. */
export function routeOrder(state: BrokerState, order: Order): void {
  if (!isItsTime(state, order)) {
    state.tellTrade('accepted', order);
    return;
  }
  step(state, order, 'route');
  state.tellTrade('pending_new', order);
  state.after(state.config.delays.route, () => beginWork(state, order));
}

/** Whether an order may go to the market in the present phase. */
function isItsTime(state: BrokerState, { terms }: Order): boolean {
  if (terms.timeInForce === 'opg') return false;
  if (state.phase === 'core') return true;
  return state.phase !== 'closed' && terms.extendedHours;
}

/** An order arrives at the venue. */
export function beginWork(state: BrokerState, order: Order): void {
  if (!canHappen(order, 'work')) return;
  step(state, order, 'work');
  startWorking(order);
  state.tellTrade('new', order);
  // The stop of an OCO watches from the moment that its limit works.
  if (order.terms.orderClass === 'oco' && order.parent === undefined)
    for (const leg of order.legs) beginWork(state, leg);
  state.onWork(order);
}

/** Ends an order: cancelled, expired, rejected or replaced, and with it the exits that slept behind it. */
export function endOrder(state: BrokerState, order: Order, event: 'cancel' | 'expire' | 'reject' | 'replace'): void {
  step(state, order, event);
  leaveBook(state, order);
  const told: Record<typeof event, TradeEventName> = {
    cancel: 'canceled',
    expire: 'expired',
    reject: 'rejected',
    replace: 'replaced',
  };
  state.tellTrade(told[event], order);
  if (event === 'replace' || order.isMultiLeg) return;
  // What ends one of a group ends all of it: only what has filled stays.
  for (const other of groupOf(order))
    if (isOpen(other)) endOrder(state, other, canHappen(other, event) ? event : 'cancel');
}

/** The others of a bracket, OCO or OTO order. */
function groupOf(order: Order): Order[] {
  const leader = order.parent ?? order;
  return [leader, ...leader.legs].filter((other) => other !== order);
}

/** Takes an order that has ended out of the books of what is open. */
export function leaveBook(state: BrokerState, order: Order): void {
  order.endedAt = state.now;
  state.open.delete(order);
  stopWorking(order);
  if (order.isMultiLeg) {
    for (const leg of order.legs) {
      leg.endedAt = state.now;
      state.open.delete(leg);
    }
  }
}

/** Asks to cancel. An order that has not reached the market ends at once, another when the venue has confirmed. */
export function cancelOrder(state: BrokerState, order: Order): void {
  const { status } = order;
  if (status === 'canceled') return;
  if (status === 'pending_cancel') throw unprocessable('order pending cancel');
  if (!isOpen(order)) throw unprocessable(`order is already in "${status}" state`);
  if (status === 'pending_replace') throw unprocessable('order pending replace');
  if (!canHappen(order, 'ask-cancel')) {
    endOrder(state, order, 'cancel');
    return;
  }
  step(state, order, 'ask-cancel');
  state.tellTrade('pending_cancel', order);
  if (state.stuckCancels > 0) {
    state.stuckCancels--;
    return;
  }
  state.after(state.config.delays.cancel, () => {
    if (order.status === 'pending_cancel') endOrder(state, order, 'cancel');
    else if (order.status === 'filled') state.tellTrade('order_cancel_rejected', order);
  });
}

/** Puts a replacement in the place of an order once the venue has confirmed; an order that filled first keeps its place. */
export function awaitReplacement(state: BrokerState, order: Order, next: Order): void {
  step(state, order, 'ask-replace');
  order.replacedBy = next;
  next.replaces = order;
  state.tellTrade('pending_replace', order);
  state.after(state.config.delays.replace, () => {
    if (order.status !== 'pending_replace' || state.config.refusesReplacements) {
      if (order.status === 'pending_replace') step(state, order, 'refuse-replace');
      order.replacedBy = undefined;
      giveBack(state, order, next);
      if (isOpen(next)) endOrder(state, next, 'reject');
      state.tellTrade('order_replace_rejected', order);
      return;
    }
    endOrder(state, order, 'replace');
    // Where only the rest counts, what the first order was filled meanwhile is not worked again.
    const isRest = state.config.replacements === 'rest';
    const filled = isRest ? order.filled - next.filledBefore : 0;
    if (filled >= next.quantity) {
      giveBack(state, order, next);
      endOrder(state, next, 'reject');
    } else {
      next.quantity -= filled;
      beginWork(state, next);
    }
  });
}

/** A replacement came to nothing: exits belong to the first order again, and work where that has filled. */
function giveBack(state: BrokerState, order: Order, next: Order): void {
  const { parent } = next;
  next.parent = undefined;
  if (next.isMultiLeg) return;
  if (parent !== undefined) parent.legs = parent.legs.map((leg) => (leg === next ? order : leg));
  for (const leg of next.legs) leg.parent = order;
  order.legs = next.legs;
  next.legs = [];
  if (parent === undefined && order.filled >= order.quantity) for (const leg of order.legs) beginWork(state, leg);
}

/** Whether an order is of a day that has come to its end. */
export function endsBy(order: Order, day: TradingDay, at: number): boolean {
  return (
    (order.terms.timeInForce === 'day' ||
      order.terms.timeInForce === 'ioc' ||
      order.terms.timeInForce === 'fok' ||
      order.terms.timeInForce === 'opg' ||
      order.terms.timeInForce === 'cls') &&
    dayOf(order).session.day <= day.session.day &&
    at >= day.closeAt
  );
}

/** The trading day for which an order was given: the present one until its close, then the next. */
function dayOf(order: Order): TradingDay {
  const day = currentOrNextDay(order.createdAt);
  const isAfterClose = order.createdAt >= day.closeAt && !order.terms.extendedHours;
  return isAfterClose && localDay(order.createdAt) === day.session.day
    ? nextDay(day.session.day)
    : tradingDay(day.session);
}
