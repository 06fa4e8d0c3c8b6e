/**
 * Bar columns that grow: rows are added one by one, and come out as ordinary columns.
 */
import { allocateBars, BAR_FIELDS, sliceColumns, type BarColumns } from './columns.ts';

export class BarBuffer {
  private columns: BarColumns;
  private rows = 0;

  constructor(capacity = 256) {
    this.columns = allocateBars(capacity);
  }

  get length(): number {
    return this.rows;
  }

  /** Adds a row; times are instants. */
  add(time: number, openTime: number, open: number, high: number, low: number, close: number, volume: number): void {
    if (this.rows === this.columns.length) this.grow();
    const { columns, rows } = this;
    columns.time[rows] = time;
    columns.openTime[rows] = openTime;
    columns.open[rows] = open;
    columns.high[rows] = high;
    columns.low[rows] = low;
    columns.close[rows] = close;
    columns.volume[rows] = volume;
    this.rows = rows + 1;
  }

  /** Returns the rows so far, as views: later rows do not change them. */
  view(): BarColumns {
    return sliceColumns(this.columns, 0, this.rows);
  }

  private grow(): void {
    const larger = allocateBars(Math.max(16, this.columns.length * 2));
    for (const field of BAR_FIELDS) larger[field].set(this.columns[field]);
    this.columns = larger;
  }
}
