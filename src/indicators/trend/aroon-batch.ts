/**
 * The batch half of Aroon: where the extremes of every window are, by blocks.
 */

/**
 * Fills how fresh the highest high and the lowest low of `rows` + 1 rows are, and the difference; of equal extremes the
 * newest counts.
 *
 * A window is the end of one block of `rows` + 1 rows and the beginning of the next, as in `runHighest`; here the
 * extremes come with their rows. Which of two rows is higher is a coin toss that the processor would guess; as a mask
 * over row numbers, it need not. Answers whether all rows were finite.
 */
export function runAroon(
  [high, low]: readonly [Float64Array, Float64Array],
  length: number,
  [up, down, oscillator]: readonly [Float64Array, Float64Array, Float64Array],
  rows: number,
): boolean {
  const size = rows + 1;
  // Of each age, what it is worth.
  const worth = Float64Array.from({ length: size }, (_, age) => (100 * (rows - age)) / rows);
  // Where the extremes are between each row of the block before and its end.
  const topTail = new Int32Array(size + 1);
  const bottomTail = new Int32Array(size + 1);
  let rest = 0;
  for (let start = 0; start < length; start += size) {
    const end = Math.min(length, start + size);
    let top = start;
    let bottom = start;
    // The last window of the block has no row in the block before.
    topTail[size] = start;
    bottomTail[size] = start;
    for (let i = start, k = 1; i < end; i++, k++) {
      top += (i - top) & -Number(high[i] >= high[top]);
      bottom += (i - bottom) & -Number(low[i] <= low[bottom]);
      const row = high[i] + low[i];
      rest += row - row;
      const topBefore = topTail[k];
      const bottomBefore = bottomTail[k];
      const highest = high[topBefore] > high[top] ? topBefore : top;
      const lowest = low[bottomBefore] < low[bottom] ? bottomBefore : bottom;
      up[i] = worth[i - highest]!;
      down[i] = worth[i - lowest]!;
      oscillator[i] = worth[i - highest] - worth[i - lowest];
    }
    top = end - 1;
    bottom = end - 1;
    for (let i = end - 1, k = end - 1 - start; k >= 0; i--, k--) {
      top += (i - top) & -Number(high[i] > high[top]);
      bottom += (i - bottom) & -Number(low[i] < low[bottom]);
      topTail[k] = top;
      bottomTail[k] = bottom;
    }
  }
  for (const column of [up, down, oscillator]) column.fill(Number.NaN, 0, Math.min(length, rows));
  return rest === 0;
}
