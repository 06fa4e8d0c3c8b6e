/**
 * Puts experiments side by side: their figures, where their set-ups differ, and what makes the comparison less than fair.
 */
import type { ComparedRun, ComparisonInput, FigureRow } from '../../report/comparison/input.ts';
import { metricCatalogue, type MetricId } from '../../stats/metric.ts';
import { formatDate } from '../../time/instant.ts';
import { configDiff } from './config-diff.ts';
import { readEquity, type Experiment } from './experiment.ts';

/** Figures that one looks at first. */
const FIRST: ReadonlySet<MetricId> = new Set<MetricId>([
  'totalReturn',
  'cagr',
  'annualVolatility',
  'sharpe',
  'sortino',
  'calmar',
  'maxDrawdown',
  'maxDrawdownDays',
  'trades',
  'winRate',
  'profitFactor',
  'exposure',
  'turnover',
  'endEquity',
]);

/** Compares two or more experiments; `all` takes every figure that one of them has. */
export function compareExperiments(experiments: readonly Experiment[], all: boolean): ComparisonInput {
  const labels = labelsOf(experiments);
  return {
    runs: experiments.map((one, i) => comparedRun(one, labels[i])),
    figures: figureRows(experiments, all),
    differences: configDiff(experiments),
    cautions: cautionsOf(experiments, labels),
  };
}

/** Name of the strategy and as much of the id as tells it from the others. */
function labelsOf(experiments: readonly Experiment[]): string[] {
  for (let digits = 4; ; digits++) {
    const labels = experiments.map(({ strategy, id }) => `${strategy} ${id.slice(0, digits)}`);
    if (digits >= 16 || new Set(labels).size === labels.length) return labels;
  }
}

function comparedRun(one: Experiment, label: string): ComparedRun {
  const { strategy, parameters, source, simulated, startAt, endAt } = one;
  return { label, strategy, parameters, source, simulated, startAt, endAt, equity: readEquity(one) };
}

function figureRows(experiments: readonly Experiment[], all: boolean): FigureRow[] {
  return metricCatalogue
    .filter(({ id }) => (all || FIRST.has(id)) && experiments.some(({ figures }) => figures[id] !== undefined))
    .map(({ id, title, unit, higherIsBetter }) => {
      const values = experiments.map(({ figures }) => figures[id] ?? Number.NaN);
      return { title, unit, values, best: bestOf(values, higherIsBetter) };
    });
}

function bestOf(values: readonly number[], higherIsBetter: boolean | undefined): number[] {
  const known = values.filter((value) => !Number.isNaN(value));
  if (higherIsBetter === undefined || new Set(known).size < 2) return [];
  const best = higherIsBetter ? Math.max(...known) : Math.min(...known);
  return values.flatMap((value, place) => (value === best ? [place] : []));
}

function cautionsOf(experiments: readonly Experiment[], labels: readonly string[]): string[] {
  const differs = (of: (one: Experiment) => unknown): boolean => new Set(experiments.map(of)).size > 1;
  const named = (isSo: (one: Experiment) => boolean): string =>
    labels.filter((_, i) => isSo(experiments[i])).join(', ');
  const spans = experiments.map(
    ({ startAt, endAt }, i) =>
      `${labels[i]} ${startAt === undefined ? '?' : formatDate(startAt)} to ${endAt === undefined ? '?' : formatDate(endAt)}`,
  );
  const swept = named(({ kind }) => kind === 'sweep');
  const stopped = named(({ complete }) => !complete);
  return [
    ...(differs(({ data }) => data) ? ['They were not played on the same data.'] : []),
    ...(differs(({ startAt, endAt }) => `${startAt} ${endAt}`)
      ? [`They do not cover the same time: ${spans.join('; ')}.`]
      : []),
    ...(differs(({ engineHash }) => engineHash) ? ['They were played by different versions of the engine.'] : []),
    ...(swept === '' ? [] : [`${swept}: the best of a sweep, chosen after the fact; see the odds of the sweep.`]),
    ...(stopped === '' ? [] : [`${stopped}: stopped before the end.`]),
  ];
}
