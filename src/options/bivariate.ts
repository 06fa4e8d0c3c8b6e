/**
 * The probability that two correlated normals both stay below their bounds, for one correlation fixed in advance.
 *
 * A formula that asks for many such probabilities at one correlation pays for its nodes once.
 * Source: Plackett's integral over the correlation in the form of A. Genz, Statistics and Computing 14 (2004).
 */
import { normalCdf, normalPdf } from '../base/normal.ts';
import { gaussLegendre } from './quadrature.ts';

export class BivariateNormal {
  private readonly squares: Float64Array;
  private readonly products: Float64Array;
  private readonly weights: Float64Array;

  /** `correlation` in (−1, 1); with |correlation| ≤ 0.8, 8 nodes give about 1e-8 and 20 about 1e-15. */
  constructor(correlation: number, nodes: number) {
    const angle = Math.asin(correlation);
    const rule = gaussLegendre(nodes);
    this.squares = rule.nodes.map((node) => -0.5 / Math.cos(angle * node) ** 2);
    this.products = rule.nodes.map((node) => Math.sin(angle * node) / Math.cos(angle * node) ** 2);
    this.weights = rule.weights.map((weight) => (weight * angle) / (2 * Math.PI));
  }

  /** P(X < a, Y < b). */
  below(a: number, b: number): number {
    if (a < -8 || b < -8) return 0;
    if (a > 8) return normalCdf(b);
    if (b > 8) return normalCdf(a);
    const { squares, products, weights } = this;
    const sum = a * a + b * b;
    const product = a * b;
    let joint = 0;
    for (let i = 0; i < weights.length; i++) joint += weights[i] * Math.exp(sum * squares[i] + product * products[i]);
    return normalCdf(a) * normalCdf(b) + joint;
  }
}

const REACH = 6.5;
const PER_UNIT = 16;
const SIDE = 2 * REACH * PER_UNIT + 1;

/**
 * The same probability from a table, to 1e-7 and in a tenth of the time: for approximations that are cruder anyway.
 *
 * The table holds value, both slopes and the density on a grid of sixteenths; between them a bicubic Hermite surface.
 */
export class BivariateTable {
  private readonly cells: Float64Array;

  /** `correlation` in (−1, 1), |correlation| ≤ 0.8. Building the table takes some milliseconds. */
  constructor(correlation: number) {
    const exact = new BivariateNormal(correlation, 16);
    const rest = Math.sqrt(1 - correlation * correlation);
    const step = 1 / PER_UNIT;
    this.cells = new Float64Array(4 * SIDE * SIDE);
    for (let i = 0; i < SIDE; i++) {
      for (let j = 0; j < SIDE; j++) {
        const a = i * step - REACH;
        const b = j * step - REACH;
        const beyond = (b - correlation * a) / rest;
        const cell = 4 * (i * SIDE + j);
        this.cells[cell] = exact.below(a, b);
        this.cells[cell + 1] = step * normalPdf(a) * normalCdf(beyond);
        this.cells[cell + 2] = step * normalPdf(b) * normalCdf((a - correlation * b) / rest);
        this.cells[cell + 3] = (step * step * normalPdf(a) * normalPdf(beyond)) / rest;
      }
    }
  }

  /** P(X < a, Y < b). */
  below(a: number, b: number): number {
    if (a <= -REACH || b <= -REACH) return 0;
    if (a >= REACH) return normalCdf(b);
    if (b >= REACH) return normalCdf(a);
    const { cells } = this;
    const x = (a + REACH) * PER_UNIT;
    const y = (b + REACH) * PER_UNIT;
    const i = Math.floor(x);
    const j = Math.floor(y);
    const t = x - i;
    const u = y - j;
    const c = 4 * (i * SIDE + j);
    const d = c + 4 * SIDE;
    const t1 = t * t * (3 - 2 * t);
    const s0 = t * (1 - t) * (1 - t);
    const s1 = t * t * (t - 1);
    const t0 = 1 - t1;
    // Along a first: value and slope in b at both ends of the cell's side.
    const low = t0 * cells[c] + t1 * cells[d] + s0 * cells[c + 1] + s1 * cells[d + 1];
    const lowSlope = t0 * cells[c + 2] + t1 * cells[d + 2] + s0 * cells[c + 3] + s1 * cells[d + 3];
    const high = t0 * cells[c + 4] + t1 * cells[d + 4] + s0 * cells[c + 5] + s1 * cells[d + 5];
    const highSlope = t0 * cells[c + 6] + t1 * cells[d + 6] + s0 * cells[c + 7] + s1 * cells[d + 7];
    const u1 = u * u * (3 - 2 * u);
    return (1 - u1) * low + u1 * high + u * (1 - u) * (1 - u) * lowSlope + u * u * (u - 1) * highSlope;
  }
}
