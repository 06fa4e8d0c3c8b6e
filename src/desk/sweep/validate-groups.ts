/**
 * K-fold and combinatorial validation: every point is played on every group of the history once, and each split's
 * choice follows from the groups that it trains on.
 */
import type { Batch } from '../../research/sweep/batch.ts';
import type { Figures } from '../../research/sweep/figures.ts';
import type { Parameters } from '../../research/sweep/points.ts';
import { ranked, score } from '../../research/sweep/ranking.ts';
import type { SweepRow } from '../../research/sweep/run.ts';
import { GroupSummaries } from '../../research/validation/groups.ts';
import type { Fold, StitchedPath } from '../../research/validation/outcome.ts';
import { partOf, partSubject } from '../../research/validation/part.ts';
import {
  choices,
  combinatorialPaths,
  groupsOf,
  type GroupFolds,
  type Range,
  type Split,
} from '../../research/validation/splits.ts';
import { playRun, type PlayedRun } from './play-run.ts';
import { playStretch, spansOf, type Judged, type Validating } from './stretch.ts';

export async function judgeGroups(
  validating: Validating,
  { groups, held, purge, embargo }: GroupFolds,
  splits: readonly Split[],
): Promise<Judged | undefined> {
  const { plan, sessions } = validating;
  const ranges = groupsOf(groups, sessions.length);
  const summaries = new GroupSummaries(plan.points.count, groups, plan.periodsPerYear);
  const stopped = new Set<number>();
  for (const [group, range] of ranges.entries()) {
    const gathered = await playStretch(validating, {
      name: `group-${group + 1}`,
      range,
      head: embargo,
      tail: purge,
      number: group + 1,
      of: groups,
      onBatch: (batch: Batch) => summaries.add(group, batch),
    });
    if (gathered === undefined) return undefined;
    for (const row of gathered.rows()) if (row.stopped) stopped.add(row.index);
  }
  const heldOf = choices(groups, held);
  const folds = splits.map((split, i) => foldOf(validating, split, i, heldOf[i], summaries, stopped));
  const runs = new GroupRuns(validating, ranges);
  const paths = combinatorialPaths(groups, held).map((numbers) =>
    stitched(
      numbers.map((split, group) => runs.of(group, folds[split].chosen)),
      validating.startingCash,
    ),
  );
  return { folds, paths };
}

function foldOf(
  { plan, sessions }: Validating,
  split: Split,
  number: number,
  held: readonly number[],
  summaries: GroupSummaries,
  stopped: ReadonlySet<number>,
): Fold {
  const { objectives, required, points } = plan;
  const [objective] = objectives;
  const rowOf = (index: number, figures: Figures): SweepRow => {
    const parameters = points.at(index);
    const isStopped = stopped.has(index);
    return { index, parameters, figures, finalEquity: 0, trades: 0, ruined: false, stopped: isStopped };
  };
  const rows = Array.from({ length: points.count }, (_, index) => rowOf(index, summaries.train(index, held)));
  const [best] = ranked(rows, objectives, required);
  const spans = { trained: spansOf(split.train, sessions), judged: spansOf(split.test, sessions) };
  const common = { number: number + 1, split, ...spans, candidates: rows.length };
  if (best === undefined) {
    const outOfSample = { totalReturn: 0, trades: 0, maxDrawdown: 0 };
    return { ...common, chosen: undefined, inSample: {}, outOfSample, isBelowMedian: undefined };
  }
  const outOfSample = summaries.test(best.index, held);
  const own = score(rowOf(best.index, outOfSample), objective);
  let [below, equal] = [0, 0];
  for (const { index } of rows) {
    const other = score(rowOf(index, summaries.test(index, held)), objective);
    if (other < own) below++;
    else if (other === own && index !== best.index) equal++;
  }
  const rank = (1 + below + equal / 2) / (rows.length + 1);
  return { ...common, chosen: best.parameters, inSample: best.figures, outOfSample, isBelowMedian: rank <= 0.5 };
}

/** Chosen points on groups that they had not seen, each played once. */
class GroupRuns {
  private readonly validating: Validating;
  private readonly ranges: readonly Range[];
  private readonly runs = new Map<string, PlayedRun>();

  constructor(validating: Validating, ranges: readonly Range[]) {
    this.validating = validating;
    this.ranges = ranges;
  }

  /** Times and returns of a group; in cash where nothing was chosen, and after a ruin. */
  of(group: number, parameters: Parameters | undefined): Pick<StitchedPath, 'times' | 'returns'> {
    const { subject, sessions } = this.validating;
    const range = this.ranges[group];
    const times = sessions.subarray(range.from, range.to);
    const returns = new Float64Array(times.length);
    if (parameters === undefined) return { times, returns };
    const key = `${group} ${JSON.stringify(parameters)}`;
    let run = this.runs.get(key);
    if (run === undefined) {
      run = playRun(partSubject(subject, partOf(range, sessions)), parameters);
      this.runs.set(key, run);
    }
    returns.set(run.returns);
    return { times, returns };
  }
}

function stitched(pieces: readonly Pick<StitchedPath, 'times' | 'returns'>[], startingCash: number): StitchedPath {
  const times = Float64Array.from(pieces.flatMap((piece) => [...piece.times]));
  const returns = Float64Array.from(pieces.flatMap((piece) => [...piece.returns]));
  let wealth = startingCash;
  return { times, returns, equity: returns.map((step) => (wealth *= 1 + step)) };
}
