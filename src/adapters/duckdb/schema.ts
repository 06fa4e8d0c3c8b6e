/**
 * How a stream lies in a Parquet file: one column per field in snake case, times as UTC timestamps of microseconds, and
 * one JSON document in the file's metadata that says what the rows are.
 */
import { Fault } from '../../base/fault.ts';
import type { CorporateAction } from '../../market/actions.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { Finding, StreamSlice, TapeInfo } from '../../market/tape.ts';
import { type Connection, onFile, quote } from './connection.ts';

export type StreamKind = StreamSlice['kind'];

export const FIELDS: Record<StreamKind, readonly string[]> = {
  bars: ['time', 'openTime', 'open', 'high', 'low', 'close', 'volume'],
  quotes: ['time', 'bid', 'ask', 'bidSize', 'askSize'],
  trades: ['time', 'price', 'size'],
  'quote-bars': [
    'time', 'openTime', 'bidOpen', 'bidHigh', 'bidLow', 'bidClose', 'bidSize',
    'askOpen', 'askHigh', 'askLow', 'askClose', 'askSize',
  ],
}; // prettier-ignore

/** What a file of ours says about itself. */
export interface FileMeta {
  readonly version: 1;
  readonly kind: StreamKind;
  readonly symbol: string;
  readonly timeFrame?: string;
  readonly instrument: Instrument;
  readonly source: string;
  readonly simulated: boolean;
  readonly adjustment: TapeInfo['adjustment'];
  readonly rows: number;
  /** Instants of the first and the last row. */
  readonly from: number;
  readonly to: number;
  /** Content hash of the rows and actions. */
  readonly fingerprint: string;
  readonly actions: readonly CorporateAction[];
  readonly findings: readonly Finding[];
}

const KEY = 'tradedeck';

/** `openTime` → `open_time` */
export function columnName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function isTime(field: string): boolean {
  return field === 'time' || field === 'openTime';
}

/** The fields of a kind as DOUBLE, missing values as NaN. */
export function selectList(kind: StreamKind): string {
  return FIELDS[kind]
    .map((field) => {
      const name = columnName(field);
      return isTime(field) ? `CAST(epoch_us(${name}) AS DOUBLE)` : `COALESCE(${name}, 'NaN'::DOUBLE)`;
    })
    .join(', ');
}

/** A timestamp with time zone, as a literal. */
export function timestamp(at: number): string {
  return `make_timestamptz(${Math.round(at)})`;
}

/** Returns a stream from the columns of `selectList`, in that order. */
export function streamOf(meta: FileMeta, columns: readonly Float64Array[]): StreamSlice {
  const fields = Object.fromEntries(FIELDS[meta.kind].map((field, i) => [field, columns[i]]));
  const slice = {
    kind: meta.kind,
    columns: { length: columns[0].length, ...fields },
    symbol: meta.symbol,
    ...(meta.timeFrame === undefined ? {} : { timeFrame: meta.timeFrame }),
  };
  // The fields are those of the kind, by the table above.
  return slice as unknown as StreamSlice;
}

/** The option of COPY that puts the document into a file. */
export function metaOption(meta: FileMeta): string {
  return `KV_METADATA {${KEY}: ${quote(JSON.stringify(meta))}}`;
}

/** Returns what a file says about itself; `undefined` for a file of other origin. */
export async function readMeta(connection: Connection, file: string): Promise<FileMeta | undefined> {
  return onFile(file, async () => {
    const sql = `SELECT decode(value) FROM parquet_kv_metadata(${quote(file)}) WHERE decode(key) = ${quote(KEY)}`;
    const [row] = await (await connection.run(sql)).getRows();
    return row === undefined ? undefined : known(String(row[0]), file);
  });
}

/** The same for many files in one question; when that fails, one by one, so that the error names its file. */
export async function readMetas(connection: Connection, files: readonly string[]): Promise<(FileMeta | undefined)[]> {
  const list = `[${files.map(quote).join(', ')}]`;
  const sql = `SELECT file_name, decode(value) FROM parquet_kv_metadata(${list}) WHERE decode(key) = ${quote(KEY)}`;
  try {
    const rows = await (await connection.run(sql)).getRows();
    const found = new Map(rows.map(([file, text]) => [String(file), known(String(text), String(file))]));
    return files.map((file) => found.get(file));
  } catch (error) {
    if (error instanceof Fault) throw error;
    const metas: (FileMeta | undefined)[] = [];
    for (const file of files) metas.push(await readMeta(connection, file));
    return metas;
  }
}

function known(text: string, file: string): FileMeta {
  const meta = JSON.parse(text) as FileMeta; // What `metaOption` wrote.
  if (meta.version === 1) return meta;
  throw new Fault('parquet.version', `the file has version ${String(meta.version)}, known is 1`, { file });
}
