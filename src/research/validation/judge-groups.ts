/**
 * K-fold and combinatorial validation: every point is played on every group of the history once, and each split's
 * choice follows from the groups that it trains on.
 */
import type { Batch } from '../sweep/batch.ts';
import type { Figures } from '../sweep/figures.ts';
import { playRun, type PlayedRun } from '../sweep/play-run.ts';
import type { Parameters } from '../sweep/points.ts';
import { bestOf, ranked, score } from '../sweep/ranking.ts';
import type { SweepRow } from '../sweep/run.ts';
import { GroupSummaries } from './groups.ts';
import { spansOf, type Judged, type Judging } from './judging.ts';
import type { Fold, StitchedPath } from './outcome.ts';
import { partOf, partSubject } from './part.ts';
import { choices, combinatorialPaths, groupsOf, type GroupFolds, type Range, type Split } from './splits.ts';

/** Judges the choices of a k-fold or combinatorial validation; `undefined` when it was stopped. */
export async function judgeGroups(
  judging: Judging,
  { groups, held, purge, embargo }: GroupFolds,
): Promise<Judged | undefined> {
  const { points, periodsPerYear, sessions, splits, startingCash } = judging;
  const ranges = groupsOf(groups, sessions.length);
  const summaries = new GroupSummaries(points.count, groups, periodsPerYear);
  const stopped = new Set<number>();
  for (const [group, range] of ranges.entries()) {
    const rows = await judging.playStretch({
      name: `group-${group + 1}`,
      range,
      head: embargo,
      tail: purge,
      number: group + 1,
      of: groups,
      onBatch: (batch: Batch) => summaries.add(group, batch),
    });
    if (rows === undefined) return undefined;
    for (const row of rows) if (row.stopped) stopped.add(row.index);
  }
  const heldOf = choices(groups, held);
  const folds = splits.map((split, i) => foldOf(judging, split, i, heldOf[i], summaries, stopped));
  const runs = new GroupRuns(judging, ranges);
  const paths = combinatorialPaths(groups, held).map((numbers) =>
    stitched(
      numbers.map((split, group) => runs.of(group, folds[split].chosen)),
      startingCash,
    ),
  );
  return { folds, paths };
}

function foldOf(
  { objectives, required, points, sessions }: Judging,
  split: Split,
  number: number,
  held: readonly number[],
  summaries: GroupSummaries,
  stopped: ReadonlySet<number>,
): Fold {
  const [objective] = objectives;
  const rowOf = (index: number, figures: Figures): SweepRow => {
    const parameters = points.at(index);
    const isStopped = stopped.has(index);
    return { index, parameters, figures, finalEquity: 0, trades: 0, ruined: false, stopped: isStopped };
  };
  const rows = Array.from({ length: points.count }, (_, index) => rowOf(index, summaries.train(index, held)));
  const best = bestOf(ranked(rows, objectives, required), objectives);
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
  private readonly judging: Judging;
  private readonly ranges: readonly Range[];
  private readonly runs = new Map<string, PlayedRun>();

  constructor(judging: Judging, ranges: readonly Range[]) {
    this.judging = judging;
    this.ranges = ranges;
  }

  /** Times and returns of a group; in cash where nothing was chosen, and after a ruin. */
  of(group: number, parameters: Parameters | undefined): Pick<StitchedPath, 'times' | 'returns'> {
    const { subject, sessions } = this.judging;
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
