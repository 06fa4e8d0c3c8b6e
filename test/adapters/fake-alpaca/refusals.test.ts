/** What the broker refuses, each with the vendor's status, code and words; and what a refused order leaves behind. */
import { expect, test } from 'vitest';
import { openDesk, type Body, type Desk } from './desk.ts';

const LIMIT: Body = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'limit', time_in_force: 'day', limit_price: '90' };
const MARKET: Body = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };

function refused(desk: Desk, body: Body): [number, number, string] {
  const answer = desk.call('POST', '/v2/orders', body);
  const { code, message } = answer.body as { code: number; message: string };
  return [answer.status, code, message];
}

test.each<[string, Body, number, number, RegExp]>([
  [
    'a fraction of a cent',
    { ...LIMIT, limit_price: '290.123' },
    422,
    42210000,
    /^invalid limit_price 290\.123\. sub-penny/,
  ],
  ['an unknown asset', { ...LIMIT, symbol: 'NOPE' }, 422, 42210000, /^asset "NOPE" not found$/],
  ['no side', { ...LIMIT, side: undefined }, 422, 40010001, /side is required/],
  ['an unknown side', { ...LIMIT, side: 'hold' }, 422, 40010001, /invalid side/],
  ['no quantity', { ...LIMIT, qty: undefined }, 422, 40010001, /qty or notional is required/],
  ['both quantity and notional', { ...MARKET, notional: '100' }, 422, 40010001, /only one of qty or notional/],
  ['a limit order without a limit', { ...LIMIT, limit_price: undefined }, 422, 40010001, /require limit_price/],
  ['a market order with a limit', { ...MARKET, limit_price: '1' }, 422, 40010001, /must not have limit_price/],
  ['too little money', { ...LIMIT, qty: '5000' }, 403, 40310000, /^insufficient buying power$/],
  ['a fraction good till canceled', { ...LIMIT, qty: '1.5', time_in_force: 'gtc' }, 422, 42210000, /must be DAY/],
  [
    'a fraction sold short',
    { ...MARKET, qty: '0.5', side: 'sell' },
    422,
    42210000,
    /^fractional orders cannot be sold short$/,
  ],
  ['an order for the past open', { ...MARKET, time_in_force: 'opg' }, 422, 42210000, /OPG orders are rejected/],
  ['a market order in extended hours', { ...MARKET, extended_hours: true }, 422, 42210000, /extended hours/],
  [
    'a bracket upside down',
    { ...LIMIT, order_class: 'bracket', take_profit: { limit_price: '80' }, stop_loss: { stop_price: '85' } },
    422,
    42210000,
    /take_profit\.limit_price must be >/,
  ],
  [
    'a bracket without a stop',
    { ...LIMIT, order_class: 'bracket', take_profit: { limit_price: '99' } },
    422,
    40010001,
    /require/,
  ],
  ['an id that is too long', { ...LIMIT, client_order_id: 'x'.repeat(129) }, 422, 40010001, /128 characters/],
])('refuses %s', (_, body, status, code, message) => {
  const [s, c, m] = refused(openDesk(), body);
  expect([s, c]).toEqual([status, code]);
  expect(m).toMatch(message);
});

test('a client order id is used up by an order that was taken, and not by one that was refused', () => {
  const desk = openDesk();
  const body = { ...LIMIT, client_order_id: 'mine' };
  expect(refused(desk, { ...body, qty: '5000' })[0]).toBe(403);
  expect(desk.call('GET', '/v2/orders:by_client_order_id', undefined, { client_order_id: 'mine' })).toMatchObject({
    status: 404,
    body: { code: 40410000, message: 'order not found for mine' },
  });
  const { id } = desk.order(body);
  expect(refused(desk, body)).toEqual([422, 42210000, 'client_order_id must be unique']);
  desk.wait(1);
  desk.call('DELETE', `/v2/orders/${String(id)}`);
  desk.wait(1);
  expect(refused(desk, body)).toEqual([422, 40010001, 'client_order_id must be unique']);
  expect(desk.get('/v2/orders:by_client_order_id', { client_order_id: 'mine' })['id']).toBe(id);
});

test('two orders without an id of their own are two orders', () => {
  const desk = openDesk();
  expect(desk.order(LIMIT)['id']).not.toBe(desk.order(LIMIT)['id']);
});

