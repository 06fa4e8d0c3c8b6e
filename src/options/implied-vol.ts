/**
 * Implied volatility to the last digit a price carries, for every price that has one, and a named refusal for those
 * that have none.
 *
 * Method: P. Jäckel, "Let's be rational" (2015). The price is reduced to an out-of-the-money option on a normalised
 * forward, β = price/√(asset·cash), x = −|ln(asset/cash)|; a guess from rational cubic interpolation on four branches
 * is improved by third-order Householder steps on the branch's own objective, so two steps reach float64.
 * The normalised price here is built on the ratio Φ/φ instead of erfcx; near the money its difference is summed as a
 * series in σ√T/2, whose rounding moves the vol by a few units in the last place only.
 * Checked against the reference values of that paper's own implementation and by inversion of random prices.
 */
import {
  gaussian,
  normalCdf,
  normalInverse,
  normalInverseFromHalf,
  SQRT_TWO_PI,
  upperTailRatio,
} from '../base/normal.ts';
import { assertTerms, type OptionTerms } from './contract.ts';
import { tailDifference } from './tail-difference.ts';

/** Why a price has no implied vol. */
export type NoVolCode =
  /** The price is no number or negative. */
  | 'vol.price-not-a-price'
  /** Below the discounted forward intrinsic value: no vol is low enough. */
  | 'vol.below-intrinsic'
  /** Exactly the intrinsic value: vol is nought, or anything too small to be seen in the price. */
  | 'vol.no-time-value'
  /** At or above the most the option can be worth: no vol is high enough. */
  | 'vol.above-maximum'
  /** Expired, or spot or strike is nought: the price does not depend on vol. */
  | 'vol.no-vega';

export type ImpliedVol =
  | { readonly ok: true; readonly vol: number }
  | { readonly ok: false; readonly code: NoVolCode; readonly rule: string };

/**
 * Returns the Black–Scholes–Merton vol per year at which the option is worth `price`, or why there is none.
 * `price` in money per share.
 */
export function impliedVol(option: OptionTerms, price: number): ImpliedVol {
  const vol = impliedVolOrNaN(option, price);
  return vol > 0 ? { ok: true, vol } : refuse(option, price);
}

/** The same without an object: NaN where there is no implied vol. */
export function impliedVolOrNaN(option: OptionTerms, price: number): number {
  assertTerms(option);
  const { right, spot, strike, years, rate, dividendYield } = option;
  const asset = spot * Math.exp(-dividendYield * years);
  const cash = strike * Math.exp(-rate * years);
  return right === 'call' ? black(price, asset, cash, years) : black(price, cash, asset, years);
}

/** The vol per year of a discounted Black-76 price, or why there is none. */
export function black76ImpliedVol(
  option: { readonly right: 'call' | 'put'; forward: number; strike: number; years: number; rate: number },
  price: number,
): ImpliedVol {
  return impliedVol({ ...option, spot: option.forward, dividendYield: option.rate }, price);
}

function refuse(option: OptionTerms, price: number): ImpliedVol {
  const { right, spot, strike, years, rate, dividendYield } = option;
  const asset = spot * Math.exp(-dividendYield * years);
  const cash = strike * Math.exp(-rate * years);
  const floor = Math.max(0, right === 'call' ? asset - cash : cash - asset);
  const ceiling = right === 'call' ? asset : cash;
  const no = (code: NoVolCode, rule: string): ImpliedVol => ({ ok: false, code, rule });
  if (!(price >= 0 && price < Infinity)) return no('vol.price-not-a-price', `price must be 0 or more, was ${price}`);
  if (price < floor) return no('vol.below-intrinsic', `price must be at least ${floor}, was ${price}`);
  if (!(years > 0 && asset > 0 && cash > 0)) {
    return no('vol.no-vega', `years, spot and strike must be above 0, were ${years}, ${spot} and ${strike}`);
  }
  if (price >= ceiling) return no('vol.above-maximum', `price must be below ${ceiling}, was ${price}`);
  return no('vol.no-time-value', `price must exceed ${floor} by what float64 can show, was ${price}`);
}

/** The vol of a call on `asset` paid with `cash`; a put is the same with the two exchanged. */
function black(price: number, asset: number, cash: number, years: number): number {
  const intrinsic = asset - cash;
  const outOfTheMoney = intrinsic > 0 ? price - intrinsic : price;
  if (!(outOfTheMoney > 0 && price < asset && years > 0)) return Number.NaN;
  // ln of a ratio near one from the exact difference; far from one the plain logarithm is as good.
  const ratio = intrinsic / cash;
  const x = ratio > -0.5 && ratio < 1 ? Math.log1p(ratio) : Math.log(asset / cash);
  const scale = Math.sqrt(asset) * Math.sqrt(cash);
  const deviation = normalisedDeviation(x > 0 ? -x : x, outOfTheMoney / scale);
  return deviation / Math.sqrt(years);
}

