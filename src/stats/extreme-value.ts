/**
 * Tail risk beyond history: a generalised Pareto distribution fitted to the losses above a threshold.
 *
 * The fit follows empyrical: threshold 20 %, halved until shape and value at risk come out positive; likelihood
 * maximised by the simplex method from (1, 1). Source: M. Gilli and E. Këllezi, "An Application of Extreme Value
 * Theory for Measuring Financial Risk", Computational Economics 27 (2006), p. 8 and 12.
 */
import { minimize } from './simplex.ts';

export interface ParetoTail {
  /** The loss above which the tail was fitted, a positive fraction; 0 when no tail could be fitted. */
  readonly threshold: number;
  readonly scale: number;
  readonly shape: number;
  /** The loss exceeded with the asked probability, a positive fraction. */
  readonly valueAtRisk: number;
  /** The mean loss beyond it. */
  readonly expectedShortfall: number;
}

const NONE: ParetoTail = { threshold: 0, scale: 0, shape: 0, valueAtRisk: 0, expectedShortfall: 0 };
const FIRST_THRESHOLD = 0.2;
const LAST_THRESHOLD = 1e-9;

/**
 * Returns the fitted tail of the losses in `returns` and its value at risk at `probability` (0.01: one day in a
 * hundred). All zeros when there are fewer than three returns or no losses that a heavy tail fits.
 */
export function paretoTail(returns: Float64Array, probability = 0.01): ParetoTail {
  if (returns.length < 3) return NONE;
  const losses = returns.map((value) => -value).filter((loss) => loss > 0);
  for (let threshold = FIRST_THRESHOLD; threshold > LAST_THRESHOLD; threshold /= 2) {
    const beyond = losses.filter((loss) => loss >= threshold);
    if (beyond.length === 0) continue;
    const fit = minimize((point) => negativeLogLikelihood(point[0], point[1], beyond), [1, 1]);
    if (!fit.converged) continue;
    const [scale, shape] = fit.point as [number, number];
    if (!(shape > 0)) continue;
    const excess = (losses.length / beyond.length) * probability;
    const valueAtRisk = threshold + (scale / shape) * (excess ** -shape - 1);
    if (!(valueAtRisk > 0)) continue;
    const expectedShortfall = shape === 1 ? 0 : valueAtRisk / (1 - shape) + (scale - shape * threshold) / (1 - shape);
    return { threshold, scale, shape, valueAtRisk, expectedShortfall };
  }
  return NONE;
}

function negativeLogLikelihood(scale: number, shape: number, losses: Float64Array): number {
  const n = losses.length;
  let total = 0;
  if (shape !== 0) {
    if (scale <= 0 || shape / scale < 0) return Number.MAX_VALUE;
    for (const loss of losses) total += Math.log((shape / scale) * loss + 1);
    return n * Math.log(scale) + (1 / shape + 1) * total;
  }
  if (scale < 0) return Number.MAX_VALUE;
  for (const loss of losses) total += loss;
  return n * Math.log(scale) + total / scale;
}
