/**
 * Instants of a live tape as slices that a deck can play.
 *
 * Most instants are one quote, and a deck has played a slice before it is given the next: so each symbol's quote lies in
 * columns that are used again.
 */
import { allocateQuotes, type QuoteColumns } from '../../market/columns.ts';
import type { TapeSlice } from '../../market/tape.ts';
import { ColumnsOfInputs } from './columns-of.ts';
import type { MarketInput } from './inputs.ts';

interface OneQuote {
  readonly columns: QuoteColumns;
  readonly slice: TapeSlice;
}

export class Slices {
  private readonly quotes = new Map<string, OneQuote>();

  /** Returns the rows of an instant; what it returned before may be overwritten. */
  of(input: MarketInput): TapeSlice {
    const { rows } = input;
    const [row] = rows;
    if (rows.length !== 1 || row[0] !== 'quote') return sliceOf(input);
    const [, symbol, bid, ask, bidSize, askSize] = row;
    const { columns, slice } = this.quoteOf(symbol);
    columns.time[0] = input.at;
    columns.bid[0] = bid ?? Number.NaN;
    columns.ask[0] = ask ?? Number.NaN;
    columns.bidSize[0] = bidSize;
    columns.askSize[0] = askSize;
    return slice;
  }

  private quoteOf(symbol: string): OneQuote {
    let kept = this.quotes.get(symbol);
    if (kept === undefined) {
      const columns = allocateQuotes(1);
      kept = { columns, slice: { streams: [{ kind: 'quotes', symbol, columns }] } };
      this.quotes.set(symbol, kept);
    }
    return kept;
  }
}

/** Returns the rows of an instant by stream, in the order in which streams first appear. */
export function sliceOf(input: MarketInput): TapeSlice {
  const columns = new ColumnsOfInputs();
  columns.add(input);
  return { streams: columns.streams() };
}
