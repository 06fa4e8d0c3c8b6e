/** How an account is written down: the same mark for the same number and desk, and the number nowhere. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { accountMark, deckOnRecord, withMark } from '../../src/desk/wiring/account-mark.ts';
import type { DeckConfig } from '../../src/desk/config/schema.ts';

let home: string;
const before = process.env['TRADEDECK_HOME'];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tradedeck-mark-'));
  process.env['TRADEDECK_HOME'] = home;
});
afterEach(() => {
  rmSync(home, { recursive: true });
  if (before === undefined) delete process.env['TRADEDECK_HOME'];
  else process.env['TRADEDECK_HOME'] = before;
});

const NUMBER = '987654321';

test('the mark ends as the number does, is the same each time, and another on another desk', () => {
  const mark = accountMark(NUMBER);
  expect(mark).toMatch(/^[0-9a-f]{16}…4321$/);
  expect(accountMark(NUMBER)).toBe(mark);
  expect(accountMark('123454321')).not.toBe(mark);
  rmSync(join(home, 'account.key'));
  expect(accountMark(NUMBER)).not.toBe(mark);
});

test('its key is for its owner alone, and one that others may read marks nothing', () => {
  accountMark(NUMBER);
  const file = join(home, 'account.key');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  rmSync(file);
  writeFileSync(file, 'a'.repeat(64), { mode: 0o644 });
  expect(() => accountMark(NUMBER)).toThrow('others than its owner');
});

test('the number is taken out of whatever says it', () => {
  const told = { kind: 'rejected', text: `not in account ${NUMBER}`, ids: [1, { of: NUMBER }], none: undefined };
  expect(withMark(told, NUMBER, 'M…4321')).toEqual({
    kind: 'rejected',
    text: 'not in account M…4321',
    ids: [1, { of: 'M…4321' }],
    none: undefined,
  });
  // Too short a number would stand in prices and ids.
  expect(withMark({ text: 'at 100' }, '100', 'M')).toEqual({ text: 'at 100' });
});

test('a deck on record names its account, and what was confirmed, by the mark', () => {
  const deck = {
    name: 'd',
    broker: { name: 'alpaca', account: NUMBER, confirm: `live ${NUMBER}` },
  } as unknown as DeckConfig; // As far as it matters here.
  const mark = accountMark(NUMBER);
  expect(deckOnRecord(deck).broker).toEqual({ name: 'alpaca', account: mark, confirm: `live ${mark}` });
  expect(JSON.stringify(deckOnRecord(deck))).not.toContain(NUMBER);
});
