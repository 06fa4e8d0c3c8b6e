/**
 * What every indicator promises, checked on every indicator: batch and stream agree to the bit, warm-up is as
 * declared, nothing later is looked at, a saved state continues.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { allIndicators, type AnyIndicator } from '../../src/indicators/index.ts';
import { columnsOf, firstDifference, randomRows, runBatch, runRows } from './rows.ts';

const LENGTH = 700;
const SEEDS = [1, 2, 3];

/** Every set of arguments to try: defaults, each option's other words, and random small parameters. */
function argumentSets(indicator: AnyIndicator): (number | object)[][] {
  const defaults = indicator.parameters.map((parameter) => parameter.default);
  const sets: (number | object)[][] = [defaults];
  const random = new Random(7);
  for (let i = 0; i < 4; i++) {
    const numbers = indicator.parameters.map(({ integer, min, max, ...parameter }) =>
      integer ? Math.min(max, min + random.below(30)) : parameter.default * (0.5 + random.uniform() / 2),
    );
    sets.push(numbers);
    for (const option of indicator.options) {
      if (option.values === 'number') sets.push([...numbers, { [option.name]: 100 }]);
      else if (option.values === 'share') sets.push([...numbers, { [option.name]: 0.1 }]);
      else for (const word of option.values) sets.push([...numbers, { [option.name]: word }]);
    }
  }
  return sets;
}

function show(args: (number | object)[]): string {
  return JSON.stringify(args);
}

describe.each(allIndicators().map((indicator) => [indicator.name, indicator] as const))('%s', (_name, indicator) => {
  const sets = argumentSets(indicator);

  test('gives the same bits as a batch and as a stream', () => {
    for (const seed of SEEDS) {
      const columns = columnsOf(indicator, randomRows(LENGTH, seed));
      for (const args of sets) {
        const difference = firstDifference(runBatch(indicator, columns, args), runRows(indicator, columns, args));
        expect(difference, show(args)).toBeUndefined();
      }
    }
  });

  test('has its first finite value exactly after its warm-up', () => {
    const columns = columnsOf(indicator, randomRows(LENGTH, 5));
    for (const args of sets) {
      const warmUp = indicator.warmUp(...args);
      const first = runBatch(indicator, columns, args)[0].findIndex((value) => Number.isFinite(value));
      expect(first === -1 ? LENGTH : first, show(args)).toBe(Math.min(LENGTH, warmUp));
    }
  });

  test('has only finite values after the first', () => {
    const columns = columnsOf(indicator, randomRows(LENGTH, 6));
    for (const args of sets) {
      for (const [k, column] of runBatch(indicator, columns, args).entries()) {
        const first = column.findIndex((value) => Number.isFinite(value));
        const hole = first === -1 ? -1 : column.findIndex((value, i) => i > first && !Number.isFinite(value));
        if (!MAY_BE_ABSENT.has(`${indicator.name}.${indicator.outputs[k]}`)) expect(hole, show(args)).toBe(-1);
      }
    }
  });

  test('does not see later rows: a shorter tape has the same values', () => {
    const rows = columnsOf(indicator, randomRows(LENGTH, 8));
    for (const args of sets) {
      const whole = runBatch(indicator, rows, args);
      for (const length of [0, 1, 2, 37, 333]) {
        const columns = rows.map((column) => column.slice(0, length));
        const part = runBatch(indicator, columns, args);
        expect(firstDifference(part, whole), `${show(args)}, ${length} rows`).toBeUndefined();
      }
    }
  });

  test('continues from a saved state that went through JSON', () => {
    const columns = columnsOf(indicator, randomRows(LENGTH, 9));
    for (const args of sets) {
      for (const cut of [1, 60, 400]) {
        const first = indicator.stream(...args);
        const rowOf = (i: number): [number] => columns.map((column) => column[i]) as [number];
        for (let i = 0; i < cut; i++) first.update(...rowOf(i));
        const second = indicator.stream(...args);
        second.restore(JSON.parse(JSON.stringify(first.save())));
        for (let i = cut; i < cut + 200; i++) {
          first.update(...rowOf(i));
          second.update(...rowOf(i));
          expect(firstDifference([first.out], [second.out]), `${show(args)}, row ${i}`).toBeUndefined();
        }
      }
    }
  });

  test('waits for rows without NaN and steps over rows with one', () => {
    const columns = columnsOf(indicator, randomRows(LENGTH, 10));
    for (const column of columns) column.fill(Number.NaN, 0, 20);
    expect(firstDifference(runBatch(indicator, columns, []), runRows(indicator, columns, []))).toBeUndefined();
    for (const column of columns) column[400] = Number.NaN;
    expect(firstDifference(runBatch(indicator, columns, []), runRows(indicator, columns, []))).toBeUndefined();
  });
});

describe('a row that is not finite gives the same bits as a batch and as a stream', () => {
  const rows = randomRows(120, 11);
  test.each(allIndicators().map((indicator) => [indicator.name, indicator] as const))('%s', (_name, indicator) => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 0]) {
      for (const column of indicator.inputs.keys()) {
        for (const row of [1, 60, 119]) {
          const columns = columnsOf(indicator, rows).map((values) => values.slice());
          columns[column][row] = value;
          const difference = firstDifference(runBatch(indicator, columns, []), runRows(indicator, columns, []));
          expect(difference, `${value} in ${indicator.inputs[column]}, row ${row}`).toBeUndefined();
        }
      }
    }
  });
});

/** Outputs that by their nature are absent in some rows. */
const MAY_BE_ABSENT = new Set<string>(['fractal.upper', 'fractal.lower']);

test('no two indicators share a name or an alias', () => {
  const names = allIndicators().flatMap((indicator) =>
    [indicator.name, ...indicator.aliases].map((n) => n.toLowerCase()),
  );
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
