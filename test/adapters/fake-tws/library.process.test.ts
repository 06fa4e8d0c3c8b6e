/** The fake TWS, driven by the vendor community's library: every message that it sends is one that the library can read. */
import {
  EventName,
  IBApi,
  OptionType,
  OrderAction,
  OrderType,
  SecType,
  TimeInForce,
  type Contract,
  type Execution,
  type Order,
} from '@stoqey/ib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeTws } from '../../../src/adapters/fake-tws/server.ts';
import { newYork } from '../fake-alpaca/desk.ts';

const SECOND = 1_000_000;
const STOCK: Contract = { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };

let fake: FakeTws;
let api: IBApi;
let events: [name: string, args: readonly unknown[]][];
let errors: [code: number, id: number, text: string][];

beforeEach(async () => {
  fake = await FakeTws.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 'manual',
    partialFills: 0,
    market: {
      kind: 'none',
      symbols: [
        { symbol: 'AAPL', price: 100 },
        { symbol: 'ESZ26', price: 6000 },
      ],
    },
    tws: { messagesPerSecond: 1000 },
  });
  fake.driven.broker.quote('AAPL', 100, 100.02, 300, 200);
  fake.driven.broker.trade('AAPL', 100.01, 100);
  api = await connect(7);
});

afterEach(async () => {
  api.removeAllListeners();
  api.disconnect();
  await fake.close();
});

async function connect(clientId: number): Promise<IBApi> {
  const one = new IBApi({ host: '127.0.0.1', port: fake.port, clientId, maxReqPerSec: 1000 });
  events = [];
  errors = [];
  one.on(EventName.result, (name, args) => void events.push([name, args]));
  one.on(EventName.error, (error, code, id) => void errors.push([code, id, error.message]));
  one.on(EventName.info, (text, code) => void events.push(['message', [code, text]]));
  one.connect();
  await until(() => seen('nextValidId').length > 0);
  return one;
}

function seen(name: string): readonly (readonly unknown[])[] {
  return events.filter(([one]) => one === name).map(([, args]) => args);
}

/** Waits for something; the broker's time moves while it waits. */
async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !isSo(); i++) {
    await new Promise((next) => setTimeout(next, 5));
    fake.driven.clock.jump(fake.now + SECOND / 20);
  }
  expect({ isSo: isSo(), errors }).toMatchObject({ isSo: true });
}

const order = (more: Partial<Order>): Order => ({
  action: OrderAction.BUY,
  totalQuantity: 10,
  orderType: OrderType.LMT,
  lmtPrice: 90,
  tif: TimeInForce.DAY,
  orderRef: 'td-1',
  transmit: true,
  ...more,
});

/** Codes with which the library says that it could not read a message. */
const undecoded = (): unknown[] => errors.filter(([code]) => code === 505 || code === 500 || code === -1);

test('a client is greeted with account and first order number', () => {
  expect(seen('managedAccounts')).toEqual([[fake.tws.account]]);
  expect(seen('nextValidId')).toEqual([[1]]);
  expect(seen('message').map(([code]) => code)).toEqual([2104, 2106, 2158]);
  expect(undecoded()).toEqual([]);
});

test('an order is acknowledged, filled, and told of with its execution and, later, its commission', async () => {
  api.placeOrder(1, STOCK, order({ orderType: OrderType.MKT }));
  await until(() => seen('commissionReport').length > 0);
  const [, contract, execution] = seen('execDetails')[0] as [number, Contract, Record<string, unknown>];
  expect(contract).toMatchObject({ symbol: 'AAPL', secType: 'STK' });
  expect(execution).toMatchObject({
    orderId: 1,
    side: 'BOT',
    shares: 10,
    price: 100.02,
    cumQty: 10,
    orderRef: 'td-1',
    clientId: 7,
  });
  expect(seen('orderStatus').at(-1)?.slice(0, 5)).toEqual([1, 'Filled', 10, 0, 100.02]);
  // The last status is told more than once, as real servers do.
  expect(seen('orderStatus').filter(([, status]) => status === 'Filled')).toHaveLength(2);
  expect(seen('commissionReport')).toMatchObject([[{ commission: 1, currency: 'USD' }]]);
  expect(undecoded()).toEqual([]);
});

