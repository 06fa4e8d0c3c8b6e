/**
 * The broker's own books for whoever checks a customer against them: the independent truth, without views or rounding.
 */
import { moneyText, priceText, quantityText } from '../../fake-broker/core/amounts.ts';
import { isOpen } from '../../fake-broker/core/order.ts';
import { stamp } from '../../fake-broker/core/random-ids.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import { activityView, type Json } from './views.ts';

/** Returns every order, fill, position and booking since the start. */
export function ledgerView(state: BrokerState): Json {
  return {
    now: stamp(state.now),
    cash: moneyText(state.holdings.cash),
    positions: Object.fromEntries(
      state.holdings.list().map(({ listing, quantity }) => [listing.symbol, quantityText(quantity)]),
    ),
    orders: state.orders.map((order) => ({
      id: order.id,
      client_order_id: order.terms.clientOrderId,
      symbol: order.listing?.symbol ?? null,
      side: order.terms.side,
      qty: quantityText(order.quantity),
      filled_qty: quantityText(order.filled),
      status: order.status,
      is_open: isOpen(order),
      parent: order.parent?.id ?? null,
      replaces: order.replaces?.id ?? null,
      created_at: stamp(order.createdAt),
      source: order.source,
    })),
    fills: state.activities.flatMap((activity) =>
      activity.kind === 'fill'
        ? [
            {
              execution_id: activity.executionId,
              execution: activity.execution,
              order_id: activity.order.id,
              symbol: activity.listing.symbol,
              side: activity.order.terms.side,
              qty: quantityText(activity.quantity),
              price: priceText(activity.price),
              at: stamp(activity.at),
            },
          ]
        : [],
    ),
    bookings: state.activities.filter(({ kind }) => kind === 'booking').map(activityView),
    notes: state.notes,
  };
}
