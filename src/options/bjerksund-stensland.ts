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
import { BivariateTable, TABLE_REACH } from './bivariate.ts';
import { assertInputs, type OptionInputs } from './contract.ts';
import { outOfTheMoneyValue } from './european.ts';

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

/** Spot, strike, years, vol, rate, carry and the discount factors of spot and strike, of the call that is asked for. */
type Market = Float64Array;
type CallFormula = (market: Market) => number;

// Numbers handed over in an array are not boxed; nothing is kept in it from one option to the next.
const market: Market = new Float64Array(8);

function asCall(option: OptionInputs, formula: CallFormula): number {
  assertInputs(option);
  const { right, spot, strike, years, vol, rate, dividendYield } = option;
  const call = right === 'call';
  const asset = call ? spot : strike;
  const cash = call ? strike : spot;
  const cashRate = call ? rate : dividendYield;
  const assetRate = call ? dividendYield : rate;
  const assetDiscount = Math.exp(-assetRate * years);
  const cashDiscount = Math.exp(-cashRate * years);
  const [assetNow, cashNow] = [asset * assetDiscount, cash * cashDiscount];
  const deviation = vol * Math.sqrt(years);
  const european = Math.max(0, assetNow - cashNow) + outOfTheMoneyValue(assetNow, cashNow, deviation);
  const floor = Math.max(european, asset - cash);
  if (!(asset > 0 && cash > 0 && deviation > 0)) return floor;
  // Without a dividend on the asset nobody exercises early.
  if (assetRate <= 0) return european;
  market[0] = asset;
  market[1] = cash;
  market[2] = years;
  market[3] = vol;
  market[4] = cashRate;
  market[5] = cashRate - assetRate;
  market[6] = assetDiscount;
  market[7] = cashDiscount;
  const value = formula(market);
  // With next to no vol the mirrored terms leave the range of float64; the floor is the value then.
  return value > floor ? value : floor;
}

