/**
 * European options by the column: price and greeks of many contracts into arrays that the caller owns.
 */
import { assert } from '../base/assert.ts';
import { gaussian, SQRT_TWO_PI, upperTailRatio } from '../base/normal.ts';
import type { Right } from './contract.ts';
import { europeanGreeks, FINE, Greeks } from './european.ts';

const INVERSE_SQRT_TWO_PI = 1 / SQRT_TWO_PI;

/** One row per contract. A column given as a number holds for all rows. */
export interface EuropeanColumns {
  /** 1 for a call, −1 for a put; one right for all rows, or one sign per row. */
  readonly right: Right | Int8Array;
  readonly spot: Float64Array | number;
  readonly strike: Float64Array | number;
  readonly years: Float64Array | number;
  readonly vol: Float64Array | number;
  readonly rate: Float64Array | number;
  readonly dividendYield: Float64Array | number;
}

/** Where the results go; a column left out is not written. */
export interface GreekColumns {
  readonly value?: Float64Array;
  readonly delta?: Float64Array;
  readonly gamma?: Float64Array;
  readonly vega?: Float64Array;
  readonly theta?: Float64Array;
  readonly rho?: Float64Array;
}

/**
 * Prices rows 0 … `count` − 1 into `out`, with the same bits as `europeanGreeks` one by one.
 * A row whose spot, strike, years or vol is negative or NaN gives NaN in every column: data has holes.
 */
export function europeanColumns(input: EuropeanColumns, count: number, out: GreekColumns): void {
  const spots = column(input.spot, count, 'spot');
  const strikes = column(input.strike, count, 'strike');
  const years = column(input.years, count, 'years');
  const vols = column(input.vol, count, 'vol');
  const rates = column(input.rate, count, 'rate');
  const yields = column(input.dividendYield, count, 'dividendYield');
  const { value, delta, gamma, vega, theta, rho } = out;
  for (const target of [value, delta, gamma, vega, theta, rho]) {
    assert(target === undefined || target.length >= count, () => `a result column must hold ${count} rows`);
  }
  const { right } = input;
  const signs = typeof right === 'string' ? new Int8Array(count).fill(right === 'call' ? 1 : -1) : right;
  // A column nobody asked for is written where nobody looks.
  const unread = value && delta && gamma && vega && theta && rho ? undefined : new Float64Array(count);
  priceRows(
    count,
    signs,
    [spots, strikes, years, vols, rates, yields],
    [
      value ?? unread ?? spots,
      delta ?? unread ?? spots,
      gamma ?? unread ?? spots,
      vega ?? unread ?? spots,
      theta ?? unread ?? spots,
      rho ?? unread ?? spots,
    ],
  );
}

type SixColumns = readonly [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];

/** The formulas of `europeanGreeks` written out in the loop: a call for each row would cost a third of the speed. */
function priceRows(count: number, signs: Int8Array, input: SixColumns, output: SixColumns): void {
  const [spots, strikes, years, vols, rates, yields] = input;
  const [values, deltas, gammas, vegas, thetas, rhos] = output;
  const greeks = new Greeks();
  for (let i = 0; i < count; i++) {
    const spot = spots[i];
    const strike = strikes[i];
    const time = years[i];
    const vol = vols[i];
    const rate = rates[i];
    const dividendYield = yields[i];
    const sign = signs[i] > 0 ? 1 : -1;
    const root = Math.sqrt(time);
    const deviation = vol * root;
    const yieldDiscount = Math.exp(-dividendYield * time);
    const asset = spot * yieldDiscount;
    const cash = strike * Math.exp(-rate * time);
    if (!(deviation >= FINE && asset > 0 && cash > 0 && vol > 0)) {
      const row = rareRow(greeks, sign, spot, strike, time, vol, rate, dividendYield);
      values[i] = row.value;
      deltas[i] = row.delta;
      gammas[i] = row.gamma;
      vegas[i] = row.vega;
      thetas[i] = row.theta;
      rhos[i] = row.rho;
      continue;
    }
    const d1 = Math.log(asset / cash) / deviation + 0.5 * deviation;
    const d2 = d1 - deviation;
    const density = gaussian(d1);
    const assetDensity = asset * density;
    const ratio1 = upperTailRatio(Math.abs(d1));
    const ratio2 = upperTailRatio(Math.abs(d2));
    const share = d1 * sign < 0 ? density * ratio1 : 1 - density * ratio1;
    const assetPart = sign * asset * share;
    const cashPart = sign * (d2 * sign < 0 ? assetDensity * ratio2 : cash - assetDensity * ratio2);
    const scaledDensity = INVERSE_SQRT_TWO_PI * density;
    const gamma = (yieldDiscount * scaledDensity) / (spot * deviation);
    const move = vol * spot;
    if (d1 < 0 && sign > 0) values[i] = assetDensity * (ratio1 - ratio2);
    else if (d2 > 0 && sign < 0) values[i] = assetDensity * (ratio2 - ratio1);
    else values[i] = assetPart > cashPart ? assetPart - cashPart : 0;
    deltas[i] = sign * yieldDiscount * share;
    gammas[i] = gamma;
    vegas[i] = asset * scaledDensity * root;
    thetas[i] = dividendYield * assetPart - rate * cashPart - 0.5 * move * move * gamma;
    rhos[i] = time * cashPart;
  }
}

/** A row with next to no chance, which is computed finely, or with a hole: NaN in every column for the latter. */
function rareRow(
  greeks: Greeks,
  sign: number,
  spot: number,
  strike: number,
  years: number,
  vol: number,
  rate: number,
  dividendYield: number,
): Greeks {
  if (!(spot >= 0 && strike >= 0 && years >= 0 && vol >= 0 && rate - dividendYield < Infinity)) return new Greeks();
  const right = sign > 0 ? 'call' : 'put';
  return europeanGreeks(greeks, { right, spot, strike, years, vol, rate, dividendYield });
}

function column(values: Float64Array | number, count: number, name: string): Float64Array {
  if (typeof values === 'number') return new Float64Array(count).fill(values);
  assert(values.length >= count, () => `${name} must hold ${count} rows, has ${values.length}`);
  return values;
}