test('an open order is told with its terms, changed under its number, and canceled', async () => {
  api.placeOrder(1, STOCK, order({ lmtPrice: 90 }));
  await until(() => seen('orderStatus').some(([, status]) => status === 'Submitted'));
  const [, , told, state] = seen('openOrder').at(-1) as [number, unknown, Order, { status: string }];
  expect(told).toMatchObject({
    orderId: 1,
    lmtPrice: 90,
    totalQuantity: 10,
    orderRef: 'td-1',
    tif: 'DAY',
    clientId: 7,
  });
  expect(state.status).toBe('Submitted');
  api.placeOrder(1, STOCK, order({ lmtPrice: 91, totalQuantity: 12 }));
  await until(() => (seen('openOrder').at(-1)?.[2] as Order | undefined)?.lmtPrice === 91);
  expect(seen('openOrder').at(-1)?.[2]).toMatchObject({ totalQuantity: 12 });
  api.cancelOrder(1);
  await until(() => seen('orderStatus').some(([, status]) => status === 'Cancelled'));
  expect(errors).toEqual([[202, 1, expect.any(String)]]);
  api.reqCompletedOrders(false);
  await until(() => seen('completedOrdersEnd').length > 0);
  expect(undecoded()).toEqual([]);
  expect(seen('completedOrder')[0]?.[1]).toMatchObject({ orderRef: 'td-1', filledQuantity: 0 });
  expect(undecoded()).toEqual([]);
});

test('a stop on an option is told with its contract', async () => {
  api.reqSecDefOptParams(3, 'AAPL', '', SecType.STK, 0);
  await until(() => seen('securityDefinitionOptionParameterEnd').length > 0);
  const [, , , , , expirations, strikes] = seen('securityDefinitionOptionParameter')[0] as [
    number,
    string,
    number,
    string,
    number,
    string[],
    number[],
  ];
  expect(strikes).toContain(100);
  const contract: Contract = {
    symbol: 'AAPL',
    secType: SecType.OPT,
    exchange: 'SMART',
    currency: 'USD',
    lastTradeDateOrContractMonth: expirations[2] ?? '',
    strike: 100,
    right: OptionType.Put,
    multiplier: 100,
  };
  api.reqContractDetails(4, contract);
  await until(() => seen('contractDetailsEnd').length > 0);
  const details = seen('contractDetails')[0]?.[1] as { contract: Contract; minTick: number };
  expect(details).toMatchObject({ minTick: 0.01, contract: { strike: 100, multiplier: 100 } });
  const { conId } = details.contract;
  api.placeOrder(1, { conId: conId ?? 0, exchange: 'SMART' }, order({ totalQuantity: 1, orderType: OrderType.MKT }));
  await until(() => seen('execDetails').length > 0);
  expect(seen('execDetails')[0]?.[1]).toMatchObject({ conId, secType: 'OPT', right: 'P', multiplier: 100 });
  api.reqPositions();
  await until(() => seen('positionEnd').length > 0);
  expect(seen('position')[0]?.slice(0, 3)).toMatchObject([fake.tws.account, { conId }, 1]);
  expect(undecoded()).toEqual([]);
});

test('a package is told with its legs, filled with an execution for each, and listed when it has ended', async () => {
  const chain = fake.driven.broker.state.chainOf(fake.driven.broker.state.listings.get('AAPL')!);
  const [low, high] = chain.filter(({ option }) => option!.right === 'put').slice(2, 4);
  fake.driven.broker.quote(low.symbol, 1, 1.1, 10, 10);
  fake.driven.broker.quote(high.symbol, 2, 2.1, 10, 10);
  const legs = [low, high].map((listing, i) => ({
    conId: fake.tws.contracts.idOf(listing),
    ratio: 1,
    action: i === 0 ? OrderAction.BUY : OrderAction.SELL,
    exchange: 'SMART',
  }));
  const bag: Contract = { symbol: 'AAPL', secType: SecType.BAG, exchange: 'SMART', currency: 'USD', comboLegs: legs };
  const smartComboRoutingParams = [{ tag: 'NonGuaranteed', value: '0' }];
  // Good till a date stands behind the legs among the fields: it is read right only where they are.
  const terms = { totalQuantity: 2, lmtPrice: -1.2, tif: TimeInForce.GTD, goodTillDate: '20261118-20:00:00' };
  api.placeOrder(1, bag, order({ ...terms, smartComboRoutingParams }));
  await until(() => seen('orderStatus').some(([, status]) => status === 'Submitted'));
  const [, contract, told] = seen('openOrder').at(-1) as [number, Contract, Order];
  expect(contract).toMatchObject({ secType: 'BAG', comboLegs: legs });
  expect(told).toMatchObject({
    lmtPrice: -1.2,
    totalQuantity: 2,
    smartComboRoutingParams,
    goodTillDate: terms.goodTillDate,
  });
  api.placeOrder(1, bag, order({ ...terms, lmtPrice: -0.9, smartComboRoutingParams }));
  await until(() => seen('commissionReport').length === 2);
  const executed = seen('execDetails') as unknown as [number, Contract, Execution][];
  expect(executed.map(([, { secType }, { side, shares, price }]) => [secType, side, shares, price])).toEqual([
    ['BAG', 'BOT', 2, -0.9],
    ['OPT', 'BOT', 2, 1.1],
    ['OPT', 'SLD', 2, 2],
  ]);
  api.reqCompletedOrders(false);
  await until(() => seen('completedOrdersEnd').length > 0);
  expect(seen('completedOrder')[0]?.[0]).toMatchObject({ secType: 'BAG', comboLegs: legs });
  expect(undecoded()).toEqual([]);
});

