/**
 * The returns of a run's sessions straight from the spans of its equity curve: what a sweep looks at, run after run.
 *
 * While nothing is held nothing has to be computed, and nothing in between is written down.
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
}

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
  const { length } = time;
  return { returns, firstAt: time[0] ?? Number.NaN, lastAt: time[length - 1] ?? Number.NaN, endValue: before };
}

/**
 * Writes the same from spans over a price column to `returns` and gives the value at the end; `ends` are the rows with
 * which sessions end, from the session of the first span on, and the last of them is the last row played.
 */
export function returnsOfSpans(
  spans: Spans,
  price: Float64Array,
  ends: Int32Array,
  startingCash: number,
  returns: Float64Array,
): number {
  const { numbers, length } = spans;
  let before = startingCash;
  let at = 0;
  for (let i = 0; i < length; i += SPAN) {
    const to = numbers[i + 1];
    const base = numbers[i + 2];
    const slope = numbers[i + 3];
    if (slope === 0) {
      const from = at;
      at = firstFrom(ends, at, to);
      if (at === from) continue;
      // Only the first of them can differ from what was before.
      returns.fill(0, from + 1, at);
      returns[from] = base === before ? 0 : base / before - 1;
      before = base;
    } else {
      for (; at < ends.length; at++) {
        const row = ends[at];
        if (row >= to) break;
        const now = base + slope * price[row];
        returns[at] = now === before ? 0 : now / before - 1;
        before = now;
      }
    }
  }
  return before;
}

/** First place from `at` on whose row is `row` or later. */
function firstFrom(ends: Int32Array, at: number, row: number): number {
  if (at >= ends.length) return at;
  // On daily bars each row ends a session: then the place is as far away as the row.
  const guess = at + row - ends[at];
  if (guess > at && guess <= ends.length && ends[guess - 1] === row - 1) return guess;
  while (at < ends.length && ends[at] < row) at++;
  return at;
}
