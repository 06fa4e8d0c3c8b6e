/**
 * Candles as JSON (objects with named fields, or arrays of numbers) made into lines, so that there is one reader.
 */
import { Fault, show } from '../../base/fault.ts';

/** What the reader needs of a JSON file: tab-separated lines with a header, and the bars' length where it is given. */
export interface JsonLines {
  readonly bytes: Uint8Array;
  readonly timeFrame: string | undefined;
}

const KLINE = ['timestamp', 'open', 'high', 'low', 'close', 'volume'];
const LISTS = ['candles', 'bars', 'data', 'results', 'values', 'prices', 'historical'];

export function looksLikeJson(bytes: Uint8Array): boolean {
  let i = bytes[0] === 0xef ? 3 : 0;
  while (bytes[i] === 32 || bytes[i] === 10 || bytes[i] === 13 || bytes[i] === 9) i++;
  if (bytes[i] !== 0x5b) return bytes[i] === 0x7b;
  do i++;
  while (bytes[i] === 32 || bytes[i] === 10 || bytes[i] === 13 || bytes[i] === 9);
  // Some vendors put the names of columns into brackets: `[QUOTE_DATE], …` is no list.
  return !/[A-Za-z_]/.test(String.fromCharCode(bytes[i]));
}

/** Returns the candles of a JSON file as lines; row 1 of the list is the first line after the header. */
export function linesOfJson(bytes: Uint8Array, file: string): JsonLines {
  const rows = listOf(parse(new TextDecoder().decode(bytes), file), file);
  const [first] = rows;
  const names = Array.isArray(first) ? KLINE : namesOf(rows);
  const cells = rows.map((row, i) => {
    if (Array.isArray(row)) return KLINE.map((_, column) => cellText(row[column]));
    if (typeof row === 'object' && row !== null) {
      return names.map((name) => cellText((row as Record<string, unknown>)[name]));
    }
    throw new Fault('json.bad-row', `a candle must be an object or an array, was ${show(row)}`, { file, line: i + 1 });
  });
  const text = [names, ...cells].map((line) => line.join('\t')).join('\n');
  return { bytes: new TextEncoder().encode(`${text}\n`), timeFrame: frameOf(rows) };
}

/** A document, or a candle on each line. */
function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    const isLines = lines.length > 1 && lines.every((line) => /^\s*\{.*\}\s*$/.test(line));
    if (isLines) return lines.map((line, i) => parsedLine(line, file, i + 1));
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('json.syntax', `the file is not JSON (${reason})`, { file });
  }
}

function parsedLine(line: string, file: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('json.syntax', `the line is not JSON (${reason})`, { file, line: number });
  }
}

function listOf(parsed: unknown, file: string): unknown[] {
  if (Array.isArray(parsed) && parsed.length > 0) return parsed;
  if (typeof parsed === 'object' && parsed !== null) {
    for (const name of LISTS) {
      const list = (parsed as Record<string, unknown>)[name];
      if (Array.isArray(list) && list.length > 0) return list;
    }
  }
  throw new Fault('json.no-candles', 'the file must be a list of candles, or have one as `candles`, `bars` or `data`', {
    file,
  });
}

/** Every scalar field of any row; a field that only some rows have is empty in the others. */
function namesOf(rows: readonly unknown[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row ?? {})) names.add(name);
  return [...names];
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  // What is parsed JSON and no object is a text, a number or a truth value.
  return typeof value === 'object' ? JSON.stringify(value) : String(value).replace(/[\t\n\r]/g, ' ');
}

/** `sizeInMillis`, when all candles have the same. */
function frameOf(rows: readonly unknown[]): string | undefined {
  const sizes = new Set(rows.map((row) => (row as Record<string, unknown>)['sizeInMillis']));
  const [size] = sizes;
  if (sizes.size !== 1 || typeof size !== 'number') return undefined;
  if (size === 86_400_000) return '1d';
  if (size % 3_600_000 === 0) return `${size / 3_600_000}h`;
  return size % 60_000 === 0 ? `${size / 60_000}m` : undefined;
}