/** √27 / 2π and 2π/√27: the constants of the map that makes the lowest branch nearly a straight line. */
const LOW_SCALE = 0.8269933431326881;

/**
 * Returns σ√T of a normalised out-of-the-money price β at log-moneyness x ≤ 0; NaN outside 0 < β < exp(x/2).
 */
export function normalisedDeviation(x: number, beta: number): number {
  const ceiling = Math.exp(0.5 * x);
  if (!(beta > 0 && beta < ceiling)) return Number.NaN;
  const split = Math.sqrt(-2 * x);
  const splitVega = ceiling / SQRT_TWO_PI;
  // b(x, √(2|x|)), where h + t = 0.
  const splitPrice = x === 0 ? 0 : ceiling * (0.5 - upperTailRatio(split));
  if (beta < splitPrice) {
    const low = split - splitPrice / splitVega;
    if (low > 0) {
      const lowVega = normalisedVega(x, low);
      const lowPrice = lowVega * tailDifference(x / low, 0.5 * low);
      if (beta < lowPrice) return refineLow(x, beta, guessLow(x, beta, low, lowPrice, lowVega));
      const guess = cubicFromRight(beta, lowPrice, splitPrice, low, split, 1 / lowVega, 1 / splitVega, 0);
      return refineMiddle(x, beta, guess);
    }
    return refineMiddle(x, beta, (split * beta) / splitPrice);
  }
  const high = split + (ceiling - splitPrice) / splitVega;
  const highVega = normalisedVega(x, high);
  const highPrice = ceiling - ceilingGap(x, high, highVega);
  if (beta <= highPrice) {
    const guess = cubicFromLeft(beta, splitPrice, highPrice, split, high, 1 / splitVega, 1 / highVega, 0);
    return beta < 0.5 * ceiling ? refineMiddle(x, beta, guess) : refineHigh(x, beta, ceiling, guess);
  }
  return refineHigh(x, beta, ceiling, guessHigh(x, beta, ceiling, high, highPrice));
}

/** ∂b/∂s = φ(x/s)·exp(−s²/8). */
function normalisedVega(x: number, s: number): number {
  return (gaussian(x / s) * Math.exp(-0.125 * s * s)) / SQRT_TWO_PI;
}

/** exp(x/2) − b: what the price lacks to its ceiling, a sum of positive tails. */
function ceilingGap(x: number, s: number, vega: number): number {
  const h = x / s;
  const t = 0.5 * s;
  const near = h + t;
  const upper = near >= 0 ? vega * SQRT_TWO_PI * upperTailRatio(near) : Math.exp(0.5 * x) - gaussianUpper(near, x);
  return upper + vega * SQRT_TWO_PI * upperTailRatio(t - h);
}

function gaussianUpper(near: number, x: number): number {
  return Math.exp(0.5 * x) * normalCdf(near);
}

function guessLow(x: number, beta: number, low: number, lowPrice: number, lowVega: number): number {
  const z = -x / (Math.sqrt(3) * low);
  const density = gaussian(z);
  const ratio = upperTailRatio(z);
  const tail = density * ratio;
  const cube = (-x * tail * tail * tail) / LOW_SCALE;
  const slope = 2 * Math.PI * z * z * tail * tail * Math.exp(z * z + 0.125 * low * low);
  const bend = -(z / low) * (2 / z - 2 / (SQRT_TWO_PI * ratio) + 2 * z) + 0.25 * low;
  const mapped = cubicFromRight(beta, 0, lowPrice, 0, cube, 1, slope, (slope * bend) / lowVega);
  const root = Math.cbrt((LOW_SCALE * (mapped > 0 ? mapped : beta)) / -x);
  const quantile = normalInverse(root < 0.5 ? root : 0.5);
  return quantile < 0 ? x / (Math.sqrt(3) * quantile) : low;
}

function guessHigh(x: number, beta: number, ceiling: number, high: number, highPrice: number): number {
  const tail = normalCdf(-0.5 * high);
  const square = (x / high) * (x / high);
  const slope = -0.5 * Math.exp(0.5 * square);
  const curvature = (SQRT_TWO_PI / 2) * Math.exp(square + 0.125 * high * high) * (square / high);
  const mapped = cubicFromLeft(beta, highPrice, ceiling, tail, 0, slope, -0.5, curvature);
  if (mapped > 0 && mapped < 0.5) return -2 * normalInverse(mapped);
  return -2 * normalInverseFromHalf(-0.5 + 0.5 * (ceiling - beta));
}

