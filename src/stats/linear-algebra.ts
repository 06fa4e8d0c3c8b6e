/**
 * The little linear algebra that regressions and covariances need: symmetric systems, solved exactly once.
 *
 * Matrices are `Float64Array`s, row by row.
 */
import { assert } from '../base/assert.ts';

/**
 * Returns the lower Cholesky factor L of a symmetric positive definite n × n matrix (A = L·Lᵀ), or `undefined` when it
 * is not positive definite: for a regression, when a column is a mixture of others.
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array | undefined {
  assert(matrix.length === n * n, 'the matrix must be square');
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let value = matrix[i * n + j];
      for (let k = 0; k < j; k++) value -= factor[i * n + k] * factor[j * n + k];
      if (i !== j) factor[i * n + j] = value / factor[j * n + j];
      else if (value > 1e-14 * matrix[i * n + i]) factor[i * n + i] = Math.sqrt(value);
      else return undefined;
    }
  }
  return factor;
}

/** Returns x with L·Lᵀ·x = `right`. */
export function solveCholesky(factor: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const x = right.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= factor[i * n + k] * x[k];
    x[i] /= factor[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= factor[k * n + i] * x[k];
    x[i] /= factor[i * n + i];
  }
  return x;
}

/** Returns the inverse of the matrix whose Cholesky factor is given. */
export function inverseFromCholesky(factor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const unit = new Float64Array(n);
    unit[j] = 1;
    const column = solveCholesky(factor, unit);
    for (let i = 0; i < n; i++) inverse[i * n + j] = column[i];
  }
  return inverse;
}
