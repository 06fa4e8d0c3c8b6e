/**
 * Parquet files into a tape in memory: our own as they are, those of others through the same reading of column names,
 * times and shapes as a CSV.
 */
import { basename } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { RecordedTape } from '../../market/tape.ts';
import { fingerprintOf } from '../files/fingerprint.ts';
import { withMapping } from '../files/mapping.ts';
import { type Role, rolesOf, TEXT_ROLES, TIME_ROLES } from '../files/roles.ts';
import { pairedNames } from '../files/stacked-header.ts';
import type { Table } from '../files/table.ts';
import { type FileOptions, tapeOfTables } from '../files/tape.ts';
import { DAY } from '../../time/instant.ts';
import { readColumns } from './columns.ts';
import { type Connection, onFile, quote, withConnection } from './connection.ts';
import { type FileMeta, readMetas, selectList, streamOf } from './schema.ts';

/** Reads Parquet files whole into one tape. */
export async function readParquet(paths: string | readonly string[], options: FileOptions = {}): Promise<RecordedTape> {
  const files = typeof paths === 'string' ? [paths] : paths;
  if (files.length === 0) throw new Fault('data.empty', 'no file was given', { field: 'data' });
  return withConnection(async (connection) => {
    const metas = await readMetas(connection, files);
    if (metas.every((meta) => meta !== undefined)) return ownTape(connection, files, metas, options);
    const tables: Table[] = [];
    for (const file of files) tables.push(await onFile(file, () => foreignTable(connection, file, options)));
    return tapeOfTables(tables, options);
  });
}

async function ownTape(
  connection: Connection,
  files: readonly string[],
  metas: readonly FileMeta[],
  options: FileOptions,
): Promise<RecordedTape> {
  const streams = [];
  for (const [i, meta] of metas.entries()) {
    const file = files[i];
    const sql = `SELECT ${selectList(meta.kind)} FROM read_parquet(${quote(file)})`;
    const stream = streamOf(meta, await onFile(file, () => readColumns(connection, sql)));
    if (fingerprintOf([stream], meta.actions) !== meta.fingerprint) {
      throw new Fault('parquet.changed', 'the rows are not those that were written: the fingerprint differs', { file });
    }
    streams.push(stream);
  }
  const { actions, ...info } = infoOf(metas, options);
  return { ...info, actions, fingerprint: fingerprintOf(streams, actions), slice: { streams } };
}

/** What several files say together; the least trustworthy label wins. */
export function infoOf(metas: readonly FileMeta[], options: FileOptions): Omit<RecordedTape, 'slice' | 'fingerprint'> {
  const adjustments = new Set(metas.map(({ adjustment }) => adjustment));
  return {
    source: options.source ?? [...new Set(metas.map(({ source }) => source))].join(', '),
    simulated: metas.some(({ simulated }) => simulated),
    instruments: [...new Map(metas.map(({ instrument }) => [instrument.symbol, instrument])).values()],
    actions: [...(options.actions ?? []), ...metas.flatMap((meta) => meta.actions)].sort((a, b) => a.at - b.at),
    findings: metas.flatMap((meta) => meta.findings),
    adjustment: adjustments.has('fully-adjusted')
      ? 'fully-adjusted'
      : adjustments.has('split-adjusted')
        ? 'split-adjusted'
        : 'raw',
  };
}

