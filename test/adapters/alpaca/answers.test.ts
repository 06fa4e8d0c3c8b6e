/** What updates and errors of the vendor mean: the price of an execution, and by which name a request is found again. */
import { expect, test } from 'vitest';
import { failureOf, updateOf, type Filled } from '../../../src/adapters/alpaca/answers.ts';
import type { TradeUpdate } from '../../../src/adapters/alpaca/vendor-types.ts';
import type { SubmitRequest } from '../../../src/engine/live/index.ts';

/** An update of which the library has many more fields. */
function priceOf(price: string, qty: string, filled: string, average: string, before?: Filled): number | undefined {
  const order = { id: 'o', symbol: 'AAPL', side: 'buy', filledQty: filled, filledAvgPrice: average };
  const update = { event: 'partial_fill', executionId: 'x', price, qty, order } as unknown as TradeUpdate;
  const report = updateOf(update, () => 'c', before);
  return report?.kind === 'fill' ? report.price : undefined;
}

test('the price of an update is that of its execution, as the libraries take it', () => {
  expect(priceOf('100', '10', '10', '100')).toBe(100);
  // Ten at 100 before, ten at 102 now: the average is 101.
  expect(priceOf('102', '10', '20', '101', { filled: 10, averagePrice: 100 })).toBe(102);
});

test('where it is the average of the whole, as the text has it, that of the execution is worked out', () => {
  expect(priceOf('101', '10', '20', '101', { filled: 10, averagePrice: 100 })).toBe(102);
  expect(priceOf('100.5', '5', '20', '100.5', { filled: 15, averagePrice: 100 })).toBe(102);
});

test('what averages are rounded by is no other price, and without what was before nothing is worked out', () => {
  expect(priceOf('100.0001', '1', '1000', '100.0001', { filled: 999, averagePrice: 100 })).toBe(100.0001);
  expect(priceOf('101', '10', '20', '101')).toBe(101);
  // An update was missed in between.
  expect(priceOf('101', '10', '30', '101', { filled: 10, averagePrice: 100 })).toBe(101);
});

test('a refusal and a silence keep the name of their request, by which the vendor finds it again', () => {
  const request = { kind: 'submit', clientId: 'c' } as SubmitRequest; // Only its kind and id matter here.
  const error = (status: number) =>
    Object.assign(new Error('insufficient buying power'), { status, code: 40310000, requestId: 'r-17' });
  expect(failureOf(request, error(403))).toMatchObject({
    kind: 'refused',
    code: '40310000',
    message: 'insufficient buying power (request r-17)',
  });
  expect(failureOf(request, error(500))).toMatchObject({
    kind: 'lost',
    cause: '500: insufficient buying power (request r-17)',
  });
});
