/**
 * Live prices of Alpaca as rows of a tape: bars, quotes and trades of shares, quotes of options, and the history that
 * comes before them, all through the vendor's own library.
 *
 * A bar is taken when the vendor says that its minute is over, and told again where trades came late; bars outside the hours in which an instrument trades are
 * left out, in history as in the stream, so that both give the same series. A price of 0 is the vendor's word for a side
 * that nobody quotes.
 */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';
import type { FeedSink, LiveFeed, MarketInput, MarketRow } from '../../engine/live/index.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { Calendar } from '../../time/calendar.ts';
import { DAY, instantFromMillis, MINUTE } from '../../time/instant.ts';
import { askFault, FOREVER, heartbeatOf, openAlpaca, signedBy, type AlpacaAccess } from './client.ts';
import { PriceStream, quoteRow, type BarFigures } from './price-stream.ts';
import type { VendorTimeFrame } from './vendor-types.ts';

/** What one instrument's stream is: as the engine has it. */
export interface WantedStream {
  readonly kind: 'bars' | 'quotes' | 'trades';
  readonly symbol: string;
  /** Of bars: `1m`, or `1d` for those of finished days. */
  readonly timeFrame?: string;
}

export interface AlpacaFeedOptions extends AlpacaAccess {
  readonly streams: readonly WantedStream[];
  readonly instruments: readonly Instrument[];
  readonly calendarOf: (name: string) => Calendar;
  readonly stockFeed: StockFeed;
  readonly optionFeed: OptionFeed;
  /** Microseconds of bars before the session, by time frame. */
  readonly before: { readonly minutes: number; readonly days: number };
}

/** Feeds of shares: one exchange, all of them, or all of them a quarter of an hour late. */
export type StockFeed = 'iex' | 'sip' | 'delayed_sip';
export type OptionFeed = 'opra' | 'indicative';

/** How late each feed is by the vendor's word, in microseconds. */
export const FEED_DELAYS_US: Readonly<Record<StockFeed | OptionFeed, number>> = {
  iex: 0,
  sip: 0,
  delayed_sip: 15 * MINUTE,
  opra: 0,
  // Its trades are late by so much, and its quotes are made of them.
  indicative: 15 * MINUTE,
};

/** The time frames that the vendor streams, by our names. */
const TIME_FRAMES = { '1m': '1Min', '1d': '1Day' } as const;
type FeedTimeFrame = keyof typeof TIME_FRAMES;
/** Symbols that the vendor takes in one question. */
const SYMBOLS_MAX = 100;

export class AlpacaFeed implements LiveFeed {
  private readonly alpaca: Alpaca;
  private readonly options: AlpacaFeedOptions;
  private readonly instruments: ReadonlyMap<string, Instrument>;
  private readonly open: PriceStream[] = [];

  private constructor(alpaca: Alpaca, options: AlpacaFeedOptions) {
    this.alpaca = alpaca;
    this.options = options;
    this.instruments = new Map(options.instruments.map((instrument) => [instrument.symbol, instrument]));
  }

  static async open(options: AlpacaFeedOptions): Promise<AlpacaFeed> {
    return new AlpacaFeed(await openAlpaca(options), options);
  }

  async history(from: number, to: number): Promise<readonly MarketInput[]> {
    const rows: { readonly at: number; readonly row: MarketRow }[] = [];
    for (const timeFrame of ['1m', '1d'] as const) {
      const symbols = this.symbolsOf('bars', timeFrame);
      if (symbols.length === 0) continue;
      const { before } = this.options;
      const start = from > -Infinity ? from : to - (timeFrame === '1d' ? before.days : before.minutes);
      for (const bar of await this.bars(symbols, timeFrame, start, to)) {
        if (bar.at <= to) rows.push(bar);
      }
    }
    rows.sort((a, b) => a.at - b.at);
    const inputs: MarketInput[] = [];
    for (let i = 0; i < rows.length;) {
      const { at } = rows[i];
      const together: MarketRow[] = [];
      for (; i < rows.length && rows[i].at === at; i++) together.push(rows[i].row);
      inputs.push({ kind: 'market', at, rows: together });
    }
    return inputs;
  }

  async latest(): Promise<readonly (readonly [MarketRow, number])[]> {
    const { stockFeed, optionFeed } = this.options;
    const { stocks, options } = this.alpaca.marketData;
    const found: (readonly [MarketRow, number])[] = [];
    const quoted = this.symbolsOf('quotes');
    for (const isOption of [false, true]) {
      const symbols = quoted.filter((symbol) => this.isOption(symbol) === isOption);
      for (let i = 0; i < symbols.length; i += SYMBOLS_MAX) {
        const names = symbols.slice(i, i + SYMBOLS_MAX).join(',');
        const { quotes } = await (
          isOption
            ? options.optionLatestQuotes({ symbols: names, feed: optionFeed })
            : stocks.stockLatestQuotes({ symbols: names, feed: stockFeed })
        ).catch((error: unknown) => {
          throw askFault('the newest quotes', error);
        });
        for (const [symbol, { t, bp, ap, bs, as }] of Object.entries(quotes)) {
          found.push([quoteRow(symbol, bp, ap, bs, as), instantFromMillis(t.getTime())]);
        }
      }
    }
    return found;
  }

