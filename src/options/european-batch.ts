/**
 * European options by the column: price and greeks of many contracts into arrays that the caller owns.
 */
import { assert } from '../base/assert.ts';
import type { Right } from './contract.ts';
import { europeanGreeks, Greeks } from './european.ts';

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
  const greeks = new Greeks();
  const hole = new Greeks();
  const option = {
    right: 'call' as Right,
    spot: 0.5,
    strike: 0.5,
    years: 0.5,
    vol: 0.5,
    rate: 0.5,
    dividendYield: 0.5,
  };
  for (let i = 0; i < count; i++) {
    option.right = typeof right === 'string' ? right : right[i] > 0 ? 'call' : 'put';
    option.spot = spots[i];
    option.strike = strikes[i];
    option.years = years[i];
    option.vol = vols[i];
    option.rate = rates[i];
    option.dividendYield = yields[i];
    const whole =
      option.spot >= 0 &&
      option.strike >= 0 &&
      option.years >= 0 &&
      option.vol >= 0 &&
      option.rate === option.rate &&
      option.dividendYield === option.dividendYield;
    const row = whole ? europeanGreeks(greeks, option) : hole;
    if (value !== undefined) value[i] = row.value;
    if (delta !== undefined) delta[i] = row.delta;
    if (gamma !== undefined) gamma[i] = row.gamma;
    if (vega !== undefined) vega[i] = row.vega;
    if (theta !== undefined) theta[i] = row.theta;
    if (rho !== undefined) rho[i] = row.rho;
  }
}

function column(values: Float64Array | number, count: number, name: string): Float64Array {
  if (typeof values === 'number') return new Float64Array(count).fill(values);
  assert(values.length >= count, () => `${name} must hold ${count} rows, has ${values.length}`);
  return values;
}
