/**
 * The trading endpoints: what each request reads or does, and what it answers.
 */
import { parseShare } from '../../fake-broker/core/amounts.ts';
import type { Handler, Request } from './api.ts';
import { cancelOrder, endOrder } from '../../fake-broker/core/lifecycle.ts';
import type { Listing } from '../../fake-broker/core/listing.ts';
import { marketClose } from '../../fake-broker/core/nights.ts';
import { canHappen, isOpen, type Order } from '../../fake-broker/core/order.ts';
import { readOrderRequest } from '../../fake-broker/core/order-request.ts';
import { countOf, instantOf, listOf, type Query } from './paging.ts';
import { placeOrder } from '../../fake-broker/core/placing.ts';
import {
  answer,
  forbidden,
  invalid,
  notFound,
  Refusal,
  unprocessable,
  type Answer,
} from '../../fake-broker/core/refusal.ts';
import { replaceOrder } from '../../fake-broker/core/replacing.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import { orderView, positionView } from './views.ts';

export const TRADING: readonly Handler[] = [
  {
    method: 'POST',
    path: '/v2/orders',
    handle: (state, { body }) => answer(orderView(placeOrder(state, readOrderRequest(body)))),
  },
  { method: 'GET', path: '/v2/orders', handle: listOrders },
  { method: 'DELETE', path: '/v2/orders', handle: cancelAll },
  { method: 'GET', path: '/v2/orders:by_client_order_id', handle: byClientId },
  {
    method: 'GET',
    path: '/v2/orders/{id}',
    handle: (state, request) => answer(orderView(orderOf(state, request), true)),
  },
  { method: 'PATCH', path: '/v2/orders/{id}', handle: replace },
  { method: 'DELETE', path: '/v2/orders/{id}', handle: cancel },
  { method: 'GET', path: '/v2/positions', handle: listPositions },
  { method: 'DELETE', path: '/v2/positions', handle: closeAll },
  { method: 'GET', path: '/v2/positions/{symbol}', handle: onePosition },
  { method: 'DELETE', path: '/v2/positions/{symbol}', handle: closeOne },
  {
    method: 'POST',
    path: '/v2/positions/{symbol}/exercise',
    handle: (state, request) => exercise(state, request, true),
  },
  {
    method: 'POST',
    path: '/v2/positions/{symbol}/do-not-exercise',
    handle: (state, request) => exercise(state, request, false),
  },
];

function orderOf(state: BrokerState, { params }: Request): Order {
  const order = state.ordersById.get(params['id']);
  if (order === undefined) throw notFound(`order not found for ${params['id']}`);
  return order;
}

function byClientId(state: BrokerState, { query }: Request): Answer {
  const id = query['client_order_id'] ?? '';
  const order = state.ordersByClientId.get(id);
  if (order === undefined) throw notFound(`order not found for ${id}`);
  return answer(orderView(order, true));
}

function listOrders(state: BrokerState, { query }: Request): Answer {
  const status = query['status'] ?? 'open';
  if (!['open', 'closed', 'all'].includes(status)) throw invalid(`invalid status: ${JSON.stringify(status)}`);
  const limit = countOf(query, 'limit', 50, 1, 500);
  const isNested = query['nested'] === 'true';
  const isWanted = orderFilter(state, query, status, isNested);
  const isAscending = query['direction'] === 'asc';
  const found: Order[] = [];
  const { orders } = state;
  for (let i = 0; i < orders.length && found.length < limit; i++) {
    const order = orders[isAscending ? i : orders.length - 1 - i];
    if (isWanted(order)) found.push(order);
  }
  return answer(found.map((order) => orderView(order, isNested)));
}

function orderFilter(state: BrokerState, query: Query, status: string, isNested: boolean): (order: Order) => boolean {
  const [after, until] = [instantOf(query, 'after'), instantOf(query, 'until')];
  const symbols = new Set(listOf(query, 'symbols'));
  const classes = new Set(listOf(query, 'asset_class'));
  const { side } = query;
  const beforeOrder = ordinalOf(state, query['before_order_id']);
  const afterOrder = ordinalOf(state, query['after_order_id']);
  return (order) => {
    // Legs of several are always inside their parent; exits are rows of their own unless nested is asked for.
    if (order.parent !== undefined && (isNested || order.parent.isMultiLeg)) return false;
    if (status !== 'all' && isOpen(order) !== (status === 'open')) return false;
    if (after !== undefined && order.createdAt <= after) return false;
    if (until !== undefined && order.createdAt >= until) return false;
    if (symbols.size > 0 && !symbolsOf(order).some((symbol) => symbols.has(symbol))) return false;
    if (side !== undefined && side !== '' && order.terms.side !== side) return false;
    if (classes.size > 0 && !classes.has('all') && !classes.has(order.listing?.assetClass ?? 'us_option')) return false;
    if (beforeOrder !== undefined && order.ordinal >= beforeOrder) return false;
    return afterOrder === undefined || order.ordinal > afterOrder;
  };
}

