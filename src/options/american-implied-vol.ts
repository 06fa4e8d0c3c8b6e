/**
 * Implied volatility of American options, by any American model.
 *
 * The price rises with vol, so the root is bracketed and found by Brent's method; above the European vol it never lies,
 * and mostly it lies so near below that five prices find it.
 */
import { americanPrice } from './american.ts';
import { assertTerms, type OptionInputs, type OptionTerms } from './contract.ts';
import { europeanGreeks, Greeks } from './european.ts';
import { impliedVolOrNaN, type ImpliedVol, type NoVolCode } from './implied-vol.ts';

/** Above this vol per year a price says nothing any more. */
const VOL_MAX = 1000;
const VOL_MIN = 1e-4;

/**
 * Returns the vol per year at which `model` (the precise American price unless told) gives `price`, or why there is
 * none. Accurate to about 1e-12 or the model's own noise divided by vega.
 */
export function americanImpliedVol(
  option: OptionTerms,
  price: number,
  model: (option: OptionInputs) => number = americanPrice,
): ImpliedVol {
  assertTerms(option);
  const { right, spot, strike, years } = option;
  const no = (code: NoVolCode, rule: string): ImpliedVol => ({ ok: false, code, rule });
  if (!(price >= 0 && price < Infinity)) return no('vol.price-not-a-price', `price must be 0 or more, was ${price}`);
  const trial: { -readonly [K in keyof OptionInputs]: OptionInputs[K] } = { ...option, vol: 0 };
  const valueAt = (vol: number): number => {
    trial.vol = vol;
    return model(trial);
  };
  const floor = Math.max(0, right === 'call' ? spot - strike : strike - spot);
  if (price < floor) return no('vol.below-intrinsic', `price must be at least ${floor}, was ${price}`);
  if (!(years > 0 && spot > 0 && strike > 0)) {
    return no('vol.no-vega', `years, spot and strike must be above 0, were ${years}, ${spot} and ${strike}`);
  }
  const near = bracketFromEuropean(option, price, floor, valueAt);
  if (typeof near === 'number') return { ok: true, vol: near };
  if (near !== undefined) {
    const { low, high, lowValue, highValue } = near;
    return { ok: true, vol: brent((vol) => valueAt(vol) - price, low, high, lowValue, highValue) };
  }
  const lowest = valueAt(VOL_MIN);
  // Where holding is always worth more than exercise the floor is above the intrinsic value.
  if (price < lowest - 1e-12 * (spot + strike)) {
    return no('vol.below-intrinsic', `price must be at least ${lowest}, was ${price}`);
  }
  if (price <= Math.max(lowest, floor)) return no('vol.no-time-value', `price must exceed ${lowest}, was ${price}`);
  let high = 1;
  while (high < VOL_MAX && valueAt(high) < price) high *= 2;
  const highest = valueAt(high);
  if (highest < price) return no('vol.above-maximum', `price must be below ${highest}, was ${price}`);
  return { ok: true, vol: brent((vol) => valueAt(vol) - price, VOL_MIN, high, lowest - price, highest - price) };
}

interface Bracket {
  readonly low: number;
  readonly high: number;
  /** Model price less the price, at the ends. */
  readonly lowValue: number;
  readonly highValue: number;
}

/**
 * A narrow bracket, or the vol itself where early exercise is worth nothing. An American option is worth at least the
 * European one, so the European vol of the price is above the American one, by about the premium over vega.
 * `undefined` where the price has no European vol or the bracket does not hold: then the whole range is searched.
 */
function bracketFromEuropean(
  option: OptionTerms,
  price: number,
  floor: number,
  valueAt: (vol: number) => number,
): Bracket | number | undefined {
  const high = price > floor ? impliedVolOrNaN(option, price) : Number.NaN;
  if (!(high > VOL_MIN && high < VOL_MAX)) return undefined;
  const highValue = valueAt(high) - price;
  if (Math.abs(highValue) <= 1e-15 * (option.spot + option.strike)) return high;
  const { vega } = europeanGreeks(new Greeks(), { ...option, vol: high });
  const low = high - (1.5 * highValue) / vega;
  if (!(highValue > 0 && low > VOL_MIN)) return undefined;
  const lowValue = valueAt(low) - price;
  return lowValue < 0 ? { low, high, lowValue, highValue } : undefined;
}

/** Brent's root finder (1973) on a bracket whose end values are known. */
function brent(value: (x: number) => number, low: number, high: number, lowValue: number, highValue: number): number {
  let [a, b, fa, fb] = [low, high, lowValue, highValue];
  let [c, fc, step, before] = [a, fa, b - a, b - a];
  for (let i = 0; i < 100 && fb !== 0; i++) {
    if (fb > 0 === fc > 0) [c, fc, step, before] = [a, fa, b - a, b - a];
    if (Math.abs(fc) < Math.abs(fb)) [a, b, c, fa, fb, fc] = [b, c, b, fb, fc, fb];
    const tolerance = 2e-16 * Math.abs(b) + 1e-14;
    const middle = 0.5 * (c - b);
    if (Math.abs(middle) <= tolerance) break;
    if (Math.abs(before) >= tolerance && Math.abs(fa) > Math.abs(fb)) {
      const s = fb / fa;
      let p = 2 * middle * s;
      let q = 1 - s;
      if (a !== c) {
        const [r, t] = [fb / fc, fa / fc];
        p = s * (2 * middle * t * (t - r) - (b - a) * (r - 1));
        q = (t - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      p = Math.abs(p);
      const accepted = 2 * p < Math.min(3 * middle * q - Math.abs(tolerance * q), Math.abs(before * q));
      [before, step] = accepted ? [step, p / q] : [middle, middle];
    } else [step, before] = [middle, middle];
    [a, fa] = [b, fb];
    b += Math.abs(step) > tolerance ? step : Math.sign(middle) * tolerance;
    fb = value(b);
  }
  return b;
}
