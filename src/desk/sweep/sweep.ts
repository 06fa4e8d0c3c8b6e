/**
 * One sweep, from a plan to ranked rows with their odds: goes on where an earlier attempt was cut off, and leaves a
 * results file that a later one can go on from.
 */
import type { Batch } from '../../research/sweep/batch.ts';
import { winnerOdds, type WinnerOdds } from '../../research/sweep/odds.ts';
import { stoppedInWords } from '../../research/sweep/early-stop.ts';
import { isLearning } from '../../research/search/make-search.ts';
import { bestOf, frontRows, ranked } from '../../research/sweep/ranking.ts';
import type { SweepRow, SweepSubject } from '../../research/sweep/run.ts';
import {
  blocksFor,
  sharpeHalves,
  trialStatistics,
  type SharpeHalves,
  type TrialStatistics,
} from '../../research/sweep/trial-sums.ts';
import type { ValidationOutcome } from '../../research/validation/outcome.ts';
import { isGrouped, splitsOf } from '../../research/validation/splits.ts';
import type { StopSign } from '../run/play.ts';
import { checkDisk, Spending } from './budget.ts';
import { partInWords, unjudgedInWords } from './caveats.ts';
import { Conductor, type Conducting, type Conducts, type Stage } from './conduct.ts';
import { Gathered } from './gather.ts';
import { GrowingPoints, learn } from './learn.ts';
import type { ThreadStart } from './messages.ts';
import type { SweepPlan } from './plan.ts';
import type { EarlierTrials } from '../experiments/trials.ts';
import { openResults, takeOthers } from './open-results.ts';
import { playRun, sampleReturns } from '../../research/sweep/play-run.ts';
import { sessionsOf } from '../../research/sweep/sessions.ts';
import type { ResultsHead } from './results-file.ts';
import { shareTape } from './shared-tape.ts';
import { subjectOf } from './subject.ts';
import { validate } from '../../research/validation/validate.ts';
import { playStretch } from './stretch.ts';
import { Random } from '../../base/random.ts';

export interface SweepWorld {
  /** Where relative paths of the deck start. */
  readonly folder: string;
  /** Folder of the results; `undefined` leaves nothing behind. */
  readonly results: string | undefined;
  /** Threads that play, the calling one included. */
  readonly workers: number;
  /** Whether to begin anew, even if an earlier attempt left rows. */
  readonly again: boolean;
  /** What was tried on the same data before, in other sessions; nothing when left out. */
  readonly earlier?: EarlierTrials;
  /** Who plays the points; threads of this process when left out. */
  readonly conductor?: (conducting: Conducting) => Conducts;
  /** See `Conducting`. */
  readonly worthMs?: number;
  readonly stop: StopSign;
  /** Called before the first run, once nothing is left to refuse. */
  onBegin?(): Promise<void>;
  /** A clock in milliseconds, for progress and timings only. */
  now(): number;
  onProgress(done: number, total: number, stage?: string): void;
}

export interface FinishedSweep {
  readonly plan: SweepPlan;
  /** In the order of the points. */
  readonly rows: readonly SweepRow[];
  /** How many runs were stopped early, by which rule, and what that means; `undefined` when none was. */
  readonly stoppedEarly: string | undefined;
  /** Best first; only rows that satisfy what is required. */
  readonly ranked: readonly SweepRow[];
  /** With several objectives, the rows that no other beats in one without losing in another; else the best alone. */
  readonly front: readonly SweepRow[];
  /** The equity and returns of the best. */
  readonly winner: PlayedWinner | undefined;
  /** `undefined` only where there is no winner. */
  readonly odds: WinnerOdds | undefined;
  /** Why there is no winner; `undefined` where there is one. */
  readonly unjudged: string | undefined;
  /** That the rows, and so the odds, are those of some parts only; `undefined` where all points are there. */
  readonly part: string | undefined;
  /** What the rows have in common, as attempts. */
  readonly statistics: TrialStatistics;
  readonly earlier: EarlierTrials | undefined;
  /** Sharpe ratio of each row in the first and the second half of the history. */
  readonly halves: SharpeHalves | undefined;
  /** How choices did on sessions they had not seen; `undefined` unless asked for, and before its end. */
  readonly validation: ValidationOutcome | undefined;
  readonly isComplete: boolean;
  /** Rows that an earlier attempt, or another part, has played. */
  readonly resumed: number;
  /** What of the budget is spent, in words, where that ended the sweep. */
  readonly spent: string | undefined;
  /** Of the rows, without validation. */
  readonly milliseconds: number;
}

export interface PlayedWinner {
  readonly row: SweepRow;
  readonly times: Float64Array;
  readonly equity: Float64Array;
  readonly returns: Float64Array;
}

