/**
 * What a bad day costs: value at risk and what lies beyond it, from history and from a fitted normal distribution.
 *
 * All results are returns (fractions, usually negative), not positive losses. `cutoff` is the share of bad days:
 * 0.05 asks for the worst twentieth.
 */
import { normalInverse, normalPdf } from '../base/normal.ts';
import { deviation } from './moments.ts';
import { quantile, select, withoutMissing } from './quantile.ts';
import { mean } from './sum.ts';

/** Returns the `cutoff` quantile of the returns, linear between observations (empyrical, numpy). */
export function valueAtRisk(returns: Float64Array, cutoff = 0.05): number {
  return quantile(returns, cutoff);
}

/**
 * Returns the mean of the ⌊(n−1)·cutoff⌋ + 1 smallest returns: the whole tail up to and including the quantile
 * (empyrical). NaN for an empty series.
 */
export function conditionalValueAtRisk(returns: Float64Array, cutoff = 0.05): number {
  const sample = withoutMissing(returns);
  if (sample.length === 0) return Number.NaN;
  const last = Math.trunc((sample.length - 1) * cutoff);
  select(sample, last);
  return mean(sample.subarray(0, last + 1));
}

/**
 * Returns the `cutoff` quantile of a normal distribution with the mean and `sigmas` times the deviation (ddof 1) of
 * the returns (quantstats' `value_at_risk`).
 */
export function parametricValueAtRisk(returns: Float64Array, cutoff = 0.05, sigmas = 1): number {
  return mean(returns) + normalInverse(cutoff) * sigmas * deviation(returns);
}

/** Returns the mean of that normal distribution beyond its `cutoff` quantile: μ − σ·φ(z)/cutoff. */
export function parametricConditionalValueAtRisk(returns: Float64Array, cutoff = 0.05): number {
  return mean(returns) - (deviation(returns) * normalPdf(normalInverse(cutoff))) / cutoff;
}

/**
 * Returns the mean of the returns that are strictly below the parametric value at risk, or that value when none is
 * (quantstats' `cvar`).
 */
export function meanBeyondParametricValueAtRisk(returns: Float64Array, cutoff = 0.05): number {
  const limit = parametricValueAtRisk(returns, cutoff);
  let total = 0;
  let found = 0;
  for (let i = 0; i < returns.length; i++) {
    if (returns[i] < limit) {
      total += returns[i];
      found++;
    }
  }
  return found === 0 ? limit : total / found;
}
