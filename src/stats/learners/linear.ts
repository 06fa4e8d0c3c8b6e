/**
 * Linear models that are held back, for signals that are many and alike: ridge, lasso and the elastic net.
 *
 * Columns are features, each as long as `y`, without NaN; scale them first (scaler.ts). The intercept is not held back.
 */
import { assert } from '../../base/assert.ts';
import { cholesky, solveCholesky } from '../linear-algebra.ts';
import { mean } from '../sum.ts';

export interface LinearModel {
  readonly coefficients: Float64Array;
  readonly intercept: number;
}

/** Returns the model's value for every row of `columns`, in the unit of its target. */
export function predict(model: LinearModel, columns: readonly Float64Array[]): Float64Array {
  const values = new Float64Array(columns[0]?.length ?? 0).fill(model.intercept);
  columns.forEach((column, j) => {
    for (let i = 0; i < values.length; i++) values[i] += model.coefficients[j] * column[i];
  });
  return values;
}

/**
 * Minimises Σ(y − Xw − c)² + alpha·Σw². `alpha` ≥ 0; at 0 the columns must be independent.
 * Source: A. E. Hoerl and R. W. Kennard, Technometrics 12 (1970).
 */
export function ridge(columns: readonly Float64Array[], y: Float64Array, alpha: number, intercept = true): LinearModel {
  const { centred, target, means, level } = centre(columns, y, intercept);
  const k = columns.length;
  const gram = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) gram[i * k + j] = dot(centred[i], centred[j]) + (i === j ? alpha : 0);
  }
  const factor = cholesky(gram, k);
  assert(factor !== undefined, 'the columns depend on each other; ridge needs an alpha above 0');
  const coefficients = solveCholesky(
    factor,
    Float64Array.from(centred, (column) => dot(column, target)),
  );
  return { coefficients, intercept: level - dot(coefficients, means) };
}

/**
 * Minimises Σ(y − Xw − c)²/(2n) + alpha·share·Σ|w| + alpha·(1 − share)/2·Σw² by coordinate descent. `share` 1 is the
 * lasso. Coefficients that do not earn their keep are exactly 0.
 * Source: J. Friedman, T. Hastie, R. Tibshirani, Journal of Statistical Software 33 (2010).
 */
export function elasticNet(
  columns: readonly Float64Array[],
  y: Float64Array,
  alpha: number,
  share = 0.5,
  stepsMax = 10_000,
): LinearModel {
  const { centred, target, means, level } = centre(columns, y, true);
  const n = y.length;
  const residual = target.slice();
  const coefficients = new Float64Array(columns.length);
  const lengths = centred.map((column) => dot(column, column) / n);
  for (let step = 0; step < stepsMax; step++) {
    let moved = 0;
    for (let j = 0; j < columns.length; j++) {
      if (lengths[j] === 0) continue;
      const column = centred[j];
      const before = coefficients[j];
      const pull = dot(column, residual) / n + lengths[j] * before;
      const kept = Math.sign(pull) * Math.max(Math.abs(pull) - alpha * share, 0);
      coefficients[j] = kept / (lengths[j] + alpha * (1 - share));
      const change = coefficients[j] - before;
      if (change !== 0) for (let i = 0; i < n; i++) residual[i] -= change * column[i];
      moved = Math.max(moved, Math.abs(change));
    }
    const largest = coefficients.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
    if (moved <= 1e-13 * largest || largest === 0) break;
  }
  return { coefficients, intercept: level - dot(coefficients, means) };
}

/** Returns R² of predictions, at most 1 and below 0 when worse than the mean of `y`. */
export function explained(y: Float64Array, predicted: Float64Array): number {
  const level = mean(y);
  let unexplained = 0;
  let whole = 0;
  for (let i = 0; i < y.length; i++) {
    unexplained += (y[i] - predicted[i]) ** 2;
    whole += (y[i] - level) ** 2;
  }
  return 1 - unexplained / whole;
}

interface Centred {
  readonly centred: Float64Array[];
  readonly target: Float64Array;
  readonly means: Float64Array;
  readonly level: number;
}

function centre(columns: readonly Float64Array[], y: Float64Array, intercept: boolean): Centred {
  for (const column of columns) assert(column.length === y.length, 'columns and y must have one length');
  const means = Float64Array.from(columns, (column) => (intercept ? mean(column) : 0));
  const level = intercept ? mean(y) : 0;
  return {
    centred: columns.map((column, j) => column.map((value) => value - means[j])),
    target: y.map((value) => value - level),
    means,
    level,
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let product = 0;
  for (let i = 0; i < a.length; i++) product += a[i] * b[i];
  return product;
}

/**
 * Returns the weights (C + lambda·I)⁻¹·m that blend signals with correlations C (row by row) and merits m: signals that
 * say the same share the weight of one.
 */
export function ridgeBlend(correlations: Float64Array, merits: Float64Array, lambda: number): Float64Array {
  const k = merits.length;
  const held = correlations.map((value, at) => value + (Math.floor(at / k) === at % k ? lambda : 0));
  const factor = cholesky(held, k);
  assert(factor !== undefined, 'the signals depend on each other; the blend needs a lambda above 0');
  return solveCholesky(factor, merits);
}
