/**
 * Whether a column of prices is whole ticks, so that sums of it can be kept without rounding.
 */

const SCALES = [1, 100, 10_000] as const;
/** Far above the rounding of a product below 2^31, far below one tick. */
const NOISE = 1e-6;
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

/** Adding and taking away 1.5 · 2^52 rounds a float to a whole number. */
const ROUNDER = 6755399441055744;

function isWhole(column: Float64Array, scale: number): boolean {
  for (let i = 0; i < column.length; i++) {
    const units = column[i]! * scale;
    const away = units - (units + ROUNDER - ROUNDER);
    // A decimal's nearest float, scaled, is a whole number up to the rounding of one product.
    if (!(away <= NOISE && away >= -NOISE)) return false;
  }
  return column.length > 0;
}
