/**
 * Sums that do not lose small numbers behind large ones, because every other statistic starts with a sum.
 *
 * All functions here skip NaN: a NaN in a series is a missing value, not a nought.
 */

/**
 * Returns the sum of `values[from … to)` by Neumaier's compensated summation; 0 for an empty range.
 *
 * The error stays within about two roundings of the result for any length that fits in memory.
 * Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974).
 */
export function sum(values: Float64Array, from = 0, to = values.length): number {
  let total = 0;
  let lost = 0;
  for (let i = from; i < to; i++) {
    const value = values[i];
    if (value !== value) continue;
    const next = total + value;
    // The rounding error of an addition is exact when taken from the larger operand.
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  // Infinities make the compensation NaN; the plain total is then the right answer.
  return lost === lost ? total + lost : total;
}

/** Returns how many of `values` are numbers, that is, not NaN. */
export function count(values: Float64Array): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === values[i]) found++;
  return found;
}

/** Returns the arithmetic mean of the numbers in `values`, in their unit; NaN when there are none. */
export function mean(values: Float64Array): number {
  return sum(values) / count(values);
}
