/**
 * The early-exercise boundary of an American put, as a Chebyshev polynomial: the heart of the high-precision price.
 *
 * Method: L. Andersen, M. Lake, D. Offengenden, "High-performance American option pricing", J. Comp. Finance 20 (2016).
 * The boundary B(τ) solves a fixed-point equation with two integrals over its own past. In the variables ln(B/X)² and
 * √τ it is so smooth that a dozen nodes suffice; every step is a Jacobi–Newton step at all nodes.
 * Everything here is for strike 1. Of the paper's two forms of the equation the one in φ (system A) is used: it
 * converged faster for every pair of rates tried, equal ones included.
 */
import { normalCdf, normalPdf, SQRT_TWO_PI, upperTailRatio } from '../base/normal.ts';
import { Anderson } from './anderson.ts';
import { chebyshevPoints, chebyshevRow, gaussLegendre } from './quadrature.ts';

/** How much work a price is worth. */
export interface BoundaryScheme {
  /** Degree of the boundary's polynomial. */
  readonly degree: number;
  /** Newton steps at least; more follow while the boundary still moves. */
  readonly steps: number;
  /** Nodes of the integrals in each step. */
  readonly innerNodes: number;
  /** Nodes of the integral that gives the price. */
  readonly outerNodes: number;
}

const INVERSE_SQRT_TWO_PI = 1 / SQRT_TWO_PI;

/** A boundary that moves by less than this in ln B leaves about a hundredth of it as the error of the price. */
const SETTLED = 1e-5;
/** After the last step, a boundary that still moves by so much has no fixed point within reach. */
const ADRIFT = 1e-3;
const STEPS_MAX = 24;

export class ExerciseBoundary {
  readonly scheme: BoundaryScheme;
  /** Outer nodes z in (0, 1) with τ − u = τ·z², and their weights. */
  readonly outerZ: Float64Array;
  readonly outerWeights: Float64Array;
  /** ln B at the outer nodes after `solve`. */
  readonly outerLogs: Float64Array;
  /** ln B(T) after `solve`, for a strike of 1. */
  logAtStart = 0;

  private readonly points: Float64Array;
  private readonly innerZ: Float64Array;
  private readonly innerWeights: Float64Array;
  private readonly innerRows: Float64Array;
  private readonly outerRows: Float64Array;
  /** ln(B/X)² at the nodes, longest time first; the last node (τ = 0) is nought and left out. */
  private readonly squares: Float64Array;
  private readonly distances: Float64Array;
  private readonly next: Float64Array;
  private readonly mixing: Anderson;

  constructor(scheme: BoundaryScheme) {
    const { degree, innerNodes, outerNodes } = scheme;
    this.scheme = scheme;
    this.points = chebyshevPoints(degree);
    const inner = sineNodes(innerNodes);
    const outer = sineNodes(outerNodes);
    this.innerZ = inner.z;
    this.innerWeights = inner.weights;
    this.outerZ = outer.z;
    this.outerWeights = outer.weights;
    this.outerLogs = new Float64Array(outerNodes);
    this.squares = new Float64Array(degree);
    this.distances = new Float64Array(degree);
    this.next = new Float64Array(degree);
    this.mixing = new Anderson(degree);
    this.innerRows = new Float64Array(degree * innerNodes * degree);
    this.outerRows = new Float64Array(outerNodes * degree);
    const row = new Float64Array(degree + 1);
    for (let i = 0; i < degree; i++) {
      for (let k = 0; k < innerNodes; k++) {
        chebyshevRow(degree, this.points[i] * inner.rest[k], row);
        this.innerRows.set(row.subarray(0, degree), (i * innerNodes + k) * degree);
      }
    }
    for (let k = 0; k < outerNodes; k++) {
      chebyshevRow(degree, outer.rest[k], row);
      this.outerRows.set(row.subarray(0, degree), k * degree);
    }
  }

