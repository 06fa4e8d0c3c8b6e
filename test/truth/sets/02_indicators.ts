/**
 * Indicators, against the published outputs of six other libraries.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { backtraderCases } from '../02_indicators/backtrader.ts';
import { leanCases } from '../02_indicators/lean.ts';
import { stockIndicatorsCases } from '../02_indicators/stock-indicators.ts';
import { stockchartsCases } from '../02_indicators/stockcharts.ts';
import { talibCases } from '../02_indicators/talib.ts';
import { tulipCases } from '../02_indicators/tulip.ts';
import type { TruthCase, TruthSet } from '../case.ts';
import { guarded } from '../guarded.ts';

type Family = (folder: string, root: string) => Iterable<TruthCase>;

const FAMILIES: Readonly<Record<string, Family>> = {
  tulip: tulipCases,
  talib: talibCases,
  stock_indicators: stockIndicatorsCases,
  stockcharts: stockchartsCases,
  lean: leanCases,
  backtrader: backtraderCases,
};

const indicators: TruthSet = function* (folder, root): Iterable<TruthCase> {
  for (const [name, cases] of Object.entries(FAMILIES)) {
    const own = join(folder, name);
    if (existsSync(own)) yield* guarded(name, () => cases(own, root));
  }
};

export default indicators;
