/**
 * Finding a place in numbers that ascend, by halving.
 */

/** Returns the first row whose value is at or above `value`; the length where none is. */
export function firstAtOrAbove(values: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the last row from `from` on whose value is at or below `value`; `from − 1` where none is. NaN is above all. */
export function lastAtOrBelow(values: ArrayLike<number>, value: number, from = 0): number {
  let low = from;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
