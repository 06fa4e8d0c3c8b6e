/**
 * Factor files and map files: rows without header that tell splits, dividends, changes of name and delistings.
 */
import { Fault, show } from '../../base/fault.ts';
import { actionsOfFactors, actionsOfMap, type FactorRow, type MapRow } from '../../market/adjust.ts';
import type { CorporateAction } from '../../market/actions.ts';
import type { Calendar } from '../../time/calendar.ts';
import { calendar } from '../../time/calendars.ts';
import { readFileName } from './file-name.ts';
import { StampReader } from './stamp.ts';
import { readBytes } from './tape.ts';

/** Returns the rows of a factor file: `YYYYMMDD,priceFactor,splitFactor,referencePrice`. */
export function readFactorRows(bytes: Uint8Array, file: string): FactorRow[] {
  return rowsOf(bytes, file, 4).map(([date, ...cells], i) => {
    const numbers = cells.map((cell) => {
      const value = Number(cell);
      if (cell !== '' && Number.isFinite(value)) return value;
      throw new Fault('csv.bad-number', `a factor must be a number, was ${show(cell)}`, { file, line: i + 1 });
    });
    const [priceFactor, splitFactor, referencePrice] = numbers as [number, number, number];
    return { day: dayOfCell(date, file, i + 1), priceFactor, splitFactor, referencePrice };
  });
}

/** Returns the rows of a map file: `YYYYMMDD,symbol[,exchange]`. */
export function readMapRows(bytes: Uint8Array, file: string): MapRow[] {
  return rowsOf(bytes, file, 2).map(([date, symbol], i) => ({
    day: dayOfCell(date, file, i + 1),
    symbol: symbol.toUpperCase(),
  }));
}

export type ActionFile = 'factors' | 'map';

/** Tells a factor file and a map file from each other and from prices. */
export function actionFileKind(bytes: Uint8Array): ActionFile | undefined {
  const [first = ''] = new TextDecoder().decode(bytes.subarray(0, 200)).split(/\r?\n/);
  if (/^\d{8},[\d.eE-]+,[\d.eE-]+,[\d.eE-]+$/.test(first)) return 'factors';
  return /^\d{8},[A-Za-z][\w.]*(,\w*)?$/.test(first) ? 'map' : undefined;
}

/** Reads a factor or map file into corporate actions; the symbol of a factor file is its name when not given. */
export function readActions(
  file: string,
  options: { readonly symbol?: string; readonly calendar?: Calendar; readonly decimals?: number } = {},
): CorporateAction[] {
  const bytes = readBytes(file);
  const market = options.calendar ?? calendar('XNYS');
  const kind = actionFileKind(bytes);
  if (kind === 'map') return actionsOfMap(readMapRows(bytes, file), market);
  const symbol = options.symbol ?? readFileName(file).symbol;
  if (kind === 'factors') return actionsOfFactors(symbol, readFactorRows(bytes, file), market, options.decimals);
  throw new Fault('csv.unknown-shape', 'the file is neither a factor file nor a map file', { file });
}

function rowsOf(bytes: Uint8Array, file: string, least: number): string[][] {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  return lines
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells, i) => {
      if (cells.length === 1 && cells[0] === '') return false;
      if (cells.length >= least) return true;
      throw new Fault('csv.short-row', `a row must have ${least} fields, has ${cells.length}`, { file, line: i + 1 });
    });
}

function dayOfCell(text: string, file: string, line: number): number {
  const reader = new StampReader('yyyymmdd');
  const bytes = Buffer.from(text);
  if (text.length === 8 && reader.parse(bytes, 0, 8)) return reader.day;
  throw new Fault('csv.bad-date', `a date must be YYYYMMDD, was ${show(text)}`, { file, line });
}