function americanCall1993(market: Market): number {
  const spot = market[0];
  const strike = market[1];
  const years = market[2];
  const vol = market[3];
  const rate = market[4];
  const carry = market[5];
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

/**
 * Places in `work`: what all pieces of one option share, then what one power γ brings along, then what it gives back.
 * Logs of spot over a price are divided by the deviation of the time at which that price is met.
 */
const UPPER_FIRST = 0;
const LOWER_FIRST = 1;
const UPPER_END = 2;
const LOWER_END = 3;
const STRIKE_END = 4;
const FIRST_SHIFT = 5;
const END_SHIFT = 6;
const FIRST_GROWTH = 7;
const END_GROWTH = 8;
const UPPER_MIRROR = 9;
const LOWER_MIRROR = 10;
const ONE_UPPER = 11;
const ONE_LOWER = 12;
const TWO = 13;

const work = new Float64Array(14);
const singles = new Float64Array(6);
const pairs = new Float64Array(12);

function americanCall2002(market: Market): number {
  const spot = market[0];
  const strike = market[1];
  const years = market[2];
  const vol = market[3];
  const rate = market[4];
  const carry = market[5];
  const variance = vol * vol;
  const power = exponentOf(rate, carry, variance);
  const highest = (power / (power - 1)) * strike;
  const lowest = Math.max(strike, (rate / (rate - carry)) * strike);
  const first = SPLIT * years;
  const firstRoot = Math.sqrt(first);
  const endRoot = Math.sqrt(years);
  const scale = (strike * strike) / ((highest - lowest) * lowest);
  const upper = lowest + (highest - lowest) * (1 - Math.exp(-(carry * years + 2 * vol * endRoot) * scale));
  const lower = lowest + (highest - lowest) * (1 - Math.exp(-(carry * first + 2 * vol * firstRoot) * scale));
  if (!(spot < upper)) return spot - strike;
  const logUpper = Math.log(spot / upper);
  const logLower = Math.log(spot / lower);
  const perFirst = 1 / (vol * firstRoot);
  const perEnd = 1 / (vol * endRoot);
  work[UPPER_FIRST] = logUpper * perFirst;
  work[LOWER_FIRST] = logLower * perFirst;
  work[UPPER_END] = logUpper * perEnd;
  work[LOWER_END] = logLower * perEnd;
  work[STRIKE_END] = Math.log(spot / strike) * perEnd;
  const mirror = (2 * carry) / variance - 1;
  const perVariance = firstRoot / vol;
  const perVarianceEnd = endRoot / vol;

  // γ = β: the root at which S^γ neither grows nor decays under discounting.
  const drift = carry + (power - 0.5) * variance;
  work[FIRST_SHIFT] = drift * perVariance;
  work[END_SHIFT] = drift * perVarianceEnd;
  work[FIRST_GROWTH] = work[END_GROWTH] = 1;
  work[UPPER_MIRROR] = Math.exp(-(mirror + 2 * power) * logUpper);
  work[LOWER_MIRROR] = Math.exp(-(mirror + 2 * power) * logLower);
  pieces(false);
  const early =
    (upper - strike) * Math.exp(power * logUpper) * (1 - work[ONE_UPPER]) +
    (lower - strike) * Math.exp(power * logLower) * (work[ONE_LOWER] - work[TWO]);

  const cashUpper = Math.exp(-mirror * logUpper);
  const cashLower = Math.exp(-mirror * logLower);
  work[FIRST_SHIFT] = (carry + 0.5 * variance) * perVariance;
  work[END_SHIFT] = (carry + 0.5 * variance) * perVarianceEnd;
  work[FIRST_GROWTH] = Math.exp((carry - rate) * first);
  work[END_GROWTH] = market[6];
  work[UPPER_MIRROR] = cashUpper * (upper / spot) * (upper / spot);
  work[LOWER_MIRROR] = cashLower * (lower / spot) * (lower / spot);
  pieces(true);
  const asset = work[ONE_UPPER] - work[ONE_LOWER] + work[TWO];

  work[FIRST_SHIFT] = (carry - 0.5 * variance) * perVariance;
  work[END_SHIFT] = (carry - 0.5 * variance) * perVarianceEnd;
  work[FIRST_GROWTH] = Math.exp(-rate * first);
  work[END_GROWTH] = market[7];
  work[UPPER_MIRROR] = cashUpper;
  work[LOWER_MIRROR] = cashLower;
  pieces(true);
  const cash = work[ONE_UPPER] - work[ONE_LOWER] + work[TWO];
  return early + spot * asset - strike * cash;
}

/**
 * For one power γ, without the factor S^γ: φ at the first boundary's time with both boundaries as bounds, and ψ at the
 * end with the later boundary as bound, less ψ with the strike as bound where `lessStrike`. In that difference the
 * parts of ψ in one variable cancel.
 */
function pieces(lessStrike: boolean): void {
  const together = (table ??= new BivariateTable(CORRELATION));
  const firstShift = work[FIRST_SHIFT];
  const endShift = work[END_SHIFT];
  const upper = work[UPPER_FIRST];
  const lower = work[LOWER_FIRST];
  const upperMirror = work[UPPER_MIRROR];
  const lowerMirror = work[LOWER_MIRROR];
  // ln(I2²/(S·I1)) and its like, from logs of spot over the boundaries.
  const reflected = lower - 2 * upper;
  singles[0] = -upper - firstShift;
  singles[1] = upper - firstShift;
  singles[2] = pairs[0] = -lower - firstShift;
  singles[3] = pairs[1] = -reflected - firstShift;
  singles[4] = pairs[2] = firstShift - lower;
  singles[5] = pairs[3] = firstShift - reflected;
  const upperEnd = 2 * work[UPPER_END];
  const lowerEnd = 2 * work[LOWER_END];
  const bound = work[LOWER_END] + endShift;
  pairs[4] = -bound;
  pairs[5] = upperEnd - bound;
  const endThird = (pairs[6] = bound - lowerEnd);
  const endFourth = (pairs[7] = bound + upperEnd - lowerEnd);
  const other = work[STRIKE_END] + endShift;
  pairs[8] = -other;
  pairs[9] = upperEnd - other;
  pairs[10] = other - lowerEnd;
  pairs[11] = other + upperEnd - lowerEnd;
  together.differencesBelow(pairs, 4, lessStrike ? 2 : 1);
  together.singlesBelow(singles, lessStrike ? 4 : 6);
  work[ONE_UPPER] = work[FIRST_GROWTH] * (singles[0] - upperMirror * singles[1]);
  work[ONE_LOWER] = work[FIRST_GROWTH] * (singles[2] - upperMirror * singles[3]);
  // Beyond the table nothing is left, and not the rounding of two tables times a mirror of any size.
  const third = lessStrike ? pairs[2] : endThird < TABLE_REACH ? pairs[2] - singles[4] : 0;
  const fourth = lessStrike ? pairs[3] : endFourth < TABLE_REACH ? pairs[3] - singles[5] : 0;
  work[TWO] =
    work[END_GROWTH] * (pairs[0] - upperMirror * pairs[1] + lowerMirror * third - (lowerMirror / upperMirror) * fourth);
}
