/**
 * A seeded market for the broker to live in: daily bars of the months before, then quotes and trades session by session,
 * each week beginning where the last one ended.
 */
import { formatDay } from '../../../time/civil.ts';
import type { StreamSlice, TapeSlice } from '../../../market/tape.ts';
import { simulateTape } from '../../../market/simulate/simulate.ts';
import { DOLLAR } from './amounts.ts';
import type { BarRow } from './history.ts';
import { localDay, localInstant } from './random-ids.ts';

export interface SimulatedSymbol {
  readonly symbol: string;
  readonly price: number;
  /** Volatility per year. */
  readonly volatility?: number;
}

export interface SimulatedMarketOptions {
  readonly seed: number;
  readonly symbols: readonly SimulatedSymbol[];
  /** Quotes per session and symbol. */
  readonly quotesPerSession?: number;
}

/** Days of daily bars before the first session. */
const HISTORY_DAYS = 400;
/** Days simulated at a time. */
const CHUNK_DAYS = 7;

export class SimulatedMarket {
  private readonly options: SimulatedMarketOptions;
  private readonly prices = new Map<string, number>();

  constructor(options: SimulatedMarketOptions) {
    this.options = options;
    for (const { symbol, price } of options.symbols) this.prices.set(symbol, price);
  }

  /** Returns daily bars up to the day before `day`; their last closes are where the market begins. */
  history(day: number): Map<string, BarRow[]> {
    const bars = new Map<string, BarRow[]>();
    for (const stream of this.simulate(day - HISTORY_DAYS, day - 1, ['bars'], this.options.seed)) {
      if (stream.kind !== 'bars') continue;
      const { columns, symbol } = stream;
      const rows = Array.from({ length: columns.length }, (_, i): BarRow => {
        const price = (value: number): number => Math.round(value * DOLLAR);
        const [high, low, close] = [price(columns.high[i]), price(columns.low[i]), price(columns.close[i])];
        const volume = Math.round(columns.volume[i]);
        return {
          at: localInstant(localDay(columns.openTime[i]), 0),
          open: price(columns.open[i]),
          high,
          low,
          close,
          volume,
          trades: Math.max(1, Math.round(volume / 100)),
          turnover: ((high + low + close) / 3) * volume,
        };
      });
      bars.set(symbol, rows);
      if (rows.length > 0) this.prices.set(symbol, rows.at(-1)!.close / DOLLAR);
    }
    return bars;
  }

  /** Returns quotes and trades of the week that begins on `day`, and the first day after it. */
  week(day: number): { readonly slice: TapeSlice; readonly nextDay: number } {
    const streams = this.simulate(day, day + CHUNK_DAYS - 1, ['quotes', 'trades'], this.options.seed ^ day);
    for (const stream of streams) {
      if (stream.kind !== 'quotes' || stream.columns.length === 0) continue;
      const { bid, ask, length } = stream.columns;
      this.prices.set(stream.symbol, Math.round((bid[length - 1] + ask[length - 1]) * 50) / 100);
    }
    return { slice: { streams }, nextDay: day + CHUNK_DAYS };
  }

  private simulate(
    from: number,
    to: number,
    data: readonly ('bars' | 'quotes' | 'trades')[],
    seed: number,
  ): readonly StreamSlice[] {
    const { symbols, quotesPerSession = 4680 } = this.options;
    const tape = simulateTape({
      seed: seed >>> 0,
      start: formatDay(from),
      end: formatDay(to),
      data,
      quotesPerSession,
      symbols: symbols.map(({ symbol, volatility = 0.28 }) => ({
        symbol,
        price: this.prices.get(symbol)!,
        volatility,
      })),
    });
    return tape.slice.streams;
  }
}