  async connect(sink: FeedSink): Promise<void> {
    const { stockFeed, optionFeed, streamUrl } = this.options;
    const { marketData } = this.alpaca;
    const parts = [
      { name: 'shares', isOption: false, path: `/v2/${stockFeed}`, make: (url: object) => marketData.stockStream({ feed: stockFeed, ...url, ...FOREVER }) },
      { name: 'options', isOption: true, path: `/v1beta1/${optionFeed}`, make: (url: object) => marketData.optionStream({ feed: optionFeed, ...url, ...FOREVER }) },
    ]; // prettier-ignore
    for (const { name, isOption, path, make } of parts) {
      const wanted = this.options.streams.filter(({ symbol }) => this.isOption(symbol) === isOption);
      if (wanted.some(({ timeFrame }) => timeFrame !== '1d')) {
        const place = streamUrl === undefined ? {} : { url: `${streamUrl}${path}` };
        const vendor = signedBy(this.options, make({ ...place, ...heartbeatOf(this.options) }));
        const stream = new PriceStream({
          stream: vendor,
          name,
          isOption,
          wanted,
          sink,
          barRow: (symbol, bar) => this.barRow(symbol, '1m', bar),
        });
        this.open.push(stream);
        await stream.listen();
      }
    }
  }

  close(): void {
    for (const stream of this.open) stream.close();
  }

  private async bars(symbols: readonly string[], timeFrame: FeedTimeFrame, from: number, to: number) {
    const rows: { readonly at: number; readonly row: MarketRow }[] = [];
    const { stockFeed } = this.options;
    // A delayed stream has no history of its own: it is the consolidated one, up to when that may be read.
    const feed = stockFeed === 'delayed_sip' ? 'sip' : stockFeed;
    const end = to - FEED_DELAYS_US[stockFeed];
    for (let i = 0; i < symbols.length; i += SYMBOLS_MAX) {
      const found = await this.alpaca.marketData
        .getStockBars({
          symbols: symbols.slice(i, i + SYMBOLS_MAX),
          // The library has no name for the type of its own words.
          timeframe: TIME_FRAMES[timeFrame] as string as VendorTimeFrame,
          start: new Date(Math.floor(from / 1000)),
          end: new Date(Math.floor(end / 1000)),
          feed,
          adjustment: 'split',
          limit: 10_000,
        })
        .catch((error: unknown) => {
          throw askFault(`bars of ${symbols.length} symbols`, error);
        });
      for (const [symbol, bars] of Object.entries(found)) {
        for (const bar of bars) {
          const row = this.barRow(symbol, timeFrame, bar);
          if (row !== undefined) rows.push(row);
        }
      }
    }
    return rows;
  }

  /** A bar with its end; undefined where the instrument does not trade then. */
  private barRow(
    symbol: string,
    timeFrame: FeedTimeFrame,
    bar: BarFigures,
  ): { at: number; row: MarketRow } | undefined {
    const instrument = this.instruments.get(symbol);
    if (instrument === undefined) return undefined;
    const calendar = this.options.calendarOf(instrument.calendar);
    const opened = instantFromMillis(bar.timestamp.getTime());
    const { open, high, low, close, volume } = bar;
    if (timeFrame === '1d') {
      // The vendor stamps a day with its midnight; it is known at the close.
      const session = calendar.session(calendar.zone.dayAt(opened + DAY / 4));
      if (session === undefined) return undefined;
      const row: MarketRow = ['bar', symbol, '1d', session.openAt, open, high, low, close, volume];
      return { at: session.closeAt, row };
    }
    const isTraded = instrument.extendedHours === undefined ? calendar.isOpen(opened) : calendar.isOpenExtended(opened);
    if (!isTraded) return undefined;
    return { at: opened + MINUTE, row: ['bar', symbol, '1m', opened, open, high, low, close, volume] };
  }

  private symbolsOf(kind: WantedStream['kind'], timeFrame?: string): string[] {
    return this.options.streams
      .filter((stream) => stream.kind === kind && stream.timeFrame === timeFrame)
      .map(({ symbol }) => symbol);
  }

  private isOption(symbol: string): boolean {
    return this.instruments.get(symbol)?.option !== undefined;
  }
}
