/** Plays a seller of options on a year of one simulated share, or of several, with chains by a model. */
import { Deck } from '../../../src/engine/deck.ts';
import type { DeckOptions } from '../../../src/engine/deck-options.ts';
import { resolveParameters } from '../../../src/engine/strategy/parameters.ts';
import type { AnyStrategy } from '../../../src/engine/strategy/strategy.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { modelChain } from '../../../src/market/option/model-chain.ts';
import { simulateTape } from '../../../src/market/simulate/simulate.ts';
import type { TapeSlice } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';

export type Given = Readonly<Record<string, string | number | boolean>>;

/** Few rules, so that much is traded. */
export const BASE: Given = {
  volatility: 'chain',
  deployment: 'always',
  equityRules: 'none',
  positionShare: 0.5,
  entryOrder: 'bid',
  exitOrder: 'market',
  stopOnSpike: false,
};

/** A tape of shares with their weekly options; the same symbols give the same tape. */
export function optionTape(symbols: readonly string[], seed = 4, end = '2023-12-31') {
  const shares = simulateTape({ seed, symbols: [...symbols], start: '2023-01-01', end });
  const bars = shares.slice.streams;
  const chains = symbols.map((underlying, i) => {
    const own = bars[i];
    if (own.kind !== 'bars') throw new Error('the simulator makes bars');
    return modelChain({ underlying, prices: own.columns, daysMax: 10, expiries: 'weekly', strikes: [0.85, 1.15] });
  });
  const streams = [...bars, ...chains.flatMap((chain) => chain.streams)];
  const instruments = [
    ...symbols.map((symbol) => defineInstrument({ symbol })),
    ...chains.flatMap((chain) => chain.instruments),
  ];
  return { tape: { ...shares, instruments }, streams };
}

export type OptionTape = ReturnType<typeof optionTape>;

/** Makes the deck, ready to play. */
export function deckOf(
  { tape, streams }: OptionTape,
  definition: AnyStrategy,
  parameters: Given,
  options: Partial<DeckOptions> = {},
): Deck {
  const given = resolveParameters(definition.parameters ?? {}, { ...BASE, ...parameters });
  const strategies = [{ definition, parameters: given }];
  return new Deck({ tape, streams, strategies, cash: 60_000, calendarOf: calendar, ...options });
}

/** Everything a test asks of a run. */
export function play(own: OptionTape, definition: AnyStrategy, parameters: Given, options: Partial<DeckOptions> = {}) {
  const deck = deckOf(own, definition, parameters, options);
  deck.play({ streams: own.streams });
  const result = deck.finish();
  const entries = [...deck.journal.entries()];
  const notes = entries.filter(({ kind }) => kind === 'note').map(({ text }) => text);
  return { deck, result, entries, notes };
}

/** The rows of a tape up to an instant, or those after it. */
export function partOf({ streams }: OptionTape, isWanted: (at: number) => boolean): TapeSlice {
  return {
    streams: streams.flatMap((stream) => {
      const { time } = stream.columns;
      const rows = Array.from(time.keys()).filter((i) => isWanted(time[i]));
      const columns = Object.fromEntries(
        Object.entries(stream.columns).map(([name, column]: [string, unknown]) => [
          name,
          column instanceof Float64Array ? Float64Array.from(rows, (i) => column[i]) : rows.length,
        ]),
      );
      return [{ ...stream, columns } as unknown as typeof stream]; // The columns keep their kind: only their rows are fewer.
    }),
  };
}
