/**
 * Plays one point once more, whole: for what a sweep does not keep of every run.
 */
import { Deck } from '../../engine/deck.ts';
import type { Parameters } from '../../research/sweep/points.ts';
import type { SweepSubject } from '../../research/sweep/run.ts';

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
