/**
 * The summaries of every point in every group of the history: whatever groups a split trains on or holds out, the
 * figures there follow from them.
 */
import type { Batch } from '../sweep/batch.ts';
import type { Figures } from '../sweep/figures.ts';
import { PART_WIDTH } from './part.ts';
import { emptySummary, figuresOf, joinSummary, SUMMARY_WIDTH } from './summary.ts';

export class GroupSummaries {
  private readonly values: Float64Array;
  private readonly groups: number;
  private readonly periodsPerYear: number;

  /** Keeps 288 bytes for each group and point. */
  constructor(points: number, groups: number, periodsPerYear: number) {
    this.values = new Float64Array(points * groups * PART_WIDTH);
    this.groups = groups;
    this.periodsPerYear = periodsPerYear;
  }

  add(group: number, { indices, parts }: Batch): void {
    indices.forEach((point, i) => {
      this.values.set(parts.subarray(i * PART_WIDTH, (i + 1) * PART_WIDTH), this.placeOf(point, group));
    });
  }

  /** Figures of a point on the groups that are not held out, less what is purged before and embargoed after those. */
  train(point: number, held: readonly number[]): Figures {
    const joined = emptySummary();
    for (let group = 0; group < this.groups; group++) {
      if (held.includes(group)) continue;
      this.join(joined, point, group, !held.includes(group - 1), !held.includes(group + 1));
    }
    return figuresOf(joined, this.periodsPerYear);
  }

  /** Figures of a point on the groups that are held out. */
  test(point: number, held: readonly number[]): Figures {
    const joined = emptySummary();
    for (const group of held) this.join(joined, point, group, true, true);
    return figuresOf(joined, this.periodsPerYear);
  }

  private join(joined: Float64Array, point: number, group: number, head: boolean, tail: boolean): void {
    const at = this.placeOf(point, group);
    if (head) joinSummary(joined, this.values, at);
    joinSummary(joined, this.values, at + SUMMARY_WIDTH);
    if (tail) joinSummary(joined, this.values, at + 2 * SUMMARY_WIDTH);
  }

  private placeOf(point: number, group: number): number {
    return (point * this.groups + group) * PART_WIDTH;
  }
}
