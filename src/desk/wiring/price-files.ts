/**
 * Price files of any kind into one tape: text by the reader of dialects, Parquet by DuckDB, which is loaded for it alone.
 */
import { existsSync } from 'node:fs';
import { Fault, show } from '../../base/fault.ts';
import type { FileOptions } from '../../adapters/files/tape.ts';
import type { RecordedTape } from '../../market/tape.ts';
import { joined } from './joined.ts';

/** Reads files into one tape. `fieldOf` names who asked for a file, for one that is not there. */
export async function readPriceFiles(
  files: readonly string[],
  options: FileOptions = {},
  fieldOf?: (file: number) => string,
): Promise<RecordedTape> {
  const missing = files.findIndex((file) => !existsSync(file));
  if (missing >= 0) {
    const file = files[missing];
    if (fieldOf === undefined) throw new Fault('file.unreadable', 'the file does not exist', { file });
    throw new Fault('file.unreadable', `the file does not exist, was ${show(file)}`, { field: fieldOf(missing) });
  }
  const columnar = files.filter((file) => file.endsWith('.parquet'));
  const text = files.filter((file) => !file.endsWith('.parquet'));
  const tapes: RecordedTape[] = [];
  if (text.length > 0) tapes.push((await import('../../adapters/files/tape.ts')).readTape(text, options));
  if (columnar.length > 0)
    tapes.push(await (await import('../../adapters/duckdb/read.ts')).readParquet(columnar, options));
  return joined(tapes);
}
