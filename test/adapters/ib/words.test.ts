/** Orders, symbols and codes in the words of Interactive Brokers. */
import { expect, test } from 'vitest';
import { Books } from '../../../src/adapters/ib/books.ts';
import { bagOf, legsOf } from '../../../src/adapters/ib/packages.ts';
import {
  isResetting,
  needsLogin,
  readResetWindow,
  RESET_WINDOWS,
  retryDelayMs,
} from '../../../src/adapters/ib/reconnecting.ts';
import { queriesOf, symbolOf } from '../../../src/adapters/ib/symbols.ts';
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

const leg = (ratio: number) => ({ symbol: 'AAPL261218P00100000', side: 1, ratio, isOpening: true }) as const;

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
  [
    { type: 'market-if-touched', stop: '95' },
    { orderType: 'MIT', auxPrice: 95 },
  ],
  [
    { type: 'limit-if-touched', stop: '95', limit: '94' },
    { orderType: 'LIT', auxPrice: 95, lmtPrice: 94 },
  ],
  [
    { type: 'trailing-stop-limit', trail: '2', limitOffset: '0.5' },
    { orderType: 'TRAIL LIMIT', auxPrice: 2, lmtPriceOffset: 0.5 },
  ],
  [
    { type: 'trailing-stop-limit', trail: '0.02', trailIsFraction: true, limitOffset: '0.5' },
    { orderType: 'TRAIL LIMIT', trailingPercent: 2, lmtPriceOffset: 0.5 },
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
  [{ type: 'exercise' }, 'exercise orders are not sent'],
  [{ type: 'limit', limit: '1', legs: [leg(2), leg(4)] }, 'multiples of 2'],
  [
    { type: 'limit', limit: '1', timeInForce: 'IOC', legs: [leg(1), leg(1)] },
    'packages are not sent to this broker as IOC',
  ],
] as const)('%o is not sent', (ours, text) => {
  expect(wordsFor(request(ours), 'DU1')).toEqual({ unsupported: expect.stringContaining(text) });
});

test('a package is bought for its net price, below 0 for a credit, and its legs fill together or not at all', () => {
  const words = wordsFor(request({ type: 'limit', limit: '-0.9', quantity: '2', legs: [leg(1), leg(2)] }), 'DU1');
  expect(words).toMatchObject({ action: 'BUY', orderType: 'LMT', lmtPrice: -0.9, totalQuantity: 2 });
  expect(words).toMatchObject({ smartComboRoutingParams: [{ tag: 'NonGuaranteed', value: '0' }] });
  const legs = [leg(1), { ...leg(2), side: -1 as const }];
  const bag = bagOf(legs, [
    { conId: 7, symbol: 'AAPL', exchange: 'SMART' },
    { conId: 8, symbol: 'AAPL', exchange: 'SMART' },
  ]);
  expect(bag).toMatchObject({ symbol: 'AAPL', secType: 'BAG', exchange: 'SMART' });
  expect(bag.comboLegs).toMatchObject([
    { conId: 7, ratio: 1, action: 'BUY' },
    { conId: 8, ratio: 2, action: 'SELL' },
  ]);
  // Somebody who sells such a package does the opposite with each leg.
  expect(legsOf(bag, 'BUY').map(({ side }) => side)).toEqual([1, -1]);
  expect(legsOf(bag, 'SELL').map(({ side }) => side)).toEqual([-1, 1]);
});

test('a future is asked for by its own name, then by its month, and named with the year in which it is delivered', () => {
  expect(queriesOf('ESZ26')).toMatchObject([
    { secType: 'FUT', localSymbol: 'ESZ6', exchange: '' },
    { secType: 'FUT', symbol: 'ES', lastTradeDateOrContractMonth: '202612' },
  ]);
  const name = (localSymbol: string, last: string): string =>
    symbolOf({ secType: 'FUT' as never, localSymbol, lastTradeDateOrContractMonth: last });
  expect(name('ESZ6', '20261218')).toBe('ESZ26');
  // Crude oil for January is traded until December.
  expect(name('CLF7', '20261221')).toBe('CLF27');
  expect(name('CLF0', '20291219')).toBe('CLF30');
  expect(name('ZN   DEC 26', '20261221')).toBe('ZNZ26');
  expect(name('6EZ6', '20261214')).toBe('6EZ26');
});

