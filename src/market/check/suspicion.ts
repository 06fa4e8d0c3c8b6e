/**
 * One look at all bars of a stream that tells which rules need a look of their own: most files break none, and each pass
 * over a long column costs as much as the question itself.
 */
import type { BarColumns } from '../columns.ts';
import { JUMP_LEAST } from './series.ts';

/** Which rules some bar may break; a rule that is not suspected has nothing to find. */
export interface Suspicion {
  readonly prices: boolean;
  readonly jumps: boolean;
  readonly stale: boolean;
  readonly volume: boolean;
}

/** Four prices below this have a sum that is finite. */
const ORDINARY = 4e307;

/** Returns what is suspected of bars; `least` is how many in a row stand still, two or more, as `checkStale` takes it. */
export function suspicionOf({ open, high, low, close, volume, length }: BarColumns, least: number): Suspicion {
  const up = Math.exp(JUMP_LEAST);
  const down = Math.exp(-JUMP_LEAST);
  let [prices, jumps, stale, zero] = [false, false, false, false];
  let [beforeOpen, beforeHigh, beforeLow, before] = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  let run = 1;
  for (let i = 0; i < length; i++) {
    const o = open[i];
    const h = high[i];
    const l = low[i];
    const c = close[i];
    const v = volume[i];
    // Whatever is missing fails one of these comparisons.
    if (!(l > 0 && h < ORDINARY && o >= l && o <= h && c >= l && c <= h && v >= 0 && v < Infinity)) prices = true;
    if (v === 0) zero = true;
    const ratio = c / before;
    if (ratio > up || ratio < down) jumps = true;
    if (c === before && o === beforeOpen && h === beforeHigh && l === beforeLow) {
      if (++run >= least) stale = true;
    } else run = 1;
    beforeOpen = o;
    beforeHigh = h;
    beforeLow = l;
    before = c;
  }
  return { prices, jumps, stale, volume: zero };
}
