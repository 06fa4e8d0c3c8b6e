/**
 * A line: a column of numbers that a strategy may look at, up to now and no further.
 *
 * A line shares its cursor with the bars it belongs to; the deck moves the cursor, the strategy cannot. There is no
 * way to name a row after it, so looking ahead is impossible by shape.
 */
import { assert } from '../../base/assert.ts';

/** Which row is now. Only the deck moves it. */
export class Cursor {
  index = -1;
  /** Rows of the tape that came before the first that is still held. */
  dropped = 0;
  /** Rows up to this one have their values in every line; those after may be anything. Not for strategies. */
  filled = 0;
  /** How many rows, the newest included, lines show: the same however much of the tape is in memory. */
  history = Infinity;
}

export class Line {
  private values: Float64Array;
  /** @internal */
  readonly cursor: Cursor;
  readonly name: string;
  /**
   * From the first of these rows on, for so many rows, this line stays on its side of `steadyOther`: nothing crosses
   * there. It is looked up once for each cross, because every bar asks and few get a yes.
   */
  private steadyFrom = 0;
  private steadyRows = 0;
  private steadyOther: Line | undefined = undefined;

  constructor(name: string, column: Float64Array, cursor: Cursor) {
    this.name = name;
    this.values = column;
    this.cursor = cursor;
  }

  /** @internal The whole column; strategies see it only through the methods below. */
  get column(): Float64Array {
    return this.values;
  }
  set column(column: Float64Array) {
    this.values = column;
    this.steadyRows = 0;
  }

  /** The newest value; NaN before the first. */
  get value(): number {
    const row = this.cursor.index;
    return row < 0 ? Number.NaN : this.column[row];
  }

  /** The value `ago` rows back, 0 being the newest; NaN when there are not that many yet, or no longer remembered. */
  at(ago: number): number {
    assert(ago >= 0 && Number.isInteger(ago), 'a line looks back a whole number of rows, 0 or more');
    const { index, history } = this.cursor;
    return ago > index || ago >= history ? Number.NaN : this.column[index - ago];
  }

  /** How many rows are known so far. */
  get length(): number {
    return this.cursor.dropped + this.cursor.index + 1;
  }

  /** A copy of the newest `count` values, oldest first; fewer when there are not that many yet, or remembered. */
  window(count: number): Float64Array {
    const { index, history } = this.cursor;
    const end = index + 1;
    return this.column.slice(Math.max(0, end - Math.min(count, history)), end);
  }

  /**
   * True on the row where this line rises above `other`: it is above now, and was below on the last row where the two
   * differed. Equality changes nothing, and there is no cross before the line has once been below.
   */
  crossedAbove(other: Line | number): boolean {
    // One comparison of whole numbers without sign for both ends of the steady rows.
    const isSteady = (this.cursor.index - this.steadyFrom) >>> 0 < this.steadyRows && other === this.steadyOther;
    return isSteady ? false : this.rises(other);
  }

  /** The mirror of `crossedAbove`. */
  crossedBelow(other: Line | number): boolean {
    const isSteady = (this.cursor.index - this.steadyFrom) >>> 0 < this.steadyRows && other === this.steadyOther;
    return isSteady ? false : this.falls(other);
  }

  /** @internal The first row after the present one on which the two lines may cross. */
  nextUnsteady(other: Line | number): number {
    const next = this.cursor.index + 1;
    if (other !== this.steadyOther || this.steadyRows === 0) return next;
    return Math.max(next, this.steadyFrom + this.steadyRows);
  }

  private rises(other: Line | number): boolean {
    if (typeof other === 'number') return this.crossedLevel(other, 1);
    const row = this.cursor.index;
    const otherRow = other.cursor.index;
    if (other.cursor === this.cursor) this.findSteady(other, row);
    const column = this.values;
    const level = other.values;
    // Two looks settle nearly every row: no cross without being above now, none when above before.
    if (!(column[row] > level[otherRow]) || row === 0 || otherRow === 0) return false;
    const before = column[row - 1] - level[otherRow - 1];
    return before < 0 || (before === 0 && wasBelow(column, row - 2, level, otherRow - 2, this.cursor.history - 2));
  }

  private falls(other: Line | number): boolean {
    if (typeof other === 'number') return this.crossedLevel(other, -1);
    const row = this.cursor.index;
    const otherRow = other.cursor.index;
    if (other.cursor === this.cursor) this.findSteady(other, row);
    const column = this.values;
    const level = other.values;
    if (!(column[row] < level[otherRow]) || row === 0 || otherRow === 0) return false;
    const before = column[row - 1] - level[otherRow - 1];
    return before > 0 || (before === 0 && wasBelow(level, otherRow - 2, column, row - 2, this.cursor.history - 2));
  }

  /** Finds the rows after `row` on which both lines, which share a cursor, stay as they are to each other on `row`. */
  private findSteady(other: Line, row: number): void {
    const next = row + 1;
    if (next === this.steadyFrom && other === this.steadyOther && this.steadyRows !== 0) return;
    const column = this.values;
    const level = other.values;
    const { filled } = this.cursor;
    let to = next;
    if (column[row] > level[row]) while (to < filled && column[to] > level[to]) to++;
    else if (column[row] < level[row]) while (to < filled && column[to] < level[to]) to++;
    this.steadyFrom = next;
    this.steadyRows = to - next;
    this.steadyOther = other;
  }

  private crossedLevel(level: number, direction: number): boolean {
    const { column } = this;
    let row = this.cursor.index;
    if (!((column[row] - level) * direction > 0)) return false;
    const oldest = Math.max(0, row + 1 - this.cursor.history);
    while (--row >= oldest) {
      const difference = (column[row] - level) * direction;
      if (difference !== 0) return difference < 0;
    }
    return false;
  }
}

/** Whether `low` was below `high` on the last of `count` rows, up to the given ones, on which they differed. */
function wasBelow(low: Float64Array, row: number, high: Float64Array, highRow: number, count: number): boolean {
  while (row >= 0 && highRow >= 0 && count-- > 0) {
    const a = low[row--];
    const b = high[highRow--];
    if (a !== b) return a < b;
  }
  return false;
}
