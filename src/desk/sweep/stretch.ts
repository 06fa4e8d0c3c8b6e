/**
 * Plays all points of a sweep on a stretch of the history: what choices of a validation are made from.
 *
 * Every row that is played is in a file of its stretch, so that a validation goes on where it was cut off.
 */
import { isLearning } from '../../research/search/make-search.ts';
import type { Batch } from '../../research/sweep/batch.ts';
import type { Points } from '../../research/sweep/points.ts';
import type { SweepSubject } from '../../research/sweep/run.ts';
import { blocksFor } from '../../research/sweep/trial-sums.ts';
import type { Fold, StitchedPath } from '../../research/validation/outcome.ts';
import { partOf, partSubject } from '../../research/validation/part.ts';
import type { Range, Split } from '../../research/validation/splits.ts';
import type { Stage } from './conduct.ts';
import { Gathered } from './gather.ts';
import { GrowingPoints, learn } from './learn.ts';
import { openFile } from './open-results.ts';
import type { SweepPlan } from './plan.ts';

/** What folds are played with. */
export interface Validating {
  readonly plan: SweepPlan;
  readonly subject: SweepSubject;
  /** Last instants of the sessions. */
  readonly sessions: Float64Array;
  readonly splits: readonly Split[];
  /** Plays points; false when it was stopped. */
  play(indices: Int32Array, stage: Stage): Promise<boolean>;
  /** Folder of the results, and whether to begin anew. */
  readonly results: string | undefined;
  readonly again: boolean;
  onProgress(done: number, total: number, stage: string): void;
  readonly startingCash: number;
}

/** Folds and histories; `undefined` when it was stopped. */
export interface Judged {
  readonly folds: readonly Fold[];
  readonly paths: readonly StitchedPath[];
}

/** A stretch to play all points on. */
export interface Stretch {
  /** Names its file. */
  readonly name: string;
  readonly range: Range;
  readonly head: number;
  readonly tail: number;
  /** Number of this stretch among all, for progress. */
  readonly number: number;
  readonly of: number;
  onBatch?(batch: Batch): void;
}

/** Plays all points of the sweep on a stretch; `undefined` when it was stopped. */
export async function playStretch(validating: Validating, stretch: Stretch): Promise<Gathered | undefined> {
  const { plan, subject, sessions } = validating;
  const { figures, request } = plan;
  const part = partOf(stretch.range, sessions, stretch.head, stretch.tail);
  const periods = stretch.range.to - stretch.range.from;
  const points: Points = isLearning(request.method) ? new GrowingPoints(plan.points, request.runs) : plan.points;
  const blocks = blocksFor(points.count, periods);
  const gathered = new Gathered(periods, blocks, figures, (index) => points.at(index));
  const add = (batch: Batch): boolean => {
    if (!gathered.add(batch)) return false;
    stretch.onBatch?.(batch);
    return true;
  };
  const head = {
    sweep: 'tradedeck',
    version: 2,
    key: plan.key,
    figures,
    periods,
    blocks,
    points: points.count,
    part,
  } as const;
  const file = openFile(`${stretch.name}.jsonl`, { folder: validating.results, again: validating.again, head, add });
  const resumed = gathered.size;
  const before = (stretch.number - 1) * points.count;
  const stage = {
    subject: partSubject(subject, part),
    points,
    periods,
    blocks,
    part,
    onBatch: (batch: Batch) => {
      if (add(batch)) file?.append(batch);
    },
    onProgress: (played: number) => {
      const done = points instanceof GrowingPoints ? gathered.size : resumed + played;
      validating.onProgress(before + done, stretch.of * points.count, `part ${stretch.number} of ${stretch.of}`);
    },
  };
  const unplayed = Int32Array.from({ length: points.count }, (_, index) => index).filter(
    (index) => !gathered.has(index),
  );
  const isWhole =
    points instanceof GrowingPoints
      ? await learn(plan, points, gathered, (indices) => validating.play(indices, stage))
      : await validating.play(unplayed, stage);
  return isWhole ? gathered : undefined;
}

/** First and last instant of ranges of sessions. */
export function spansOf(ranges: readonly Range[], sessions: Float64Array): Range[] {
  return ranges.map(({ from, to }) => ({ from: sessions[from], to: sessions[to - 1] }));
}
