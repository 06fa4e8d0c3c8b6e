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
  return readTape(sp500File(), {
    symbol: 'SPX',
    instrument: { kind: 'index' },
    source: 'S&P 500 index, daily, from vega-datasets (an index, treated as if it could be bought)',
  });
}

/** Returns a tenth of the index as symbol `SPY`, which is about the price of the fund that follows it. */
export function vegaFundTape(): RecordedTape {
  return readTape(sp500File(), {
    symbol: 'SPY',
    instrument: { kind: 'etf' },
    priceScale: 0.1,
    source: 'a tenth of the S&P 500 index, daily, from vega-datasets, in the place of SPY (without its dividends)',
  });
}

/** The package exports only its program; its data lie beside that. */
function sp500File(): string {
  const program = createRequire(import.meta.url).resolve('vega-datasets');
  return join(dirname(program), '..', 'data', 'sp500-2000.csv');
}
