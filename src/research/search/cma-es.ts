/**
 * CMA-ES: a cloud of points that moves uphill and learns the shape of the hill, so that parameters which must change
 * together do so. When the cloud has shrunk to nothing it starts again with twice as many points.
 *
 * Source: N. Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772 (2016), with the defaults of its table
 * 1; A. Auger and N. Hansen, "A Restart CMA Evolution Strategy with Increasing Population Size", IEEE CEC 2005. On axes
 * with few values the steps are kept wide enough to reach a neighbour (N. Hansen, "A CMA-ES for Mixed-Integer Nonlinear
 * Optimization", INRIA RR-7751, 2011).
 */
import type { Random } from '../../base/random.ts';
import { eigenSymmetric } from '../../stats/eigen.ts';
import { bestFirst, type Goals } from './pareto.ts';
import type { Strategy } from './search.ts';
import { mirrored, type Space } from './space.ts';

/** Size of the first cloud as a share of each axis, and the size at which it has shrunk to nothing. */
const FIRST_STEP = 0.3;
const LAST_STEP = 1e-4;
/** Generations in which the best stays the same before the cloud starts again. */
const STALE_MAX = 12;

export class CmaEs implements Strategy {
  private readonly space: Space;
  private readonly firstSize: number;
  private cloud: Cloud;
  private restarts = 0;
  private best: Goals | undefined;
  private stale = 0;
  private center: Float64Array | undefined;

  /** `size` points make the first cloud's generations; 4 + ⌊3·ln n⌋ is usual. */
  constructor(space: Space, size = usualSize(space.dimensions)) {
    this.space = space;
    this.firstSize = size;
    this.cloud = this.newCloud();
  }

  draw(random: Random): Float64Array[] {
    if (this.center === undefined) {
      // A second cloud starts anywhere: where the first one started it would find the same.
      const { dimensions } = this.space;
      this.center = Float64Array.from({ length: dimensions }, () => (this.restarts === 0 ? 0.5 : random.uniform()));
      this.cloud.mean.set(this.center);
    }
    return this.cloud.draw(random);
  }

  learn(places: readonly Float64Array[], goals: readonly Goals[]): void {
    const order = bestFirst(goals);
    const [top] = order;
    this.cloud.learn(
      order.map((i) => places[i]),
      this.smallestSteps(),
    );
    if (this.best === undefined || goals[top][0] > this.best[0]) {
      this.best = goals[top];
      this.stale = 0;
    } else this.stale++;
    if (this.cloud.width > LAST_STEP && this.stale < STALE_MAX) return;
    this.restarts++;
    this.stale = 0;
    this.center = undefined;
    this.cloud = this.newCloud();
  }

  private newCloud(): Cloud {
    return new Cloud(this.space.dimensions, this.firstSize * 2 ** Math.min(this.restarts, 6));
  }

  /** Of each axis, the deviation below which no neighbouring value would be reached. */
  private smallestSteps(): Float64Array {
    return Float64Array.from(this.space.axes, ({ values }) => (values.length === 0 ? 0 : 0.4 / values.length));
  }
}

export function usualSize(dimensions: number): number {
  return 4 + Math.floor(3 * Math.log(dimensions));
}

/** The distribution of one start. */
class Cloud {
  readonly mean: Float64Array;
  private readonly n: number;
  private readonly size: number;
  private readonly weights: Float64Array;
  private readonly mass: number;
  private step = FIRST_STEP;
  private readonly covariance: Float64Array;
  private readonly stepPath: Float64Array;
  private readonly shapePath: Float64Array;
  private generation = 0;
  /** Principal axes and their lengths. */
  private basis: readonly Float64Array[] = [];
  private lengths = new Float64Array(0);

  constructor(dimensions: number, size: number) {
    this.n = dimensions;
    this.size = size;
    const parents = Math.floor(size / 2);
    const raw = Float64Array.from({ length: parents }, (_, i) => Math.log((size + 1) / 2) - Math.log(i + 1));
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    this.weights = raw.map((weight) => weight / total);
    this.mass = 1 / this.weights.reduce((sum, weight) => sum + weight * weight, 0);
    this.mean = new Float64Array(dimensions).fill(0.5);
    this.covariance = new Float64Array(dimensions * dimensions);
    for (let k = 0; k < dimensions; k++) this.covariance[k * dimensions + k] = 1;
    this.stepPath = new Float64Array(dimensions);
    this.shapePath = new Float64Array(dimensions);
    this.decompose();
  }

