/**
 * The inbox of a live tape: what a source delivers becomes the market inputs of a session, each row once, none older than
 * what its series has seen, and never more than fits.
 *
 * A session that is slow for a moment finds many rows waiting. Bars and trades all count; of quotes only the newest of a
 * symbol does, so beyond a bound a newer quote takes the place of the one that waits. All that is left out is counted.
 */
import type { AmendedRow, MarketInput, MarketRow, TradeRow } from './inputs.ts';

/** Rows that wait before quotes begin to take each other's place. */
const WAITING_MAX = 5000;
/** Ids of trades that are remembered per symbol. */
const IDS_MAX = 1000;

/** What became of the rows that arrived. */
export interface InboxCounts {
  taken: number;
  /** The same row as one before. */
  duplicates: number;
  /** Older than what its series has seen. */
  late: number;
  /** Quotes in whose place a newer one was taken. */
  replaced: number;
  /** Rows that were told anew: while they waited, or after they were taken. */
  amended: number;
  /** Rows whose prices are none: left out, or of a quote the side. */
  bad: number;
}

interface Series {
  /** The newest stamp; of bars their opening. */
  newest: number;
  /** The newest quote or bar. */
  text: string;
  /** The bar that was told anew last. */
  amended: string;
  readonly ids: Set<string>;
}

export class Inbox {
  readonly counts: InboxCounts = { taken: 0, duplicates: 0, late: 0, replaced: 0, amended: 0, bad: 0 };
  /** When the newest row arrived, by the clock of whoever drives it. */
  arrivedAt = Number.NaN;
  private rows: MarketRow[] = [];
  private readonly series = new Map<string, Series>();
  /** Where the newest waiting quote of a symbol is. */
  private readonly quoteAt = new Map<string, number>();
  private readonly waitingMax: number;
  private readonly futures: ReadonlySet<string>;

  /** Of `futures` prices may be nought and below, as those of oil were on 2020-04-20; of nothing else. */
  constructor(waitingMax = WAITING_MAX, futures: ReadonlySet<string> = new Set()) {
    this.waitingMax = waitingMax;
    this.futures = futures;
  }

  /** Rows that wait. */
  get waiting(): number {
    return this.rows.length;
  }

  /** Says what a session has taken before: after a restart, its journal; before the first row, its history. */
  seen({ rows, at }: MarketInput): void {
    for (const row of rows) this.isNews(row, row[0] === 'bar' ? row[3] : at, undefined);
  }

  /** Says that a bar was taken by an earlier session. */
  seenBar(symbol: string, timeFrame: string, openTime: number): void {
    this.isNews(['bar', symbol, timeFrame, openTime, 0, 0, 0, 0, 0], openTime, undefined);
  }

  /** Takes a row that arrived; whether it is news. */
  add(told: MarketRow, stamp: number, arrivedAt: number, id?: string): boolean {
    this.arrivedAt = arrivedAt;
    const row = this.good(told);
    if (row !== told) this.counts.bad++;
    if (row === undefined) return false;
    if (!this.isNews(row, row[0] === 'bar' ? row[3] : stamp, id)) return false;
    this.counts.taken++;
    const waiting = row[0] === 'quote' ? this.quoteAt.get(row[1]) : undefined;
    if (waiting !== undefined && this.rows.length >= this.waitingMax) {
      this.rows[waiting] = row;
      this.counts.replaced++;
      return true;
    }
    if (row[0] === 'quote') this.quoteAt.set(row[1], this.rows.length);
    this.rows.push(row);
    return true;
  }

  /**
   * A row is told anew. What still waits is changed where it waits; a bar that was never seen is taken as one. Returns whether
   * the row it is about was taken before, so that a session must be told.
   */
  amend(row: AmendedRow, arrivedAt: number): boolean {
    const isGood = row[0] === 'bar' ? this.good(row) !== undefined : row[4] === null || this.isPrice(row[1], row[4]);
    if (!isGood) {
      this.counts.bad++;
      return false;
    }
    const place = this.rows.findLastIndex((waiting) => isAbout(row, waiting));
    if (row[0] === 'bar') {
      const series = this.series.get(keyOf(row));
      if (series === undefined || row[3] > series.newest) {
        this.add(row, row[3], arrivedAt);
        return false;
      }
      const text = row.join(' ');
      if (series.amended === text || series.text === text) {
        this.counts.duplicates++;
        return false;
      }
      series.amended = text;
      if (row[3] === series.newest) series.text = text;
    }
    this.counts.amended++;
    if (place < 0) return true;
    const [, symbol] = row;
    if (row[0] === 'bar') this.rows[place] = row;
    else if (row[4] !== null) this.rows[place] = ['trade', symbol, row[4], row[5]];
    else {
      this.rows.splice(place, 1);
      this.findQuotes();
    }
    return false;
  }

