/** A journal is read back as it was written, shown with names and units, and not shown at all when it was changed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deckSchema } from '../../src/desk/config/schema.ts';
import { composeRun, writeRun } from '../../src/desk/run/folder.ts';
import { checkJournal, journalFile, journalRows } from '../../src/desk/run/journal-rows.ts';
import { runDeck, type FinishedRun } from '../../src/desk/run/run.ts';
import { readJournal } from '../../src/engine/journal/journal-read.ts';

const base = mkdtempSync(join(tmpdir(), 'journal-'));
afterAll(() => rmSync(base, { recursive: true }));

let run: FinishedRun;
let file = '';

beforeAll(async () => {
  const config = deckSchema.parse({
    strategy: { name: 'sma-cross', parameters: { fast: 5, slow: 20 } },
    tape: { source: 'simulated', symbols: ['AAA'], start: '2015-01-01', end: '2016-12-31' },
    instruments: { AAA: { lot: 0.01 } },
    output: { report: false },
  });
  const world = { folder: base, output: { isTerminal: false, write: () => undefined }, stop: { isStopped: false } };
  run = await runDeck(config, { ...world, now: () => 0 });
  const composed = composeRun(run, base);
  await writeRun(composed, base, base);
  file = journalFile(run.id.slice(0, 6), join(base, 'runs'), base);
});

test('the entries of a journal are those that were written', () => {
  const { head, entries } = readJournal(readFileSync(file, 'utf8'));
  expect(entries).toEqual([...run.deck.journal.entries()]);
  expect(entries.length).toBeGreaterThan(10);
  expect(head.instruments).toEqual(['AAA']);
});

test('quantities are in units of the instrument, and an order says what it is', () => {
  const fills = journalRows(file, { kind: ['filled'] });
  expect(fills.map(({ quantity, balance }) => [quantity, balance])).toEqual(
    run.result.fills.map(({ quantity, position }) => [quantity, position]),
  );
  expect(fills.some(({ quantity }) => !Number.isInteger(quantity))).toBe(true);
  expect(journalRows(file, { order: 1 })[0]).toMatchObject({ kind: 'submitted', symbol: 'AAA', strategy: 'sma-cross' });
  expect(journalRows(file, { order: 1 })[0].text).toMatch(/^market GTC: /);
});

test('days are whole, and what is in no journal is answered with what is', () => {
  const [first] = journalRows(file);
  const day = first.time.slice(0, 10);
  const days = journalRows(file, { start: day, end: day }).map(({ time }) => time.slice(0, 10));
  expect(new Set(days)).toEqual(new Set([day]));
  expect(() => journalRows(file, { kind: ['fillled'] })).toThrow('did you mean "filled"?');
  expect(() => journalRows(file, { symbol: ['AAB'] })).toThrow('did you mean "AAA"?');
});

test('a line that was changed is named', () => {
  const changed = join(base, 'changed.jsonl');
  writeFileSync(changed, readFileSync(file, 'utf8').replace('"kind":"filled"', '"kind":"refused"'));
  expect(() => checkJournal(journalFile(changed, base, base))).toThrow(/changed\.jsonl:3: the hash does not follow/);
  expect(() => readJournal('{"a":1}\n')).toThrow('this is no journal');
  expect(() => readJournal('{"journal":"tradedeck"}\n{"kind":"x"}\n')).toThrow(
    /jsonl:2: there is no entry of the kind "x"/,
  );
});
