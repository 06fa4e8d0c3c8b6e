/**
 * Binomial trees: for what closed forms do not reach, above all American options with cash dividends on known days.
 *
 * Cox–Ross–Rubinstein (1979) is the plain one; Leisen–Reimer (1996) places its nodes so that the error falls with the
 * square of the steps. Cash dividends follow one of two models, by name. In `escrowed` the share less its remaining
 * dividends moves with the vol, and what is exercised is the share with them; it agrees with the closed form. In `spot`
 * the whole share moves with the vol and drops on the day: an option value just before it is the value just after at
 * the lower price, interpolated between nodes (M. Vellekoop, J. Nieuwenhuis, Applied Mathematical Finance 13, 2006).
 * At one vol `spot` gives the dearer option, because more money moves with the vol.
 */
import { assert } from '../base/assert.ts';
import { assertInputs, type OptionInputs } from './contract.ts';
import { type CashDividend, presentValueOfDividends } from './dividends.ts';
import { europeanPrice } from './european.ts';

export interface TreeOptions {
  readonly style?: 'american' | 'european';
  readonly kind?: 'leisen-reimer' | 'cox-ross-rubinstein';
  /** Time steps, made odd for Leisen–Reimer; 501 unless told. */
  readonly steps?: number;
  readonly dividends?: readonly CashDividend[];
  /** What the vol is the vol of while dividends are still to come; `escrowed` unless told. */
  readonly dividendModel?: 'escrowed' | 'spot';
}

export interface TreeResult {
  readonly value: number;
  /** ∂V/∂S at the root, from the nodes one step on, or those beside it where the whole share drops. */
  readonly delta: number;
  /** ∂²V/∂S², from the nodes two steps on. */
  readonly gamma: number;
  /** Per year, from the middle node two steps on. Only with Cox–Ross–Rubinstein, whose middle node is the root again. */
  readonly theta: number | undefined;
}

/** Returns the value on a tree, money per share. */
export function treePrice(option: OptionInputs, tree: TreeOptions = {}): number {
  return treeValue(option, tree).value;
}

/** Returns value, delta and gamma on a tree. Without chance (no vol, no time, no share left) the best certain exercise. */
export function treeValue(option: OptionInputs, tree: TreeOptions = {}): TreeResult {
  assertInputs(option);
  const { right, spot, strike, years, vol, rate, dividendYield } = option;
  const { style = 'american', kind = 'leisen-reimer', dividends = [], dividendModel = 'escrowed' } = tree;
  const drops = dividendModel === 'spot';
  const american = style === 'american';
  const asked = tree.steps ?? 501;
  assert(Number.isInteger(asked) && asked >= 3, () => `a tree needs at least 3 steps, was asked for ${asked}`);
  const steps = kind === 'leisen-reimer' ? asked | 1 : asked;
  const sign = right === 'call' ? 1 : -1;
  const escrow = presentValueOfDividends(dividends, rate, years);
  const base = spot - escrow;
  if (!(base > 0 && strike > 0 && vol > 0 && years > 0)) {
    const held = europeanPrice({ ...option, spot: Math.max(0, base) });
    const now = Math.max(0, sign * (spot - strike));
    return { value: american ? Math.max(held, now) : held, delta: Number.NaN, gamma: Number.NaN, theta: undefined };
  }
  const step = years / steps;
  const growth = Math.exp((rate - dividendYield) * step);
  const { up, down, probability } = movesOf(kind, base, option, steps, growth);
  assert(probability >= 0 && probability <= 1, () => {
    return `${steps} steps are too few for vol ${vol} against rate ${rate}: probability ${probability}`;
  });
  const discount = Math.exp(-rate * step);
  const upWeight = discount * probability;
  const downWeight = discount * (1 - probability);

  // Node j of a level is base·up^j·down^(level − j); the ratio of neighbours is up/down on every level.
  const ratio = up / down;
  // Prices that drop need nodes below the root from the start: the tree then begins some even number of levels earlier.
  const ahead = drops ? 2 * Math.ceil(Math.log(spot / base) / Math.log(ratio)) + 6 : 0;
  const levels = steps + ahead;
  const shares = new Float64Array(levels + 1);
  const values = new Float64Array(levels + 1);
  shares[0] = (drops ? spot : base) * Math.exp(levels * Math.log(down) - 0.5 * ahead * Math.log(up * down));
  for (let j = 1; j <= levels; j++) shares[j] = shares[j - 1] * ratio;
  for (let j = 0; j <= levels; j++) values[j] = Math.max(0, sign * (shares[j] - strike));
  // The level at which a dividend has just gone: what the nodes say there is the value without it.
  const dropAt = dividends.map((dividend) =>
    drops && dividend.years > 0 ? ahead + Math.ceil(dividend.years / step - 1e-9) : -1,
  );
  const pay = (level: number): void => {
    for (const [i, due] of dropAt.entries()) {
      if (due === level) payDividend(values, shares, level, dividends[i].amount, american ? sign : 0, strike);
    }
  };
  pay(levels);
  let second: [number, number, number] = [0, 0, 0];
  let secondShares: [number, number, number] = [0, 0, 0];
  let delta = Number.NaN;
  for (let level = levels - 1; level >= ahead; level--) {
    // What the share still carries at this level in dividends to come, as of this level.
    const time = (level - ahead) * step;
    const carried = dividends.length === 0 || drops ? 0 : remaining(dividends, rate, years, time);
    for (let j = 0; j <= level; j++) {
      const held = upWeight * values[j + 1] + downWeight * values[j];
      shares[j] /= down;
      const taken = american ? sign * (shares[j] + carried - strike) : 0;
      values[j] = taken > held ? taken : held;
    }
    if (drops) pay(level);
    if (level === (ahead || 2)) {
      const middle = ahead === 0 ? 1 : ahead / 2;
      second = [values[middle - 1], values[middle], values[middle + 1]];
      secondShares = [shares[middle - 1], shares[middle], shares[middle + 1]];
    }
    if (level === 1 && ahead === 0) delta = (values[1] - values[0]) / (shares[1] - shares[0]);
  }
  const upper = (second[2] - second[1]) / (secondShares[2] - secondShares[1]);
  const lower = (second[1] - second[0]) / (secondShares[1] - secondShares[0]);
  const gamma = (upper - lower) / (0.5 * (secondShares[2] - secondShares[0]));
  if (ahead > 0) {
    const [below, here, above] = secondShares;
    const slope = (upper * (here - below) + lower * (above - here)) / (above - below);
    return { value: second[1], delta: slope, gamma, theta: undefined };
  }
  const theta = kind === 'cox-ross-rubinstein' ? (second[1] - values[0]) / (2 * step) : undefined;
  return { value: values[0], delta, gamma, theta };
}

