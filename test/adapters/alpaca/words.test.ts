/** Our orders in the vendor's words: what there is no word for is refused, and an exit of an option is never that. */
import { expect, test } from 'vitest';
import { wordsFor } from '../../../src/adapters/alpaca/words.ts';
import type { SubmitRequest } from '../../../src/engine/live/index.ts';

const request = (more: Partial<SubmitRequest>): SubmitRequest => ({
  kind: 'submit',
  clientId: 'td-1',
  order: 1,
  posts: 1,
  strategy: 0,
  symbol: 'AAPL261204P00048000',
  side: 1,
  quantity: '2',
  type: 'market',
  timeInForce: 'GTC',
  reduceOnly: true,
  sendBy: 0,
  ...more,
});

test('a market order that closes an option goes out for the day, whatever its time in force', () => {
  expect(wordsFor(request({}))).toMatchObject({ type: 'market', timeInForce: 'day', qty: '2' });
});

test('a limit on an option that is good till canceled is refused: the vendor would end it in the evening', () => {
  expect(wordsFor(request({ type: 'limit', limit: '0.5' }))).toEqual({
    unsupported: 'Alpaca takes options for the day only, was GTC',
  });
});

test('an order of shares keeps its time in force', () => {
  expect(wordsFor(request({ symbol: 'AAPL' }))).toMatchObject({ timeInForce: 'gtc' });
});
