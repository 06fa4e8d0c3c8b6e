/**
 * Equity curves of several runs on one footing: what one unit of money became, and how far it was below its peak.
 */
import { equityDrawdownSeries } from '../../stats/drawdown.ts';
import { packTimes, pick, sampledAt, telling, type PackedTimes, type Shown } from '../series.ts';
import type { ComparedRun } from './input.ts';

const BUCKETS = 1000;
const MICROS = 1000;

export interface ComparedCurves {
  readonly time: PackedTimes;
  readonly runs: readonly {
    readonly label: string;
    /** Per unit of the first value; null before the run began and after it ended. */
    readonly growth: readonly Shown[];
    readonly drawdown: readonly Shown[];
  }[];
}

/** Returns the curves at the times that tell of any of them. A run without equity is left out. */
export function comparedCurves(runs: readonly ComparedRun[]): ComparedCurves {
  const curves = runs.flatMap(({ label, equity }) => {
    if (equity === undefined || equity.values.length === 0) return [];
    const { times, values } = equity;
    return [{ label, times, growth: values.map((value) => value / values[0]), drawdown: equityDrawdownSeries(values) }];
  });
  const all = new Set<number>();
  for (const { times, growth, drawdown } of curves) {
    for (const row of telling([growth, drawdown], BUCKETS)) all.add(times[row]);
  }
  const union = Float64Array.from(all).sort();
  const rows = Array.from(union, (_, row) => row);
  return {
    time: packTimes(union.map((time) => time * MICROS)),
    runs: curves.map(({ label, times, growth, drawdown }) => {
      const shown = (value: Float64Array, digits: number): Shown[] => {
        const sampled = sampledAt({ time: times, value }, union);
        // A run that ended says nothing of what came after.
        const during = sampled.map((each, row) => (union[row] > times.at(-1)! ? Number.NaN : each));
        return pick(during, rows, digits);
      };
      return { label, growth: shown(growth, 7), drawdown: shown(drawdown, 5) };
    }),
  };
}
