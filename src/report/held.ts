/**
 * What holding an instrument means over its splits and dividends: how many shares a position has become, and what one
 * that was bought at the first bar is worth. Columns of prices are as traded, so neither can be read from them alone.
 */
import type { Curve } from '../engine/result.ts';
import type { PriceInput } from './input.ts';

type Splits = PriceInput['splits'];

/** Shares at `to` for each one held at `from`: the splits after `from`, up to and including `to`. */
export function sharesOf(splits: Splits, from: number, to: number): number {
  let shares = 1;
  for (const { at, ratio } of splits ?? []) if (at > from && at <= to) shares *= ratio;
  return shares;
}

/**
 * Returns what one unit bought at the first close is worth at each bar: through splits, and with dividends bought back
 * in at the close of the bar that begins without them. Fees, and what a broker does with fractions, are left out.
 */
export function heldCurve({ columns, splits = [], dividends = [] }: PriceInput): Curve {
  const { time, close } = columns;
  if (splits.length === 0 && dividends.length === 0) return { time, value: close };
  const value = new Float64Array(close.length);
  let units = 1;
  let [split, dividend] = [0, 0];
  for (let row = 0; row < close.length; row++) {
    for (; split < splits.length && splits[split].at <= time[row]; split++) {
      if (row > 0) units *= splits[split].ratio;
    }
    for (; dividend < dividends.length && dividends[dividend].at <= time[row]; dividend++) {
      // Nothing can be bought at no price; a dividend without a rate is left to the account, which says so.
      const bought = dividends[dividend].amount / close[row];
      if (row > 0 && bought < Infinity) units *= 1 + bought;
    }
    value[row] = units * close[row];
  }
  return { time, value };
}
