/** Single units that a broker check buys and sells, against a broker whose answers the test writes. */
import { describe, expect, test } from 'vitest';
import { testTrades, tryTrade, type TestTrade } from '../../../src/desk/session/check-trades.ts';
import { testOrders } from '../../../src/desk/session/check-orders.ts';
import { OrderDesk } from '../../../src/desk/session/order-desk.ts';
import type { BrokerReport, BrokerRequest } from '../../../src/engine/live/index.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';

const AAA = defineInstrument({ symbol: 'AAA', tick: 0.01 });
const [LOW, HIGH] = [occInstrument('AAA261218P00090000'), occInstrument('AAA261218P00100000')];
const PRICED = {
  instruments: [AAA, HIGH, LOW],
  prices: new Map([
    ['AAA', 100],
    [LOW.symbol, 1],
    [HIGH.symbol, 4],
  ]),
};
const QUOTES = new Map([
  ['AAA', { bid: 99.99, ask: 100.01 }],
  [LOW.symbol, { bid: 0.9, ask: 1.1 }],
  [HIGH.symbol, { bid: 3.9, ask: 4.1 }],
]);

/** A desk whose broker answers each request so. */
function deskOf(answer: (request: BrokerRequest) => readonly BrokerReport[]) {
  const reports: BrokerReport[] = [];
  const sent: BrokerRequest[] = [];
  const send = (request: BrokerRequest): void => {
    sent.push(request);
    reports.push(...answer(request));
  };
  const link = { send, connect: () => Promise.resolve(), close: () => undefined };
  return { desk: new OrderDesk(link, reports, 'test'), sent };
}

const fillOf = (request: BrokerRequest, price: number): BrokerReport[] => {
  if (request.kind !== 'submit') return [];
  const { clientId, symbol, side } = request;
  return [
    { kind: 'accepted', clientId },
    { kind: 'fill', clientId, executionId: clientId, symbol, side, quantity: 1, price, fee: 0 },
  ];
};

const TRADE: TestTrade = { name: '', instrument: AAA, side: 1, entry: 'limit', exit: 'limit' };

describe('which trades are tried', () => {
  const names = (isOpen: boolean, optionLevel: number, held: readonly string[] = []) =>
    testTrades(PRICED, QUOTES, { isOpen, optionLevel, held: new Set(held) }).map(({ name }) => name);

  test('four ways of the share, one with exits, and four of the put, while the market is open', () => {
    expect(names(true, 1)).toHaveLength(9);
  });

  test('limits only while it is closed', () => {
    expect(names(false, 1)).toEqual(['share: limit in, limit out', 'option: limit in, limit out']);
  });

  test('no put without the level for it, and none that the account has already', () => {
    expect(names(false, 0)).toEqual(['share: limit in, limit out']);
    const trades = testTrades(PRICED, QUOTES, { isOpen: true, optionLevel: 1, held: new Set([LOW.symbol]) });
    expect(trades.at(-1)?.instrument).toBe(HIGH);
  });
});

describe('a trade', () => {
  test('is a unit in at the ask and out at the bid, and says what it cost', async () => {
    const { desk, sent } = deskOf((request) =>
      fillOf(request, request.kind === 'submit' && request.side > 0 ? 100.01 : 99.99),
    );
    expect(await tryTrade(desk, TRADE, QUOTES)).toBe('AAA bought at 100.01, sold at 99.99: it cost 0.02');
    expect(sent).toMatchObject([
      { side: 1, limit: '100.01' },
      { side: -1, limit: '99.99' },
    ]);
  });

  test('that is refused on the way out says so', async () => {
    const { desk } = deskOf((request) => {
      if (request.kind !== 'submit' || request.side > 0) return fillOf(request, 100.01);
      return [{ kind: 'refused', clientId: request.clientId, code: '40310000', message: 'no' }];
    });
    await expect(tryTrade(desk, TRADE, QUOTES)).rejects.toThrow('1 AAA IS LEFT: 40310000: no');
  });

  test('sends nothing where there is no price for the way out', async () => {
    const { desk, sent } = deskOf(() => []);
    const quotes = new Map([['AAA', { bid: Number.NaN, ask: 100 }]]);
    await expect(tryTrade(desk, TRADE, quotes)).rejects.toThrow('has no bid');
    expect(sent).toEqual([]);
  });
});

test('orders that rest buy the dearer leg of a package, and none without the level for it', () => {
  const { desk } = deskOf(() => []);
  const legs = (level: number) => testOrders(desk, PRICED, level).at(-1)?.request.legs;
  expect(legs(3)).toMatchObject([
    { symbol: HIGH.symbol, side: 1 },
    { symbol: LOW.symbol, side: -1 },
  ]);
  expect(legs(2)).toBeUndefined();
});
