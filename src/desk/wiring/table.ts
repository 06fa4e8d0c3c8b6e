/**
 * Wires tables of results to the adapter that writes them by column, which is loaded when one is asked for.
 */

/** Writes the rows of a CSV file to a Parquet file. */
export async function tableToParquet(csv: string, parquet: string): Promise<void> {
  const { csvToParquet } = await import('../../adapters/duckdb/table.ts');
  await csvToParquet(csv, parquet);
}
