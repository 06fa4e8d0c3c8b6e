/**
 * From what the vendor's library says of orders to what a broker reports.
 *
 * A refusal is an answer with a documented code. Everything that is no answer, or none that proves anything, is lost: a
 * timeout, a reset, a 5xx, a body that does not parse.
 */
import type { ApiError } from '@alpacahq/alpaca-trade-api';
import type {
  BrokerOrderStatus,
  BrokerReport,
  BrokerRequest,
  Bust,
  Fill,
  OrderSnapshot,
} from '../../engine/live/index.ts';
import type { TradeEvent } from './payload/activity-event.ts';
import type { Side } from '../../engine/index.ts';
import type { Order, TradeUpdate } from './vendor-types.ts';

/** Statuses by what they mean for us; one that is not known works until the books say otherwise. */
const STATUSES: Readonly<Record<string, BrokerOrderStatus>> = {
  filled: 'filled',
  canceled: 'canceled',
  expired: 'expired',
  rejected: 'rejected',
  replaced: 'replaced',
};

/** The order as the vendor's books have it. `idOf` finds our id where a replacement got another. */
export function snapshotOf(order: Order, idOf: (order: Order) => string): OrderSnapshot {
  return {
    kind: 'order',
    clientId: idOf(order),
    ...(order.id === undefined ? {} : { brokerId: order.id }),
    status: STATUSES[order.status ?? ''] ?? 'working',
    symbol: order.symbol ?? '',
    side: sideOf(order),
    quantity: Number(order.qty ?? 0),
    filled: Number(order.filledQty ?? 0),
    averagePrice: Number(order.filledAvgPrice ?? 0),
    ...(order.orderClass === 'mleg' ? { legs: legsOf(order) } : {}),
    ...(isPrice(order.limitPrice) ? { limit: Number(order.limitPrice) } : {}),
    ...(isPrice(order.stopPrice) ? { stop: Number(order.stopPrice) } : {}),
    updatedAt: microseconds(order.updatedAt ?? order.createdAt),
    ...(order.createdAt === undefined ? {} : { createdAt: microseconds(order.createdAt) }),
    reason: order.status ?? '',
  };
}

function legsOf({ legs }: Order): NonNullable<OrderSnapshot['legs']> {
  return (legs ?? []).map((leg) => ({
    symbol: leg.symbol ?? '',
    side: leg.side === 'sell' ? -1 : 1,
    filled: Number(leg.filledQty ?? 0),
    averagePrice: Number(leg.filledAvgPrice ?? 0),
  }));
}

/** A leg's execution as the stream tells it, inside the update of its package. */
interface LegExecution {
  readonly execution_id: string;
  readonly order_id: string;
  readonly price: string;
  readonly qty: string;
}

/** What an update of a package reports of its legs: an execution each; nothing where it is another update. */
export function legFillsOf({ event, order, legs }: TradeUpdate, idOf: (order: Order) => string): Fill[] {
  if (order.orderClass !== 'mleg' || (event !== 'fill' && event !== 'partial_fill') || !Array.isArray(legs)) return [];
  return (legs as readonly LegExecution[]).flatMap(({ execution_id: executionId, order_id: orderId, price, qty }) => {
    const leg = order.legs?.find(({ id }) => id === orderId);
    if (leg === undefined || executionId === undefined) return [];
    return [
      {
        kind: 'fill',
        clientId: idOf(order),
        executionId,
        symbol: leg.symbol ?? '',
        side: leg.side === 'sell' ? -1 : 1,
        quantity: Number(qty),
        price: Number(price),
        fee: 0,
      },
    ];
  });
}

/**
 * What one execution was paid at. The vendor's text calls the price of an update an average per share, its libraries take it for
 * that of the execution; of the first of an order both are one. Where the price is the average of the whole, and the one that the
 * books imply is clearly another, it is worked out from what had filled before.
 */
function executionPrice({ price, qty, order }: TradeUpdate, before: Filled): number {
  const [told, units] = [Number(price), Number(qty)];
  const [filled, average] = [Number(order.filledQty ?? Number.NaN), Number(order.filledAvgPrice ?? Number.NaN)];
  if (!(before.filled > 0) || Math.abs(before.filled + units - filled) > UNIT || Math.abs(told - average) > PRICE)
    return told;
  const implied = (average * filled - before.averagePrice * before.filled) / units;
  // Averages are rounded; what that makes of a small part of a large order is no other price.
  return Math.abs(implied - told) > Math.max(2 * PRICE, (PRICE * filled) / units) && implied > 0
    ? rounded(implied)
    : told;
}

/** What an order had filled when its books were seen last. */
export interface Filled {
  readonly filled: number;
  readonly averagePrice: number;
}

const NOTHING: Filled = { filled: 0, averagePrice: 0 };
const UNIT = 1e-9;
/** Averages are told with four digits at least. */
const PRICE = 0.0001;

function rounded(price: number): number {
  return Math.round(price * 10_000) / 10_000;
}

