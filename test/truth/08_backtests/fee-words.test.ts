/** Fees as cases state them, read to the fee they mean: each for 50 units at 20. */
import { expect, test } from 'vitest';
import type { FillContext } from '../../../src/engine/sim/models.ts';
import { feeOfWords } from './fee-words.ts';

const context = { quantity: 50, price: 20 } as FillContext;

test.each<[unknown, number]>([
  [undefined, 0],
  ['no costs.', 0],
  [0.001, 1],
  ['commission 0.1% of traded value.', 1],
  ['5 bps', 0.5],
  ['0.01 per share, minimum 1', 1],
  ['commission max(1, 0.05*abs(q))', 2.5],
  ['max(1, abs(q) * p * 0.0001)', 1],
  ['lambda q, p: 2 + abs(q)/100', 2.5],
])('%j', (words, fee) => {
  expect(feeOfWords(words)?.fee(context)).toBeCloseTo(fee, 12);
});

test.each(['whatever the broker takes', 'max(1, q', 'q ** 2'])('%j is not read as something else', (words) => {
  expect(feeOfWords(words)).toBeUndefined();
});
