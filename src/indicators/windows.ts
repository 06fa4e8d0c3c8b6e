/**
 * The last rows of a series, kept for streams: a ring of values, and the highest or lowest of a window.
 */
import { Stream } from './stream.ts';

/** The last `size` values. */
export class Ring {
  readonly values: Float64Array;
  readonly size: number;
  /** Number of values seen, up to `size`. */
  count = 0;
  private at = 0;

  constructor(size: number) {
    this.size = size;
    this.values = new Float64Array(size);
  }

  /** Adds a value and returns the one it replaces: the value `size` rows ago, or 0 while the ring fills. */
  push(value: number): number {
    const { at, values } = this;
    const old = values[at];
    values[at] = value;
    this.at = at + 1 === this.size ? 0 : at + 1;
    if (this.count < this.size) this.count++;
    return old;
  }

  get full(): boolean {
    return this.count === this.size;
  }

  /** The value `rows` rows ago; 0 is the newest, `size` − 1 the oldest. */
  ago(rows: number): number {
    let index = this.at - 1 - rows;
    if (index < 0) index += this.size;
    return this.values[index];
  }
}

/** Which of equal extremes counts. */
export type Ties = 'newest' | 'oldest';

/** The highest of the last `period` values, and how many rows ago it was. */
export class Highest extends Stream {
  private readonly period: number;
  private readonly sign: number;
  private readonly keepEqual: boolean;
  // A queue of candidates, each higher than all later ones; `rows` holds the row numbers that go with them.
  private readonly values: Float64Array;
  private readonly rows: Float64Array;
  private head = 0;
  private size = 0;
  private row = 0;

  constructor(period: number, ties: Ties = 'newest', sign: 1 | -1 = 1) {
    super();
    this.period = period;
    this.sign = sign;
    this.keepEqual = ties === 'oldest';
    this.values = new Float64Array(period);
    this.rows = new Float64Array(period);
  }

  next(value: number): number {
    const { period, values, rows, row } = this;
    // Adding 0 makes one zero of the two, whichever came first.
    const signed = value * this.sign + 0;
    let { head, size } = this;
    if (size > 0 && rows[head] <= row - period) {
      head = head + 1 === period ? 0 : head + 1;
      size--;
    }
    let last = head + size - 1;
    if (last >= period) last -= period;
    while (size > 0) {
      const earlier = values[last];
      if (earlier > signed || (earlier === signed && this.keepEqual)) break;
      size--;
      last = last === 0 ? period - 1 : last - 1;
    }
    let slot = head + size;
    if (slot >= period) slot -= period;
    values[slot] = signed;
    rows[slot] = row;
    this.head = head;
    this.size = size + 1;
    this.row = row + 1;
    return row + 1 < period ? Number.NaN : values[head] * this.sign + 0;
  }

  /** How many rows ago the extreme was; 0 is the row just taken. */
  rowsAgo(): number {
    return this.row - 1 - this.rows[this.head];
  }
}

/** The lowest of the last `period` values. */
export class Lowest extends Highest {
  constructor(period: number, ties: Ties = 'newest') {
    super(period, ties, -1);
  }
}

/**
 * The highest of every window of `rows` values, in whole columns; NaN before the first. `out` is not `values`.
 *
 * Blocks of `rows` values: a window is the end of one block and the beginning of the next, so running maxima from both
 * sides of a border are enough, whatever the period (van Herk, 1992). Within a block each comparison turns out the same
 * way for long stretches, so the processor guesses it.
 */
export function runHighest(values: Float64Array, length: number, rows: number, out: Float64Array): void {
  const tail = new Float64Array(rows + 1).fill(Number.NEGATIVE_INFINITY);
  for (let start = 0; start < length; start += rows) {
    const end = Math.min(length, start + rows);
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = start; i < end; i++) {
      const value = values[i];
      if (value > highest) highest = value;
      const before = tail[i - start + 1];
      out[i] = (before > highest ? before : highest) + 0;
    }
    highest = Number.NEGATIVE_INFINITY;
    for (let i = end - 1; i >= start; i--) {
      const value = values[i];
      if (value > highest) highest = value;
      tail[i - start] = highest;
    }
  }
  out.fill(Number.NaN, 0, Math.min(length, rows - 1));
}

/** The lowest of every window of `rows` values, as `runHighest`. */
export function runLowest(values: Float64Array, length: number, rows: number, out: Float64Array): void {
  const tail = new Float64Array(rows + 1).fill(Number.POSITIVE_INFINITY);
  for (let start = 0; start < length; start += rows) {
    const end = Math.min(length, start + rows);
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = start; i < end; i++) {
      const value = values[i];
      if (value < lowest) lowest = value;
      const before = tail[i - start + 1];
      out[i] = (before < lowest ? before : lowest) + 0;
    }
    lowest = Number.POSITIVE_INFINITY;
    for (let i = end - 1; i >= start; i--) {
      const value = values[i];
      if (value < lowest) lowest = value;
      tail[i - start] = lowest;
    }
  }
  out.fill(Number.NaN, 0, Math.min(length, rows - 1));
}
