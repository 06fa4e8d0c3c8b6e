/** Reads the series that a reference file names in its own words: path, column, dates, benchmark. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface DatedReturns {
  /** Microseconds, midnight UTC. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const DATE = /\d{4}-\d{2}-\d{2}/;

export function readTable(path: string): Table {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const lines = text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.split(',').map((cell) => cell.replace(/^"|"$/g, '')));
  // A first line that starts with a date is data: the file has no header.
  if (DATE.test(lines[0][0])) return { header: ['date', ...lines[0].slice(1).map((_, k) => String(k))], rows: lines };
  return { header: lines[0], rows: lines.slice(1) };
}

function timeOf(cell: string): number {
  const iso = DATE.exec(cell)?.[0];
  if (iso !== undefined) return Date.parse(`${iso}T00:00:00Z`) * 1000;
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})/.exec(cell);
  if (american !== null) return Date.UTC(Number(american[3]), Number(american[1]) - 1, Number(american[2])) * 1000;
  return Date.parse(`${cell} UTC`) * 1000;
}

/** Dated numbers of one column between two dates (inclusive); rows without a number are left out. */
export function column(table: Table, name: string, from: number, to: number): DatedReturns {
  const at = table.header.indexOf(name);
  const times: number[] = [];
  const values: number[] = [];
  for (const cells of table.rows) {
    const time = timeOf(cells[0]);
    const value = cells[at] === undefined || cells[at] === '' ? Number.NaN : Number(cells[at]);
    if (time < from || time > to || Number.isNaN(value)) continue;
    times.push(time);
    values.push(value);
  }
  return { times: Float64Array.from(times), values: Float64Array.from(values) };
}

export interface NamedSeries {
  readonly returns: DatedReturns;
  readonly benchmark: DatedReturns | undefined;
}

/** Finds a file named in words: at its path below one of the folders, else the only file of that name below them. */
function locate(name: string, folders: readonly string[]): string | undefined {
  const exact = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (exact !== undefined) return exact;
  for (const folder of folders) {
    const found = (readdirSync(folder, { recursive: true }) as string[]).filter((path) => path.endsWith(`/${name}`));
    if (found.length === 1) return join(folder, found[0]);
  }
  return undefined;
}

/** Understands phrases such as `01_x/SPY.csv close, 2010-01-01..2020-12-31` and `…; benchmark index.csv.gz`. */
export function namedSeries(words: string, folders: readonly string[]): NamedSeries | string {
  const [main, ...rest] = words.split(';').map((part) => part.trim());
  const other = rest.find((part) => part.startsWith('benchmark'));
  const first = readPart(main, folders, main);
  if (typeof first === 'string') return first;
  if (other === undefined) return { returns: first.returns, benchmark: undefined };
  const second = readPart(other, [...folders, dirname(first.path)], main);
  return typeof second === 'string' ? second : { returns: first.returns, benchmark: second.returns };
}

function readPart(
  words: string,
  folders: readonly string[],
  datesFrom: string,
): { path: string; returns: DatedReturns } | string {
  const name = /[\w./-]+\.csv(?:\.gz)?/.exec(words)?.[0];
  if (name === undefined) return `no file named in: ${words}`;
  const path = locate(name, folders);
  if (path === undefined) return `file not found: ${name}`;
  const table = readTable(path);
  const after = words.slice(words.indexOf(name) + name.length);
  const columnName = chooseColumn(table.header, after);
  if (columnName === undefined) return `no column of ${table.header.join(' ')} named in: ${words}`;
  const [from, to] = dateRange(datesFrom);
  const level = column(table, columnName, from, to);
  const already = /return/i.test(columnName) || /return/i.test(name);
  return { path, returns: already ? level : toReturns(level) };
}

function chooseColumn(header: readonly string[], words: string): string | undefined {
  const explicit = /column\s+(\S+?)(?:[\s,;(]|$)/.exec(words)?.[1];
  if (explicit !== undefined && header.includes(explicit)) return explicit;
  // The longest name first, so that "Adj Close" is not taken for "Close".
  const byLength = header.slice(1).toSorted((x, y) => y.length - x.length);
  const named = byLength.find((each) =>
    ` ${words.replace(/[\s,;()]+/g, ' ')} `.toLowerCase().includes(` ${each.toLowerCase()} `),
  );
  return named ?? (header.length === 2 ? header[1] : undefined);
}

function dateRange(sentence: string): [number, number] {
  const words = sentence.replace(/[\w./-]+\.csv(?:\.gz)?/g, '');
  const [first, second] = words.match(new RegExp(DATE, 'g')) ?? [];
  if (first !== undefined && second !== undefined) return [timeOf(first), timeOf(second)];
  const years = /\b(\d{4})\s*(?:\.\.|-|–|to)\s*(\d{4})\b/.exec(words);
  if (first === undefined && years !== null) return [timeOf(`${years[1]}-01-01`), timeOf(`${years[2]}-12-31`)];
  if (first === undefined) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (/\b(to|until)\s+\d{4}-/.test(words)) return [Number.NEGATIVE_INFINITY, timeOf(first)];
  return [timeOf(first), Number.POSITIVE_INFINITY];
}

function toReturns(level: DatedReturns): DatedReturns {
  const { times, values } = level;
  return { times: times.slice(1), values: values.slice(1).map((value, i) => value / values[i] - 1) };
}

/** Keeps the days that both have. */
export function pairUp(a: DatedReturns, b: DatedReturns): { returns: DatedReturns; benchmark: DatedReturns } {
  const byTime = new Map(Array.from(b.times, (time, i) => [time, b.values[i]]));
  const keep = Array.from(a.times, (time) => byTime.has(time));
  const times = a.times.filter((_, i) => keep[i]);
  return {
    returns: { times, values: a.values.filter((_, i) => keep[i]) },
    benchmark: { times, values: times.map((time) => byTime.get(time) ?? Number.NaN) },
  };
}
