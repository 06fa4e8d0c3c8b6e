/**
 * The fast pass over a delimited file: every cell once, numbers straight from bytes into `Float64Array` columns.
 *
 * Each kind of cell has a small method of its own, which the compiler makes fast after some hundred calls; one long
 * loop over everything would take most of a file of 100,000 rows to get there.
 */
import { Fault, show } from '../../base/fault.ts';
import type { Dialect } from './dialect.ts';
import { isMissing, numberOfText, POWERS_OF_TEN, textOf, volumeOfText } from './number.ts';
import { StampReader } from './stamp.ts';
import { restore } from './unquote.ts';

export type CellKind = 'skip' | 'number' | 'stamp' | 'text';

const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
/** Lines whose length tells how many rows there are likely to be. */
const MEASURED_LINES = 200;

export class RowReader {
  /** Rows read. */
  row = 0;
  zoned: boolean | undefined;
  private lineOf: Int32Array;
  private dayOf: Float64Array;
  private clockOf: Float64Array;
  /** Rows that the columns have room for. */
  private capacity: number;
  private readonly columns: readonly Column[];
  private readonly bytes: Uint8Array;
  private readonly delimiter: number;
  private readonly dialect: Dialect;
  private readonly file: string;
  private readonly plain: boolean;
  private at: number;
  private line: number;

  /** `kinds` says how to read each column. */
  constructor(dialect: Dialect, kinds: readonly CellKind[], file: string) {
    const capacity = likelyRows(dialect);
    this.dialect = dialect;
    this.bytes = dialect.bytes;
    this.delimiter = dialect.delimiter;
    this.file = file;
    this.plain = dialect.numberStyle.decimal === '.' && dialect.numberStyle.group === '';
    this.at = dialect.dataFrom;
    this.line = dialect.dataLine;
    this.capacity = capacity;
    this.lineOf = new Int32Array(capacity);
    this.dayOf = new Float64Array(capacity).fill(Number.NaN);
    this.clockOf = new Float64Array(capacity).fill(Number.NaN);
    this.columns = kinds.map((kind, i) => new Column(kind, capacity, dialect.stampFormats.get(i)));
  }

  readAll(): void {
    const end = this.bytes.length;
    while (this.at < end) this.readLine();
  }

  /** The 1-based line of each row. */
  get lines(): Int32Array {
    return this.lineOf.subarray(0, this.row);
  }

  /** Days since 1970, NaN where a row has none. */
  get day(): Float64Array {
    return this.dayOf.subarray(0, this.row);
  }

  /** Microseconds after midnight, NaN where a row has none. */
  get clock(): Float64Array {
    return this.clockOf.subarray(0, this.row);
  }

  /** The numbers read of a column. */
  numbers(column: number): Float64Array {
    return this.columns[column].values.subarray(0, this.row);
  }

  /** The texts read of a column: a code for each row, and what the codes mean. */
  texts(column: number): { readonly codes: Int32Array; readonly texts: readonly string[] } {
    const { codes, known } = this.columns[column];
    return { codes: codes.subarray(0, this.row), texts: [...known.keys()] };
  }

  private readLine(): void {
    const { bytes, columns } = this;
    const first = bytes[this.at];
    if (first === LINE_FEED || (first === RETURN && bytes[this.at + 1] === LINE_FEED)) {
      this.at += first === LINE_FEED ? 1 : 2;
      this.line++;
      return;
    }
    if (this.row === this.capacity) this.grow();
    this.lineOf[this.row] = this.line;
    const last = columns.length - 1;
    for (let i = 0; i <= last; i++) {
      this.readCell(columns[i], i);
      if (i === last) this.endLine();
      else if (bytes[this.at] === this.delimiter) this.at++;
      else this.fail('csv.short-row', `a row must have ${last + 1} fields, has ${i + 1}`);
    }
    this.row++;
    this.line++;
  }

  /** The lines that follow are shorter than those that were measured. */
  private grow(): void {
    const capacity = Math.ceil(this.capacity * 1.5) + 16;
    this.lineOf = longer(this.lineOf, new Int32Array(capacity));
    this.dayOf = longer(this.dayOf, new Float64Array(capacity).fill(Number.NaN));
    this.clockOf = longer(this.clockOf, new Float64Array(capacity).fill(Number.NaN));
    for (const column of this.columns) column.grow(capacity);
    this.capacity = capacity;
  }

  /** Reads one cell and stops at the delimiter or line feed after it. */
  private readCell(column: Column, index: number): void {
    if (column.kind === 'number') {
      if (this.plain) this.readPlainNumber(column, index);
      else this.readNumber(column, index);
    } else if (column.kind === 'stamp') this.readStamp(column, index);
    else if (column.kind === 'text') this.readText(column);
    else this.skipCell();
  }

