/**
 * The batch halves of stacked exponential averages: all stages in one loop, where the processor overlaps them.
 *
 * Each stage starts from the mean of the first `seedRows` values of the one before; with 1, from its first value.
 */

/** Twice the average less the average of it. */
export function runDouble(
  series: Float64Array,
  length: number,
  out: Float64Array,
  seedRows: number,
  weight: number,
): void {
  const start = 2 * (seedRows - 1);
  let one = mean(series, seedRows);
  let two = one;
  for (let i = seedRows; i <= start; i++) {
    one += weight * (series[i] - one);
    two += one;
  }
  two /= seedRows;
  out.fill(Number.NaN, 0, start);
  out[start] = 2 * one - two;
  for (let i = start + 1; i < length; i++) {
    one += weight * (series[i] - one);
    two += weight * (one - two);
    out[i] = 2 * one - two;
  }
}

/** Three times the average less three times the second stage, and the third. */
export function runTriple(
  series: Float64Array,
  length: number,
  out: Float64Array,
  seedRows: number,
  weight: number,
): void {
  const start = 3 * (seedRows - 1);
  let [one, two, three] = seedThree(series, seedRows, weight);
  out.fill(Number.NaN, 0, start);
  out[start] = 3 * one - 3 * two + three;
  for (let i = start + 1; i < length; i++) {
    one += weight * (series[i] - one);
    two += weight * (one - two);
    three += weight * (two - three);
    out[i] = 3 * one - 3 * two + three;
  }
}

/** The third stage, and its change in per cent. */
export function runTrixLine(
  series: Float64Array,
  length: number,
  line: Float64Array,
  average: Float64Array,
  seedRows: number,
  weight: number,
): void {
  const start = 3 * (seedRows - 1);
  let [one, two, three] = seedThree(series, seedRows, weight);
  line.fill(Number.NaN, 0, start + 1);
  average.fill(Number.NaN, 0, start);
  average[start] = three;
  for (let i = start + 1; i < length; i++) {
    const before = three;
    one += weight * (series[i] - one);
    two += weight * (one - two);
    three += weight * (two - three);
    average[i] = three;
    line[i] = (100 * (three - before)) / before;
  }
}

/** The three stages at the row where the third is complete. */
function seedThree(series: Float64Array, seedRows: number, weight: number): [number, number, number] {
  let one = mean(series, seedRows);
  let two = one;
  let i = seedRows;
  for (const end = 2 * seedRows - 1; i < end; i++) {
    one += weight * (series[i] - one);
    two += one;
  }
  two /= seedRows;
  let three = two;
  for (const end = 3 * seedRows - 2; i < end; i++) {
    one += weight * (series[i] - one);
    two += weight * (one - two);
    three += two;
  }
  return [one, two, three / seedRows];
}

function mean(series: Float64Array, rows: number): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += series[i];
  return sum / rows;
}
