/** A place in numbers that ascend is found as a walk would find it. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstAtOrAbove, lastAtOrBelow } from '../../src/base/search.ts';

test('the last row at or below a value is the one that a walk finds', () => {
  const sorted = fc.array(fc.integer({ min: -20, max: 20 })).map((values) => values.sort((a, b) => a - b));
  fc.assert(
    fc.property(sorted, fc.integer({ min: -25, max: 25 }), (values, value) => {
      expect(lastAtOrBelow(values, value)).toBe(values.findLastIndex((each) => each <= value));
    }),
  );
});

test('a search from a row on does not look before it', () => {
  expect(lastAtOrBelow([1, 2, 3, 4], 3, 1)).toBe(2);
  expect(lastAtOrBelow([1, 2, 3, 4], 0, 2)).toBe(1);
  expect(lastAtOrBelow([1, 2, 3, 4], 9, 4)).toBe(3);
});

test.each([
  [0, 0],
  [1, 0],
  [2, 1],
  [3, 1],
  [4, 4],
])('the first row at or above %d of 1, 3, 3, 3 is row %d', (value, row) => {
  expect(firstAtOrAbove([1, 3, 3, 3], value)).toBe(row);
});
