/**
 * What is left of a Sharpe ratio after paying for all the attempts: corrections for many tests.
 *
 * Source: C. R. Harvey and Y. Liu, "Backtesting", Journal of Portfolio Management 42 (2015).
 */
import { assert } from '../../base/assert.ts';
import { studentInverse, studentTwoSided } from '../distributions.ts';

/**
 * `bonferroni` and `holm` bound the probability of a single false find, `benjamini-yekutieli` the share of false finds
 * among all finds, under any dependence.
 */
export type Correction = 'bonferroni' | 'holm' | 'benjamini-yekutieli';

/** Returns the corrected p-values of `values` (0 … 1 each), in the same order. */
export function correctedPValues(values: Float64Array, correction: Correction): Float64Array {
  const m = values.length;
  if (correction === 'bonferroni') return values.map((p) => Math.min(1, p * m));
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const corrected = new Float64Array(m);
  if (correction === 'holm') {
    let highest = 0;
    order.forEach((at, rank) => (corrected[at] = highest = Math.max(highest, Math.min(1, (m - rank) * values[at]))));
    return corrected;
  }
  const harmonic = order.reduce((total, _, rank) => total + 1 / (rank + 1), 0);
  let lowest = 1;
  for (let rank = m - 1; rank >= 0; rank--) {
    lowest = Math.min(lowest, ((m * harmonic) / (rank + 1)) * values[order[rank]]);
    corrected[order[rank]] = lowest;
  }
  return corrected;
}

/**
 * Returns the Sharpe ratio per period that remains after Bonferroni's correction for `trials` attempts: the one whose
 * single test would have the corrected p-value. Never above the given ratio; 0 when the corrected p-value reaches 1.
 */
export function haircutSharpe(sharpe: number, periods: number, trials: number): number {
  assert(periods >= 2 && trials >= 1, () => `two periods and one trial at least: ${periods} and ${trials}`);
  if (!(sharpe > 0)) return sharpe;
  const p = studentTwoSided(sharpe * Math.sqrt(periods), periods - 1);
  const corrected = Math.min(1, p * trials);
  return (0 - studentInverse(corrected / 2, periods - 1)) / Math.sqrt(periods);
}
