/**
 * Premium against what the underlying then did: each sold position's move in the measure that its price had promised.
 *
 * A vol of 20 % promises that a year moves the share by about 20 %, and t years by 20 %·√t: one expected move. The root
 * of the mean of squared moves in that measure is realised vol over implied vol: below 1 sellers were overpaid.
 */
import type { OptionPosition } from './positions.ts';

const YEAR = 365 * 86_400_000_000;

export interface Move {
  /** Place of the position in the list. */
  readonly position: number;
  /** Of the underlying from sale to end, a fraction. */
  readonly move: number;
  /** The same over implied vol and time: 1 is one expected move. */
  readonly expected: number;
  /** Result over premium: 1 is all of it kept. */
  readonly kept: number;
}

export interface MoveFigures {
  readonly count: number;
  /** Mean implied vol when sold, per year. */
  readonly impliedVol: number;
  /** Realised over implied vol. */
  readonly ratio: number;
}

/** Returns the moves of positions that have ended; those whose vol or prices nobody knows have none. */
export function movesOf(positions: readonly OptionPosition[], volOf: (position: OptionPosition) => number): Move[] {
  return positions.flatMap((position, index) => {
    const { seen, endPrice, openedAt, endedAt, premium, result } = position;
    const years = (endedAt - openedAt) / YEAR;
    const vol = volOf(position);
    const move = endPrice / (seen?.underlying ?? Number.NaN) - 1;
    const expected = move / (vol * Math.sqrt(years));
    return Number.isFinite(expected) && premium > 0
      ? [{ position: index, move, expected, kept: result / premium }]
      : [];
  });
}

export function moveFigures(moves: readonly Move[], vols: readonly number[]): MoveFigures {
  const known = vols.filter((vol) => vol === vol);
  const square = moves.reduce((sum, { expected }) => sum + expected * expected, 0) / moves.length;
  return {
    count: moves.length,
    impliedVol: known.reduce((sum, vol) => sum + vol, 0) / known.length,
    ratio: Math.sqrt(square),
  };
}
