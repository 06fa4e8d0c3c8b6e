/** What a simulated broker has in its books. */
import type { BrokerOrderStatus, OrderSnapshot } from '../../src/engine/live/broker/reports.ts';
import type { Side } from '../../src/engine/orders/order.ts';
import type { BookedLeg } from './package-orders.ts';

export interface BookedOrder {
  readonly clientId: string;
  readonly brokerId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: string;
  quantity: number;
  limit: number;
  stop: number;
  filled: number;
  /** Σ price · quantity. */
  value: number;
  status: BrokerOrderStatus;
  updatedAt: number;
  readonly createdAt: number;
  /** Which process' epoch it came from. */
  readonly epoch: number;
  readonly isForeign: boolean;
  readonly reduceOnly: boolean;
  /** Of a stop that follows the price: by how much money, or by which part of the price. */
  trail?: { readonly by: number; readonly isFraction: boolean };
  /** Of a package: what its legs have filled; quantities are of packages then, and prices of one. */
  legs?: readonly BookedLeg[];
  /** Whose it is; −1 where nobody here knows. */
  strategy: number;
}

export interface BookedFill {
  readonly executionId: string;
  readonly order: BookedOrder;
  readonly quantity: number;
  readonly price: number;
  /** Of a package: which of its legs. */
  readonly leg?: BookedLeg;
}

function legOf({ symbol, side, filled, value }: BookedLeg) {
  return { symbol, side, filled, averagePrice: filled === 0 ? 0 : value / filled };
}

/** An order as the broker tells of it. */
export function snapshotOf(order: BookedOrder): OrderSnapshot {
  const { clientId, brokerId, symbol, side, quantity, filled, value, status, updatedAt } = order;
  return {
    kind: 'order',
    clientId,
    brokerId,
    status,
    symbol,
    side,
    quantity,
    filled,
    averagePrice: filled === 0 ? 0 : value / filled,
    updatedAt,
    ...(order.legs === undefined ? {} : { legs: order.legs.map(legOf) }),
  };
}
