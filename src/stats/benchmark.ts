/**
 * A strategy beside its benchmark: how much of the result the market explains, and what is left.
 *
 * `returns` and `benchmark` are paired series of simple returns over the same periods; a pair with a NaN is missing.
 * Conventions follow empyrical unless a function names another.
 */
import { assert } from '../base/assert.ts';
import { deviation } from './moments.ts';
import { annualReturn, excessReturns, PERIODS_PER_YEAR, totalReturn } from './returns.ts';
import { count, mean } from './sum.ts';

/** Variances of the benchmark below this are taken for a flat line, which has no beta. */
const FLAT_VARIANCE = 1e-30;

interface CoMoments {
  readonly pairs: number;
  readonly covariance: number;
  readonly varianceA: number;
  readonly varianceB: number;
  readonly meanA: number;
  readonly meanB: number;
}

/** Population co-moments over the pairs that are both numbers. */
function coMoments(a: Float64Array, b: Float64Array): CoMoments {
  assert(a.length === b.length, () => `returns and benchmark must pair: ${a.length} and ${b.length}`);
  let pairs = 0;
  let sumA = 0;
  let sumB = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== a[i] || b[i] !== b[i]) continue;
    pairs++;
    sumA += a[i];
    sumB += b[i];
  }
  const meanA = sumA / pairs;
  const meanB = sumB / pairs;
  let covariance = 0;
  let varianceA = 0;
  let varianceB = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] - meanA;
    const y = b[i] - meanB;
    if (x !== x || y !== y) continue;
    covariance += x * y;
    varianceA += x * x;
    varianceB += y * y;
  }
  return {
    pairs,
    covariance: covariance / pairs,
    varianceA: varianceA / pairs,
    varianceB: varianceB / pairs,
    meanA,
    meanB,
  };
}

/** Returns beta: cov(r, b) / var(b), without unit. NaN with fewer than two pairs or a flat benchmark. */
export function beta(returns: Float64Array, benchmark: Float64Array): number {
  if (returns.length < 1 || benchmark.length < 2) return Number.NaN;
  const { covariance, varianceB } = coMoments(returns, benchmark);
  return varianceB < FLAT_VARIANCE ? Number.NaN : covariance / varianceB;
}

export interface AlphaBeta {
  /** Per year, as a fraction. */
  readonly alpha: number;
  readonly beta: number;
}

/**
 * Returns alpha and beta of r − rf = α + β(b − rf). `riskFree` is per period.
 *
 * `compounded` alpha (empyrical) is (1 + mean residual)^periods − 1, `simple` alpha (quantstats) is the mean residual
 * times periods.
 */
export function alphaBeta(
  returns: Float64Array,
  benchmark: Float64Array,
  riskFree = 0,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
  annualise: 'compounded' | 'simple' = 'compounded',
): AlphaBeta {
  const slope = beta(returns, benchmark);
  if (returns.length < 2) return { alpha: Number.NaN, beta: slope };
  let total = 0;
  let pairs = 0;
  for (let i = 0; i < returns.length; i++) {
    const residual = returns[i] - riskFree - slope * (benchmark[i] - riskFree);
    if (residual !== residual) continue;
    total += residual;
    pairs++;
  }
  const residual = total / pairs;
  const alpha = annualise === 'simple' ? residual * periodsPerYear : (residual + 1) ** periodsPerYear - 1;
  return { alpha, beta: slope };
}

/** Returns Pearson's correlation of two paired series, −1 … 1; NaN when either is flat. */
export function correlation(a: Float64Array, b: Float64Array): number {
  const { covariance, varianceA, varianceB } = coMoments(a, b);
  const value = covariance / Math.sqrt(varianceA * varianceB);
  return value > 1 ? 1 : value < -1 ? -1 : value;
}

/** Returns the sample covariance (n − 1) of two paired series. */
export function covariance(a: Float64Array, b: Float64Array): number {
  const co = coMoments(a, b);
  return (co.covariance * co.pairs) / (co.pairs - 1);
}

/** Returns R², the share of the strategy's variance that the benchmark explains, 0 … 1. */
export function rSquared(returns: Float64Array, benchmark: Float64Array): number {
  return correlation(returns, benchmark) ** 2;
}

/** Returns the tracking error: the deviation (ddof 1) of r − b, per year for the given periods (1: per period). */
export function trackingError(returns: Float64Array, benchmark: Float64Array, periodsPerYear = 1): number {
  return deviation(excessReturns(returns, benchmark)) * Math.sqrt(periodsPerYear);
}

/**
 * Returns the information ratio: mean(r − b) / σ(r − b), ddof 1, times √periods (1: per period, which is empyrical's
 * `excess_sharpe` and quantstats' `information_ratio`). NaN with fewer than two periods.
 */
