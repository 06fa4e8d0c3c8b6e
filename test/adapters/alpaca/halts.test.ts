/** What the vendor's codes for the state of a symbol mean. */
import { expect, test } from 'vitest';
import { tradingOf } from '../../../src/adapters/alpaca/halts.ts';

test.each([
  ['H', 'halted'],
  ['P', 'halted'],
  ['2', 'halted'],
  ['T', 'trading'],
  ['3', 'trading'],
  ['Q', undefined],
  ['5', undefined],
  ['6', undefined],
  ['E', undefined],
  ['F', undefined],
  [undefined, undefined],
])('%s is %s', (statusCode, state) => {
  expect(tradingOf(statusCode === undefined ? {} : { statusCode })?.state).toBe(state);
});
