/**
 * The early-exercise boundary of an American put, as a Chebyshev polynomial: the heart of the high-precision price.
 *
 * Method: L. Andersen, M. Lake, D. Offengenden, "High-performance American option pricing", J. Comp. Finance 20 (2016).
 * The boundary B(τ) solves a fixed-point equation with two integrals over its own past. In the variables ln(B/X)² and
 * √τ it is so smooth that a dozen nodes suffice; every step is a Jacobi–Newton step at all nodes.
 * Everything here is for strike 1. Of the paper's two forms of the equation the one in φ (system A) is used: it
 * converged faster for every pair of rates tried, equal ones included.
 */
import { quickExp } from '../base/exponential.ts';
import { SQRT_TWO_PI, upperTailRatio } from '../base/normal.ts';
import { Anderson } from './anderson.ts';
import { powerOf } from './perpetual.ts';
import { chebyshevPoints, chebyshevRow, sineNodes } from './quadrature.ts';

/** How much work a price is worth. */
export interface BoundaryScheme {
  /** Degree of the boundary's polynomial. */
  readonly degree: number;
  /** Newton steps at least, unless the boundary has settled enough before. */
  readonly steps: number;
  /** Steps go on until ln B moves by no more than this, of which a hundredth is left in the price. */
  readonly settled: number;
  /** When ln B moves by no more than this, the steps that are left are spared; none are when it is left out. */
  readonly enough?: number;
  /** Nodes of the integrals in each step. */
  readonly innerNodes: number;
  /** Nodes of the integral that gives the price. */
  readonly outerNodes: number;
}

const INVERSE_SQRT_TWO_PI = 1 / SQRT_TWO_PI;

const TURNS_MAX = 40;
/** A slope by differences of this part of ln B: far above the last digits that residuals carry. */
const NUDGE = 1e-4;
const STEPS_MAX = 24;
/** The first guess is left when it moves by less than this part of ln B. */
const GUESS_SETTLED = 0.005;

