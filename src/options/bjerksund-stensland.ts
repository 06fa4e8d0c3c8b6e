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
import { BivariateTable } from './bivariate.ts';
import { assertInputs, type OptionInputs } from './contract.ts';
import { europeanPrice } from './european.ts';

/** ½(√5 − 1): the part of the life in which the first boundary holds. */
const SPLIT = 0.6180339887498949;
const CORRELATION = Math.sqrt(SPLIT);
let table: BivariateTable | undefined;

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
  const floor = Math.max(european, asset - cash);
  if (!(asset > 0 && cash > 0 && vol * Math.sqrt(years) > 0)) return floor;
  // Without a dividend on the asset nobody exercises early.
  if (assetRate <= 0) return european;
  const value = formula(asset, cash, years, vol, cashRate, cashRate - assetRate);
  // With next to no vol the mirrored terms leave the range of float64; the floor is the value then.
  return value > floor ? value : floor;
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

/** Places in `work`: what all pieces of one option share, then the power of S, then the four pieces. */
const LOG_UPPER = 0;
const LOG_LOWER = 1;
const LOG_STRIKE = 2;
const YEARS = 3;
const VOL = 4;
const RATE = 5;
const CARRY = 6;
const POWER = 7;
const ONE_UPPER = 8;
const ONE_LOWER = 9;
const TWO_LOWER = 10;
const TWO_STRIKE = 11;

// Numbers handed over in an array are not boxed; nothing is kept in it from one option to the next.
const work = new Float64Array(12);

function americanCall2002(
  spot: number,
  strike: number,
  years: number,
  vol: number,
  rate: number,
  carry: number,
): number {
  const power = exponentOf(rate, carry, vol * vol);
  const highest = (power / (power - 1)) * strike;
  const lowest = Math.max(strike, (rate / (rate - carry)) * strike);
  const first = SPLIT * years;
  const scale = (strike * strike) / ((highest - lowest) * lowest);
  const upper = lowest - (highest - lowest) * Math.expm1(-(carry * years + 2 * vol * Math.sqrt(years)) * scale);
  const lower = lowest - (highest - lowest) * Math.expm1(-(carry * first + 2 * vol * Math.sqrt(first)) * scale);
  if (!(spot < upper)) return spot - strike;
  work[LOG_UPPER] = Math.log(spot / upper);
  work[LOG_LOWER] = Math.log(spot / lower);
  work[LOG_STRIKE] = Math.log(spot / strike);
  work[YEARS] = years;
  work[VOL] = vol;
  work[RATE] = rate;
  work[CARRY] = carry;
  const upperGain = (upper - strike) * Math.exp(power * work[LOG_UPPER]);
  const lowerGain = (lower - strike) * Math.exp(power * work[LOG_LOWER]);
  work[POWER] = power;
  pieces(false);
  const early = upperGain * (1 - work[ONE_UPPER]) + lowerGain * (work[ONE_LOWER] - work[TWO_LOWER]);
  work[POWER] = 1;
  pieces(true);
  const asset = work[ONE_UPPER] - work[ONE_LOWER] + work[TWO_LOWER] - work[TWO_STRIKE];
  work[POWER] = 0;
  pieces(true);
  const cash = work[ONE_UPPER] - work[ONE_LOWER] + work[TWO_LOWER] - work[TWO_STRIKE];
  return early + spot * asset - strike * cash;
}

/**
 * For one power γ, without the factor S^γ: φ at the first boundary's time with both boundaries as bounds, and ψ at the
 * end with the later boundary and, where `withStrike`, the strike as bound.
 */
function pieces(withStrike: boolean): void {
  const together = (table ??= new BivariateTable(CORRELATION));
  const logUpper = work[LOG_UPPER];
  const logLower = work[LOG_LOWER];
  const years = work[YEARS];
  const gamma = work[POWER];
  const carry = work[CARRY];
  const variance = work[VOL] * work[VOL];
  const first = SPLIT * years;
  const firstDeviation = work[VOL] * Math.sqrt(first);
  const deviation = work[VOL] * Math.sqrt(years);
  const drift = carry + (gamma - 0.5) * variance;
  const pace = -work[RATE] + gamma * carry + 0.5 * gamma * (gamma - 1) * variance;
  const mirror = (2 * carry) / variance + 2 * gamma - 1;
  const firstGrowth = Math.exp(pace * first);
  const growth = Math.exp(pace * years);
  const upperMirror = Math.exp(-mirror * logUpper);
  const lowerMirror = Math.exp(-mirror * logLower);
  // ln(I2²/(S·I1)) and its like, from logs of spot over the boundaries.
  const reflected = logLower - 2 * logUpper;
  const e1 = (logLower + drift * first) / firstDeviation;
  const e2 = (reflected + drift * first) / firstDeviation;
  const e3 = (logLower - drift * first) / firstDeviation;
  const e4 = (reflected - drift * first) / firstDeviation;
  const upperBelow = normalCdf(-(logUpper + drift * first) / firstDeviation);
  const upperMirrored = normalCdf((logUpper - drift * first) / firstDeviation);
  work[ONE_UPPER] = firstGrowth * (upperBelow - upperMirror * upperMirrored);
  work[ONE_LOWER] = firstGrowth * (normalCdf(-e1) - upperMirror * normalCdf(-e2));
  const third = normalCdf(-e3);
  const fourth = normalCdf(-e4);
  for (let place = TWO_LOWER; place <= (withStrike ? TWO_STRIKE : TWO_LOWER); place++) {
    const logBound = place === TWO_LOWER ? logLower : work[LOG_STRIKE];
    const f1 = (logBound + drift * years) / deviation;
    const f2 = f1 - (2 * logUpper) / deviation;
    const f3 = f1 - (2 * logLower) / deviation;
    const f4 = f1 + (2 * (logUpper - logLower)) / deviation;
    work[place] =
      growth *
      (together.below(-e1, -f1) -
        upperMirror * together.below(-e2, -f2) -
        lowerMirror * (third - together.below(-e3, f3)) +
        (lowerMirror / upperMirror) * (fourth - together.below(-e4, f4)));
  }
}
