/** Guards the catalogue of traps: each that concerns what is built has a test that carries its number and its words. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Time and look-ahead, fills, and of the rest: splits, dividends, delistings, options, money, margin, statistics. */
const TRAPS: readonly number[] = [...range(1, 48), ...range(72, 80)];

/** Numbers of the traps that names of tests begin with: `trap 22: a limit that is only touched does not fill`. */
function named(texts: readonly string[]): Set<number> {
  const name = /\b(?:it|test|describe)(?:\.each(?:<[^(]*>)?\([^'`]*\))?\(\s*['`]trap (\d+): \S+ \S+/g;
  return new Set(texts.flatMap((text) => [...text.matchAll(name)].map(([, number]) => Number(number))));
}

test('each trap has a test named after it', () => {
  const files = globSync('test/**/*.test.ts', { cwd: root });
  const found = named(files.map((file) => readFileSync(join(root, file), 'utf8')));
  expect(TRAPS.filter((trap) => !found.has(trap))).toEqual([]);
});

test('a trap that only a comment names is not tested, and a name needs words', () => {
  expect([...named(['// trap 1: a signal at a close'])]).toEqual([]);
  expect([...named(["it('trap 2:')", "it('trap 3: words')"])]).toEqual([]);
  expect([...named(["describe('trap 4: two words', () => {})"])]).toEqual([4]);
});
