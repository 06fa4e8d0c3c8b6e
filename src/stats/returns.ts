/**
 * From prices to returns and back: the first step of every performance figure.
 *
 * A return is a fraction (0.01 is one percent). A NaN return is a missing one: it is skipped by means and deviations
 * and changes nothing when returns are compounded, but its period still counts as time passed.
 */
import { assert } from '../base/assert.ts';

/** How many periods of each kind a year has; `continuous` is for markets that trade every day. */
export const PERIODS_PER_YEAR = {
  daily: 252,
  weekly: 52,
  monthly: 12,
  quarterly: 4,
  yearly: 1,
  continuous: 365,
} as const;

export type PeriodName = keyof typeof PERIODS_PER_YEAR;

/** Returns the n − 1 simple returns p[i+1]/p[i] − 1 of `prices`; NaN next to a NaN price. */
export function simpleReturns(prices: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, prices.length - 1));
  for (let i = 0; i < returns.length; i++) returns[i] = prices[i + 1] / prices[i] - 1;
  return returns;
}

/** Returns the n − 1 logarithmic returns ln(p[i+1]/p[i]) of `prices`. */
export function logReturns(prices: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, prices.length - 1));
  for (let i = 0; i < returns.length; i++) returns[i] = Math.log(prices[i + 1] / prices[i]);
  return returns;
}

/**
 * Returns the n simple returns of an equity curve whose first value is the equity *after* the first period: the first
 * return is measured from `initialCapital`, so a loss on the first day is not lost from the statistics.
 */
export function returnsFromEquity(equity: Float64Array, initialCapital: number): Float64Array {
  assert(initialCapital > 0, () => `initial capital must be above 0, was ${initialCapital}`);
  const returns = new Float64Array(equity.length);
  let before = initialCapital;
  for (let i = 0; i < equity.length; i++) {
    returns[i] = equity[i] / before - 1;
    before = equity[i];
  }
  return returns;
}

/**
 * Returns the wealth after each period for `startingValue` invested at the beginning, or, for a starting value of 0
 * (the default), the cumulative return ∏(1+r) − 1. NaN returns count as nought.
 */
export function cumulativeReturns(returns: Float64Array, startingValue = 0): Float64Array {
  const wealth = new Float64Array(returns.length);
  let product = 1;
  for (let i = 0; i < returns.length; i++) {
    if (returns[i] === returns[i]) product *= 1 + returns[i];
    wealth[i] = startingValue === 0 ? product - 1 : product * startingValue;
  }
  return wealth;
}

/** Returns the product of (1+r) over all returns: the final wealth of 1. NaN returns count as nought. */
export function growth(returns: Float64Array): number {
  let product = 1;
  for (let i = 0; i < returns.length; i++) if (returns[i] === returns[i]) product *= 1 + returns[i];
  return product;
}

/**
 * Returns the last value of `cumulativeReturns`: the total return for a starting value of 0. NaN for an empty series.
 */
export function totalReturn(returns: Float64Array, startingValue = 0): number {
  if (returns.length === 0) return Number.NaN;
  return startingValue === 0 ? growth(returns) - 1 : growth(returns) * startingValue;
}

/**
 * Returns the compound return per year as a fraction: ∏(1+r)^(periodsPerYear/n) − 1, n counting every period.
 * −1 when the wealth fell to nought or below; NaN for an empty series.
 */
export function annualReturn(returns: Float64Array, periodsPerYear: number = PERIODS_PER_YEAR.daily): number {
  if (returns.length === 0) return Number.NaN;
  const wealth = growth(returns);
  return wealth <= 0 ? -1 : wealth ** (periodsPerYear / returns.length) - 1;
}

/** Returns the geometric mean return per period, as a fraction. */
export function geometricMean(returns: Float64Array): number {
  return annualReturn(returns, 1);
}

/**
 * Returns the compound growth per year between two values `years` apart, as a fraction.
 * −1 when `last` is nought or below; NaN without time or a positive `first`.
 */
export function compoundAnnualGrowth(first: number, last: number, years: number): number {
  if (!(years > 0) || !(first > 0)) return Number.NaN;
  return last <= 0 ? -1 : (last / first) ** (1 / years) - 1;
}

/**
 * Returns `returns` less a rate per period: a constant, or a series of the same length. Nothing is copied for a
 * constant 0.
 */
export function excessReturns(returns: Float64Array, rate: number | Float64Array): Float64Array {
  if (rate === 0) return returns;
  const excess = new Float64Array(returns.length);
  if (typeof rate === 'number') {
    for (let i = 0; i < excess.length; i++) excess[i] = returns[i] - rate;
    return excess;
  }
  assert(rate.length === returns.length, () => `rates and returns must pair: ${rate.length} and ${returns.length}`);
  for (let i = 0; i < excess.length; i++) excess[i] = returns[i] - rate[i];
  return excess;
}
