/**
 * Does the best of many strategies beat the benchmark, once it is admitted that it was the best of many?
 *
 * White's reality check compares the best mean advantage with what resampling gives when no strategy has any; Hansen's
 * test (SPA) measures each in its own standard error and does not let hopeless strategies soften the answer.
 * Sources: H. White, "A Reality Check for Data Snooping", Econometrica 68 (2000); P. R. Hansen, "A Test for Superior
 * Predictive Ability", Journal of Business & Economic Statistics 23 (2005).
 */
import { assert } from '../../base/assert.ts';
import type { Random } from '../../base/random.ts';
import { mean } from '../sum.ts';
import { stationaryBootstrap } from './bootstrap.ts';

export interface RealityCheckOptions {
  /** Mean length of the resampled blocks in periods; 10 unless given. */
  readonly meanBlock?: number;
  /** Number of resamples; 1000 unless given. */
  readonly resamples?: number;
}

export interface RealityCheck {
  /** White's p-value, 0 … 1: the probability of such a best strategy when none is better than the benchmark. */
  readonly realityCheckP: number;
  /** Hansen's consistent p-value, and its lower and upper bounds. */
  readonly superiorAbilityP: number;
  readonly superiorAbilityLowerP: number;
  readonly superiorAbilityUpperP: number;
  /** Which strategy has the largest advantage in standard errors. */
  readonly best: number;
  /** Its mean advantage per period, a fraction. */
  readonly advantage: number;
}

/**
 * Tests `advantages`: for each strategy its periodic return less the benchmark's, without NaN, all of one length.
 * A resample is made of stretches of the history, so that its mean follows from running sums: it takes strategies ·
 * periods / block · resamples steps, two hundred strategies over twenty years some tenths of a second.
 */
export function realityCheck(
  advantages: readonly Float64Array[],
  random: Random,
  options: RealityCheckOptions = {},
): RealityCheck {
  const { meanBlock = 10, resamples = 1000 } = options;
  const periods = advantages[0]?.length ?? 0;
  assert(periods >= 2, 'one or more strategies with two or more periods are needed');
  for (const each of advantages) assert(each.length === periods, 'all strategies must have one length');
  const root = Math.sqrt(periods);
  const means = Float64Array.from(advantages, mean);
  const errors = Float64Array.from(advantages, (each, k) => longRunDeviation(each, means[k], meanBlock));
  const scores = means.map((value, k) => (errors[k] > 0 ? (root * value) / errors[k] : 0));
  const best = scores.reduce((top, score, k) => (score > scores[top] ? k : top), 0);
  const white = root * means.reduce((top, value) => Math.max(top, value), Number.NEGATIVE_INFINITY);
  const hansen = Math.max(0, scores[best]);
  // How the resampled means are centred decides what "no strategy is better" means for those far below nought.
  const cut = -Math.sqrt(2 * Math.log(Math.log(Math.max(periods, 3))));
  const lower = means.map((value) => Math.max(value, 0));
  const consistent = means.map((value, k) => (scores[k] >= cut ? value : 0));
  const exceeded = { white: 0, lower: 0, consistent: 0, upper: 0 };
  const indices = new Int32Array(periods);
  const sums = advantages.map(runningSums);
  /** Where the stretches of a resample begin, and where they end. */
  const [starts, ends] = [new Int32Array(periods), new Int32Array(periods)];
  for (let sample = 0; sample < resamples; sample++) {
    stationaryBootstrap(indices, periods, meanBlock, random);
    const stretches = stretchesOf(indices, starts, ends);
    const top = { white: Number.NEGATIVE_INFINITY, lower: 0, consistent: 0, upper: 0 };
    for (let k = 0; k < advantages.length; k++) {
      const values = sums[k];
      let total = 0;
      for (let i = 0; i < stretches; i++) total += values[ends[i]] - values[starts[i]];
      const resampled = total / periods;
      top.white = Math.max(top.white, root * (resampled - means[k]));
      if (!(errors[k] > 0)) continue;
      const scale = root / errors[k];
      top.lower = Math.max(top.lower, scale * (resampled - lower[k]));
      top.consistent = Math.max(top.consistent, scale * (resampled - consistent[k]));
      top.upper = Math.max(top.upper, scale * (resampled - means[k]));
    }
    if (top.white >= white) exceeded.white++;
    if (top.lower >= hansen) exceeded.lower++;
    if (top.consistent >= hansen) exceeded.consistent++;
    if (top.upper >= hansen) exceeded.upper++;
  }
  return {
    realityCheckP: exceeded.white / resamples,
    superiorAbilityP: exceeded.consistent / resamples,
    superiorAbilityLowerP: exceeded.lower / resamples,
    superiorAbilityUpperP: exceeded.upper / resamples,
    best,
    advantage: means[best],
  };
}

/** Σ of the values before each position; one longer than the values. */
function runningSums(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i] + values[i];
  return sums;
}

/** Writes the stretches of positions that follow each other (`starts` … `ends` − 1) and returns how many there are. */
function stretchesOf(indices: Int32Array, starts: Int32Array, ends: Int32Array): number {
  let count = 0;
  for (let i = 0; i < indices.length; i++) {
    const at = indices[i];
    if (count > 0 && ends[count - 1] === at) ends[count - 1] = at + 1;
    else {
      starts[count] = at;
      ends[count++] = at + 1;
    }
  }
  return count;
}

/** √(long-run variance) with the weights that the stationary bootstrap itself implies (Hansen 2005, p. 372). */
function longRunDeviation(values: Float64Array, average: number, meanBlock: number): number {
  const n = values.length;
  const restart = 1 / meanBlock;
  let total = 0;
  for (let i = 0; i < n; i++) total += (values[i] - average) ** 2;
  let variance = total / n;
  for (let lag = 1; lag < n; lag++) {
    const weight = ((n - lag) / n) * (1 - restart) ** lag + (lag / n) * (1 - restart) ** (n - lag);
    // Lags that no longer weigh anything are left out; those near n weigh by the wrapped end.
    if (weight < 1e-6) continue;
    let product = 0;
    for (let i = 0; i + lag < n; i++) product += (values[i] - average) * (values[i + lag] - average);
    variance += (2 * weight * product) / n;
  }
  return Math.sqrt(Math.max(variance, 0));
}
