/**
 * One instant of a live tape as a slice that a deck can play.
 */
import { allocateBars, allocateQuotes, allocateTrades } from '../../market/columns.ts';
import type { StreamSlice, TapeSlice } from '../../market/tape.ts';
import type { BarRow, MarketInput, MarketRow, QuoteRow, TradeRow } from './inputs.ts';

/** Returns the rows of an instant by stream, in the order in which streams first appear. */
export function sliceOf({ at, rows }: MarketInput): TapeSlice {
  const streams = new Map<string, MarketRow[]>();
  for (const row of rows) {
    const key = row[0] === 'bar' ? `bar ${row[1]} ${row[2]}` : `${row[0]} ${row[1]}`;
    const stream = streams.get(key);
    if (stream === undefined) streams.set(key, [row]);
    else stream.push(row);
  }
  return { streams: [...streams.values()].map((stream) => streamOf(stream, at)) };
}

function streamOf(rows: readonly MarketRow[], at: number): StreamSlice {
  const [kind, symbol] = rows[0];
  switch (kind) {
    case 'quote':
      return quotesOf(rows as readonly QuoteRow[], symbol, at);
    case 'trade':
      return tradesOf(rows as readonly TradeRow[], symbol, at);
    case 'bar':
      return barsOf(rows as readonly BarRow[], symbol, at);
  }
}

function quotesOf(rows: readonly QuoteRow[], symbol: string, at: number): StreamSlice {
  const columns = allocateQuotes(rows.length);
  columns.time.fill(at);
  rows.forEach(([, , bid, ask, bidSize, askSize], i) => {
    columns.bid[i] = bid ?? Number.NaN;
    columns.ask[i] = ask ?? Number.NaN;
    columns.bidSize[i] = bidSize;
    columns.askSize[i] = askSize;
  });
  return { kind: 'quotes', symbol, columns };
}

function tradesOf(rows: readonly TradeRow[], symbol: string, at: number): StreamSlice {
  const columns = allocateTrades(rows.length);
  columns.time.fill(at);
  rows.forEach(([, , price, size], i) => {
    columns.price[i] = price;
    columns.size[i] = size;
  });
  return { kind: 'trades', symbol, columns };
}

function barsOf(rows: readonly BarRow[], symbol: string, at: number): StreamSlice {
  const columns = allocateBars(rows.length);
  rows.forEach(([, , , openTime, open, high, low, close, volume], i) => {
    columns.time[i] = at;
    columns.openTime[i] = openTime;
    columns.open[i] = open;
    columns.high[i] = high;
    columns.low[i] = low;
    columns.close[i] = close;
    columns.volume[i] = volume;
  });
  return { kind: 'bars', symbol, timeFrame: rows[0][2], columns };
}
