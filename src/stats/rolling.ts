/**
 * The same figures over a moving window, for the charts that show when a strategy changed its character.
 *
 * Every function returns one value for each full window, n − window + 1 of them (none when the series is shorter):
 * value i belongs to the window that ends at position i + window − 1. Nothing looks ahead.
 */
import { assert } from '../base/assert.ts';
import { alphaBeta, marketCapture, upDownCapture } from './benchmark.ts';
import { maxDrawdown } from './drawdown.ts';
import { PERIODS_PER_YEAR } from './returns.ts';

/** Returns `measure` of every full window of `returns`. */
export function rolling(
  returns: Float64Array,
  window: number,
  measure: (window: Float64Array) => number,
): Float64Array {
  const values = new Float64Array(windowCount(returns.length, window));
  for (let i = 0; i < values.length; i++) values[i] = measure(returns.subarray(i, i + window));
  return values;
}

/** Returns `measure` of every full window of two paired series. */
export function rollingPair(
  returns: Float64Array,
  benchmark: Float64Array,
  window: number,
  measure: (returns: Float64Array, benchmark: Float64Array) => number,
): Float64Array {
  assert(returns.length === benchmark.length, 'returns and benchmark must pair');
  const values = new Float64Array(windowCount(returns.length, window));
  for (let i = 0; i < values.length; i++) {
    values[i] = measure(returns.subarray(i, i + window), benchmark.subarray(i, i + window));
  }
  return values;
}

function windowCount(length: number, window: number): number {
  assert(window >= 1 && Number.isInteger(window), () => `window must be a whole number above 0, was ${window}`);
  return Math.max(0, length - window + 1);
}

/**
 * Calls `visit` with mean and sample variance of every full window, in O(n).
 *
 * The window is updated by adding and removing one value and recomputed from scratch once a window length, so
 * rounding errors do not pile up.
 */
function slideMoments(
  values: Float64Array,
  window: number,
  visit: (index: number, mean: number, variance: number) => void,
): void {
  const windows = windowCount(values.length, window);
  let mean = 0;
  let square = 0;
  let found = 0;
  for (let i = 0; i < windows; i++) {
    if (i % window === 0) {
      mean = square = found = 0;
      for (let j = i; j < i + window; j++) if (values[j] === values[j]) mean += (values[j] - mean) / ++found;
      for (let j = i; j < i + window; j++) if (values[j] === values[j]) square += (values[j] - mean) ** 2;
    } else {
      const left = values[i - 1];
      if (left === left) {
        const before = mean;
        found--;
        mean = found === 0 ? 0 : mean - (left - mean) / found;
        square = found === 0 ? 0 : square - (left - before) * (left - mean);
      }
      const right = values[i + window - 1];
      if (right === right) {
        const before = mean;
        found++;
        mean += (right - mean) / found;
        square += (right - before) * (right - mean);
      }
    }
    visit(i, found === 0 ? Number.NaN : mean, found < 2 ? Number.NaN : Math.max(0, square) / (found - 1));
  }
}

/** Rolling mean of the window, in the unit of the values. */
export function rollingMean(values: Float64Array, window: number): Float64Array {
  const means = new Float64Array(windowCount(values.length, window));
  slideMoments(values, window, (i, mean) => (means[i] = mean));
  return means;
}

/** Rolling standard deviation (ddof 1) of the window, per year for the given periods. */
export function rollingVolatility(
  returns: Float64Array,
  window: number,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): Float64Array {
  const values = new Float64Array(windowCount(returns.length, window));
  slideMoments(returns, window, (i, _, variance) => (values[i] = Math.sqrt(variance * periodsPerYear)));
  return values;
}

/** Rolling Sharpe ratio per year; `riskFree` is per period. */
export function rollingSharpe(
  returns: Float64Array,
  window: number,
  riskFree = 0,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): Float64Array {
  const values = new Float64Array(windowCount(returns.length, window));
  slideMoments(returns, window, (i, mean, variance) => {
    values[i] = ((mean - riskFree) / Math.sqrt(variance)) * Math.sqrt(periodsPerYear);
  });
  return values;
}

/** Rolling deepest drawdown, each window with its own first capital as first peak. */
export function rollingMaxDrawdown(returns: Float64Array, window: number): Float64Array {
  return rolling(returns, window, maxDrawdown);
}

/** Rolling alpha (per year, compounded) and beta. */
export function rollingAlphaBeta(
  returns: Float64Array,
  benchmark: Float64Array,
  window: number,
  riskFree = 0,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): { alpha: Float64Array; beta: Float64Array } {
  const slopes = new Float64Array(windowCount(returns.length, window));
  let at = 0;
  const alpha = rollingPair(returns, benchmark, window, (r, b) => {
    const fitted = alphaBeta(r, b, riskFree, periodsPerYear);
    slopes[at++] = fitted.beta;
    return fitted.alpha;
  });
  return { alpha, beta: slopes };
}

/** Rolling up or down capture. */
export function rollingMarketCapture(
  returns: Float64Array,
  benchmark: Float64Array,
  window: number,
  market: 'up' | 'down',
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): Float64Array {
  return rollingPair(returns, benchmark, window, (r, b) => marketCapture(r, b, market, periodsPerYear));
}

/** Rolling up capture divided by down capture. */
export function rollingUpDownCapture(
  returns: Float64Array,
  benchmark: Float64Array,
  window: number,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): Float64Array {
  return rollingPair(returns, benchmark, window, (r, b) => upDownCapture(r, b, periodsPerYear));
}
