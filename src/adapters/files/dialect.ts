/**
 * How a delimited file is written, found by looking at it: delimiter, header, the meaning of its columns, date format.
 *
 * Detection never guesses between two meanings: where day and month, or a decimal comma and a thousands comma, cannot
 * be told apart by any row of the file, it stops and says which mapping decides.
 */
import { Fault, show } from '../../base/fault.ts';
import { type Mapping, withMapping } from './mapping.ts';
import { isMissing, type NumberStyle, numberOfText, PLAIN } from './number.ts';
import { MILLISECONDS } from './option-habits.ts';
import { type NamedColumn, type Role, rolesOf, TEXT_ROLES, TIME_ROLES } from './roles.ts';
import { STACKED_LINES, stackedHeader } from './stacked-header.ts';
import { clockFormatsOf, formatsOf, type StampFormat } from './stamp.ts';
import { restore, unquote } from './unquote.ts';

export interface Dialect {
  /** The bytes to read rows from: without byte-order mark and quotes, ending in a line feed. */
  readonly bytes: Uint8Array;
  readonly delimiter: number;
  readonly columns: readonly NamedColumn[];
  /** The format of each time column, by column number. */
  readonly stampFormats: ReadonlyMap<number, StampFormat>;
  readonly numberStyle: NumberStyle;
  /** Where the first row of data begins, as byte and as 1-based line. */
  readonly dataFrom: number;
  readonly dataLine: number;
  readonly header: boolean;
  /** The symbol of all rows, where the header says it. */
  readonly symbol?: string;
}

/** Lines looked at before deciding how a file is written. */
const SAMPLE = 50;

/** Returns the dialect of a file; one that cannot be recognised is a `Fault` that says what to map. */
export function detectDialect(input: Uint8Array, file: string, mapping: Mapping = {}): Dialect {
  const text = withoutMark(input, file);
  const [from, firstLine] = skipPreamble(text);
  const delimiterText = mapping.delimiter ?? findDelimiter(sampleLines(text, from), file);
  const delimiter = delimiterText.charCodeAt(0);
  const bytes = endingInLineFeed(unquote(text, delimiter, file));
  const lines = sampleLines(bytes, from).map((line) => line.split(delimiterText).map((cell) => cell.trim()));
  const first = lines[0];
  if (first === undefined) throw new Fault('csv.empty', 'the file has no rows', { file });

  const header = mapping.header ?? looksLikeHeader(first);
  const stacked = header ? stackedHeader(lines, file) : undefined;
  const headerLines = stacked === undefined ? Number(header) : STACKED_LINES;
  const rows = lines.slice(headerLines);
  if (rows.length === 0) throw new Fault('csv.empty', 'the file has a header and no rows', { file });
  const written = stacked?.names ?? first;
  const names = header ? written.map((name) => restore(name, delimiterText)) : first.map((_, i) => String(i + 1));
  const guessed = header ? rolesOf(names) : headerlessRoles(rows, mapping, file);
  const columns = withMapping(guessed, names, mapping, file);
  let dataFrom = from;
  for (let i = 0; i < headerLines; i++) dataFrom = bytes.indexOf(10, dataFrom) + 1;
  const dataLine = firstLine + headerLines;
  const numberStyle = findNumberStyle(rows, columns, delimiterText, mapping, file);
  const stampFormats = new Map<number, StampFormat>();
  const expiry = columns.findIndex(({ role }) => role === 'expiry');
  columns.forEach(({ role, name }, column) => {
    if (role === undefined || !TIME_ROLES.has(role)) return;
    const format =
      mapping.dateFormat !== undefined && role !== 'clock'
        ? mapping.dateFormat
        : isCounted(name, role) || (!header && headerlessMilliseconds(rows, column))
          ? 'milliseconds-of-day'
          : formatWithHelp(
              expiry,
              (which) => findFormat(bytes, dataFrom, dataLine, delimiter, which, name, file, role === 'clock'),
              column,
            );
    stampFormats.set(column, format);
  });
  const symbol = stacked === undefined ? {} : { symbol: stacked.symbol };
  return { bytes, delimiter, columns, stampFormats, numberStyle, dataFrom, dataLine, header, ...symbol };
}

function withoutMark(input: Uint8Array, file: string): Uint8Array {
  if (input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf) return input.subarray(3);
  if ((input[0] === 0xff && input[1] === 0xfe) || (input[0] === 0xfe && input[1] === 0xff)) {
    throw new Fault('csv.encoding', 'the file must be UTF-8, was UTF-16', { file });
  }
  return input;
}

function endingInLineFeed(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) === 10) return bytes;
  const ended = new Uint8Array(bytes.length + 1);
  ended.set(bytes);
  ended[bytes.length] = 10;
  return ended;
}

