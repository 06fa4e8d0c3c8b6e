/**
 * The sessions of a tape, as every run over it has them.
 */
import { Deck } from '../../engine/deck.ts';
import type { SweepSubject } from './run.ts';

/** Returns the last instant of each session of the tape: those of a run that does nothing. */
export function sessionsOf(subject: Pick<SweepSubject, 'options' | 'slice'>): Float64Array {
  const options = subject.options({});
  const idle = { name: 'idle', setup: () => ({}) };
  const deck = new Deck({ ...options, strategies: [{ definition: idle }] });
  deck.play(subject.slice);
  return deck.equity.sessions().time;
}
