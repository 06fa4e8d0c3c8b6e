/**
 * Does a series come back, and do two series belong together? The tests behind every mean-reversion trade.
 *
 * Sources: D. A. Dickey and W. A. Fuller (1979); R. F. Engle and C. W. J. Granger (1987); p-values by the response
 * surfaces of J. G. MacKinnon, Journal of Business & Economic Statistics 12 (1994), critical values by his
 * "Critical Values for Cointegration Tests" (Queen's University, 2010), both for a constant without trend.
 */
import { assert } from '../../base/assert.ts';
import { normalCdf } from '../../base/normal.ts';
import { regress } from '../regression.ts';

export interface UnitRootTest {
  /** The t statistic: the more negative, the surer the series comes back. */
  readonly statistic: number;
  readonly pValue: number;
  /** Critical values at 1, 5 and 10 %. */
  readonly critical: readonly [number, number, number];
  readonly lags: number;
}

/** Response surfaces by the number of series, one and two. */
const SURFACES = [
  {
    star: -1.61,
    lowest: -18.83,
    highest: 2.74,
    small: [2.1659, 1.4412, 0.038269],
    large: [1.7339, 0.93202, -0.12745, -0.010368],
    critical: [
      [-3.43035, -6.5393, -16.786, -79.433],
      [-2.86154, -2.8903, -4.234, -40.04],
      [-2.56677, -1.5384, -2.809, 0],
    ],
  },
  {
    star: -2.62,
    lowest: -18.86,
    highest: 0.92,
    small: [2.92, 1.5012, 0.039796],
    large: [2.1945, 0.64695, -0.29198, -0.042377],
    critical: [
      [-3.89644, -10.9519, -33.527, 0],
      [-3.33613, -6.1101, -6.823, 0],
      [-3.04445, -4.2412, -2.72, 0],
    ],
  },
] as const;

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((value, coefficient) => value * x + coefficient, 0);
}

function pValue(statistic: number, series: 1 | 2): number {
  const { star, lowest, highest, small, large } = SURFACES[series - 1];
  if (statistic > highest) return 1;
  if (statistic < lowest) return 0;
  return normalCdf(polynomial(statistic <= star ? small : large, statistic));
}

function critical(observations: number, series: 1 | 2): [number, number, number] {
  const [one, five, ten] = SURFACES[series - 1].critical;
  return [polynomial(one, 1 / observations), polynomial(five, 1 / observations), polynomial(ten, 1 / observations)];
}

/**
 * The augmented Dickey–Fuller test with a constant and a given number of lagged differences. `values` without NaN,
 * more than 2·lags + 4 of them. The hypothesis to refute is that the series wanders like a random walk.
 */
export function dickeyFuller(values: Float64Array, lags: number): UnitRootTest {
  const { statistic, observations } = lagged(values, lags, lags, true);
  return { statistic, pValue: pValue(statistic, 1), critical: critical(observations, 1), lags };
}

/** Regresses Δy on y before and its lagged differences, leaving out the first `skip` differences. */
function lagged(
  values: Float64Array,
  lags: number,
  skip: number,
  intercept: boolean,
): { statistic: number; observations: number; aic: number } {
  const changes = Float64Array.from({ length: values.length - 1 }, (_, i) => values[i + 1] - values[i]);
  const columns = [values.subarray(skip, values.length - 1)];
  for (let lag = 1; lag <= lags; lag++) columns.push(changes.subarray(skip - lag, changes.length - lag));
  const fit = regress(changes.subarray(skip), columns, intercept);
  assert(fit !== undefined, 'a flat or perfectly regular series has no unit root test');
  return { statistic: fit.tValues[intercept ? 1 : 0], observations: fit.observations, aic: fit.aic };
}

export interface Cointegration extends UnitRootTest {
  /** a ≈ constant + hedgeRatio · b. */
  readonly hedgeRatio: number;
  readonly constant: number;
  /** a − constant − hedgeRatio · b. */
  readonly spread: Float64Array;
  /** Periods until half of a deviation is gone; ∞ when it does not come back. */
  readonly halfLife: number;
}

/**
 * The Engle–Granger test of two series (usually log prices). Without `lags` their number is chosen by Akaike's
 * criterion up to ⌈12·(n/100)^¼⌉. The hypothesis to refute is that they wander apart.
 */
export function cointegration(a: Float64Array, b: Float64Array, lags = lagsByAkaike(a, b)): Cointegration {
  const fit = regress(a, [b]);
  assert(fit !== undefined, 'the second series must not be flat');
  const spread = fit.residuals;
  const { statistic } = lagged(spread, lags, lags, false);
  return {
    statistic,
    pValue: pValue(statistic, 2),
    critical: critical(a.length - 1, 2),
    lags,
    hedgeRatio: fit.coefficients[1],
    constant: fit.coefficients[0],
    spread,
    halfLife: halfLife(spread),
  };
}

function lagsByAkaike(a: Float64Array, b: Float64Array): number {
  const fit = regress(a, [b]);
  assert(fit !== undefined, 'the second series must not be flat');
  const most = Math.ceil(12 * (a.length / 100) ** 0.25);
  let lags = 0;
  let lowest = Number.POSITIVE_INFINITY;
  // All candidates are judged on the same observations, or their criteria could not be compared.
  for (let candidate = 0; candidate <= most; candidate++) {
    const { aic } = lagged(fit.residuals, candidate, most, false);
    if (aic < lowest) [lags, lowest] = [candidate, aic];
  }
  return lags;
}

/** Returns −ln 2 / slope of the change on the level before, in periods; ∞ when deviations do not shrink. */
export function halfLife(values: Float64Array): number {
  const before = values.subarray(0, values.length - 1);
  const fit = regress(
    before.map((value, i) => values[i + 1] - value),
    [before],
  );
  if (fit === undefined || !(fit.coefficients[1] < 0)) return Number.POSITIVE_INFINITY;
  return -Math.LN2 / fit.coefficients[1];
}
