/**
 * The pricing equation solved on a grid of prices and times, by Crank and Nicolson: a second opinion that shares nothing
 * with the closed forms and the boundary method, and one that answers for every price of the underlying at once.
 *
 * The grid is even in asinh of the log price, densest at the strike, and reaches 1.5 times as far as the price gets with
 * a probability of 1e-4. After every step who may exercise does so where that is worth more. Errors fall with the square
 * of both steps, except next to the price from which one exercises at once: there gamma jumps, and the grid's gamma
 * swings around the jump by more than the jump itself, as any scheme of this kind does that looks only at its nodes.
 * Where that matters `americanGreeks` has the exact slopes.
 * Sources: J. Crank, P. Nicolson, Proc. Cambridge Phil. Soc. 43, 1947; M. Brennan, E. Schwartz, Journal of Finance 32,
 * 1977; D. Tavella, C. Randall, Pricing Financial Instruments, 2000, chapter 5 (the grid).
 */
import { assert } from '../base/assert.ts';
import { normalInverse } from '../base/normal.ts';
import { assertInputs, type OptionInputs } from './contract.ts';
import { europeanPrice } from './european.ts';

export interface GridOptions {
  readonly style?: 'american' | 'european';
  /** Prices of the grid, at least 10; 800 unless told. */
  readonly prices?: number;
  /** Time steps, at least 1; 400 unless told. */
  readonly times?: number;
}

export interface GridResult {
  /** Money per share. */
  readonly value: number;
  /** ∂V/∂S. */
  readonly delta: number;
  /** ∂²V/∂S². */
  readonly gamma: number;
  /** Per year, from the value nearly a day on at the same price. */
  readonly theta: number;
}

/** The day after which theta looks, in years: a little less than one, so that it falls on no even grid of days. */
const DAY = 0.99 / 365;
/** How far the grid reaches beyond the spot and the forward, in deviations of the log price. */
const REACH = -1.5 * normalInverse(1e-4);
/** Width of the dense part around the strike, as a share of the whole grid. */
const DENSE = 0.1;

/** Returns the value of an option on a grid, money per share. Throws as `gridValue` does. */
export function gridPrice(option: OptionInputs, grid: GridOptions = {}): number {
  return gridValue(option, grid).value;
}

/**
 * Returns value, delta and gamma on a grid, between nodes by the natural cubic spline. Without chance (no vol, no time,
 * no price) the better of holding and exercising, and no slopes (NaN).
 */
export function gridValue(option: OptionInputs, grid: GridOptions = {}): GridResult {
  assertInputs(option);
  const { right, spot, strike, years, vol } = option;
  const { style = 'american', prices = 800, times = 400 } = grid;
  assert(Number.isInteger(prices) && prices >= 10, () => `a grid needs at least 10 prices, was asked for ${prices}`);
  assert(Number.isInteger(times) && times >= 1, () => `a grid needs at least 1 time step, was asked for ${times}`);
  const american = style === 'american';
  const sign = right === 'call' ? 1 : -1;
  if (!(spot > 0 && strike > 0 && vol > 0 && years > 0)) {
    const held = europeanPrice(option);
    const value = american ? Math.max(held, sign * (spot - strike)) : held;
    return { value, delta: Number.NaN, gamma: Number.NaN, theta: Number.NaN };
  }
  const logs = logPrices(option, prices);
  const exercise = logs.map((log) => Math.max(0, sign * (Math.exp(log) - strike)));
  const values = meanPayoffs(logs, sign, strike);
  const whole = new PricingEquation(logs, option, years / times);
  const day = DAY * Math.min(1, years * 365);
  let dayOn = Number.NaN;
  const stepBack = (equation: PricingEquation): void => {
    equation.stepBack(values);
    if (american) for (let i = 0; i < prices; i++) values[i] = Math.max(values[i], exercise[i]);
  };
  for (let step = times; step > 0; step--) {
    const now = (step * years) / times;
    const next = ((step - 1) * years) / times;
    if (day < next || day >= now) {
      stepBack(whole);
      continue;
    }
    // This step stops on its way where the option is a day older than today.
    stepBack(new PricingEquation(logs, option, now - day));
    dayOn = between(logs, values, spot).value;
    if (day > next) stepBack(new PricingEquation(logs, option, day - next));
  }
  const { value, delta, gamma } = between(logs, values, spot);
  return { value, delta, gamma, theta: (dayOn - value) / day };
}

/** The logs of the grid's prices, upwards. */
function logPrices(option: OptionInputs, prices: number): Float64Array {
  const { spot, strike, years, vol, rate, dividendYield } = option;
  const drift = (rate - dividendYield) * years;
  const reach = REACH * vol * Math.sqrt(years);
  const start = Math.log(spot) + Math.min(0, drift) - reach;
  const end = Math.log(spot) + Math.max(0, drift) + reach;
  const centre = Math.log(strike);
  const dense = DENSE * (end - start);
  const inside = centre > start && centre < end;
  const from = Math.asinh((start - centre) / dense);
  const to = Math.asinh((end - centre) / dense);
  return Float64Array.from({ length: prices }, (_, i) => {
    const share = i / (prices - 1);
    if (i === 0) return start;
    if (i === prices - 1) return end;
    return inside ? centre + dense * Math.sinh(from + (to - from) * share) : start + (end - start) * share;
  });
}

