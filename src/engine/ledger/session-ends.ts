/**
 * Which rows of a time column end a session: found once per column, because the runs of a sweep share it.
 */
import type { MarketHours } from '../ports.ts';

const FOUND = new WeakMap<Float64Array, WeakMap<MarketHours, Int32Array>>();

/**
 * Returns the rows with which sessions end, the last row of the column included. Sessions begin at the first row, and
 * at each that is later than the close of the session before.
 */
export function sessionEnds(time: Float64Array, hours: MarketHours): Int32Array {
  let byHours = FOUND.get(time);
  if (byHours === undefined) FOUND.set(time, (byHours = new WeakMap()));
  let ends = byHours.get(hours);
  if (ends === undefined) byHours.set(hours, (ends = findEnds(time, hours)));
  return ends;
}

function findEnds(time: Float64Array, hours: MarketHours): Int32Array {
  const { length } = time;
  const ends: number[] = [];
  for (let row = 0; row < length; row = firstAfter(time, row, hours.closeAfter(time[row]))) {
    if (row > 0) ends.push(row - 1);
  }
  if (length > 0) ends.push(length - 1);
  return Int32Array.from(ends);
}

/**
 * The first row behind `row` whose time is later than `at`. Steps double until one is too far, then halve: sessions of
 * many rows are crossed in a few looks, those of one row in one.
 */
function firstAfter(time: Float64Array, row: number, at: number): number {
  const { length } = time;
  let low = row + 1;
  let step = 1;
  let high = low;
  while (high < length && time[high] <= at) {
    low = high + 1;
    high += step;
    step *= 2;
  }
  if (high > length) high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
