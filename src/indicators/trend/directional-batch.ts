/**
 * The batch halves of directional movement: +DI, −DI and DX in one loop, and the averages of DX in another.
 */
import { rangeOf } from '../volatility/atr.ts';

/** The rows that Wilder's sums start from, and the row of the first value. */
export interface DirectionalStart {
  readonly seed: number;
  readonly warm: number;
}

/** Fills +DI, −DI and DX. Which way a row reaches is told by numbers: a decision would be guessed wrong too often. */
export function runDirectional(
  [high, low, close]: readonly Float64Array[],
  length: number,
  [plusOut, minusOut, dxOut]: readonly [Float64Array, Float64Array, Float64Array],
  rows: number,
  { seed, warm }: DirectionalStart,
): void {
  const keep = 1 - 1 / rows;
  let highBefore = high[0];
  let lowBefore = low[0];
  let closeBefore = close[0];
  let plus = 0;
  let minus = 0;
  let ranges = 0;
  for (let i = 1; i < length; i++) {
    const highNow = high[i];
    const lowNow = low[i];
    const up = highNow - highBefore;
    const down = lowBefore - lowNow;
    // Half of |x| + x is x where it is positive and nothing where it is not.
    const rise = 0.5 * (Math.abs(up) + up);
    const fall = 0.5 * (Math.abs(down) + down);
    const plusNow = rise * Number(rise > fall);
    const minusNow = fall * Number(fall > rise);
    const range = rangeOf(highNow, lowNow, closeBefore);
    highBefore = highNow;
    lowBefore = lowNow;
    closeBefore = close[i]!;
    if (i <= seed) {
      plus += plusNow;
      minus += minusNow;
      ranges += range;
    } else {
      plus = keep * plus + plusNow;
      minus = keep * minus + minusNow;
      ranges = keep * ranges + range;
    }
    const unit = ranges <= 0 ? 0 : 100 / ranges;
    const plusShare = unit * plus;
    const minusShare = unit * minus;
    const both = plusShare + minusShare;
    plusOut[i] = plusShare;
    minusOut[i] = minusShare;
    dxOut[i] = both === 0 ? 0 : (100 * Math.abs(plusShare - minusShare)) / both;
  }
  plusOut.fill(Number.NaN, 0, warm);
  minusOut.fill(Number.NaN, 0, warm);
  dxOut.fill(Number.NaN, 0, warm);
}

/** Fills the mean of ADX now and `back` rows ago, where the first ADX is in row `from`. */
export function runRating(adx: Float64Array, length: number, out: Float64Array, from: number, back: number): void {
  const first = Math.min(length, from + back);
  out.fill(Number.NaN, 0, first);
  for (let i = first; i < length; i++) out[i] = (adx[i] + adx[i - back]) / 2;
}
