/**
 * Plays points once more: for what a sweep does not keep of every run.
 */
import { Deck } from '../../engine/deck.ts';
import type { Parameters } from './points.ts';
import { realityTrials } from './odds.ts';
import { PointPlayer, type SweepRow, type SweepSubject } from './run.ts';

export interface PlayedRun {
  readonly times: Float64Array;
  /** At the end of each session. */
  readonly equity: Float64Array;
  readonly returns: Float64Array;
  /** Of closed trades, as fractions of what the account was worth. */
  readonly tradeReturns: Float64Array;
}

export function playRun(subject: SweepSubject, parameters: Parameters): PlayedRun {
  const deck = new Deck(subject.options(parameters));
  deck.play(subject.slice);
  const { trades, sessions, startingCash } = deck.finish();
  let account = startingCash;
  const tradeReturns = Float64Array.from(trades, ({ profit }) => {
    const share = account > 0 ? profit / account : 0;
    account += profit;
    return share;
  });
  const returns = new Float64Array(sessions.value.length);
  let before = startingCash;
  sessions.value.forEach((value, i) => {
    returns[i] = value === before ? 0 : value / before - 1;
    before = value;
  });
  return { times: sessions.time, equity: sessions.value, returns, tradeReturns };
}

/** Plays some trials again, evenly chosen and the winner among them: the returns of all would not fit in memory. */
export function sampleReturns(
  subject: SweepSubject,
  rows: readonly SweepRow[],
  winner: SweepRow,
  periods: number,
): Float64Array[] {
  const count = Math.min(rows.length, realityTrials(periods));
  const chosen = new Set([winner]);
  for (let i = 0; chosen.size < count && i < count; i++) chosen.add(rows[Math.floor((i * rows.length) / count)]);
  const player = new PointPlayer({ ...subject, figures: [] });
  return [...chosen].map(({ index, parameters }) => {
    const returns = new Float64Array(periods);
    player.play(index, parameters, ({ sessions }) => returns.set(sessions.returns));
    return returns;
  });
}
