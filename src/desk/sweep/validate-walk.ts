/**
 * Walk-forward: points are chosen on a window and trade the sessions after it, fold by fold, with the money that the
 * fold before left.
 */
import type { Parameters } from '../../research/sweep/points.ts';
import { ranked } from '../../research/sweep/ranking.ts';
import { PointPlayer } from '../../research/sweep/run.ts';
import type { Fold } from '../../research/validation/outcome.ts';
import { partOf, partSubject } from '../../research/validation/part.ts';
import type { Split } from '../../research/validation/splits.ts';
import { playRun } from './play-run.ts';
import { playStretch, spansOf, type Judged, type Validating } from './stretch.ts';

export async function judgeWalkForward(validating: Validating, splits: readonly Split[]): Promise<Judged | undefined> {
  const { plan, sessions, startingCash } = validating;
  const folds: Fold[] = [];
  const stitched = { times: [] as number[], returns: [] as number[], equity: [] as number[] };
  let cash = startingCash;
  for (const [i, split] of splits.entries()) {
    const [range] = split.train;
    const stretch = { name: `fold-${i + 1}`, range, head: 0, tail: 0, number: i + 1, of: splits.length };
    const gathered = await playStretch(validating, stretch);
    if (gathered === undefined) return undefined;
    const rows = gathered.rows();
    const [best] = ranked(rows, plan.objectives, plan.required);
    const unseen = best === undefined || cash <= 0 ? undefined : playUnseen(validating, split, best.parameters, cash);
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
function playUnseen({ subject, sessions }: Validating, split: Split, parameters: Parameters, cash: number) {
  const own = partSubject(subject, partOf(split.test[0], sessions), cash);
  const { figures } = new PointPlayer(own).play(0, parameters).row;
  return { ...playRun(own, parameters), figures };
}
