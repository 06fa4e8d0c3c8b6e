/**
 * One expiry's smile in five numbers: the raw SVI curve, its fit to quotes and its no-arbitrage checks.
 *
 * Total variance w = σ²T as a function of log-moneyness k = ln(strike/forward):
 * w(k) = a + b·(ρ·(k − m) + √((k − m)² + s²)).
 * Sources: J. Gatheral, A. Jacquier, "Arbitrage-free SVI volatility surfaces", Quantitative Finance 14 (2014); the
 * fit in two nested parts after Zeliade Systems, "Quasi-explicit calibration of Gatheral's SVI model" (2009).
 */
import { assert } from '../base/assert.ts';

/** The steepest that total variance may be far from the money. Source: R. W. Lee, Mathematical Finance 14 (2004). */
const WING_MAX = 2;

export interface Svi {
  /** Level of total variance. */
  readonly a: number;
  /** Slope of the wings, from 0 up. */
  readonly b: number;
  /** Tilt, −1 … 1. */
  readonly rho: number;
  /** Where the curve turns, in log-moneyness. */
  readonly m: number;
  /** Roundness of the turn, above 0, in log-moneyness. */
  readonly s: number;
}

/** Returns total variance at log-moneyness `k`. */
export function sviVariance(curve: Svi, k: number): number {
  const x = k - curve.m;
  return curve.a + curve.b * (curve.rho * x + Math.sqrt(x * x + curve.s * curve.s));
}

/**
 * Returns Gatheral's g at `k`: the implied density is g times a positive factor, so a negative g is butterfly
 * arbitrage.
 */
export function sviDensityFactor(curve: Svi, k: number): number {
  const x = k - curve.m;
  const root = Math.sqrt(x * x + curve.s * curve.s);
  const w = curve.a + curve.b * (curve.rho * x + root);
  const slope = curve.b * (curve.rho + x / root);
  const bend = (curve.b * curve.s * curve.s) / (root * root * root);
  const first = 1 - (k * slope) / (2 * w);
  return first * first - 0.25 * slope * slope * (1 / w + 0.25) + 0.5 * bend;
}

/** Where a smile or a pair of smiles offers a free lunch. */
export interface ArbitrageFinding {
  readonly code: 'svi.negative-variance' | 'svi.steep-wing' | 'svi.butterfly' | 'svi.calendar';
  readonly rule: string;
  /** Log-moneyness at which it was found. */
  readonly k: number;
}

/** Log-moneyness from −2 to 2 in steps of 0.01: a seventh of the forward to seven times it. */
const GRID = Float64Array.from({ length: 401 }, (_, i) => -2 + 0.01 * i);

/** Checks one smile: positive variance, wings no steeper than 2 (Lee), density nowhere negative. Worst finding of each. */
export function checkButterfly(curve: Svi): ArbitrageFinding[] {
  const findings: ArbitrageFinding[] = [];
  const lowest = curve.a + curve.b * curve.s * Math.sqrt(1 - curve.rho * curve.rho);
  if (!(lowest >= 0)) {
    findings.push({
      code: 'svi.negative-variance',
      rule: `least total variance must be 0 or more, was ${lowest}`,
      k: curve.m,
    });
  }
  const wing = curve.b * (1 + Math.abs(curve.rho));
  if (!(wing <= WING_MAX * (1 + 1e-9))) {
    findings.push({
      code: 'svi.steep-wing',
      rule: `wing slope must be at most ${WING_MAX}, was ${wing}`,
      k: Math.sign(curve.rho) * Infinity,
    });
  }
  const [k, g] = leastOver((point) => sviDensityFactor(curve, point));
  if (!(g >= -1e-12)) findings.push({ code: 'svi.butterfly', rule: `density factor must be 0 or more, was ${g}`, k });
  return findings;
}

/** Checks that total variance never falls from the nearer to the farther expiry. */
export function checkCalendar(near: Svi, far: Svi): ArbitrageFinding[] {
  const [k, gap] = leastOver((point) => sviVariance(far, point) - sviVariance(near, point));
  if (gap >= -1e-12) return [];
  return [{ code: 'svi.calendar', rule: `total variance must not fall with time, fell by ${-gap}`, k }];
}