  /**
   * Finds the boundary of a put with strike 1. The caller has made sure that there is exactly one. False when the
   * iteration does not settle, which drifts of more than some twenty times the variance bring about.
   */
  solve(years: number, vol: number, rate: number, dividendYield: number): boolean {
    const { degree, steps, outerNodes } = this.scheme;
    const { squares, distances, mixing, next, outerRows, outerLogs } = this;
    const logLimit = dividendYield > rate ? Math.log(rate / dividendYield) : 0;
    this.guess(years, vol, rate, dividendYield, logLimit);
    for (let i = 0; i < degree; i++) distances[i] = Math.sqrt(squares[i]);
    mixing.restart();
    let toGo = Infinity;
    for (let step = 0; step < STEPS_MAX && (step < steps || toGo > SETTLED); step++) {
      this.step(years, vol, rate, dividendYield, logLimit);
      toGo = mixing.advance(distances, next);
      for (let i = 0; i < degree; i++) squares[i] = distances[i] * distances[i];
    }
    this.logAtStart = logLimit - Math.sqrt(squares[0]);
    for (let k = 0; k < outerNodes; k++) {
      let square = 0;
      for (let j = 0; j < degree; j++) square += outerRows[k * degree + j] * squares[j];
      outerLogs[k] = logLimit - Math.sqrt(square > 0 ? square : 0);
    }
    return toGo <= ADRIFT;
  }

  /** The quadratic approximation with Li's correction (QD+), node by node from the shortest time up. */
  private guess(years: number, vol: number, rate: number, dividendYield: number, logLimit: number): void {
    const root = Math.sqrt(years);
    let scale = 1.5 * vol;
    for (let i = this.scheme.degree - 1; i >= 0; i--) {
      const x = root * this.points[i];
      const distance = quadraticBoundary(x * x, vol, rate, dividendYield, logLimit, scale * x);
      scale = distance / x;
      this.squares[i] = distance * distance;
    }
  }

  private step(years: number, vol: number, rate: number, dividendYield: number, logLimit: number): void {
    const { degree, innerNodes } = this.scheme;
    const { squares, next, points, innerZ, innerWeights, innerRows } = this;
    const carry = rate - dividendYield;
    for (let i = 0; i < degree; i++) {
      const x = Math.sqrt(years) * points[i];
      const time = x * x;
      const log = logLimit - Math.sqrt(squares[i]);
      const deviation = vol * x;
      const dPlus = (log + carry * time) / deviation + 0.5 * deviation;
      const dMinus = dPlus - deviation;
      const densityPlus = INVERSE_SQRT_TWO_PI * Math.exp(-0.5 * dPlus * dPlus);
      const densityMinus = INVERSE_SQRT_TWO_PI * Math.exp(-0.5 * dMinus * dMinus);
      const cumulative =
        dPlus < 0
          ? densityPlus * SQRT_TWO_PI * upperTailRatio(-dPlus)
          : 1 - densityPlus * SQRT_TWO_PI * upperTailRatio(dPlus);
      let cash = 0;
      let asset = 0;
      for (let k = 0; k < innerNodes; k++) {
        const row = (i * innerNodes + k) * degree;
        let square = 0;
        for (let j = 0; j < degree; j++) square += innerRows[row + j] * squares[j];
        const ratio = log - logLimit + Math.sqrt(square > 0 ? square : 0);
        const z = innerZ[k];
        const left = time * z * z;
        const past = time - left;
        const width = deviation * z;
        const d = (ratio + carry * left) / width;
        const weight = innerWeights[k];
        const minus = d - 0.5 * width;
        const cashDensity = weight * Math.exp(rate * past - 0.5 * minus * minus);
        cash += cashDensity;
        if (dividendYield !== 0) {
          const plus = d + 0.5 * width;
          const assetDensity = weight * Math.exp(dividendYield * past - 0.5 * plus * plus);
          const tail =
            plus < 0
              ? assetDensity * upperTailRatio(-plus)
              : weight * Math.exp(dividendYield * past) - assetDensity * upperTailRatio(plus);
          asset += assetDensity + width * SQRT_TWO_PI * tail;
        }
      }
      // ∫ … du = 2·√τ/σ ∫ … dz once 1/(σ√(τ−u)) is taken in; times φ's constant.
      const measure = ((2 * x) / vol) * INVERSE_SQRT_TWO_PI;
      const numerator = densityMinus / deviation + rate * measure * cash;
      const denominator = densityPlus / deviation + cumulative + dividendYield * measure * asset;
      // Slopes with respect to ln B.
      const numeratorSlope = (-densityMinus * dMinus) / (deviation * deviation);
      const denominatorSlope = densityPlus / deviation - (densityPlus * dPlus) / (deviation * deviation);
      next[i] = newton(log, logLimit, carry * time, numerator, denominator, numeratorSlope, denominatorSlope);
    }
  }
}

