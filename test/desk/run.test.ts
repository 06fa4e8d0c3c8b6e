/** Runs: the same inputs give the same bytes, wherever and in however many steps they are played. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import { Deck } from '../../src/engine/deck.ts';
import { journalText, lastHash, verifyJournal } from '../../src/engine/journal/journal-text.ts';
import type { DeckConfig } from '../../src/desk/config/schema.ts';
import { composeRun, digest, headOf, writeRun, type ComposedRun } from '../../src/desk/run/folder.ts';
import { deckOptionsOf, loadRun, runDeck, type FinishedRun, type RunWorld } from '../../src/desk/run/run.ts';
import { Fault } from '../../src/base/fault.ts';

const base = mkdtempSync(join(tmpdir(), 'tradedeck-run-'));
afterAll(() => rmSync(base, { recursive: true }));

const DECK: DeckConfig = { strategy: { name: 'sma-cross' }, tape: { source: 'sp500', end: '2005-12-31' } };
const ROTATION: DeckConfig = {
  strategy: { name: 'momentum-rotation', parameters: { hold: 2 } },
  tape: { source: 'simulated', symbols: ['A', 'B', 'C', 'D'], start: '2015-01-01', end: '2018-12-31' },
  seed: 5,
};

function world(stop = { isStopped: false }): RunWorld {
  return { folder: base, output: { isTerminal: false, write: () => undefined }, stop, now: () => 0 };
}

/** Plays a deck and writes its folder. */
async function leave(run: FinishedRun): Promise<ComposedRun> {
  const composed = composeRun(run, base);
  await writeRun(composed, base, base);
  return composed;
}

async function journalOf(run: FinishedRun): Promise<string> {
  return Promise.resolve(journalText(headOf(run), run.deck.journal, digest));
}

function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name !== 'timings.json');
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

test('a run that is played twice leaves the same folder, byte for byte', async () => {
  const first = await leave(await runDeck(DECK, world()));
  const before = filesIn(first.folder);
  expect(Object.keys(before)).toEqual([
    'deck.yaml', 'equity.csv', 'journal.jsonl', 'metrics.json', 'report.html', 'round-trips.csv', 'run.json', 'trades.csv', 'trades.json',
  ]); // prettier-ignore
  const second = await leave(await runDeck(DECK, world()));
  expect(second.folder).toBe(first.folder);
  expect(filesIn(second.folder)).toEqual(before);
});

test('a run folder’s deck plays the same run again', async () => {
  const files = await leave(await runDeck(ROTATION, world()));
  const { readDeck } = await import('../../src/desk/config/read.ts');
  const again = readDeck(readFileSync(join(files.folder, 'deck.yaml'), 'utf8'), 'deck.yaml');
  const run = await runDeck(again, { ...world(), folder: files.folder });
  expect(verifyJournal(await journalOf(run), digest).hash).toBe(lastHash(files.journal()));
  expect(files.folder.endsWith(run.id)).toBe(true);
});

test.each([
  ['one instrument', DECK],
  ['several instruments', ROTATION],
])('played in steps of seven rows, %s give the journal and the curve of one step', async (_name, config) => {
  const whole = await runDeck(config, world());
  const loaded = await loadRun(config, base);
  if (!('slice' in loaded.tape)) throw new Error('the tape fits in memory');
  const deck = new Deck(deckOptionsOf(loaded));
  let steps = 0;
  for (const _ of deck.playInSteps(loaded.tape.slice, true, () => 7)) steps++;
  expect(steps).toBeGreaterThan(10);
  const result = deck.finish();
  expect(deck.journal.snapshot()).toEqual(whole.deck.journal.snapshot());
  expect(result).toEqual(whole.result);
});

test('a worker thread writes the journal that the main thread writes', async () => {
  const run = await runDeck(ROTATION, world());
  const here = await journalOf(run);
  expect(run.deck.journal.length).toBeGreaterThan(50);
  const source = `
    import { parentPort, workerData } from 'node:worker_threads';
    const [{ runDeck }, { headOf, digest }, { journalText }] = await Promise.all(workerData.modules.map((url) => import(url)));
    const output = { isTerminal: false, write() {} };
    const run = await runDeck(workerData.config, { folder: '.', output, stop: { isStopped: false }, now: () => 0 });
    parentPort.postMessage(journalText(headOf(run), run.deck.journal, digest));`;
  const modules = ['desk/run/run.ts', 'desk/run/folder.ts', 'engine/journal/journal-text.ts'].map(
    (path) => new URL(`../../src/${path}`, import.meta.url).href,
  );
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: { config: ROTATION, modules },
    execArgv: [],
  });
  const there = await new Promise<string>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  expect(there).toBe(here);
});

test('another parameter, seed, span or convention is another run', async () => {
  const id = async (config: DeckConfig): Promise<string> => (await runDeck(config, world())).id;
  const ids = await Promise.all(
    [
      DECK,
      { ...DECK, strategy: { name: 'sma-cross', parameters: { fast: 11 } } },
      { ...DECK, seed: 2 },
      { ...DECK, tape: { source: 'sp500' as const, end: '2004-12-31' } },
      { ...DECK, conventions: { name: 'lean' as const } },
      { ...DECK, account: { cash: 5 } },
    ].map(id),
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect(await id({ ...DECK, name: 'other', output: { folder: 'elsewhere' } })).toBe(ids[0]);
});

test('a run that is stopped is true up to where it was stopped', async () => {
  const stop = { isStopped: false };
  let asked = 0;
  // A clock that jumps makes every step look slow, so that the run looks up often.
  const long: DeckConfig = { ...DECK, tape: { source: 'sp500' } };
  const run = await runDeck(long, {
    ...world(stop),
    now: () => {
      if (++asked > 6) stop.isStopped = true;
      return asked * 1000;
    },
  });
  expect(run.isComplete).toBe(false);
  expect(run.result.events).toBeLessThan(5000);
  const whole = await runDeck(long, world());
  const upTo = [...whole.deck.journal.entries()].filter(({ at }) => at <= run.result.endAt);
  expect([...run.deck.journal.entries()]).toEqual(upTo);
  const files = await leave(run);
  expect(files.folder).toMatch(/-stopped$/);
});

test('a deck of another mode is not played as a backtest', async () => {
  await expect(runDeck({ ...DECK, mode: 'live' }, world())).rejects.toThrow('use tradedeck live');
});

test('the days of a deck are trade dates on the clock of the market, both included', async () => {
  const { result } = await runDeck(
    { ...DECK, tape: { source: 'sp500', start: '2001-09-10', end: '2001-09-17' } },
    world(),
  );
  expect(result.events).toBe(2); // 10 and 17 September; the markets were closed from the 11th to the 14th.
});

test('a span without prices is refused', async () => {
  const run = runDeck({ ...DECK, tape: { source: 'sp500', start: '2030-01-01' } }, world());
  await expect(run).rejects.toBeInstanceOf(Fault);
});
