/**
 * How many independent attempts hide behind many similar ones, because a thousand near-copies are not a thousand tries.
 */
import { assert } from '../../base/assert.ts';
import { mean } from '../sum.ts';
import { variance } from '../moments.ts';

/**
 * Sums up trials one after the other, so that a sweep need not keep their returns: the mean correlation of all pairs
 * follows from the sum of the standardised series alone.
 */
export class TrialCorrelation {
  private readonly total: Float64Array;
  private trials = 0;
  private readonly sharpes: number[] = [];

  /** `periods` is the length that every trial must have. */
  constructor(periods: number) {
    this.total = new Float64Array(periods);
  }

  /** Adds one trial's periodic returns (without NaN). */
  add(returns: Float64Array): void {
    const n = this.total.length;
    assert(returns.length === n, () => `every trial must have ${n} returns, this one has ${returns.length}`);
    const average = mean(returns);
    const spread = Math.sqrt(variance(returns, 0));
    this.trials++;
    this.sharpes.push(average / Math.sqrt(variance(returns)));
    if (spread > 0) for (let i = 0; i < n; i++) this.total[i] += (returns[i] - average) / spread;
  }

  get count(): number {
    return this.trials;
  }

  /** The Sharpe ratio per period of each trial, in the order added; NaN for a flat one. */
  get sharpeRatios(): Float64Array {
    return Float64Array.from(this.sharpes);
  }

  /** The mean correlation of all pairs of different trials that are not flat; NaN with fewer than two. */
  meanCorrelation(): number {
    const { live } = this;
    let square = 0;
    for (let i = 0; i < this.total.length; i++) square += this.total[i] * this.total[i];
    return live < 2 ? Number.NaN : (square / this.total.length - live) / (live * (live - 1));
  }

  /** See `effectiveTrials`. Flat trials, which are all alike and cannot be lucky, are one attempt. */
  effectiveTrials(): number {
    const { live } = this;
    const independent = live < 2 ? live : effectiveTrials(live, this.meanCorrelation());
    return independent + (live < this.trials ? 1 : 0);
  }

  /** How many trials are not flat. */
  private get live(): number {
    return this.sharpes.filter((ratio) => Number.isFinite(ratio)).length;
  }
}

/**
 * Returns the whole number of independent trials that `trials` correlated ones are worth: ⌊ρ + (1 − ρ)·M⌋ + 1, at most
 * M + 1. ρ is their mean pairwise correlation.
 * Source: Bailey and López de Prado, "The Deflated Sharpe Ratio" (2014), appendix 3.
 */
export function effectiveTrials(trials: number, meanCorrelation: number): number {
  return Math.floor(meanCorrelation + (1 - meanCorrelation) * trials) + 1;
}

/**
 * Returns the number of clusters of trials when those correlated above `threshold` (on average, cluster to cluster)
 * are taken for one attempt. `correlations` is the M × M matrix, row by row. O(M³) for M trials.
 *
 * Agglomerative clustering with average linkage (Sokal and Michener, 1958).
 */
export function clusteredTrials(correlations: Float64Array, trials: number, threshold = 0.5): number {
  assert(correlations.length === trials * trials, 'correlations must be a square matrix');
  const link = correlations.slice();
  const size = new Float64Array(trials).fill(1);
  let clusters = trials;
  for (;;) {
    let [bestA, bestB, best] = [-1, -1, threshold];
    for (let a = 0; a < trials; a++) {
      if (size[a] === 0) continue;
      for (let b = a + 1; b < trials; b++) {
        if (size[b] > 0 && link[a * trials + b] > best) [bestA, bestB, best] = [a, b, link[a * trials + b]];
      }
    }
    if (bestA < 0) return clusters;
    // The joined cluster's correlation to the others is the mean over all its members.
    for (let k = 0; k < trials; k++) {
      const joined =
        (size[bestA] * link[bestA * trials + k] + size[bestB] * link[bestB * trials + k]) / (size[bestA] + size[bestB]);
      link[bestA * trials + k] = link[k * trials + bestA] = joined;
    }
    size[bestA] += size[bestB];
    size[bestB] = 0;
    clusters--;
  }
}
