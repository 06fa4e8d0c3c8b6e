/**
 * Price files of any kind into one tape: text by the reader of dialects, Parquet by DuckDB, which is loaded for it alone.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { Fault, show } from '../../base/fault.ts';
import type { CorporateAction } from '../../market/actions.ts';
import { calendar } from '../../time/calendars.ts';
import type { FileOptions } from '../../adapters/files/tape.ts';
import type { RecordedTape, StreamSlice } from '../../market/tape.ts';
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
  const readText = async (more: FileOptions): Promise<RecordedTape[]> =>
    text.length === 0 ? [] : [(await import('../../adapters/files/tape.ts')).readTape(text, { ...options, ...more })];
  const tapes = await readText({});
  if (columnar.length === 0) return joined(tapes);

  const { readParquet } = await import('../../adapters/duckdb/read.ts');
  const others = await readParquet(columnar, { ...options, beside: besides(options, tapes) });
  // Options in text whose underlying is in Parquet are checked against it.
  const isLacking = tapes.some(({ findings }) => findings.some(({ rule }) => rule === 'no-underlying'));
  return joined([...(isLacking ? await readText({ beside: besides(options, [others]) }) : tapes), others]);
}

function besides({ beside = [] }: FileOptions, tapes: readonly RecordedTape[]): StreamSlice[] {
  return [...beside, ...tapes.flatMap(({ slice }) => slice.streams)];
}

/**
 * Reads files of corporate actions. `calendarOf` names the calendar of a symbol, XNYS when left out: an action takes
 * effect at the midnight of its market.
 */
export async function readActionFiles(
  files: readonly string[],
  calendarOf: (symbol: string) => string | undefined = () => undefined,
  symbol?: string,
): Promise<CorporateAction[]> {
  if (files.length === 0) return [];
  const { readActions } = await import('../../adapters/files/actions.ts');
  const { readFileName } = await import('../../adapters/files/file-name.ts');
  return files.flatMap((file) => {
    const of = symbol ?? readFileName(file).symbol;
    return readActions(file, { symbol: of, calendar: calendar(calendarOf(of) ?? 'XNYS') });
  });
}

/** Refuses actions none of which is of anything on the tape: a split that is passed over in silence is a wrong price. */
export function checkActions(
  actions: readonly CorporateAction[],
  { instruments }: Pick<RecordedTape, 'instruments'>,
  files: readonly string[],
  field: string,
): void {
  const known = new Set(instruments.map(({ symbol }) => symbol));
  if (actions.length === 0 || actions.some(({ symbol }) => known.has(symbol))) return;
  const of = [...new Set(actions.map(({ symbol }) => symbol))].slice(0, 6).join(', ');
  const rule = `${files.map((file) => basename(file)).join(', ')} has actions of ${of}, the tape ${[...known].slice(0, 6).join(', ')}`;
  throw new Fault('tape.actions', rule, { field }, 'name the file by its symbol, or give it a column symbol');
}
