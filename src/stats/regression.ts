/**
 * Ordinary least squares with everything needed to judge it: standard errors, t, p, R², and errors that survive
 * autocorrelation.
 *
 * Columns are centred and scaled before the normal equations are solved, which keeps the digits that raw cross products
 * would lose. Source: W. H. Greene, Econometric Analysis, 7th ed., ch. 3–4; W. K. Newey and K. D. West, Econometrica
 * 55 (1987).
 */
import { assert } from '../base/assert.ts';
import { fisherTail, studentTwoSided } from './distributions.ts';
import { cholesky, inverseFromCholesky, solveCholesky } from './linear-algebra.ts';

export interface Regression {
  /** Intercept first (when there is one), then one coefficient a column. */
  readonly coefficients: Float64Array;
  readonly standardErrors: Float64Array;
  readonly tValues: Float64Array;
  /** Two-sided, Student's t with `freedom` degrees. */
  readonly pValues: Float64Array;
  readonly residuals: Float64Array;
  readonly rSquared: number;
  readonly rSquaredAdjusted: number;
  /** The F statistic against the mean alone, and its p-value. */
  readonly fValue: number;
  readonly fPValue: number;
  readonly observations: number;
  readonly freedom: number;
  readonly logLikelihood: number;
  readonly aic: number;
  readonly bic: number;
  readonly durbinWatson: number;
  /** (XᵀX)⁻¹ in the order of the coefficients, for further error estimates. */
  readonly inverseGram: Float64Array;
}

/**
 * Regresses `y` on `columns` (each as long as `y`, none with NaN). `undefined` when the columns depend on each other.
 * Fewer observations than coefficients is a bug.
 */
export function regress(y: Float64Array, columns: readonly Float64Array[], intercept = true): Regression | undefined {
  const n = y.length;
  const design = intercept ? [new Float64Array(n).fill(1), ...columns] : [...columns];
  const k = design.length;
  assert(n > k, () => `more observations than coefficients are needed: ${n} and ${k}`);
  for (const column of columns) assert(column.length === n, 'columns and y must have one length');
  const scaled = conditioned(columns, intercept);
  const gram = new Float64Array(columns.length ** 2);
  for (let i = 0; i < columns.length; i++) {
    for (let j = 0; j <= i; j++) {
      gram[i * columns.length + j] = gram[j * columns.length + i] = dot(scaled[i].values, scaled[j].values);
    }
  }
  const factor = cholesky(gram, columns.length);
  if (factor === undefined) return undefined;
  const level = intercept ? total(y) / n : 0;
  const slopes = solveCholesky(
    factor,
    Float64Array.from(scaled, ({ values }) => dot(values, y)),
  ).map((slope, j) => slope / scaled[j].scale);
  const constant = level - slopes.reduce((shift, slope, j) => shift + slope * scaled[j].centre, 0);
  const coefficients = intercept ? Float64Array.of(constant, ...slopes) : slopes;
  const residuals = y.map((value, i) => {
    let fitted = 0;
    for (let j = 0; j < k; j++) fitted += coefficients[j] * design[j][i];
    return value - fitted;
  });
  const inverseGram = uncondition(inverseFromCholesky(factor, columns.length), scaled, n, intercept);
  return summarise(y, residuals, coefficients, inverseGram, intercept);
}

