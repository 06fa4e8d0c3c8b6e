/**
 * From quotes to quote bars: what the bid and the ask did in each interval, both in one row.
 *
 * A row that shows both sides of one instant cannot show a new bid beside an old ask. A side that nobody quoted in an
 * interval is NaN there; an interval without any quote has no row.
 */
import { aggregateQuotes, type AggregateOptions, type TimeBarOptions } from './aggregate.ts';
import type { BarColumns, QuoteBarColumns, QuoteColumns } from './columns.ts';

export interface AggregatedQuotes {
  readonly bars: QuoteBarColumns;
  /** Whether the last bar was returned before its end. */
  readonly isLastPartial: boolean;
}

const FIELDS = ['open', 'high', 'low', 'close'] as const;

/** Aggregates quotes into quote bars by session time. Sizes are those of the last quote of each side in the bar. */
export function aggregateQuoteBars(quotes: QuoteColumns, options: TimeBarOptions & AggregateOptions): AggregatedQuotes {
  // One side's bar is over when the other side's quotes have passed its end. What ends with the last quote may go on.
  const seen = quotes.length === 0 ? Number.NEGATIVE_INFINITY : quotes.time[quotes.length - 1] - 1;
  const until = Math.max(options.until ?? Number.NEGATIVE_INFINITY, seen);
  const [bids, asks] = (['bid', 'ask'] as const).map((price) => aggregateQuotes(quotes, { ...options, until, price }));
  const ends = union(bids.bars, asks.bars, bids.isLastPartial && asks.isLastPartial);
  const bars = allocate(ends.length);
  bars.time.set(ends);
  fill(bars, 'bid', bids.bars, lastSizes(quotes.bid, quotes.bidSize, quotes.time));
  fill(bars, 'ask', asks.bars, lastSizes(quotes.ask, quotes.askSize, quotes.time));
  return { bars, isLastPartial: bids.isLastPartial || asks.isLastPartial };
}

/** The ends of the bars of either side. Two unfinished bars are of one interval, and become one. */
function union(bids: BarColumns, asks: BarColumns, isLastShared: boolean): Float64Array {
  const ends = [...new Set([...bids.time, ...asks.time])].toSorted((a, b) => a - b);
  const [bid, ask] = [bids.time[bids.length - 1], asks.time[asks.length - 1]];
  return Float64Array.from(isLastShared ? ends.filter((end) => end !== Math.min(bid, ask) || bid === ask) : ends);
}

function fill(bars: QuoteBarColumns, side: 'bid' | 'ask', from: BarColumns, sizeAt: (time: number) => number): void {
  let row = 0;
  for (let i = 0; i < from.length; i++) {
    while (bars.time[row] < from.time[i]) row++;
    for (const field of FIELDS) {
      const name = `${side}${field[0].toUpperCase()}${field.slice(1)}` as `${typeof side}${Capitalize<typeof field>}`;
      bars[name][row] = from[field][i];
    }
    bars[`${side}Size`][row] = sizeAt(from.time[i]);
    const openTime = bars.openTime[row];
    bars.openTime[row] = Number.isNaN(openTime) ? from.openTime[i] : Math.min(openTime, from.openTime[i]);
  }
}

/** Returns the size quoted last at or before an instant; instants must ascend. */
function lastSizes(price: Float64Array, size: Float64Array, time: Float64Array): (at: number) => number {
  let [i, last] = [0, Number.NaN];
  return (at) => {
    for (; i < time.length && time[i] <= at; i++) if (!Number.isNaN(price[i])) last = size[i];
    return last;
  };
}

function allocate(length: number): QuoteBarColumns {
  const column = (): Float64Array => new Float64Array(length).fill(Number.NaN);
  return {
    length,
    time: column(),
    openTime: column(),
    bidOpen: column(),
    bidHigh: column(),
    bidLow: column(),
    bidClose: column(),
    bidSize: column(),
    askOpen: column(),
    askHigh: column(),
    askLow: column(),
    askClose: column(),
    askSize: column(),
  };
}
