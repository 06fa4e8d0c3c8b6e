/**
 * The returns of a run's sessions straight from the spans of its equity curve: what a sweep looks at, run after run.
 *
 * While nothing is held nothing has to be computed. What the returns compound to is found on the way: a division and a
 * multiplication that wait for nothing but each other cost no more together than one of them alone.
 */
import type { Memory } from './equity.ts';
import { SPAN, type Spans } from './spans.ts';

/** Returns of the sessions of a run: each value over the one before, the first over the starting cash, less one. */
export interface SessionReturns {
  readonly returns: Float64Array;
  /** Ends of the first and of the last session; NaN when there is none. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Value at the end of the last session. */
  readonly endValue: number;
  /** What 1 has grown to by the returns, one after the other. */
  readonly growth: number;
}

type Ended = Pick<SessionReturns, 'endValue' | 'growth'>;

/** Returns what `sessions` of the curve are worth, one to the next. */
export function returnsOf(
  { time, value }: { readonly time: Float64Array; readonly value: Float64Array },
  startingCash: number,
  memory: Memory,
): SessionReturns {
  const returns = memory(value.length);
  let before = startingCash;
  for (let i = 0; i < value.length; i++) {
    const now = value[i];
    returns[i] = now === before ? 0 : now / before - 1;
    before = now;
  }
  let growth = 1;
  for (let i = 0; i < returns.length; i++) growth *= 1 + returns[i];
  const [firstAt, lastAt] = [time[0] ?? Number.NaN, time[time.length - 1] ?? Number.NaN];
  return { returns, firstAt, lastAt, endValue: before, growth };
}

/**
 * Writes the same from spans over a price column to `returns` and gives how it ended; `ends` are the rows with which
 * sessions end, from the session of the first span on, and the last of them is the last row played.
 */
export function returnsOfSpans(
  spans: Spans,
  price: Float64Array,
  ends: Int32Array,
  startingCash: number,
  returns: Float64Array,
): Ended {
  const { numbers, length } = spans;
  // On daily bars each row ends a session: then the place is as far away as the row.
  const first = ends[0];
  const isEach = ends[ends.length - 1] - first === ends.length - 1;
  const prices = isEach ? price.subarray(first, first + ends.length) : pricesAt(price, ends);
  returns.fill(0);
  let before = startingCash;
  let growth = 1;
  let at = 0;
  for (let i = 0; i < length; i += SPAN) {
    const base = numbers[i + 2];
    const slope = numbers[i + 3];
    // Made whole: a place that may be a fraction is checked at each look.
    const to = numbers[i + 1] | 0;
    const end = isEach ? Math.max(at, Math.min(ends.length, to - first)) : firstFrom(ends, at, to);
    if (slope !== 0) {
      for (; at < end; at++) {
        const now = base + slope * prices[at];
        const step = now === before ? 0 : now / before - 1;
        before = now;
        returns[at] = step;
        growth *= 1 + step;
      }
    } else if (at < end) {
      // Of sessions with nothing held only the first can differ from what was before.
      const step = base === before ? 0 : base / before - 1;
      before = base;
      returns[at] = step;
      growth *= 1 + step;
      at = end;
    }
  }
  return { endValue: before, growth };
}

function pricesAt(price: Float64Array, rows: Int32Array): Float64Array {
  const prices = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) prices[i] = price[rows[i]];
  return prices;
}

/** First place from `at` on whose row is `row` or later. */
function firstFrom(ends: Int32Array, at: number, row: number): number {
  while (at < ends.length && ends[at] < row) at++;
  return at;
}
