/**
 * The three header lines of a data frame with two levels of names, as yfinance's downloads are saved.
 *
 * ```
 * Price,Close,High,Low,Open,Volume
 * Ticker,SPY,SPY,SPY,SPY,SPY
 * Date,,,,,
 * ```
 */
import { Fault } from '../../base/fault.ts';

export interface StackedHeader {
  /** One name per column. */
  readonly names: readonly string[];
  readonly symbol: string;
}

/** Lines that such a header takes. */
export const STACKED_LINES = 3;

/** Returns what the three lines say together; `undefined` for any other header. More than one symbol is a `Fault`. */
export function stackedHeader(lines: readonly (readonly string[])[], file: string): StackedHeader | undefined {
  const [prices, tickers, dates] = lines;
  if (dates === undefined || prices[0] !== 'Price' || tickers[0] !== 'Ticker') return undefined;
  if (!/^date(time)?$/i.test(dates[0]) || dates.slice(1).some((cell) => cell !== '')) return undefined;
  const symbols = [...new Set(tickers.slice(1))];
  if (symbols.length === 1) return { names: [dates[0], ...prices.slice(1)], symbol: symbols[0] };
  const rule = `the columns must be of one symbol, are of ${symbols.slice(0, 6).join(', ')}`;
  throw new Fault('csv.several-symbols', rule, { file, line: 2 }, 'save one file for each symbol');
}
