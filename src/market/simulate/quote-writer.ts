/**
 * Writes a simulated price as quotes and trades: one quote in each step of a session, and now and then a trade on it.
 *
 * The quote's time is drawn within its step, so that no two symbols tick in unison. A trade follows its quote by a
 * microsecond, at the bid or at the ask.
 */
import type { Random } from '../../base/random.ts';
import { TimeBarBuilder } from '../aggregate.ts';
import { BarBuffer } from '../bar-buffer.ts';
import { allocateQuotes, allocateTrades, sliceColumns, type QuoteColumns, type TradeColumns } from '../columns.ts';
import type { Steps } from './day-shape.ts';
import type { ResolvedSymbol, Simulation } from './options.ts';
import { PricePath, TickGrid } from './price-path.ts';
import { formatTimeFrame } from '../../time/time-frame.ts';

export class QuoteWriter {
  private readonly path: PricePath;
  private readonly random: Random;
  private readonly grid: TickGrid;
  private readonly options: ResolvedSymbol;
  private readonly tradesPerQuote: number;
  private readonly tradeSize: number;
  private readonly builder: TimeBarBuilder | undefined;
  private quotes: QuoteColumns = allocateQuotes(0);
  private trades: TradeColumns = allocateTrades(0);
  private bars = new BarBuffer();
  private quoteRow = 0;
  private tradeRow = 0;

  constructor(options: ResolvedSymbol, simulation: Simulation, random: Random) {
    const { sessionsPerYear, tradesPerQuote, quotesPerSession, timeFrame, calendar, hasBars } = simulation;
    this.options = options;
    this.random = random;
    this.path = new PricePath(options, sessionsPerYear, random);
    this.grid = new TickGrid(options.instrument);
    this.tradesPerQuote = tradesPerQuote;
    this.tradeSize = options.volume / Math.max(1, quotesPerSession * tradesPerQuote);
    this.builder = hasBars
      ? new TimeBarBuilder(
          { timeFrame: formatTimeFrame(timeFrame), calendar },
          (time, openTime, open, high, low, close, volume) =>
            this.bars.add(time, openTime, open, high, low, close, volume),
        )
      : undefined;
  }

  /** Starts new columns for up to `rows` quotes and as many trades. */
  begin(rows: number): void {
    this.quotes = allocateQuotes(rows);
    this.trades = allocateTrades(rows);
    this.bars = new BarBuffer();
    this.quoteRow = 0;
    this.tradeRow = 0;
  }

  /** Returns what was written since `begin`; bars are made from the trades. */
  end(): { readonly quotes: QuoteColumns; readonly trades: TradeColumns; readonly bars: BarBuffer } {
    return {
      quotes: sliceColumns(this.quotes, 0, this.quoteRow),
      trades: sliceColumns(this.trades, 0, this.tradeRow),
      bars: this.bars,
    };
  }

  /** Writes a session. `shocks` are the market's: the first for the night before, then one for each step. */
  session(openAt: number, nightShare: number, dayShare: number, steps: Steps, shocks: Float64Array): void {
    const { path, grid, random, quotes, options } = this;
    if (nightShare > 0) path.step(nightShare, shocks[0]);
    const spread = options.spreadBps / 10_000;
    for (let i = 0; i < steps.length; i++) {
      path.step(steps.share[i] * dayShare, shocks[i + 1]);
      const price = Math.exp(path.logPrice);
      const half = (price * spread * path.unrest * (0.5 + random.uniform())) / 2;
      const bid = grid.down(price - half);
      const ask = Math.max(grid.above(bid), grid.nearest(price + half));
      const [start, end] = [steps.start[i], steps.end[i]];
      // Leave room for the trade, and for the rule that a step's end belongs to it.
      const time = openAt + start + 1 + Math.floor(random.uniform() * Math.max(1, end - start - 2));
      const row = this.quoteRow++;
      quotes.time[row] = time;
      quotes.bid[row] = bid;
      quotes.ask[row] = ask;
      quotes.bidSize[row] = this.size(2);
      quotes.askSize[row] = this.size(2);
      if (random.uniform() < this.tradesPerQuote) this.trade(time + 1, random.uniform() < 0.5 ? bid : ask);
    }
    this.builder?.advance(openAt + steps.end[steps.length - 1]);
  }

  private trade(time: number, price: number): void {
    const size = this.size(1);
    const row = this.tradeRow++;
    this.trades.time[row] = time;
    this.trades.price[row] = price;
    this.trades.size[row] = size;
    this.builder?.push(time, time, price, price, price, price, size);
  }

  /** A log-normal number of lots around the mean size of a trade, at least one. */
  private size(times: number): number {
    const { lot } = this.options.instrument;
    const size = this.tradeSize * times * Math.exp(0.8 * this.random.normal() - 0.32);
    return Math.max(1, Math.round(size / lot)) * lot;
  }
}
