/**
 * Plays all points of a sweep on a stretch of the history: what choices of a validation are made from.
 *
 * Every row that is played is in a file of its stretch, so that a validation goes on where it was cut off.
 */
import { isLearning } from '../../research/search/make-search.ts';
import type { Batch } from '../../research/sweep/batch.ts';
import type { Points } from '../../research/sweep/points.ts';
import type { SweepRow, SweepSubject } from '../../research/sweep/run.ts';
import { blocksFor } from '../../research/sweep/trial-sums.ts';
import type { Stretch } from '../../research/validation/judging.ts';
import { partOf, partSubject } from '../../research/validation/part.ts';
import type { Stage } from './conduct.ts';
import { Gathered } from './gather.ts';
import { GrowingPoints, learn } from './learn.ts';
import { openFile } from './open-results.ts';
import type { SweepPlan } from './plan.ts';

/** What stretches are played with. */
export interface StretchWorld {
  readonly plan: SweepPlan;
  readonly subject: SweepSubject;
  /** Last instants of the sessions. */
  readonly sessions: Float64Array;
  /** Plays points; false when it was stopped. */
  play(indices: Int32Array, stage: Stage): Promise<boolean>;
  /** Folder of the results, and whether to begin anew. */
  readonly results: string | undefined;
  readonly again: boolean;
  onProgress(done: number, total: number, stage: string): void;
}

/** Plays all points of the sweep on a stretch; `undefined` when it was stopped. */
export async function playStretch(world: StretchWorld, stretch: Stretch): Promise<readonly SweepRow[] | undefined> {
  const { plan, subject, sessions } = world;
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
  const file = openFile(`${stretch.name}.jsonl`, { folder: world.results, again: world.again, head, add });
  const resumed = gathered.size;
  const before = (stretch.number - 1) * points.count;
  const stage = {
    subject: partSubject(subject, part),
    points,
    periods,
    blocks,
    part,
    onBatch: (batch: Batch) => {
      const isNew = add(batch);
      if (isNew) file?.append(batch);
      return isNew;
    },
    onProgress: (played: number) => {
      const done = points instanceof GrowingPoints ? gathered.size : resumed + played;
      world.onProgress(before + done, stretch.of * points.count, `part ${stretch.number} of ${stretch.of}`);
    },
  };
  const unplayed = Int32Array.from({ length: points.count }, (_, index) => index).filter(
    (index) => !gathered.has(index),
  );
  const isWhole =
    points instanceof GrowingPoints
      ? await learn(plan, points, gathered, (indices) => world.play(indices, stage))
      : await world.play(unplayed, stage);
  return isWhole ? gathered.rows() : undefined;
}