test('a symbol and its contract name each other', () => {
  expect(queriesOf('AAPL')[0]).toMatchObject({ symbol: 'AAPL', secType: 'STK', currency: 'USD' });
  expect(queriesOf('BRK.B')[0]).toMatchObject({ symbol: 'BRK B' });
  const option = 'AAPL261218P00100000';
  expect(queriesOf(option)[0]).toMatchObject({
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
  [{ secType: 'FOP', symbol: 'ES', localSymbol: 'EW4X6 P6000', currency: 'USD' }, 'FOP:EW4X6 P6000:USD'],
  [{ secType: 'CFD', symbol: 'AAPL', localSymbol: 'AAPLn', currency: 'USD' }, 'CFD:AAPLn:USD'],
  [{ secType: 'STK', symbol: 'SAP', localSymbol: 'SAP', currency: 'EUR' }, 'STK:SAP:EUR'],
  [{ secType: 'CASH', symbol: 'EUR', localSymbol: 'EUR.USD', currency: 'USD' }, 'CASH:EUR.USD:USD'],
])('what is not traded from here is not taken for a share of the same letters: %o', (contract, name) => {
  expect(symbolOf(contract as never)).toBe(name);
});

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

test('on Friday night they restart for longer, and a deck may say other hours', () => {
  const isReset = (day: string, time: string): boolean => isResetting(newYork(day, time), RESET_WINDOWS);
  // The 20th is a Friday.
  expect([isReset('2026-11-20', '22:59'), isReset('2026-11-20', '23:00'), isReset('2026-11-21', '02:59')]).toEqual([
    false,
    true,
    true,
  ]);
  expect([isReset('2026-11-21', '03:00'), isReset('2026-11-21', '23:30'), isReset('2026-11-19', '23:30')]).toEqual([
    false,
    false,
    false,
  ]);
  expect(readResetWindow('23:45-24:00')).toEqual({ from: 1425, to: 1440 });
  expect(readResetWindow('Sat 00:00-03:00')).toEqual({ from: 0, to: 180, days: [6] });
  for (const wrong of ['midnight', '01:45-00:15', '23:45-24:45']) {
    expect(() => readResetWindow(wrong)).toThrow(`must be a span of one day as 00:15-01:45`);
  }
});

test('a login is missing from Sunday evening on, until a connection stands again', () => {
  const friday = newYork('2026-11-20', '16:00');
  const missing = (day: string, time: string, lastUp: number) => needsLogin(newYork(day, time), lastUp);
  // The 22nd is a Sunday.
  expect([missing('2026-11-22', '16:59', friday), missing('2026-11-22', '17:00', friday)]).toEqual([false, true]);
  expect(missing('2026-11-24', '10:00', friday)).toBe(true);
  expect(missing('2026-11-24', '10:00', newYork('2026-11-23', '09:00'))).toBe(false);
  // Where none stood since the process began, a gateway that is down on a Thursday is down for another reason.
  expect([missing('2026-11-23', '08:00', -Infinity), missing('2026-11-26', '08:00', -Infinity)]).toEqual([true, false]);
});

test('the next try comes later each time, up to half a minute, and once a minute at night', () => {
  const delays = [0, 1, 2, 3, 20].map((tries) => retryDelayMs(tries, false, 0.5, 1000));
  expect(delays).toEqual([1000, 2000, 4000, 8000, 30_000]);
  expect(retryDelayMs(0, true, 0.5, 1000)).toBe(60_000);
  expect(retryDelayMs(0, false, 0, 1000)).toBe(750);
});

test('an execution that no order led to is no trade: positions tell of it', () => {
  const share = { secType: 'STK' as never, symbol: 'AAPL' };
  const execution = { execId: '0000e0d5.1.01', shares: 100, price: 100, side: 'BOT' };
  expect(new Books().execution(share, { ...execution, permId: 0, orderRef: '' })).toEqual([]);
  expect(new Books().execution(share, { ...execution, permId: 7, orderRef: '' })).toMatchObject([{ kind: 'fill' }]);
});
