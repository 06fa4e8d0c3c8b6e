/**
 * Streams into Parquet files, small and quick to read: Parquet 2 encodings, Snappy, times as UTC timestamps.
 */
import { mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Instrument } from '../../market/instrument.ts';
import type { StreamSlice, TapeInfo } from '../../market/tape.ts';
import { fingerprintOf } from '../files/fingerprint.ts';
import { type Connection, quote, withConnection } from './connection.ts';
import { columnName, type FileMeta, FIELDS, isTime, metaOption } from './schema.ts';

/** Rows of a vector of DuckDB. */
const VECTOR = 2048;

export interface WriteInfo extends Pick<TapeInfo, 'source' | 'simulated' | 'adjustment' | 'actions' | 'findings'> {
  readonly instrument: Instrument;
}

/** Writes one stream to `file`, whole or not at all; returns what the file says about itself. */
export async function writeParquet(stream: StreamSlice, file: string, info: WriteInfo): Promise<FileMeta> {
  const { time, length } = stream.columns;
  const actions = info.actions.filter(({ symbol }) => symbol === stream.symbol);
  const meta: FileMeta = {
    version: 1,
    kind: stream.kind,
    symbol: stream.symbol,
    ...(stream.timeFrame === undefined ? {} : { timeFrame: stream.timeFrame }),
    instrument: info.instrument,
    source: info.source,
    simulated: info.simulated,
    adjustment: info.adjustment,
    rows: length,
    from: time[0] ?? 0,
    to: time[length - 1] ?? 0,
    fingerprint: fingerprintOf([stream], actions),
    actions,
    findings: info.findings.filter(({ symbol }) => symbol === stream.symbol),
  };
  await withConnection(async (connection) => {
    await fill(connection, stream);
    const selected = FIELDS[stream.kind].map((field) => {
      const name = columnName(field);
      return isTime(field) ? `make_timestamptz(CAST(${name} AS BIGINT)) AS ${name}` : name;
    });
    mkdirSync(dirname(file), { recursive: true });
    const part = `${file}.part`;
    const options = `FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy, ${metaOption(meta)}`;
    await connection.run(`COPY (SELECT ${selected.join(', ')} FROM rows) TO ${quote(part)} (${options})`);
    renameSync(part, file);
    await connection.run('DROP TABLE rows');
  });
  return meta;
}

/** Makes a temporary table of the stream's columns, vector by vector. */
async function fill(connection: Connection, stream: StreamSlice): Promise<void> {
  const { DuckDBDataChunk, DOUBLE } = await import('@duckdb/node-api');
  const fields = FIELDS[stream.kind];
  await connection.run(`CREATE TEMP TABLE rows (${fields.map((field) => `${columnName(field)} DOUBLE`).join(', ')})`);
  const appender = await connection.createAppender('rows');
  const columns = stream.columns as unknown as Record<string, Float64Array>;
  for (let from = 0; from < stream.columns.length; from += VECTOR) {
    const to = Math.min(from + VECTOR, stream.columns.length);
    const chunk = DuckDBDataChunk.create(
      fields.map(() => DOUBLE),
      to - from,
    );
    fields.forEach((field, column) => {
      const vector = chunk.getColumnVector(column);
      // `items` is public on the vector of each type and not on their common class.
      (vector as unknown as { items: Float64Array }).items.set(columns[field].subarray(from, to));
      vector.flush();
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