/** Plays a planned sweep. Everything but the timings depends on the deck, the data and the code alone. */
export async function runSweep(plan: SweepPlan, world: SweepWorld): Promise<FinishedSweep> {
  const startedAt = world.now();
  const { figures, periodsPerYear, loaded, request } = plan;
  const learns = isLearning(request.method);
  const points = learns ? new GrowingPoints(plan.points, request.runs) : plan.points;
  const tape = world.workers > 1 ? shareTape(loaded.tape) : loaded.tape;
  const subject = subjectOf({ ...loaded, tape }, figures, periodsPerYear, request.stopWhen);
  const sessions = sessionsOf(subject);
  const periods = sessions.length;
  const blocks = blocksFor(points.count, periods);
  const { validation: asked } = plan;
  const splits = asked === undefined ? [] : splitsOf(asked, periods);
  const isJoined = asked !== undefined && isGrouped(asked);
  const times = isJoined ? asked.groups : splits.length;
  checkDisk(plan, plan.budget, { count: points.count, periods, blocks, stretches: times, isJoined }, world.results);
  await world.onBegin?.();
  const gathered = new Gathered(periods, blocks, figures, (index) => points.at(index));
  const head: ResultsHead = {
    sweep: 'tradedeck',
    version: 2,
    key: plan.key,
    figures,
    periods,
    blocks,
    points: points.count,
  };
  const add = (batch: Batch): boolean => gathered.add(batch);
  const open = { folder: world.results, again: world.again, head, add };
  const files = openResults(open, request.shard);
  const resumed = gathered.size;
  let fresh = 0;
  const own = shardOf(points.count, request.shard);
  const left = learns ? own : own.filter((index) => !gathered.has(index));
  const threadStart = (): ThreadStart => ({
    config: loaded.config,
    folder: world.folder,
    codeHash: loaded.strategy.codeHash,
    tape,
    seed: loaded.seed,
    figures,
    periodsPerYear,
    stopWhen: request.stopWhen,
  });
  const { workers, worthMs } = world;
  const now = (): number => world.now();
  const spending = new Spending(plan.budget, world.stop, now);
  const conducting: Conducting = { workers, worthMs, threadStart, stop: spending.stop, now };
  const conductor = world.conductor?.(conducting) ?? new Conductor(conducting);
  const play = (indices: Int32Array, at: Stage): Promise<boolean> =>
    spending.play(indices, at, (some, there) => conductor.play(some, there));
  const stage: Stage = {
    subject,
    points,
    periods,
    blocks,
    part: undefined,
    onBatch: (batch) => {
      const isNew = gathered.add(batch);
      if (isNew) {
        files?.append(batch);
        fresh += batch.indices.length;
      }
      return isNew;
    },
    onProgress: (played) => world.onProgress(learns ? gathered.size : resumed + played, own.length),
  };
  try {
    const isComplete = learns
      ? await learn(plan, points as GrowingPoints, gathered, (indices) => play(indices, stage))
      : await play(left, stage);
    const milliseconds = world.now() - startedAt;
    // Its own rows are on disk by now: of parts that play at once, the last to end sees all others.
    if (request.shard.count > 1) takeOthers(open, request.shard);
    const stretches = {
      plan: { ...plan, points },
      subject,
      sessions,
      play,
      results: world.results,
      again: world.again,
      onProgress: (done: number, total: number, name: string) => world.onProgress(done, total, name),
    };
    const validation =
      isComplete && asked !== undefined
        ? await validate({
            validation: asked,
            subject,
            sessions,
            splits,
            points,
            periodsPerYear,
            axes: plan.axes,
            objectives: plan.objectives,
            required: plan.required,
            startingCash: subject.options({}).cash,
            random: new Random(loaded.seed).fork('validation'),
            playStretch: (stretch) => playStretch(stretches, stretch),
          })
        : undefined;
    const isWhole = isComplete && (validation === undefined) === (asked === undefined);
    return {
      ...judge({ ...plan, points }, subject, gathered, world.earlier),
      validation,
      isComplete: isWhole,
      resumed: gathered.size - fresh,
      spent: isWhole ? undefined : spending.spent,
      milliseconds,
    };
  } finally {
    await conductor.end();
  }
}

/** The points of a part: every n-th, so that parts take equally long. */
export function shardOf(
  count: number,
  { index, count: shards }: { readonly index: number; readonly count: number },
): Int32Array {
  const length = Math.max(0, Math.ceil((count - index) / shards));
  return Int32Array.from({ length }, (_, i) => index + i * shards);
}

/** Ranks what was played, and weighs the best, together with what was tried before. */
export function judge(
  plan: SweepPlan,
  subject: SweepSubject,
  gathered: Gathered,
  earlier?: EarlierTrials,
): Omit<FinishedSweep, 'validation' | 'isComplete' | 'resumed' | 'spent' | 'milliseconds'> {
  const rows = gathered.rows();
  const order = ranked(rows, plan.objectives, plan.required);
  const best = bestOf(order, plan.objectives);
  const moments = gathered.moments();
  const statistics = trialStatistics(gathered.sums, moments);
  const halves = sharpeHalves(gathered.sums, moments, plan.periodsPerYear);
  const front = plan.objectives.length === 1 ? order.slice(0, 1) : frontRows(order, plan.objectives);
  const stopped = rows.filter((row) => row.stopped).length;
  const stoppedEarly = stoppedInWords(stopped, rows.length, plan.request.stopWhen);
  const part = partInWords(plan, rows.length);
  const judged = { plan, rows, stoppedEarly, part, ranked: order, front, statistics, earlier, halves };
  const run = best === undefined ? undefined : playRun(subject, best.parameters);
  if (best === undefined || run === undefined || run.returns.every((step) => step === 0)) {
    const unjudged = unjudgedInWords(plan, rows, statistics, order[0]);
    return { ...judged, winner: undefined, odds: undefined, unjudged };
  }
  const { times, equity, returns, tradeReturns } = run;
  const odds = winnerOdds({
    winner: best,
    returns,
    tradeReturns,
    statistics,
    earlier,
    rows,
    objective: plan.objectives[0],
    sampled: sampleReturns(subject, rows, best, gathered.sums.periods),
    periodsPerYear: plan.periodsPerYear,
    seed: plan.loaded.seed,
  });
  return { ...judged, winner: { row: best, times, equity, returns }, odds, unjudged: undefined };
}
