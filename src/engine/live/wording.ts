/**
 * How an order is put to a broker: symbols as they trade now, quantities and prices as decimal texts.
 */
import { formatUnits, toUnits } from '../../base/fixed.ts';
import type { Market } from '../sim/market.ts';
import type { ReplaceRequest, SubmitRequest } from './requests.ts';
import type { Terms, Ticket } from './ticket.ts';

export function submissionOf(ticket: Ticket, market: Market): SubmitRequest {
  const { order } = ticket;
  // The same id is always sent with the same body, whatever is wanted of it by now.
  const { units, limit, stop } = ticket.inForce ?? order;
  const hasTrail = has(order.trail);
  return {
    kind: 'submit',
    clientId: ticket.clientId,
    order: order.id,
    posts: ticket.posts,
    strategy: order.strategy,
    symbol: market.symbol,
    side: order.side,
    quantity: formatUnits(units, market.instrument.quantityDecimals),
    type: order.type,
    timeInForce: order.timeInForce,
    ...(has(limit) ? { limit: priceText(limit, market) } : {}),
    ...(has(stop) && !hasTrail ? { stop: priceText(stop, market) } : {}),
    ...(hasTrail
      ? {
          trail: order.trailIsFraction ? String(order.trail) : priceText(order.trail, market),
          trailIsFraction: order.trailIsFraction,
        }
      : {}),
    ...(has(order.limitOffset) ? { limitOffset: priceText(order.limitOffset, market) } : {}),
    ...(order.expireAt === Infinity ? {} : { goodTill: order.expireAt }),
    reduceOnly: order.reduceOnly,
    sendBy: ticket.sendBy,
  };
}

export function replacementOf(ticket: Ticket, market: Market, { units, limit, stop }: Terms): ReplaceRequest {
  const { order, clientId, brokerId } = ticket;
  return {
    kind: 'replace',
    clientId,
    order: order.id,
    ...(brokerId === undefined ? {} : { brokerId }),
    quantity: formatUnits(units, market.instrument.quantityDecimals),
    ...(has(limit) ? { limit: priceText(limit, market) } : {}),
    ...(has(stop) ? { stop: priceText(stop, market) } : {}),
  };
}

function has(value: number): boolean {
  return value === value;
}

function priceText(value: number, { instrument }: Market): string {
  return formatUnits(toUnits(value, instrument.priceDecimals), instrument.priceDecimals);
}
