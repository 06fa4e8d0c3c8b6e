/**
 * Parquet files as a tape of any length: slices of bounded size, all streams of a slice over the same span of time.
 *
 * One file is read in one pass and cut by rows. Several are read in windows of time: where to cut is worked out from
 * the statistics in the files' row groups, so that no window holds many more rows than a slice should.
 */
import { createHash } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import type { StreamedTape, StreamSlice, TapeSlice } from '../../market/tape.ts';
import type { FileOptions } from '../files/tape.ts';
import { doublesOf, GrowingColumn } from './columns.ts';
import { connect, type Connection, onFile, quote, withConnection } from './connection.ts';
import { ChunkRelease } from './release.ts';
import { infoOf } from './read.ts';
import { FIELDS, type FileMeta, readMetas, selectList, streamOf, timestamp } from './schema.ts';

export interface StreamOptions extends FileOptions {
  /** Rows a slice holds at most, about. */
  readonly sliceRows?: number;
  /** Instants: rows with `from <= time <= to` only. */
  readonly from?: number;
  readonly to?: number;
}

/** 131,072 rows of seven columns are 7 MB. */
const SLICE_ROWS = 1 << 17;

interface Source {
  readonly file: string;
  readonly meta: FileMeta;
}

/** Opens Parquet files written by Tradedeck as one streamed tape; others have to be imported first. */
export async function streamParquet(
  paths: string | readonly string[],
  options: StreamOptions = {},
): Promise<StreamedTape> {
  const files = typeof paths === 'string' ? [paths] : paths;
  if (files.length === 0) throw new Fault('data.empty', 'no file was given', { field: 'data' });
  const sources = await withConnection(async (connection) => {
    const found: Source[] = [];
    for (const [i, meta] of (await readMetas(connection, files)).entries()) {
      const file = files[i];
      if (meta === undefined) {
        throw new Fault(
          'parquet.foreign',
          'the file was not written by Tradedeck',
          { file },
          'run `tradedeck data import`',
        );
      }
      found.push({ file, meta });
    }
    return found;
  });
  const metas = sources.map(({ meta }) => meta);
  const fingerprint = createHash('sha256')
    .update(metas.map((meta) => meta.fingerprint).join('\n'))
    .digest('hex');
  const whole = options.from === undefined && options.to === undefined;
  return {
    ...infoOf(metas, options),
    fingerprint: metas.length === 1 ? metas[0].fingerprint : fingerprint,
    rows: whole ? metas.reduce((sum, meta) => sum + meta.rows, 0) : undefined,
    slices: () => (sources.length === 1 ? oneFile(sources[0], options) : manyFiles(sources, options)),
  };
}

async function* oneFile({ file, meta }: Source, options: StreamOptions): AsyncGenerator<TapeSlice> {
  const limit = options.sliceRows ?? SLICE_ROWS;
  const connection = await connect();
  try {
    const sql = `SELECT ${selectList(meta.kind)} FROM read_parquet(${quote(file)})${whereOf(options)}`;
    const result = await onFile(file, () => connection.stream(sql));
    const width = FIELDS[meta.kind].length;
    let columns = allocate(width, limit);
    let filled = 0;
    const release = new ChunkRelease();
    for (;;) {
      const chunk = await onFile(file, () => result.fetchChunk());
      const rows = chunk?.rowCount ?? 0;
      if (rows === 0 || filled + rows > limit) {
        if (filled > 0)
          yield {
            streams: [
              streamOf(
                meta,
                columns.map((column) => column.subarray(0, filled)),
              ),
            ],
          };
        if (rows === 0) return;
        columns = allocate(width, Math.max(limit, rows));
        filled = 0;
      }
      for (let i = 0; i < width; i++) columns[i].set(doublesOf(chunk!, i), filled);
      filled += rows;
      release.copied(rows);
    }
  } finally {
    connection.closeSync();
  }
}

async function* manyFiles(sources: readonly Source[], options: StreamOptions): AsyncGenerator<TapeSlice> {
  const connection = await connect();
  try {
    const cuts = await cutTimes(connection, sources, options.sliceRows ?? SLICE_ROWS);
    let after: number | undefined;
    for (const cut of [...cuts, undefined]) {
      const streams = await readWindow(connection, sources, after, cut, options);
      if (streams.length > 0) yield { streams };
      after = cut;
    }
  } finally {
    connection.closeSync();
  }
}

