/**
 * Any table of a CSV file as Parquet: for results that other programs read by column.
 */
import { randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { onFile, quote, withConnection } from './connection.ts';

/** What a column holds. */
export type ColumnKind = 'whole' | 'real' | 'flag' | 'text';

const TYPES: Readonly<Record<ColumnKind, string>> = {
  whole: 'BIGINT',
  real: 'DOUBLE',
  flag: 'BOOLEAN',
  text: 'VARCHAR',
};

/**
 * Writes the rows of a CSV file with a header to a Parquet file, whole or not at all. Columns have the kinds that are
 * given; of others the kind is found by looking, where a column of reals that happens to hold whole numbers is one of
 * those.
 */
export async function csvToParquet(
  csv: string,
  parquet: string,
  kinds: Readonly<Record<string, ColumnKind>> = {},
): Promise<void> {
  // Two processes may write the same table at once.
  const part = `${parquet}.${randomUUID().slice(0, 8)}.part`;
  const types = Object.entries(kinds).map(([name, kind]) => `${quote(name)}: ${quote(TYPES[kind])}`);
  await onFile(csv, () =>
    withConnection(async (connection) => {
      const given = types.length === 0 ? '' : `, types = {${types.join(', ')}}`;
      const rows = `read_csv(${quote(csv)}, header = true, sample_size = -1${given})`;
      await connection.run(`COPY (SELECT * FROM ${rows}) TO ${quote(part)} (FORMAT parquet, COMPRESSION zstd)`);
    }),
  );
  renameSync(part, parquet);
}
