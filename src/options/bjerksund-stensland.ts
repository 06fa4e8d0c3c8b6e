/**
 * American options fast: Bjerksund and Stensland's closed forms, lower bounds from a flat exercise boundary.
 *
 * The 2002 form has one flat boundary for the first 62 % of the life and a lower one for the rest; the 1993 form has
 * one for all of it. Both are exact where early exercise never pays, and within a few thousandths of the premium
 * otherwise. Puts are mirrored calls. `american.ts` gives the exact value at thirty times the price.
 * Sources: P. Bjerksund, G. Stensland, Scand. J. Management 9 (1993); "Closed form valuation of American options"
 * (2002); as printed in Haug, 2nd ed., ch. 3.
 */
import { normalCdf } from '../base/normal.ts';
import { BivariateNormal } from './bivariate.ts';
import { assertInputs, type OptionInputs } from './contract.ts';
import { europeanPrice } from './european.ts';

/** ½(√5 − 1): the part of the life in which the first boundary holds. */
const SPLIT = 0.6180339887498949;
const CORRELATION = Math.sqrt(SPLIT);
const together = new BivariateNormal(CORRELATION, 8);
const opposed = new BivariateNormal(-CORRELATION, 8);

/** Returns the 2002 approximation, money per share. */
export function bjerksundStenslandPrice(option: OptionInputs): number {
  return asCall(option, americanCall2002);
}

/** Returns the 1993 approximation, money per share: cruder and three times as fast. */
export function bjerksundStensland1993Price(option: OptionInputs): number {
  return asCall(option, americanCall1993);
}

type CallFormula = (spot: number, strike: number, years: number, vol: number, rate: number, carry: number) => number;

function asCall(option: OptionInputs, formula: CallFormula): number {
  assertInputs(option);
  const { right, spot, strike, years, vol, rate, dividendYield } = option;
  const call = right === 'call';
  const asset = call ? spot : strike;
  const cash = call ? strike : spot;
  const cashRate = call ? rate : dividendYield;
  const assetRate = call ? dividendYield : rate;
  const european = europeanPrice(option);
  if (!(asset > 0 && cash > 0 && vol * Math.sqrt(years) > 0)) return Math.max(european, asset - cash);
  // Without a dividend on the asset nobody exercises early.
  if (assetRate <= 0) return european;
  return Math.max(european, formula(asset, cash, years, vol, cashRate, cashRate - assetRate));
}

function americanCall1993(
  spot: number,
  strike: number,
  years: number,
  vol: number,
  rate: number,
  carry: number,
): number {
  const variance = vol * vol;
  const power = exponentOf(rate, carry, variance);
  const highest = (power / (power - 1)) * strike;
  const lowest = Math.max(strike, (rate / (rate - carry)) * strike);
  const pace = (-(carry * years + 2 * vol * Math.sqrt(years)) * lowest) / (highest - lowest);
  const trigger = lowest - (highest - lowest) * Math.expm1(pace);
  if (!(spot < trigger)) return spot - strike;
  const log = Math.log(spot / trigger);
  const term = (gamma: number, bound: number): number =>
    flat(log, spot, bound, years, vol, rate, carry, gamma) * spot ** gamma;
  const early = trigger - strike;
  const scaled = (gamma: number): number => flat(log, spot, trigger, years, vol, rate, carry, gamma);
  return (
    early * Math.exp(power * log) * (1 - scaled(power)) +
    term(1, trigger) -
    term(1, strike) -
    strike * (term(0, trigger) - term(0, strike))
  );
}

/** The root above one of the perpetual call's quadratic. */
function exponentOf(rate: number, carry: number, variance: number): number {
  const centre = carry / variance - 0.5;
  return -centre + Math.sqrt(centre * centre + (2 * rate) / variance);
}