  /** The largest deviation along any axis. */
  get width(): number {
    return this.step * this.lengths[0];
  }

  draw(random: Random): Float64Array[] {
    const { n, basis, lengths, mean, step } = this;
    return Array.from({ length: this.size }, () => {
      const places = mean.slice();
      for (let j = 0; j < n; j++) {
        const along = step * lengths[j] * random.normal();
        for (let k = 0; k < n; k++) places[k] += along * basis[j][k];
      }
      return places.map(mirrored);
    });
  }

  /** Moves toward the best; `sorted` from best to worst. */
  learn(sorted: readonly Float64Array[], smallest: Float64Array): void {
    const { n, weights, mass, mean, stepPath, shapePath, covariance } = this;
    const stepRate = (mass + 2) / (n + mass + 5);
    const damping = 1 + 2 * Math.max(0, Math.sqrt((mass - 1) / (n + 1)) - 1) + stepRate;
    const shapeRate = (4 + mass / n) / (n + 4 + (2 * mass) / n);
    const oneRate = 2 / ((n + 1.3) ** 2 + mass);
    const manyRate = Math.min(1 - oneRate, (2 * (mass - 2 + 1 / mass)) / ((n + 2) ** 2 + mass));
    const moves = sorted
      .slice(0, weights.length)
      .map((places) => places.map((place, k) => (place - mean[k]) / this.step));
    const move = new Float64Array(n);
    moves.forEach((each, i) => each.forEach((value, k) => (move[k] += weights[i] * value)));
    for (let k = 0; k < n; k++) mean[k] += this.step * move[k];
    const white = this.whitened(move);
    this.generation++;
    let square = 0;
    for (let k = 0; k < n; k++) {
      stepPath[k] = (1 - stepRate) * stepPath[k] + Math.sqrt(stepRate * (2 - stepRate) * mass) * white[k];
      square += stepPath[k] ** 2;
    }
    const usual = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
    const decay = Math.sqrt(1 - (1 - stepRate) ** (2 * this.generation));
    const isLong = Math.sqrt(square) / decay >= (1.4 + 2 / (n + 1)) * usual;
    for (let k = 0; k < n; k++) {
      shapePath[k] *= 1 - shapeRate;
      if (!isLong) shapePath[k] += Math.sqrt(shapeRate * (2 - shapeRate) * mass) * move[k];
    }
    const kept = 1 - oneRate - manyRate + (isLong ? oneRate * shapeRate * (2 - shapeRate) : 0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let value = kept * covariance[i * n + j] + oneRate * shapePath[i] * shapePath[j];
        moves.forEach((each, m) => (value += manyRate * weights[m] * each[i] * each[j]));
        covariance[i * n + j] = covariance[j * n + i] = value;
      }
    }
    this.step *= Math.exp(Math.min(1, (stepRate / damping) * (Math.sqrt(square) / usual - 1)));
    this.step = Math.min(this.step, 1);
    // On a grid the cloud stays wide enough to see a neighbour.
    for (let k = 0; k < n; k++) {
      const least = (smallest[k] / this.step) ** 2;
      if (covariance[k * n + k] < least) covariance[k * n + k] = least;
    }
    this.decompose();
  }

  /** C^(−1/2) times a vector. */
  private whitened(vector: Float64Array): Float64Array {
    const { n, basis, lengths } = this;
    const white = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      let along = 0;
      for (let k = 0; k < n; k++) along += basis[j][k] * vector[k];
      for (let k = 0; k < n; k++) white[k] += (along / lengths[j]) * basis[j][k];
    }
    return white;
  }

  private decompose(): void {
    const { values, vectors } = eigenSymmetric(this.covariance, this.n);
    this.basis = vectors;
    this.lengths = values.map((value) => Math.sqrt(Math.max(value, 1e-20)));
  }
}