/** Reads the rows with `after < time <= until` of all files, kind by kind. */
async function readWindow(
  connection: Connection,
  sources: readonly Source[],
  after: number | undefined,
  until: number | undefined,
  options: StreamOptions,
): Promise<StreamSlice[]> {
  const streams: StreamSlice[] = [];
  for (const kind of new Set(sources.map(({ meta }) => meta.kind))) {
    const inWindow = sources.filter(
      ({ meta }) =>
        meta.kind === kind && (after === undefined || meta.to > after) && (until === undefined || meta.from <= until),
    );
    if (inWindow.length === 0) continue;
    const list = `[${inWindow.map(({ file }) => quote(file)).join(', ')}]`;
    const where = whereOf(options, after, until);
    const sql = `SELECT CAST(file_index AS DOUBLE), ${selectList(kind)} FROM read_parquet(${list})${where}`;
    const width = FIELDS[kind].length;
    const builders = inWindow.map(() => Array.from({ length: width }, () => new GrowingColumn(1024)));
    const first = inWindow[0].file;
    const result = await onFile(first, () => connection.stream(sql));
    const release = new ChunkRelease();
    for (;;) {
      const chunk = await onFile(first, () => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) break;
      const owners = doublesOf(chunk, 0);
      const columns = Array.from({ length: width }, (_, i) => doublesOf(chunk, i + 1));
      // Rows come file after file, so that a chunk holds few runs of one owner.
      for (let from = 0; from < owners.length;) {
        let to = from + 1;
        while (to < owners.length && owners[to] === owners[from]) to++;
        const builder = builders[owners[from]];
        for (let i = 0; i < width; i++) builder[i].append(columns[i].subarray(from, to));
        from = to;
      }
      release.copied(owners.length);
    }
    inWindow.forEach(({ meta }, i) => {
      const columns = builders[i].map((column) => column.finish());
      if (columns[0].length > 0) streams.push(streamOf(meta, columns));
    });
  }
  return streams;
}

/**
 * Times that cut all files into windows of about `rows` rows. Row groups tell their first and last time and how many
 * rows lie between: taken as evenly spread, an eighth of a group at a time.
 */
async function cutTimes(connection: Connection, sources: readonly Source[], rows: number): Promise<number[]> {
  const pieces = 8;
  const points: [number, number][] = [];
  const list = `[${sources.map(({ file }) => quote(file)).join(', ')}]`;
  const sql = `SELECT CAST(row_group_num_rows AS DOUBLE), CAST(epoch_us(CAST(stats_min_value AS TIMESTAMPTZ)) AS DOUBLE),
    CAST(epoch_us(CAST(stats_max_value AS TIMESTAMPTZ)) AS DOUBLE)
    FROM parquet_metadata(${list}) WHERE path_in_schema = 'time'`;
  for (const row of await (await onFile(sources[0].file, () => connection.run(sql))).getRows()) {
    const [count, low, high] = row as [number, number, number];
    for (let i = 1; i <= pieces; i++) points.push([Math.round(low + ((high - low) * i) / pieces), count / pieces]);
  }
  points.sort((a, b) => a[0] - b[0]);
  const cuts: number[] = [];
  let filled = 0;
  for (const [at, count] of points) {
    if (filled + count > rows && filled > 0 && at > (cuts.at(-1) ?? Number.NEGATIVE_INFINITY)) {
      cuts.push(at);
      filled = 0;
    } else filled += count;
  }
  return cuts;
}

function whereOf({ from, to }: StreamOptions, after?: number, until?: number): string {
  const conditions = [
    from === undefined ? '' : `time >= ${timestamp(from)}`,
    to === undefined ? '' : `time <= ${timestamp(to)}`,
    after === undefined ? '' : `time > ${timestamp(after)}`,
    until === undefined ? '' : `time <= ${timestamp(until)}`,
  ].filter((condition) => condition !== '');
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

function allocate(width: number, rows: number): Float64Array[] {
  return Array.from({ length: width }, () => new Float64Array(rows));
}
