/**
 * The account's activities as the vendor's stream of server-sent events tells them, busts included: the one source of
 * fills that can be read again from a place.
 */
import { formatDay } from '../../../time/civil.ts';
import { eventIdOf, type Activity } from '../../fake-broker/core/activities.ts';
import { moneyText, priceText, quantityText } from '../../fake-broker/core/amounts.ts';
import { localDay, stamp } from '../../fake-broker/core/random-ids.ts';
import { settlementDate } from '../../fake-broker/core/sessions.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import { instantOf, type Query } from './paging.ts';
import type { Json } from './views.ts';

export function activityEventView(activity: Activity): Json {
  const shared = {
    event_id: eventIdOf(activity),
    at: stamp(activity.at),
    executed_at: stamp(activity.at),
    currency: 'USD',
    status: 'executed',
  };
  if (activity.kind === 'fill') {
    const { order, listing, execution } = activity;
    return {
      ...shared,
      activity_type: 'FILL',
      ref_id: activity.executionId,
      ...(activity.previous === undefined ? {} : { previous_id: activity.previous }),
      qty: quantityText(activity.quantity),
      price: priceText(activity.price),
      settle_date: settlementDate(localDay(activity.at)),
      details: {
        order_id: order.id,
        client_order_id: order.terms.clientOrderId,
        asset_id: listing.id,
        symbol: listing.symbol,
        side: order.terms.side,
        cum_qty: quantityText(activity.cumulative),
        leaves_qty: quantityText(activity.leaves),
        order_status: activity.status,
        execution_type: execution,
        commission: '0',
      },
    };
  }
  return {
    ...shared,
    activity_type: activity.type,
    ...(activity.subType === '' ? {} : { activity_subtype: activity.subType }),
    ref_id: activity.reference,
    settle_date: formatDay(activity.day),
    net_amount: moneyText(activity.netAmount),
    ...(activity.quantity === undefined ? {} : { qty: quantityText(activity.quantity) }),
    ...(activity.price === undefined ? {} : { price: priceText(activity.price) }),
    details: activity.listing === undefined ? {} : { symbol: activity.listing.symbol },
  };
}

/** Returns the activities that a request for the stream asks to hear again. */
export function activitiesSince(state: BrokerState, query: Query): Activity[] {
  const since = instantOf(query, 'since');
  const { since_id: sinceId } = query;
  if (since === undefined && (sinceId === undefined || sinceId === '')) return [];
  return state.activities.filter(
    (activity) =>
      (since === undefined || activity.at >= since) && (sinceId === undefined || eventIdOf(activity) > sinceId),
  );
}
