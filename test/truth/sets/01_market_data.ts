/**
 * Market data: each file of the folder is a case. It is recognised, every row is accounted for, every number is the one
 * that is written, times grow and lie in sessions, and factor files give back the adjustment they state.
 */
import { readdirSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { actionFileKind } from '../../../src/adapters/files/actions.ts';
import { chainOf } from '../../../src/adapters/files/options.ts';
import { Fault } from '../../../src/base/fault.ts';
import { compareFactors, compareMap, FACTOR_TOLERANCE } from '../01_market_data/actions.ts';
import { bytesOf, comparePrices, plainRows } from '../01_market_data/prices.ts';
import type { TruthCase, TruthSet } from '../case.ts';

const marketData: TruthSet = function* (folder): Iterable<TruthCase> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) !== '.md')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) yield caseOf(file, relative(folder, file));
};

export default marketData;

function caseOf(file: string, id: string): TruthCase {
  try {
    return { id, status: 'passed', error: compare(file) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const unknown = error instanceof Fault && error.code === 'csv.unknown-shape';
    return { id, status: unknown ? 'not-covered' : 'failed', error: unknown ? 0 : Number.POSITIVE_INFINITY, detail };
  }
}

/** Returns the error as a multiple of the tolerance; parsed numbers have none. */
function compare(file: string): number {
  const bytes = bytesOf(file);
  const kind = actionFileKind(bytes);
  if (kind === 'map') {
    compareMap(file);
    return 0;
  }
  if (kind === 'factors') {
    const { error } = compareFactors(file);
    if (error > FACTOR_TOLERANCE) throw new Error(`adjusted prices differ from the stated factors by ${error}`);
    return error / FACTOR_TOLERANCE;
  }
  const { names } = plainRows(bytes);
  const isChain =
    names.includes('strike') && (names.includes('open_interest') || !names.some((name) => /date|time/.test(name)));
  if (isChain) compareChain(bytes, file);
  else if (comparePrices(file) === 0) throw new Error('nothing was compared');
  return 0;
}

/** Every contract of a chain or open-interest file, cell by cell. */
function compareChain(bytes: Uint8Array, file: string): void {
  const { names, rows } = plainRows(bytes);
  const chain = chainOf(bytes, file);
  const found = chain.rows.length + (chain.spot === undefined ? 0 : 1);
  if (found !== rows.size) throw new Error(`${rows.size} rows in the file, ${found} read`);
  for (const row of chain.rows) {
    const cells = rows.get(row.line)!;
    names.forEach((name, i) => {
      const field = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const value = (row as unknown as Record<string, unknown>)[field];
      if (typeof value !== 'number') return;
      const expected = cells[i] === '' ? Number.NaN : Number(cells[i]);
      if (!Object.is(value, expected)) throw new Error(`line ${row.line} ${name}: expected ${cells[i]}, was ${value}`);
    });
  }
}
