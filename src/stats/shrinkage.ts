/**
 * Covariances that survive contact with an optimiser: shrunk towards equal variances, or weighted towards today.
 */
import { covarianceMatrix } from './covariance.ts';
import { mean } from './sum.ts';

export interface ShrunkCovariance {
  /** Share of the target (equal variances, no correlation) in the result, 0 … 1. */
  readonly shrinkage: number;
  /** Row by row, in the product of the columns' units. */
  readonly matrix: Float64Array;
}

/**
 * Shrinks the population covariance of `columns` by the intensity of Ledoit and Wolf.
 * Source: O. Ledoit and M. Wolf, "A Well-Conditioned Estimator for Large-Dimensional Covariance Matrices", Journal of
 * Multivariate Analysis 88 (2004).
 */
export function ledoitWolf(columns: readonly Float64Array[]): ShrunkCovariance {
  const p = columns.length;
  const n = columns[0].length;
  const empirical = covarianceMatrix(columns, 0);
  const centred = columns.map((column) => {
    const average = mean(column);
    return column.map((value) => value - average);
  });
  let fourth = 0;
  for (let i = 0; i < n; i++) {
    const square = centred.reduce((total, column) => total + column[i] * column[i], 0);
    fourth += square * square;
  }
  const trace = columns.reduce((total, _, i) => total + empirical[i * p + i], 0);
  const average = trace / p;
  const norm = empirical.reduce((total, value) => total + value * value, 0);
  const distance = (norm - 2 * average * trace + p * average * average) / p;
  const noise = Math.min((fourth / n - norm) / (p * n), distance);
  return shrunk(empirical, p, average, distance === 0 ? 0 : noise / distance);
}

/**
 * Shrinks by the oracle approximating intensity, better for few observations of nearly normal data.
 * Source: Y. Chen, A. Wiesel, Y. Eldar, A. Hero, IEEE Transactions on Signal Processing 58 (2010), as in scikit-learn.
 */
export function oracleApproximating(columns: readonly Float64Array[]): ShrunkCovariance {
  const p = columns.length;
  const empirical = covarianceMatrix(columns, 0);
  const average = columns.reduce((total, _, i) => total + empirical[i * p + i], 0) / p;
  const norm = empirical.reduce((total, value) => total + value * value, 0) / (p * p);
  const bottom = (columns[0].length + 1) * (norm - (average * average) / p);
  return shrunk(empirical, p, average, bottom === 0 ? 1 : Math.min(1, (norm + average * average) / bottom));
}

function shrunk(empirical: Float64Array, p: number, average: number, shrinkage: number): ShrunkCovariance {
  const matrix = empirical.map(
    (value, at) => (1 - shrinkage) * value + (Math.floor(at / p) === at % p ? shrinkage * average : 0),
  );
  return { shrinkage, matrix };
}

/**
 * Returns the covariance of `columns` with weights that fall by (1 − alpha) a period into the past, corrected for the
 * small effective sample (pandas' `ewm(adjust=True).cov()`). For a half-life h alpha is 1 − 2^(−1/h); for a span s it
 * is 2/(s + 1).
 */
export function exponentialCovariance(columns: readonly Float64Array[], alpha: number): Float64Array {
  const p = columns.length;
  const n = columns[0].length;
  const weights = Float64Array.from({ length: n }, (_, i) => (1 - alpha) ** (n - 1 - i));
  const whole = weights.reduce((total, weight) => total + weight, 0);
  const squares = weights.reduce((total, weight) => total + weight * weight, 0);
  const centred = columns.map((column) => {
    const average = column.reduce((total, value, i) => total + weights[i] * value, 0) / whole;
    return column.map((value) => value - average);
  });
  const matrix = new Float64Array(p * p);
  for (let a = 0; a < p; a++) {
    for (let b = 0; b < p; b++) {
      let product = 0;
      for (let i = 0; i < n; i++) product += weights[i] * centred[a][i] * centred[b][i];
      matrix[a * p + b] = (product / whole) * ((whole * whole) / (whole * whole - squares));
    }
  }
  return matrix;
}

/** Returns the smoothing factor of a half-life in periods. */
export function alphaOfHalfLife(periods: number): number {
  return 1 - 2 ** (-1 / periods);
}

/** Returns the smoothing factor of a span in periods. */
export function alphaOfSpan(periods: number): number {
  return 2 / (periods + 1);
}
