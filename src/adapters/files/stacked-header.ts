/**
 * The three header lines of a data frame with two levels of names, as yfinance's downloads are saved.
 *
 * ```
 * Price,Close,High,Low,Open,Volume
 * Ticker,SPY,SPY,SPY,SPY,SPY
 * Date,,,,,
 * ```
 */
import { Fault, type FaultPlace } from '../../base/fault.ts';

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
  return { names: [dates[0], ...prices.slice(1)], symbol: onlyOne(tickers.slice(1), { file, line: 2 }) };
}

/**
 * The same where both levels stand in one name, as Parquet has them: `('Close', 'SPY')`, in either order. Returns
 * `undefined` where names are no pairs; names that are none, such as that of the dates, stay.
 */
export function pairedNames(names: readonly string[], file: string): StackedHeader | undefined {
  const pairs = names.map((name) => /^\('?([^',]+)'?, '?([^',]*)'?\)$/.exec(name));
  const found = pairs.filter((pair) => pair !== null);
  if (found.length < 2) return undefined;
  // The level that has a close is that of the prices.
  const priceLevel = found.some((pair) => /close/i.test(pair[1])) ? 1 : 2;
  const symbol = onlyOne(
    found.map((pair) => pair[3 - priceLevel]),
    { file },
  );
  return { names: names.map((name, i) => pairs[i]?.[priceLevel] ?? name), symbol };
}

function onlyOne(symbols: readonly string[], place: FaultPlace): string {
  const different = [...new Set(symbols)];
  if (different.length === 1) return different[0];
  const rule = `the columns must be of one symbol, are of ${different.slice(0, 6).join(', ')}`;
  throw new Fault('csv.several-symbols', rule, place, 'save one file for each symbol');
}
