/**
 * A delimited file as a table of typed columns, before anyone says what it means for a market.
 *
 * A cell that is no number, a row with fields missing or too many, a day that does not exist: each is a `Fault` with
 * file, line and field. Cells that say "no value" become NaN, which the data checks then report.
 */
import { cellOf, type Dialect } from './dialect.ts';
import { isMissing, numberOfText } from './number.ts';
import { type Role, TEXT_ROLES, TIME_ROLES } from './roles.ts';
import { type CellKind, RowReader } from './row-reader.ts';

/** Text cells, each distinct text kept once. */
export interface TextColumn {
  readonly codes: Int32Array;
  readonly texts: readonly string[];
}

export interface Table {
  readonly file: string;
  readonly length: number;
  /** 1-based line of each row. */
  readonly lines: Int32Array;
  /** Numbers by role; `values` holds the columns that have none, by name. */
  readonly numbers: ReadonlyMap<Role, Float64Array>;
  readonly values: ReadonlyMap<string, Float64Array>;
  readonly texts: ReadonlyMap<Role, TextColumn>;
  /** What the file calls the columns that have a role. */
  readonly names: ReadonlyMap<Role, string>;
  /** Days since 1970, NaN where the file has none. */
  readonly day: Float64Array;
  /** Microseconds after midnight, NaN where the file has none. */
  readonly clock: Float64Array;
  /** Whether the texts named their zone (`day` and `clock` are then UTC). */
  readonly zoned: boolean;
  /** The zone that a column's name says. */
  readonly zone: string | undefined;
  /** Whether the file names its columns. */
  readonly header: boolean;
  /** The symbol of all rows, where the file's header says it. */
  readonly symbol?: string;
}

/** Reads all rows of a file whose dialect is known. */
export function readTable(dialect: Dialect, file: string): Table {
  const { columns } = dialect;
  const kinds = columns.map((_, column) => kindOf(dialect, column));
  const reader = new RowReader(dialect, kinds, file);
  reader.readAll();
  const numbers = new Map<Role, Float64Array>();
  const values = new Map<string, Float64Array>();
  const texts = new Map<Role, TextColumn>();
  const names = new Map<Role, string>();
  columns.forEach(({ role, name }, column) => {
    if (role !== undefined) names.set(role, name);
    if (kinds[column] === 'text') texts.set(role!, reader.texts(column));
    if (kinds[column] !== 'number') return;
    if (role === undefined) values.set(name, reader.numbers(column));
    else numbers.set(role, reader.numbers(column));
  });
  return {
    file,
    length: reader.row,
    lines: reader.lines,
    numbers,
    values,
    texts,
    names,
    day: reader.day,
    clock: reader.clock,
    zoned: reader.zoned ?? false,
    zone: columns.find((column) => column.zone !== undefined)?.zone,
    header: dialect.header,
    ...(dialect.symbol === undefined ? {} : { symbol: dialect.symbol }),
  };
}

function kindOf(dialect: Dialect, column: number): CellKind {
  const { role } = dialect.columns[column];
  if (role === undefined) return looksNumeric(dialect, column) ? 'number' : 'skip';
  return TIME_ROLES.has(role) ? 'stamp' : TEXT_ROLES.has(role) ? 'text' : 'number';
}

/** Whether a column without a role holds numbers, by its first cell that is not empty. */
function looksNumeric({ bytes, delimiter, dataFrom, numberStyle }: Dialect, column: number): boolean {
  for (let from = dataFrom; from < bytes.length;) {
    const end = bytes.indexOf(10, from);
    const cell = cellOf(bytes, from, end, delimiter, column);
    if (cell !== undefined && !isMissing(cell)) return !Number.isNaN(numberOfText(cell, numberStyle));
    from = end + 1;
  }
  return false;
}
