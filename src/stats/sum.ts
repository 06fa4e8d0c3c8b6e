/**
 * Sums that do not lose small numbers behind large ones, because every other statistic starts with a sum.
 *
 * All functions here skip NaN: a NaN in a series is a missing value, not a nought.
 */

/**
 * Returns the sum of `values[from … to)` with the rounding errors summed beside it; 0 for an empty range.
 *
 * The error stays within about two roundings of the result for any length that fits in memory. The error of each
 * addition is exact (D. E. Knuth, TAOCP 2, 4.2.2 theorem B), and free of branches, which random signs would slow down.
 * As in A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974).
 */
export function sum(values: Float64Array, from = 0, to = values.length): number {
  let total = 0;
  let lost = 0;
  for (let i = from; i < to; i++) {
    const value = values[i];
    if (value !== value) continue;
    const next = total + value;
    const added = next - total;
    lost += total - (next - added) + (value - added);
    total = next;
  }
  // Infinities make the compensation NaN; the plain total is then the right answer.
  return lost === lost ? total + lost : total;
}

/** Returns how many of `values` are numbers, that is, not NaN. */
export function count(values: Float64Array): number {
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== value) missing++;
  }
  return values.length - missing;
}

/** Returns the arithmetic mean of the numbers in `values`, in their unit; NaN when there are none. */
export function mean(values: Float64Array): number {
  return meanOf(values).mean;
}

/** Returns mean and number of the numbers in `values` in one pass. */
export function meanOf(values: Float64Array): { mean: number; count: number } {
  let total = 0;
  let lost = 0;
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== value) {
      missing++;
      continue;
    }
    const next = total + value;
    const added = next - total;
    lost += total - (next - added) + (value - added);
    total = next;
  }
  const found = values.length - missing;
  return { mean: (lost === lost ? total + lost : total) / found, count: found };
}
