/**
 * The market inputs of a session as columns: one instant for the deck, or all of them, which are a tape again.
 */
import { allocateBars, allocateQuotes, allocateTrades } from '../../market/columns.ts';
import type { StreamSlice } from '../../market/tape.ts';
import type { StreamShape } from '../feeds/feeds.ts';
import type { BarRow, MarketInput, MarketRow, QuoteRow, TradeRow } from './inputs.ts';

interface Kept {
  readonly shape: StreamShape;
  readonly times: number[];
  readonly rows: MarketRow[];
}

export class ColumnsOfInputs {
  private readonly kept = new Map<string, Kept>();

  /** Streams that are there even without a row. */
  constructor(shapes: readonly StreamShape[] = []) {
    for (const shape of shapes) this.kept.set(keyOf(shape), { shape, times: [], rows: [] });
  }

  add({ at, rows }: MarketInput): void {
    for (const row of rows) {
      const shape = shapeOf(row);
      const key = keyOf(shape);
      let kept = this.kept.get(key);
      if (kept === undefined) this.kept.set(key, (kept = { shape, times: [], rows: [] }));
      kept.times.push(at);
      kept.rows.push(row);
    }
  }

  streams(): StreamSlice[] {
    return [...this.kept.values()].map(streamOf);
  }
}

function streamOf({ shape, times, rows }: Kept): StreamSlice {
  const { kind, symbol, timeFrame } = shape;
  switch (kind) {
    case 'bars':
      return { kind, symbol, timeFrame: timeFrame ?? '', columns: barColumns(times, rows as readonly BarRow[]) };
    case 'trades':
      return { kind, symbol, columns: tradeColumns(times, rows as readonly TradeRow[]) };
    case 'quotes':
    case 'quote-bars':
      return { kind: 'quotes', symbol, columns: quoteColumns(times, rows as readonly QuoteRow[]) };
  }
}

function barColumns(times: readonly number[], rows: readonly BarRow[]) {
  const columns = allocateBars(rows.length);
  columns.time.set(times);
  rows.forEach(([, , , openTime, open, high, low, close, volume], i) => {
    columns.openTime[i] = openTime;
    columns.open[i] = open;
    columns.high[i] = high;
    columns.low[i] = low;
    columns.close[i] = close;
    columns.volume[i] = volume;
  });
  return columns;
}

function quoteColumns(times: readonly number[], rows: readonly QuoteRow[]) {
  const columns = allocateQuotes(rows.length);
  columns.time.set(times);
  rows.forEach(([, , bid, ask, bidSize, askSize], i) => {
    columns.bid[i] = bid ?? Number.NaN;
    columns.ask[i] = ask ?? Number.NaN;
    columns.bidSize[i] = bidSize;
    columns.askSize[i] = askSize;
  });
  return columns;
}

function tradeColumns(times: readonly number[], rows: readonly TradeRow[]) {
  const columns = allocateTrades(rows.length);
  columns.time.set(times);
  rows.forEach(([, , price, size], i) => {
    columns.price[i] = price;
    columns.size[i] = size;
  });
  return columns;
}

function shapeOf(row: MarketRow): StreamShape {
  const [kind, symbol] = row;
  if (kind === 'bar') return { kind: 'bars', symbol, timeFrame: row[2] };
  return { kind: kind === 'trade' ? 'trades' : 'quotes', symbol };
}

function keyOf({ kind, symbol, timeFrame }: StreamShape): string {
  return `${kind} ${symbol} ${timeFrame ?? ''}`;
}