  /** Up to 15 digits and a point: exact, see `number.ts`. Anything else goes the slow way. */
  private readPlainNumber(column: Column, index: number): void {
    const { bytes } = this;
    let i = this.at;
    const negative = bytes[i] === 45;
    if (negative) i++;
    const from = i;
    let mantissa = 0;
    let byte = bytes[i];
    while (byte >= 48 && byte <= 57) {
      mantissa = mantissa * 10 + (byte - 48);
      byte = bytes[++i];
    }
    let digits = i - from;
    let scale = 0;
    if (byte === 46) {
      const point = ++i;
      byte = bytes[i];
      while (byte >= 48 && byte <= 57) {
        mantissa = mantissa * 10 + (byte - 48);
        byte = bytes[++i];
      }
      scale = i - point;
      digits += scale;
    }
    const ends = byte === this.delimiter || byte === LINE_FEED || (byte === RETURN && bytes[i + 1] === LINE_FEED);
    if (!ends || digits === 0 || scale > 22 || mantissa > Number.MAX_SAFE_INTEGER) {
      this.readNumber(column, index);
      return;
    }
    const value = scale === 0 ? mantissa : mantissa / POWERS_OF_TEN[scale];
    column.values[this.row] = negative ? -value : value;
    this.at = byte === RETURN ? i + 1 : i;
  }

  /** Quoted thousands, decimal commas, exponents, more digits than float64 holds, no value, or an error. */
  private readNumber(column: Column, index: number): void {
    const text = this.cellText();
    const { role } = this.dialect.columns[index];
    const value = (role === 'volume' ? volumeOfText : numberOfText)(text, this.dialect.numberStyle);
    if (Number.isNaN(value) && !isMissing(text)) {
      this.fail('csv.bad-number', `a number was expected, was ${show(text)}`, index);
    }
    column.values[this.row] = value;
  }

  private readStamp(column: Column, index: number): void {
    const { bytes } = this;
    const stamp = column.stamp!;
    const end = stamp.parseUsual(bytes, this.at, this.delimiter);
    if (end >= 0) {
      this.at = end;
      this.keepStamp(stamp, index);
      return;
    }
    let from = this.at;
    this.skipCell();
    let to = this.at;
    while (from < to && bytes[from] === SPACE) from++;
    while (to > from && (bytes[to - 1] === SPACE || bytes[to - 1] === RETURN)) to--;
    if (!stamp.parse(bytes, from, to)) {
      // A row without a date is left out later, with a finding; a text that is no date is wrong.
      const text = textOf(bytes, from, to);
      if (!isMissing(text)) this.fail('csv.bad-date', `a date or time was expected, was ${show(text)}`, index);
      return;
    }
    this.keepStamp(stamp, index);
  }

  private keepStamp(stamp: StampReader, index: number): void {
    const { row } = this;
    if (!Number.isNaN(stamp.day)) {
      this.dayOf[row] = stamp.day;
      this.zoned ??= stamp.zoned;
      if (stamp.zoned !== this.zoned) this.fail('csv.mixed-zones', 'some times name a zone and others do not', index);
    }
    if (!Number.isNaN(stamp.clock)) this.clockOf[row] = stamp.clock;
  }

  private readText(column: Column): void {
    const text = restore(this.cellText(), String.fromCharCode(this.delimiter));
    let code = column.known.get(text);
    if (code === undefined) {
      code = column.known.size;
      column.known.set(text, code);
    }
    column.codes[this.row] = code;
  }

  private cellText(): string {
    const from = this.at;
    this.skipCell();
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + from, this.at - from)
      .toString('utf8')
      .trim();
  }

  private skipCell(): void {
    const { bytes, delimiter } = this;
    let i = this.at;
    while (bytes[i] !== delimiter && bytes[i] !== LINE_FEED) i++;
    this.at = i;
  }

  /** Passes over the line feed; delimiters before it make no field. */
  private endLine(): void {
    const { bytes, delimiter } = this;
    while (bytes[this.at] === delimiter || bytes[this.at] === SPACE || bytes[this.at] === RETURN) this.at++;
    if (bytes[this.at] !== LINE_FEED) {
      this.fail('csv.long-row', `a row must have ${this.columns.length} fields, has more`);
    }
    this.at++;
  }

  private fail(code: string, rule: string, column?: number): never {
    const field = column === undefined ? {} : { field: this.dialect.columns[column].name };
    throw new Fault(code, rule, { file: this.file, line: this.line, ...field });
  }
}

/** Where the cells of a column go. */
class Column {
  readonly kind: CellKind;
  values: Float64Array;
  codes: Int32Array;
  readonly known = new Map<string, number>();
  readonly stamp: StampReader | undefined;

  constructor(kind: CellKind, capacity: number, format: ConstructorParameters<typeof StampReader>[0] | undefined) {
    this.kind = kind;
    this.values = new Float64Array(kind === 'number' ? capacity : 0);
    this.codes = new Int32Array(kind === 'text' ? capacity : 0);
    this.stamp = format === undefined ? undefined : new StampReader(format);
  }

  grow(capacity: number): void {
    if (this.kind === 'number') this.values = longer(this.values, new Float64Array(capacity));
    if (this.kind === 'text') this.codes = longer(this.codes, new Int32Array(capacity));
  }
}

function longer<T extends Float64Array | Int32Array>(column: T, place: T): T {
  place.set(column);
  return place;
}

/** How many rows a file has and a tenth more, judged by its first lines: counting them all would be a pass of its own. */
function likelyRows({ bytes, dataFrom }: Dialect): number {
  let lines = 0;
  let to = dataFrom;
  while (to < bytes.length && lines < MEASURED_LINES) {
    to = bytes.indexOf(LINE_FEED, to) + 1;
    lines++;
  }
  return to === bytes.length ? lines : Math.ceil((1.1 * lines * (bytes.length - dataFrom)) / (to - dataFrom));
}