/** φ of the papers without its factor S^γ: worth of S^γ paid at `years` if S stays below the trigger and ends below `bound`. */
function flat(
  log: number,
  spot: number,
  bound: number,
  years: number,
  vol: number,
  rate: number,
  carry: number,
  gamma: number,
): number {
  const variance = vol * vol;
  const deviation = vol * Math.sqrt(years);
  const growth = (-rate + gamma * carry + 0.5 * gamma * (gamma - 1) * variance) * years;
  const d = -(Math.log(spot / bound) + (carry + (gamma - 0.5) * variance) * years) / deviation;
  const mirror = (2 * carry) / variance + 2 * gamma - 1;
  return Math.exp(growth) * normalCdf(d) - Math.exp(growth - mirror * log) * normalCdf(d + (2 * log) / deviation);
}

function americanCall2002(
  spot: number,
  strike: number,
  years: number,
  vol: number,
  rate: number,
  carry: number,
): number {
  const variance = vol * vol;
  const power = exponentOf(rate, carry, variance);
  const highest = (power / (power - 1)) * strike;
  const lowest = Math.max(strike, (rate / (rate - carry)) * strike);
  const first = SPLIT * years;
  const scale = (strike * strike) / ((highest - lowest) * lowest);
  const upper = lowest - (highest - lowest) * Math.expm1(-(carry * years + 2 * vol * Math.sqrt(years)) * scale);
  const lower = lowest - (highest - lowest) * Math.expm1(-(carry * first + 2 * vol * Math.sqrt(first)) * scale);
  if (!(spot < upper)) return spot - strike;
  const logUpper = Math.log(spot / upper);
  const logLower = Math.log(spot / lower);
  const logStrike = Math.log(spot / strike);
  const upperGain = (upper - strike) * Math.exp(power * logUpper);
  const lowerGain = (lower - strike) * Math.exp(power * logLower);
  const one = (gamma: number, bound: number): number => flat(logUpper, spot, bound, first, vol, rate, carry, gamma);
  const two = (gamma: number, logBound: number): number =>
    stepped(logUpper, logLower, logBound, years, vol, rate, carry, gamma);
  return (
    upperGain * (1 - one(power, upper)) +
    spot * (one(1, upper) - one(1, lower)) -
    strike * (one(0, upper) - one(0, lower)) +
    lowerGain * (one(power, lower) - two(power, logLower)) +
    spot * (two(1, logLower) - two(1, logStrike)) -
    strike * (two(0, logLower) - two(0, logStrike))
  );
}

/** ψ of the 2002 paper without S^γ: S^γ paid at the end if S stays below both boundaries and ends below the bound. */
function stepped(
  logUpper: number,
  logLower: number,
  logBound: number,
  years: number,
  vol: number,
  rate: number,
  carry: number,
  gamma: number,
): number {
  const variance = vol * vol;
  const first = SPLIT * years;
  const drift = carry + (gamma - 0.5) * variance;
  const firstDeviation = vol * Math.sqrt(first);
  const deviation = vol * Math.sqrt(years);
  const growth = (-rate + gamma * carry + 0.5 * gamma * (gamma - 1) * variance) * years;
  const mirror = (2 * carry) / variance + 2 * gamma - 1;
  // ln(I2²/(S·I1)) and its like, from logs of spot over the boundaries.
  const reflected = logLower - 2 * logUpper;
  const e1 = (logLower + drift * first) / firstDeviation;
  const e2 = (reflected + drift * first) / firstDeviation;
  const e3 = (logLower - drift * first) / firstDeviation;
  const e4 = (reflected - drift * first) / firstDeviation;
  const f1 = (logBound + drift * years) / deviation;
  const f2 = (logBound - 2 * logUpper + drift * years) / deviation;
  const f3 = (logBound - 2 * logLower + drift * years) / deviation;
  const f4 = (logBound + 2 * (logUpper - logLower) + drift * years) / deviation;
  return (
    Math.exp(growth) * together.below(-e1, -f1) -
    Math.exp(growth - mirror * logUpper) * together.below(-e2, -f2) -
    Math.exp(growth - mirror * logLower) * opposed.below(-e3, -f3) +
    Math.exp(growth + mirror * (logUpper - logLower)) * opposed.below(-e4, -f4)
  );
}
