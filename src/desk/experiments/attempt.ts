/**
 * A finished run or sweep as an attempt on its data: what the log of attempts keeps, and what a later one is told.
 */
import type { Metric } from '../../report/input.ts';
import type { TapeSlice } from '../../market/tape.ts';
import type { FinishedRun } from '../run/run.ts';
import { periodsOf } from '../run/presentation.ts';
import type { TrialSpread } from '../../research/sweep/trial-sums.ts';
import type { TrialGroup } from '../../stats/overfitting/pooled-trials.ts';
import type { SweepPlan } from '../sweep/plan.ts';
import type { FinishedSweep } from '../sweep/sweep.ts';
import { rowBytesIn } from './record.ts';
import type { TrialQuery, TrialRecord } from './trials.ts';

/** What earlier attempts a run is to be judged with. */
export function queryOfRun({ trial, dataFingerprint, result }: FinishedRun): TrialQuery {
  return { trial, data: dataFingerprint, startAt: result.startAt, endAt: result.endAt };
}

/** The attempt that a run was. */
export function attemptOfRun(run: FinishedRun, metrics: readonly Metric[]): TrialRecord {
  const sharpe = metrics.find(({ name }) => name === 'sharpe')?.value ?? Number.NaN;
  const isKnown = Number.isFinite(sharpe);
  return {
    ...queryOfRun(run),
    kind: 'run',
    id: run.id,
    strategy: run.strategy.definition.name,
    trials: 1,
    effectiveTrials: 1,
    sharpeMean: isKnown ? sharpe / Math.sqrt(periodsOf(run.tape)) : null,
    sharpeDeviation: isKnown ? 0 : null,
  };
}

/** What earlier attempts a sweep is to be judged with. */
export function queryOfSweep({ trial, loaded }: SweepPlan): TrialQuery {
  return { trial, data: loaded.dataFingerprint, ...spanOf(loaded.tape.slice) };
}

/** The attempts that a sweep was, as far as it was played into its folder. */
export function attemptOfSweep({ plan, statistics }: FinishedSweep, folder: string): TrialRecord {
  return { ...attemptOfPlan(plan), ...groupOf(statistics), rowBytes: rowBytesIn(folder) };
}

/** A sweep of which nothing was played yet. */
export function attemptOfPlan(plan: SweepPlan): TrialRecord {
  const { key, loaded } = plan;
  const none = { trials: 0, effectiveTrials: 0, sharpeMean: null, sharpeDeviation: null, rowBytes: 0 };
  return { ...queryOfSweep(plan), kind: 'sweep', id: key, strategy: loaded.strategy.definition.name, ...none };
}

/** What is kept of the attempts of a sweep. */
export function groupOf({ trials, effectiveTrials, sharpeMean, sharpeDeviation }: TrialSpread): TrialGroup {
  const isKnown = Number.isFinite(sharpeMean);
  return {
    trials,
    effectiveTrials,
    sharpeMean: isKnown ? sharpeMean : null,
    sharpeDeviation: isKnown ? sharpeDeviation : null,
  };
}

/** First and last instant of a slice. */
function spanOf({ streams }: TapeSlice): { startAt: number; endAt: number } {
  const times = streams.map(({ columns }) => columns.time).filter(({ length }) => length > 0);
  return {
    startAt: Math.min(...times.map((time) => time[0])),
    endAt: Math.max(...times.map((time) => time.at(-1)!)),
  };
}