/** Reads a file of other origin into a table of cells, its columns told by their names. */
async function foreignTable(connection: Connection, file: string, options: FileOptions): Promise<Table> {
  const from = `read_parquet(${quote(file)})`;
  const described = await (await connection.run(`DESCRIBE SELECT * FROM ${from}`)).getRows();
  const types = described.map((row) => String(row[1]).toUpperCase());
  const written = described.map((row) => String(row[0]));
  const paired = pairedNames(written, basename(file));
  const names = paired?.names ?? written;
  const columns = withMapping(rolesOf(names), names, options, basename(file));
  const identifiers = written.map((name) => `"${name.replaceAll('"', '""')}"`);
  const numbers = new Map<Role, Float64Array>();
  const values = new Map<string, Float64Array>();
  const texts = new Map<Role, { codes: Int32Array; texts: string[] }>();
  let day: Float64Array | undefined;
  let clock: Float64Array | undefined;
  let zoned = false;
  for (const [i, { role, name }] of columns.entries()) {
    const type = types[i];
    const cell = identifiers[i];
    if (role !== undefined && TIME_ROLES.has(role)) {
      const [micros] = await readColumns(
        connection,
        `SELECT COALESCE(${microsOf(cell, type, file, name)}, 'NaN'::DOUBLE) FROM ${from}`,
      );
      if (role === 'clock') clock = micros!;
      else {
        zoned = type.includes('TIME ZONE') || /INT|DOUBLE/.test(type);
        day = micros.map((value) => Math.floor(value / DAY));
        if (type !== 'DATE') clock ??= micros.map((value) => value - Math.floor(value / DAY) * DAY);
      }
    } else if (role !== undefined && TEXT_ROLES.has(role)) {
      const rows = await (await connection.run(`SELECT CAST(${cell} AS VARCHAR) FROM ${from}`)).getRows();
      texts.set(role, coded(rows.map((row) => String(row[0] ?? ''))));
    } else if (/INT|DOUBLE|FLOAT|DECIMAL|REAL/.test(type)) {
      const sql = `SELECT COALESCE(CAST(${cell} AS DOUBLE), 'NaN'::DOUBLE) FROM ${from}`;
      const [column] = await readColumns(connection, sql);
      if (role === undefined) values.set(name, column);
      else numbers.set(role, column);
    }
  }
  const length = (day ?? clock)?.length ?? 0;
  const none = (): Float64Array => new Float64Array(length).fill(Number.NaN);
  return {
    file: basename(file),
    length,
    lines: Int32Array.from({ length }, (_, i) => i + 1),
    numbers,
    values,
    texts,
    names: new Map(columns.flatMap(({ role, name }) => (role === undefined ? [] : [[role, name] as const]))),
    day: day ?? none(),
    clock: clock ?? none(),
    zoned,
    zone: columns.find((column) => column.zone !== undefined)?.zone,
    header: true,
    ...(paired === undefined ? {} : { symbol: paired.symbol }),
  };
}

/** An expression for microseconds since 1970, or since midnight of a clock time. */
function microsOf(cell: string, type: string, file: string, field: string): string {
  if (type === 'DATE') return `CAST(epoch_us(CAST(${cell} AS TIMESTAMP)) AS DOUBLE)`;
  if (type.startsWith('TIMESTAMP')) return `CAST(epoch_us(${cell}) AS DOUBLE)`;
  if (type.startsWith('TIME')) return `CAST(epoch_us(${cell}) AS DOUBLE)`;
  if (type === 'VARCHAR') return `CAST(epoch_us(CAST(${cell} AS TIMESTAMP)) AS DOUBLE)`;
  if (/INT|DOUBLE/.test(type)) {
    // Whole numbers are epochs; their size tells the unit: seconds have ten digits, each next unit three more.
    const value = `CAST(${cell} AS DOUBLE)`;
    return `CASE WHEN ${value} < 1e11 THEN ${value} * 1e6 WHEN ${value} < 1e14 THEN ${value} * 1e3 WHEN ${value} < 1e17 THEN ${value} ELSE ${value} / 1e3 END`;
  }
  throw new Fault('parquet.bad-time', `a column of ${type} is no time`, { file, field });
}

function coded(cells: readonly string[]): { codes: Int32Array; texts: string[] } {
  const known = new Map<string, number>();
  const codes = Int32Array.from(cells, (text) => known.get(text) ?? (known.set(text, known.size), known.size - 1));
  return { codes, texts: [...known.keys()] };
}
