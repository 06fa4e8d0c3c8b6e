/**
 * How an order is put to a broker: symbols as they trade now, quantities and prices as decimal texts.
 */
import { formatUnits, toUnits } from '../../../base/fixed.ts';
import { sha256 } from '../../../base/sha256.ts';
import type { Order, OrderType, TimeInForce } from '../../orders/order.ts';
import type { MarketHours } from '../../ports.ts';
import type { Market } from '../../sim/market.ts';
import type { BrokerVenueOptions } from './broker-venue.ts';
import type { CancelRequest, ReplaceRequest, SubmitRequest } from './requests.ts';
import type { Terms, Ticket } from './ticket.ts';

export function submissionOf(ticket: Ticket, market: Market, hours: MarketHours): SubmitRequest {
  const { order } = ticket;
  // The same id is always sent with the same body, whatever is wanted of it by now.
  const { units, limit, stop } = ticket.inForce ?? order;
  const { type, timeInForce } = ticket.as ?? order;
  // What is sent because it was reached waits for nothing there.
  const isFired = ticket.as !== undefined;
  const hasTrail = has(order.trail) && !isFired;
  // Its fields are in the order in which they are written down.
  const request: Begun = {
    kind: 'submit',
    clientId: ticket.clientId,
    order: order.id,
    posts: ticket.posts,
    strategy: order.strategy,
    symbol: market.symbol,
    side: order.side,
    quantity: formatUnits(units - ticket.before.units, market.instrument.quantityDecimals),
    type,
    timeInForce,
  };
  if (has(limit) && type !== 'market') request.limit = priceText(limit, market);
  if (has(stop) && !hasTrail && !isFired) request.stop = priceText(stop, market);
  if (hasTrail) {
    request.trail = order.trailIsFraction ? String(order.trail) : priceText(order.trail, market);
    request.trailIsFraction = order.trailIsFraction;
  }
  if (has(order.limitOffset) && !isFired) request.limitOffset = priceText(order.limitOffset, market);
  if (order.expireAt !== Infinity) request.goodTill = order.expireAt;
  if (type === 'limit' && order.parent === undefined && isExtended(hours, order.submittedAt)) request.extended = true;
  return Object.assign(request, { reduceOnly: order.reduceOnly, sendBy: ticket.sendBy });
}

/** Whether an instrument trades at an instant, and not in its regular hours; of a decision it is the same whenever it is asked. */
function isExtended(hours: MarketHours, at: number): boolean {
  return hours.regular !== undefined && hours.isOpen(at) && !hours.regular.isOpen(at);
}

/** How an exit is put that was held here and is reached; what could not rest there is sent for the day. */
export function firedAs({ type, timeInForce }: Order, canRest: boolean): { type: OrderType; timeInForce: TimeInForce } {
  const fired = type === 'stop' || type === 'trailing-stop' ? 'market' : 'limit';
  return { type: fired, timeInForce: canRest ? timeInForce : 'DAY' };
}

/** A submission whose last two fields are still to come. */
type Begun = { -readonly [K in keyof Omit<SubmitRequest, 'reduceOnly' | 'sendBy'>]: SubmitRequest[K] };

export function replacementOf(ticket: Ticket, market: Market, { units, limit, stop }: Terms): ReplaceRequest {
  const { order, clientId, brokerId } = ticket;
  return {
    kind: 'replace',
    clientId,
    order: order.id,
    ...(brokerId === undefined ? {} : { brokerId }),
    quantity: formatUnits(units - ticket.before.units, market.instrument.quantityDecimals),
    ...(has(limit) ? { limit: priceText(limit, market) } : {}),
    ...(has(stop) ? { stop: priceText(stop, market) } : {}),
    ...(has(ticket.changeBy) ? { sendBy: ticket.changeBy } : {}),
  };
}

export function cancellationOf({ order, clientId, brokerId }: Ticket, { symbol }: Market): CancelRequest {
  return {
    kind: 'cancel',
    clientId,
    order: order.id,
    ...(brokerId === undefined ? {} : { brokerId }),
    ...(order.type === 'exercise' ? { exercised: symbol } : {}),
  };
}

/** The id of an order there, made of the journal's beginning and its own number: the same whenever it is asked. */
export function clientIdOf(order: Order, { prefix, genesis }: BrokerVenueOptions): string {
  return `${prefix}-${order.id}-${sha256(`${genesis}|${order.id}`, 20)}`;
}

/** What only a desk is told of an order. */
export function toDesk({ reason, fraction, affordable, pack }: Order): Partial<SubmitRequest> {
  return {
    ...(reason === '' ? {} : { reason }),
    ...(pack === undefined ? {} : { name: pack.name }),
    ...(has(fraction) ? { fraction } : {}),
    ...(affordable ? { affordable } : {}),
  };
}

function has(value: number): boolean {
  return value === value;
}

/** A price to the last digit that its instrument has. */
export function priceText(value: number, { instrument }: Market): string {
  return formatUnits(toUnits(value, instrument.priceDecimals), instrument.priceDecimals);
}
