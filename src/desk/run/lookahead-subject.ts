/**
 * A loaded run as the subject of a look-ahead check, whether its tape is held in memory or read slice by slice.
 */
import { Deck } from '../../engine/deck.ts';
import type { TapeSlice } from '../../market/tape.ts';
import { subjectOf, type LookaheadSubject } from '../../research/lookahead.ts';
import { suffixOf } from '../../research/tape-parts.ts';
import { outlineOf, playUntil } from './play-until.ts';
import { deckOptionsOf, type LoadedRun } from './run.ts';

/** Returns what a check plays. A long tape is read once to know its rows, and again for each time it is played. */
export async function lookaheadSubject(loaded: LoadedRun): Promise<LookaheadSubject> {
  const { tape } = loaded;
  const deckUntil = (at: number): Deck => {
    const known = { ...tape, actions: tape.actions.filter((action) => action.at <= at) };
    return new Deck(deckOptionsOf({ ...loaded, tape: known }));
  };
  const play = (slice: TapeSlice): Deck => {
    const last = slice.streams.reduce((at, { columns }) => Math.max(at, columns.time.at(-1) ?? -Infinity), -Infinity);
    const deck = deckUntil(last);
    deck.play(slice);
    return deck;
  };
  if ('slice' in tape) return subjectOf(tape.slice, play);
  const { times, rows, tail } = await outlineOf(tape);
  return {
    times,
    rows,
    async playUntil(at) {
      const deck = deckUntil(at);
      await playUntil(deck, tape, at);
      return deck;
    },
    playLast: (count) => play(suffixOf(tail, count)),
  };
}