test('orders if touched and trailing limits are told as they were placed', async () => {
  api.placeOrder(1, STOCK, order({ orderType: OrderType.MIT, auxPrice: 90 }));
  api.placeOrder(2, STOCK, order({ orderType: OrderType.LIT, auxPrice: 90, lmtPrice: 89 }));
  const trail = { auxPrice: 2, lmtPriceOffset: 0.5 };
  api.placeOrder(3, STOCK, order({ action: OrderAction.SELL, orderType: OrderType.TRAIL_LIMIT, ...trail }));
  await until(() => seen('orderStatus').length >= 6);
  const told = new Map(seen('openOrder').map(([id, , one]) => [id, one]));
  expect(told.get(1)).toMatchObject({ orderType: 'MIT', auxPrice: 90 });
  expect(told.get(2)).toMatchObject({ orderType: 'LIT', auxPrice: 90, lmtPrice: 89 });
  expect(told.get(3)).toMatchObject({ orderType: 'TRAIL LIMIT', ...trail });
  expect(seen('orderStatus').every(([, status]) => status === 'PreSubmitted')).toBe(true);
  expect(undecoded()).toEqual([]);
});

test('a future is found by its own name and by its month, and its margin is asked for', async () => {
  fake.driven.broker.quote('ESZ26', 6000, 6000.25, 10, 10);
  api.reqContractDetails(4, { secType: SecType.FUT, localSymbol: 'ESZ6', currency: 'USD' });
  api.reqContractDetails(5, { secType: SecType.FUT, symbol: 'ES', lastTradeDateOrContractMonth: '202612' });
  await until(() => seen('contractDetailsEnd').length === 2);
  const [first, second] = seen('contractDetails').map(([, details]) => details as { contract: Contract });
  expect(first).toMatchObject({ minTick: 0.25, contract: { multiplier: 50, exchange: 'CME', localSymbol: 'ESZ6' } });
  expect(second.contract.conId).toBe(first.contract.conId);
  const contract = { conId: first.contract.conId ?? 0, exchange: 'CME' };
  api.placeOrder(1, contract, order({ totalQuantity: 1, orderType: OrderType.MKT, whatIf: true }));
  await until(() => seen('openOrder').length > 0);
  expect(seen('openOrder')[0]?.[3]).toMatchObject({ initMarginChange: 25_300 });
  api.placeOrder(2, contract, order({ totalQuantity: 1, lmtPrice: 5990.1 }));
  await until(() => errors.length > 0);
  expect(errors[0]?.[0]).toBe(110);
  expect(undecoded()).toEqual([]);
});