/** One option, for a strike of 1. */
interface Settings {
  readonly years: number;
  readonly vol: number;
  readonly rate: number;
  readonly dividendYield: number;
  /** ln B at the end of its life. */
  readonly logLimit: number;
}

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
  private readonly innerInverses: Float64Array;
  /** For every node and inner node of the option at hand: (r − q)·(τ − u), half the width, its inverse, growth. */
  private readonly drifts: Float64Array;
  private readonly halfWidths: Float64Array;
  private readonly inverseWidths: Float64Array;
  private readonly cashGrowth: Float64Array;
  private readonly assetGrowth: Float64Array;
  private readonly past: Float64Array;
  private readonly sums = new Float64Array(2);
  /** ln(B/X)² at the nodes, longest time first; the last node (τ = 0) is nought and left out. */
  private readonly squares: Float64Array;
  private readonly distances: Float64Array;
  private readonly next: Float64Array;
  private readonly misses: Float64Array;
  private readonly mixing: Anderson;

  constructor(scheme: BoundaryScheme) {
    const { degree, innerNodes, outerNodes } = scheme;
    this.scheme = scheme;
    // Rows are filled up with a nought to an even number, so that two sums run abreast.
    const width = Math.ceil(degree / 2) * 2;
    this.points = chebyshevPoints(degree);
    const inner = sineNodes(innerNodes);
    const outer = sineNodes(outerNodes);
    this.innerZ = inner.z;
    this.innerWeights = inner.weights;
    this.innerInverses = inner.z.map((z) => 1 / z);
    this.past = new Float64Array(innerNodes);
    this.drifts = new Float64Array(degree * innerNodes);
    this.halfWidths = new Float64Array(degree * innerNodes);
    this.inverseWidths = new Float64Array(degree * innerNodes);
    this.cashGrowth = new Float64Array(degree * innerNodes);
    this.assetGrowth = new Float64Array(degree * innerNodes);
    this.outerZ = outer.z;
    this.outerWeights = outer.weights;
    this.outerLogs = new Float64Array(outerNodes);
    this.squares = new Float64Array(width);
    this.distances = new Float64Array(degree);
    this.next = new Float64Array(degree);
    this.misses = new Float64Array(degree);
    this.mixing = new Anderson(degree);
    this.innerRows = new Float64Array(degree * innerNodes * width);
    this.outerRows = new Float64Array(outerNodes * width);
    const row = new Float64Array(degree + 1);
    for (let i = 0; i < degree; i++) {
      for (let k = 0; k < innerNodes; k++) {
        chebyshevRow(degree, this.points[i] * inner.rest[k], row);
        this.innerRows.set(row.subarray(0, degree), (i * innerNodes + k) * width);
      }
    }
    for (let k = 0; k < outerNodes; k++) {
      chebyshevRow(degree, outer.rest[k], row);
      this.outerRows.set(row.subarray(0, degree), k * width);
    }
  }

  /**
   * Finds the boundary of a put with strike 1. The caller has made sure that there is exactly one. Returns by how
   * much ln B still moved: more than `settled` where it did not settle, as where drift outruns vol.
   */
  solve(years: number, vol: number, rate: number, dividendYield: number): number {
    const { degree, steps, settled, enough = 0 } = this.scheme;
    const { squares, distances, mixing, next } = this;
    const logLimit = this.begin(years, vol, rate, dividendYield);
    const option = { years, vol, rate, dividendYield, logLimit };
    mixing.restart();
    let toGo = Infinity;
    for (let step = 0; step < STEPS_MAX && (toGo > settled || (step < steps && toGo > enough)); step++) {
      this.step(0, degree, option);
      toGo = mixing.advance(distances, next);
      for (let i = 0; i < degree; i++) squares[i] = distances[i] * distances[i];
    }
    this.finish(logLimit);
    return toGo;
  }

  /**
   * The same in turns, each node from the shortest life up with regard to what those before it have become: a dozen
   * times the work, and it follows a boundary that bends sharply.
   */
  solveInTurns(years: number, vol: number, rate: number, dividendYield: number): number {
    const logLimit = this.begin(years, vol, rate, dividendYield);
    const option = { years, vol, rate, dividendYield, logLimit };
    let moved = Infinity;
    for (let turn = 0; turn < TURNS_MAX && moved > this.scheme.settled; turn++) {
      moved = 0;
      for (let i = this.scheme.degree - 1; i >= 0; i--) {
        const before = Math.sqrt(this.squares[i]);
        const miss = this.missAt(i, before, option);
        const nudge = NUDGE * before;
        // Its own past follows it: the slope is that of the whole equation, not of its free terms.
        const nudged = this.missAt(i, before + nudge, option);
        const after = before - (miss * nudge) / (nudged - miss);
        const kept = Math.min(Math.max(after, 0.5 * before), 2 * before);
        this.distances[i] = kept;
        this.squares[i] = kept * kept;
        // As in `solve`, what the shortest lives still do is not counted: little is earned in them.
        if (2 * i < this.scheme.degree) moved = Math.max(moved, Math.abs(kept - before));
      }
    }
    this.finish(logLimit);
    return moved;
  }

  /** How far the equation is from holding at node `i` where ln(X/B) is `distance` there, in ln B. */
  private missAt(i: number, distance: number, option: Settings): number {
    this.distances[i] = distance;
    this.squares[i] = distance * distance;
    this.step(i, i + 1, option);
    return this.misses[i];
  }

  /** Sets the first guess; returns ln B at the end of the option's life. */
  private begin(years: number, vol: number, rate: number, dividendYield: number): number {
    const logLimit = dividendYield > rate ? Math.log(rate / dividendYield) : 0;
    this.guess(years, vol, rate, dividendYield, logLimit);
    for (let i = 0; i < this.scheme.degree; i++) this.distances[i] = Math.sqrt(this.squares[i]);
    this.prepare(years, vol, rate, dividendYield);
    return logLimit;
  }

  private finish(logLimit: number): void {
    const { squares, outerRows, outerLogs } = this;
    const { outerNodes } = this.scheme;
    this.logAtStart = logLimit - Math.sqrt(squares[0]);
    interpolate(outerRows, 0, outerNodes, squares, outerLogs);
    for (let k = 0; k < outerNodes; k++) outerLogs[k] = logLimit - outerLogs[k];
  }

  /** The quadratic approximation with Li's correction (QD+), node by node from the shortest time up. */
  private guess(years: number, vol: number, rate: number, dividendYield: number, logLimit: number): void {
    const root = Math.sqrt(years);
    // No life is long enough for its boundary to lie beyond that of a put without an end.
    const farthest = logLimit + Math.log1p(1 / powerOf(rate - dividendYield - 0.5 * vol * vol, vol, rate));
    let [scale, bend, before] = [1.5 * vol, 0, 0];
    for (let i = this.scheme.degree - 1; i >= 0; i--) {
      const x = root * this.points[i];
      // The distance over √τ changes slowly: the last two nodes say nearly what the next one will be.
      const start = x * Math.max(scale + bend * (x - before), 0.5 * scale);
      const found = quadraticBoundary(x * x, vol, rate, dividendYield, logLimit, start);
      // It lies farther than that of a shorter life.
      const distance = found > scale * before && found < farthest ? found : Math.min(start, farthest);
      bend = before > 0 ? (distance / x - scale) / (x - before) : 0;
      scale = distance / x;
      before = x;
      this.squares[i] = distance * distance;
    }
  }

  /** Everything in the integrals that does not change from step to step: times, widths and growth at every node. */
  private prepare(years: number, vol: number, rate: number, dividendYield: number): void {
    const { degree, innerNodes } = this.scheme;
    const { points, innerZ, innerWeights, drifts, halfWidths, inverseWidths, cashGrowth, assetGrowth } = this;
    const root = Math.sqrt(years);
    for (let i = 0; i < degree; i++) {
      const x = root * points[i];
      const time = x * x;
      const deviation = vol * x;
      const perDeviation = 1 / deviation;
      for (let k = 0; k < innerNodes; k++) {
        const place = i * innerNodes + k;
        const z = innerZ[k];
        const left = time * z * z;
        const weight = innerWeights[k];
        drifts[place] = (rate - dividendYield) * left;
        halfWidths[place] = 0.5 * deviation * z;
        inverseWidths[place] = perDeviation * this.innerInverses[k];
        cashGrowth[place] = weight * quickExp(rate * (time - left));
        assetGrowth[place] = dividendYield === 0 ? 0 : weight * quickExp(dividendYield * (time - left));
      }
    }
  }

  /**
   * Writes the next ln(X/B) of the nodes `from` … `to` − 1 into `next`, and into `misses` how far
   * ln(N/D) − (r − q)τ − ln B is from nought there.
   */
  private step(from: number, to: number, option: Settings): void {
    const { innerNodes } = this.scheme;
    const { squares, next, misses, points, distances } = this;
    const { years, vol, rate, dividendYield, logLimit } = option;
    const carry = rate - dividendYield;
    const root = Math.sqrt(years);
    for (let i = from; i < to; i++) {
      const x = root * points[i];
      const distance = distances[i];
      const log = logLimit - distance;
      const deviation = vol * x;
      const dPlus = (log + carry * x * x) / deviation + 0.5 * deviation;
      const dMinus = dPlus - deviation;
      const densityPlus = INVERSE_SQRT_TWO_PI * quickExp(-0.5 * dPlus * dPlus);
      const densityMinus = INVERSE_SQRT_TWO_PI * quickExp(-0.5 * dMinus * dMinus);
      this.integrate(i, innerNodes, squares, distance, dividendYield !== 0);
      // ∫ … du = 2·√τ/σ ∫ … dz once 1/(σ√(τ−u)) is taken in; times φ's constant.
      const measure = ((2 * x) / vol) * INVERSE_SQRT_TWO_PI;
      const numerator = densityMinus / deviation + rate * measure * this.sums[0];
      const denominator = densityPlus / deviation + cumulative(dPlus) + dividendYield * measure * this.sums[1];
      // Slopes with respect to ln B.
      const numeratorSlope = (-densityMinus * dMinus) / (deviation * deviation);
      const denominatorSlope = densityPlus / deviation - (densityPlus * dPlus) / (deviation * deviation);
      const miss = Math.log(numerator / denominator) - carry * x * x - log;
      misses[i] = miss;
      const slope = numeratorSlope / numerator - denominatorSlope / denominator - 1;
      next[i] = newton(log, logLimit, miss, slope);
    }
  }

  /** The two integrals at node `i` into `sums`: exp(ru)·φ(d−), and exp(qu)·(φ(d+) + width·√2π·Φ(d+)). */
  private integrate(i: number, innerNodes: number, squares: Float64Array, distance: number, withAsset: boolean): void {
    const { innerRows, drifts, halfWidths, inverseWidths, cashGrowth, assetGrowth, past, sums } = this;
    let cash = 0;
    let asset = 0;
    interpolate(innerRows, i * innerNodes, innerNodes, squares, past);
    for (let k = 0; k < innerNodes; k++) {
      const place = i * innerNodes + k;
      const halfWidth = halfWidths[place];
      const d = (past[k] - distance + drifts[place]) * inverseWidths[place];
      const minus = d - halfWidth;
      cash += cashGrowth[place] * quickExp(-0.5 * minus * minus);
      if (withAsset) {
        const plus = d + halfWidth;
        const growth = assetGrowth[place];
        const density = growth * quickExp(-0.5 * plus * plus);
        const beyond = density * upperTailRatio(Math.abs(plus));
        asset += density + 2 * halfWidth * SQRT_TWO_PI * (plus < 0 ? beyond : growth - beyond);
      }
    }
    sums[0] = cash;
    sums[1] = asset;
  }
}

