/**
 * Round trips: what happened between being flat and being flat again, as one row each, however many orders it took.
 */
import type { FillRecord, RunResult, TradeRecord } from '../engine/result.ts';

export interface RoundTrip {
  readonly symbol: string;
  readonly strategy: number;
  /** The largest position on the way, signed, in units of the instrument. */
  readonly quantity: number;
  readonly openedAt: number;
  readonly closedAt: number;
  /** Closed trades it is made of. */
  readonly trades: number;
  /** Money made in the instrument's currency, after fees. */
  readonly profit: number;
  /** The same in base currency, by the rates of its trades. */
  readonly profitInBase: number;
  readonly fees: number;
  /** `profit` over the money put into its trades. */
  readonly return: number;
}

/** Returns the round trips that were closed, in the order in which they were. What is still open is none yet. */
export function roundTripsOf({ fills, trades }: Pick<RunResult, 'fills' | 'trades'>): RoundTrip[] {
  const byPlace = Map.groupBy(fills, ({ strategy, symbol }) => `${strategy}/${symbol}`);
  const tradesOf = Map.groupBy(trades, ({ strategy, symbol }) => `${strategy}/${symbol}`);
  return [...byPlace]
    .flatMap(([place, own]) => tripsOf(own, tradesOf.get(place) ?? []))
    .sort((a, b) => a.closedAt - b.closedAt);
}

function tripsOf(fills: readonly FillRecord[], trades: readonly TradeRecord[]): RoundTrip[] {
  /** By exit order, the trip that it belongs to. */
  const tripOf = new Map<number, number>();
  const peaks: number[] = [0];
  for (const { order, quantity, position } of fills) {
    const before = position - quantity;
    const trip = peaks.length - 1;
    if (before * quantity < 0 && !tripOf.has(order)) tripOf.set(order, trip);
    if (Math.abs(before) > Math.abs(peaks[trip])) peaks[trip] = before;
    if (position * before < 0 || (position === 0 && before !== 0)) peaks.push(0);
    const now = peaks.length - 1;
    if (Math.abs(position) > Math.abs(peaks[now])) peaks[now] = position;
  }
  const byTrip = Map.groupBy(trades, ({ exitOrder }) => tripOf.get(exitOrder));
  // The last one is still open, or empty.
  return peaks.slice(0, -1).flatMap((quantity, trip) => {
    const own = byTrip.get(trip);
    if (own === undefined) return [];
    const sum = (of: (trade: TradeRecord) => number): number => own.reduce((total, trade) => total + of(trade), 0);
    const profit = sum((trade) => trade.profit);
    const [{ symbol, strategy }] = own;
    return [
      {
        symbol,
        strategy,
        quantity,
        openedAt: Math.min(...own.map(({ entryAt }) => entryAt)),
        closedAt: Math.max(...own.map(({ exitAt }) => exitAt)),
        trades: own.length,
        profit,
        profitInBase: sum((trade) => trade.profitInBase),
        fees: sum((trade) => trade.fees),
        return: profit / sum((trade) => trade.paid),
      },
    ];
  });
}
