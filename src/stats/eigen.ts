/**
 * Eigenvalues and principal components of symmetric matrices, by Jacobi's rotations: slow for thousands, exact to the
 * last digits for the tens of series that portfolios have.
 */

export interface Eigen {
  /** From the largest. */
  readonly values: Float64Array;
  /** One unit vector a value, in the same order. */
  readonly vectors: readonly Float64Array[];
}

/** Returns all eigenvalues and vectors of a symmetric n × n matrix, row by row. O(n³) a sweep, about ten sweeps. */
export function eigenSymmetric(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < 100; sweep++) {
    let off = 0;
    let whole = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        whole += a[i * n + j] ** 2;
        if (i !== j) off += a[i * n + j] ** 2;
      }
    }
    if (off <= 1e-32 * whole) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((x, y) => a[y * n + y] - a[x * n + x]);
  return {
    values: Float64Array.from(order, (i) => a[i * n + i]),
    vectors: order.map((i) => Float64Array.from({ length: n }, (_, k) => v[k * n + i])),
  };
}

/** One rotation that makes the entry (p, q) nought. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const entry = a[p * n + q];
  if (entry === 0) return;
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * entry);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p], a[k * n + q]];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[p * n + k], a[q * n + k]];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
    const [f, g] = [v[k * n + p], v[k * n + q]];
    v[k * n + p] = c * f - s * g;
    v[k * n + q] = s * f + c * g;
  }
}
