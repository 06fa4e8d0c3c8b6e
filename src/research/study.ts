/**
 * A sweep in a script: every point of a grid played by the engine, the best with its odds, and choices judged on what
 * they have not seen. What the command does with threads, files and resumption, in one thread and in memory.
 */
import { Random } from '../base/random.ts';
import { Fault } from '../base/fault.ts';
import { resolveParameters } from '../engine/strategy/parameters.ts';
import type { DeckOptions } from '../engine/deck-options.ts';
import type { AnyStrategy } from '../engine/strategy/strategy.ts';
import type { RecordedTape } from '../market/tape.ts';
import { readAxis, type AxisText } from './sweep/axis.ts';
import { BatchPlayer, pointTable, rowOf } from './sweep/batch.ts';
import { ALWAYS, LEAN_FIGURES } from './sweep/figures.ts';
import { winnerOdds, type WinnerOdds } from './sweep/odds.ts';
import { playRun, sampleReturns } from './sweep/play-run.ts';
import { gridPoints, readWhere, type Points } from './sweep/points.ts';
import { ranked, readObjective } from './sweep/ranking.ts';
import type { SweepRow, SweepSubject } from './sweep/run.ts';
import { sessionsOf } from './sweep/sessions.ts';
import { blocksFor, trialStatistics, TrialSums } from './sweep/trial-sums.ts';
import type { Stretch } from './validation/judging.ts';
import type { ValidationOutcome } from './validation/outcome.ts';
import { partOf, partSubject, type Part } from './validation/part.ts';
import { splitsOf, type Validation } from './validation/splits.ts';
import { validate } from './validation/validate.ts';

export interface StudyOptions extends Partial<Omit<DeckOptions, 'tape' | 'streams' | 'strategies' | 'cash'>> {
  readonly tape: RecordedTape;
  readonly strategy: AnyStrategy;
  /** By name: a range `2..100` or `0.5..2/0.25`, or a list. */
  readonly parameters: Readonly<Record<string, AxisText>>;
  readonly cash: number;
  /** Conditions on parameters, as in `fast < slow`. */
  readonly where?: readonly string[];
  /** `sharpe` unless given; of the figures that a run gives without a report. */
  readonly objective?: string;
  readonly validation?: Validation;
  /** 252 unless given. */
  readonly periodsPerYear?: number;
}

export interface Study {
  /** In the order of the points. */
  readonly rows: readonly SweepRow[];
  /** Best first. */
  readonly ranked: readonly SweepRow[];
  readonly odds: WinnerOdds;
  /** How choices did on sessions that they had not seen; `undefined` unless asked for. */
  readonly validation: ValidationOutcome | undefined;
}

/** Most points of a study; larger ones are for the command, which can be stopped and goes on where it was. */
const POINTS_MAX = 100_000;

/** Plays a study. Parameters, conditions and windows that do not fit are `Fault`s. */
export async function study(options: StudyOptions): Promise<Study> {
  const {
    tape,
    strategy,
    parameters,
    cash,
    where = [],
    validation,
    periodsPerYear = 252,
    objective,
    ...deck
  } = options;
  const specs = strategy.parameters ?? {};
  const wanted = readObjective(objective ?? 'sharpe', 'objective');
  const known: readonly string[] = LEAN_FIGURES;
  if (!known.includes(wanted.id)) {
    throw new Fault('sweep.objective', `a study is decided by one of ${known.join(', ')}`, { field: 'objective' });
  }
  const axes = Object.entries(parameters).map(([name, given]) => readAxis(name, given, specs, `parameters.${name}`));
  const fixed = Object.entries(resolveParameters(specs, {})).filter(([name]) => !(name in parameters));
  const admission = {
    fixed: Object.fromEntries(fixed),
    where: readWhere(where, specs, 'where'),
    refuses: (point: Readonly<Record<string, number | string | boolean>>) => strategy.check?.(point),
  };
  const { points } = gridPoints(axes, admission, POINTS_MAX);
  const figures = [...new Set([...ALWAYS, 'annualReturn' as const, wanted.id])];
  const subject: SweepSubject = {
    options: (point) => {
      return {
        ...deck,
        tape,
        streams: tape.slice.streams,
        strategies: [{ definition: strategy, parameters: point }],
        cash,
      };
    },
    slice: tape.slice,
    figures,
    periodsPerYear,
    allFigures: () => ({}),
  };
  const sessions = sessionsOf(subject);
  // What cannot be judged is said before anything is played.
  const splits = validation === undefined ? [] : splitsOf(validation, sessions.length);
  const { rows, sums, moments } = playAll(subject, points, sessions.length);
  const order = ranked(rows, [wanted], []);
  const seed = deck.seed ?? 1;
  const run = playRun(subject, order[0].parameters);
  const odds = winnerOdds({
    winner: order[0],
    returns: run.returns,
    tradeReturns: run.tradeReturns,
    statistics: trialStatistics(sums, moments),
    rows,
    objective: wanted,
    sampled: sampleReturns(subject, rows, order[0], sessions.length),
    periodsPerYear,
    seed,
  });
  if (validation === undefined) return { rows, ranked: order, odds, validation: undefined };
  const judged = await validate({
    validation,
    axes,
    subject,
    sessions,
    splits,
    points,
    objectives: [wanted],
    required: [],
    periodsPerYear,
    startingCash: cash,
    random: new Random(seed).fork('validation'),
    playStretch: (stretch) => Promise.resolve(playStretch(subject, points, sessions, stretch)),
  });
  return { rows, ranked: order, odds, validation: judged };
}

function playStretch(subject: SweepSubject, points: Points, sessions: Float64Array, stretch: Stretch): SweepRow[] {
  const part = partOf(stretch.range, sessions, stretch.head, stretch.tail);
  const { rows, batch } = playAll(partSubject(subject, part), points, stretch.range.to - stretch.range.from, part);
  stretch.onBatch?.(batch);
  return rows;
}

function playAll(subject: SweepSubject, points: Points, periods: number, part?: Part) {
  const blocks = blocksFor(points.count, periods);
  const indices = Int32Array.from({ length: points.count }, (_, index) => index);
  const player = new BatchPlayer(subject, pointTable(points, indices), new Int32Array(2), periods, blocks, part);
  while (player.step());
  const batch = player.take();
  const sums = new TrialSums(periods, blocks);
  sums.merge(batch.total);
  const rows = Array.from(indices, (index, at) => rowOf(batch, at, subject.figures, points.at(index)));
  return { rows, batch, sums, moments: batch.moments };
}
