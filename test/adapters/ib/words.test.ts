/** Orders, symbols and codes in the words of Interactive Brokers. */
import { expect, test } from 'vitest';
import { orderNews } from '../../../src/adapters/ib/codes.ts';
import { isResetting, RESET_WINDOWS, retryDelayMs } from '../../../src/adapters/ib/reconnecting.ts';
import { queryOf, symbolOf } from '../../../src/adapters/ib/symbols.ts';
import { wordsFor } from '../../../src/adapters/ib/words.ts';
import type { SubmitRequest } from '../../../src/engine/live/index.ts';
import { newYork } from '../fake-alpaca/desk.ts';

const request = (more: Partial<SubmitRequest>): SubmitRequest => ({
  kind: 'submit',
  clientId: 'td-1-abc',
  order: 1,
  posts: 1,
  strategy: 0,
  symbol: 'AAPL',
  side: 1,
  quantity: '10',
  type: 'market',
  timeInForce: 'DAY',
  reduceOnly: false,
  sendBy: 0,
  ...more,
});

test.each([
  [{ type: 'market' }, { orderType: 'MKT', tif: 'DAY' }],
  [
    { type: 'limit', limit: '90.5', timeInForce: 'GTC' },
    { orderType: 'LMT', lmtPrice: 90.5, tif: 'GTC' },
  ],
  [
    { type: 'stop', stop: '80' },
    { orderType: 'STP', auxPrice: 80 },
  ],
  [
    { type: 'stop-limit', stop: '80', limit: '79' },
    { orderType: 'STP LMT', auxPrice: 80, lmtPrice: 79 },
  ],
  [
    { type: 'trailing-stop', trail: '1.5' },
    { orderType: 'TRAIL', auxPrice: 1.5 },
  ],
  [
    { type: 'trailing-stop', trail: '0.07', trailIsFraction: true },
    { orderType: 'TRAIL', trailingPercent: 7 },
  ],
  [{ type: 'market-on-close' }, { orderType: 'MOC', tif: 'DAY' }],
  [
    { type: 'limit-on-close', limit: '90' },
    { orderType: 'LOC', tif: 'DAY', lmtPrice: 90 },
  ],
  [{ type: 'market-on-open' }, { orderType: 'MKT', tif: 'OPG' }],
  [
    { type: 'limit-on-open', limit: '90' },
    { orderType: 'LMT', tif: 'OPG', lmtPrice: 90 },
  ],
  [{ side: -1 }, { action: 'SELL' }],
  [
    { timeInForce: 'GTD', type: 'limit', limit: '90', goodTill: newYork('2026-11-18', '15:30') },
    { tif: 'GTD', goodTillDate: '20261118-20:30:00' },
  ],
] as const)('%o is %o', (ours, theirs) => {
  expect(wordsFor(request(ours), 'DU1')).toMatchObject({
    ...theirs,
    orderRef: 'td-1-abc',
    account: 'DU1',
    transmit: true,
  });
});

test.each([
  [{ quantity: '0.5' }, 'whole shares'],
  [{ type: 'market-if-touched' }, 'market-if-touched orders are not sent'],
  [{ type: 'trailing-stop-limit' }, 'trailing-stop-limit orders are not sent'],
] as const)('%o is not sent', (ours, text) => {
  expect(wordsFor(request(ours), 'DU1')).toEqual({ unsupported: expect.stringContaining(text) });
});

test('a symbol and its contract name each other', () => {
  expect(queryOf('AAPL')).toMatchObject({ symbol: 'AAPL', secType: 'STK', currency: 'USD' });
  expect(queryOf('BRK.B')).toMatchObject({ symbol: 'BRK B' });
  const option = 'AAPL261218P00100000';
  expect(queryOf(option)).toMatchObject({
    symbol: 'AAPL',
    secType: 'OPT',
    lastTradeDateOrContractMonth: '20261218',
    strike: 100,
    right: 'P',
  });
  expect(symbolOf({ secType: 'OPT' as never, localSymbol: 'AAPL  261218P00100000' })).toBe(option);
  expect(symbolOf({ secType: 'STK' as never, symbol: 'BRK B' })).toBe('BRK.B');
});

test.each([
  [201, 'refused'],
  [110, 'refused'],
  [103, 'duplicate'],
  [202, 'canceled'],
  [104, 'change-refused'],
  [10_147, 'cancel-refused'],
  [399, 'note'],
  [2109, 'note'],
  [9999, 'unknown'],
])('code %i says %s of an order', (code, news) => expect(orderNews(code)).toBe(news));

test('the servers restart between a quarter past midnight and a quarter to two in New York, summer and winter', () => {
  const isReset = (day: string, time: string): boolean => isResetting(newYork(day, time), RESET_WINDOWS);
  for (const day of ['2026-07-01', '2026-11-18']) {
    expect([isReset(day, '00:14'), isReset(day, '00:15'), isReset(day, '01:44'), isReset(day, '01:45')]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  }
});

test('the next try comes later each time, up to half a minute, and once a minute at night', () => {
  const delays = [0, 1, 2, 3, 20].map((tries) => retryDelayMs(tries, false, 0.5, 1000));
  expect(delays).toEqual([1000, 2000, 4000, 8000, 30_000]);
  expect(retryDelayMs(0, true, 0.5, 1000)).toBe(60_000);
  expect(retryDelayMs(0, false, 0, 1000)).toBe(750);
});
