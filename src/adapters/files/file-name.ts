/**
 * What a file's name says: the symbol, and the date of files whose rows have only clock times.
 */
import { basename } from 'node:path';

export interface NameParts {
  readonly symbol: string;
  /** `YYYY-MM-DD`, where eight digits of the name are a date, or it stands there as it is. */
  readonly date: string | undefined;
}

/**
 * Reads `AAPL_20140605_trade.csv` as AAPL on 2014-06-05. The symbol is the first part when that is in capitals, else
 * the whole name in capitals; a name that is only a date takes the symbol of its folder (`GOOG/20151223.csv.gz`).
 */
export function readFileName(path: string): NameParts {
  const stem = basename(path)
    .replace(/\.(gz|zip)$/i, '')
    .replace(/\.(csv|tsv|txt|jsonl?|ndjson|parquet)$/i, '');
  const match = /(?<!\d)((?:19|20)\d{2})(-?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)/.exec(stem);
  const date = match === null ? undefined : `${match[1]}-${match[3]}-${match[4]}`;
  // As exchanges for crypto name theirs: BTCUSDT-1h-2024-01, or with a day.
  const kline = /^([A-Z0-9]+)-\d+(?:s|m|h|d|w|mo)-\d{4}-\d{2}(?:-\d{2})?$/.exec(stem);
  if (kline !== null) return { symbol: kline[1], date };
  const parts = stem.split('_');
  const first = parts[0];
  if (/^\d{4}-?\d{2}-?\d{2}$/.test(first)) {
    const folder = path.split(/[\\/]/).at(-2);
    if (folder !== undefined && folder !== '' && folder !== '.') return { symbol: folder.toUpperCase(), date };
  }
  const symbol = /^[A-Z0-9.^=-]{1,12}$/.test(first) && /[A-Z]/.test(first) ? first : stem;
  return { symbol: symbol.toUpperCase(), date };
}
