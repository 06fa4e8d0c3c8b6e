/**
 * The quotient of an out-of-the-money price and its vega, which neither underflows nor cancels.
 *
 * With h = −|ln(forward/strike)|/(σ√T) and t = σ√T/2 the normalised price is b = b′·(Y(h + t) − Y(h − t)), where
 * Y = Φ/φ and b′ = φ(h)·exp(−t²/2) is its derivative with respect to σ√T. Pricing and implied vol both stand on it.
 */
import { gaussian, SQRT_TWO_PI, upperTailRatio } from '../base/normal.ts';

/**
 * Returns Y(h + t) − Y(h − t) for h ≤ 0 < t.
 *
 * For small t it is summed as its odd Taylor series, by Y′ = 1 + h·Y and Y⁽ᵏ⁺¹⁾ = h·Y⁽ᵏ⁾ + k·Y⁽ᵏ⁻¹⁾.
 */
export function tailDifference(h: number, t: number): number {
  if (t < 0.2 && h * t > -1.5) {
    const y0 = SQRT_TWO_PI * upperTailRatio(-h);
    const first = 1 + h * y0;
    const tt = t * t;
    let previous = first;
    let current = h * first + y0;
    let term = t;
    let sum = first * term;
    for (let k = 2; k < 24; k += 2) {
      previous = h * current + k * previous;
      term *= tt / (k * (k + 1));
      sum += previous * term;
      if (previous * term < 1e-17 * sum) break;
      current = h * previous + (k + 1) * current;
    }
    return 2 * sum;
  }
  const near = h + t;
  if (near <= 0) return SQRT_TWO_PI * (upperTailRatio(-near) - upperTailRatio(t - h));
  return SQRT_TWO_PI * (1 / gaussian(near) - upperTailRatio(near) - upperTailRatio(t - h));
}
