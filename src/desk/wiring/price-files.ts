/**
 * Price files of any kind into one tape: text by the reader of dialects, Parquet by DuckDB, which is loaded for it alone.
 */
import { existsSync } from 'node:fs';
import { Fault, show } from '../../base/fault.ts';
import type { FileOptions } from '../../adapters/files/tape.ts';
import type { RecordedTape } from '../../market/tape.ts';
import { joined } from './joined.ts';

/** Reads files into one tape. `field` names who asked, for a file that is not there. */
export async function readPriceFiles(
  files: readonly string[],
  options: FileOptions = {},
  field?: string,
): Promise<RecordedTape> {
  const missing = files.findIndex((file) => !existsSync(file));
  if (missing >= 0) {
    const file = files[missing];
    const place = field === undefined ? { file } : { field: files.length === 1 ? field : `${field}.${missing}` };
    const rule = field === undefined ? 'the file does not exist' : `the file does not exist, was ${show(file)}`;
    throw new Fault('file.unreadable', rule, place);
  }
  const columnar = files.filter((file) => file.endsWith('.parquet'));
  const text = files.filter((file) => !file.endsWith('.parquet'));
  const tapes: RecordedTape[] = [];
  if (text.length > 0) tapes.push((await import('../../adapters/files/tape.ts')).readTape(text, options));
  if (columnar.length > 0)
    tapes.push(await (await import('../../adapters/duckdb/read.ts')).readParquet(columnar, options));
  return joined(tapes);
}
