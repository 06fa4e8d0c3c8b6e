/**
 * DuckDB as a reader and writer of Parquet: loaded on first use, in memory, one connection for each piece of work.
 *
 * No database file exists, so processes never wait for each other's locks. Its memory is bounded, since tapes are read
 * in slices and nothing needs to be kept.
 */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Fault } from '../../base/fault.ts';

/** What DuckDB may use for itself, beside the columns handed out. */
const MEMORY_LIMIT = '192MB';

export type Connection = DuckDBConnection;

let instance: Promise<DuckDBInstance> | undefined;

/** Runs `work` with a connection of its own, closed afterwards whatever happens. */
export async function withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
  }
}

/** Opens a connection that the caller closes with `closeSync`. */
export async function connect(): Promise<Connection> {
  instance ??= open();
  const connection = await (await instance).connect();
  await connection.run("SET TimeZone = 'UTC'");
  return connection;
}

async function open(): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  return DuckDBInstance.create(':memory:', { memory_limit: MEMORY_LIMIT, preserve_insertion_order: 'true' });
}

/** Returns `text` as a literal of SQL. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Runs a query on files; what DuckDB says of a file becomes a `Fault` that names it. */
export async function onFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    const said = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new Fault('parquet.unreadable', `the file is not readable as Parquet (${said})`, { file });
  }
}
