/**
 * How far trades went for and against their holder while they were open (MFE and MAE), from whole bars.
 *
 * Looked up after a slice is played, from the highs and lows between entry and exit: nothing is tracked per bar.
 */
import type { BarFeed } from '../feeds/feed.ts';
import type { Ledger } from './ledger.ts';
import type { TradeLog } from './trade-log.ts';

export interface Extremes {
  high: number;
  low: number;
  /** Its first row, counted from the start of the tape, and how many it lasted. */
  firstRow: number;
  bars: number;
}

/** An open lot: who opened it, and when. */
export interface Entry {
  readonly instrument: number;
  readonly order: number;
  readonly at: number;
}

/** A split that was applied. */
export interface PlayedSplit {
  readonly instrument: number;
  readonly at: number;
  readonly ratio: number;
}

/** The lots that are open now. */
export function openEntries(ledger: Ledger): Entry[] {
  return ledger
    .openPositions()
    .flatMap(({ instrument, openLots }) => openLots.map(({ order, at }) => ({ instrument, order, at })));
}

export class Excursions {
  private highs: number[] = [];
  private lows: number[] = [];
  private firstRows: number[] = [];
  private bars: number[] = [];
  /** Extremes of lots that were opened in a slice that is gone, by instrument, order and time of entry. */
  private open = new Map<string, Extremes>();
  private splitsSeen = 0;
  private readonly found: Extremes = { high: 0, low: 0, firstRow: 0, bars: 0 };
  /** For each instrument, the row where the last search ended: trades come nearly in order. */
  private hints: number[] = [];

  /** Takes in a played slice: `trades` are all so far, `entries` the lots that are open at its end. */
  add(
    feeds: readonly BarFeed[],
    trades: TradeLog,
    entries: readonly Entry[],
    splits: readonly PlayedSplit[] = [],
  ): void {
    // What is carried over from the slice before has been through the splits known then.
    const later = splits.slice(this.splitsSeen);
    this.splitsSeen = splits.length;
    const feedOf: (BarFeed | undefined)[] = [];
    for (const feed of feeds) feedOf[feed.market.index] = feed;
    this.hints = [];
    const { found } = this;
    for (let trade = this.highs.length; trade < trades.length; trade++) {
      const instrument = trades.instrumentOf(trade);
      const before =
        this.open.size === 0
          ? undefined
          : this.open.get(keyOf(instrument, trades.entryOrder(trade), trades.entryAt(trade)));
      found.high = before?.high ?? -Infinity;
      found.low = before?.low ?? Infinity;
      found.firstRow = before?.firstRow ?? 0;
      found.bars = before?.bars ?? 0;
      const feed = feedOf[instrument];
      const cuts = before === undefined ? splits : later;
      if (feed !== undefined) this.scan(feed, trades.entryAt(trade), trades.exitAt(trade), found, cuts);
      this.highs.push(found.high);
      this.lows.push(found.low);
      this.firstRows.push(found.firstRow);
      this.bars.push(found.bars);
    }
    const open = new Map<string, Extremes>();
    for (const { instrument, order, at } of entries) {
      const key = keyOf(instrument, order, at);
      if (open.has(key)) continue;
      const before = this.open.get(key);
      const extremes = before ?? { high: -Infinity, low: Infinity, firstRow: 0, bars: 0 };
      const feed = feedOf[instrument];
      if (feed !== undefined) this.scan(feed, at, Infinity, extremes, before === undefined ? splits : later);
      open.set(key, extremes);
    }
    this.open = open;
  }

  of(trade: number): Extremes {
    return this.read(trade, { high: 0, low: 0, firstRow: 0, bars: 0 });
  }

  /** As `of`, into an object that is there. */
  read(trade: number, into: Extremes): Extremes {
    into.high = this.highs[trade]!;
    into.low = this.lows[trade]!;
    into.firstRow = this.firstRows[trade]!;
    into.bars = this.bars[trade]!;
    return into;
  }

  /** Folds the rows of the slice that overlap the span from `from` to `to` into `extremes`. */
  private scan(feed: BarFeed, from: number, to: number, extremes: Extremes, splits: readonly PlayedSplit[]): void {
    const { openTime, high, low } = feed.columns;
    const cuts = splits.length === 0 ? splits : splitsBetween(splits, feed.market.index, from, to);
    let cut = 0;
    let cutAt = cuts.length === 0 ? Infinity : cuts[0].at;
    const { end } = feed;
    let { high: highest, low: lowest } = extremes;
    const start = this.firstAfter(feed, from);
    let row = start;
    for (; row < end; row++) {
      const at = openTime[row];
      if (!(at < to)) break;
      while (at >= cutAt) {
        highest /= cuts[cut].ratio;
        lowest /= cuts[cut].ratio;
        cutAt = ++cut < cuts.length ? cuts[cut].at : Infinity;
      }
      if (high[row] > highest) highest = high[row]!;
      if (low[row] < lowest) lowest = low[row]!;
    }
    for (; cut < cuts.length; cut++) {
      highest /= cuts[cut].ratio;
      lowest /= cuts[cut].ratio;
    }
    extremes.high = highest;
    extremes.low = lowest;
    if (extremes.bars === 0) extremes.firstRow = feed.rowsBefore + start - feed.firstRow;
    extremes.bars += row - start;
  }

  /** First new row of the slice whose time is later than `at`: looked for from where the last search ended. */
  private firstAfter(feed: BarFeed, at: number): number {
    const { time } = feed.columns;
    const { end, firstRow } = feed;
    const hint = this.hints[feed.market.index] ?? firstRow;
    let low = hint > firstRow && time[hint - 1] <= at ? hint : firstRow;
    // Doubling steps first, then halving: cheap when the row is near, never more than twice a binary search.
    let step = 16;
    let high = low;
    while (high < end && time[high] <= at) {
      low = high + 1;
      high += step;
      step *= 2;
    }
    if (high > end) high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (time[middle] <= at) low = middle + 1;
      else high = middle;
    }
    this.hints[feed.market.index] = low;
    return low;
  }
}

/** Splits while a lot was open: what came before them is told in the shares of after. */
function splitsBetween(splits: readonly PlayedSplit[], instrument: number, from: number, to: number): PlayedSplit[] {
  return splits.filter((split) => split.instrument === instrument && split.at > from && split.at <= to);
}

function keyOf(instrument: number, order: number, at: number): string {
  return `${instrument}/${order}/${at}`;
}
