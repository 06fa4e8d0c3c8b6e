/** Parameters that a deck tells as a list or in a file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readDeck } from '../../src/desk/config/read.ts';
import type { DeckConfig } from '../../src/desk/config/schema.ts';
import { withToldParameters } from '../../src/desk/config/told-parameters.ts';
import { loadRun } from '../../src/desk/run/run.ts';
import { planSweep } from '../../src/desk/sweep/plan.ts';
import { sweepRequest } from '../../src/desk/sweep/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'tradedeck-told-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(
  join(folder, 'events.txt'),
  '\uFEFF# days to stay away from\r\n\r\nGOOG:2014-02-01 earnings # after the close\r\n2014-03-19\r\n',
);
writeFileSync(join(folder, 'empty.txt'), '# nothing yet\n');

function deck(events: unknown): DeckConfig {
  const parameters = { volatility: 'none', equityRules: 'none', minDailyReturn: 0.0001, events };
  const tape = {
    source: 'options',
    underlying: 'SPX',
    prices: 'sp500',
    start: '2014-01-01',
    end: '2014-02-01',
    model: { volatility: 'realised', expiries: 'weekly', daysMax: 5, strikes: { low: 0.98, high: 1 }, step: 10 },
  };
  return readDeck(JSON.stringify({ strategy: { name: 'csp', parameters }, tape }), 'deck.yaml');
}

test('a file and a list become the text that the strategy declares, and the run holds the entries', async () => {
  const told = await loadRun(deck({ file: 'events.txt' }), folder);
  expect(told.parameters['events']).toBe('GOOG:2014-02-01 earnings, 2014-03-19');
  expect(told.config.strategy.parameters?.['events']).toBe('GOOG:2014-02-01 earnings, 2014-03-19');
  expect(withToldParameters(deck(['fomc', '2014-03-19']), folder).strategy.parameters?.['events']).toBe(
    'fomc, 2014-03-19',
  );
  const plain = deck('none');
  expect(withToldParameters(plain, folder)).toBe(plain);
});

test('a file that is not there, or tells nothing, is a mistake in the deck and named with its field', () => {
  expect(() => withToldParameters(deck({ file: 'evnts.txt' }), folder)).toThrow('there is no file "evnts.txt"');
  expect(() => withToldParameters(deck({ file: 'empty.txt' }), folder)).toThrow('"empty.txt" has no entries');
  expect(() => deck({ fle: 'events.txt' })).toThrow('strategy.parameters.events');
});

test('a sweep takes entries as text, and leaves out what can never trade on its tape', async () => {
  const config = { ...deck({ file: 'events.txt' }), account: { cash: 400_000 } };
  const request = sweepRequest(config.sweep, { parameters: { positionShare: '0.1,0.5,1' } }, {});
  const { admission, points, refused, refusal } = await planSweep(config, folder, request);
  expect(admission.fixed['events']).toBe('GOOG:2014-02-01 earnings, 2014-03-19');
  // One put on the index ties up some 180,000.
  expect([points.count, refused]).toEqual([2, 1]);
  expect(refusal).toContain('a position may have 40000.00');
});
