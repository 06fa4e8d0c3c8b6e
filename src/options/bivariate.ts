/**
 * The probability that two correlated normals both stay below their bounds, for one correlation fixed in advance.
 *
 * A formula that asks for many such probabilities at one correlation pays for its nodes once.
 * Source: Plackett's integral over the correlation in the form of A. Genz, Statistics and Computing 14 (2004).
 */
import { normalCdf } from '../base/normal.ts';
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
