/**
 * Which row of a sweep is best: by one figure or several, among the rows that satisfy what is required.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import { metricCatalogue, type MetricId } from '../../stats/metric.ts';
import { paretoFront } from '../search/pareto.ts';
import type { Expression } from './expression.ts';
import type { SweepRow } from './run.ts';

export interface Objective {
  readonly id: MetricId;
  readonly title: string;
  /** +1 when more is better, −1 when less is. */
  readonly sign: 1 | -1;
}

/** Reads `sharpe`, `-turnover` (less is better) or `+kurtosis` (more is better). Unknown names are a `Fault`. */
export function readObjective(text: string, field: string): Objective {
  const forced = /^[+-]/.exec(text)?.[0];
  const name = text.replace(/^[+-]/, '').trim();
  const metric = metricCatalogue.find(({ id }) => id === name);
  if (metric === undefined) {
    const known = metricCatalogue.map(({ id }) => id);
    const rule = `there is no figure ${show(name)}; among others there are sharpe, totalReturn, maxDrawdown, calmar`;
    throw new Fault('sweep.objective', rule, { field }, didYouMean(name, known));
  }
  const { id, title, higherIsBetter } = metric;
  return { id, title, sign: forced === undefined ? (higherIsBetter === false ? -1 : 1) : forced === '-' ? -1 : 1 };
}

/**
 * Says what an objective that was turned round looks for, where more of its figure is known to be better or worse:
 * `-maxDrawdown` looks for the deepest fall, because a drawdown is a negative number. `undefined` for all others.
 */
export function turnedRound({ id, sign }: Objective): string | undefined {
  const { higherIsBetter } = metricCatalogue.find((metric) => metric.id === id)!;
  if (higherIsBetter === undefined || higherIsBetter === sign > 0) return undefined;
  const text = `${sign > 0 ? '+' : '-'}${id}`;
  return `${text} looks for the worst ${id}, of which ${higherIsBetter ? 'more' : 'less'} is better: for the best leave out the ${text[0]}`;
}

/** Whether a row satisfies every requirement, each an expression over figures and parameters. */
export function satisfies(row: SweepRow, required: readonly Expression[]): boolean {
  return required.every((one) => one.holds((name) => row.figures[name as MetricId] ?? row.parameters[name]));
}

/**
 * Returns the rows that satisfy the requirements and were played to the end, best first. With one objective its figure decides, with several the
 * sum of the ranks in each. Rows without the figure come last; of equal rows the one with the lower number is first.
 */
export function ranked(
  rows: readonly SweepRow[],
  objectives: readonly Objective[],
  required: readonly Expression[],
): SweepRow[] {
  const left = rows.filter((row) => !row.stopped && satisfies(row, required));
  const [only, ...others] = objectives as [Objective, ...Objective[]];
  if (others.length === 0) return [...left].sort((a, b) => score(b, only) - score(a, only) || a.index - b.index);
  const rank = new Map(left.map((row) => [row, 0]));
  for (const objective of objectives) {
    const sorted = [...left].sort((a, b) => score(b, objective) - score(a, objective));
    let place = 0;
    sorted.forEach((row, i) => {
      if (i > 0 && score(row, objective) !== score(sorted[i - 1], objective)) place = i;
      rank.set(row, rank.get(row)! + place);
    });
  }
  return [...left].sort((a, b) => rank.get(a)! - rank.get(b)! || a.index - b.index);
}

/** Returns the first of ranked rows; `undefined` where it has no figure that decides, so that nothing chose it. */
export function bestOf(ranking: readonly SweepRow[], objectives: readonly Objective[]): SweepRow | undefined {
  const [first] = ranking;
  return first !== undefined && objectives.some(({ id }) => first.figures[id] !== undefined) ? first : undefined;
}

/** Returns the rows that no other beats in one objective without losing in another, in the order given. */
export function frontRows(rows: readonly SweepRow[], objectives: readonly Objective[]): SweepRow[] {
  return paretoFront(rows.map((row) => objectives.map((objective) => score(row, objective)))).map((i) => rows[i]);
}

/** The objective's figure of a row such that more is better; the lowest number where it has none. */
export function score({ figures }: SweepRow, { id, sign }: Objective): number {
  const figure = figures[id];
  return figure === undefined
    ? -Number.MAX_VALUE
    : Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sign * figure));
}
