/**
 * From finer to coarser bars: by session time, or after so many rows, so much volume, so much money.
 *
 * A bar leaves here only when it is complete, and its `time` is its end: nothing of it can be known before. The last
 * bar of the data, which nobody has seen the end of, is left out unless asked for, and then flagged. Intervals without
 * a row have no bar. The batch functions push rows through the same builders that serve live data, so both forms give
 * the same bars.
 */
import { assert } from '../base/assert.ts';
import type { Calendar } from '../time/calendar.ts';
import { calendar as calendarOf } from '../time/calendars.ts';
import { parseTimeFrame } from '../time/time-frame.ts';
import { FormingBar, type BarSink } from './aggregate-bar.ts';
import { BarBuffer } from './bar-buffer.ts';
import type { BarColumns, QuoteColumns, TradeColumns } from './columns.ts';
import { TimeBuckets } from './time-buckets.ts';

export type { BarSink } from './aggregate-bar.ts';

export interface TimeBarOptions {
  /** `5m`, `1h`, `1d`, `1w`, `1mo` … */
  readonly timeFrame: string;
  readonly calendar: string | Calendar;
  /** Where intraday bars start: at the session's open (default), or at whole multiples on the exchange's clock. */
  readonly anchor?: 'session' | 'clock';
  /** Regular hours (default), or all hours. Rows outside are left out. */
  readonly hours?: 'regular' | 'all';
  /** Leave out the first bar when the data begin after its start. Off by default. */
  readonly skipFirstPartial?: boolean;
  /** Splits by time: a bar that spans one is told in the shares after it. None by default. */
  readonly splits?: readonly { readonly at: number; readonly ratio: number }[];
}

export interface ActivityBarOptions {
  /** Close a bar after so many rows, … */
  readonly ticks?: number;
  /** … when at least so much was traded, … */
  readonly volume?: number;
  /** … or for at least so much money. */
  readonly money?: number;
}

export interface AggregateOptions {
  /** Return the last, unfinished bar too. Off by default. */
  readonly partial?: boolean;
  /** The instant up to which the rows are all there is: bars that end by then are complete. Else the last row's. */
  readonly until?: number;
}

export interface Aggregated {
  readonly bars: BarColumns;
  /** Whether the last bar was returned before its end. */
  readonly isLastPartial: boolean;
  /** Rows that belong to no bar: outside the hours asked for, or without a price. */
  readonly skipped: number;
}

/** Makes bars from rows. `push` rows in time order, tell the time with `advance`, and end with `finish`. */
export interface BarBuilder {
  /**
   * Takes a row made from `openTime` to `time`: a finer bar, or a trade with `openTime = time` and four equal prices.
   * Bars that it completes go to the sink.
   */
  push(time: number, openTime: number, open: number, high: number, low: number, close: number, volume: number): void;
  /** Says that all rows up to and including `at` have been pushed: what ends by then is complete. */
  advance(at: number): void;
  /** Hands out the unfinished bar, flagged as partial, if there is one. */
  finish(): void;
  readonly skipped: number;
}

/** Builds bars by session time. */
export class TimeBarBuilder implements BarBuilder {
  skipped = 0;
  private readonly sink: BarSink;
  private readonly buckets: TimeBuckets;
  private readonly bar = new FormingBar();
  private skipsBar: boolean;
  private readonly splits: NonNullable<TimeBarOptions['splits']>;

  constructor(options: TimeBarOptions, sink: BarSink) {
    this.sink = sink;
    this.skipsBar = options.skipFirstPartial ?? false;
    this.splits = options.splits ?? [];
    this.buckets = new TimeBuckets({
      timeFrame: parseTimeFrame(options.timeFrame),
      calendar: typeof options.calendar === 'string' ? calendarOf(options.calendar) : options.calendar,
      anchor: options.anchor ?? 'session',
      hours: options.hours ?? 'regular',
    });
  }

  push(time: number, openTime: number, open: number, high: number, low: number, close: number, volume: number): void {
    const { buckets, bar } = this;
    assert(time >= bar.lastTime, () => `rows must be in time order, was ${time} after ${bar.lastTime}`);
    if (time > buckets.end || time <= buckets.start) {
      const { end } = buckets;
      const isInside = buckets.find(openTime, time);
      // A row stamped after the end may still be of the same bucket: a daily bar is often stamped at midnight.
      if (bar.rows > 0 && time > end && !(isInside && buckets.end === end)) this.complete(end);
      if (!isInside) {
        this.skipped++;
        return;
      }
      if (this.skipsBar && bar.rows === 0) this.skipsBar = openTime > buckets.start;
    }
    if (this.splits.length > 0) this.passSplits(time);
    bar.add(time, openTime, open, high, low, close, volume);
    // A bar that ends with its bucket completes it; of trades, more may come at the same instant.
    if (time >= buckets.end && openTime < time) this.complete(buckets.end);
  }

  advance(at: number): void {
    if (this.bar.rows > 0 && at >= this.buckets.end) this.complete(this.buckets.end);
  }

  finish(): void {
    if (this.bar.rows > 0) this.bar.emit(this.sink, this.bar.lastTime, true);
  }

  /** Forgets the bar that is being made: its rows are pushed again. */
  again(): void {
    this.bar.rows = 0;
    this.bar.lastTime = Number.NEGATIVE_INFINITY;
  }

