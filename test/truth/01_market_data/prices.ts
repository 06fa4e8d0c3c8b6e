/**
 * A price file against itself: read a second time here, slowly and plainly, and compared cell by cell.
 */
import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { actionFileKind } from '../../../src/adapters/files/actions.ts';
import { type LoadedStream, type FileOptions, loadFile } from '../../../src/adapters/files/tape.ts';
import { formatDate } from '../../../src/time/instant.ts';

/** What a plain reader makes of a file: column names and cells. */
export interface PlainRows {
  readonly names: readonly string[];
  /** Rows by their 1-based line (JSON: by their place in the list). */
  readonly rows: ReadonlyMap<number, readonly string[]>;
}

export function bytesOf(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

export function plainRows(bytes: Uint8Array): PlainRows {
  const text = new TextDecoder().decode(bytes);
  if (/^\s*\[/.test(text)) {
    const list = JSON.parse(text) as Record<string, unknown>[];
    const names = [...new Set(list.flatMap((row) => Object.keys(row)))];
    return {
      names,
      rows: new Map(list.map((row, i) => [i + 1, names.map((name) => String((row[name] ?? '') as string | number))])),
    };
  }
  const lines = text.split(/\r?\n/);
  const hasNames = !/^\d/.test(lines[0]);
  const rows = new Map<number, string[]>();
  lines.forEach((line, i) => {
    if (line.trim() !== '' && !(hasNames && i === 0)) rows.set(i + 1, line.split(','));
  });
  return { names: hasNames ? lines[0].split(',') : [], rows };
}

/** Fields of a stream and the names under which a file may have them, letters only. */
const NAMES: Record<string, readonly string[]> = {
  open: ['open'],
  high: ['high'],
  low: ['low'],
  close: ['close', 'price'],
  volume: ['volume'],
  bidOpen: ['bidopen'], bidHigh: ['bidhigh'], bidLow: ['bidlow'], bidClose: ['bidclose'], bidSize: ['bidsize'],
  askOpen: ['askopen'], askHigh: ['askhigh'], askLow: ['asklow'], askClose: ['askclose'], askSize: ['asksize'],
}; // prettier-ignore

/** Where a file without names has them. */
const POSITIONS: Record<number, readonly string[]> = {
  5: ['open', 'high', 'low', 'close'],
  6: ['open', 'high', 'low', 'close', 'volume'],
  11: [
    'bidOpen', 'bidHigh', 'bidLow', 'bidClose', 'bidSize', 'askOpen', 'askHigh', 'askLow', 'askClose', 'askSize',
  ],
}; // prettier-ignore

/** Throws the first thing that is wrong with what was read of a file; returns how many cells were compared. */
export function comparePrices(path: string, options: FileOptions = {}): number {
  const bytes = bytesOf(path);
  if (actionFileKind(bytes) !== undefined) throw new Error('the file holds actions and no prices');
  const plain = plainRows(bytes);
  const { streams } = loadFile(bytes, path, options);
  let cells = 0;
  for (const loaded of streams) {
    cells += compareCells(loaded, plain, streams.length > 1);
    checkTimes(loaded, plain);
  }
  checkCount(streams, plain);
  return cells;
}

/** Each number of each row equals `Number` of its cell. */
function compareCells({ stream, lines }: LoadedStream, plain: PlainRows, several: boolean): number {
  const letters = plain.names.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const matrix = plain.names.indexOf(stream.symbol);
  let cells = 0;
  for (const [field, column] of Object.entries<unknown>({ ...stream.columns })) {
    if (!(column instanceof Float64Array) || field === 'time' || field === 'openTime') continue;
    const width = plain.rows.values().next().value!.length;
    let position = letters.findIndex((name) => (NAMES[field] ?? []).includes(name));
    if (plain.names.length === 0) position = 1 + (POSITIONS[width] ?? []).indexOf(field) || -1;
    if (position < 0 && stream.kind === 'bars' && field !== 'volume') {
      position = letters.findIndex((name) => name === 'close' || name === 'price');
      if (matrix >= 0 && (position < 0 || several)) position = matrix;
      if (position < 0 && field === 'close') throw new Error(`no column of the file is ${field} of ${stream.symbol}`);
    }
    if (position < 0) continue;
    for (let row = 0; row < lines.length; row++) {
      const text = plain.rows.get(lines[row])?.[position];
      const expected = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
      if (!Object.is(column[row], expected)) {
        throw new Error(`line ${lines[row]} ${field}: expected ${text}, was ${column[row]}`);
      }
      cells++;
    }
  }
  return cells;
}

/** Times grow, bars end after they begin and lie in a session or are reported; a date of the file is the session's. */
function checkTimes({ stream, lines, calendar, frame, findings, instrument }: LoadedStream, plain: PlainRows): void {
  const { columns } = stream;
  if (!('openTime' in columns)) return;
  const reported = new Set(findings.filter(({ rule }) => rule === 'off-session').map(({ row }) => row));
  const dateColumn = plain.names.findIndex((name) => name.toLowerCase() === 'date');
  const { firstYear, lastYear } = calendar.rules;
  const dates = [...plain.rows.values()].map((cells) => cells[dateColumn] ?? '');
  const apart = Date.parse(dates[1] ?? '') - Date.parse(dates[0] ?? '');
  if (dates.every((date) => /^\d{4}-\d\d-\d\d$/.test(date)) && apart === 86_400_000 && frame?.unit !== 'day') {
    throw new Error(`dates a day apart were read as ${frame?.name}`);
  }
  for (let i = 0; i < columns.length; i++) {
    const [from, to] = [columns.openTime[i], columns.time[i]];
    if (!(to > from) || (i > 0 && !(to > columns.time[i - 1]))) throw new Error(`line ${lines[i]}: times do not grow`);
    const year = Number(formatDate(from).slice(0, 4));
    if (year <= firstYear || year >= lastYear || reported.has(lines[i])) continue;
    const inSession = calendar.isOpenExtended(from) || calendar.isOpenExtended(to - 1);
    if (!inSession) throw new Error(`line ${lines[i]}: ${formatDate(from)} is outside every session and not reported`);
    const date = plain.rows.get(lines[i])?.[dateColumn];
    if (frame?.unit !== 'day' || date === undefined || !/^\d{4}-\d\d-\d\d$/.test(date) || instrument.kind === 'fx')
      continue;
    const session = calendar.session(date);
    if (session?.closeAt !== to || session.openAt !== from)
      throw new Error(`line ${lines[i]}: ${date} has other hours`);
  }
}

/** No row is lost: each is in a stream, or a finding says that it was left out. */
function checkCount(streams: readonly LoadedStream[], plain: PlainRows): void {
  const isMatrix = streams.every(({ stream }) => plain.names.includes(stream.symbol));
  const left = new Set<number>();
  for (const { findings } of streams) {
    for (const { message, row } of findings) if (message.includes('left out')) left.add(row);
  }
  if (!isMatrix) {
    const kept = streams.reduce((sum, { lines }) => sum + lines.length, 0);
    if (kept + left.size !== plain.rows.size) {
      throw new Error(`${plain.rows.size} rows in the file, ${kept} on the tape, ${left.size} reported as left out`);
    }
    return;
  }
  for (const { stream, lines, findings } of streams) {
    const column = plain.names.indexOf(stream.symbol);
    const filled = [...plain.rows.values()].filter((cells) => (cells[column] ?? '').trim() !== '').length;
    const out = findings.filter(({ message }) => message.includes('left out')).length;
    if (lines.length + out !== filled)
      throw new Error(`${stream.symbol}: ${filled} cells, ${lines.length} on the tape`);
  }
}
