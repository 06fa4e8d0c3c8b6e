/**
 * The door for price files: a path, or several, become one recorded tape with everything found on the way.
 *
 * ```ts
 * const tape = readTape('spy.csv');
 * const both = readTape(['spy.csv', 'msft.csv.gz'], { timeFrame: '1d' });
 * ```
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Fault } from '../../base/fault.ts';
import type { CorporateAction } from '../../market/actions.ts';
import type { Finding, RecordedTape, TapeInfo } from '../../market/tape.ts';
import { detectDialect } from './dialect.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { LoadedStream, StreamOptions } from './streams.ts';
import { streamsOf } from './streams.ts';
import { readTable, type Table } from './table.ts';

export interface FileOptions extends StreamOptions {
  /** Splits, dividends and the rest, beside those that are in the files. */
  readonly actions?: readonly CorporateAction[];
  /** In words, where the prices come from; the files' names when left out. */
  readonly source?: string;
}

/** Reads price files (CSV, TSV, with .gz, JSON candles) into one tape; what is wrong with a file is a `Fault`. */
export function readTape(paths: string | readonly string[], options: FileOptions = {}): RecordedTape {
  const files = typeof paths === 'string' ? [paths] : paths;
  return tapeOf(
    files.map((file) => ({ file, bytes: readBytes(file) })),
    options,
  );
}

/** The same from bytes in memory; `file` names them in findings and errors. */
export function tapeOf(
  inputs: readonly { file: string; bytes: Uint8Array }[],
  options: FileOptions = {},
): RecordedTape {
  const loaded = inputs.flatMap(({ file, bytes }) => streamsOf(tableOf(bytes, file, options), options));
  if (loaded.length === 0) throw new Fault('data.empty', 'no file was given', { field: 'data' });
  return assemble(loaded, inputs.map(({ file }) => basename(file)).join(', '), options);
}

/** Reads one file into a table of cells. */
export function tableOf(bytes: Uint8Array, file: string, options: StreamOptions = {}): Table {
  return readTable(detectDialect(bytes, file, options), file);
}

/** Reads a file whole, unpacked when it is gzip. */
export function readBytes(file: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const rule = code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read (${code})`;
    throw new Fault('file.unreadable', rule, { file });
  }
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

function assemble(loaded: readonly LoadedStream[], names: string, options: FileOptions): RecordedTape {
  const streams = loaded.map(({ stream }) => stream);
  const instruments = [...new Map(loaded.map(({ instrument }) => [instrument.symbol, instrument])).values()];
  const actions = [...(options.actions ?? [])].sort((a, b) => a.at - b.at);
  const findings: Finding[] = loaded.flatMap((one) => one.findings);
  const adjustment: TapeInfo['adjustment'] = loaded.some(({ extras }) => extras.has('adjustedClose'))
    ? 'split-adjusted'
    : 'raw';
  return {
    source: options.source ?? names,
    simulated: false,
    instruments,
    actions,
    findings,
    fingerprint: fingerprintOf(streams, actions),
    adjustment,
    slice: { streams },
  };
}
