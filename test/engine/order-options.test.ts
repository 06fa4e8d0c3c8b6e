/** Order options as a strategy without types may write them: what cannot be meant is said, never passed over. */
import { expect, test } from 'vitest';
import type { OrderOptions } from '../../src/engine/strategy/strategy.ts';
import { checkOrderOptions } from '../../src/engine/orders/order-options.ts';
import { playDays } from './play.ts';

test('a misspelt limit is no market order', () => {
  const rows = [
    [100, 101, 99, 100],
    [100, 101, 99, 100],
  ] as const;
  // What a strategy file writes has no types when it runs.
  const options = { limt: 3 } as unknown as OrderOptions;
  expect(() => playDays(rows, { 0: ({ buy }) => buy(1, options) })).toThrow(
    /no order option "limt".*did you mean "limit"/s,
  );
});

test.each<[object, string]>([
  [{ at: 'opening' }, 'at of an order must be one of open, close, was "opening"'],
  [{ timeInForce: 'day' }, 'did you mean "DAY"?'],
  [{ timeInForce: 'DAY', goodTill: 5 }, 'goodTill is for timeInForce GTD, was with DAY'],
  [{ trail: { amuont: 1 } }, 'trail must be { amount } or { percent }'],
  [{ trailingStop: { amount: 1, percent: 2 } }, 'trailingStop must be { amount } or { percent }'],
  [{ stop: 1, touch: 2 }, 'either stop or touch, had both'],
  [{ trail: { amount: 1 }, limit: 3 }, 'either trail or limit, had both'],
  [{ at: 'open', stop: 3 }, 'either at or stop, had both'],
  [{ limitOffset: 1 }, 'limitOffset belongs to trail'],
  [{ takeprofit: 1 }, 'did you mean "takeProfit"?'],
])('%j is refused', (options, rule) => {
  expect(() => checkOrderOptions(options)).toThrow(rule);
});

test.each<[OrderOptions]>([
  [{}],
  [{ reason: 'x', limit: 1, stop: 2, stopLoss: 1, takeProfit: 3, trailingStop: { percent: 0.1 } }],
  [{ trail: { amount: 1 }, limitOffset: 0.5, timeInForce: 'DAY', reduceOnly: true }],
  [{ at: 'close', limit: 3 }],
  [{ touch: 3, limit: 3, goodTill: 7 }],
  [{ goodTill: 7, timeInForce: 'GTD', limit: undefined } as unknown as OrderOptions],
])('%j is what an order may say', (options) => {
  checkOrderOptions(options);
});
