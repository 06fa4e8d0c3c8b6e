/**
 * What choices are judged with: who plays the points of a stretch is left open, so that threads and a loop in a script
 * come to the same folds.
 */
import type { Batch } from '../sweep/batch.ts';
import type { Points } from '../sweep/points.ts';
import type { Objective } from '../sweep/ranking.ts';
import type { Expression } from '../sweep/expression.ts';
import type { SweepRow, SweepSubject } from '../sweep/run.ts';
import type { Fold, StitchedPath } from './outcome.ts';
import type { Range, Split } from './splits.ts';

/** A stretch of sessions on which all points are to be played. */
export interface Stretch {
  /** Names it: `fold-1`, `group-3`. */
  readonly name: string;
  readonly range: Range;
  /** Sessions at its beginning and its end that some choices leave out. */
  readonly head: number;
  readonly tail: number;
  /** Number of this stretch among all, from 1. */
  readonly number: number;
  readonly of: number;
  /** Is given everything that is played, with summaries. */
  onBatch?(batch: Batch): void;
}

export interface Judging {
  readonly subject: SweepSubject;
  /** Last instants of the sessions. */
  readonly sessions: Float64Array;
  readonly splits: readonly Split[];
  /** Points that are played in every stretch; a search has points of its own in each. */
  readonly points: Points;
  readonly objectives: readonly Objective[];
  readonly required: readonly Expression[];
  readonly periodsPerYear: number;
  readonly startingCash: number;
  /** Plays all points on a stretch and returns their rows; `undefined` when it was stopped. */
  playStretch(stretch: Stretch): Promise<readonly SweepRow[] | undefined>;
}

/** Folds and histories. */
export interface Judged {
  readonly folds: readonly Fold[];
  readonly paths: readonly StitchedPath[];
}

/** First and last instant of ranges of sessions. */
export function spansOf(ranges: readonly Range[], sessions: Float64Array): Range[] {
  return ranges.map(({ from, to }) => ({ from: sessions[from], to: sessions[to - 1] }));
}
