/**
 * Which rows of a time column end a session: found once per column, because the runs of a sweep share it.
 */
import type { MarketHours } from './ports.ts';

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
  const ends = new Int32Array(time.length);
  let found = 0;
  let closeAt = -Infinity;
  for (let row = 0; row < time.length; row++) {
    if (time[row] <= closeAt) continue;
    if (row > 0) ends[found++] = row - 1;
    closeAt = hours.closeAfter(time[row]);
  }
  if (time.length > 0) ends[found++] = time.length - 1;
  return ends.slice(0, found);
}
