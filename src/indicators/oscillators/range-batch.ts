/**
 * The batch halves of oscillators over a range: stochastics, Williams' %R, commodity channel, ultimate oscillator.
 */
import { distanceSum } from '../statistics/window.ts';

/**
 * Where each value is in the range of the last `rows` rows, times 100, plus `shift`; NaN before the first.
 *
 * Highest and lowest by blocks of `rows`, as in `runHighest`, but both at once and without columns of their own: a
 * window is the end of one block, whose running extremes from behind are kept, and the beginning of the next. Which
 * of two is higher is a coin toss that the processor would guess; multiplied by 1 and 0, it need not.
 *
 * Answers whether all rows were finite: nothing but a finite sum leaves nothing when taken from itself.
 */
export function runPlace(
  [high, low, close]: readonly [Float64Array, Float64Array, Float64Array],
  length: number,
  rows: number,
  shift: number,
  out: Float64Array,
): boolean {
  const highTail = new Float64Array(rows + 1).fill(-Number.MAX_VALUE);
  const lowTail = new Float64Array(rows + 1).fill(Number.MAX_VALUE);
  let rest = 0;
  for (let start = 0; start < length; start += rows) {
    const end = Math.min(length, start + rows);
    let top = high[start];
    let bottom = low[start];
    for (let i = start, k = 1; i < end; i++, k++) {
      const higher = Number(high[i] > top);
      const lower = Number(low[i] < bottom);
      top = high[i] * higher + top * (1 - higher);
      bottom = low[i] * lower + bottom * (1 - lower);
      const highest = (highTail[k] > top ? highTail[k] : top) + 0;
      const lowest = (lowTail[k] < bottom ? lowTail[k] : bottom) + 0;
      const range = highest - lowest;
      const row = high[i] + low[i] + close[i];
      rest += row - row;
      out[i] = (range === 0 ? 0 : (100 * (close[i] - lowest)) / range) + shift;
    }
    top = high[end - 1]!;
    bottom = low[end - 1]!;
    for (let i = end - 1, k = end - 1 - start; k >= 0; i--, k--) {
      const higher = Number(high[i] > top);
      const lower = Number(low[i] < bottom);
      top = high[i] * higher + top * (1 - higher);
      bottom = low[i] * lower + bottom * (1 - lower);
      highTail[k] = top;
      lowTail[k] = bottom;
    }
  }
  out.fill(Number.NaN, 0, Math.min(length, rows - 1));
  return rest === 0;
}

/** The simple mean of a column whose first value is in row `from`. */
export function runMean(values: Float64Array, length: number, from: number, rows: number, out: Float64Array): void {
  const first = Math.min(length, from + rows - 1);
  out.fill(Number.NaN, 0, first);
  if (first === length) return;
  let sum = 0;
  for (let i = from; i <= first; i++) sum += values[i];
  out[first] = sum / rows;
  for (let i = first + 1; i < length; i++) {
    sum += values[i] - values[i - rows];
    out[i] = sum / rows;
  }
}

/** Slowed %K, its average %D, and %J. */
export function runStochastic(
  columns: readonly [Float64Array, Float64Array, Float64Array],
  length: number,
  [k, d, j]: readonly [Float64Array, Float64Array, Float64Array],
  [rows, slowing, signal]: readonly [number, number, number],
): boolean {
  const isDone = runPlace(columns, length, rows, 0, j);
  runMean(j, length, rows - 1, slowing, k);
  runMean(k, length, rows + slowing - 2, signal, d);
  for (let i = 0; i < length; i++) j[i] = 3 * k[i] - 2 * d[i];
  return isDone;
}

/** Distance of the typical price from its mean, in `share` mean deviations. */
export function runCci(
  [high, low, close]: readonly Float64Array[],
  length: number,
  out: Float64Array,
  rows: number,
  share: number,
): void {
  const prices = new Float64Array(rows);
  let total = 0;
  let slot = 0;
  for (let i = 0; i < length; i++) {
    const price = (high[i] + low[i] + close[i]) / 3;
    total += price - prices[slot];
    prices[slot] = price;
    slot = slot + 1 === rows ? 0 : slot + 1;
    if (i < rows - 1) continue;
    const mean = total / rows;
    const distance = price - mean;
    const deviation = distanceSum(prices, rows, mean) / rows;
    out[i] = deviation <= 1e-14 * Math.abs(price) ? 0 : distance / (share * deviation);
  }
  out.fill(Number.NaN, 0, rows - 1);
}

/** Buying pressure over three spans, weighted 4, 2, 1: one ring of pressures and ranges serves all three sums. */
export function runUltimate(
  [high, low, close]: readonly Float64Array[],
  length: number,
  out: Float64Array,
  [short, middle, long]: readonly [number, number, number],
): void {
  const size = Math.max(short, middle, long);
  const pressures = new Float64Array(size);
  const ranges = new Float64Array(size);
  let shortPressure = 0;
  let middlePressure = 0;
  let longPressure = 0;
  let shortRange = 0;
  let middleRange = 0;
  let longRange = 0;
  let before = close[0];
  // Slots of the row to come, and of the rows that leave each sum; the ring begins full of zeros.
  let slot = 0;
  let shortSlot = (size - short) % size;
  let middleSlot = (size - middle) % size;
  let longSlot = (size - long) % size;
  for (let i = 1; i < length; i++) {
    const floor = Math.min(low[i], before);
    const range = Math.max(high[i], before) - floor;
    before = close[i]!;
    const pressure = before - floor;
    shortPressure += pressure - pressures[shortSlot];
    middlePressure += pressure - pressures[middleSlot];
    longPressure += pressure - pressures[longSlot];
    shortRange += range - ranges[shortSlot];
    middleRange += range - ranges[middleSlot];
    longRange += range - ranges[longSlot];
    pressures[slot] = pressure;
    ranges[slot] = range;
    slot = slot + 1 === size ? 0 : slot + 1;
    shortSlot = shortSlot + 1 === size ? 0 : shortSlot + 1;
    middleSlot = middleSlot + 1 === size ? 0 : middleSlot + 1;
    longSlot = longSlot + 1 === size ? 0 : longSlot + 1;
    let sum = shortRange === 0 ? 0 : (4 * shortPressure) / shortRange;
    sum += middleRange === 0 ? 0 : (2 * middlePressure) / middleRange;
    sum += longRange === 0 ? 0 : longPressure / longRange;
    out[i] = (100 * sum) / 7;
  }
  out.fill(Number.NaN, 0, size);
}
