/**
 * Mean, spread and shape of a series, with the two habits of the field (biased, unbiased) chosen by name.
 *
 * Everything is computed around the mean, in two passes, so a small spread on a large level keeps its digits.
 * NaN values are missing values and are skipped.
 */
import { meanOf } from './sum.ts';

export interface CentralMoments {
  /** How many numbers were seen. */
  readonly count: number;
  readonly mean: number;
  /** Sums (not means) of the second, third and fourth powers of the distance from the mean. */
  readonly second: number;
  readonly third: number;
  readonly fourth: number;
}

/** `biased` divides by n (scipy's default), `unbiased` corrects for the sample (pandas, spreadsheets). */
export type Bias = 'biased' | 'unbiased';

/** Returns count, mean and the sums of central powers of `values`; mean is NaN when there are no numbers. */
export function centralMoments(values: Float64Array): CentralMoments {
  const { mean, count: found } = meanOf(values);
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let i = 0; i < values.length; i++) {
    const distance = values[i] - mean;
    if (distance !== distance) continue;
    const square = distance * distance;
    second += square;
    third += square * distance;
    fourth += square * square;
  }
  return { count: found, mean, second, third, fourth };
}

/**
 * Returns the variance of `values` in their unit squared, dividing by n − `ddof`; NaN with too few numbers.
 * `ddof` is 1 for a sample (the default), 0 for a population.
 */
export function variance(values: Float64Array, ddof = 1): number {
  return meanAndVariance(values, ddof).variance;
}

/** Returns mean and variance of `values` in two passes; see `variance`. */
export function meanAndVariance(values: Float64Array, ddof = 1): { mean: number; variance: number } {
  const { mean, count: found } = meanOf(values);
  let square = 0;
  let drift = 0;
  for (let i = 0; i < values.length; i++) {
    const distance = values[i] - mean;
    if (distance !== distance) continue;
    square += distance * distance;
    drift += distance;
  }
  if (found <= ddof) return { mean, variance: Number.NaN };
  // The second term removes what the rounding of the mean itself contributes (corrected two-pass algorithm).
  return { mean, variance: Math.max(0, square - (drift * drift) / found) / (found - ddof) };
}

/** Returns the standard deviation of `values` in their unit; see `variance`. */
export function deviation(values: Float64Array, ddof = 1): number {
  return Math.sqrt(variance(values, ddof));
}

/**
 * Returns the skewness, without unit: 0 for a symmetric series, negative with a long left tail.
 *
 * `biased` is m3 / m2^1.5; `unbiased` multiplies by √(n(n−1))/(n−2) and needs three numbers. NaN for a flat series.
 * Source: D. N. Joanes and C. A. Gill, "Comparing measures of sample skewness and kurtosis", The Statistician 47
 * (1998): g1 and G1.
 */
export function skewness(values: Float64Array, bias: Bias = 'biased'): number {
  const { count: n, second, third } = centralMoments(values);
  const biased = third / n / (second / n) ** 1.5;
  if (bias === 'biased') return biased;
  return n < 3 ? Number.NaN : (biased * Math.sqrt(n * (n - 1))) / (n - 2);
}

/**
 * Returns the excess kurtosis, without unit: 0 for a normal distribution, positive with heavy tails.
 *
 * `biased` is m4 / m2² − 3; `unbiased` is G2 of Joanes and Gill and needs four numbers. NaN for a flat series.
 */
export function kurtosis(values: Float64Array, bias: Bias = 'biased'): number {
  const { count: n, second, fourth } = centralMoments(values);
  const biased = fourth / n / (second / n) ** 2 - 3;
  if (bias === 'biased') return biased;
  return n < 4 ? Number.NaN : ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * biased + 6);
}