function summarise(
  y: Float64Array,
  residuals: Float64Array,
  coefficients: Float64Array,
  inverseGram: Float64Array,
  intercept: boolean,
): Regression {
  const n = y.length;
  const k = coefficients.length;
  const freedom = n - k;
  const unexplained = dot(residuals, residuals);
  const level = intercept ? total(y) / n : 0;
  const whole = y.reduce((square, value) => square + (value - level) ** 2, 0);
  const rSquared = 1 - unexplained / whole;
  const explainers = intercept ? k - 1 : k;
  const fValue = (whole - unexplained) / explainers / (unexplained / freedom);
  const standardErrors = coefficients.map((_, j) => Math.sqrt((unexplained / freedom) * inverseGram[j * k + j]));
  const tValues = coefficients.map((value, j) => value / standardErrors[j]);
  const logLikelihood = (-n / 2) * (Math.log((2 * Math.PI * unexplained) / n) + 1);
  let moved = 0;
  for (let i = 1; i < n; i++) moved += (residuals[i] - residuals[i - 1]) ** 2;
  return {
    coefficients,
    standardErrors,
    tValues,
    pValues: tValues.map((t) => studentTwoSided(t, freedom)),
    residuals,
    rSquared,
    rSquaredAdjusted: 1 - ((1 - rSquared) * (n - (intercept ? 1 : 0))) / freedom,
    fValue,
    fPValue: fisherTail(fValue, explainers, freedom),
    observations: n,
    freedom,
    logLikelihood,
    aic: 2 * k - 2 * logLikelihood,
    bic: k * Math.log(n) - 2 * logLikelihood,
    durbinWatson: moved / unexplained,
    inverseGram,
  };
}

/**
 * Returns Newey–West standard errors with Bartlett weights over `lags` lags, without a small-sample factor: right also
 * when errors are autocorrelated and of changing size.
 */
export function neweyWestErrors(
  fit: Regression,
  columns: readonly Float64Array[],
  lags: number,
  intercept = true,
): Float64Array {
  const n = fit.observations;
  const k = fit.coefficients.length;
  const design = intercept ? [new Float64Array(n).fill(1), ...columns] : [...columns];
  const scores = design.map((column) => column.map((value, i) => value * fit.residuals[i]));
  const meat = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) {
      let value = dot(scores[a], scores[b]);
      for (let lag = 1; lag <= lags; lag++) {
        const weight = 1 - lag / (lags + 1);
        value += weight * dot(scores[a].subarray(lag), scores[b].subarray(0, n - lag));
        value += weight * dot(scores[b].subarray(lag), scores[a].subarray(0, n - lag));
      }
      meat[a * k + b] = value;
    }
  }
  const spread = multiply(multiply(fit.inverseGram, meat, k), fit.inverseGram, k);
  return fit.coefficients.map((_, j) => Math.sqrt(spread[j * k + j]));
}

interface Conditioned {
  readonly values: Float64Array;
  readonly centre: number;
  readonly scale: number;
}

/** Columns of length 1, around their mean when there is an intercept to take it up. */
function conditioned(columns: readonly Float64Array[], intercept: boolean): Conditioned[] {
  return columns.map((column) => {
    const centre = intercept ? total(column) / column.length : 0;
    const moved = column.map((value) => value - centre);
    const scale = Math.sqrt(dot(moved, moved));
    return { values: scale === 0 ? moved : moved.map((value) => value / scale), centre, scale };
  });
}

/** Turns the inverse of the conditioned Gram matrix into that of the design itself. */
function uncondition(
  inverse: Float64Array,
  scaled: readonly Conditioned[],
  n: number,
  intercept: boolean,
): Float64Array {
  const slopes = scaled.length;
  const at = (i: number, j: number): number => inverse[i * slopes + j] / (scaled[i].scale * scaled[j].scale);
  const offset = intercept ? 1 : 0;
  const k = slopes + offset;
  const result = new Float64Array(k * k);
  for (let i = 0; i < slopes; i++) {
    for (let j = 0; j < slopes; j++) result[(i + offset) * k + j + offset] = at(i, j);
  }
  if (!intercept) return result;
  result[0] = 1 / n;
  for (let i = 0; i < slopes; i++) {
    let shift = 0;
    for (let j = 0; j < slopes; j++) shift += at(i, j) * scaled[j].centre;
    result[i + 1] = result[(i + 1) * k] = -shift;
    result[0] += shift * scaled[i].centre;
  }
  return result;
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) product[i * n + j] += a[i * n + k] * b[k * n + j];
  }
  return product;
}

function dot(a: Float64Array, b: Float64Array): number {
  let product = 0;
  for (let i = 0; i < a.length; i++) product += a[i] * b[i];
  return product;
}

function total(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
}