  /**
   * What waits, as one input at `at`, up to the second bar of a series; undefined when nothing does. Two bars of one series
   * are two instants, however late the first came: taken as one, a strategy would see the last alone, and of a crossing
   * between them nothing.
   */
  take(at: number): MarketInput | undefined {
    if (this.rows.length === 0) return undefined;
    const end = secondBar(this.rows);
    const rows = this.rows.slice(0, end);
    this.rows = this.rows.slice(end);
    this.findQuotes();
    return { kind: 'market', at, rows };
  }

  /** The row as it may be taken: a quote without the sides that are no prices; nothing of a trade or bar with one that is none. */
  private good(row: MarketRow): MarketRow | undefined {
    const [kind, symbol] = row;
    if (kind === 'trade') return this.isPrice(symbol, row[2]) && row[3] >= 0 ? row : undefined;
    if (kind === 'bar') {
      const [, , , openTime, open, high, low, close, volume] = row;
      const isWhole = [open, high, low, close].every((price) => this.isPrice(symbol, price)) && high >= low;
      return isWhole && Number.isFinite(openTime) && volume >= 0 ? row : undefined;
    }
    const [, , bid, ask, bidSize, askSize] = row;
    const [isBid, isAsk] = [bid, ask].map((price) => price === null || this.isPrice(symbol, price));
    if (isBid && isAsk && bidSize >= 0 && askSize >= 0) return row;
    const size = (told: number): number => (told >= 0 ? told : 0);
    return ['quote', symbol, isBid ? bid : null, isAsk ? ask : null, size(bidSize), size(askSize)];
  }

  private isPrice(symbol: string, price: number): boolean {
    return Number.isFinite(price) && (price > 0 || this.futures.has(symbol));
  }

  private findQuotes(): void {
    this.quoteAt.clear();
    this.rows.forEach((row, i) => {
      if (row[0] === 'quote') this.quoteAt.set(row[1], i);
    });
  }

  private isNews(row: MarketRow, stamp: number, id: string | undefined): boolean {
    const key = keyOf(row);
    let series = this.series.get(key);
    if (series === undefined)
      this.series.set(key, (series = { newest: -Infinity, text: '', amended: '', ids: new Set() }));
    if (stamp < series.newest) {
      this.counts.late++;
      return false;
    }
    const isSame = row[0] === 'trade' ? this.isKnown(series, row, stamp, id) : stamp === series.newest && isRepeated();
    if (isSame) {
      this.counts.duplicates++;
      return false;
    }
    series.newest = stamp;
    if (row[0] !== 'trade') series.text = row.join(' ');
    return true;

    /** A bar comes once; a quote of the same instant may differ. */
    function isRepeated(): boolean {
      return row[0] === 'bar' || series?.text === row.join(' ');
    }
  }

  private isKnown(series: Series, row: TradeRow, stamp: number, id: string | undefined): boolean {
    // Without an id two prints of one price, size and instant cannot be told apart, and both count.
    if (id === undefined) return false;
    const { ids } = series;
    const name = `${stamp} ${id} ${row[2]} ${row[3]}`;
    if (ids.has(name)) return true;
    ids.add(name);
    if (ids.size > IDS_MAX) {
      for (const oldest of ids) {
        ids.delete(oldest);
        break;
      }
    }
    return false;
  }
}

function keyOf(row: MarketRow): string {
  return `${row[0]} ${row[1]} ${row[0] === 'bar' ? row[2] : ''}`;
}

/** Whether a row that waits is the one that is told anew; of two trades of one price and size either will do. */
function isAbout(row: AmendedRow, waiting: MarketRow): boolean {
  if (waiting[1] !== row[1]) return false;
  if (row[0] === 'bar') return waiting[0] === 'bar' && waiting[2] === row[2] && waiting[3] === row[3];
  return waiting[0] === 'trade' && waiting[2] === row[2] && waiting[3] === row[3];
}

/** Where the second bar of some series is; the length where each has one at most. */
function secondBar(rows: readonly MarketRow[]): number {
  const seen = new Set<string>();
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (row[0] !== 'bar') continue;
    const key = `${row[1]} ${row[2]}`;
    if (seen.has(key)) return i;
    seen.add(key);
  }
  return rows.length;
}
