/**
 * Isotonic regression: the best rising curve through noisy points, to turn scores into honest probabilities.
 *
 * Source: R. E. Barlow et al., Statistical Inference under Order Restrictions (1972): pool adjacent violators.
 */

export interface IsotonicCurve {
  /** Rising; between two of them the curve is straight, beyond them flat. */
  readonly x: Float64Array;
  /** Never falling, paired with `x`. */
  readonly y: Float64Array;
}

/** Fits the rising curve with the least squared distance to the points; points of equal x are averaged first. */
export function isotonic(x: Float64Array, y: Float64Array): IsotonicCurve {
  const order = Array.from(x.keys()).sort((a, b) => x[a] - x[b]);
  const blocks: { from: number; to: number; total: number; weight: number }[] = [];
  let lastX = Number.NaN;
  for (const at of order) {
    const top = blocks.at(-1);
    if (top !== undefined && x[at] === lastX) {
      top.total += y[at];
      top.weight++;
    } else blocks.push({ from: x[at], to: x[at], total: y[at], weight: 1 });
    lastX = x[at];
  }
  const pooled: typeof blocks = [];
  for (const block of blocks) {
    pooled.push({ ...block });
    while (pooled.length > 1) {
      const [before, last] = pooled.slice(-2);
      if (before.total / before.weight < last.total / last.weight) break;
      pooled.pop();
      before.to = last.to;
      before.total += last.total;
      before.weight += last.weight;
    }
  }
  const points = pooled.flatMap(({ from, to, total, weight }) => {
    const level = total / weight;
    return from === to ? [[from, level]] : [[from, level], [to, level]]; // prettier-ignore
  });
  return { x: Float64Array.from(points, ([at]) => at), y: Float64Array.from(points, ([, level]) => level) };
}

/** Returns the curve's height at `x`; beyond its ends the nearest end's. */
export function isotonicValue(curve: IsotonicCurve, x: number): number {
  const last = curve.x.length - 1;
  if (x <= curve.x[0]) return curve.y[0];
  if (x >= curve.x[last]) return curve.y[last];
  const above = curve.x.findIndex((at) => at >= x);
  const share = (x - curve.x[above - 1]) / (curve.x[above] - curve.x[above - 1]);
  return curve.y[above - 1] + share * (curve.y[above] - curve.y[above - 1]);
}
