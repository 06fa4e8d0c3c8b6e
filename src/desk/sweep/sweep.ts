/**
 * One sweep, from a plan to ranked rows with their odds: goes on where an earlier attempt was cut off, and leaves a
 * results file that a later one can go on from.
 */
import { join } from 'node:path';
import { Deck } from '../../engine/deck.ts';
import type { Batch } from '../../research/sweep/batch.ts';
import type { Figures } from '../../research/sweep/figures.ts';
import { realityTrials, winnerOdds, type WinnerOdds } from '../../research/sweep/odds.ts';
import { isLearning } from '../../research/search/make-search.ts';
import { frontRows, ranked } from '../../research/sweep/ranking.ts';
import { PointPlayer, type SweepRow, type SweepSubject } from '../../research/sweep/run.ts';
import { blocksFor, sharpeHalves, trialStatistics, type SharpeHalves } from '../../research/sweep/trial-sums.ts';
import type { StopSign } from '../run/play.ts';
import { Conductor, sessionsOf } from './conduct.ts';
import { Gathered } from './gather.ts';
import { GrowingPoints, learn } from './learn.ts';
import type { ThreadStart } from './messages.ts';
import type { SweepPlan } from './plan.ts';
import type { EarlierTrials } from '../experiments/trials.ts';
import { partsIn, readResults, ResultsFile, type ResultsHead } from './results-file.ts';
import { shareTape } from './shared-tape.ts';
import { subjectOf } from './subject.ts';

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
  /** See `Conducting`. */
  readonly worthMs?: number;
  readonly stop: StopSign;
  /** A clock in milliseconds, for progress and timings only. */
  now(): number;
  onProgress(done: number, total: number): void;
}

export interface FinishedSweep {
  readonly plan: SweepPlan;
  /** In the order of the points. */
  readonly rows: readonly SweepRow[];
  /** Best first; only rows that satisfy what is required. */
  readonly ranked: readonly SweepRow[];
  /** With several objectives, the rows that no other beats in one without losing in another; else the best alone. */
  readonly front: readonly SweepRow[];
  /** The equity and returns of the best. */
  readonly winner: PlayedWinner | undefined;
  /** `undefined` only where no row satisfies what is required. */
  readonly odds: WinnerOdds | undefined;
  /** How many independent attempts the rows are worth. */
  readonly effectiveTrials: number;
  readonly earlier: EarlierTrials | undefined;
  /** Sharpe ratio of each row in the first and the second half of the history. */
  readonly halves: SharpeHalves | undefined;
  readonly isComplete: boolean;
  /** Rows that an earlier attempt had played. */
  readonly resumed: number;
  readonly milliseconds: number;
}

export interface PlayedWinner {
  readonly row: SweepRow;
  readonly times: Float64Array;
  readonly equity: Float64Array;
  readonly returns: Float64Array;
}

const RESULTS_NAME = 'results.jsonl';

