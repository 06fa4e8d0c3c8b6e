/**
 * Coarser bars made from finer rows on the tape, each visible from the instant at which it is complete and not before.
 *
 * The bars of a slice are built when it arrives and then take their place in time like any other feed. The builder
 * lives on from slice to slice, so a tape gives the same bars in one piece or in a thousand.
 */
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import { TimeBarBuilder } from '../../market/aggregate.ts';
import { BarBuffer } from '../../market/bar-buffer.ts';
import type { BarColumns } from '../../market/columns.ts';
import type { Calendar } from '../../time/calendar.ts';
import { parseTimeFrame } from '../../time/time-frame.ts';
import { BarFeed } from './feed.ts';
import { figuresOf, type Figures } from './remaking.ts';
import type { Feed } from './row-feed.ts';
import type { SavedFeed } from '../state/feeds.ts';
import { QuoteFeed, spanOf, TradeFeed } from './feeds.ts';

const DAY = 86_400_000_000;
const DAY_SECONDS = 86_400;

/** A split that is on the tape: bars that span it are told in the shares after it. */
export interface PlannedSplit {
  readonly at: number;
  readonly ratio: number;
}

/** The bar that was being made when a run was saved: openTime, open, high, low, close, volume, time of its last row. */
export type UnfinishedBar = readonly [number, number, number, number, number, number, number];

export class DerivedFeed extends BarFeed {
  private readonly source: Feed;
  private readonly tape: readonly Feed[];
  private readonly builder: TimeBarBuilder;
  private buffer = new BarBuffer();
  private unfinished: UnfinishedBar | undefined;
  /** Nothing becomes visible before what has been played. */
  private played = -Infinity;
  private readonly waitUs: number;
  private readonly splits: readonly PlannedSplit[];

  /** `tape` are the feeds that are on the tape itself; `source` is the one of them that the bars are made from. */
  constructor(
    source: Feed,
    timeFrame: string,
    index: number,
    history: number,
    calendar: Calendar,
    tape: readonly Feed[],
    splits: readonly PlannedSplit[],
  ) {
    super(source.market, timeFrame, index, history);
    this.executes = false;
    this.isDerived = true;
    this.source = source;
    this.tape = tape;
    this.splits = splits;
    // A daily bar may be stamped up to a day after its close.
    this.waitUs = spanOf(source.timeFrame) >= DAY_SECONDS && source instanceof BarFeed ? DAY : 0;
    // Hours and minutes are of all trading that the instrument takes part in; a day's bar is that of its regular hours.
    const isIntraday = parseTimeFrame(timeFrame).micros !== undefined;
    const hours = isIntraday && source.market.instrument.extendedHours !== undefined ? 'all' : 'regular';
    this.builder = new TimeBarBuilder(
      { timeFrame, calendar, hours, splits },
      (time, openTime, open, high, low, close, volume, part) => {
        if (part) this.unfinished = [openTime, open, high, low, close, volume, time];
        else this.show(time, openTime, open, high, low, close, volume);
      },
    );
  }

  isFrom(feed: Feed): boolean {
    return this.source === feed;
  }

  override loadSlice(_stream: undefined, whole: boolean): void {
    const { source, builder } = this;
    const { next, end } = source;
    this.buffer = new BarBuffer();
    if (source instanceof BarFeed) {
      const { time, openTime, open, high, low, close, volume } = source.columns;
      for (let row = next; row < end; row++) {
        builder.push(time[row], openTime[row], open[row], high[row], low[row], close[row], volume[row]);
      }
    } else if (source instanceof TradeFeed) {
      const { time, price, size } = source.columns;
      for (let row = next; row < end; row++) {
        builder.push(time[row], time[row], price[row], price[row], price[row], price[row], size[row]);
      }
    } else if (source instanceof QuoteFeed) {
      const { time, bid, ask } = source.columns;
      for (let row = next; row < end; row++) {
        const middle = (bid[row] + ask[row]) / 2;
        if (middle === middle) builder.push(time[row], time[row], middle, middle, middle, middle, 0);
      }
    } else {
      assert(false, 'bars are made from bars, trades or quotes');
    }
    // Other instruments may say that it is later than this one's last row.
    const last = Math.max(...this.tape.map((feed) => (feed.end > feed.next ? feed.time[feed.end - 1] : -Infinity)));
    builder.advance(last - this.waitUs);
    const { symbol } = this.market.instrument;
    super.loadSlice({ kind: 'bars', symbol, timeFrame: this.timeFrame, columns: this.buffer.view() }, whole);
    this.played = Math.max(this.played, last);
  }

