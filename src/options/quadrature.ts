/**
 * Gauss–Legendre nodes and barycentric Chebyshev rows: the two tables that turn smooth functions into short sums.
 */
import { assert } from '../base/assert.ts';

export interface Quadrature {
  /** Nodes in (0, 1), ascending. */
  readonly nodes: Float64Array;
  /** Weights; they add to 1. */
  readonly weights: Float64Array;
}

/** Gauss–Legendre quadrature on (0, 1), exact for polynomials up to degree 2·count − 1. Roots by Newton's method. */
export function gaussLegendre(count: number): Quadrature {
  assert(count >= 1, () => `a quadrature needs a node, was asked for ${count}`);
  const nodes = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < 20; step++) {
      let below = 1;
      let value = x;
      for (let k = 2; k <= count; k++) [below, value] = [value, ((2 * k - 1) * x * value - (k - 1) * below) / k];
      slope = (count * (x * value - below)) / (x * x - 1);
      const change = value / slope;
      x -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    nodes[i] = 0.5 * (1 - x);
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/** The points (1 + cos(iπ/degree))/2 for i = 0 … degree: 1 first, 0 last. */
export function chebyshevPoints(degree: number): Float64Array {
  return Float64Array.from({ length: degree + 1 }, (_, i) => 0.5 * (1 + Math.cos((Math.PI * i) / degree)));
}

/** Writes the coefficients that interpolate values at `chebyshevPoints(degree)` to the point `at` (0 … 1). */
export function chebyshevRow(degree: number, at: number, row: Float64Array): void {
  const points = chebyshevPoints(degree);
  const hit = points.indexOf(at);
  if (hit >= 0) {
    row.fill(0, 0, degree + 1);
    row[hit] = 1;
    return;
  }
  let sum = 0;
  for (let i = 0; i <= degree; i++) {
    const end = i === 0 || i === degree ? 0.5 : 1;
    row[i] = ((i % 2 === 0 ? end : -end) * 1) / (at - points[i]);
    sum += row[i];
  }
  for (let i = 0; i <= degree; i++) row[i] /= sum;
}

/**
 * Nodes z = sin θ with √(1 − z²) = cos θ: the past u = τ·cos²θ and what is left τ·sin²θ both have smooth roots in θ, so
 * the integrals have no singular end.
 */
export function sineNodes(count: number): { z: Float64Array; rest: Float64Array; weights: Float64Array } {
  const { nodes, weights } = gaussLegendre(count);
  const half = Math.PI / 2;
  return {
    z: nodes.map((node) => Math.sin(half * node)),
    rest: nodes.map((node) => Math.cos(half * node)),
    weights: weights.map((weight, k) => weight * half * Math.cos(half * nodes[k])),
  };
}
