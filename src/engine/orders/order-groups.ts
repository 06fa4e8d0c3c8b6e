/**
 * Orders that are tied together by hand: of which only one may fill.
 */
import { assert } from '../../base/assert.ts';
import { FINAL_STATES } from './order-state.ts';
import type { Order } from './order.ts';

/**
 * Ties orders together: a fill of one cancels the others, or makes them smaller when all of them only reduce. Groups
 * that share an order become one. When one has filled already, `cancel` is called for the others.
 */
export function tie(orders: readonly Order[], cancel: (order: Order) => void): void {
  const group = new Set(orders.flatMap((order) => [order, ...(order.siblings ?? [])]));
  for (const order of group) {
    const isAlike = order.instrument === orders[0].instrument || !order.reduceOnly;
    assert(isAlike, 'orders that only reduce cancel each other within one instrument');
  }
  const hasFilled = [...group].some((order) => order.filledUnits > 0);
  for (const order of group) order.siblings = [...group].filter((other) => other !== order);
  if (!hasFilled) return;
  for (const order of group) if (order.filledUnits === 0 && !FINAL_STATES.has(order.status)) cancel(order);
}