/** Φ(x): its absolute error is what counts here, so the square may be rounded. */
function cumulative(x: number): number {
  const beyond = quickExp(-0.5 * x * x) * upperTailRatio(x < 0 ? -x : x);
  return x < 0 ? beyond : 1 - beyond;
}

/** Writes the roots of `count` rows times `squares`, from row `from` on: ln(X/B) between the nodes. */
function interpolate(
  rows: Float64Array,
  from: number,
  count: number,
  squares: Float64Array,
  roots: Float64Array,
): void {
  const width = squares.length;
  let place = from * width;
  for (let k = 0; k < count; k++) {
    let even = 0;
    let odd = 0;
    for (let j = 0; j < width; j += 2) {
      even += rows[place + j] * squares[j];
      odd += rows[place + j + 1] * squares[j + 1];
    }
    place += width;
    const square = even + odd;
    roots[k] = Math.sqrt(square > 0 ? square : 0);
  }
}

/** One Newton step for ln B = ln(N/D) − (r − q)τ, kept below the limit; returns the new ln(X/B). */
function newton(log: number, logLimit: number, miss: number, slope: number): number {
  const moved = log + (slope < -1e-3 ? -miss / slope : miss);
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
  const discount = quickExp(-rate * time);
  const yieldDiscount = quickExp(-dividendYield * time);
  // rate/h with h = 1 − exp(−rate·time), which has a limit at rate 0.
  const pace = Math.abs(rate * time) < 1e-12 ? 1 / time : rate / -Math.expm1(-rate * time);
  const omega = (2 * (rate - dividendYield)) / variance;
  const root = Math.sqrt((omega - 1) * (omega - 1) + (8 * pace) / variance);
  const lambda = -0.5 * (omega - 1 + root);
  // (1/h + λ′/(2λ + ω − 1))·2r/σ², where 2λ + ω − 1 = −root.
  const bend = (2 * pace) / variance - (4 * pace * pace) / (variance * variance * root * root);
  const residual = (distance: number): number => {
    const log = logLimit - distance;
    const level = quickExp(log);
    const dPlus = (log + (rate - dividendYield) * time) / deviation + 0.5 * deviation;
    const dMinus = dPlus - deviation;
    const plus = cumulative(-dPlus);
    const minus = cumulative(-dMinus);
    const price = discount * minus - level * yieldDiscount * plus;
    const theta =
      rate * discount * minus -
      dividendYield * level * yieldDiscount * plus -
      ((0.5 * vol * level) / Math.sqrt(time)) * yieldDiscount * INVERSE_SQRT_TWO_PI * quickExp(-0.5 * dPlus * dPlus);
    const gain = 1 - level - price;
    const corrected = lambda * gain + (discount / root) * (bend * gain - ((2 / variance) * theta) / discount);
    return (1 - yieldDiscount * plus) * level + corrected;
  };
  let before = start;
  let now = 1.02 * start;
  let beforeValue = residual(before);
  for (let i = 0; i < 12; i++) {
    const value = residual(now);
    const slope = (value - beforeValue) / (now - before);
    before = now;
    beforeValue = value;
    const moved = now - value / slope;
    now = moved > 0.5 * before ? (moved < 2 * before ? moved : 2 * before) : 0.5 * before;
    // The approximation itself is off by more than what the next step would change.
    if (!(Math.abs(now - before) > GUESS_SETTLED * now)) break;
  }
  return now > 0 ? now : start;
}
