/**
 * How far and how likely: the odds that a lognormal price ends or passes somewhere, as an option seller asks for them.
 *
 * All are risk-neutral: they say what the quoted vol implies, not what will happen.
 */
import { normalCdf } from '../base/normal.ts';
import { assertInputs, type OptionInputs } from './contract.ts';

/** Returns the probability, 0 … 1, that the option ends worthless. On the strike counts as half. */
export function probabilityWorthless(option: OptionInputs): number {
  return 1 - probabilityInTheMoney(option);
}

/** Returns the probability, 0 … 1, that the option ends in the money: Φ(±d2). */
export function probabilityInTheMoney(option: OptionInputs): number {
  assertInputs(option);
  const above = probabilityAbove(option, option.strike);
  return option.right === 'call' ? above : 1 - above;
}

/** Returns the probability, 0 … 1, that the price ends above `level`. */
export function probabilityAbove(option: Omit<OptionInputs, 'strike' | 'right'>, level: number): number {
  const { spot, years, vol, rate, dividendYield } = option;
  const deviation = vol * Math.sqrt(years);
  const forward = spot * Math.exp((rate - dividendYield) * years);
  if (!(deviation > 0)) return forward > level ? 1 : forward < level ? 0 : 0.5;
  return normalCdf(Math.log(forward / level) / deviation - 0.5 * deviation);
}

/**
 * Returns the probability, 0 … 1, that the price touches `level` at any time up to expiry (reflection principle).
 * 1 when it is there already. Source: Haug, 2nd ed., ch. 4 (first-passage time of geometric Brownian motion).
 */
export function probabilityOfTouch(option: Omit<OptionInputs, 'strike' | 'right'>, level: number): number {
  const { spot, years, vol, rate, dividendYield } = option;
  if (spot === level) return 1;
  const deviation = vol * Math.sqrt(years);
  const log = Math.log(level / spot);
  const drift = (rate - dividendYield) * years;
  if (!(deviation > 0)) return drift / log >= 1 ? 1 : 0;
  const side = log > 0 ? 1 : -1;
  const mean = drift - 0.5 * deviation * deviation;
  const first = normalCdf((side * (mean - log)) / deviation);
  const mirror = normalCdf((-side * (mean + log)) / deviation);
  return Math.min(1, first + (mirror > 0 ? Math.exp((2 * mean * log) / (deviation * deviation)) * mirror : 0));
}

/** Returns one standard deviation of the price at expiry, money per share: spot·vol·√years. */
export function expectedMove(spot: number, vol: number, years: number): number {
  return spot * vol * Math.sqrt(years);
}

/**
 * Returns the move the market pays for, money per share: the price of the at-the-money straddle. It is the mean
 * absolute move, about 0.8 of `expectedMove`.
 */
export function expectedMoveFromStraddle(call: number, put: number): number {
  return call + put;
}