test('shares that another order sells cannot be sold again', () => {
  const desk = openDesk();
  desk.order({ ...MARKET, qty: '5' });
  desk.wait(1);
  const first = desk.order({ ...LIMIT, qty: '5', side: 'sell', limit_price: '120' });
  desk.wait(1);
  const answer = desk.call('POST', '/v2/orders', { ...LIMIT, qty: '5', side: 'sell', limit_price: '121' });
  expect(answer).toMatchObject({
    status: 403,
    body: {
      available: '0',
      code: 40310000,
      existing_qty: '5',
      held_for_orders: '5',
      message: 'insufficient qty available for order (requested: 5, available: 0)',
      related_orders: [first['id']],
      symbol: 'AAPL',
    },
  });
  expect(desk.list('/v2/positions')).toMatchObject([{ qty: '5', qty_available: '0' }]);
});

test.each<[string, Body, Body, boolean]>([
  ['a market order against a limit', { ...LIMIT, side: 'buy', limit_price: '95' }, { ...MARKET, side: 'sell' }, true],
  [
    'a limit that would meet the other',
    { ...LIMIT, limit_price: '95' },
    { ...LIMIT, side: 'sell', limit_price: '94' },
    true,
  ],
  [
    'a limit that would not meet it',
    { ...LIMIT, limit_price: '95' },
    { ...LIMIT, side: 'sell', limit_price: '120' },
    false,
  ],
])('%s of one’s own: wash trade?', (_, first, second, isWash) => {
  const desk = openDesk();
  desk.order({ ...MARKET, qty: '5' });
  desk.wait(1);
  const { id } = desk.order(first);
  desk.wait(1);
  const answer = desk.call('POST', '/v2/orders', second);
  expect(answer.status).toBe(isWash ? 403 : 200);
  if (isWash) {
    expect(answer.body).toMatchObject({
      code: 40310000,
      existing_order_id: id,
      message: 'potential wash trade detected. use complex orders',
    });
  }
});

test('a market order without a quote is refused, a limit order is not', () => {
  const desk = openDesk();
  desk.quote('AAPL', 0, 0);
  expect(refused(desk, MARKET)[2]).toMatch(/no available quote for symbol/);
  expect(desk.call('POST', '/v2/orders', LIMIT).status).toBe(200);
});

test('what an order reserves is free again when it ends', () => {
  const desk = openDesk();
  expect(desk.get('/v2/account')['buying_power']).toBe('200000');
  const { id } = desk.order({ ...LIMIT, qty: '100' });
  expect(desk.get('/v2/account')['buying_power']).toBe('191000');
  desk.wait(1);
  desk.call('DELETE', `/v2/orders/${String(id)}`);
  desk.wait(1);
  expect(desk.get('/v2/account')['buying_power']).toBe('200000');
});

test('a wrong key is answered 401 without a code, and so is a revoked one', () => {
  const desk = openDesk();
  const ask = (keyId: string): unknown =>
    desk.api.handle({ method: 'GET', path: '/v2/account', query: {}, body: undefined, keyId, secret: 'fake-secret' });
  expect(ask('wrong')).toMatchObject({ status: 401, body: { message: 'unauthorized.' } });
  desk.broker.state.flags.keyRevoked = true;
  expect(desk.call('GET', '/v2/account').status).toBe(401);
});

test('a blocked account trades no more', () => {
  const desk = openDesk();
  desk.broker.state.flags.tradingBlocked = true;
  expect(refused(desk, LIMIT)).toEqual([403, 40310000, 'trading is blocked for this account']);
  expect(desk.get('/v2/account')['trading_blocked']).toBe(true);
});

test('the 201st request of a minute is too many, and the headers say when it may go on', () => {
  const desk = openDesk({ requestsPerMinute: 200 });
  const answers = Array.from({ length: 201 }, () => desk.call('GET', '/v2/clock'));
  expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 200 }, () => 200), 429]);
  expect(answers[200]).toMatchObject({
    body: { code: 42910000, message: 'too many requests.' },
    headers: { 'x-ratelimit-limit': '200', 'x-ratelimit-remaining': '0' },
  });
  const reset = Number(answers[200].headers['x-ratelimit-reset']);
  desk.broker.advance(reset * 1e6);
  expect(desk.call('GET', '/v2/clock').status).toBe(200);
});

test('unknown fields and parameters are ignored', () => {
  const desk = openDesk();
  expect(desk.call('POST', '/v2/orders', { ...LIMIT, colour: 'red' }).status).toBe(200);
  expect(desk.call('GET', '/v2/orders', undefined, { colour: 'red' }).status).toBe(200);
});