  private complete(end: number): void {
    const { bar } = this;
    // A daily bar stamped after the close is not known at the close.
    const time = Math.max(end, bar.lastTime);
    if (this.splits.length > 0) this.passSplits(time);
    if (this.skipsBar) bar.rows = 0;
    else bar.emit(this.sink, time, false);
    this.skipsBar = false;
  }

  /** Tells what is in the bar in the shares of `to`, the next row's instant or the bar's end. */
  private passSplits(to: number): void {
    const { bar, splits } = this;
    if (bar.rows === 0) return;
    for (const { at, ratio } of splits) if (at > bar.lastTime && at <= to) bar.split(ratio);
  }
}

/**
 * Builds bars by activity: ticks, volume or money. A row is never split, so a bar may hold somewhat more than asked.
 * Trades that share an instant stay together, because a bar that ends amid them could not be told in time.
 */
export class ActivityBarBuilder implements BarBuilder {
  readonly skipped = 0;
  private readonly sink: BarSink;
  private readonly bar = new FormingBar();
  private readonly ticks: number;
  private readonly volume: number;
  private readonly money: number;
  private isFull = false;

  constructor(options: ActivityBarOptions, sink: BarSink) {
    const limits = [options.ticks, options.volume, options.money].filter((limit) => limit !== undefined);
    assert(limits.length > 0 && limits.every((limit) => limit > 0), 'ticks, volume or money must be positive');
    this.sink = sink;
    this.ticks = options.ticks ?? Number.POSITIVE_INFINITY;
    this.volume = options.volume ?? Number.POSITIVE_INFINITY;
    this.money = options.money ?? Number.POSITIVE_INFINITY;
  }

  push(time: number, openTime: number, open: number, high: number, low: number, close: number, volume: number): void {
    const { bar } = this;
    assert(time >= bar.lastTime, () => `rows must be in time order, was ${time} after ${bar.lastTime}`);
    if (this.isFull && time > bar.lastTime) this.complete();
    bar.add(time, openTime, open, high, low, close, volume);
    this.isFull = bar.rows >= this.ticks || bar.volume >= this.volume || bar.value >= this.money;
    if (this.isFull && openTime < time) this.complete();
  }

  advance(at: number): void {
    if (this.isFull && at >= this.bar.lastTime) this.complete();
  }

  finish(): void {
    if (this.isFull) this.complete();
    else if (this.bar.rows > 0) this.bar.emit(this.sink, this.bar.lastTime, true);
  }

  private complete(): void {
    this.isFull = false;
    this.bar.emit(this.sink, this.bar.lastTime, false);
  }
}

/** Aggregates bars into coarser ones, by time or by activity. */
export function aggregateBars(
  bars: BarColumns,
  options: (TimeBarOptions | ActivityBarOptions) & AggregateOptions,
): Aggregated {
  const { time, openTime, open, high, low, close, volume } = bars;
  return collect(options, (builder) => {
    for (let i = 0; i < bars.length; i++) {
      builder.push(time[i], openTime[i], open[i], high[i], low[i], close[i], volume[i]);
    }
    return 0;
  });
}

/** Aggregates trades into bars, by time or by activity. */
export function aggregateTrades(
  trades: TradeColumns,
  options: (TimeBarOptions | ActivityBarOptions) & AggregateOptions,
): Aggregated {
  return collect(options, (builder) => {
    for (let i = 0; i < trades.length; i++) {
      const [at, price] = [trades.time[i], trades.price[i]];
      builder.push(at, at, price, price, price, price, trades.size[i]);
    }
    return 0;
  });
}

/**
 * Aggregates one price of quotes into bars: the middle (default), the bid or the ask. A quote that lacks the price is
 * skipped. Nothing is traded by quoting, so the volume is 0; tick bars count quotes.
 */
export function aggregateQuotes(
  quotes: QuoteColumns,
  options: (TimeBarOptions | ActivityBarOptions) & AggregateOptions & { readonly price?: 'mid' | 'bid' | 'ask' },
): Aggregated {
  const { time, bid, ask } = quotes;
  const which = options.price ?? 'mid';
  return collect(options, (builder) => {
    let skipped = 0;
    for (let i = 0; i < quotes.length; i++) {
      const price = which === 'bid' ? bid[i] : which === 'ask' ? ask[i] : (bid[i] + ask[i]) / 2;
      if (Number.isNaN(price)) skipped++;
      else builder.push(time[i], time[i], price, price, price, price, 0);
    }
    return skipped;
  });
}

function collect(
  options: (TimeBarOptions | ActivityBarOptions) & AggregateOptions,
  push: (builder: BarBuilder) => number,
): Aggregated {
  const buffer = new BarBuffer();
  let isLastPartial = false;
  const sink: BarSink = (time, openTime, open, high, low, close, volume, isPartial) => {
    if (isPartial && options.partial !== true) return;
    isLastPartial = isPartial;
    buffer.add(time, openTime, open, high, low, close, volume);
  };
  const builder = 'timeFrame' in options ? new TimeBarBuilder(options, sink) : new ActivityBarBuilder(options, sink);
  const skipped = push(builder);
  if (options.until !== undefined) builder.advance(options.until);
  builder.finish();
  return { bars: buffer.view(), isLastPartial, skipped: skipped + builder.skipped };
}
