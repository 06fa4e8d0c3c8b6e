/**
 * Anderson mixing: it turns a fixed-point iteration that crawls, or slowly walks away, into one that arrives.
 *
 * The next point is the combination of the last few whose residuals cancel best, in the least-squares sense.
 * Source: D. G. Anderson, J. ACM 12 (1965); the form of Walker and Ni, SIAM J. Numer. Anal. 49 (2011).
 */

const DEPTH = 3;

export class Anderson {
  private readonly size: number;
  private readonly lastResidual: Float64Array;
  private readonly lastImage: Float64Array;
  private readonly residualSteps: Float64Array[];
  private readonly imageSteps: Float64Array[];
  private readonly gram = new Float64Array(DEPTH * DEPTH);
  private readonly weights = new Float64Array(DEPTH);
  private seen = 0;

  constructor(size: number) {
    this.size = size;
    this.lastResidual = new Float64Array(size);
    this.lastImage = new Float64Array(size);
    this.residualSteps = Array.from({ length: DEPTH }, () => new Float64Array(size));
    this.imageSteps = Array.from({ length: DEPTH }, () => new Float64Array(size));
  }

  restart(): void {
    this.seen = 0;
  }

  /**
   * Replaces `point` by the next point, given its `image` under the map that is iterated. Returns the largest distance
   * between the two in the first half of the points: what was still to go before this step.
   */
  advance(point: Float64Array, image: Float64Array): number {
    const { size, lastResidual, lastImage, residualSteps, imageSteps, weights } = this;
    const slot = (this.seen + DEPTH - 1) % DEPTH;
    let largest = 0;
    for (let i = 0; i < size; i++) {
      const residual = image[i] - point[i];
      if (2 * i < size && !(Math.abs(residual) <= largest)) largest = Math.abs(residual);
      if (this.seen > 0) {
        residualSteps[slot][i] = residual - lastResidual[i];
        imageSteps[slot][i] = image[i] - lastImage[i];
      }
      lastResidual[i] = residual;
      lastImage[i] = image[i];
      point[i] = image[i];
    }
    const depth = Math.min(this.seen, DEPTH);
    this.seen++;
    if (depth === 0 || !this.fit(depth)) return largest;
    for (let j = 0; j < depth; j++) {
      const weight = weights[j];
      const steps = imageSteps[j];
      for (let i = 0; i < size; i++) point[i] -= weight * steps[i];
    }
    return largest;
  }

  /** Least squares by normal equations, held up by a trace of ridge; false when nothing useful comes out. */
  private fit(depth: number): boolean {
    const { size, lastResidual, residualSteps, gram, weights } = this;
    for (let a = 0; a < depth; a++) {
      let right = 0;
      for (let i = 0; i < size; i++) right += residualSteps[a][i] * lastResidual[i];
      weights[a] = right;
      for (let b = 0; b <= a; b++) {
        let dot = 0;
        for (let i = 0; i < size; i++) dot += residualSteps[a][i] * residualSteps[b][i];
        gram[a * DEPTH + b] = gram[b * DEPTH + a] = dot;
      }
    }
    for (let a = 0; a < depth; a++) gram[a * DEPTH + a] *= 1 + 1e-10;
    for (let a = 0; a < depth; a++) {
      const pivot = gram[a * DEPTH + a];
      if (!(pivot > 0)) return false;
      for (let b = a + 1; b < depth; b++) {
        const factor = gram[b * DEPTH + a] / pivot;
        for (let c = a; c < depth; c++) gram[b * DEPTH + c] -= factor * gram[a * DEPTH + c];
        weights[b] -= factor * weights[a];
      }
    }
    for (let a = depth - 1; a >= 0; a--) {
      for (let c = a + 1; c < depth; c++) weights[a] -= gram[a * DEPTH + c] * weights[c];
      weights[a] /= gram[a * DEPTH + a];
      if (!Number.isFinite(weights[a])) return false;
    }
    return true;
  }
}
