/** A run is explained by playing it again, and only if that gives the journal it left. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkSameJournal, type StoredRun } from '../../src/desk/run/replay.ts';
import { Deck } from '../../src/engine/deck.ts';
import { journalText } from '../../src/engine/journal/journal-text.ts';
import { defineStrategy, type AnyStrategy } from '../../src/engine/strategy/strategy.ts';
import { simulateTape } from '../../src/market/simulate/simulate.ts';
import { prefixOf } from '../../src/research/tape-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tape = simulateTape({ seed: 5, symbols: ['AAA'], start: '2021-01-01', end: '2021-06-30' });

function buysEvery(days: number): AnyStrategy {
  let day = 0;
  return defineStrategy({
    name: 'buys',
    setup: ({ buy }) => ({ onBar: () => void (++day % days === 0 && buy(1)) }),
  });
}

function played(definition: AnyStrategy, slice = tape.slice): Deck {
  const deck = new Deck({ tape, streams: tape.slice.streams, strategies: [{ definition }], cash: 10_000 });
  deck.play(slice);
  return deck;
}

function stored(deck: Deck): StoredRun {
  const head = { strategies: [], instruments: ['AAA'], data: tape.fingerprint, conventions: 'honest', seed: 1 };
  writeFileSync(join(folder, 'journal.jsonl'), journalText(head, deck.journal));
  return {
    folder,
    config: { strategy: { name: 'buys' }, tape: { source: 'sp500' } },
    isComplete: true,
    fingerprint: '',
    journalHash: '',
  };
}

test('a replay to any day is how the journal begins', () => {
  const run = stored(played(buysEvery(5)));
  const { time } = tape.slice.streams[0].columns;
  for (const row of [0, 4, 5, 17, 60, time.length - 1]) {
    const replay = played(buysEvery(5), prefixOf(tape.slice, time[row]));
    expect(() => checkSameJournal(run, replay.journal)).not.toThrow();
  }
});

test('a replay that does something else explains nothing, and is refused', () => {
  const run = stored(played(buysEvery(5)));
  expect(() => checkSameJournal(run, played(buysEvery(6)).journal)).toThrow('this run does something else');
});