/**
 * Turns values after a dividend into values before it: each node takes the value at its price less the amount, by the
 * cubic through the four nodes around; who may exercise does so before the drop where that is better (`exercise` is
 * 1 for a call, −1 for a put, 0 for nobody).
 */
function payDividend(
  values: Float64Array,
  shares: Float64Array,
  level: number,
  amount: number,
  exercise: number,
  strike: number,
): void {
  const after = values.slice(0, level + 1);
  let low = 0;
  for (let j = 0; j <= level; j++) {
    const price = Math.max(0, shares[j] - amount);
    while (low + 1 < level && shares[low + 1] < price) low++;
    const first = Math.max(0, Math.min(low - 1, level - 3));
    // Below the lowest node an option is a straight line in the price.
    const held =
      price < shares[0]
        ? straight(after, shares, price)
        : cubic(after, shares, first, Math.min(level, first + 3), price);
    values[j] = Math.max(0, held, exercise * (shares[j] - strike));
  }
}

function straight(values: Float64Array, shares: Float64Array, price: number): number {
  if (values.length < 2) return values[0];
  return values[0] + ((values[1] - values[0]) * (price - shares[0])) / (shares[1] - shares[0]);
}

/** Lagrange's polynomial through the nodes `first` … `last`. */
function cubic(values: Float64Array, shares: Float64Array, first: number, last: number, price: number): number {
  let sum = 0;
  for (let i = first; i <= last; i++) {
    let term = values[i];
    for (let k = first; k <= last; k++) if (k !== i) term *= (price - shares[k]) / (shares[i] - shares[k]);
    sum += term;
  }
  return sum;
}

function movesOf(
  kind: 'leisen-reimer' | 'cox-ross-rubinstein',
  base: number,
  option: OptionInputs,
  steps: number,
  growth: number,
): { up: number; down: number; probability: number } {
  const { strike, years, vol, rate, dividendYield } = option;
  const deviation = vol * Math.sqrt(years);
  if (kind === 'cox-ross-rubinstein') {
    const up = Math.exp(deviation / Math.sqrt(steps));
    return { up, down: 1 / up, probability: (growth - 1 / up) / (up - 1 / up) };
  }
  const d1 = (Math.log(base / strike) + (rate - dividendYield) * years) / deviation + 0.5 * deviation;
  const probability = peizerPratt(d1 - deviation, steps);
  const shareProbability = peizerPratt(d1, steps);
  return {
    up: (growth * shareProbability) / probability,
    down: (growth * (1 - shareProbability)) / (1 - probability),
    probability,
  };
}

/** Peizer and Pratt's second inversion: the probability whose binomial over `steps` mimics Φ(z). */
function peizerPratt(z: number, steps: number): number {
  const x = z / (steps + 1 / 3 + 0.1 / (steps + 1));
  const inside = -Math.expm1(-x * x * (steps + 1 / 6));
  const root = 0.5 * Math.sqrt(inside);
  return z < 0 ? 0.5 - root : 0.5 + root;
}

function remaining(dividends: readonly CashDividend[], rate: number, years: number, time: number): number {
  let value = 0;
  for (const dividend of dividends) {
    if (dividend.years > time && dividend.years <= years)
      value += dividend.amount * Math.exp(-rate * (dividend.years - time));
  }
  return value;
}
