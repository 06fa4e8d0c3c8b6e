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
    const old = values[at]!;
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
    return this.values[index]!;
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
    const signed = value * this.sign;
    let { head, size } = this;
    if (size > 0 && rows[head]! <= row - period) {
      head = head + 1 === period ? 0 : head + 1;
      size--;
    }
    let last = head + size - 1;
    if (last >= period) last -= period;
    while (size > 0) {
      const earlier = values[last]!;
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
    return row + 1 < period ? Number.NaN : values[head]! * this.sign;
  }

  /** How many rows ago the extreme was; 0 is the row just taken. */
  rowsAgo(): number {
    return this.row - 1 - this.rows[this.head]!;
  }
}

/** The lowest of the last `period` values. */
export class Lowest extends Highest {
  constructor(period: number, ties: Ties = 'newest') {
    super(period, ties, -1);
  }
}
