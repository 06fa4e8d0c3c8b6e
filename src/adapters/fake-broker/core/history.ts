/**
 * What a symbol has shown so far, for whoever asks later: minute bars made from trades, daily bars, and the latest
 * quotes and trades as columns that forget their oldest rows.
 */
import { MINUTE } from '../../../time/instant.ts';

/** Rows of one kind, oldest first. Prices in units of price. */
export interface BarRow {
  /** Start of the bar; of a daily bar midnight in New York. */
  at: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  trades: number;
  /** Σ price × volume, for the average price. */
  turnover: number;
}

export interface QuoteRow {
  readonly at: number;
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
}

export interface TradeRow {
  readonly at: number;
  readonly price: number;
  readonly size: number;
  readonly id: number;
}

/** The latest rows of a stream: at most `2 · keep`, at least the last `keep`. */
class Latest<T> {
  rows: T[] = [];
  private readonly keep: number;

  constructor(keep: number) {
    this.keep = keep;
  }

  push(row: T): void {
    this.rows.push(row);
    if (this.rows.length > 2 * this.keep) this.rows = this.rows.slice(-this.keep);
  }
}

export class Bars {
  readonly daily: BarRow[] = [];
  readonly minutes: BarRow[] = [];
  private readonly quoteRows: Latest<QuoteRow>;
  private readonly tradeRows: Latest<TradeRow>;

  constructor(keep = 50_000) {
    this.quoteRows = new Latest(keep);
    this.tradeRows = new Latest(keep);
  }

  get quotes(): readonly QuoteRow[] {
    return this.quoteRows.rows;
  }

  get trades(): readonly TradeRow[] {
    return this.tradeRows.rows;
  }

  addQuote(row: QuoteRow): void {
    this.quoteRows.push(row);
  }

  /** Notes a trade; returns the minute bar that it completed, if it began a new one. `day` is midnight in New York. */
  addTrade(row: TradeRow, day: number): BarRow | undefined {
    this.tradeRows.push(row);
    const before = this.minutes.at(-1);
    const isNew = extend(this.minutes, Math.floor(row.at / MINUTE) * MINUTE, row);
    extend(this.daily, day, row);
    return isNew ? before : undefined;
  }
}

/** Adds a trade to the bar that starts at `at`, or begins it; returns whether it began one. */
function extend(bars: BarRow[], at: number, { price, size }: TradeRow): boolean {
  const bar = bars.at(-1);
  if (bar === undefined || bar.at !== at) {
    bars.push({
      at,
      open: price,
      high: price,
      low: price,
      close: price,
      volume: size,
      trades: 1,
      turnover: price * size,
    });
    return true;
  }
  if (price > bar.high) bar.high = price;
  if (price < bar.low) bar.low = price;
  bar.close = price;
  bar.volume += size;
  bar.trades++;
  bar.turnover += price * size;
  return false;
}

/** Gathers bars into longer ones: `startOf` gives the start of the longer bar that an instant belongs to. */
export function gather(bars: readonly BarRow[], startOf: (at: number) => number): BarRow[] {
  const longer: BarRow[] = [];
  for (const bar of bars) {
    const at = startOf(bar.at);
    const last = longer.at(-1);
    if (last === undefined || last.at !== at) longer.push({ ...bar, at });
    else {
      last.high = Math.max(last.high, bar.high);
      last.low = Math.min(last.low, bar.low);
      last.close = bar.close;
      last.volume += bar.volume;
      last.trades += bar.trades;
      last.turnover += bar.turnover;
    }
  }
  return longer;
}
