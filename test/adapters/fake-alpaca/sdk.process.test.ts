/** The vendor's own library against the fake, endpoint by endpoint and stream by stream, every answer held against the vendor's descriptions. */
import { Alpaca } from '@alpacahq/alpaca-trade-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ENDPOINTS } from '../../../src/adapters/fake-alpaca/core/api.ts';
import { DEFAULTS } from '../../../src/adapters/fake-broker/core/config.ts';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/server.ts';
import { SECOND } from '../../../src/time/instant.ts';
import { newYork } from './desk.ts';
import { openApiJudge } from './open-api.ts';

const PUT = 'AAPL261120P00095000';
let fake: FakeAlpaca;
let alpaca: Alpaca;
const asked = new Set<string>();
const wrong: string[] = [];

beforeAll(async () => {
  fake = await FakeAlpaca.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 'manual',
    partialFills: 0,
    requestsPerMinute: 10_000,
    chain: { ...DEFAULTS.chain, volatility: 0.9 },
    market: {
      kind: 'none',
      symbols: [
        { symbol: 'AAPL', price: 100 },
        { symbol: 'MSFT', price: 400 },
      ],
    },
  });
  tick(100, 100.02);
  tick(100, 100.02);
  alpaca = new Alpaca({
    keyId: DEFAULTS.keyId,
    secret: DEFAULTS.secret,
    retry: false,
    rateLimit: false,
    fetchApi: async (input, init) => {
      const url = new URL(String(input));
      const response = await fetch(`${fake.url}${url.pathname}${url.search}`, init);
      const text = await response.clone().text();
      const method = init?.method ?? 'GET';
      asked.add(`${method} ${decodeURIComponent(url.pathname)}`);
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      wrong.push(...(openApiJudge()?.judge(method, decodeURIComponent(url.pathname), response.status, body) ?? []));
      return response;
    },
  });
});

afterAll(async () => {
  await fake.close();
});

/** Moves the market of both shares, with a trade each. */
function tick(bid: number, ask: number): void {
  const { broker } = fake.fake;
  broker.quote('AAPL', bid, ask, 10, 10);
  broker.quote('MSFT', 4 * bid, 4 * ask, 10, 10);
  broker.trade('AAPL', bid, 100);
  broker.trade('MSFT', 4 * bid, 100);
}

function pass(seconds: number): void {
  fake.fake.clock.jump(fake.fake.broker.now + seconds * SECOND);
}

test('orders of every kind are placed, found, replaced, listed and cancelled', async () => {
  const { orders } = alpaca.trading;
  const base = { symbol: 'AAPL', qty: '10', side: 'buy', timeInForce: 'day' } as const;
  const filled = await orders.postOrder({ postOrderRequest: { ...base, type: 'market', clientOrderId: 'first' } });
  expect(filled).toMatchObject({ status: 'pending_new', clientOrderId: 'first' });
  pass(1);
  expect(await orders.getOrderByClientOrderId({ clientOrderId: 'first' })).toMatchObject({
    status: 'filled',
    filledAvgPrice: '100.02',
  });
  const resting = await orders.postOrder({ postOrderRequest: { ...base, type: 'limit', limitPrice: '90' } });
  pass(1);
  const next = await orders.patchOrderByOrderId({ orderId: resting.id!, patchOrderRequest: { limitPrice: '91' } });
  pass(1);
  expect(await orders.getOrderByOrderID({ orderId: next.id! })).toMatchObject({ status: 'new', replaces: resting.id });
  await orders.deleteOrderByOrderID({ orderId: next.id! });
  pass(1);
  await orders.postOrder({
    postOrderRequest: {
      ...base,
      // It opens a position from nothing.
      symbol: 'MSFT',
      type: 'limit',
      limitPrice: '380',
      orderClass: 'bracket',
      takeProfit: { limitPrice: '440' },
      stopLoss: { stopPrice: '360' },
    },
  });
  await orders.postOrder({
    postOrderRequest: {
      orderClass: 'mleg',
      qty: '1',
      type: 'limit',
      limitPrice: '-0.01',
      timeInForce: 'day',
      legs: [
        { symbol: PUT, ratioQty: '1', side: 'sell', positionIntent: 'sell_to_open' },
        { symbol: 'AAPL261120P00090000', ratioQty: '1', side: 'buy', positionIntent: 'buy_to_open' },
      ],
    },
  });
  pass(1);
  expect(await orders.getAllOrders({ status: 'all', nested: true })).toHaveLength(5);
  expect((await orders.deleteAllOrders()).length).toBeGreaterThan(0);
  pass(1);
  expect(await orders.getAllOrders({ status: 'open' })).toEqual([]);
});

