/**
 * European options: value and sensitivities in closed form, exact to rounding also far in and out of the money.
 *
 * The side that is out of the money forward is computed, the other follows by parity, so that a price of 1e-200 has as
 * many right digits as one of 10. Everything deterministic is handled: nought years or vol give the discounted forward
 * intrinsic value and its slopes.
 *
 * Units everywhere in this room: money per share; `years` act/365; `vol`, `rate`, `dividendYield` per year and
 * continuously compounded (0.05 is 5 %), of any sign except `vol`, which is never negative.
 * Sources: Black and Scholes (1973), Merton (1973), Black (1976); greeks as in Haug, The Complete Guide to Option
 * Pricing Formulas, 2nd ed., ch. 2. Checked against QuantLib grids, Haug's tables and difference quotients.
 */
import { gaussian, SQRT_TWO_PI, upperTailRatio } from '../base/normal.ts';
import { assertInputs, type OptionInputs, type Right } from './contract.ts';
import { tailDifference } from './tail-difference.ts';

const INVERSE_SQRT_TWO_PI = 1 / SQRT_TWO_PI;

/** Below this σ√T the last digit of a quotient near one is worth more than 1e-14 in d1. */
export const FINE = 0.01;

/** What moves a price: first derivatives and gamma. All for one share, per whole unit (no per-day, no per-point). */
export class Greeks {
  /** Money per share. */
  value = Number.NaN;
  /** ∂V/∂S, shares per option. */
  delta = Number.NaN;
  /** ∂²V/∂S², shares per unit of money. */
  gamma = Number.NaN;
  /** ∂V/∂σ, money per 1.00 of vol: divide by 100 for a vol point. */
  vega = Number.NaN;
  /** ∂V/∂t as time passes, money per year: divide by 365 for a calendar day. */
  theta = Number.NaN;
  /** ∂V/∂r, money per 1.00 of rate: divide by 100 for a percentage point, by 10,000 for a basis point. */
  rho = Number.NaN;
}

/** The second-order sensitivities, and the one to the dividend yield. */
export class HigherGreeks {
  /** ∂V/∂q, money per 1.00 of dividend yield. */
  dividendRho = Number.NaN;
  /** ∂²V/∂S∂σ: change of delta per 1.00 of vol. */
  vanna = Number.NaN;
  /** ∂²V/∂σ²: change of vega per 1.00 of vol. Also called volga. */
  vomma = Number.NaN;
  /** ∂²V/∂S∂t: change of delta per year that passes. */
  charm = Number.NaN;
  /** ∂³V/∂S³: change of gamma per unit of money. */
  speed = Number.NaN;
  /** ∂³V/∂S²∂σ: change of gamma per 1.00 of vol. */
  zomma = Number.NaN;
  /** ∂³V/∂S²∂t: change of gamma per year that passes. */
  color = Number.NaN;
}

/** Returns the Black–Scholes–Merton value, per share. A negative or NaN price, vol or time is a bug. */
export function europeanPrice(option: OptionInputs): number {
  assertInputs(option);
  const { right, spot, strike, years, vol, rate, dividendYield } = option;
  return discountedBlack(right, spot * Math.exp(-dividendYield * years), strike * Math.exp(-rate * years), vol, years);
}

/** Returns the Black-76 value of an option on a forward or future, discounted at `rate`, per unit. */
export function black76Price(
  right: Right,
  forward: number,
  strike: number,
  years: number,
  vol: number,
  rate: number,
): number {
  assertInputs({ right, spot: forward, strike, years, vol, rate, dividendYield: rate });
  const discount = Math.exp(-rate * years);
  return discountedBlack(right, forward * discount, strike * discount, vol, years);
}

function discountedBlack(right: Right, asset: number, cash: number, vol: number, years: number): number {
  const intrinsic = right === 'call' ? asset - cash : cash - asset;
  const outOfTheMoney = outOfTheMoneyValue(asset, cash, vol * Math.sqrt(years));
  return intrinsic > 0 ? intrinsic + outOfTheMoney : outOfTheMoney;
}

/**
 * Returns the value of the option that is out of the money forward, where `asset` is the present value of the share
 * delivered, `cash` that of the strike paid, and `deviation` = σ√T.
 */
export function outOfTheMoneyValue(asset: number, cash: number, deviation: number): number {
  if (!(deviation > 0 && asset > 0 && cash > 0)) return Number.isNaN(deviation + asset + cash) ? Number.NaN : 0;
  const larger = asset > cash ? asset : cash;
  const smaller = asset > cash ? cash : asset;
  // With moneyness y = ln(larger/smaller)/s: value = smaller·Φ(s/2 − y) − larger·Φ(−s/2 − y), and the two densities
  // times their amounts are equal, which is what keeps the digits of the far tail.
  const gap = (larger - smaller) / smaller;
  const moneyness = (gap < 1 ? Math.log1p(gap) : Math.log(larger / smaller)) / deviation;
  const near = moneyness - 0.5 * deviation;
  const far = near + deviation;
  if (near >= 0) return smaller * gaussian(near) * (upperTailRatio(near) - upperTailRatio(far));
  if (deviation < 0.01) {
    // Near the money the two amounts cancel as the deviation shrinks; the series does not.
    const centre = Math.sqrt(smaller) * Math.sqrt(larger) * Math.exp(-0.125 * deviation * deviation);
    return (centre * gaussian(moneyness) * tailDifference(-moneyness, 0.5 * deviation)) / SQRT_TWO_PI;
  }
  const density = gaussian(near);
  return Math.max(0, smaller * (1 - density * upperTailRatio(-near) - density * upperTailRatio(far)));
}

