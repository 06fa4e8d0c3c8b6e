/**
 * Wires tables of results to the adapter that writes them by column, which is loaded when one is asked for.
 */

import type { ColumnKind } from '../../adapters/duckdb/table.ts';

export type { ColumnKind };

/** Writes the rows of a CSV file to a Parquet file, with columns of the kinds that are given. */
export async function tableToParquet(
  csv: string,
  parquet: string,
  kinds?: Readonly<Record<string, ColumnKind>>,
): Promise<void> {
  const { csvToParquet } = await import('../../adapters/duckdb/table.ts');
  await csvToParquet(csv, parquet, kinds);
}