function ordinalOf(state: BrokerState, id: string | undefined): number | undefined {
  if (id === undefined || id === '') return undefined;
  const order = state.ordersById.get(id);
  if (order === undefined) throw notFound(`order not found for ${id}`);
  return order.ordinal;
}

function symbolsOf(order: Order): string[] {
  return order.listing === undefined ? order.legs.map((leg) => leg.listing!.symbol) : [order.listing.symbol];
}

function replace(state: BrokerState, request: Request): Answer {
  return answer(orderView(replaceOrder(state, orderOf(state, request), request.body)));
}

function cancel(state: BrokerState, request: Request): Answer {
  const order = orderOf(state, request);
  cancelOrder(state, order.parent?.isMultiLeg === true ? order.parent : order);
  return answer(undefined, 204);
}

function cancelAll(state: BrokerState): Answer {
  const done: unknown[] = [];
  for (const order of state.openOrders()) {
    if (order.parent?.isMultiLeg === true || !isOpen(order)) continue;
    done.push({ id: order.id, status: statusOf(() => cancelOrder(state, order)) });
  }
  return answer(done, 207);
}

function statusOf(run: () => void): number {
  try {
    run();
    return 200;
  } catch (error) {
    if (error instanceof Refusal) return error.status;
    throw error;
  }
}

function listPositions(state: BrokerState): Answer {
  return answer(state.holdings.list().map((position) => positionView(state, position)));
}

function positionListing(state: BrokerState, { params }: Request): Listing {
  const listing = state.listings.get(params['symbol']) ?? state.listingsById.get(params['symbol']);
  if (listing === undefined || !state.holdings.positions.has(listing)) throw notFound('position does not exist');
  return listing;
}

function onePosition(state: BrokerState, request: Request): Answer {
  return answer(positionView(state, state.holdings.positions.get(positionListing(state, request))!));
}

function closeOne(state: BrokerState, request: Request): Answer {
  const listing = positionListing(state, request);
  const held = state.holdings.quantityOf(listing);
  return answer(orderView(placeOrder(state, marketClose(listing, part(request.query, held)))));
}

/** How much of a position a request to close it speaks of, signed. */
function part(query: Query, held: number): number {
  const { qty, percentage } = query;
  if (qty !== undefined && qty !== '') {
    const quantity = parseShare(qty);
    if (quantity === undefined || quantity <= 0) throw invalid('qty must be > 0');
    return Math.sign(held) * quantity;
  }
  if (percentage === undefined || percentage === '') return held;
  const share = Number(percentage);
  if (!(share > 0 && share <= 100)) throw invalid('percentage must be > 0 and <= 100');
  return Math.trunc((held * share) / 100);
}

function closeAll(state: BrokerState, { query }: Request): Answer {
  if (query['cancel_orders'] === 'true') {
    // Orders that stand in the way are taken off before anything is closed.
    for (const order of state.openOrders()) {
      if (order.parent?.isMultiLeg !== true && canHappen(order, 'cancel')) endOrder(state, order, 'cancel');
    }
  }
  const closed = state.holdings.list().map(({ listing, quantity }) => {
    try {
      return {
        symbol: listing.symbol,
        status: 200,
        body: orderView(placeOrder(state, marketClose(listing, quantity))),
      };
    } catch (error) {
      if (error instanceof Refusal) return { symbol: listing.symbol, status: error.status, body: error.body };
      throw error;
    }
  });
  return answer(closed, 207);
}

/** Notes the customer's word on a contract; it is carried out in the night. */
function exercise(state: BrokerState, { params }: Request, isWanted: boolean): Answer {
  const contract = state.find(params['symbol']);
  if (contract?.option === undefined) throw unprocessable('invalid symbol');
  if (state.phase === 'post' || state.phase === 'closed') {
    throw unprocessable('exercise instructions are not accepted between market close and midnight');
  }
  const held = state.holdings.quantityOf(contract);
  if (held < 0) throw new Refusal(403, 40310001, `cannot ${isWanted ? 'exercise' : 'submit DNE for'} short position`);
  if (held === 0) throw forbidden('no available position for the specified contract');
  state.exercises.push({ contract, exercise: isWanted });
  return answer(undefined);
}
