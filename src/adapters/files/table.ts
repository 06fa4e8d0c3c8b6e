/**
 * The fast pass over a delimited file: every cell once, numbers straight from bytes into `Float64Array` columns.
 *
 * A cell that is no number, a row with fields missing or too many, a day that does not exist: each is a `Fault` with
 * file, line and field. Cells that say "no value" become NaN, which the data checks then report.
 */
import { Fault, show } from '../../base/fault.ts';
import { cellOf, type Dialect } from './dialect.ts';
import { isMissing, numberOfText, parseNumber, PLAIN, POWERS_OF_TEN, textOf } from './number.ts';
import { type Role, TEXT_ROLES, TIME_ROLES } from './roles.ts';
import { StampReader } from './stamp.ts';
import { restore } from './unquote.ts';

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
}

const KIND = { skip: 0, number: 1, stamp: 2, text: 3 } as const;

export function readTable(dialect: Dialect, file: string): Table {
  const { bytes, delimiter, columns, numberStyle, dataFrom } = dialect;
  const capacity = countLines(bytes, dataFrom);
  const width = columns.length;
  const kinds = new Uint8Array(width);
  const targets: Float64Array[] = [];
  const codes: Int32Array[] = [];
  const readers: (StampReader | undefined)[] = [];
  const dictionaries: Map<string, number>[] = [];
  const nothing = new Float64Array();
  const noCodes = new Int32Array();
  columns.forEach(({ role }, column) => {
    const isTime = role !== undefined && TIME_ROLES.has(role);
    const isText = role !== undefined && TEXT_ROLES.has(role);
    kinds[column] = isTime ? KIND.stamp : isText ? KIND.text : KIND.number;
    targets.push(isTime || isText ? nothing : new Float64Array(capacity));
    codes.push(isText ? new Int32Array(capacity) : noCodes);
    readers.push(isTime ? new StampReader(dialect.stampFormats.get(column)!) : undefined);
    dictionaries.push(new Map());
  });
  const unused = columns.map(({ role }, column) => role === undefined && !looksNumeric(dialect, column));
  unused.forEach((skip, column) => {
    if (skip) kinds[column] = KIND.skip;
  });
  const day = new Float64Array(capacity).fill(Number.NaN);
  const clock = new Float64Array(capacity).fill(Number.NaN);
  const lines = new Int32Array(capacity);
  const plain = numberStyle === PLAIN || (numberStyle.decimal === '.' && numberStyle.group === '');
  let zoned: boolean | undefined;

  const fail = (code: string, rule: string, column: number | undefined, line: number): never => {
    const field = column === undefined ? undefined : columns[column]!.name;
    throw new Fault(code, rule, { file, line, ...(field === undefined ? {} : { field }) });
  };

  let i = dataFrom;
  let row = 0;
  let line = dialect.dataLine;
  const end = bytes.length;
  while (i < end) {
    const begin = bytes[i]!;
    if (begin === 10 || (begin === 13 && bytes[i + 1] === 10)) {
      i += begin === 10 ? 1 : 2;
      line++;
      continue;
    }
    lines[row] = line;
    for (let column = 0; column < width; column++) {
      const from = i;
      const kind = kinds[column]!;
      let byte: number;
      if (kind === KIND.number && plain) {
        const first = bytes[i]!;
        if (first === 45) i++;
        const digitsFrom = i;
        let mantissa = 0;
        while ((byte = bytes[i]!) >= 48 && byte <= 57) {
          mantissa = mantissa * 10 + (byte - 48);
          i++;
        }
        const whole = i - digitsFrom;
        let scale = 0;
        if (byte === 46) {
          const point = ++i;
          while ((byte = bytes[i]!) >= 48 && byte <= 57) {
            mantissa = mantissa * 10 + (byte - 48);
            i++;
          }
          scale = i - point;
        }
        if (
          (byte === delimiter || byte === 10 || byte === 13) &&
          whole + scale > 0 &&
          scale <= 22 &&
          mantissa <= Number.MAX_SAFE_INTEGER
        ) {
          const value = scale === 0 ? mantissa : mantissa / POWERS_OF_TEN[scale]!;
          targets[column]![row] = first === 45 ? -value : value;
        } else {
          i = from;
          while ((byte = bytes[i]!) !== delimiter && byte !== 10) i++;
          const to = byte === 10 && bytes[i - 1] === 13 ? i - 1 : i;
          targets[column]![row] = numberAt(dialect, from, to, file, line, column);
        }
        if (byte === 13 && bytes[i + 1] === 10) byte = bytes[++i]!;
      } else {
        while ((byte = bytes[i]!) !== delimiter && byte !== 10) i++;
        const to = byte === 10 && i > from && bytes[i - 1] === 13 ? i - 1 : i;
        if (kind === KIND.stamp) {
          const reader = readers[column]!;
          let start = from;
          let stop = to;
          while (start < stop && bytes[start] === 32) start++;
          while (stop > start && bytes[stop - 1] === 32) stop--;
          if (!reader.parse(bytes, start, stop)) {
            // A row without a date is left out later, with a finding; a text that is no date is wrong.
            if (!isMissing(textOf(bytes, start, stop))) {
              fail('csv.bad-date', `a date or time was expected, was ${show(textOf(bytes, from, to))}`, column, line);
            }
          } else if (zoned === undefined) zoned = reader.zoned;
          else if (reader.zoned !== zoned && !Number.isNaN(reader.day)) {
            fail('csv.mixed-zones', 'some times name a zone and others do not', column, line);
          }
          if (!Number.isNaN(reader.day)) day[row] = reader.day;
          if (!Number.isNaN(reader.clock)) clock[row] = reader.clock;
        } else if (kind === KIND.text) {
          const text = restore(
            Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from)
              .toString('utf8')
              .trim(),
            String.fromCharCode(delimiter),
          );
          const dictionary = dictionaries[column]!;
          let code = dictionary.get(text);
          if (code === undefined) dictionary.set(text, (code = dictionary.size));
          codes[column]![row] = code;
        } else if (kind === KIND.number) {
          targets[column]![row] = numberAt(dialect, from, to, file, line, column);
        }
      }
      if (column < width - 1) {
        if (byte !== delimiter) {
          fail('csv.short-row', `a row must have ${width} fields, has ${column + 1}`, undefined, line);
        }
        i++;
      } else if (byte === delimiter) {
        // A delimiter at the end of the line makes no field.
        while ((byte = bytes[++i]!) === delimiter || byte === 32 || byte === 13);
        if (byte !== 10) fail('csv.long-row', `a row must have ${width} fields, has more`, undefined, line);
        i++;
      } else i++;
    }
    row++;
    line++;
  }
  const numbers = new Map<Role, Float64Array>();
  const values = new Map<string, Float64Array>();
  const texts = new Map<Role, TextColumn>();
  columns.forEach(({ role, name }, column) => {
    if (kinds[column] === KIND.number) {
      const filled = targets[column]!.subarray(0, row);
      if (role === undefined) values.set(name, filled);
      else numbers.set(role, filled);
    } else if (kinds[column] === KIND.text) {
      texts.set(role!, { codes: codes[column]!.subarray(0, row), texts: [...dictionaries[column]!.keys()] });
    }
  });
  return {
    file,
    length: row,
    lines: lines.subarray(0, row),
    numbers,
    values,
    texts,
    names: new Map(columns.flatMap(({ role, name }) => (role === undefined ? [] : [[role, name] as const]))),
    day: day.subarray(0, row),
    clock: clock.subarray(0, row),
    zoned: zoned ?? false,
    zone: columns.find((column) => column.zone !== undefined)?.zone,
    header: dialect.header,
  };
}

/** Numbers the slow way: quoted thousands, decimal commas, exponents, more digits than float64 holds. */
function numberAt(dialect: Dialect, from: number, to: number, file: string, line: number, column: number): number {
  const [start, stop] = trimmed(dialect.bytes, from, to);
  const value = parseNumber(dialect.bytes, start, stop, dialect.numberStyle);
  if (!Number.isNaN(value)) return value;
  const text = textOf(dialect.bytes, start, stop);
  if (isMissing(text)) return Number.NaN;
  const field = dialect.columns[column]!.name;
  throw new Fault('csv.bad-number', `a number was expected, was ${show(text)}`, { file, line, field });
}

function trimmed(bytes: Uint8Array, from: number, to: number): [number, number] {
  while (from < to && bytes[from] === 32) from++;
  while (to > from && (bytes[to - 1] === 32 || bytes[to - 1] === 13)) to--;
  return [from, to];
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

function countLines(bytes: Uint8Array, from: number): number {
  let count = 0;
  for (let i = bytes.indexOf(10, from); i >= 0; i = bytes.indexOf(10, i + 1)) count++;
  return count;
}
