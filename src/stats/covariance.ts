/**
 * Covariance and correlation of many series at once.
 *
 * Series are columns of one length without NaN; matrices are `Float64Array`s, row by row.
 */
import { assert } from '../base/assert.ts';
import { mean } from './sum.ts';

/** Returns the covariance matrix of `columns` (unit: product of the columns' units), dividing by n − `ddof`. */
export function covarianceMatrix(columns: readonly Float64Array[], ddof = 1): Float64Array {
  const k = columns.length;
  const n = columns[0]?.length ?? 0;
  const centred = columns.map((column) => {
    assert(column.length === n, () => `series must have one length: ${column.length} and ${n}`);
    const average = mean(column);
    return column.map((value) => value - average);
  });
  const matrix = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      const [a, b] = [centred[i], centred[j]];
      let product = 0;
      for (let t = 0; t < n; t++) product += a[t] * b[t];
      matrix[i * k + j] = matrix[j * k + i] = product / (n - ddof);
    }
  }
  return matrix;
}

/** Returns the correlation matrix of `columns`; NaN in the rows of flat series. */
export function correlationMatrix(columns: readonly Float64Array[]): Float64Array {
  const k = columns.length;
  const matrix = covarianceMatrix(columns);
  const spread = columns.map((_, i) => Math.sqrt(matrix[i * k + i]));
  return matrix.map((value, at) => {
    const [i, j] = [Math.floor(at / k), at % k];
    return i === j && spread[i] > 0 ? 1 : value / (spread[i] * spread[j]);
  });
}
