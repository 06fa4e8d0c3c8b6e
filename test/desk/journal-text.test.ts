/** The journal as a chain of lines: nothing can be changed, dropped or put in unseen. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ENTRY, Journal } from '../../src/engine/journal/journal.ts';
import { journalText, lastHash, verifyJournal, type JournalHead } from '../../src/engine/journal/journal-text.ts';

const HEAD: JournalHead = {
  strategies: [{ name: 's', parameters: { a: 1 } }],
  instruments: ['X'],
  data: 'f',
  conventions: 'honest',
  seed: 1,
};

function sample(): Journal {
  const journal = new Journal();
  journal.write(ENTRY.submitted, 1, 1, 0, 0, 10, Number.NaN, 0, 0, 'because "so"\n');
  journal.write(ENTRY.filled, 2, 1, 0, 0, 10, 1.5, 0.1, 10, '');
  journal.write(ENTRY.note, 3, 0, -1, 0, 0, Number.NaN, Infinity, -0, 'ü');
  return journal;
}

test('a journal has a head and a line for each entry, each with the hash of all before it', () => {
  const lines = journalText(HEAD, sample()).trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(JSON.parse(lines[0])).toMatchObject({ journal: 'tradedeck', version: 1, data: 'f' });
  expect(JSON.parse(lines[2])).toMatchObject({
    sequence: 1,
    kind: 'filled',
    at: 2,
    order: 1,
    price: 1.5,
    balance: 10,
  });
  expect(JSON.parse(lines[3])).toMatchObject({ amount: 'Infinity', text: 'ü' });
});

test('the pure digest and the one of the platform write the same journal', () => {
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
  expect(journalText(HEAD, sample(), digest)).toBe(journalText(HEAD, sample()));
});

test('a whole journal is proved, with its last hash', () => {
  const text = journalText(HEAD, sample());
  const { entries, hash } = verifyJournal(text);
  expect(entries).toBe(3);
  expect(text.endsWith(`"hash":"${hash}"}\n`)).toBe(true);
  expect(lastHash(text)).toBe(hash);
});

test.each([
  ['a changed number', (text: string) => text.replace('"price":1.5', '"price":1.6'), 3],
  ['a dropped line', (text: string) => text.split('\n').toSpliced(1, 1).join('\n'), 2],
  ['two lines in the other order', (text: string) => swapped(text), 2],
  ['a torn end', (text: string) => text.slice(0, -10), 4],
  ['a line that is none', (text: string) => `${text}{}\n`, 5],
  ['nothing', () => '', 1],
])('%s is found, with its line', (_name, damage, line) => {
  let found: unknown;
  try {
    verifyJournal(damage(journalText(HEAD, sample())));
  } catch (error) {
    found = error;
  }
  expect(found).toMatchObject({ code: 'journal.broken', place: { line } });
});

function swapped(text: string): string {
  const [head, a, b, ...rest] = text.split('\n');
  return [head, b, a, ...rest].join('\n');
}