test('account, executions, data, bars and time are answered in messages that can be read', async () => {
  api.placeOrder(1, STOCK, order({ orderType: OrderType.MKT }));
  await until(() => seen('execDetails').length > 0);
  api.reqAccountSummary(9, 'All', 'NetLiquidation,BuyingPower');
  api.reqAccountUpdates(true, fake.tws.account);
  api.reqExecutions(10, {});
  api.reqAllOpenOrders();
  api.reqCurrentTime();
  api.reqMktData(11, STOCK, '', false, false);
  api.reqHistoricalData(12, STOCK, '', '1 D', '1 min' as never, 'TRADES', 1, 2, false);
  await until(() => seen('historicalData').length > 0 && seen('tickPrice').length > 2);
  expect(seen('accountSummary').map(([, , tag]) => tag)).toEqual(['NetLiquidation', 'BuyingPower']);
  expect(seen('updatePortfolio')[0]?.slice(0, 2)).toMatchObject([{ symbol: 'AAPL' }, 10]);
  expect(Math.abs(Number(seen('currentTime').at(-1)?.[0]) - fake.now / SECOND)).toBeLessThan(3);
  expect(
    seen('tickPrice')
      .slice(0, 3)
      .map((tick) => tick.slice(0, 3)),
  ).toEqual([
    [11, 1, 100],
    [11, 2, 100.02],
    [11, 4, 100.01],
  ]);
  expect(seen('historicalData')[0]?.slice(2, 7)).toEqual([100.01, 100.01, 100.01, 100.01, 100]);
  expect(undecoded()).toEqual([]);
});

test.each([
  ['a number that was used before', { id: 1, code: 103 }, {}],
  ['a price between ticks', { id: 2, code: 110 }, { lmtPrice: 90.001 }],
  ['a fraction of a share', { id: 2, code: 10243 }, { totalQuantity: 0.5 }],
  ['more than the account can pay', { id: 2, code: 201 }, { totalQuantity: 1_000_000 }],
  ['a kind of order that it does not know', { id: 2, code: 387 }, { orderType: OrderType.PEG_MID }],
  ['another account', { id: 2, code: 321 }, { account: 'DU99' }],
])('%s is refused with its code', async (_, { id, code }, more) => {
  api.placeOrder(1, STOCK, order({ orderType: OrderType.MKT }));
  await until(() => seen('execDetails').length > 0);
  // A number that its client has used, but not for an order that is open, is taken.
  if (id === 1) fake.tws.orders.use(7, 2);
  api.placeOrder(2, STOCK, order(more));
  await until(() => errors.length > 0);
  expect(errors[0]?.slice(0, 2)).toEqual([code, 2]);
});

test('a second client of the same number is turned away', async () => {
  const first = api;
  const second = new IBApi({ host: '127.0.0.1', port: fake.port, clientId: 7 });
  const infos: number[] = [];
  second.on(EventName.info, (_, code) => void infos.push(code));
  second.on(EventName.error, () => undefined);
  second.connect();
  await until(() => infos.length > 0);
  expect(infos).toEqual([326]);
  second.disconnect();
  expect(first.isConnected).toBe(true);
});

test('what an order would need is told without placing it', async () => {
  api.placeOrder(1, STOCK, order({ whatIf: true, lmtPrice: 100, totalQuantity: 100 }));
  await until(() => seen('openOrder').length > 0);
  expect(seen('openOrder')[0]?.[3]).toMatchObject({ initMarginBefore: 0, initMarginChange: 5000, commission: 1 });
  expect(fake.tws.orders.all).toHaveLength(0);
  expect(undecoded()).toEqual([]);
});

test('a correction of the exchange has the same id with a higher last part', async () => {
  api.placeOrder(1, STOCK, order({ orderType: OrderType.MKT }));
  await until(() => seen('execDetails').length > 0);
  const [, , { execId }] = seen('execDetails')[0] as [number, Contract, { execId: string }];
  const cash = fake.driven.broker.state.holdings.cash;
  expect(fake.tws.correct(execId, 100.01)).toBe(true);
  await until(() => seen('execDetails').length > 1);
  expect(seen('execDetails')[1]?.[2]).toMatchObject({ execId: execId.replace(/\.01$/, '.02'), price: 100.01 });
  // Ten shares a cent cheaper.
  expect(Number(fake.driven.broker.state.holdings.cash - cash) / 1e13).toBeCloseTo(0.1, 10);
});

test('more than fifty requests in a second are answered with 100, and then with the door', async () => {
  await fake.close();
  fake = await FakeTws.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 'manual',
    market: { kind: 'none', symbols: [{ symbol: 'AAPL', price: 100 }] },
  });
  api = await connect(7);
  for (let i = 0; i < 60; i++) api.reqCurrentTime();
  await until(() => seen('message').some(([code]) => code === 100) && !api.isConnected);
  expect(fake.arrived.length).toBeGreaterThan(50);
});
