/**
 * Whether a column of prices is whole ticks, so that sums of it can be kept without rounding.
 */

const SCALES = [1, 100, 10_000] as const;
const FOUND = new WeakMap<Float64Array, number>();

/**
 * Returns the smallest of 1, 100 and 10,000 by which every value of the column is a whole number (cents give 100),
 * or `undefined`. The answer is remembered per column: runs that share a tape share it.
 */
export function tickScale(column: Float64Array): number | undefined {
  let scale = FOUND.get(column);
  if (scale === undefined) {
    scale = SCALES.find((candidate) => isWhole(column, candidate)) ?? 0;
    FOUND.set(column, scale);
  }
  return scale === 0 ? undefined : scale;
}

function isWhole(column: Float64Array, scale: number): boolean {
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    // The nearest float of a decimal divides back to itself; anything else has more decimals.
    if (Math.round(value * scale) / scale !== value) return false;
  }
  return column.length > 0;
}