test('account, settings, activities and history are read', async () => {
  const { trading } = alpaca;
  expect(await trading.account.getAccount()).toMatchObject({ status: 'ACTIVE', currency: 'USD' });
  await trading.accountConfigurations.patchAccountConfig({ accountConfigurations: { suspendTrade: false } });
  expect(await trading.accountConfigurations.getAccountConfig()).toMatchObject({ suspendTrade: false });
  const activities = await trading.accountActivities.getAccountActivities({});
  expect(activities.length).toBeGreaterThan(0);
  await trading.accountActivities.getAccountActivitiesByActivityType({ activityType: 'FILL', pageSize: 1 });
  expect(await trading.portfolioHistory.getAccountPortfolioHistory({})).toMatchObject({ baseValue: 100_000 });
});

test('assets, contracts, clocks and calendars are read', async () => {
  const { assets, clock, calendar } = alpaca.trading;
  expect(await assets.getV2Assets({ status: 'active' })).toHaveLength(2);
  expect(await assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: 'AAPL' })).toMatchObject({ symbol: 'AAPL' });
  const { optionContracts } = await assets.getOptionsContracts({ underlyingSymbols: 'AAPL', limit: 10 });
  expect(optionContracts).toHaveLength(10);
  expect(await assets.getOptionContractSymbolOrId({ symbolOrId: PUT })).toMatchObject({ strikePrice: '95' });
  expect(await clock.legacyClock()).toMatchObject({ isOpen: true });
  expect((await clock.clock({ markets: 'NYSE' })).clocks).toHaveLength(1);
  const week = { start: new Date('2026-11-23'), end: new Date('2026-11-27') };
  expect(await calendar.legacyCalendar(week)).toMatchObject([
    {},
    {},
    {},
    { date: new Date('2026-11-27'), close: '13:00' },
  ]);
  expect((await calendar.calendar({ market: 'NYSE', ...week })).calendar).toHaveLength(4);
});

test('share prices are read, past and present, of one symbol and of many', async () => {
  const { stocks } = alpaca.marketData;
  const [symbols, symbol, timeframe] = ['AAPL,MSFT', 'AAPL', '1Min'];
  expect((await stocks.stockBars({ symbols, timeframe })).bars['AAPL']).toHaveLength(1);
  expect((await stocks.stockBarSingle({ symbol, timeframe: '1Day' })).bars).toHaveLength(1);
  expect((await stocks.stockQuotes({ symbols })).quotes['AAPL'].length).toBeGreaterThan(0);
  await stocks.stockQuoteSingle({ symbol });
  expect((await stocks.stockTrades({ symbols, limit: 1 })).nextPageToken).toBeTruthy();
  await stocks.stockTradeSingle({ symbol });
  expect((await stocks.stockLatestQuotes({ symbols })).quotes['AAPL']).toMatchObject({ bp: 100, ap: 100.02 });
  await stocks.stockLatestQuoteSingle({ symbol });
  await stocks.stockLatestTrades({ symbols });
  await stocks.stockLatestTradeSingle({ symbol });
  await stocks.stockLatestBars({ symbols });
  await stocks.stockLatestBarSingle({ symbol });
  await stocks.stockSnapshots({ symbols });
  await stocks.stockSnapshotSingle({ symbol });
  await stocks.stockMetaExchanges();
  await stocks.stockMetaConditions({ ticktype: 'trade', tape: 'A' });
});

test('option prices are read, with greeks, and corporate actions too', async () => {
  const { options, corporateActions } = alpaca.marketData;
  const chain = await options.optionChain({ underlyingSymbol: 'AAPL', limit: 1000, type: 'put' });
  expect(chain.snapshots[PUT].greeks?.delta).toBeLessThan(0);
  await options.optionSnapshots({ symbols: PUT });
  await options.optionLatestQuotes({ symbols: PUT });
  await options.optionLatestTrades({ symbols: PUT });
  await options.optionTrades({ symbols: PUT });
  expect((await options.optionBars({ symbols: PUT, timeframe: '1Min' })).bars[PUT]).toHaveLength(1);
  await options.optionMetaExchanges();
  await options.optionMetaConditions({ ticktype: 'trade' });
  fake.fake.broker.announce({
    kind: 'dividend',
    symbol: 'MSFT',
    at: newYork('2027-03-01', '09:30') as never,
    amount: 0.9,
  });
  const { corporateActions: actions } = await corporateActions.corporateActions({ symbols: 'MSFT' });
  expect(actions.cashDividends).toHaveLength(1);
});

