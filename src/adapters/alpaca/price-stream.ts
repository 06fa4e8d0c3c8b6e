/**
 * One stream of prices for as long as a session lasts: what it brings as rows, what the exchange says afterwards (bars with
 * late trades, corrections, bands, halts), and another connection where one may help.
 */
import { Fault } from '../../base/fault.ts';
import type { FeedSink, MarketRow } from '../../engine/live/index.ts';
import { instantFromMillis } from '../../time/instant.ts';
import type { WantedStream } from './feed.ts';
import { tradingOf } from './halts.ts';
import { meaningOf } from './stream-errors.ts';
import type { DataStream, VendorQuote, VendorTrade } from './vendor-types.ts';

export interface BarFigures {
  readonly timestamp: Date;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export interface PriceStreamOptions {
  readonly stream: DataStream;
  /** What it brings, for people: shares, options. */
  readonly name: string;
  readonly isOption: boolean;
  readonly wanted: readonly WantedStream[];
  readonly sink: FeedSink;
  /** A minute as a row with its end; undefined where the instrument does not trade then. */
  readonly barRow: (symbol: string, bar: BarFigures) => { readonly at: number; readonly row: MarketRow } | undefined;
}

/** Until the first time that it listens. */
const LISTENING_MS = 20_000;
/** Between an error and the next connection: the first, and the longest. */
const RETRY_MS = 250;
const RETRY_MAX_MS = 15_000;

export class PriceStream {
  private readonly options: PriceStreamOptions;
  private isClosed = false;
  private hasListened = false;
  private retry: NodeJS.Timeout | undefined = undefined;
  private retryMs = RETRY_MS;

  constructor(options: PriceStreamOptions) {
    this.options = options;
  }

  /** Connects; resolves once it listens, and rejects where it never will. */
  async listen(): Promise<void> {
    const { stream, name, sink } = this.options;
    const listening = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      listening.reject(new Fault('alpaca.stream', `the stream of ${name} does not answer`));
    }, LISTENING_MS);
    stream.onError((message) => this.fail(String(message), (fault) => listening.reject(fault)));
    stream.onDisconnect(() => {
      if (!this.isClosed) sink.state('down', `the stream of ${name} is down`);
    });
    stream.on('subscription', () => {
      this.hasListened = true;
      this.retryMs = RETRY_MS;
      listening.resolve();
      sink.state('up', `listening to ${name}`);
    });
    this.hear();
    this.subscribe();
    stream.connect();
    await listening.promise.finally(() => clearTimeout(timer));
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.retry);
    this.options.stream.disconnect();
  }

  private fail(text: string, never: (fault: Fault) => void): void {
    if (this.isClosed) return;
    const { stream, name, sink } = this.options;
    const means = meaningOf(text, this.hasListened);
    if (means === 'harmless') return;
    sink.state(means === 'locked' ? 'locked' : 'down', `the stream of ${name}: ${text}`);
    if (means === 'locked') {
      this.close();
      never(new Fault('alpaca.stream', `the stream of ${name}: ${text}`));
      return;
    }
    // The library gives up after some errors and stays connected after others: either way another connection is opened here.
    clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      stream.disconnect();
      stream.connect();
    }, this.retryMs);
    this.retryMs = Math.min(2 * this.retryMs, RETRY_MAX_MS);
  }

  private hear(): void {
    const { stream, sink, barRow } = this.options;
    stream.onBar((bar) => {
      const row = barRow(bar.symbol, bar);
      if (row !== undefined) sink.row(row.row, row.at);
    });
    stream.onQuote(({ symbol, bidPrice, askPrice, bidSize, askSize, timestamp }: VendorQuote) => {
      sink.row(quoteRow(symbol, bidPrice, askPrice, bidSize, askSize), instantFromMillis(timestamp.getTime()));
    });
    stream.onTrade(({ symbol, price, size, timestamp, idRaw, id }: VendorTrade) => {
      sink.row(['trade', symbol, price, size], instantFromMillis(timestamp.getTime()), idRaw ?? id?.toString());
    });
    stream.onStatus(({ symbol, ...words }) => {
      const told = tradingOf(words);
      if (told !== undefined) sink.status?.(symbol, told.state, told.reason);
    });
    stream.onUpdatedBar((bar) => {
      const row = barRow(bar.symbol, bar)?.row;
      if (row?.[0] === 'bar') sink.amend?.(row);
    });
    stream.onCorrection(({ symbol, originalPrice, originalSize, correctedPrice, correctedSize }) => {
      sink.amend?.(['correction', symbol, originalPrice, originalSize, correctedPrice, correctedSize]);
    });
    stream.onCancelError(({ symbol, price, size }) => sink.amend?.(['correction', symbol, price, size, null, 0]));
    stream.onLuld(({ symbol, limitUpPrice, limitDownPrice }) => sink.band?.(symbol, limitUpPrice, limitDownPrice));
  }

  private subscribe(): void {
    const { stream, wanted, isOption } = this.options;
    const of = (kind: WantedStream['kind']): string[] =>
      wanted.filter((each) => each.kind === kind && each.timeFrame !== '1d').map(({ symbol }) => symbol);
    // Only shares are halted by name, and have bands; their contracts with them.
    const shares = isOption ? [] : [...new Set(wanted.map(({ symbol }) => symbol))];
    if (shares.length > 0) {
      stream.subscribeForStatuses(shares);
      stream.subscribeForLulds(shares);
    }
    const bars = of('bars');
    if (bars.length > 0) {
      stream.subscribeForBars(bars);
      if (!isOption) stream.subscribeForUpdatedBars(bars);
    }
    const quotes = of('quotes');
    if (quotes.length > 0) stream.subscribeForQuotes(quotes);
    // Corrections come with trades, without being asked for.
    const trades = of('trades');
    if (trades.length > 0) stream.subscribeForTrades(trades);
  }
}

export function quoteRow(symbol: string, bid: number, ask: number, bidSize: number, askSize: number): MarketRow {
  return ['quote', symbol, bid > 0 ? bid : null, ask > 0 ? ask : null, bidSize, askSize];
}
