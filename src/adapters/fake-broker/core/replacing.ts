/**
 * Changes an order by putting a new one in its place: what may be changed, when, and what happens if the old one fills
 * before the venue has heard of it.
 */
import { PRICE_DECIMALS, QUANTITY_DECIMALS, SHARE } from './amounts.ts';
import { accountFigures } from './funds.ts';
import { awaitReplacement } from './lifecycle.ts';
import { isOpen, type Order, type TimeInForce } from './order.ts';
import { amount, netPrice, price, record, text, word } from './order-request.ts';
import { createOrder, reserveAgain } from './placing.ts';
import { uuid } from './random-ids.ts';
import { forbidden, invalid, unprocessable } from './refusal.ts';
import { checkAccount, checkClientId } from './rules.ts';
import type { BrokerState } from './state.ts';

/** Asks to replace; returns the new order, which is not yet at work, or throws a `Refusal`. */
export function replaceOrder(state: BrokerState, order: Order, body: unknown): Order {
  checkAccount(state);
  if (order.parent?.isMultiLeg === true) throw unprocessable('legs of a multi-leg order cannot be replaced');
  const { status } = order;
  if (!isOpen(order)) throw unprocessable(`order is already in "${status}" state`);
  // An exit that watches may be held all the while.
  const isWatching = status === 'held' && order.parent !== undefined && !isOpen(order.parent);
  if (status !== 'new' && status !== 'partially_filled' && !isWatching)
    throw unprocessable(`cannot replace order in ${status} status`);
  if (order.terms.orderClass === 'oto') throw unprocessable('order replacement is not supported for oto orders');
  if (order.terms.notional !== undefined) throw unprocessable('notional orders cannot be replaced');
  const fields = record(body, 'request body format is invalid');
  const clientOrderId = text(fields, 'client_order_id');
  checkClientId(state, clientOrderId);
  const change = readChange(state, order, fields);
  const reserve = reserveAgain(order, change.quantity, change.limit ?? change.stop);
  checkFunds(state, order, reserve);
  const next = createOrder(state, {
    ...order.terms,
    quantity: change.quantity,
    limit: change.limit,
    stop: change.stop,
    timeInForce: change.timeInForce,
    trailPrice: change.trailPrice,
    trailPercent: change.trailPercent,
    clientOrderId: clientOrderId ?? uuid(state.chance.ids),
  });
  next.status = 'pending_new';
  next.parent = order.parent;
  next.filledBefore = order.filled;
  // While both are open, the dearer of the two is reckoned, once.
  next.reserve = reserve > order.reserve ? reserve : order.reserve;
  order.reserve = 0n;
  takePlace(state, order, next);
  awaitReplacement(state, order, next);
  return next;
}

function isGroup({ terms }: Order): boolean {
  return terms.orderClass === 'bracket' || terms.orderClass === 'oco';
}

interface Change {
  readonly quantity: number;
  readonly limit: number | undefined;
  readonly stop: number | undefined;
  readonly timeInForce: TimeInForce;
  readonly trailPrice: number | undefined;
  readonly trailPercent: number | undefined;
}

function readChange(state: BrokerState, order: Order, fields: Readonly<Record<string, unknown>>): Change {
  const { terms } = order;
  const quantity = amount(fields, 'qty', QUANTITY_DECIMALS);
  if (isGroup(order) && quantity !== undefined && quantity !== order.quantity) {
    throw unprocessable(`qty of ${terms.orderClass} orders cannot be replaced`);
  }
  if (quantity !== undefined && quantity % SHARE !== 0) throw unprocessable('qty must be a whole number to replace');
  const isRest = state.config.replacements === 'rest';
  if (isRest && quantity !== undefined && quantity <= order.filled) throw unprocessable('qty must be > filled_qty');
  const limit = order.isMultiLeg ? netPrice(fields, 'limit_price') : price(fields, 'limit_price');
  if (limit !== undefined && order.limit === undefined) throw invalid(`${terms.type} orders must not have limit_price`);
  const stop = price(fields, 'stop_price');
  if (stop !== undefined && order.stop === undefined) throw invalid(`${terms.type} orders must not have stop_price`);
  const trail = amount(fields, 'trail', PRICE_DECIMALS);
  if (trail !== undefined && terms.type !== 'trailing_stop') throw invalid(`${terms.type} orders must not have trail`);
  if (trail !== undefined && trail <= 0) throw invalid('trail must be > 0');
  const timeInForce = word(fields, 'time_in_force', ['day', 'gtc', 'opg', 'cls', 'ioc', 'fok'] as const);
  return {
    quantity: (quantity ?? order.quantity) - (isRest ? order.filled : 0),
    limit: limit ?? order.limit,
    stop: stop ?? order.stop,
    timeInForce: timeInForce ?? terms.timeInForce,
    trailPrice: terms.trailPrice === undefined ? undefined : (trail ?? terms.trailPrice),
    trailPercent: terms.trailPercent === undefined ? undefined : (trail ?? terms.trailPercent),
  };
}

function checkFunds(state: BrokerState, order: Order, reserve: bigint): void {
  const more = reserve - order.reserve;
  if (more <= 0n) return;
  if (more > accountFigures(state).optionsBuyingPower) throw forbidden('insufficient buying power');
}

/** The new order stands where the old one stood: as an exit of its parent, or as the parent of its exits or legs. */
function takePlace(state: BrokerState, order: Order, next: Order): void {
  const { parent } = order;
  if (parent !== undefined) parent.legs = parent.legs.map((leg) => (leg === order ? next : leg));
  if (order.isMultiLeg) {
    // The legs of several end with their parent, and the new one gets its own.
    for (const { terms } of order.legs) {
      const quantity = next.quantity * terms.ratio;
      const leg = createOrder(state, { ...terms, quantity, clientOrderId: uuid(state.chance.ids) });
      leg.status = 'pending_new';
      leg.parent = next;
      next.legs.push(leg);
    }
    return;
  }
  for (const leg of order.legs) {
    leg.parent = next;
    next.legs.push(leg);
  }
  order.legs = [];
}
