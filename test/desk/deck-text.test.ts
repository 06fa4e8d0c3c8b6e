/** The deck that a run's folder keeps: every file that it names is where it was, seen from there. */
import { expect, test } from 'vitest';
import { readDeck } from '../../src/desk/config/read.ts';
import { deckText } from '../../src/desk/run/deck-text.ts';
import { loadStrategy } from '../../src/desk/run/strategy-file.ts';

test.each([
  [
    'one file and its actions',
    'source: files, files: a.csv, actions: b.csv',
    'files: ../../a.csv, actions: ../../b.csv',
  ],
  [
    'several of both',
    'source: files, files: [a.csv, x/b.csv], actions: [c.csv]',
    'files: [../../a.csv, ../../x/b.csv], actions: [../../c.csv]',
  ],
  ['a catalog', 'source: catalog, symbols: [AAA], folder: cat', 'symbols: [AAA], folder: ../../cat'],
  ['a catalog in its usual place', 'source: catalog, symbols: [AAA]', 'symbols: [AAA]'],
  [
    'options from files, of several underlyings',
    'source: options, underlying: SPX, prices: sp500, chains: x/*.csv, more: [{ underlying: GOOG, prices: g.csv, chains: [h.csv] }]',
    'underlying: SPX, prices: sp500, chains: ../../x/*.csv, more: [{ underlying: GOOG, prices: ../../g.csv, chains: [../../h.csv] }]',
  ],
  [
    'options by a model',
    'source: options, underlying: SPX, prices: p.csv, model: { volatility: index, index: vix.csv }',
    'underlying: SPX, prices: ../../p.csv, model: { volatility: index, index: ../../vix.csv }',
  ],
  ['no files', 'source: simulated, symbols: [AAA]', 'symbols: [AAA]'],
])('%s', async (_, tape, kept) => {
  const of = (text: string) => readDeck(`strategy: { name: buy-and-hold }\ntape: { ${text} }\n`, 'x.yaml');
  const config = of(tape);
  const played = { config, strategy: await loadStrategy(config.strategy, '.'), parameters: {}, seed: 1 };
  const text = deckText(played, 'runs/one', '.');
  const [source] = tape.split(',');
  expect(readDeck(text, 'deck.yaml').tape).toEqual(of(`${source}, ${kept}`).tape);
});
