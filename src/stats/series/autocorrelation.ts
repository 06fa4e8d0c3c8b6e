/**
 * Memory and shape of a series: autocorrelation, and the tests that there is none or that it is normal.
 */
import { chiSquareTail } from '../distributions.ts';
import { kurtosis, skewness } from '../moments.ts';
import { mean } from '../sum.ts';

/** Returns the autocorrelations at lags 1 … `lags` (biased: all divided by n), −1 … 1. `values` without NaN. */
export function autocorrelation(values: Float64Array, lags: number): Float64Array {
  const average = mean(values);
  const centred = values.map((value) => value - average);
  const at = (lag: number): number => {
    let product = 0;
    for (let i = 0; i + lag < centred.length; i++) product += centred[i] * centred[i + lag];
    return product;
  };
  const whole = at(0);
  return Float64Array.from({ length: lags }, (_, k) => at(k + 1) / whole);
}

export interface TestResult {
  readonly statistic: number;
  /** The probability of a statistic this large when the hypothesis is true. */
  readonly pValue: number;
}

/**
 * Tests that the first `lags` autocorrelations are all nought.
 * Source: G. M. Ljung and G. E. P. Box, Biometrika 65 (1978).
 */
export function ljungBox(values: Float64Array, lags: number): TestResult {
  const n = values.length;
  const statistic =
    n * (n + 2) * autocorrelation(values, lags).reduce((total, r, k) => total + (r * r) / (n - k - 1), 0);
  return { statistic, pValue: chiSquareTail(statistic, lags) };
}

/**
 * Tests that a series is normal, by its skewness and kurtosis.
 * Source: C. M. Jarque and A. K. Bera, Economics Letters 6 (1980).
 */
export function jarqueBera(values: Float64Array): TestResult {
  const statistic = (values.length / 6) * (skewness(values) ** 2 + kurtosis(values) ** 2 / 4);
  return { statistic, pValue: chiSquareTail(statistic, 2) };
}
