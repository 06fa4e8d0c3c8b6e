/**
 * Which rows of a table belong to which instrument: one file of one symbol, a symbol column, option contracts, or a
 * matrix with one column per symbol.
 */
import { Fault, show, type FaultPlace } from '../../base/fault.ts';
import type { Instrument, InstrumentOptions } from '../../market/instrument.ts';
import { contractInstrument, occInstrument } from '../../market/option/contract.ts';
import { rootFor } from '../../market/option/life.ts';
import type { Shape } from './shape.ts';
import type { Table } from './table.ts';

export interface Group {
  readonly symbol: string;
  /** Rows of the table, in its order; `undefined` for all. */
  readonly rows: Int32Array | undefined;
  /** What the rows say about the instrument. */
  readonly instrument: Partial<InstrumentOptions>;
  /** The prices of a matrix column, in the rows of the group. */
  readonly values?: Float64Array;
  readonly priceScale: number;
}

export function groupsOf(table: Table, shape: Shape, symbol: string): Group[] {
  if (shape === 'matrix') return matrixGroups(table);
  if (shape === 'option-bars' || shape === 'option-quote-bars') return optionGroups(table, symbol);
  if (table.texts.has('contract')) return contractGroups(table);
  const symbols = table.texts.get('symbol');
  const priceScale = lean(table);
  if (symbols === undefined) return [{ symbol, rows: undefined, instrument: {}, priceScale }];
  if (symbols.texts.length === 1) return [{ symbol: symbols.texts[0], rows: undefined, instrument: {}, priceScale }];
  return rowsByCode(symbols.codes, symbols.texts.length).map((rows, code) => ({
    symbol: symbols.texts[code],
    rows,
    instrument: {},
    priceScale,
  }));
}

/**
 * Rows without header whose prices are all whole numbers from 1,000 up are ten-thousandths of a dollar: the way LEAN
 * stores US equities. A file in another unit says so with `priceScale`.
 */
function lean({ header, numbers }: Table): number {
  const close = numbers.get('close') ?? numbers.get('askClose');
  const open = numbers.get('open') ?? numbers.get('askOpen');
  if (header || close === undefined || open === undefined || close.length < 2) return 1;
  const whole = (value: number): boolean => Number.isNaN(value) || (Number.isInteger(value) && value >= 1000);
  return close.every(whole) && open.every(whole) ? 0.0001 : 1;
}

/** Each numeric column is one symbol; its empty cells are rows it does not have. */
function matrixGroups(table: Table): Group[] {
  // A ticker may look like a role (SIZE, LOW): in a matrix it is a name.
  const named = [...table.numbers].map(([role, column]) => [table.names.get(role)!, column] as const);
  const columns = new Map<string, Float64Array>([...table.values, ...named]);
  return [...columns].map(([name, column]) => {
    const rows: number[] = [];
    for (let i = 0; i < column.length; i++) if (!Number.isNaN(column[i])) rows.push(i);
    return {
      symbol: name,
      rows: rows.length === column.length ? undefined : Int32Array.from(rows),
      instrument: {},
      values: rows.length === column.length ? column : Float64Array.from(rows, (row) => column[row]),
      priceScale: 1,
    };
  });
}

function optionGroups(table: Table, root: string): Group[] {
  const rights = table.texts.get('right')!;
  const expiries = table.texts.get('expiry')!;
  const strikes = table.numbers.get('strike')!;
  const own = table.texts.get('root') ?? table.texts.get('underlying') ?? table.texts.get('symbol');
  const codes = new Int32Array(table.length);
  const known = new Map<string, number>();
  const groups: Omit<Group, 'rows'>[] = [];
  for (let i = 0; i < table.length; i++) {
    const key = `${rights.codes[i]}|${expiries.codes[i]}|${strikes[i]}|${own?.codes[i]}`;
    let code = known.get(key);
    if (code === undefined) {
      known.set(key, (code = groups.length));
      const place = { file: table.file, line: table.lines[i] };
      const right = rightOf(rights.texts[rights.codes[i]], place);
      const expiry = expiryOf(expiries.texts[expiries.codes[i]], place);
      const said =
        own?.texts[own.codes[i]]
          .trim()
          .replace(/^[\^_$.]/, '')
          .toUpperCase() ?? '';
      const named = said === '' ? root : table.texts.has('root') ? said : rootFor(said, expiry);
      groups.push(contractGroup(contractAt(named, right, expiry, strikes[i], place)));
    }
    codes[i] = code;
  }
  return rowsByCode(codes, groups.length).map((rows, code) => ({ ...groups[code], rows }));
}

/** Rows of contracts that their OCC symbols name. */
function contractGroups({ texts, file, lines }: Table): Group[] {
  const { codes, texts: names } = texts.get('contract')!;
  return rowsByCode(codes, names.length).map((rows, code) => {
    try {
      return { ...contractGroup(occInstrument(names[code])), rows };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new Fault(error.code, error.rule, { file, line: lines[rows[0] ?? 0] }, error.hint);
    }
  });
}

function contractGroup({ symbol, calendar, multiplier, ticks, option }: Instrument): Omit<Group, 'rows'> {
  const terms = option === undefined ? {} : { option };
  return { symbol, priceScale: 1, instrument: { kind: 'option', calendar, multiplier, tick: ticks, ...terms } };
}

/** The contract that a row names; a name that cannot be, or that of an adjusted contract, is a `Fault` there. */
export function contractAt(
  root: string,
  right: 'call' | 'put',
  expiry: string,
  strike: number,
  place: FaultPlace,
): Instrument {
  try {
    return contractInstrument({ root, right, expiry, strike });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(error.code, error.rule, place, error.hint ?? 'is `symbol` the root?');
  }
}

export function rightOf(text: string, place: FaultPlace): 'call' | 'put' {
  const letter = text.trim().toLowerCase();
  if (letter === 'c' || letter === 'call') return 'call';
  if (letter === 'p' || letter === 'put') return 'put';
  throw new Fault('csv.bad-right', `an option is a call or a put, was ${show(text)}`, { ...place, field: 'right' });
}

/** Reads `2021-01-15`, `20210115` or, as vendors of US options write it, `1/15/2021`; returns `YYYY-MM-DD`. */
export function expiryOf(text: string, place: FaultPlace): string {
  const plain = text.trim();
  const iso = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]00:00(?::00)?)?$/.exec(plain);
  if (iso !== null) return `${iso[1]}-${iso[2]}-${iso[3]}`;
  const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(plain);
  if (us !== null && Number(us[1]) <= 12) return `${us[3]}-${us[1].padStart(2, '0')}-${us[2].padStart(2, '0')}`;
  throw new Fault('csv.bad-expiry', `an expiry is YYYY-MM-DD or MM/DD/YYYY, was ${show(text)}`, {
    ...place,
    field: 'expiry',
  });
}

/** Returns the rows of each code from 0 up; rows of another code belong to none. */
export function rowsByCode(codes: Int32Array, count: number): Int32Array[] {
  const sizes = new Int32Array(count);
  for (const code of codes) if (code >= 0) sizes[code]++;
  const rows = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) rows[codes[i]][sizes[codes[i]]++] = i;
  return rows;
}