/** Plays a planned sweep. Everything but the timings depends on the deck, the data and the code alone. */
export async function runSweep(plan: SweepPlan, world: SweepWorld): Promise<FinishedSweep> {
  const startedAt = world.now();
  const { figures, periodsPerYear, loaded, request } = plan;
  const learns = isLearning(request.method);
  const points = learns ? new GrowingPoints(plan.points, request.runs) : plan.points;
  const tape = world.workers > 1 ? shareTape(loaded.tape) : loaded.tape;
  const subject = subjectOf({ ...loaded, tape }, figures, periodsPerYear);
  const periods = sessionsOf(subject);
  const blocks = blocksFor(points.count, periods);
  const gathered = new Gathered(periods, blocks, figures, (index) => points.at(index));
  const head: ResultsHead = {
    sweep: 'tradedeck',
    version: 1,
    key: plan.key,
    figures,
    periods,
    blocks,
    points: points.count,
  };
  const files = openResults(world, head, request.shard, gathered);
  const resumed = gathered.size;
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
    periods,
    blocks,
  });
  const conductor = new Conductor({
    subject,
    points,
    periods,
    blocks,
    workers: world.workers,
    worthMs: world.worthMs,
    threadStart,
    stop: world.stop,
    now: () => world.now(),
    onBatch: (batch) => {
      if (gathered.add(batch)) files?.append(batch);
    },
    onProgress: (played) => world.onProgress(learns ? gathered.size : resumed + played, own.length),
  });
  try {
    const isComplete = learns
      ? await learn(plan, points as GrowingPoints, gathered, (indices) => conductor.play(indices))
      : await conductor.play(left);
    return {
      ...judge({ ...plan, points }, subject, gathered, world.earlier),
      isComplete,
      resumed,
      milliseconds: world.now() - startedAt,
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

function openResults(
  { results: folder, again }: SweepWorld,
  head: ResultsHead,
  { index, count }: { readonly index: number; readonly count: number },
  gathered: Gathered,
): { append(batch: Batch): void } | undefined {
  if (folder === undefined) return undefined;
  const file = join(folder, count === 1 ? RESULTS_NAME : `results-${index + 1}-of-${count}.jsonl`);
  const before = again ? [] : readResults(file, head);
  for (const batch of before) gathered.add(batch);
  // What other machines played of this sweep counts when the whole is asked for.
  if (count === 1 && !again)
    for (const other of partsIn(folder)) readResults(other, head).forEach((one) => gathered.add(one));
  return new ResultsFile(file, head, before.length > 0);
}

/** Ranks what was played, and weighs the best, together with what was tried before. */
export function judge(
  plan: SweepPlan,
  subject: SweepSubject,
  gathered: Gathered,
  earlier?: EarlierTrials,
): Omit<FinishedSweep, 'isComplete' | 'resumed' | 'milliseconds'> {
  const rows = gathered.rows();
  const order = ranked(rows, plan.objectives, plan.required);
  const [best] = order;
  const moments = gathered.moments();
  const statistics = trialStatistics(gathered.sums, moments);
  const { effectiveTrials } = statistics;
  const halves = sharpeHalves(gathered.sums, moments, plan.periodsPerYear);
  const front = plan.objectives.length === 1 ? order.slice(0, 1) : frontRows(order, plan.objectives);
  const judged = { plan, rows, ranked: order, front, effectiveTrials, earlier, halves };
  if (best === undefined) return { ...judged, winner: undefined, odds: undefined };
  const { times, equity, returns, tradeReturns } = playWinner(subject, best);
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
  return { ...judged, winner: { row: best, times, equity, returns }, odds };
}

/** Plays the winner once more, for what was not kept of it. */
function playWinner(subject: SweepSubject, { parameters }: SweepRow) {
  const deck = new Deck(subject.options(parameters));
  deck.play(subject.slice);
  const { trades, sessions, startingCash } = deck.finish();
  let account = startingCash;
  const tradeReturns = Float64Array.from(trades, ({ profit }) => {
    const share = account > 0 ? profit / account : 0;
    account += profit;
    return share;
  });
  const returns = new Float64Array(sessions.value.length);
  let before = startingCash;
  sessions.value.forEach((value, i) => {
    returns[i] = value / before - 1;
    before = value;
  });
  return { times: sessions.time, equity: sessions.value, returns, tradeReturns };
}

/** Plays some trials again, evenly chosen and the winner among them: the returns of all would not fit in memory. */
function sampleReturns(
  subject: SweepSubject,
  rows: readonly SweepRow[],
  winner: SweepRow,
  periods: number,
): Float64Array[] {
  const count = Math.min(rows.length, realityTrials(periods));
  const chosen = new Set([winner]);
  for (let i = 0; chosen.size < count && i < count; i++) chosen.add(rows[Math.floor((i * rows.length) / count)]);
  const player = new PointPlayer({ ...subject, figures: [] });
  return [...chosen].map(({ index, parameters }) => {
    const returns = new Float64Array(periods);
    returns.set(player.play(index, parameters).returns);
    return returns;
  });
}

/** Figures of a row with those that it has none of as null, for JSON. */
export function plainFigures({ figures }: SweepRow, wanted: readonly (keyof Figures)[]): Record<string, number | null> {
  return Object.fromEntries(wanted.map((id) => [id, Number.isFinite(figures[id] ?? Number.NaN) ? figures[id]! : null]));
}
