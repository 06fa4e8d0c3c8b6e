/**
 * Reads the comma-separated files of reference cases, gzipped ones too: headers, cells, and columns of numbers.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface Csv {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function readCsv(file: string): Csv {
  const path = existsSync(file) ? file : `${file}.gz`;
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^﻿/, '');
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const split = (line: string): string[] => line.split(',').map((cell) => cell.trim());
  return { header: split(lines[0]), rows: lines.slice(1).map(split) };
}

/** Returns a column by its name, in any case of letters, as numbers: NaN where a cell holds none. */
export function column(csv: Csv, name: string): Float64Array | undefined {
  const wanted = name.trim().toLowerCase();
  const index = csv.header.findIndex((title) => title.toLowerCase() === wanted);
  if (index === -1) return undefined;
  return Float64Array.from(csv.rows, (row) => numberOf(row[index]));
}

export function numberOf(cell: string | undefined): number {
  if (cell === undefined || cell.trim() === '') return Number.NaN;
  if (/^(true|false)$/i.test(cell)) return cell.toLowerCase() === 'true' ? 1 : 0;
  return Number(cell.replaceAll('"', ''));
}

/** The price columns of a file, by our names. */
export function barsOf(csv: Csv): Record<string, Float64Array> {
  const bars: Record<string, Float64Array> = {};
  for (const name of ['open', 'high', 'low', 'close', 'volume']) {
    const values = column(csv, name);
    if (values !== undefined) bars[name] = values;
  }
  return bars;
}

/** One unit in the last printed place of a number, such as 0.01 of `1.25`. */
export function lastPlace(cell: string): number {
  const match = /^[+-]?\d*\.?(\d*)(?:e([+-]?\d+))?$/i.exec(cell);
  return 10 ** (Number(match?.[2] ?? 0) - (match?.[1] ?? '').length);
}