/** Steps until the last one is so small that the next, of fourth order, would not show. */
const STEPS = 6;
const SETTLED = 1e-4;

/** Householder's third-order step from Newton's ν and the ratios g″/g′ and g‴/g′. */
function householder(newton: number, second: number, third: number): number {
  const step = (newton * (1 + 0.5 * second * newton)) / (1 + newton * (second + (third * newton) / 6));
  return step * newton > 0 ? step : newton;
}

/** Objective 1/ln b − 1/ln β, for prices far below the point of inflection. */
function refineLow(x: number, beta: number, guess: number): number {
  const logBeta = Math.log(beta);
  let s = guess;
  for (let i = 0; i < STEPS; i++) {
    const h = x / s;
    const ratio = tailDifference(h, 0.5 * s);
    const logPrice = Math.log(ratio / SQRT_TWO_PI) - 0.5 * h * h - 0.125 * s * s;
    const newton = (logBeta - logPrice) * (logPrice / logBeta) * ratio;
    const second = (h * h) / s - 0.25 * s;
    const third = second * second - (3 * h * h) / (s * s) - 0.25;
    const lift = 1 / ratio;
    const inverse = 1 / logPrice;
    const step = householder(
      newton,
      second - lift * (1 + 2 * inverse),
      third + 2 * lift * lift * (1 + 3 * inverse * (1 + inverse)) - 3 * second * lift * (1 + 2 * inverse),
    );
    s = s + step > 0.5 * s ? s + step : 0.5 * s;
    if (Math.abs(step) < SETTLED * s) break;
  }
  return s;
}

/** Objective b − β, around the point of inflection. */
function refineMiddle(x: number, beta: number, guess: number): number {
  let s = guess;
  for (let i = 0; i < STEPS; i++) {
    const h = x / s;
    const vega = normalisedVega(x, s);
    const newton = beta / vega - tailDifference(h, 0.5 * s);
    const second = (h * h) / s - 0.25 * s;
    const third = second * second - (3 * h * h) / (s * s) - 0.25;
    const step = householder(newton, second, third);
    s = s + step > 0.5 * s ? s + step : 0.5 * s;
    if (Math.abs(step) < SETTLED * s) break;
  }
  return s;
}

/** Objective −ln of what is missing to the ceiling, for prices above half of it. */
function refineHigh(x: number, beta: number, ceiling: number, guess: number): number {
  let s = guess;
  for (let i = 0; i < STEPS; i++) {
    const h = x / s;
    const vega = normalisedVega(x, s);
    const gap = ceilingGap(x, s, vega);
    const pull = vega / gap;
    const newton = Math.log(gap / (ceiling - beta)) / pull;
    const second = (h * h) / s - 0.25 * s;
    const third = second * second - (3 * h * h) / (s * s) - 0.25;
    const step = householder(newton, second + pull, third + 2 * pull * pull + 3 * second * pull);
    s = s + step > 0.5 * s ? s + step : 0.5 * s;
    if (Math.abs(step) < SETTLED * s) break;
  }
  return s;
}

/**
 * Rational cubic interpolation (Delbourgo and Gregory, 1985) of values y and slopes d at both ends, whose free
 * parameter is chosen to meet a second derivative at one end.
 */
function cubicFromLeft(
  x: number,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
  d0: number,
  d1: number,
  curvature: number,
): number {
  const width = x1 - x0;
  if (!(width > 0)) return 0.5 * (y0 + y1);
  const chord = (y1 - y0) / width;
  return rationalCubic(x, x0, width, y0, y1, d0, d1, (0.5 * width * curvature + (d1 - d0)) / (chord - d0));
}

function cubicFromRight(
  x: number,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
  d0: number,
  d1: number,
  curvature: number,
): number {
  const width = x1 - x0;
  if (!(width > 0)) return 0.5 * (y0 + y1);
  const chord = (y1 - y0) / width;
  return rationalCubic(x, x0, width, y0, y1, d0, d1, (0.5 * width * curvature + (d1 - d0)) / (d1 - chord));
}

function rationalCubic(
  x: number,
  x0: number,
  width: number,
  y0: number,
  y1: number,
  d0: number,
  d1: number,
  wanted: number,
): number {
  // Above −1 the denominator has no zero between the ends; without a number the curve is the straight line.
  const control = wanted > -0.99 ? wanted : wanted <= -0.99 ? -0.99 : Number.POSITIVE_INFINITY;
  const t = (x - x0) / width;
  const u = 1 - t;
  if (!(control < 1e12)) return y0 * u + y1 * t;
  const top =
    y1 * t * t * t + (control * y1 - width * d1) * t * t * u + (control * y0 + width * d0) * t * u * u + y0 * u * u * u;
  return top / (1 + (control - 3) * t * u);
}
