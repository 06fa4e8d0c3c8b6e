/** Reading the broker's JSON: exact decimals, times to the nanosecond, and errors that name field and value. */
import { assert, bigInt, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { answerOf, Decimal, order, position } from '../../../src/adapters/alpaca/index.ts';
import { decimal, time } from '../../../src/adapters/alpaca/payload/codec.ts';
import { Fault } from '../../../src/base/fault.ts';

const ORDER = {
  id: '7b08df51',
  client_order_id: 'mine',
  created_at: '2026-11-20T14:31:24.668464435Z',
  asset_id: 'b0b6dd9d',
  symbol: 'AAPL',
  asset_class: 'us_equity',
  qty: '2',
  filled_qty: '0',
  filled_avg_price: null,
  order_class: '',
  type: 'limit',
  side: 'buy',
  time_in_force: 'gtc',
  limit_price: '150.10',
  status: 'accepted',
  extended_hours: false,
  legs: null,
  tomorrow: 'a field that nobody knows yet',
};

test('an order is read into typed fields, and what is empty or null is absent', () => {
  const read = order.read(ORDER, '');
  expect(read).toMatchObject({
    clientOrderId: 'mine',
    symbol: 'AAPL',
    side: 'buy',
    status: 'accepted',
    extendedHours: false,
  });
  expect(read.limitPrice?.toUnits(4)).toBe(1_501_000);
  expect(read.orderClass).toBeUndefined();
  expect(read.filledAveragePrice).toBeUndefined();
  expect(read.legs).toBeUndefined();
});

test('legs are orders themselves', () => {
  const read = order.read(
    { ...ORDER, symbol: '', side: '', order_class: 'mleg', legs: [{ ...ORDER, ratio_qty: '2' }] },
    '',
  );
  expect(read.symbol).toBeUndefined();
  expect(read.legs?.[0].ratioQuantity?.toNumber()).toBe(2);
});

test.each<[Record<string, unknown>, string]>([
  [{ status: 'cancelled' }, 'status: must be one of "new", '],
  [{ status: 'cancelled' }, 'was "cancelled" (did you mean "canceled"?)'],
  [{ filled_qty: 'two' }, 'filled_qty: must be a decimal number, was "two"'],
  [{ filled_qty: undefined }, 'filled_qty: must be a decimal number, was undefined'],
  [{ limit_price: 'NaN' }, 'limit_price: must be a decimal number, was "NaN"'],
  [{ limit_price: Number.POSITIVE_INFINITY }, 'limit_price: must be a decimal number, was Infinity'],
  [{ created_at: 'yesterday' }, 'created_at: must be an RFC 3339 time, was "yesterday"'],
  [{ id: 7 }, 'id: must be a text, was 7'],
  [{ extended_hours: 'no' }, 'extended_hours: must be true or false, was "no"'],
  [{ legs: [{ ...ORDER, side: 'hold' }] }, 'legs[0].side: must be one of "buy", "sell", was "hold"'],
])('a wrong value is named with its field: %o', (change, message) => {
  expect(() => order.read({ ...ORDER, ...change }, '')).toThrow(message);
  expect(() => order.read({ ...ORDER, ...change }, '')).toThrow(Fault);
});

test('an answer that is no object is a mistake, and not an empty noun', () => {
  expect(() => order.read('<html>', '')).toThrow('must be an object, was "<html>"');
  expect(() => position.read([], '')).toThrow('must be an object');
});

test('decimals keep every digit, whatever their length', () => {
  const read = (value: unknown): Decimal => decimal.read(value, '');
  expect(read('122011.09751111286868').toString()).toBe('122011.09751111286868');
  expect(read('-0.5').toString()).toBe('-0.5');
  expect(read('100.0').toUnits(0)).toBe(100);
  expect(read('0.1').toUnits(0)).toBeUndefined();
  expect(read(1e-7).toString()).toBe('0.0000001');
  expect(read('99999999999999999999').toUnits(4)).toBeUndefined();
  assert(
    property(bigInt(-(10n ** 24n), 10n ** 24n), integer({ min: 0, max: 12 }), (units, decimals) => {
      const text = new Decimal(units, decimals).toString();
      expect(Decimal.parse(text)!.equals(new Decimal(units, decimals))).toBe(true);
    }),
  );
});

test('times keep nanoseconds and come back as they were, in UTC', () => {
  const read = time.read('2026-11-20T14:31:24.668464435Z', '');
  expect([read.at % 1_000_000, read.nanos]).toEqual([668_464, 435]);
  expect(time.write(read)).toBe('2026-11-20T14:31:24.668464435Z');
  expect(time.write(time.read('2026-11-20T09:31:24-05:00', ''))).toBe('2026-11-20T14:31:24Z');
});

test('every endpoint has its noun, and every refusal is one', () => {
  expect(answerOf('DELETE', '/v2/orders/x', 204)?.read(undefined, '')).toBeUndefined();
  expect(
    answerOf('POST', '/v2/orders', 403)?.read({ code: 40310000, message: 'insufficient buying power' }, ''),
  ).toEqual({
    code: 40310000,
    message: 'insufficient buying power',
  });
  expect(answerOf('GET', '/v2/nothing', 200)).toBeUndefined();
});

test('rows that are null are none, and a snapshot of which nothing is known is absent', () => {
  expect(
    answerOf('GET', '/v2/stocks/bars', 200)?.read({ bars: { AAPL: null }, next_page_token: null }, ''),
  ).toMatchObject({
    rows: new Map([['AAPL', []]]),
  });
  expect(answerOf('GET', '/v2/stocks/snapshots', 200)?.read({ AAPL: null }, '')).toEqual(
    new Map([['AAPL', undefined]]),
  );
});

test('closing all positions answers with an order or a refusal for each', () => {
  const codec = answerOf('DELETE', '/v2/positions', 207)!;
  const [done, refused] = codec.read(
    [
      { symbol: 'AAPL', status: 200, body: ORDER },
      { symbol: 'SQQQ', status: 403, body: { code: 40310000, message: 'insufficient qty available' } },
    ],
    '',
  ) as [{ order: { id: string } }, { refusal: { code: number } }];
  expect(done.order.id).toBe('7b08df51');
  expect(refused.refusal.code).toBe(40310000);
});
