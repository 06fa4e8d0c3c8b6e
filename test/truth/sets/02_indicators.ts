/**
 * Indicators, against the published outputs of six other libraries.
 */
import { join } from 'node:path';
import { backtraderCases } from '../02_indicators/backtrader.ts';
import { leanCases } from '../02_indicators/lean.ts';
import { stockIndicatorsCases } from '../02_indicators/stock-indicators.ts';
import { stockchartsCases } from '../02_indicators/stockcharts.ts';
import { talibCases } from '../02_indicators/talib.ts';
import { tulipCases } from '../02_indicators/tulip.ts';
import type { TruthCase, TruthSet } from '../case.ts';

const indicators: TruthSet = function* (folder, root): Iterable<TruthCase> {
  yield* tulipCases(join(folder, 'tulip'));
  yield* talibCases(join(folder, 'talib'));
  yield* stockIndicatorsCases(join(folder, 'stock_indicators'), root);
  yield* stockchartsCases(join(folder, 'stockcharts'));
  yield* leanCases(join(folder, 'lean'));
  yield* backtraderCases(join(folder, 'backtrader'), root);
};

export default indicators;
