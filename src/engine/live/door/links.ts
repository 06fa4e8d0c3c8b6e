/**
 * What a door remembers of each order that was asked for through it: under which id, with which words, what was answered,
 * and which fills of it were told.
 */
import type { Market } from '../../sim/market.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { Order } from '../../orders/order.ts';
import type { Package } from '../../orders/package.ts';
import type { Accepted, BrokerOrderStatus, OrderSnapshot, Refused } from '../broker/reports.ts';
import type { SubmitRequest } from '../broker/requests.ts';

/** A fill as it was told. */
export interface ToldFill {
  readonly id: string;
  readonly units: number;
  readonly price: number;
}

export interface Link {
  readonly clientId: string;
  /** What was asked for under the id, in words that can be compared; empty where that was nobody behind the door. */
  readonly body: string;
  /** What was answered first, and is answered again. */
  readonly answers: readonly (Accepted | Refused)[];
  /** Id of the order on the deck; 0 where none was made. */
  readonly orderId: number;
  /** Undefined where none was made, or where it ended in a session before. */
  readonly order?: Order | undefined;
  readonly pack?: Package | undefined;
  fills: ToldFill[];
  /** How many were told, taken back ones included. */
  count: number;
  /** What a change is to bring, while it is not in force. */
  change?: { readonly units: number; readonly limit: number; readonly stop: number } | undefined;
  touchedAt: number;
  /** Of an order of the desk's own: why. */
  readonly reason?: string;
  /** As it was when a session before ended, where the order is known no more. */
  readonly last?: OrderSnapshot | undefined;
}

/** The words of a submission by which it is the same one again; how often it was asked for is none of them. */
export function bodyOf(request: SubmitRequest): string {
  return JSON.stringify(sorted({ ...request, posts: 0 }));
}

/** The order as the desk has it, as a broker's books would show it. */
export function snapshotOf(link: Link, markets: readonly Market[], at: number): OrderSnapshot | undefined {
  const { clientId, order, pack, change, last } = link;
  if (order === undefined) return last === undefined ? undefined : { ...last, updatedAt: at };
  const { symbol, scale } = markets[order.instrument];
  const status: BrokerOrderStatus = isLive(order) ? 'working' : (order.status as BrokerOrderStatus);
  const common = { kind: 'order', clientId, brokerId: String(order.id), status, updatedAt: at } as const;
  const createdAt = order.submittedAt;
  if (pack !== undefined) {
    const legs = pack.legs.map((leg) => ({
      symbol: markets[leg.instrument].symbol,
      side: leg.side,
      filled: leg.filledUnits / markets[leg.instrument].scale,
      averagePrice: plain(leg.averagePrice),
    }));
    const whole = { symbol: '', side: 1, quantity: pack.quantity, filled: 0, averagePrice: 0, legs } as const;
    return { ...common, ...whole, ...(pack.limit === pack.limit ? { limit: pack.limit } : {}), createdAt };
  }
  const { limit, stop, trail } = order;
  // The price behind a trailing stop moves with the market.
  const isStill = change === undefined && (trail !== trail || order.triggered);
  return {
    ...common,
    symbol,
    side: order.side,
    quantity: order.units / scale,
    filled: order.filledUnits / scale,
    averagePrice: plain(order.averagePrice),
    ...(isStill && limit === limit ? { limit } : {}),
    ...(isStill && trail !== trail && stop === stop ? { stop } : {}),
    ...(order.triggered ? { isTriggered: true } : {}),
    createdAt,
  };
}

function plain(value: number): number {
  return value === value ? value : 0;
}

/** The same fields always in the same order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.keys(fields)
    .sort()
    .map((key) => [key, sorted(fields[key])]);
}
