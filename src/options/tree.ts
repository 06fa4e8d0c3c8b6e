/**
 * Binomial trees: for what closed forms do not reach, above all American options with cash dividends on known days.
 *
 * Cox–Ross–Rubinstein (1979) is the plain one; Leisen–Reimer (1996) places its nodes so that the error falls with the
 * square of the steps. Cash dividends follow the escrowed model: the share less its remaining dividends makes the
 * tree, and what is exercised is the share with them.
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
}

export interface TreeResult {
  readonly value: number;
  /** ∂V/∂S at the root, from the nodes one step on. */
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
  const { style = 'american', kind = 'leisen-reimer', dividends = [] } = tree;
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
  const shares = new Float64Array(steps + 1);
  const values = new Float64Array(steps + 1);
  const ratio = up / down;
  shares[0] = base * Math.exp(steps * Math.log(down));
  for (let j = 1; j <= steps; j++) shares[j] = shares[j - 1] * ratio;
  for (let j = 0; j <= steps; j++) values[j] = Math.max(0, sign * (shares[j] - strike));
  let second: [number, number, number] = [0, 0, 0];
  let secondShares: [number, number, number] = [0, 0, 0];
  let delta = Number.NaN;
  for (let level = steps - 1; level >= 0; level--) {
    // What the share still carries at this level in dividends to come, as of this level.
    const time = level * step;
    const carried = dividends.length === 0 ? 0 : remaining(dividends, rate, years, time);
    for (let j = 0; j <= level; j++) {
      const held = upWeight * values[j + 1] + downWeight * values[j];
      shares[j] /= down;
      const taken = american ? sign * (shares[j] + carried - strike) : 0;
      values[j] = taken > held ? taken : held;
    }
    if (level === 2) {
      second = [values[0], values[1], values[2]];
      secondShares = [shares[0], shares[1], shares[2]];
    }
    if (level === 1) delta = (values[1] - values[0]) / (shares[1] - shares[0]);
  }
  const upper = (second[2] - second[1]) / (secondShares[2] - secondShares[1]);
  const lower = (second[1] - second[0]) / (secondShares[1] - secondShares[0]);
  const gamma = (upper - lower) / (0.5 * (secondShares[2] - secondShares[0]));
  const theta = kind === 'cox-ross-rubinstein' ? (second[1] - values[0]) / (2 * step) : undefined;
  return { value: values[0], delta, gamma, theta };
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
