/**
 * Chooses and sorts experiments: by strategy, kind, data, day, or any condition on their figures and parameters.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import { parseExpression } from '../../research/sweep/expression.ts';
import { metricCatalogue } from '../../stats/metric.ts';
import type { Experiment } from './experiment.ts';

export interface Selection {
  readonly strategy?: string | undefined;
  readonly kind?: string | undefined;
  /** The beginning of a fingerprint of data. */
  readonly data?: string | undefined;
  /** First day on which it was recorded, `YYYY-MM-DD`, UTC. */
  readonly since?: string | undefined;
  /** Conditions that all hold, as in `sharpe > 1`. */
  readonly where?: readonly string[] | undefined;
  /** A figure, a parameter or one of `FACTS`; a minus before it turns the order round. */
  readonly sort?: string | undefined;
  readonly limit?: number | undefined;
}

/** What an experiment has besides figures and parameters. */
const FACTS: Readonly<Record<string, (one: Experiment) => number | string>> = {
  recorded: ({ recordedAt }) => recordedAt,
  trials: ({ trials }) => trials,
  strategy: ({ strategy }) => strategy,
  kind: ({ kind }) => kind,
  start: ({ startAt }) => startAt ?? 0,
  end: ({ endAt }) => endAt ?? 0,
};

/** Returns what is asked for; the newest first where no order is. Unknown names are a `Fault`. */
export function select(all: readonly Experiment[], selection: Selection): Experiment[] {
  const { strategy, kind, data, since, where = [], limit } = selection;
  const strategies = [...new Set(all.map((one) => one.strategy))];
  if (strategy !== undefined && all.length > 0 && !strategies.includes(strategy)) {
    const hint = didYouMean(strategy, strategies) ?? `there are ${strategies.join(', ')}`;
    throw new Fault('run.unknown', `no run is of the strategy ${show(strategy)}`, { field: '--strategy' }, hint);
  }
  const names = namesOf(all);
  const conditions = where.map((text) => parseExpression(text, names, '--where'));
  const from = since === undefined ? -Infinity : Date.parse(`${since}T00:00:00Z`);
  const kept = all.filter(
    (one) =>
      (strategy === undefined || one.strategy === strategy) &&
      (kind === undefined || one.kind === kind) &&
      (data === undefined || one.data.startsWith(data)) &&
      one.recordedAt >= from &&
      conditions.every((condition) => condition.holds((name) => valueOf(one, name))),
  );
  return sorted(kept, selection.sort, names).slice(0, limit ?? kept.length);
}

function sorted(kept: readonly Experiment[], sort: string | undefined, names: readonly string[]): Experiment[] {
  const name = (sort ?? '-recorded').replace(/^[+-]/, '');
  if (!names.includes(name)) {
    const hint = didYouMean(name, names) ?? `there are ${Object.keys(FACTS).join(', ')}, and all figures`;
    throw new Fault('run.sort', `there is nothing called ${show(name)} to sort by`, { field: '--sort' }, hint);
  }
  const sign = (sort ?? '-recorded').startsWith('-') ? -1 : 1;
  return [...kept].sort((a, b) => {
    const [x, y] = [valueOf(a, name), valueOf(b, name)];
    // What has no such value comes last in either order.
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    if (x !== y) return x < y ? -sign : sign;
    return a.name < b.name ? -1 : 1;
  });
}

function namesOf(all: readonly Experiment[]): string[] {
  const parameters = all.flatMap((one) => Object.keys(one.parameters));
  return [...new Set([...metricCatalogue.map(({ id }) => id), ...Object.keys(FACTS), ...parameters])];
}

function valueOf(one: Experiment, name: string): number | string | boolean | undefined {
  return one.figures[name] ?? FACTS[name]?.(one) ?? one.parameters[name];
}
