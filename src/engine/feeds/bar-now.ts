/**
 * The newest bar of a feed, read through its cursor: nothing is copied per bar.
 */
import type { BarFeed } from './feed.ts';
import type { Bar } from '../strategy/strategy.ts';

/** The newest bar, read through the cursor: nothing is copied per bar. */
export class BarNow implements Bar {
  private readonly feed: BarFeed;

  constructor(feed: BarFeed) {
    this.feed = feed;
  }

  get symbol(): string {
    return this.feed.market.symbol;
  }
  get time(): number {
    return this.feed.columns.time[this.feed.cursor.index];
  }
  get openTime(): number {
    return this.feed.columns.openTime[this.feed.cursor.index];
  }
  get open(): number {
    return this.feed.columns.open[this.feed.cursor.index];
  }
  get high(): number {
    return this.feed.columns.high[this.feed.cursor.index];
  }
  get low(): number {
    return this.feed.columns.low[this.feed.cursor.index];
  }
  get close(): number {
    return this.feed.columns.close[this.feed.cursor.index];
  }
  get volume(): number {
    return this.feed.columns.volume[this.feed.cursor.index];
  }
}