function leastOver(value: (k: number) => number): [k: number, least: number] {
  let [at, least] = [0, Infinity];
  for (const k of GRID) {
    const here = value(k);
    if (!(here >= least)) [at, least] = [k, here];
  }
  return [at, least];
}

export interface SmilePoint {
  /** ln(strike/forward). */
  readonly k: number;
  /** Total variance σ²T. */
  readonly variance: number;
  /** Weight of the point, from 0 up: vega over spread is a good one. 1 unless told. */
  readonly weight?: number;
}

export interface SviFit {
  readonly curve: Svi;
  /** Weighted root mean square error of total variance. */
  readonly error: number;
  readonly findings: readonly ArbitrageFinding[];
}

/**
 * Fits a smile to at least five points. The outer search (Nelder and Mead) is over turn and roundness only; level,
 * slope and tilt follow from linear least squares, kept where b ≥ 0, |ρ| ≤ 1 and no wing is steeper than 2: beyond the
 * quotes nothing else would hold them. What arbitrage is left is reported, not hidden.
 */
export function fitSvi(points: readonly SmilePoint[]): SviFit {
  assert(points.length >= 5, () => `a smile needs five points, has ${points.length}`);
  const ks = points.map((point) => point.k);
  const [low, high] = [Math.min(...ks), Math.max(...ks)];
  const width = Math.max(high - low, 1e-3);
  const cost = (m: number, logS: number): number => {
    const outside = Math.max(0, Math.abs(m - 0.5 * (low + high)) / width - 1.5) + Math.max(0, logS - 1, -7 - logS);
    return linearPart(points, m, Math.exp(logS)).error * (1 + outside) + 1e-9 * outside;
  };
  let best: [m: number, logS: number, cost: number] = [0, 0, Infinity];
  for (const m of [low, 0.5 * (low + high), 0, high]) {
    for (const s of [0.05, 0.3]) {
      const found = nelderMead(cost, m, Math.log(s * width + 1e-3), 0.2 * width, 0.7);
      if (found[2] < best[2]) best = found;
    }
  }
  const { curve, error } = linearPart(points, best[0], Math.exp(best[1]));
  return { curve, error, findings: checkButterfly(curve) };
}

/**
 * Level, slope and tilt for given turn and roundness: w = a + c·y + d·√(y² + 1) with y = (k − m)/s, d ≥ 0, |c| ≤ d, and
 * wings that are not steeper than 2, d + |c| ≤ 2s.
 */
function linearPart(points: readonly SmilePoint[], m: number, s: number): { curve: Svi; error: number } {
  const curveAt = (a: number, c: number, d: number): Svi => ({ a, b: d / s, rho: d > 0 ? c / d : 0, m, s });
  const columns = points.map(({ k }) => [(k - m) / s, Math.hypot((k - m) / s, 1)] as const);
  const whole = leastSquares(points, (i) => [1, columns[i][0], columns[i][1]]);
  const [a, c, d] = whole.solution;
  if (d >= 0 && Math.abs(c) <= d && d + Math.abs(c) <= WING_MAX * s) {
    return { curve: curveAt(a, c, d), error: whole.error };
  }
  // The error is convex, so the best that is allowed lies on the edge of what is: a kite of slopes (c, d).
  const corners = [
    [0, 0],
    [0.5 * WING_MAX * s, 0.5 * WING_MAX * s],
    [0, WING_MAX * s],
    [-0.5 * WING_MAX * s, 0.5 * WING_MAX * s],
  ] as const;
  const edges = corners.map((from, i) => {
    const to = corners[(i + 1) % corners.length];
    const along = ([y, z]: readonly [number, number]): number => (to[0] - from[0]) * y + (to[1] - from[1]) * z;
    const rest = points.map((point, n) => {
      const [y, z] = columns[n];
      return { ...point, variance: point.variance - from[0] * y - from[1] * z };
    });
    const free = leastSquares(rest, (n) => [1, along(columns[n])]);
    const share = Math.min(1, Math.max(0, free.solution[1]));
    const level = leastSquares(
      rest.map((point, n) => ({ ...point, variance: point.variance - share * along(columns[n]) })),
      () => [1],
    );
    const slopes = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])] as const;
    return { curve: curveAt(level.solution[0], ...slopes), error: level.error };
  });
  return edges.reduce((least, next) => (next.error < least.error ? next : least));
}