/** What an update of the order stream reports; `undefined` where it says nothing new. */
export function updateOf(
  update: TradeUpdate,
  idOf: (order: Order) => string,
  before: Filled = NOTHING,
): BrokerReport | undefined {
  const { event, order, executionId, price, qty } = update;
  const clientId = idOf(order);
  const brokerId = order.id;
  const of = brokerId === undefined ? { clientId } : { clientId, brokerId };
  switch (event) {
    case 'fill':
    case 'partial_fill':
      // Of a package only its legs have executions: what it has besides is in its books.
      if (order.orderClass === 'mleg' || executionId === undefined || price === undefined || qty === undefined)
        return snapshotOf(order, idOf);
      return {
        kind: 'fill',
        ...of,
        executionId,
        symbol: order.symbol ?? '',
        side: sideOf(order),
        quantity: Number(qty),
        price: executionPrice(update, before),
        fee: 0,
      };
    case 'replaced': {
      // What took its place is in force from here on.
      const { replacedBy, updatedAt, createdAt } = order;
      if (typeof replacedBy !== 'string') return snapshotOf(order, idOf);
      return { kind: 'replaced', clientId, brokerId: replacedBy, updatedAt: microseconds(updatedAt ?? createdAt) };
    }
    case 'canceled':
    case 'expired':
    case 'rejected':
      // What was to take the place of an order never did: that one goes on.
      if (event === 'rejected' && typeof order.replaces === 'string')
        return { kind: 'replace-refused', clientId, brokerId: order.replaces, reason: event };
      return {
        // The library's words are open; these three were just told apart.
        kind: event as 'canceled' | 'expired' | 'rejected',
        ...of,
        reason: event,
        filled: Number(order.filledQty ?? 0),
        averagePrice: Number(order.filledAvgPrice ?? 0),
      };
    case 'order_cancel_rejected':
      return { kind: 'cancel-refused', ...of, reason: event };
    case 'order_replace_rejected':
      return { kind: 'replace-refused', ...of, reason: event };
    case 'pending_new':
    case 'pending_cancel':
    case 'pending_replace':
      return undefined;
    default:
      return snapshotOf(order, idOf);
  }
}

/**
 * What the stream of activities says of an execution beyond that it was: a bust takes it back, a correction puts another
 * in its place. `nameOf` finds our id of an order.
 */
export function correctionsOf(
  { reference, previous, quantity, price, details }: TradeEvent,
  nameOf: (orderId: string) => string | undefined,
): Bust[] {
  const { execution, orderId, clientOrderId, symbol, side, commission } = details;
  if (execution === 'fill') return [];
  const bust: Bust = { kind: 'bust', executionId: previous ?? reference };
  if (execution === 'trade_bust') return [bust];
  const by: Fill = {
    kind: 'fill',
    clientId: nameOf(orderId) ?? clientOrderId ?? '',
    brokerId: orderId,
    executionId: reference,
    symbol,
    side: side === 'buy' ? 1 : -1,
    quantity: quantity.toNumber(),
    price: price.toNumber(),
    fee: commission?.toNumber() ?? 0,
  };
  return [{ ...bust, by }];
}

/** What an error means for the request that met it. */
export function failureOf(request: Exclude<BrokerRequest, { kind: 'snapshot' }>, error: unknown): BrokerReport {
  const { clientId, kind } = request;
  const status = statusOf(error);
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  // By it the vendor finds the request again, and only who has kept it can ask.
  const named = requestIdOf(error);
  const message = named === undefined ? text : `${text.slice(0, 200)} (request ${named})`;
  const isAnswer = status !== undefined && status >= 400 && status < 500 && ![401, 408, 429].includes(status);
  if (!isAnswer || (kind === 'submit' && code === undefined)) {
    return { kind: 'lost', clientId, request: kind, cause: `${status ?? 'no answer'}: ${message}`.slice(0, 300) };
  }
  switch (kind) {
    case 'submit':
      // An id that was taken belongs to an order that was accepted: whose it is, the books say.
      if (message.includes('client_order_id must be unique')) return { kind: 'duplicate', clientId };
      return { kind: 'refused', clientId, code: String(code), message: message.slice(0, 300) };
    case 'lookup':
      return status === 404
        ? { kind: 'absent', clientId }
        : { kind: 'lost', clientId, request: kind, cause: message.slice(0, 200) };
    case 'cancel':
      return { kind: 'cancel-refused', clientId, reason: message.slice(0, 200) };
    case 'replace':
      return { kind: 'replace-refused', clientId, reason: message.slice(0, 200) };
  }
}

/** Microseconds since 1970 of what the library gives as a time. */
export function microseconds(time: Date | string | undefined): number {
  if (time === undefined) return 0;
  const date = typeof time === 'string' ? Date.parse(time) : time.getTime();
  return Number.isFinite(date) ? date * 1000 : 0;
}

/** The HTTP status of an error of the library; `undefined` where there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return isApiError(error) ? error.status : undefined;
}

function requestIdOf(error: unknown): string | undefined {
  return isApiError(error) ? error.requestId : undefined;
}

function codeOf(error: unknown): string | number | undefined {
  return isApiError(error) ? error.code : undefined;
}

function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && 'status' in error && typeof error.status === 'number';
}

function isPrice(text: string | null | undefined): boolean {
  return text !== undefined && text !== null && text !== '';
}

function sideOf({ side }: Order): Side {
  return side === 'sell' ? -1 : 1;
}
