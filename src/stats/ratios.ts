/**
 * Reward per unit of risk: the ratios by which strategies are compared.
 *
 * All take periodic simple returns as fractions and annualise by `periodsPerYear` (252 for sessions, 365 for markets
 * without a close). A rate argument is per period. NaN returns are missing. Fewer than two periods give NaN.
 * Conventions follow empyrical unless a function names another; each is written out in docs/guide/metrics.md.
 */
import { maxDrawdown } from './drawdown.ts';
import { deviation, meanAndVariance } from './moments.ts';
import { quantileInPlace, withoutMissing } from './quantile.ts';
import { annualReturn, excessReturns, PERIODS_PER_YEAR } from './returns.ts';
import { count, mean } from './sum.ts';

/** A rate per period: one for all, or one for each. */
export type Rate = number | Float64Array;

/** Returns the standard deviation (ddof 1) of the returns per year, as a fraction: σ·√periods. */
export function annualVolatility(returns: Float64Array, periodsPerYear: number = PERIODS_PER_YEAR.daily): number {
  return deviation(returns) * Math.sqrt(periodsPerYear);
}

/**
 * Returns the Sharpe ratio per year: mean(r − rf) / σ(r − rf) · √periods, σ with ddof 1.
 *
 * A flat series gives ±∞, or NaN when its mean is 0 too. Pass periods 1 for the ratio per period.
 * Source: W. F. Sharpe, "The Sharpe Ratio", Journal of Portfolio Management 21 (1994).
 */
export function sharpe(
  returns: Float64Array,
  riskFree: Rate = 0,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): number {
  if (returns.length < 2) return Number.NaN;
  const excess = excessReturns(returns, riskFree);
  const { mean: average, variance } = meanAndVariance(excess);
  return (average / Math.sqrt(variance)) * Math.sqrt(periodsPerYear);
}

/**
 * Returns the downside risk per year: √mean(min(r − required, 0)²) · √periods, over *all* periods, not only the
 * losing ones. NaN for an empty series.
 */
export function downsideRisk(
  returns: Float64Array,
  required: Rate = 0,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): number {
  const excess = excessReturns(returns, required);
  let square = 0;
  for (let i = 0; i < excess.length; i++) {
    // Taking the minimum has no branch for random signs to mislead; only a NaN is not equal to itself.
    const below = Math.min(excess[i], 0);
    if (below === below) square += below * below;
  }
  return Math.sqrt(square / count(excess)) * Math.sqrt(periodsPerYear);
}

/**
 * Returns the Sortino ratio per year: mean(r − required)·periods / downside risk; +∞ without a losing period.
 * Source: F. A. Sortino and R. van der Meer, "Downside Risk", Journal of Portfolio Management 17 (1991).
 */
export function sortino(
  returns: Float64Array,
  required: Rate = 0,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): number {
  if (returns.length < 2) return Number.NaN;
  const average = mean(excessReturns(returns, required)) * periodsPerYear;
  return average / downsideRisk(returns, required, periodsPerYear);
}

/** Returns the annual return divided by the depth of the deepest drawdown; NaN without a drawdown. */
export function calmar(returns: Float64Array, periodsPerYear: number = PERIODS_PER_YEAR.daily): number {
  const depth = maxDrawdown(returns);
  if (!(depth < 0)) return Number.NaN;
  return annualReturn(returns, periodsPerYear) / -depth;
}

/**
 * Returns the Omega ratio: the sum of gains above a threshold divided by the sum of shortfalls below it.
 *
 * The threshold per period is `riskFree` plus the annual `requiredReturn` turned into a return per period. NaN when
 * nothing falls short, or when the required return is −100 % or less.
 * Source: C. Keating and W. F. Shadwick, "A Universal Performance Measure" (2002).
 */
export function omega(
  returns: Float64Array,
  riskFree: Rate = 0,
  requiredReturn = 0,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): number {
  if (returns.length < 2 || requiredReturn <= -1) return Number.NaN;
  const threshold = (1 + requiredReturn) ** (1 / periodsPerYear) - 1;
  const excess = excessReturns(excessReturns(returns, riskFree), threshold);
  let gained = 0;
  let lost = 0;
  for (let i = 0; i < excess.length; i++) {
    if (excess[i] > 0) gained += excess[i];
    else if (excess[i] < 0) lost -= excess[i];
  }
  return lost > 0 ? gained / lost : Number.NaN;
}

/** Returns |95 % quantile| / |5 % quantile| of the returns: above 1 the good tail is the longer one. */
export function tailRatio(returns: Float64Array, cutoff = 0.05): number {
  const sample = withoutMissing(returns);
  return Math.abs(quantileInPlace(sample, 1 - cutoff)) / Math.abs(quantileInPlace(sample, cutoff));
}

/**
 * Returns R² of a straight line through the cumulative logarithmic returns, 0 … 1: 1 is a steady climb (or fall).
 * NaN with fewer than two returns.
 */
export function stability(returns: Float64Array): number {
  const sample = withoutMissing(returns);
  const n = sample.length;
  if (returns.length < 2 || n < 2) return Number.NaN;
  let level = 0;
  for (let i = 0; i < n; i++) sample[i] = level += Math.log1p(sample[i]);
  const levelMean = mean(sample);
  const middle = (n - 1) / 2;
  let cross = 0;
  let square = 0;
  for (let i = 0; i < n; i++) {
    const distance = sample[i] - levelMean;
    cross += (i - middle) * distance;
    square += distance * distance;
  }
  return (cross * cross) / (((n * (n * n - 1)) / 12) * square);
}

/** Returns mean(r) / σ(r) per period, not annualised. */
export function riskReturnRatio(returns: Float64Array): number {
  return sharpe(returns, 0, 1);
}
