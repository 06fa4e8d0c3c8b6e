/**
 * What must be said beside the odds of a sweep, or in their place: why nothing could be weighed, and what was left out.
 */
import type { SweepRow } from '../../research/sweep/run.ts';
import type { TrialStatistics } from '../../research/sweep/trial-sums.ts';
import type { SweepPlan } from './plan.ts';

const EMPTY_SHOWN = 6;

/** Says why a sweep has no winner; `best` is the row that would be it. */
export function unjudgedInWords(
  { request, objectives }: Pick<SweepPlan, 'request' | 'objectives'>,
  rows: readonly SweepRow[],
  { sharpeMean }: Pick<TrialStatistics, 'sharpeMean'>,
  best: SweepRow | undefined,
): string {
  const all = rows.length === 1 ? 'the only run' : `all ${rows.length} runs`;
  const none = rows.length === 1 ? 'the only run does not satisfy' : `none of ${rows.length} runs satisfies`;
  if (rows.length === 0) return 'no run was played';
  if (rows.every((row) => row.stopped)) {
    return `${all} ${rows.length === 1 ? 'was' : 'were'} stopped early: ${request.stopWhen ?? ''}`;
  }
  if (best === undefined) return `${none} ${request.require.join(' and ')}`;
  if (rows.every(({ trades }) => trades === 0) && Number.isNaN(sharpeMean)) {
    return `${all} held nothing from the first session to the last: there is nothing to choose from`;
  }
  if (objectives.every(({ id }) => best.figures[id] === undefined)) {
    return `no run has a figure by which to choose: ${objectives.map(({ id }) => id).join(', ')}`;
  }
  return `the best of ${rows.length} runs held nothing: of what was tried, nothing was better than cash`;
}

/** Says that the odds are those of some parts of the points; `undefined` where all points were played. */
export function partInWords(
  { request, points }: Pick<SweepPlan, 'request' | 'points'>,
  played: number,
): string | undefined {
  const { index, count } = request.shard;
  if (count === 1 || played === points.count) return undefined;
  return (
    `This is part ${index + 1} of ${count}, and ${played} of ${points.count} points are played: the odds leave out the ` +
    'others and look better than they are; the last part to end in this folder weighs them all, and so does the same ' +
    'command without --shard.'
  );
}

/** Says which parts of the axes a Latin hypercube could not visit; `undefined` where it visited all. */
export function emptyInWords({ empty = [] }: Pick<SweepPlan, 'empty'>): string | undefined {
  if (empty.length === 0) return undefined;
  const shown = empty.slice(0, EMPTY_SHOWN).map(({ axis, from, to }) => {
    return `${axis} ${from === to ? String(from) : `${String(from)} to ${String(to)}`}`;
  });
  const more = empty.length > EMPTY_SHOWN ? ` and ${empty.length - EMPTY_SHOWN} more` : '';
  return `The conditions leave ${empty.length === 1 ? 'a part' : 'parts'} of the axes without a point: ${shown.join(', ')}${more}.`;
}
