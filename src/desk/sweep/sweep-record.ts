/**
 * The record of a sweep for programs: what `--json` prints and `sweep.json` holds.
 */
import process from 'node:process';
import type { Figures } from '../../research/sweep/figures.ts';
import type { SweepRow } from '../../research/sweep/run.ts';
import { queryOfSweep } from '../experiments/attempt.ts';
import { ownVersion } from '../run/package.ts';
import type { SweepPlan } from './plan.ts';
import type { FinishedSweep } from './sweep.ts';
import { validationRecord } from './validation-record.ts';

/** What a sweep will try, before any of it is played. */
export function plannedRecord(plan: SweepPlan) {
  const { axes, excluded, refused, refusal, empty, objectives, request, key, loaded, engineHash } = plan;
  const { startAt, endAt } = queryOfSweep(plan);
  return {
    key,
    complete: false,
    strategy: loaded.strategy.definition.name,
    codeHash: loaded.strategy.codeHash,
    data: loaded.tape.fingerprint,
    source: loaded.tape.source,
    startAt,
    endAt,
    simulated: loaded.tape.simulated,
    versions: { tradedeck: ownVersion(), node: process.versions.node, engineHash },
    method: request.method,
    seed: loaded.seed,
    axes: axes.map(({ name, values, low, high }) => (values.length > 0 ? { name, values } : { name, low, high })),
    where: request.where,
    require: request.require,
    objectives: objectives.map(({ id, sign }) => (sign > 0 ? id : `-${id}`)),
    points: plan.points.count,
    excluded,
    refused,
    ...(refusal === undefined ? {} : { refusal }),
    ...(empty === undefined || empty.length === 0 ? {} : { empty }),
    played: 0,
  };
}

/** The outcome of a sweep. */
export function sweepRecord(sweep: FinishedSweep): object {
  const { plan, rows, ranked, front, odds, validation, spent, isComplete, resumed, milliseconds } = sweep;
  const { stoppedEarly, part, unjudged } = sweep;
  const { figures, objectives, request } = plan;
  const shown = (row: SweepRow): unknown => ({ parameters: row.parameters, figures: plainFigures(row, figures) });
  return {
    ...plannedRecord(plan),
    complete: isComplete && part === undefined,
    played: rows.length,
    ...(stoppedEarly === undefined ? {} : { stoppedEarly, stopWhen: request.stopWhen }),
    ...(spent === undefined ? {} : { spent }),
    ...(part === undefined ? {} : { part }),
    ...(unjudged === undefined ? {} : { unjudged }),
    resumed,
    satisfying: ranked.length,
    milliseconds: Math.round(milliseconds),
    ...(validation === undefined ? {} : { validation: validationRecord(validation) }),
    best: ranked.slice(0, 20).map(shown),
    ...(objectives.length > 1 ? { paretoFront: front.map(shown) } : {}),
    odds:
      odds === undefined
        ? null
        : {
            trials: odds.trials,
            effectiveTrials: odds.effectiveTrials,
            earlierTrials: odds.earlier.trials,
            earlierEffectiveTrials: odds.earlier.effectiveTrials,
            sharpe: finite(odds.sharpe),
            expectedMaximumSharpe: finite(odds.expectedMaximumSharpe),
            haircutSharpe: finite(odds.haircutSharpe),
            years: odds.years,
            yearsNeeded: finite(odds.yearsNeeded),
            figures: odds.lines.map((line) => ({ ...line, value: finite(line.value) })),
            drawdowns:
              odds.monteCarlo === undefined
                ? null
                : {
                    actual: odds.monteCarlo.drawdownActual,
                    median: odds.monteCarlo.drawdownMedian,
                    oneInTwenty: odds.monteCarlo.drawdown95,
                  },
            verdict: odds.verdict,
            conclusion: odds.conclusion,
          },
  };
}

/** Figures of a row with those that it has none of as null, for JSON. */
function plainFigures({ figures }: SweepRow, wanted: readonly (keyof Figures)[]): Record<string, number | null> {
  return Object.fromEntries(wanted.map((id) => [id, Number.isFinite(figures[id] ?? Number.NaN) ? figures[id]! : null]));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