/**
 * Nodes z = sin θ with √(1 − z²) = cos θ: the past u = τ·cos²θ and what is left τ·sin²θ both have smooth roots in θ, so
 * the integrals have no singular end.
 */
function sineNodes(count: number): { z: Float64Array; rest: Float64Array; weights: Float64Array } {
  const { nodes, weights } = gaussLegendre(count);
  const half = Math.PI / 2;
  return {
    z: nodes.map((node) => Math.sin(half * node)),
    rest: nodes.map((node) => Math.cos(half * node)),
    weights: weights.map((weight, k) => weight * half * Math.cos(half * nodes[k])),
  };
}

/** One Newton step for ln B = ln(N/D) − (r − q)τ, kept below the limit; returns the new ln(X/B). */
function newton(
  log: number,
  logLimit: number,
  carried: number,
  numerator: number,
  denominator: number,
  numeratorSlope: number,
  denominatorSlope: number,
): number {
  const residual = Math.log(numerator / denominator) - carried - log;
  const slope = numeratorSlope / numerator - denominatorSlope / denominator - 1;
  const step = slope < -1e-3 ? -residual / slope : residual;
  const moved = log + step;
  return moved < logLimit ? logLimit - moved : 0.5 * (logLimit - log);
}

/**
 * Returns ln(X/B) of the QD+ approximation at one time, by the secant method from `start`.
 * Source: M. Li, "Analytical approximations for the critical stock prices of American options" (2010), as used by
 * Andersen, Lake and Offengenden for their first guess.
 */
function quadraticBoundary(
  time: number,
  vol: number,
  rate: number,
  dividendYield: number,
  logLimit: number,
  start: number,
): number {
  const variance = vol * vol;
  const deviation = vol * Math.sqrt(time);
  const discount = Math.exp(-rate * time);
  const yieldDiscount = Math.exp(-dividendYield * time);
  // rate/h with h = 1 − exp(−rate·time), which has a limit at rate 0.
  const pace = Math.abs(rate * time) < 1e-12 ? 1 / time : rate / -Math.expm1(-rate * time);
  const omega = (2 * (rate - dividendYield)) / variance;
  const root = Math.sqrt((omega - 1) * (omega - 1) + (8 * pace) / variance);
  const lambda = -0.5 * (omega - 1 + root);
  // (1/h + λ′/(2λ + ω − 1))·2r/σ², where 2λ + ω − 1 = −root.
  const bend = (2 * pace) / variance - (4 * pace * pace) / (variance * variance * root * root);
  const residual = (distance: number): number => {
    const log = logLimit - distance;
    const level = Math.exp(log);
    const dPlus = (log + (rate - dividendYield) * time) / deviation + 0.5 * deviation;
    const dMinus = dPlus - deviation;
    const plus = normalCdf(-dPlus);
    const minus = normalCdf(-dMinus);
    const price = discount * minus - level * yieldDiscount * plus;
    const theta =
      rate * discount * minus -
      dividendYield * level * yieldDiscount * plus -
      ((0.5 * vol * level) / Math.sqrt(time)) * yieldDiscount * normalPdf(dPlus);
    const gain = 1 - level - price;
    const corrected = lambda * gain + (discount / root) * (bend * gain - ((2 / variance) * theta) / discount);
    return (1 - yieldDiscount * plus) * level + corrected;
  };
  let before = start;
  let now = 1.05 * start;
  let beforeValue = residual(before);
  for (let i = 0; i < 12; i++) {
    const value = residual(now);
    const slope = (value - beforeValue) / (now - before);
    before = now;
    beforeValue = value;
    const moved = now - value / slope;
    now = moved > 0.5 * before ? (moved < 2 * before ? moved : 2 * before) : 0.5 * before;
    if (!(Math.abs(now - before) > 1e-3 * now)) break;
  }
  return now > 0 ? now : start;
}
