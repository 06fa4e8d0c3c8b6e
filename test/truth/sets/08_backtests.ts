/** Backtests of other engines, replayed by ours under the conventions of each, from their plain words. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TruthCase, TruthSet } from '../case.ts';
import { backtestingPyCases } from '../08_backtests/backtesting-py.ts';
import { backtraderCases } from '../08_backtests/backtrader.ts';
import { btCases } from '../08_backtests/bt.ts';
import { leanCases } from '../08_backtests/lean.ts';
import { notCovered } from '../08_backtests/comparing.ts';
import { guarded } from '../guarded.ts';
import type { BacktestCase } from '../08_backtests/reading.ts';

type Family = (file: string, truth: BacktestCase, root: string) => TruthCase[];

const FAMILIES: readonly [RegExp, Family][] = [
  [/^backtesting\.py/i, backtestingPyCases],
  [/^backtrader/i, backtraderCases],
  [/^QuantConnect\/Lean/i, leanCases],
  [/^bt /, btCases],
];

const run: TruthSet = function* (folder, root) {
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    yield* guarded(file, () => casesOf(file, folder, root));
  }
};

function casesOf(file: string, folder: string, root: string): TruthCase[] {
  // The files are the reference's own; their shape is checked by reading them.
  const truth = JSON.parse(readFileSync(join(folder, file), 'utf8')) as BacktestCase;
  const family = FAMILIES.find(([pattern]) => pattern.test(truth.source));
  if (family !== undefined) return family[1](file, truth, root);
  return [notCovered(`${file}#${truth.id}`, `unknown engine: ${String(truth.source).slice(0, 60)}`)];
}

export default run;
