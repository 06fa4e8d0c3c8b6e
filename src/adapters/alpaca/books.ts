/**
 * The whole of an account, read with questions alone: what it holds, what works, what was executed and what was booked.
 */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';
import type { AccountBooks, BookedFill, BookedOrder } from '../../engine/live/index.ts';
import { instantFromMillis } from '../../time/instant.ts';
import { parseOcc } from '../../options/occ.ts';
import { statusOf } from './answers.ts';
import { bookingsSince } from './bookings.ts';
import { fillsSince } from './fill-history.ts';
import type { Order } from './vendor-types.ts';

const ENDED: ReadonlySet<string> = new Set(['filled', 'canceled', 'expired', 'replaced', 'rejected']);
const CONTRACT = 100;

/**
 * Reads the books; executions and bookings since an Instant, and of orders the newest, those that work, and those that are
 * `asked` for by their ids. Rejects where any of them cannot be read.
 */
export async function readBooks(alpaca: Alpaca, since: number, asked: readonly string[]): Promise<AccountBooks> {
  const { trading } = alpaca;
  const { timestamp } = await trading.clock.legacyClock();
  const now = timestamp.getTime();
  const [open, newest] = await Promise.all([
    trading.orders.getAllOrders({ status: 'open', limit: 500, nested: true }),
    trading.orders.getAllOrders({ status: 'all', limit: 500, nested: true }),
  ]);
  // What moves between two answers is found by who reads twice.
  const [account, positions] = await Promise.all([
    trading.account.getAccount(),
    trading.positions.getAllOpenPositions(),
  ]);
  const [fills, bookings] = await Promise.all([fillsSince(alpaca, since / 1000), bookingsSince(alpaca, since, now)]);
  const orders = new Map([...newest, ...open].flatMap(ordersOf).map((order) => [order.id, order]));
  for (const orderId of asked) {
    if (orders.has(orderId)) continue;
    const order = await trading.orders.getOrderByOrderID({ orderId }).catch((error: unknown) => {
      if (statusOf(error) === 404) return undefined;
      throw error;
    });
    if (order !== undefined) for (const each of ordersOf(order)) orders.set(each.id, each);
  }
  return {
    at: instantFromMillis(now),
    number: account.accountNumber ?? '',
    cash: Number(account.cash ?? Number.NaN),
    equity: Number(account.equity ?? Number.NaN),
    positions: positions.map(({ symbol, qty, side, marketValue }) => ({
      symbol,
      quantity: side === 'short' ? -Math.abs(Number(qty)) : Number(qty),
      value: Number(marketValue ?? Number.NaN),
    })),
    orders: [...orders.values()],
    fills: fills.map(({ id, orderId, symbol, side, quantity, price }): BookedFill => {
      const signed = (side === 'buy' ? 1 : -1) * quantity.toNumber();
      const size = parseOcc(symbol).ok ? CONTRACT : 1;
      return { id, orderId, symbol, quantity: signed, money: -signed * price.toNumber() * size };
    }),
    bookings,
  };
}

/** An order and what hangs on it; a package is its legs, which alone are executed. */
function ordersOf(
  order: Pick<Order, 'id' | 'symbol' | 'status' | 'filledQty' | 'orderClass'> & { readonly legs?: unknown },
): BookedOrder[] {
  const { id = '', symbol = '', status = '', filledQty } = order;
  // The library has no name for an order inside of one.
  const legs = Array.isArray(order.legs) ? (order.legs as readonly Order[]) : [];
  const own: BookedOrder = { id, symbol, status, isOpen: !ENDED.has(status), filled: Number(filledQty ?? 0) };
  return [...(order.orderClass === 'mleg' && legs.length > 0 ? [] : [own]), ...legs.flatMap(ordersOf)];
}
