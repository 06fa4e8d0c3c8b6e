/**
 * Indicators, against the published outputs of six other libraries.
 */
import { join } from 'node:path';
import { tulipCases } from '../02_indicators/tulip.ts';
import type { TruthCase, TruthSet } from '../case.ts';

const indicators: TruthSet = function* (folder, _root): Iterable<TruthCase> {
  yield* tulipCases(join(folder, 'tulip'));
};

export default indicators;
