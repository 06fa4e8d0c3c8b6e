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

  /** Notes a trade that is told late, as the last of its minute; returns that minute, if it is over and has a bar. */
  addLate(row: TradeRow): BarRow | undefined {
    const minute = this.minutes.findLast(({ at }) => at === Math.floor(row.at / MINUTE) * MINUTE);
    if (minute === undefined || minute === this.minutes.at(-1)) return undefined;
    this.tradeRows.push(row);
    take(minute, row);
    const day = this.daily.at(-1);
    if (day !== undefined) {
      const { close } = day;
      take(day, row);
      day.close = close;
    }
    return minute;
  }

  /** Puts another trade in the place of one, or nothing; returns the one it was and its minute, if that has others left. */
  correct(id: number, after: Pick<TradeRow, 'price' | 'size'> | undefined): Corrected | undefined {
    const { rows } = this.tradeRows;
    const place = rows.findLastIndex((row) => row.id === id);
    if (place < 0) return undefined;
    const before = rows[place];
    const corrected = after === undefined ? undefined : { ...before, ...after };
    rows.splice(place, 1, ...(corrected === undefined ? [] : [corrected]));
    const at = Math.floor(before.at / MINUTE) * MINUTE;
    const minute = this.minutes.findLast((bar) => bar.at === at);
    const [made] = gatherTrades(rows.filter((row) => row.at >= at && row.at < at + MINUTE));
    if (minute !== undefined && made !== undefined) Object.assign(minute, made);
    return { before, after: corrected, minute, isOver: minute !== this.minutes.at(-1) };
  }
}

export interface Corrected {
  readonly before: TradeRow;
  readonly after: TradeRow | undefined;
  readonly minute: BarRow | undefined;
  /** Whether that minute is over. */
  readonly isOver: boolean;
}

/** Trades as bars of a minute. */
function gatherTrades(rows: readonly TradeRow[]): BarRow[] {
  const bars: BarRow[] = [];
  for (const row of rows) extend(bars, Math.floor(row.at / MINUTE) * MINUTE, row);
  return bars;
}

/** Adds a trade to the bar that starts at `at`, or begins it; returns whether it began one. */
function extend(bars: BarRow[], at: number, { price, size }: Pick<TradeRow, 'price' | 'size'>): boolean {
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
  take(bar, { price, size });
  return false;
}

/** Adds a trade to a bar, as its last. */
function take(bar: BarRow, { price, size }: Pick<TradeRow, 'price' | 'size'>): void {
  if (price > bar.high) bar.high = price;
  if (price < bar.low) bar.low = price;
  bar.close = price;
  bar.volume += size;
  bar.trades++;
  bar.turnover += price * size;
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
