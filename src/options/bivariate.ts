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

/** How far the table goes to either side. */
export const TABLE_REACH = 6.5;
const PER_UNIT = 16;
const SIDE = 2 * TABLE_REACH * PER_UNIT + 1;
const SINGLE_REACH = 12;
const SINGLE_PER_UNIT = 64;
/** The last place in the tables that has a next one. */
const LAST = SIDE - 1 - 1e-9;
const SINGLE_LAST = 2 * SINGLE_REACH * SINGLE_PER_UNIT - 1e-9;

// A place to hand over one pair of bounds; nothing is kept in it.
const single = new Float64Array(2);

/**
 * The same probability from a table, to 1e-7 and in a tenth of the time: for approximations that are cruder anyway.
 *
 * The table holds value, both slopes and the density on a grid of sixteenths; between them a bicubic Hermite surface.
 * Beside it stands Φ alone, to 2e-10, from values and slopes at every 64th.
 */
export class BivariateTable {
  private readonly cells: Float64Array;
  private readonly singles: Float64Array;

  /** `correlation` in (−1, 1), |correlation| ≤ 0.8. Building the table takes some milliseconds. */
  constructor(correlation: number) {
    const exact = new BivariateNormal(correlation, 16);
    const rest = Math.sqrt(1 - correlation * correlation);
    const step = 1 / PER_UNIT;
    this.cells = new Float64Array(4 * SIDE * SIDE);
    // The first row and column stay nought: formulas multiply what lies beyond by numbers of any size.
    for (let i = 1; i < SIDE; i++) {
      for (let j = 1; j < SIDE; j++) {
        const a = i * step - TABLE_REACH;
        const b = j * step - TABLE_REACH;
        const beyond = (b - correlation * a) / rest;
        const cell = 4 * (i * SIDE + j);
        this.cells[cell] = exact.below(a, b);
        this.cells[cell + 1] = step * normalPdf(a) * normalCdf(beyond);
        this.cells[cell + 2] = step * normalPdf(b) * normalCdf((a - correlation * b) / rest);
        this.cells[cell + 3] = (step * step * normalPdf(a) * normalPdf(beyond)) / rest;
      }
    }
    this.singles = new Float64Array(4 * SINGLE_REACH * SINGLE_PER_UNIT + 2);
    for (let i = 1; 2 * i < this.singles.length; i++) {
      const x = i / SINGLE_PER_UNIT - SINGLE_REACH;
      this.singles[2 * i] = normalCdf(x);
      this.singles[2 * i + 1] = normalPdf(x) / SINGLE_PER_UNIT;
    }
  }

  /** P(X < a, Y < b): 0 where a bound is below −6.5; one above 6.5 counts as 6.5. */
  below(a: number, b: number): number {
    single[0] = a;
    single[1] = b;
    this.differencesBelow(single, 1, 1);
    return single[0];
  }

  /**
   * Replaces each of the first `count` values a by P(X < a, Y < b), where b stands `count` places on; with `terms` 2
   * less P(X < a, Y < c), where c stands twice as far on. In place and many at once, because what stands still is the
   * cost of a call.
   */
  differencesBelow(bounds: Float64Array, count: number, terms: 1 | 2): void {
    const { cells } = this;
    for (let k = 0; k < count; k++) {
      const x = Math.max(0, Math.min(LAST, (bounds[k] + TABLE_REACH) * PER_UNIT));
      const i = x | 0;
      const t = x - i;
      const rest = 1 - t;
      const t1 = t * t * (3 - 2 * t);
      const t0 = 1 - t1;
      const s0 = t * rest * rest;
      const s1 = -t * t * rest;
      let sum = 0;
      for (let place = k + terms * count; place > k; place -= count) {
        const y = Math.max(0, Math.min(LAST, (bounds[place] + TABLE_REACH) * PER_UNIT));
        const j = y | 0;
        const u = y - j;
        const c = 4 * (SIDE * i + j);
        const d = c + 4 * SIDE;
        // Along a first: value and slope in b at both ends of the cell's side.
        const low = t0 * cells[c] + t1 * cells[d] + s0 * cells[c + 1] + s1 * cells[d + 1];
        const lowSlope = t0 * cells[c + 2] + t1 * cells[d + 2] + s0 * cells[c + 3] + s1 * cells[d + 3];
        const high = t0 * cells[c + 4] + t1 * cells[d + 4] + s0 * cells[c + 5] + s1 * cells[d + 5];
        const highSlope = t0 * cells[c + 6] + t1 * cells[d + 6] + s0 * cells[c + 7] + s1 * cells[d + 7];
        const u1 = u * u * (3 - 2 * u);
        sum = low + u1 * (high - low) + u * (1 - u) * ((1 - u) * lowSlope - u * highSlope) - sum;
      }
      bounds[k] = sum;
    }
  }

  /** Replaces the first `count` values x by Φ(x), 0 below −12. */
  singlesBelow(values: Float64Array, count: number): void {
    const { singles } = this;
    for (let k = 0; k < count; k++) {
      const x = Math.max(0, Math.min(SINGLE_LAST, (values[k] + SINGLE_REACH) * SINGLE_PER_UNIT));
      const i = x | 0;
      const t = x - i;
      const rest = 1 - t;
      const c = 2 * i;
      const low = singles[c];
      values[k] =
        low + t * t * (3 - 2 * t) * (singles[c + 2] - low) + t * rest * (rest * singles[c + 1] - t * singles[c + 3]);
    }
  }
}