/** Weighted least squares of total variance by normal equations; returns the solution and the rms error. */
function leastSquares(
  points: readonly SmilePoint[],
  columnsAt: (point: number) => readonly number[],
): { solution: number[]; error: number } {
  const size = columnsAt(0).length;
  const matrix = Array.from({ length: size }, () => Array.from({ length: size + 1 }, () => 0));
  for (const [n, { variance, weight = 1 }] of points.entries()) {
    const row = columnsAt(n);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) matrix[i][j] += weight * row[i] * row[j];
      matrix[i][size] += weight * row[i] * variance;
    }
  }
  for (let i = 0; i < size; i++) {
    matrix[i][i] *= 1 + 1e-13;
    for (let r = i + 1; r < size; r++) {
      const factor = matrix[i][i] === 0 ? 0 : matrix[r][i] / matrix[i][i];
      for (let j = i; j <= size; j++) matrix[r][j] -= factor * matrix[i][j];
    }
  }
  const solution = Array.from({ length: size }, () => 0);
  for (let i = size - 1; i >= 0; i--) {
    let rest = matrix[i][size];
    for (let j = i + 1; j < size; j++) rest -= matrix[i][j] * solution[j];
    solution[i] = matrix[i][i] === 0 ? 0 : rest / matrix[i][i];
  }
  let [sum, weights] = [0, 0];
  for (const [n, { variance, weight = 1 }] of points.entries()) {
    const fitted = columnsAt(n).reduce((total, column, i) => total + column * solution[i], 0);
    sum += weight * (fitted - variance) ** 2;
    weights += weight;
  }
  return { solution, error: Math.sqrt(sum / weights) };
}

type Vertex = [x: number, y: number, cost: number];

/** The simplex search of Nelder and Mead (1965) in two dimensions. */
function nelderMead(
  cost: (x: number, y: number) => number,
  x: number,
  y: number,
  stepX: number,
  stepY: number,
): Vertex {
  const at = (u: number, v: number): Vertex => [u, v, cost(u, v)];
  const simplex: Vertex[] = [at(x, y), at(x + stepX, y), at(x, y + stepY)];
  for (let i = 0; i < 200; i++) {
    simplex.sort((p, q) => p[2] - q[2]);
    const [best, middle, worst] = simplex;
    if (Math.abs(worst[2] - best[2]) <= 1e-14 * (1 + Math.abs(best[2])) && i > 20) break;
    const [cx, cy] = [0.5 * (best[0] + middle[0]), 0.5 * (best[1] + middle[1])];
    const toward = (t: number): Vertex => at(cx + t * (worst[0] - cx), cy + t * (worst[1] - cy));
    const reflected = toward(-1);
    if (reflected[2] < best[2]) {
      const expanded = toward(-2);
      simplex[2] = expanded[2] < reflected[2] ? expanded : reflected;
    } else if (reflected[2] < middle[2]) simplex[2] = reflected;
    else {
      const contracted = toward(reflected[2] < worst[2] ? -0.5 : 0.5);
      if (contracted[2] < Math.min(reflected[2], worst[2])) simplex[2] = contracted;
      else {
        simplex[1] = at(0.5 * (best[0] + middle[0]), 0.5 * (best[1] + middle[1]));
        simplex[2] = at(0.5 * (best[0] + worst[0]), 0.5 * (best[1] + worst[1]));
      }
    }
  }
  simplex.sort((p, q) => p[2] - q[2]);
  return simplex[0];
}
