/**
 * Files of corporate actions: tables of splits and dividends by date; factor files and map files, whose rows without
 * header tell splits, dividends, changes of name and delistings.
 */
import { Fault, show } from '../../base/fault.ts';
import { actionsOfFactors, actionsOfMap, type FactorRow, type MapRow } from '../../market/adjust.ts';
import type { CorporateAction, Dividend, Split } from '../../market/actions.ts';
import type { Calendar } from '../../time/calendar.ts';
import { calendar } from '../../time/calendars.ts';
import { readFileName } from './file-name.ts';
import { StampReader } from './stamp.ts';
import { readBytes, tableOf } from './tape.ts';

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

/**
 * Reads a factor file, a map file or a table with the columns `date`, `split` (new shares per old) and `dividend` (per
 * share), or one of the two, and `symbol` where it is of several. Where a file does not say the symbol, its name does.
 */
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
  return actionsOfTable(bytes, file, symbol, market);
}

function actionsOfTable(bytes: Uint8Array, file: string, symbol: string, market: Calendar): (Split | Dividend)[] {
  const { numbers, texts, day, lines, length } = tableOf(bytes, file);
  const [dividends, splits, symbols] = [numbers.get('dividend'), numbers.get('split'), texts.get('symbol')];
  if (dividends === undefined && splits === undefined) {
    const rule = 'the file is no factor file, no map file and no table of splits and dividends';
    throw new Fault('csv.unknown-shape', rule, { file }, 'name the columns date, split, dividend and symbol');
  }
  const actions: (Split | Dividend)[] = [];
  for (let row = 0; row < length; row++) {
    const place = (field: string) => ({ file, line: lines[row], field });
    if (Number.isNaN(day[row])) throw new Fault('csv.bad-date', 'a row must have a date', place('date'));
    const of = symbols?.texts[symbols.codes[row]] ?? symbol;
    const at = market.zone.instantAt(day[row], 0);
    const [amount = 0, ratio = 0] = [dividends?.[row], splits?.[row]];
    if (amount < 0) throw new Fault('csv.bad-number', `must be 0 or more, was ${amount}`, place('dividend'));
    if (ratio < 0) throw new Fault('csv.bad-number', `must be 0 (for none) or more, was ${ratio}`, place('split'));
    // Tables write 0 or 1 for no split, and nothing for neither.
    if (amount > 0) actions.push({ kind: 'dividend', symbol: of, at, amount });
    if (ratio > 0 && ratio !== 1) actions.push({ kind: 'split', symbol: of, at, ratio });
  }
  return actions.sort((a, b) => a.at - b.at);
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
