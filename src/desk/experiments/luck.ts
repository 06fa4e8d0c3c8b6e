/**
 * What a single run is worth when the same data were tried before: its deflated Sharpe ratio over all these attempts.
 */
import { deflatedSharpe, sharpeSample } from '../../stats/overfitting/sharpe-odds.ts';
import { pooledTrials } from '../../stats/overfitting/pooled-trials.ts';
import { returnsFromEquity } from '../../stats/returns.ts';
import type { FinishedRun } from '../run/run.ts';
import type { EarlierTrials } from './trials.ts';

/**
 * Returns the probability, 0 … 1, that the run is better than nought after allowing for itself and all earlier attempts;
 * `undefined` when there was none, or the figure cannot be computed.
 */
export function deflatedSharpeOf({ result }: FinishedRun, earlier: EarlierTrials): number | undefined {
  if (earlier.trials === 0 || result.sessions.value.length < 2) return undefined;
  const sample = sharpeSample(returnsFromEquity(result.sessions.value, result.startingCash));
  if (!Number.isFinite(sample.sharpe)) return undefined;
  const own = { trials: 1, effectiveTrials: 1, sharpeMean: sample.sharpe, sharpeDeviation: 0 };
  const { effectiveTrials, sharpeDeviation } = pooledTrials([earlier, own]);
  const odds = deflatedSharpe(sample, effectiveTrials, sharpeDeviation ?? 0);
  return Number.isFinite(odds) ? odds : undefined;
}
