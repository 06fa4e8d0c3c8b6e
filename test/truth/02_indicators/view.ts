/**
 * How reference cases look at our indicators: run by columns, compared value by value, with the tolerance on the row.
 */
import type { AnyIndicator } from '../../../src/indicators/index.ts';
import type { TruthCase } from '../case.ts';

export type Columns = Readonly<Record<string, Float64Array>>;
export type Argument = number | object;

/** What a selector of an output sees: our outputs by name, the bars they came from, and the arguments. */
export interface View {
  readonly out: Columns;
  readonly bars: Columns;
  readonly args: readonly Argument[];
}

/** The name of one of our outputs, or what is to be made of them. */
export type Selector = string | ((view: View) => Float64Array);

/** One expected value: its place, its row in our columns, and how far ours may be off. */
export interface Expected {
  readonly output: string;
  readonly row: number;
  readonly value: number;
  readonly tolerance: number;
}

/** Runs an indicator on named columns; `series` is the close where the columns have no series. */
export function view(indicator: AnyIndicator, bars: Columns, args: readonly Argument[]): View {
  const columns = indicator.inputs.map((name) => {
    const column = bars[name] ?? (name === 'series' ? bars['close'] : undefined);
    if (column === undefined) throw new Error(`${indicator.name} needs ${name}`);
    return column;
  });
  const length = columns[0].length;
  const out = indicator.outputs.map(() => new Float64Array(length));
  indicator.run(columns, length, args, out);
  return { out: Object.fromEntries(indicator.outputs.map((name, i) => [name, out[i]])), bars, args };
}

export function select(from: View, selector: Selector): Float64Array {
  if (typeof selector === 'function') return selector(from);
  const column = from.out[selector];
  if (column === undefined) throw new Error(`no output ${selector}`);
  return column;
}

/** Compares expected values with ours; a value we do not have is a failure. */
export function judge(id: string, expected: readonly Expected[], ours: (output: string) => Float64Array): TruthCase {
  if (expected.length === 0) return { id, status: 'passed', error: 0 };
  let worst = 0;
  let detail = '';
  for (const { output, row, value, tolerance } of expected) {
    const came = ours(output)[row] ?? Number.NaN;
    const error = Number.isNaN(came) ? Number.POSITIVE_INFINITY : Math.abs(came - value) / tolerance;
    if (error > worst) {
      worst = error;
      detail = `${output}, row ${row}: expected ${value}, came ${came}`;
    }
  }
  return worst <= 1 ? { id, status: 'passed', error: worst } : { id, status: 'failed', error: worst, detail };
}

export function uncovered(id: string, detail: string): TruthCase {
  return { id, status: 'not-covered', error: 0, detail };
}

/** Returns the column moved `rows` rows later (earlier where negative); what comes in is NaN. */
export function moved(column: Float64Array, rows: number): Float64Array {
  return column.map((_value, i) => column[i - rows] ?? Number.NaN);
}

/** Returns a column made of one or two columns, value by value. */
export function made(a: Float64Array, make: (a: number, b: number) => number, b: Float64Array = a): Float64Array {
  return a.map((value, i) => make(value, b[i]));
}

/** Makes a case of a table entry, turning what goes wrong on the way into a failure. */
export function attempt(id: string, work: () => TruthCase): TruthCase {
  try {
    return work();
  } catch (error) {
    return { id, status: 'failed', error: Number.POSITIVE_INFINITY, detail: String(error) };
  }
}