/**
 * Writes value, delta, gamma, vega, theta and rho into `out` and returns it; allocates nothing.
 * A negative or NaN price, vol or time is a bug.
 */
export function europeanGreeks(out: Greeks, option: OptionInputs): Greeks {
  assertInputs(option);
  const { right, spot, strike, years, vol, rate, dividendYield } = option;
  const root = Math.sqrt(years);
  const deviation = vol * root;
  const yieldDiscount = Math.exp(-dividendYield * years);
  const asset = spot * yieldDiscount;
  const cash = strike * Math.exp(-rate * years);
  const sign = right === 'call' ? 1 : -1;
  if (!(deviation > 0 && asset > 0 && cash > 0)) {
    return certainGreeks(out, sign, asset, cash, years, rate, dividendYield, yieldDiscount);
  }
  const log = deviation < FINE ? fineMoneyness(option) : Math.log(asset / cash);
  const d1 = log / deviation + 0.5 * deviation;
  const d2 = d1 - deviation;
  const density = gaussian(d1);
  const assetDensity = asset * density;
  // Amount times tail beyond |d1| and |d2|: asset·φ(d1) = cash·φ(d2), so one exponential serves both.
  const ratio1 = upperTailRatio(Math.abs(d1));
  const ratio2 = upperTailRatio(Math.abs(d2));
  const share = d1 * sign < 0 ? density * ratio1 : 1 - density * ratio1;
  const assetPart = sign * asset * share;
  const cashPart = sign * (d2 * sign < 0 ? assetDensity * ratio2 : cash - assetDensity * ratio2);
  // Out of the money the two parts nearly cancel; there the difference of the tail ratios is the exact way.
  if (d1 < 0 && sign > 0) out.value = assetDensity * (ratio1 - ratio2);
  else if (d2 > 0 && sign < 0) out.value = assetDensity * (ratio2 - ratio1);
  else out.value = assetPart > cashPart ? assetPart - cashPart : 0;
  const scaledDensity = INVERSE_SQRT_TWO_PI * density;
  const gamma = (yieldDiscount * scaledDensity) / (spot * deviation);
  const move = vol * spot;
  out.delta = sign * yieldDiscount * share;
  out.gamma = gamma;
  out.vega = asset * scaledDensity * root;
  out.theta = dividendYield * assetPart - rate * cashPart - 0.5 * move * move * gamma;
  out.rho = years * cashPart;
  return out;
}

/** ln(forward/strike) to its own last digits also where it is nearly nought. */
function fineMoneyness({ spot, strike, years, rate, dividendYield }: OptionInputs): number {
  const gap = (spot - strike) / strike;
  return (Math.abs(gap) < 0.5 ? Math.log1p(gap) : Math.log(spot / strike)) + (rate - dividendYield) * years;
}

/** Nothing is left to chance: the option is a forward that will be taken, or nothing. At the money: the mean of both. */
function certainGreeks(
  out: Greeks,
  sign: number,
  asset: number,
  cash: number,
  years: number,
  rate: number,
  dividendYield: number,
  yieldDiscount: number,
): Greeks {
  const forward = sign * (asset - cash);
  const taken = forward > 0 ? 1 : forward < 0 ? 0 : 0.5;
  out.value = forward > 0 ? forward : 0;
  out.delta = sign * yieldDiscount * taken;
  out.gamma = 0;
  out.vega = 0;
  out.theta = sign * taken * (dividendYield * asset - rate * cash);
  out.rho = sign * taken * years * cash;
  return out;
}

/** Writes the second-order greeks into `out` and returns it; allocates nothing. Nought where nothing is uncertain. */
export function europeanHigherGreeks(out: HigherGreeks, option: OptionInputs): HigherGreeks {
  assertInputs(option);
  const { right, spot, strike, years, vol, rate, dividendYield } = option;
  const root = Math.sqrt(years);
  const deviation = vol * root;
  const yieldDiscount = Math.exp(-dividendYield * years);
  const asset = spot * yieldDiscount;
  const cash = strike * Math.exp(-rate * years);
  const sign = right === 'call' ? 1 : -1;
  if (!(deviation > 0 && asset > 0 && cash > 0)) {
    const taken = sign * (asset - cash) > 0 ? 1 : asset === cash ? 0.5 : 0;
    out.dividendRho = -sign * taken * years * asset;
    out.charm = sign * taken * dividendYield * yieldDiscount;
    out.vanna = out.vomma = out.speed = out.zomma = out.color = 0;
    return out;
  }
  const log = deviation < FINE ? fineMoneyness(option) : Math.log(asset / cash);
  const d1 = log / deviation + 0.5 * deviation;
  const d2 = d1 - deviation;
  const density = gaussian(d1);
  const tail = density * upperTailRatio(Math.abs(d1));
  const delta = sign * yieldDiscount * (d1 * sign < 0 ? tail : 1 - tail);
  const discountedDensity = INVERSE_SQRT_TWO_PI * density * yieldDiscount;
  const gamma = discountedDensity / (spot * deviation);
  // ∂d1/∂T, the drift of the moneyness as the end comes nearer.
  const drift = ((rate - dividendYield) * 2 * years - d2 * deviation) / (2 * years * deviation);
  out.dividendRho = -years * spot * delta;
  out.vanna = (-discountedDensity * d2) / vol;
  out.vomma = (spot * discountedDensity * root * d1 * d2) / vol;
  out.charm = dividendYield * delta - discountedDensity * drift;
  out.speed = (-gamma / spot) * (d1 / deviation + 1);
  out.zomma = (gamma * (d1 * d2 - 1)) / vol;
  out.color = gamma * (dividendYield + d1 * drift + 1 / (2 * years));
  return out;
}
