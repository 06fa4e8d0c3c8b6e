/** The bank of mistakes in lines: each has its place, and the tests that must find it are there. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { PLANTED_EDITS } from './bank.ts';

const ROOT = resolve(import.meta.dirname, '../..');

test.each(PLANTED_EDITS)('$name: its place is there, once', ({ edits, test: finder }) => {
  for (const { file, from, to } of edits) {
    const places = readFileSync(resolve(ROOT, 'src', file), 'utf8').split(from).length - 1;
    expect(places, `${file}: ${from}`).toBe(1);
    expect(to).not.toBe(from);
  }
  expect(existsSync(resolve(ROOT, 'test', finder))).toBe(true);
});

test('no two have one name', () => {
  expect(new Set(PLANTED_EDITS.map(({ name }) => name)).size).toBe(PLANTED_EDITS.length);
});
