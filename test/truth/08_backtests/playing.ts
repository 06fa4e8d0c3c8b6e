/** Plays a tape to one strategy under named conventions. */
import { Deck } from '../../../src/engine/deck.ts';
import type { RunResult } from '../../../src/engine/result.ts';
import type { Conventions } from '../../../src/engine/sim/conventions.ts';
import { defineStrategy, type AnyStrategy, type StrategyDefinition } from '../../../src/engine/strategy/strategy.ts';
import type { RecordedTape } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';

export function play(
  tape: RecordedTape,
  setup: StrategyDefinition['setup'],
  conventions: Conventions,
  cash: number,
): RunResult {
  const deck = deckOf(tape, setup, conventions, cash);
  deck.play(tape.slice);
  return deck.finish();
}

/** The same, before it plays. */
export function deckOf(
  tape: RecordedTape,
  setup: StrategyDefinition['setup'],
  conventions: Conventions,
  cash: number,
): Deck {
  const definition: AnyStrategy = defineStrategy({ name: 'case', setup });
  return new Deck({
    tape,
    streams: tape.slice.streams,
    rows: Math.max(...tape.slice.streams.map((stream) => stream.columns.length)),
    strategies: [{ definition }],
    cash,
    conventions,
    calendarOf: calendar,
  });
}
