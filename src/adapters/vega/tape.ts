/**
 * Prices that come with the package, so that the first run needs no download: the S&P 500, daily, 2000 to 2020.
 *
 * The file is part of the npm package vega-datasets. An index cannot be bought; the demo trades it as if it could, at
 * one unit per point, and says so.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readTape } from '../files/tape.ts';
import type { RecordedTape } from '../../market/tape.ts';

/** Returns the S&P 500 index as symbol `SPX`: 5,105 daily bars, 2000-01-03 to 2020-04-17. */
export function vegaTape(): RecordedTape {
  // The package exports only its program; its data lie beside that.
  const program = createRequire(import.meta.url).resolve('vega-datasets');
  const file = join(dirname(program), '..', 'data', 'sp500-2000.csv');
  return readTape(file, {
    symbol: 'SPX',
    instrument: { kind: 'index' },
    source: 'S&P 500 index, daily, from vega-datasets (an index, treated as if it could be bought)',
  });
}