  /**
   * A row of the source was told anew: what was made with it is made again, as far as all rows of it are remembered and no
   * split lies in between. Returns whether it was.
   */
  remake(openTime: number): boolean {
    const { source } = this;
    if (!(source instanceof BarFeed) || this.splits.length > 0) return false;
    const rows = source.columns;
    const played = source.cursor.index + 1;
    const from = (start: number): number => rows.openTime.subarray(0, played).indexOf(start);
    const last = this.columns.openTime.findLastIndex((start, row) => row <= this.cursor.index && start <= openTime);
    const isUnfinished = last < 0 || openTime >= this.columns.time[last];
    if (!isUnfinished) {
      const start = this.columns.openTime[last];
      const first = from(start);
      if (first < 0) return false;
      return (
        this.amend(start, together(rows, first, endOf(rows, first, played, this.columns.time[last]))) !== undefined
      );
    }
    const unfinished = this.takeUnfinished();
    if (unfinished === undefined) return false;
    const first = from(unfinished[0]);
    if (first < 0) {
      this.restoreUnfinished(unfinished);
      return false;
    }
    this.builder.again();
    for (let row = first; row < played; row++) {
      const { open, high, low, close, volume } = figuresOf(rows, row);
      this.builder.push(rows.time[row], rows.openTime[row], open, high, low, close, volume);
    }
    return true;
  }

  /** A bar takes its place in time; when it comes late, it is told in the shares of then. */
  private show(
    time: number,
    openTime: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
  ): void {
    const at = Math.max(time, this.played);
    let shares = 1;
    for (const split of this.splits) if (split.at > time && split.at <= at) shares *= split.ratio;
    this.buffer.add(at, openTime, open / shares, high / shares, low / shares, close / shares, volume * shares);
  }

  override save(): SavedFeed {
    return { ...super.save(), unfinished: this.saveUnfinished() ?? null };
  }

  /** The bar that is being made; it goes on being made. */
  private saveUnfinished(): UnfinishedBar | undefined {
    const unfinished = this.takeUnfinished();
    if (unfinished !== undefined) this.restoreUnfinished(unfinished);
    return unfinished;
  }

  /** The bar that is being made, which ends here. */
  private takeUnfinished(): UnfinishedBar | undefined {
    this.unfinished = undefined;
    this.builder.finish();
    return this.unfinished;
  }

  restoreUnfinished([openTime, open, high, low, close, volume, time]: UnfinishedBar): void {
    this.builder.push(time, openTime, open, high, low, close, volume);
  }
}

/** The row after the last one that is known by `end`. */
function endOf({ time }: BarColumns, first: number, played: number, end: number): number {
  let row = first;
  while (row < played && time[row] <= end) row++;
  return row;
}

/** Rows as one bar. */
function together(rows: BarColumns, first: number, end: number): Figures {
  let { open, high, low, close, volume } = figuresOf(rows, first);
  for (let row = first + 1; row < end; row++) {
    if (rows.high[row] > high) high = rows.high[row];
    if (rows.low[row] < low) low = rows.low[row];
    close = rows.close[row];
    volume += rows.volume[row];
  }
  return { open, high, low, close, volume };
}

/** The finest feed of an instrument from which bars of `timeFrame` can be made; a `Fault` when there is none. */
export function sourceOf(feeds: readonly Feed[], instrument: number, timeFrame: string, symbol: string): Feed {
  const own = feeds.filter((feed) => feed.market.index === instrument && !(feed instanceof BarFeed && feed.isDerived));
  const source =
    own.find((feed) => feed instanceof BarFeed && feed.executes) ??
    own.find((feed) => feed instanceof TradeFeed) ??
    own[0];
  const { count, unit, micros } = parseTimeFrame(timeFrame);
  const wanted = spanOf(`${count}${unit}`);
  if (source instanceof BarFeed) {
    const finer = spanOf(source.timeFrame);
    const fits = micros === undefined || finer >= DAY_SECONDS ? wanted > finer : wanted > finer && wanted % finer === 0;
    if (fits) return source;
    const rule = `bars of ${timeFrame} cannot be made from ${source.timeFrame} bars of ${symbol}`;
    throw new Fault('tape.no-bars', rule, {}, 'ask for whole multiples of what the tape has');
  }
  if (source === undefined) throw new Fault('tape.no-bars', `the tape has no rows of ${symbol}`);
  return source;
}
