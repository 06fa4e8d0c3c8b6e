/** The counting of reference cases, with planted cases that fail, break off, or claim too much. */
import { expect, test } from 'vitest';
import type { TruthCase, TruthSet } from './case.ts';
import { guarded, guardedCase } from './guarded.ts';
import { runSet, total } from './runner.ts';

const run = (set: TruthSet | undefined): ReturnType<typeof runSet> => runSet('00_planted', set, '', '', () => {});
const one = (status: TruthCase['status'], error: number): TruthCase => ({ id: 'file#case', status, error });

test('passed, failed and uncovered cases are counted apart, and the worst error is kept', async () => {
  const set = (): TruthCase[] => [one('passed', 0.25), one('failed', 3), one('not-covered', 0), one('passed', 0.5)];
  expect(await run(set)).toEqual({ set: '00_planted', passed: 2, failed: 1, notCovered: 1, worst: 3 });
});

test('a case that passed outside its tolerance has failed', async () => {
  expect(await run(() => [one('passed', 1.01)])).toMatchObject({ passed: 0, failed: 1, worst: 1.01 });
  expect(await run(() => [one('passed', Number.NaN)])).toMatchObject({ passed: 0, failed: 1, worst: null });
  expect(await run(() => [one('passed', 1)])).toMatchObject({ passed: 1, failed: 0, worst: 1 });
});

test('a set that breaks off keeps its cases and has failed', async () => {
  const set = function* (): Generator<TruthCase> {
    yield one('passed', 0);
    throw new Error('no such column');
  };
  expect(await run(set)).toMatchObject({ passed: 1, failed: 1, worst: null });
});

test('a set that nothing knows is not covered', async () => {
  expect(await run(undefined)).toMatchObject({ passed: 0, failed: 0, notCovered: 1 });
});

test('totals add up over the sets', async () => {
  const sets = [await run(() => [one('passed', 0)]), await run(() => [one('passed', 0), one('failed', 2)])];
  expect(total(sets)).toMatchObject({ passed: 2, failed: 1 });
});

test('a file or a case that breaks off does not take those after it along', async () => {
  const breaks = function* (): Generator<TruthCase> {
    yield one('passed', 0);
    throw new Error('no such column');
  };
  const set = function* (): Generator<TruthCase> {
    yield* guarded('a.json', breaks);
    yield guardedCase('b.json', () => {
      throw new TypeError('no expected figures');
    });
    yield one('passed', 0);
  };
  expect(await run(set)).toMatchObject({ passed: 2, failed: 2, worst: null });
});
