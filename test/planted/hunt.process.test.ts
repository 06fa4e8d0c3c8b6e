/** The hunt itself: a test that fails is named, a mistake that nothing finds is not, and what never ran is an error. */
import { expect, test } from 'vitest';
import { PLANTED_EDITS } from './bank.ts';
import type { PlantedEdit } from './edit.ts';
import { finderOf } from './hunt.ts';

const [stop] = PLANTED_EDITS.filter(({ name }) => name === 'of bars that come together a strategy sees the last alone');

test('a mistake is found by its test', async () => {
  expect(await finderOf(stop)).toMatch(/bar/);
});

test('one that changes nothing is not found', async () => {
  const edits: PlantedEdit['edits'] = [{ ...stop.edits[0], to: stop.edits[0].from }];
  expect(await finderOf({ ...stop, edits })).toBeUndefined();
});

test('code that cannot be read, and a file that the tests never load, prove nothing', async () => {
  const [{ file, from }] = stop.edits;
  await expect(finderOf({ ...stop, edits: [{ file, from, to: 'if (' }] })).rejects.toThrow('did not run');
  const elsewhere = { file: 'report/wash-sales.ts', from: 'export', to: 'export' };
  await expect(finderOf({ ...stop, edits: [elsewhere] })).rejects.toThrow('does not load report/wash-sales.ts');
});
