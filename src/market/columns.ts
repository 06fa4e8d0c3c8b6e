/**
 * Market data as columns: one `Float64Array` per field, one row per bar, quote or trade, oldest first.
 *
 * Rows of a column set share an index. A bar is known at `time`, its end: nothing of it may be used before. `openTime`
 * is when its first price was made, so an order sent between two bars can fill at an open that came after it.
 */
import { assert } from '../base/assert.ts';

export interface BarColumns {
  readonly length: number;
  /** When the bar is complete (an `Instant`: microseconds since 1970, UTC); strictly increasing. */
  readonly time: Float64Array;
  /** When the bar opens; `openTime[i] >= time[i - 1]` unless sessions overlap. */
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export interface QuoteColumns {
  readonly length: number;
  readonly time: Float64Array;
  /** NaN where that side is missing. */
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  readonly bidSize: Float64Array;
  readonly askSize: Float64Array;
}

export interface TradeColumns {
  readonly length: number;
  readonly time: Float64Array;
  readonly price: Float64Array;
  readonly size: Float64Array;
}

/** Quote bars: what bid and ask did in each interval, both sides of one instant in one row. */
export interface QuoteBarColumns {
  readonly length: number;
  readonly time: Float64Array;
  readonly openTime: Float64Array;
  readonly bidOpen: Float64Array;
  readonly bidHigh: Float64Array;
  readonly bidLow: Float64Array;
  readonly bidClose: Float64Array;
  readonly bidSize: Float64Array;
  readonly askOpen: Float64Array;
  readonly askHigh: Float64Array;
  readonly askLow: Float64Array;
  readonly askClose: Float64Array;
  readonly askSize: Float64Array;
}

export const BAR_FIELDS = ['time', 'openTime', 'open', 'high', 'low', 'close', 'volume'] as const;
export const QUOTE_FIELDS = ['time', 'bid', 'ask', 'bidSize', 'askSize'] as const;
export const TRADE_FIELDS = ['time', 'price', 'size'] as const;

/** Allocates empty bar columns of `length` rows; `shared` puts them where worker threads can read them. */
export function allocateBars(length: number, shared = false): BarColumns {
  return { length, ...allocate(BAR_FIELDS, length, shared) };
}

export function allocateQuotes(length: number, shared = false): QuoteColumns {
  return { length, ...allocate(QUOTE_FIELDS, length, shared) };
}

export function allocateTrades(length: number, shared = false): TradeColumns {
  return { length, ...allocate(TRADE_FIELDS, length, shared) };
}

/** Returns rows `from` … `to` − 1 as views: nothing is copied. */
export function sliceColumns<T extends { readonly length: number }>(columns: T, from: number, to: number): T {
  assert(from >= 0 && to >= from && to <= columns.length, () => `rows ${from}…${to} of ${columns.length}`);
  const slice: Record<string, unknown> = { length: to - from };
  for (const [name, column] of Object.entries<unknown>({ ...columns })) {
    if (column instanceof Float64Array) slice[name] = column.subarray(from, to);
  }
  return slice as unknown as T;
}

function allocate<const F extends readonly string[]>(
  fields: F,
  length: number,
  shared: boolean,
): Record<F[number], Float64Array> {
  const columns = {} as Record<F[number], Float64Array>;
  for (const field of fields as readonly F[number][]) {
    const bytes = length * Float64Array.BYTES_PER_ELEMENT;
    columns[field] = new Float64Array(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  }
  return columns;
}
