/**
 * Feeds of quotes and trades, and the making of all feeds of a tape.
 */
import { listOf } from '../../base/list.ts';
import { assert } from '../../base/assert.ts';
import {
  allocateQuotes,
  allocateTrades,
  type QuoteBarColumns,
  type QuoteColumns,
  type TradeColumns,
} from '../../market/columns.ts';
import type { StreamSlice } from '../../market/tape.ts';
import { BarFeed } from './feed.ts';
import { Feed } from './row-feed.ts';
import type { Market } from '../sim/market.ts';
import type { Quote, TradePrint } from '../strategy/strategy.ts';

/** What a stream of the tape is, without its rows. */
export interface StreamShape {
  readonly kind: StreamSlice['kind'];
  readonly symbol: string;
  readonly timeFrame?: string;
}

/** What a feed has before its first row: one for all, because a chain has thousands of feeds. */
const NO_QUOTES = allocateQuotes(0);
const NO_TRADES = allocateTrades(0);

export class QuoteFeed extends Feed {
  columns: QuoteColumns = NO_QUOTES;
  /** The newest quote; its numbers change with every quote. */
  readonly quote: { -readonly [K in keyof Quote]: Quote[K] };

  constructor(kind: 'quotes' | 'quote-bars', market: Market, timeFrame: string, index: number) {
    super(kind, market, timeFrame, index);
    market.quoted = true;
    const nothing = Number.NaN;
    this.quote = {
      symbol: market.instrument.symbol,
      time: nothing,
      bid: nothing,
      ask: nothing,
      bidSize: 0,
      askSize: 0,
    };
  }

  override loadSlice(stream: StreamSlice | undefined): void {
    if (stream === undefined) this.columns = NO_QUOTES;
    else if (stream.kind === 'quotes') this.columns = stream.columns;
    else if (stream.kind === 'quote-bars') this.columns = closingQuotes(stream.columns);
    else assert(false, 'quotes go to a feed of quotes');
    this.time = this.columns.time;
    this.next = 0;
    this.end = this.columns.length;
    this.cursor.index = -1;
  }

  /** Moves `quote` to a row. */
  at(row: number): void {
    const { quote, columns } = this;
    this.cursor.index = row;
    quote.time = columns.time[row]!;
    quote.bid = columns.bid[row]!;
    quote.ask = columns.ask[row]!;
    quote.bidSize = columns.bidSize[row]!;
    quote.askSize = columns.askSize[row]!;
  }
}

export class TradeFeed extends Feed {
  columns: TradeColumns = NO_TRADES;
  readonly print: { -readonly [K in keyof TradePrint]: TradePrint[K] };

  constructor(market: Market, index: number) {
    super('trades', market, '', index);
    this.print = { symbol: market.instrument.symbol, time: Number.NaN, price: Number.NaN, size: 0 };
  }

  override loadSlice(stream: StreamSlice | undefined): void {
    if (stream === undefined) this.columns = NO_TRADES;
    else if (stream.kind === 'trades') this.columns = stream.columns;
    else assert(false, 'trades go to a feed of trades');
    this.time = this.columns.time;
    this.next = 0;
    this.end = this.columns.length;
    this.cursor.index = -1;
  }

  at(row: number): void {
    const { print, columns } = this;
    this.cursor.index = row;
    print.time = columns.time[row]!;
    print.price = columns.price[row]!;
    print.size = columns.size[row]!;
  }
}

/**
 * Makes the feeds of a tape. Quotes come before trades and bars of the same instant: whoever sees a bar close sees the
 * quote that was in force then. The finest bars of an instrument execute its orders.
 */
export function makeFeeds(streams: readonly StreamShape[], markets: readonly Market[], history: number): Feed[] {
  const rank = { quotes: 0, 'quote-bars': 0, trades: 1, bars: 2 } as const;
  const sorted = [...streams].sort((a, b) => rank[a.kind] - rank[b.kind] || spanOf(a.timeFrame) - spanOf(b.timeFrame));
  const known = new Map<string, Market>();
  for (const market of markets) known.set(market.instrument.symbol, market);
  return listOf(sorted, (stream, index): Feed => {
    const market = known.get(stream.symbol);
    assert(market !== undefined, `a stream of ${stream.symbol} needs its instrument`);
    const timeFrame = stream.timeFrame ?? '';
    if (stream.kind === 'trades' || stream.kind === 'bars')
      market.countsVolume = market.instrument.option !== undefined;
    // Of trades alone its orders know no quotes and no bars.
    market.printed = stream.kind === 'trades' && !market.quoted;
    if (stream.kind === 'trades') return new TradeFeed(market, index);
    if (stream.kind !== 'bars') return new QuoteFeed(stream.kind, market, timeFrame, index);
    const feed = new BarFeed(market, timeFrame, index, history);
    feed.executes = market.bar === undefined;
    if (feed.executes) market.bar = feed.view.now;
    return feed;
  });
}

/** What a feed and the stream that it takes have in common. */
export function streamKey(kind: string, symbol: string, timeFrame: string | undefined): string {
  return `${kind}\0${symbol}\0${timeFrame ?? ''}`;
}

const SPANS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, mo: 2_592_000 };

/** Rough seconds of a time frame such as `5m`, for sorting; unknown ones come last. */
export function spanOf(timeFrame: string | undefined): number {
  const match = /^(\d+)(s|m|h|d|w|mo)$/.exec(timeFrame ?? '');
  return match === null ? Infinity : Number(match[1]) * SPANS[match[2]];
}

/** What was quoted when each quote bar ended. */
function closingQuotes(bars: QuoteBarColumns): QuoteColumns {
  return {
    length: bars.length,
    time: bars.time,
    bid: bars.bidClose,
    ask: bars.askClose,
    bidSize: bars.bidSize,
    askSize: bars.askSize,
  };
}
