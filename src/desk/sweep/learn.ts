/**
 * A sweep that learns while it plays: points are proposed from all rows before them, round by round.
 */
import { Random } from '../../base/random.ts';
import { makeSearch, type LearningMethod } from '../../research/search/make-search.ts';
import type { Parameters, Points } from '../../research/sweep/points.ts';
import type { Gathered } from './gather.ts';
import type { SweepPlan } from './plan.ts';

/** Points that become more while the sweep learns. `count` is what it will have, if the space has as many. */
export class GrowingPoints implements Points {
  readonly list: Parameters[];
  readonly count: number;

  constructor(first: Points, count: number) {
    this.list = Array.from({ length: Math.min(count, first.count) }, (_, index) => first.at(index));
    this.count = count;
  }

  at(index: number): Parameters {
    return this.list[index];
  }
}

/** Plays rounds of points; false when it was stopped. */
export async function learn(
  { axes, admission, objectives, required, loaded, request }: SweepPlan,
  points: GrowingPoints,
  gathered: Gathered,
  play: (indices: Int32Array) => Promise<boolean>,
): Promise<boolean> {
  const { list } = points;
  const random = new Random(loaded.seed).fork('sweep');
  // The plan has seen to it that the method is one that learns.
  const method = request.method as LearningMethod;
  const propose = makeSearch({ method, axes, admission, objectives, required, runs: request.runs, random });
  for (;;) {
    const unplayed = list.map((_, index) => index).filter((index) => !gathered.has(index));
    if (!(await play(Int32Array.from(unplayed)))) return false;
    if (list.length >= points.count) return true;
    const more = propose(gathered.rows(list.length)).slice(0, points.count - list.length);
    if (more.length === 0) return true;
    list.push(...more);
  }
}