test('positions are read, exercised, closed one by one and all together', async () => {
  const { positions, orders } = alpaca.trading;
  await orders.postOrder({
    postOrderRequest: { symbol: 'AAPL261120C00095000', qty: '1', side: 'buy', type: 'market', timeInForce: 'day' },
  });
  pass(1);
  expect((await positions.getAllOpenPositions()).length).toBeGreaterThan(1);
  expect(await positions.getOpenPosition({ symbolOrAssetId: 'AAPL' })).toMatchObject({ qty: '10' });
  await positions.optionExercise({ symbolOrContractId: 'AAPL261120C00095000' });
  await positions.optionDoNotExercise({ symbolOrContractId: 'AAPL261120C00095000' });
  expect(await positions.deleteOpenPosition({ symbolOrAssetId: 'AAPL', qty: 4 })).toMatchObject({
    qty: '4',
    side: 'sell',
  });
  pass(1);
  const closed = await positions.deleteAllOpenPositions({ cancelOrders: true });
  expect(closed.map(({ status }) => status)).toContain(200);
  pass(1);
  expect(await positions.getAllOpenPositions()).toEqual([]);
});

test('refusals arrive as the library’s typed errors, with code and request id', async () => {
  const order = {
    symbol: 'AAPL',
    qty: '1',
    side: 'buy',
    type: 'limit',
    limitPrice: '90.123',
    timeInForce: 'day',
  } as const;
  await expect(alpaca.trading.orders.postOrder({ postOrderRequest: order })).rejects.toMatchObject({
    message: expect.stringContaining('sub-penny') as string,
  });
});

test('the stream of orders tells each step, in binary frames', async () => {
  const stream = alpaca.trading.stream({ url: `ws://127.0.0.1:${fake.port}/stream` });
  const events: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.onTradeUpdate((update) => {
    events.push(`${update.event} ${update.order.symbol ?? ''} ${update.positionQty ?? ''}`);
    if (update.event === 'fill') resolve();
  });
  const listening = new Promise<void>((done) => stream.on('subscription', () => done()));
  stream.subscribeTradeUpdates();
  stream.connect();
  await listening;
  await alpaca.trading.orders.postOrder({
    postOrderRequest: { symbol: 'MSFT', qty: '1', side: 'buy', type: 'market', timeInForce: 'day' },
  });
  pass(1);
  await promise;
  stream.disconnect();
  expect(events).toEqual(['pending_new MSFT ', 'new MSFT ', 'fill MSFT 1']);
});

test('the streams of prices speak MessagePack, stocks and options alike', async () => {
  const stocks = alpaca.marketData.stockStream({ url: `ws://127.0.0.1:${fake.port}/v2/sip` });
  const options = alpaca.marketData.optionStream({ url: `ws://127.0.0.1:${fake.port}/v1beta1/opra` });
  const heard = {
    trade: Promise.withResolvers<unknown>(),
    quote: Promise.withResolvers<unknown>(),
    option: Promise.withResolvers<unknown>(),
  };
  const ready = [stocks, options].map((stream) => new Promise<void>((done) => stream.on('subscription', () => done())));
  stocks.onTrade((trade) => heard.trade.resolve(trade));
  stocks.onQuote((quote) => heard.quote.resolve(quote));
  options.onQuote((quote) => heard.option.resolve(quote));
  stocks.subscribeForTrades(['AAPL']);
  stocks.subscribeForQuotes(['AAPL']);
  options.subscribeForQuotes([PUT]);
  stocks.connect();
  options.connect();
  await Promise.all(ready);
  tick(101, 101.02);
  expect(await heard.trade.promise).toMatchObject({ symbol: 'AAPL', price: 101, size: 100 });
  expect(await heard.quote.promise).toMatchObject({ symbol: 'AAPL', bidPrice: 101, askPrice: 101.02 });
  expect(await heard.option.promise).toMatchObject({ symbol: PUT });
  stocks.disconnect();
  options.disconnect();
});

test('every endpoint of the fake was asked, and no answer was one that the vendor would not give', ({ skip }) => {
  const patterns = ENDPOINTS.map(
    (endpoint) => [endpoint, new RegExp(`^${endpoint.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`)] as const,
  );
  const never = patterns
    .filter(([, pattern]) => ![...asked].some((one) => pattern.test(one)))
    .map(([endpoint]) => endpoint);
  expect(never).toEqual([]);
  if (openApiJudge() === undefined) skip('the vendor’s descriptions are not beside the repository');
  expect(wrong).toEqual([]);
});