/** What is paid at the end, as the mean over the cell around each node: a kink between two nodes then costs no order. */
function meanPayoffs(logs: Float64Array, sign: number, strike: number): Float64Array {
  const kink = Math.log(strike);
  const last = logs.length - 1;
  return logs.map((_, i) => {
    const low = i === 0 ? logs[0] : 0.5 * (logs[i - 1] + logs[i]);
    const high = i === last ? logs[last] : 0.5 * (logs[i] + logs[i + 1]);
    const from = sign > 0 ? Math.max(low, kink) : low;
    const to = sign > 0 ? high : Math.min(high, kink);
    return to > from ? (sign * (Math.exp(to) - Math.exp(from) - strike * (to - from))) / (high - low) : 0;
  });
}

/** ∂V/∂t + drift·∂V/∂x + diffusion·∂²V/∂x² − rate·V = 0 in x = log S, three nodes at a time, over one length of time. */
class PricingEquation {
  readonly #below: Float64Array;
  readonly #here: Float64Array;
  readonly #above: Float64Array;
  readonly #implicit: Tridiagonal;

  constructor(logs: Float64Array, option: OptionInputs, time: number) {
    const { vol, rate, dividendYield } = option;
    const drift = rate - dividendYield - 0.5 * vol * vol;
    const last = logs.length - 1;
    // What a node changes by in half the time, as weights of itself and its neighbours.
    const below = new Float64Array(logs.length);
    const here = new Float64Array(logs.length);
    const above = new Float64Array(logs.length);
    for (let i = 0; i <= last; i++) {
      const down = i > 0 ? logs[i] - logs[i - 1] : Infinity;
      const up = i < last ? logs[i + 1] - logs[i] : Infinity;
      if (i === 0) above[i] = drift / up;
      else if (i === last) below[i] = -drift / down;
      else {
        below[i] = (vol * vol - drift * up) / (down * (down + up));
        above[i] = (vol * vol + drift * down) / (up * (down + up));
      }
      here[i] = -below[i] - above[i] - rate;
      for (const weights of [below, here, above]) weights[i] *= 0.5 * time;
    }
    [this.#below, this.#here, this.#above] = [below, here, above];
    this.#implicit = new Tridiagonal(
      below.map((weight) => -weight),
      here.map((weight) => 1 - weight),
      above.map((weight) => -weight),
    );
  }

  /** Turns values into those before the time has gone: half of the change by the old values, half by the new. */
  stepBack(values: Float64Array): void {
    const [below, here, above] = [this.#below, this.#here, this.#above];
    const last = values.length - 1;
    let before = 0;
    for (let i = 0; i < last; i++) {
      const value = values[i];
      values[i] += below[i] * before + here[i] * value + above[i] * values[i + 1];
      before = value;
    }
    values[last] += below[last] * before + here[last] * values[last];
    this.#implicit.solve(values);
  }
}

/** A system of equations in which each unknown meets only its neighbours (Thomas's elimination, prepared once). */
class Tridiagonal {
  readonly #below: Float64Array;
  readonly #pivots: Float64Array;
  readonly #ratios: Float64Array;

  constructor(below: Float64Array, here: Float64Array, above: Float64Array) {
    this.#below = below;
    this.#pivots = new Float64Array(here.length);
    this.#ratios = new Float64Array(here.length);
    let ratio = 0;
    for (let i = 0; i < here.length; i++) {
      this.#pivots[i] = 1 / (here[i] - below[i] * ratio);
      this.#ratios[i] = ratio = above[i] * this.#pivots[i];
    }
  }

  /** Turns the right-hand sides into the unknowns. */
  solve(sides: Float64Array): void {
    const [below, pivots, ratios] = [this.#below, this.#pivots, this.#ratios];
    let before = 0;
    for (let i = 0; i < sides.length; i++) before = sides[i] = (sides[i] - below[i] * before) * pivots[i];
    for (let i = sides.length - 2; i >= 0; i--) sides[i] -= ratios[i] * sides[i + 1];
  }
}

/** Value and slopes at a price between the nodes: the natural cubic spline through all of them, in the log price. */
function between(logs: Float64Array, values: Float64Array, spot: number): Omit<GridResult, 'theta'> {
  const last = logs.length - 1;
  const slope = (i: number): number => (values[i + 1] - values[i]) / (logs[i + 1] - logs[i]);
  const inner = logs.map((_, i) => (i > 0 && i < last ? (logs[i + 1] - logs[i - 1]) / 3 : 1));
  const bends = logs.map((_, i) => (i > 0 && i < last ? slope(i) - slope(i - 1) : 0));
  const below = logs.map((log, i) => (i > 0 && i < last ? (log - logs[i - 1]) / 6 : 0));
  const above = logs.map((log, i) => (i > 0 && i < last ? (logs[i + 1] - log) / 6 : 0));
  new Tridiagonal(below, inner, above).solve(bends);
  const x = Math.log(spot);
  const i = logs.findIndex((log) => log > x) - 1;
  const width = logs[i + 1] - logs[i];
  const right = (x - logs[i]) / width;
  const left = 1 - right;
  const value =
    left * values[i] +
    right * values[i + 1] +
    ((left ** 3 - left) * bends[i] + (right ** 3 - right) * bends[i + 1]) * (width ** 2 / 6);
  const first = slope(i) + ((3 * right ** 2 - 1) * bends[i + 1] - (3 * left ** 2 - 1) * bends[i]) * (width / 6);
  const second = left * bends[i] + right * bends[i + 1];
  return { value, delta: first / spot, gamma: (second - first) / spot ** 2 };
}
