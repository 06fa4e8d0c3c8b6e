/**
 * Walk-forward: points are chosen on a window and trade the sessions after it, fold by fold; where folds follow each
 * other, with the money that the one before left.
 */
import { playRun } from '../sweep/play-run.ts';
import type { Parameters } from '../sweep/points.ts';
import { bestOf, ranked } from '../sweep/ranking.ts';
import { PointPlayer } from '../sweep/run.ts';
import { spansOf, type Judged, type Judging } from './judging.ts';
import type { Fold, StitchedPath } from './outcome.ts';
import { partOf, partSubject } from './part.ts';
import type { Split } from './splits.ts';

/**
 * Judges the choices of splits with one stretch to choose on and one to judge on; `undefined` when it was stopped.
 * Chained, the tests follow each other, each with the money that the one before left; else each has the deck's.
 */
export async function judgeWindows(judging: Judging, chained: boolean): Promise<Judged | undefined> {
  const { objectives, required, sessions, splits, startingCash } = judging;
  const folds: Fold[] = [];
  const pieces: StitchedPath[] = [];
  let cash = startingCash;
  for (const [i, split] of splits.entries()) {
    const [range] = split.train;
    const stretch = { name: `fold-${i + 1}`, range, head: 0, tail: 0, number: i + 1, of: splits.length };
    const rows = await judging.playStretch(stretch);
    if (rows === undefined) return undefined;
    const best = bestOf(ranked(rows, objectives, required), objectives);
    const unseen = best === undefined || cash <= 0 ? undefined : playUnseen(judging, split, best.parameters, cash);
    const times = sessions.slice(split.test[0].from, split.test[0].to);
    const returns = new Float64Array(times.length);
    if (unseen !== undefined) returns.set(unseen.returns);
    // After a ruin, and where nothing was chosen, the account stays as it is.
    const equity = times.map((_, k) => (cash = unseen?.equity[k] ?? cash));
    pieces.push({ times, returns, equity });
    if (!chained) cash = startingCash;
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
  return { folds, paths: [chained ? joined(pieces) : eachSessionOnce(pieces, startingCash)] };
}

/** Chains returns of tests that may overlap: a session that several judge counts by the earliest choice. */
function eachSessionOnce(pieces: readonly StitchedPath[], startingCash: number): StitchedPath {
  const [times, returns] = [[] as number[], [] as number[]];
  for (const piece of pieces) {
    const known = times.at(-1) ?? -Infinity;
    piece.times.forEach((at, i) => {
      if (at <= known) return;
      times.push(at);
      returns.push(piece.returns[i]);
    });
  }
  let wealth = startingCash;
  const equity = returns.map((step) => (wealth *= 1 + step));
  return { times: Float64Array.from(times), returns: Float64Array.from(returns), equity: Float64Array.from(equity) };
}

function joined(pieces: readonly StitchedPath[]): StitchedPath {
  const column = (of: keyof StitchedPath): Float64Array => Float64Array.from(pieces.flatMap((piece) => [...piece[of]]));
  return { times: column('times'), returns: column('returns'), equity: column('equity') };
}

/** Plays the chosen point on what it has not seen. */
function playUnseen({ subject, sessions }: Judging, split: Split, parameters: Parameters, cash: number) {
  // What was chosen is judged to the end: a rule that spares hopeless trials their end would spare it its losses.
  const own = partSubject({ ...subject, stopRule: undefined }, partOf(split.test[0], sessions), cash);
  const { figures } = new PointPlayer(own).play(0, parameters).row;
  return { ...playRun(own, parameters), figures };
}
