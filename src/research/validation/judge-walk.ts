/**
 * Walk-forward: points are chosen on a window and trade the sessions after it, fold by fold, with the money that the
 * fold before left.
 */
import { playRun } from '../sweep/play-run.ts';
import type { Parameters } from '../sweep/points.ts';
import { ranked } from '../sweep/ranking.ts';
import { PointPlayer } from '../sweep/run.ts';
import { spansOf, type Judged, type Judging } from './judging.ts';
import type { Fold } from './outcome.ts';
import { partOf, partSubject } from './part.ts';
import type { Split } from './splits.ts';

/** Judges the choices of a walk-forward; `undefined` when it was stopped. */
export async function judgeWalkForward(judging: Judging): Promise<Judged | undefined> {
  const { objectives, required, sessions, splits, startingCash } = judging;
  const folds: Fold[] = [];
  const stitched = { times: [] as number[], returns: [] as number[], equity: [] as number[] };
  let cash = startingCash;
  for (const [i, split] of splits.entries()) {
    const [range] = split.train;
    const stretch = { name: `fold-${i + 1}`, range, head: 0, tail: 0, number: i + 1, of: splits.length };
    const rows = await judging.playStretch(stretch);
    if (rows === undefined) return undefined;
    const [best] = ranked(rows, objectives, required);
    const unseen = best === undefined || cash <= 0 ? undefined : playUnseen(judging, split, best.parameters, cash);
    const times = sessions.subarray(split.test[0].from, split.test[0].to);
    const { returns, equity } = unseen ?? { returns: [], equity: [] };
    for (let k = 0; k < times.length; k++) {
      stitched.times.push(times[k]);
      stitched.returns.push(returns[k] ?? 0);
      // After a ruin, and where nothing was chosen, the account stays as it is.
      cash = equity[k] ?? cash;
      stitched.equity.push(cash);
    }
    folds.push({
      number: i + 1,
      split,
      trained: spansOf(split.train, sessions),
      judged: spansOf(split.test, sessions),
      chosen: best?.parameters,
      candidates: rows.length,
      inSample: best?.figures ?? {},
      outOfSample: unseen?.figures ?? { totalReturn: 0, trades: 0, maxDrawdown: 0 },
      isBelowMedian: undefined,
    });
  }
  const path = {
    times: Float64Array.from(stitched.times),
    returns: Float64Array.from(stitched.returns),
    equity: Float64Array.from(stitched.equity),
  };
  return { folds, paths: [path] };
}

/** Plays the chosen point on what it has not seen. */
function playUnseen({ subject, sessions }: Judging, split: Split, parameters: Parameters, cash: number) {
  const own = partSubject(subject, partOf(split.test[0], sessions), cash);
  const { figures } = new PointPlayer(own).play(0, parameters).row;
  return { ...playRun(own, parameters), figures };
}
