/** A saved state for a later tape: what was there keeps its place, what is new has seen nothing. */
import { expect, test } from 'vitest';
import { Deck } from '../../src/engine/deck.ts';
import { extendState } from '../../src/engine/state/extend.ts';
import { defineStrategy } from '../../src/index.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import { plain } from './play.ts';

const idle = defineStrategy({ name: 'idle', parameters: {}, setup: () => ({}) });

function deck(symbols: readonly string[], restore?: ReturnType<Deck['saveState']>): Deck {
  return new Deck({
    tape: {
      source: 'test',
      simulated: true,
      instruments: symbols.map((symbol) => defineInstrument({ symbol, tick: 0.01 })),
      actions: [],
      findings: [],
      fingerprint: '',
      adjustment: 'raw',
    },
    streams: [{ kind: 'quotes', symbol: symbols[0] }],
    strategies: [{ definition: idle }],
    cash: 1000,
    conventions: plain,
    ...(restore === undefined ? {} : { restore }),
  });
}

test('a deck with another instrument goes on from it, and saves for the new one what a fresh deck would', () => {
  const saved = deck(['AAA']).saveState();
  const extended = extendState(saved, ['AAA', 'BBB']);
  const again = deck(['AAA', 'BBB'], extended).saveState();
  const fresh = deck(['AAA', 'BBB']).saveState();
  expect(again.instruments).toEqual(fresh.instruments);
});

test('without anything new the state is the same', () => {
  const saved = deck(['AAA']).saveState();
  expect(extendState(saved, ['AAA'])).toBe(saved);
});
