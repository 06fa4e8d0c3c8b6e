/**
 * What LEAN's files of volume and breadth need: names of columns, times of rows, averages that began before the file.
 */
import { column, type Csv } from './csv.ts';
import type { Columns, View } from './view.ts';

/** Our outputs by their columns of profiles. */
export const PROFILE = [
  ['pocprice', 'control'],
  ['pocvolume', 'controlAmount'],
  ['ph', 'high'],
  ['pl', 'low'],
  ['vah', 'valueHigh'],
  ['val', 'valueLow'],
  ['va', 'valueAmount'],
] as const;

/** Rows with the instants that they are stamped with. */
export function timed(bars: Columns, csv: Csv): Columns {
  return { ...bars, time: Float64Array.from(csv.rows, ([stamp]) => Date.parse(stamp) * 1000) };
}

/** Net advances as the series, and what is expected of them beside it. */
export function breadth(_bars: Columns, csv: Csv): Columns {
  return { series: column(csv, 'A/D Difference')!, mo: column(csv, 'MO')!, msi: column(csv, 'MSI')! };
}

/**
 * Their averages carry what came before the first row of the file. What of that is left fades by the weights of the
 * averages, so two rows tell all of it, and a third what was summed up before: the rows after these are the proof.
 */
function withPast(theirs: Float64Array, own: Float64Array, fast: number, slow: number, summed: boolean): Float64Array {
  const first = own.findIndex((value) => !Number.isNaN(value));
  const gap = (row: number): number => theirs[first + row] - own[first + row];
  const [a, b] = [1 - 2 / (fast + 1), 1 - 2 / (slow + 1)];
  const [one, two] = summed ? [gap(1) - gap(0), gap(2) - gap(1)] : [gap(0), gap(1)];
  let [inFast, inSlow] = [(b * one - two) / (b - a), (a * one - two) / (b - a)];
  let total = gap(0);
  return own.map((value, row) => {
    if (row < first) return Number.NaN;
    if (summed && row === first) return value + total;
    const rest = inFast - inSlow;
    [inFast, inSlow] = [a * inFast, b * inSlow];
    total += rest;
    return value + (summed ? total : rest);
  });
}

/** An output with what their averages still carry of rows before the file. */
export const past =
  (output: string, summed: boolean): ((view: View, column: string) => Float64Array) =>
  ({ out, bars, args: [fast, slow] }, name) =>
    withPast(bars[name.toLowerCase()], out[output], Number(fast), Number(slow), summed);
