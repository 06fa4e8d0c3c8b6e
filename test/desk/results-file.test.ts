/** What a sweep has played is on disk, whole lines only, and does not grow with the time that it took. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readResults, ResultsFile, type ResultsHead } from '../../src/desk/sweep/results-file.ts';
import type { Batch } from '../../src/research/sweep/batch.ts';
import { momentsPerTrial } from '../../src/research/sweep/trial-sums.ts';

const folder = mkdtempSync(join(tmpdir(), 'results-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PERIODS = 5000;
const BLOCKS = 16;
const head: ResultsHead = {
  sweep: 'tradedeck',
  version: 2,
  key: 'k',
  figures: ['sharpe', 'totalReturn'],
  periods: PERIODS,
  blocks: BLOCKS,
  points: 1000,
};

/** A batch of one row whose numbers all tell which it is. */
function batch(index: number): Batch {
  return {
    indices: Int32Array.of(index),
    figures: Float64Array.of(index / 7, -index),
    ends: Float64Array.of(index, index, 0),
    moments: new Float64Array(momentsPerTrial(BLOCKS)).fill(index / 3),
    total: new Float64Array(PERIODS).fill(index),
    parts: new Float64Array(0),
  };
}

/** All rows of batches in one, with the sum of their sums. */
function summed(batches: readonly Batch[]): unknown {
  const all = (of: keyof Batch): number[] => batches.flatMap((one) => [...one[of]]);
  const total = new Float64Array(PERIODS);
  for (const { total: own } of batches) own.forEach((value, i) => (total[i] += value));
  return { indices: all('indices'), figures: all('figures'), ends: all('ends'), moments: all('moments'), total };
}

test('a file of slow runs needs what its rows need, and says the same as one that kept every batch', () => {
  const file = join(folder, 'slow.jsonl');
  const batches = Array.from({ length: 400 }, (_, index) => batch(index));
  let results = new ResultsFile(file, head, []);
  let largest = 0;
  batches.forEach((one, i) => {
    // Half-way it is cut off and goes on.
    if (i === 200) results = new ResultsFile(file, head, [...readResults(file, head)]);
    results.append(one);
    largest = Math.max(largest, statSync(file).size);
  });
  expect(summed([...readResults(file, head)])).toEqual(summed(batches));
  const sums = (PERIODS * 8 * 4) / 3;
  const row = 450;
  // All batches as they came would be 400 sums.
  expect(largest).toBeLessThan(2 * 400 * row + 9 * sums);
  expect(readdirSync(folder)).toEqual(['slow.jsonl']);
});

test.each([
  ['that is cut off is left out', 40, [1]],
  ['that only lost its end is whole', 1, [1, 2]],
])('a line %s, and takes no other with it', (_, lost, left) => {
  const file = join(folder, `cut-${lost}.jsonl`);
  const results = new ResultsFile(file, head, []);
  results.append(batch(1));
  results.append(batch(2));
  truncateSync(file, statSync(file).size - lost);
  const text = readFileSync(file);
  const before = [...readResults(file, head)];
  expect(before.map(({ indices }) => indices[0])).toEqual(left);
  // Who reads may not be who writes.
  expect(readFileSync(file).equals(text)).toBe(true);
  const again = new ResultsFile(file, head, before);
  again.append(batch(3));
  again.append(batch(4));
  expect(summed([...readResults(file, head)])).toEqual(summed([...left, 3, 4].map(batch)));
});

test('a file of another sweep is begun anew', () => {
  const file = join(folder, 'other.jsonl');
  new ResultsFile(file, head, []).append(batch(1));
  const other = { ...head, key: 'another' };
  expect([...readResults(file, other)]).toEqual([]);
  new ResultsFile(file, other, []).append(batch(2));
  appendFileSync(file, 'no line of ours\n');
  expect([...readResults(file, other)].map(({ indices }) => [...indices])).toEqual([[2]]);
});
