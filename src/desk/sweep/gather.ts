/**
 * Everything that was played, put in the order of the points: what is shown does not depend on who played what when.
 */
import type { MetricId } from '../../stats/metric.ts';
import { rowOf, type Batch } from '../../research/sweep/batch.ts';
import type { Parameters } from '../../research/sweep/points.ts';
import type { SweepRow } from '../../research/sweep/run.ts';
import { momentsPerTrial, TrialSums } from '../../research/sweep/trial-sums.ts';

export class Gathered {
  readonly sums: TrialSums;
  /** Where each row is. Its parameters may not be known yet: a sweep that learns finds out as it goes on. */
  private readonly places = new Map<number, { readonly batch: Omit<Batch, 'total'>; readonly at: number }>();
  private readonly momentsByIndex = new Map<number, Float64Array>();
  private readonly figures: readonly MetricId[];
  private readonly pointAt: (index: number) => Parameters;

  constructor(periods: number, blocks: number, figures: readonly MetricId[], pointAt: (index: number) => Parameters) {
    this.sums = new TrialSums(periods, blocks);
    this.figures = figures;
    this.pointAt = pointAt;
  }

  /** Adds a batch. One with a row that is there already is a repetition and changes nothing. */
  add(batch: Batch): boolean {
    if (batch.indices.some((index) => this.places.has(index))) return false;
    const width = momentsPerTrial(this.sums.blocks);
    // Its sums go into those of all: kept with each batch they would grow with the time that a sweep takes.
    const { total: _total, ...kept } = batch;
    batch.indices.forEach((index, at) => {
      this.places.set(index, { batch: kept, at });
      this.momentsByIndex.set(index, batch.moments.subarray(at * width, (at + 1) * width));
    });
    this.sums.merge(batch.total);
    return true;
  }

  get size(): number {
    return this.places.size;
  }

  has(index: number): boolean {
    return this.places.has(index);
  }

  /** Rows by number, of the first `count` points. */
  rows(count = Infinity): SweepRow[] {
    return this.order()
      .filter((index) => index < count)
      .map((index) => {
        const { batch, at } = this.places.get(index)!;
        return rowOf(batch, at, this.figures, this.pointAt(index));
      });
  }

  /** Moments of all trials, in the order of the rows. */
  moments(): Float64Array {
    const width = momentsPerTrial(this.sums.blocks);
    const all = new Float64Array(width * this.size);
    this.order().forEach((index, at) => all.set(this.momentsByIndex.get(index)!, at * width));
    return all;
  }

  private order(): number[] {
    return [...this.places.keys()].sort((a, b) => a - b);
  }
}
