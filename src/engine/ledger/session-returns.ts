/**
 * The returns of a run's sessions straight from the spans of its equity curve: what a sweep looks at, run after run.
 *
 * While nothing is held nothing has to be computed; and where only the end counts, no return has to be.
 */
import { assert } from '../../base/assert.ts';
import type { Memory } from './equity.ts';
import { SPAN, type Spans } from './spans.ts';

/** Returns of the sessions of a run: each value over the one before, the first over the starting value, less one. */
export interface SessionReturns {
  /** How many sessions there are. */
  readonly count: number;
  /** Ends of the first and of the last session; NaN when there is none. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly startValue: number;
  /** Value at the end of the last session. */
  readonly endValue: number;
  /** One for each session; made when first asked for, which has to be before the run lets go of its memory. */
  readonly returns: Float64Array;
}

/** Returns what `sessions` of the curve are worth, one to the next. */
export function returnsOf(
  { time, value }: { readonly time: Float64Array; readonly value: Float64Array },
  startValue: number,
  memory: Memory,
): SessionReturns {
  const count = value.length;
  const returns = memory(count);
  let before = startValue;
  for (let i = 0; i < count; i++) {
    const now = value[i];
    returns[i] = now === before ? 0 : now / before - 1;
    before = now;
  }
  const [firstAt, lastAt] = [time[0] ?? Number.NaN, time[count - 1] ?? Number.NaN];
  return { count, firstAt, lastAt, startValue, endValue: before, returns };
}

/** The same from spans over a price column; `ends` are the rows with which sessions end, see `writeReturns`. */
export class ReturnsOfSpans implements SessionReturns {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly startValue: number;
  readonly endValue: number;
  private readonly spans: Spans;
  private readonly price: Float64Array;
  private readonly ends: Int32Array;
  private readonly memory: Memory;
  private made: Float64Array | undefined = undefined;

  constructor(
    spans: Spans,
    time: Float64Array,
    price: Float64Array,
    ends: Int32Array,
    startValue: number,
    memory: Memory,
  ) {
    const { numbers, length, end } = spans;
    this.spans = spans;
    this.price = price;
    this.ends = ends;
    this.memory = memory;
    this.count = ends.length;
    this.firstAt = time[ends[0]];
    this.lastAt = time[end - 1];
    this.startValue = startValue;
    const [base, slope] = [numbers[length - 2], numbers[length - 1]];
    this.endValue = slope === 0 ? base : base + slope * price[end - 1];
  }

  get returns(): Float64Array {
    if (this.made === undefined) {
      const { spans, price, ends, startValue } = this;
      assert(spans.length !== 0, 'returns are asked for before a run lets go of its memory');
      this.made = this.memory(ends.length);
      writeReturns(spans, price, ends, startValue, this.made);
    }
    return this.made;
  }
}

/**
 * Writes the returns of sessions to `returns`; `ends` are the rows with which sessions end, from the session of the first
 * span on, and the last of them is the last row played.
 */
function writeReturns(
  spans: Spans,
  price: Float64Array,
  ends: Int32Array,
  startValue: number,
  returns: Float64Array,
): void {
  const { numbers, length } = spans;
  // On daily bars each row ends a session: then the place is as far away as the row.
  const first = ends[0];
  const isEach = ends[ends.length - 1] - first === ends.length - 1;
  const prices = isEach ? price.subarray(first, first + ends.length) : pricesAt(price, ends);
  returns.fill(0);
  let before = startValue;
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
        returns[at] = now === before ? 0 : now / before - 1;
        before = now;
      }
    } else if (at < end) {
      // Of sessions with nothing held only the first can differ from what was before.
      returns[at] = base === before ? 0 : base / before - 1;
      before = base;
      at = end;
    }
  }
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