/** Passes over blank lines, `#` comments and a spreadsheet's `sep=;`; returns the byte and line where the table begins. */
function skipPreamble(bytes: Uint8Array): [number, number] {
  let from = 0;
  let line = 1;
  while (from < bytes.length) {
    let end = bytes.indexOf(10, from);
    if (end < 0) end = bytes.length;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(end - from, 80))
      .toString('latin1')
      .trim();
    if (text !== '' && !text.startsWith('#') && !/^sep=.$/i.test(text)) break;
    from = end + 1;
    line++;
  }
  return [from, line];
}

function sampleLines(bytes: Uint8Array, from: number): string[] {
  const lines: string[] = [];
  while (from < bytes.length && lines.length < SAMPLE) {
    let end = bytes.indexOf(10, from);
    if (end < 0) end = bytes.length;
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from)
      .toString('utf8')
      .replace(/\r$/, '');
    if (line.trim() !== '') lines.push(line);
    from = end + 1;
  }
  return lines;
}

const DELIMITERS = ['\t', ';', '|', ','] as const;

/**
 * The first of tab, semicolon, bar and comma that cuts nearly every sampled line into as many fields as the first: one
 * ragged row is reported later, with its line. Where none does, the one that cuts the first line into the most.
 */
function findDelimiter(lines: readonly string[], file: string): (typeof DELIMITERS)[number] {
  if (lines.length === 0) throw new Fault('csv.empty', 'the file has no rows', { file });
  const counts = DELIMITERS.map((delimiter) =>
    lines.map((line) => line.replace(/"[^"]*"/g, '').split(delimiter).length),
  );
  const agreed = counts.findIndex((fields) => {
    const usual = fields[0];
    return usual > 1 && fields.filter((count) => count === usual).length >= 0.9 * fields.length;
  });
  if (agreed >= 0) return DELIMITERS[agreed];
  const most = Math.max(...counts.map((fields) => fields[0]));
  if (most > 1) return DELIMITERS[counts.findIndex((fields) => fields[0] === most)];
  throw new Fault(
    'csv.delimiter',
    'rows must be cut by a comma, semicolon, tab or bar',
    { file, line: 1 },
    'map `delimiter`',
  );
}

/** A header has neither numbers nor dates in it. */
function looksLikeHeader(cells: readonly string[]): boolean {
  return !cells.some((cell) => cell !== '' && (!Number.isNaN(numberOfText(cell)) || formatsOf(cell).length > 0));
}

const BAR: readonly Role[] = ['open', 'high', 'low', 'close', 'volume'];
const QUOTE_BAR: readonly Role[] = [
  'bidOpen', 'bidHigh', 'bidLow', 'bidClose', 'bidSize', 'askOpen', 'askHigh', 'askLow', 'askClose', 'askSize',
]; // prettier-ignore

/** Rows without names: times first, then a bar, or a bid bar and an ask bar. */
function headerlessRoles(rows: readonly string[][], mapping: Mapping, file: string): NamedColumn[] {
  const cells = rows[0];
  if (rows.every(isKline)) return cells.map((_, i) => ({ name: String(i + 1), role: (['stamp', ...BAR] as const)[i] }));
  const roles: (Role | undefined)[] = [];
  if (roleless(cells[0])) roles.push('symbol');
  const hasMilliseconds = headerlessMilliseconds(rows, roles.length);
  roles.push(hasMilliseconds ? 'clock' : 'stamp');
  const next = cells[roles.length] ?? '';
  if (
    !hasMilliseconds &&
    (formatsOf(next)[0] === 'clock' || (/^\d{6}$/.test(next) && clockFormatsOf(next)[0] === 'hhmmss'))
  ) {
    roles[roles.length - 1] = 'date';
    roles.push('clock');
  }
  const left = cells.length - roles.length;
  if (left === 4 || left === 5) roles.push(...BAR.slice(0, left));
  else if (left === 6) roles.push(...BAR, 'openInterest');
  else if (left === 10) roles.push(...QUOTE_BAR);
  else if (mapping.columns === undefined) {
    throw new Fault('csv.no-header', `${cells.length} columns without names are no bar and no quote bar`, { file, line: 1 },
      'map `columns`, as in { date: 1, close: 5 }'); // prettier-ignore
  }
  return cells.map((_, i) => ({ name: String(i + 1), role: roles[i] }));
}

/**
 * The rows of an exchange for crypto: open time, bar, close time, quote volume, trades, what takers bought in both
 * currencies, and a column that means nothing. Times are milliseconds or, since 2025, microseconds since 1970.
 * Source: the README of Binance's public data.
 */
function isKline(cells: readonly string[]): boolean {
  if (cells.length !== 12) return false;
  const [opened, closed] = [cells[0], cells[6]];
  const isTime = (cell: string): boolean => /^(\d{13}|\d{16})$/.test(cell);
  return isTime(opened) && isTime(closed) && Number(closed) > Number(opened);
}

function roleless(cell: string): boolean {
  return formatsOf(cell).length === 0 && Number.isNaN(numberOfText(cell));
}

function isCounted(name: string, role: Role): boolean {
  return role === 'clock' && name.toLowerCase().replace(/[^a-z0-9]/g, '') === MILLISECONDS;
}

/** Whole numbers below a day's milliseconds, not all of which are dates written as YYYYMMDD. */
function headerlessMilliseconds(rows: readonly string[][], column: number): boolean {
  const cells = rows.map((row) => row[column] ?? '');
  return (
    cells.every((cell) => /^\d{1,8}$/.test(cell) && Number(cell) < 86_400_000) &&
    !cells.every((cell) => formatsOf(cell)[0] === 'yyyymmdd')
  );
}

function findNumberStyle(
  rows: readonly string[][],
  columns: readonly NamedColumn[],
  delimiter: string,
  mapping: Mapping,
  file: string,
): NumberStyle {
  if (delimiter === ',') return PLAIN;
  const cells = rows.flatMap((row) =>
    row.filter((_, i) => {
      const role = columns[i]?.role;
      return role === undefined || !(TIME_ROLES.has(role) || TEXT_ROLES.has(role));
    }),
  );
  const commas = cells.filter((cell) => /^[-+]?[\d.,' ]*,[\d.,' ]*$/.test(cell));
  if (mapping.decimal !== undefined) {
    return mapping.decimal === ','
      ? { decimal: ',', group: '.' }
      : { decimal: '.', group: commas.length > 0 ? ',' : '' };
  }
  if (commas.length === 0) return PLAIN;
  if (commas.some((cell) => cell.includes('.'))) {
    const pointLast = commas.some((cell) => cell.lastIndexOf('.') > cell.lastIndexOf(',') && cell.includes('.'));
    return pointLast ? { decimal: '.', group: ',' } : { decimal: ',', group: '.' };
  }
  if (commas.some((cell) => /,\d*,/.test(cell))) return { decimal: '.', group: ',' };
  if (commas.some((cell) => !/,\d{3}$/.test(cell))) return { decimal: ',', group: '.' };
  throw new Fault('csv.ambiguous-number', `a comma may group thousands or begin decimals, as in ${show(commas[0])}`,
    { file }, 'map `decimal`'); // prettier-ignore
}

/**
 * The rows of one day of options never tell day and month apart, but their expiries are written the same way and lie
 * on many days.
 */
function formatWithHelp(expiry: number, find: (column: number) => StampFormat, column: number): StampFormat {
  try {
    return find(column);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'csv.ambiguous-date' || expiry < 0) throw error;
    return find(expiry);
  }
}

