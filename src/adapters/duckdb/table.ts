/**
 * Any table of a CSV file as Parquet: for results that other programs read by column.
 */
import { renameSync } from 'node:fs';
import { onFile, quote, withConnection } from './connection.ts';

/** Writes the rows of a CSV file with a header to a Parquet file, whole or not at all; kinds are found by looking. */
export async function csvToParquet(csv: string, parquet: string): Promise<void> {
  const part = `${parquet}.part`;
  await onFile(csv, () =>
    withConnection(async (connection) => {
      const rows = `read_csv(${quote(csv)}, header = true, sample_size = -1)`;
      await connection.run(`COPY (SELECT * FROM ${rows}) TO ${quote(part)} (FORMAT parquet, COMPRESSION zstd)`);
    }),
  );
  renameSync(part, parquet);
}