export function informationRatio(returns: Float64Array, benchmark: Float64Array, periodsPerYear = 1): number {
  if (returns.length < 2) return Number.NaN;
  const active = excessReturns(returns, benchmark);
  return (mean(active) / deviation(active)) * Math.sqrt(periodsPerYear);
}

/**
 * Returns the Treynor ratio: reward per unit of beta. `annual` takes the compound return per year less the annual
 * risk-free rate; `total` takes the whole period's return (quantstats).
 */
export function treynor(
  returns: Float64Array,
  benchmark: Float64Array,
  riskFreeAnnual = 0,
  reward: 'annual' | 'total' = 'annual',
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): number {
  const earned = reward === 'annual' ? annualReturn(returns, periodsPerYear) : totalReturn(returns);
  return (earned - riskFreeAnnual) / beta(returns, benchmark);
}

/** Returns the annual return divided by the benchmark's annual return. */
export function capture(
  returns: Float64Array,
  benchmark: Float64Array,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): number {
  return annualReturn(returns, periodsPerYear) / annualReturn(benchmark, periodsPerYear);
}

/** Returns `capture` over the periods in which the benchmark rose (up) or fell (down). */
export function marketCapture(
  returns: Float64Array,
  benchmark: Float64Array,
  market: 'up' | 'down',
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): number {
  const sign = market === 'up' ? 1 : -1;
  const keep = (_: number, i: number): boolean => benchmark[i] * sign > 0;
  return capture(returns.filter(keep), benchmark.filter(keep), periodsPerYear);
}

/** Returns up capture divided by down capture: above 1 the strategy keeps more of the rises than of the falls. */
export function upDownCapture(
  returns: Float64Array,
  benchmark: Float64Array,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): number {
  const up = marketCapture(returns, benchmark, 'up', periodsPerYear);
  return up / marketCapture(returns, benchmark, 'down', periodsPerYear);
}

export interface BattingAverage {
  /** Share of all periods in which the strategy beat the benchmark, 0 … 1. */
  readonly all: number;
  /** The same where the benchmark did not fall. */
  readonly up: number;
  /** The same where it fell. */
  readonly down: number;
}

/** Returns how often the strategy beat its benchmark. A missing pair counts as a period that did not. */
export function battingAverage(returns: Float64Array, benchmark: Float64Array): BattingAverage {
  assert(returns.length === benchmark.length, 'returns and benchmark must pair');
  const won = [0, 0];
  const seen = [0, 0];
  let missing = 0;
  for (let i = 0; i < returns.length; i++) {
    if (benchmark[i] !== benchmark[i]) {
      missing++;
      continue;
    }
    const side = benchmark[i] >= 0 ? 0 : 1;
    seen[side]++;
    if (returns[i] > benchmark[i]) won[side]++;
  }
  return {
    all: (won[0] + won[1]) / (seen[0] + seen[1] + missing),
    up: won[0] / seen[0],
    down: won[1] / seen[1],
  };
}

/** Returns how many pairs are complete. */
export function pairCount(a: Float64Array, b: Float64Array): number {
  return count(excessReturns(a, b));
}

/**
 * Returns the fragility of a strategy to its benchmark: how far the straight line between its returns in the
 * benchmark's worst and best period lies above its return in the middle one. Negative: it suffers from extremes.
 *
 * NaN with fewer than three periods. Source: N. N. Taleb, R. Douady, "Mathematical definition, mapping, and detection
 * of (anti)fragility", Quantitative Finance 13 (2013), in the three-point form of empyrical.
 */
export function betaFragility(returns: Float64Array, benchmark: Float64Array): number {
  if (returns.length < 3 || benchmark.length < 3) return Number.NaN;
  const order = Array.from(returns.keys()).filter((i) => returns[i] === returns[i] && benchmark[i] === benchmark[i]);
  if (order.length === 0) return Number.NaN;
  order.sort((a, b) => benchmark[a] - benchmark[b]);
  const half = order.length / 2;
  // Halves go to the even neighbour, as numpy rounds.
  const middleRank = half % 1 === 0.5 && Math.floor(half) % 2 === 0 ? Math.floor(half) : Math.round(half);
  const low = order[0];
  const middle = order[Math.min(middleRank, order.length - 1)];
  const high = order[order.length - 1];
  const range = benchmark[high] - benchmark[low];
  const highWeight = range === 0 ? 0.5 : (benchmark[middle] - benchmark[low]) / range;
  const lowWeight = range === 0 ? 0.5 : (benchmark[high] - benchmark[middle]) / range;
  return lowWeight * returns[low] + highWeight * returns[high] - returns[middle];
}