/** Returns the one format that fits the column; rows are looked at until only one is left. */
function findFormat(
  bytes: Uint8Array,
  dataFrom: number,
  dataLine: number,
  delimiter: number,
  column: number,
  field: string,
  file: string,
  isClock: boolean,
): StampFormat {
  let formats: StampFormat[] | undefined;
  let example = '';
  let from = dataFrom;
  for (
    let line = dataLine, seen = 0;
    from < bytes.length && (formats === undefined || formats.length > 1 || seen < SAMPLE);
    line++
  ) {
    const end = bytes.indexOf(10, from);
    const cell = cellOf(bytes, from, end, delimiter, column);
    from = end + 1;
    if (cell === undefined || isMissing(cell)) continue;
    seen++;
    const fitting: StampFormat[] = isClock ? clockFormatsOf(cell) : formatsOf(cell);
    const left = formats === undefined ? fitting : formats.filter((format) => fitting.includes(format));
    if (left.length === 0) {
      const rule = formats === undefined ? 'a date or time was expected' : `a date as in ${show(example)} was expected`;
      throw new Fault('csv.bad-date', `${rule}, was ${show(cell)}`, { file, line, field }, 'map `dateFormat`');
    }
    formats = left;
    example = cell;
  }
  if (formats?.length === 1) return formats[0];
  if (formats === undefined) throw new Fault('csv.bad-date', 'the column has no dates', { file, field });
  throw new Fault('csv.ambiguous-date', `day and month cannot be told apart, as in ${show(example)}`, { file, field },
    'map `dateFormat` to month-day-year or day-month-year'); // prettier-ignore
}

/** Returns one cell of the line that lies in bytes `from` … `end` − 1; `undefined` when the line is too short. */
export function cellOf(
  bytes: Uint8Array,
  from: number,
  end: number,
  delimiter: number,
  column: number,
): string | undefined {
  let start = from;
  for (let i = 0; i < column; i++) {
    start = bytes.indexOf(delimiter, start) + 1;
    if (start === 0 || start > end) return undefined;
  }
  let stop = start;
  while (stop < end && bytes[stop] !== delimiter) stop++;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, stop - start)
    .toString('latin1')
    .trim();
}
