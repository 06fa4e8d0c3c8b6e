/**
 * Which rows of a table belong to which instrument: one file of one symbol, a symbol column, option contracts, or a
 * matrix with one column per symbol.
 */
import { Fault, show } from '../../base/fault.ts';
import type { InstrumentOptions } from '../../market/instrument.ts';
import { formatOcc } from '../../options/occ.ts';
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

/** Roots of options on an index: European, settled in cash; of these alone SPX settles at the open (third Fridays). */
const INDEX_ROOTS: Record<string, { underlying: string; settledAt: 'am' | 'pm' }> = {
  SPX: { underlying: 'SPX', settledAt: 'am' },
  SPXW: { underlying: 'SPX', settledAt: 'pm' },
  NDX: { underlying: 'NDX', settledAt: 'am' },
  NDXP: { underlying: 'NDX', settledAt: 'pm' },
  RUT: { underlying: 'RUT', settledAt: 'am' },
  RUTW: { underlying: 'RUT', settledAt: 'pm' },
  VIX: { underlying: 'VIX', settledAt: 'am' },
  VIXW: { underlying: 'VIX', settledAt: 'am' },
  XSP: { underlying: 'XSP', settledAt: 'pm' },
};

function optionGroups(table: Table, root: string): Group[] {
  const rights = table.texts.get('right')!;
  const expiries = table.texts.get('expiry')!;
  const strikes = table.numbers.get('strike')!;
  const codes = new Int32Array(table.length);
  const known = new Map<string, number>();
  const groups: Omit<Group, 'rows'>[] = [];
  for (let i = 0; i < table.length; i++) {
    const key = `${rights.codes[i]}|${expiries.codes[i]}|${strikes[i]}`;
    let code = known.get(key);
    if (code === undefined) {
      known.set(key, (code = groups.length));
      const place = { file: table.file, line: table.lines[i] };
      const right = rightOf(rights.texts[rights.codes[i]], place);
      const expiry = expiryOf(expiries.texts[expiries.codes[i]], place);
      groups.push(contract(root, right, expiry, strikes[i]));
    }
    codes[i] = code;
  }
  return rowsByCode(codes, groups.length).map((rows, code) => ({ ...groups[code], rows }));
}

function contract(root: string, right: 'call' | 'put', expiry: string, strike: number): Omit<Group, 'rows'> {
  const index = INDEX_ROOTS[root];
  return {
    symbol: occSymbol(root, expiry, right, strike),
    priceScale: 1,
    instrument: {
      kind: 'option',
      ...(index === undefined ? {} : { calendar: 'XCBO-INDEX' }),
      option: {
        underlying: index?.underlying ?? root,
        right,
        strike,
        expiry,
        style: index === undefined ? 'american' : 'european',
        settlement: index === undefined ? 'physical' : 'cash',
        settledAt: index?.settledAt ?? 'pm',
      },
    },
  };
}

/** The OCC symbol without padding; a contract that has none is a `Fault`. */
export function occSymbol(root: string, expiry: string, right: 'call' | 'put', strike: number): string {
  const symbol = formatOcc({ root, expiry, right, strike });
  if (symbol !== undefined) return symbol;
  throw new Fault(
    'option.no-symbol',
    `no OCC symbol for ${root} ${expiry} ${right} ${strike}`,
    {},
    'is `symbol` the root?',
  );
}

export function rightOf(text: string, place: { file: string; line: number }): 'call' | 'put' {
  const letter = text.trim().toLowerCase();
  if (letter === 'c' || letter === 'call') return 'call';
  if (letter === 'p' || letter === 'put') return 'put';
  throw new Fault('csv.bad-right', `an option is a call or a put, was ${show(text)}`, { ...place, field: 'right' });
}

export function expiryOf(text: string, place: { file: string; line: number }): string {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text.trim());
  if (match !== null) return `${match[1]}-${match[2]}-${match[3]}`;
  throw new Fault('csv.bad-expiry', `an expiry is YYYY-MM-DD, was ${show(text)}`, { ...place, field: 'expiry' });
}

function rowsByCode(codes: Int32Array, count: number): Int32Array[] {
  const sizes = new Int32Array(count);
  for (const code of codes) sizes[code]++;
  const rows = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  for (let i = 0; i < codes.length; i++) rows[codes[i]][sizes[codes[i]]++] = i;
  return rows;
}
