/**
 * Renko bricks: prices without time, a brick of one size for each step that the close has gone.
 *
 * A brick is made when the close is a whole brick or more beyond the last one; a turn therefore takes two sizes, one
 * back over the last brick and one of its own. One row may make several bricks, all with that row's time, so bricks
 * are for charts and indicators and are no tape.
 */
import { assert } from '../base/assert.ts';
import { BarBuffer } from './bar-buffer.ts';
import type { BarColumns } from './columns.ts';

export interface RenkoOptions {
  /** Height of a brick, in money. */
  readonly size: number;
  /** What has to get there: the close (default), or whichever of high and low goes further beyond the last brick. */
  readonly by?: 'close' | 'extremes';
}

/** A part of a brick this small is rounding: 0.3 / 0.1 is a little less than 3 in float64. */
const WHOLE = 1e-9;

/**
 * Returns the bricks of bars, oldest first. Open and close are one size apart; high and low are those of all rows
 * since the brick before, and the volume of these rows is shared equally among the bricks that end with one row. The
 * first brick starts from the first close, rounded (half to even) to one digit less than `size` has behind the point.
 * The convention is that of Stock.Indicators.
 */
export function renkoBricks(bars: BarColumns, options: RenkoOptions): BarColumns {
  const { size, by = 'close' } = options;
  assert(size > 0, () => `a brick must have a size above 0, was ${size}`);
  const bricks = new BarBuffer();
  if (bars.length === 0) return bricks.view();
  const digits = Math.max(0, digitsOf(size) - 1);
  const base = roundHalfEven(bars.close[0], digits);
  // Bricks are counted from the base, in whole sizes, so that no rounding adds up.
  let [lower, upper] = [0, 0];
  let from = 1;
  for (let row = 1; row < bars.length; row++) {
    const steps =
      by === 'close'
        ? beyond(bars.close[row], bars.close[row], base, size, lower, upper)
        : beyond(bars.high[row], bars.low[row], base, size, lower, upper);
    if (steps === 0) continue;
    const { high, low, volume } = spanOf(bars, from, row);
    const count = Math.abs(steps);
    for (let brick = 0; brick < count; brick++) {
      const open = steps > 0 ? upper : lower;
      const close = open + Math.sign(steps);
      [lower, upper] = [Math.min(open, close), Math.max(open, close)];
      const time = bars.time[row];
      bricks.add(time, bars.openTime[from], base + open * size, high, low, base + close * size, volume / count);
    }
    from = row + 1;
  }
  return bricks.view();
}

/** Whole bricks above the upper end of the last one, or below the lower end (negative); the longer way counts. */
function beyond(high: number, low: number, base: number, size: number, lower: number, upper: number): number {
  const up = (high - base) / size - upper;
  const down = lower - (low - base) / size;
  const way = Math.floor(Math.max(up, down) + WHOLE);
  return way <= 0 ? 0 : up >= down ? way : -way;
}

function spanOf(bars: BarColumns, from: number, to: number): { high: number; low: number; volume: number } {
  let [high, low, volume] = [bars.high[from], bars.low[from], 0];
  for (let row = from; row <= to; row++) {
    if (bars.high[row] > high) high = bars.high[row];
    if (bars.low[row] < low) low = bars.low[row];
    volume += bars.volume[row];
  }
  return { high, low, volume };
}

function digitsOf(value: number): number {
  return (/\.(\d+)$/.exec(String(value))?.[1] ?? '').length;
}

function roundHalfEven(value: number, digits: number): number {
  const scale = 10 ** digits;
  const scaled = value * scale;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return (up ? floor + 1 : floor) / scale;
}
