/**
 * What every kind of feed has: rows of one stream in time order, and which of them comes next.
 */
import type { StreamSlice } from '../../market/tape.ts';
import { Cursor } from './line.ts';
import type { Market } from '../sim/market.ts';

export const NO_ROWS: Float64Array = new Float64Array(0);

/** Where the next rows of a time column go: what every kind of feed has. */
export abstract class Feed {
  readonly kind: StreamSlice['kind'];
  readonly market: Market;
  readonly timeFrame: string;
  /** Position among the feeds: decides who goes first at one instant. */
  readonly index: number;
  readonly cursor = new Cursor();
  time = NO_ROWS;
  /** Row after the last of the present slice. */
  end = 0;
  /** Next row to play. */
  next = 0;

  constructor(kind: StreamSlice['kind'], market: Market, timeFrame: string, index: number) {
    this.kind = kind;
    this.market = market;
    this.timeFrame = timeFrame;
    this.index = index;
  }

  /** Takes the rows of the next slice, or none; `whole` says that there will be no other slice. */
  abstract loadSlice(stream: StreamSlice | undefined, whole: boolean): void;

  /** When the next row happens; Infinity when the slice is played. */
  get nextAt(): number {
    return this.next < this.end ? this.time[this.next] : Infinity;
  }
}
