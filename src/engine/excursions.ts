/**
 * How far trades went for and against their holder while they were open (MFE and MAE), from whole bars.
 *
 * Looked up after a slice is played, from the highs and lows between entry and exit: nothing is tracked per bar.
 */
import type { BarFeed } from './feed.ts';
import type { Trade } from './position.ts';

interface Extremes {
  high: number;
  low: number;
  bars: number;
}

export class Excursions {
  /** Extremes so far of each entry order, by instrument, over the slices that are gone. */
  private readonly open = new Map<string, Extremes>();
  private readonly closed: Extremes[] = [];

  /** Takes in a played slice: `trades` are all so far, `entries` the open lots as (instrument, order, at). */
  add(
    feeds: readonly BarFeed[],
    trades: readonly Trade[],
    entries: readonly { instrument: number; order: number; at: number }[],
  ): void {
    const feedOf = new Map(feeds.map((feed) => [feed.market.index, feed]));
    for (let i = this.closed.length; i < trades.length; i++) {
      const trade = trades[i]!;
      const feed = feedOf.get(trade.instrument);
      const before = this.open.get(`${trade.instrument}/${trade.entryOrder}`);
      const extremes = { high: before?.high ?? -Infinity, low: before?.low ?? Infinity, bars: before?.bars ?? 0 };
      if (feed !== undefined) scan(feed, trade.entryAt, trade.exitAt, extremes);
      this.closed.push(extremes);
    }
    for (const { instrument, order, at } of entries) {
      const feed = feedOf.get(instrument);
      if (feed === undefined) continue;
      const key = `${instrument}/${order}`;
      const extremes = this.open.get(key) ?? { high: -Infinity, low: Infinity, bars: 0 };
      scan(feed, at, Infinity, extremes);
      this.open.set(key, extremes);
    }
  }

  of(trade: number): Extremes | undefined {
    return this.closed[trade];
  }
}

/** Folds the rows of the slice that overlap the span from `from` to `to` into `extremes`. */
function scan(feed: BarFeed, from: number, to: number, extremes: Extremes): void {
  const { columns, firstRow } = feed;
  const { time, openTime, high, low } = columns;
  let { high: highest, low: lowest } = extremes;
  let row = firstAfter(time, from, firstRow, feed.end);
  const start = row;
  for (; row < feed.end && openTime[row]! < to; row++) {
    if (high[row]! > highest) highest = high[row]!;
    if (low[row]! < lowest) lowest = low[row]!;
  }
  extremes.high = highest;
  extremes.low = lowest;
  extremes.bars += row - start;
}

/** First row from `low` on whose time is later than `at`. */
function firstAfter(time: Float64Array, at: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
