/** How orders live and end at the broker's: the way of each, and what customers are told on it. */
import { expect, test } from 'vitest';
import { openDesk, type Body } from './desk.ts';

const BUY: Body = {
  symbol: 'AAPL',
  qty: '10',
  side: 'buy',
  type: 'limit',
  time_in_force: 'day',
  limit_price: '100.02',
};

test('a marketable limit order is pending, new and filled at the ask, and moves cash exactly', () => {
  const desk = openDesk();
  const order = desk.order({ ...BUY, limit_price: '100.50' });
  expect(order['status']).toBe('pending_new');
  desk.wait(1);
  expect(desk.updates.map(({ event }) => event)).toEqual(['pending_new', 'new', 'fill']);
  expect(desk.get(`/v2/orders/${String(order['id'])}`)).toMatchObject({
    status: 'filled',
    filled_qty: '10',
    filled_avg_price: '100.02',
  });
  expect(desk.get('/v2/account')).toMatchObject({ cash: '98999.8' });
  expect(desk.list('/v2/positions')).toMatchObject([
    { symbol: 'AAPL', qty: '10', avg_entry_price: '100.02', side: 'long' },
  ]);
});

test('a limit order below the market rests until the market comes to it', () => {
  const desk = openDesk();
  const { id } = desk.order({ ...BUY, limit_price: '99.50' });
  desk.wait(1);
  expect(desk.get(`/v2/orders/${String(id)}`)['status']).toBe('new');
  desk.quote('AAPL', 99.4, 99.45);
  expect(desk.get(`/v2/orders/${String(id)}`)).toMatchObject({ status: 'filled', filled_avg_price: '99.45' });
});

test('a cancelled order ends when the venue has confirmed, and may fill before', () => {
  const desk = openDesk();
  const first = desk.order({ ...BUY, limit_price: '99.50' });
  desk.wait(1);
  expect(desk.call('DELETE', `/v2/orders/${String(first['id'])}`).status).toBe(204);
  expect(desk.get(`/v2/orders/${String(first['id'])}`)['status']).toBe('pending_cancel');
  desk.wait(1);
  expect(desk.get(`/v2/orders/${String(first['id'])}`)['status']).toBe('canceled');
  expect(desk.call('DELETE', `/v2/orders/${String(first['id'])}`).status).toBe(204);

  const second = desk.order({ ...BUY, limit_price: '99.50' });
  desk.wait(1);
  desk.call('DELETE', `/v2/orders/${String(second['id'])}`);
  desk.quote('AAPL', 99.4, 99.45);
  desk.wait(1);
  expect(desk.get(`/v2/orders/${String(second['id'])}`)['status']).toBe('filled');
  expect(desk.updates.at(-1)?.event).toBe('order_cancel_rejected');
  expect(desk.call('DELETE', `/v2/orders/${String(second['id'])}`)).toMatchObject({
    status: 422,
    body: { code: 42210000, message: 'order is already in "filled" state' },
  });
});

test('a replacement has a new id, takes the place of the old order, and is rejected when that filled first', () => {
  const desk = openDesk();
  const old = desk.order({ ...BUY, limit_price: '99.00' });
  desk.wait(1);
  const next = desk.call('PATCH', `/v2/orders/${String(old['id'])}`, { limit_price: '99.20' }).body as Body;
  expect(next).toMatchObject({ replaces: old['id'], limit_price: '99.2', status: 'pending_new' });
  desk.wait(1);
  expect(desk.get(`/v2/orders/${String(old['id'])}`)).toMatchObject({ status: 'replaced', replaced_by: next['id'] });
  expect(desk.get(`/v2/orders/${String(next['id'])}`)['status']).toBe('new');

  const third = desk.call('PATCH', `/v2/orders/${String(next['id'])}`, { limit_price: '99.30' }).body as Body;
  desk.quote('AAPL', 99.1, 99.15);
  desk.wait(1);
  expect(desk.get(`/v2/orders/${String(next['id'])}`)['status']).toBe('filled');
  expect(desk.get(`/v2/orders/${String(third['id'])}`)['status']).toBe('rejected');
  expect(desk.updates.at(-1)?.event).toBe('order_replace_rejected');
  expect(desk.list('/v2/positions')).toMatchObject([{ qty: '10' }]);
});

test('an order of a closed market waits for the open, and a day order ends at the close', () => {
  const desk = openDesk();
  desk.until('2026-11-18', '21:00');
  const { id } = desk.order({ ...BUY, limit_price: '90' });
  const path = `/v2/orders/${String(id)}`;
  expect(desk.get(path)['status']).toBe('accepted');
  desk.until('2026-11-19', '09:29');
  expect(desk.get(path)['status']).toBe('accepted');
  desk.until('2026-11-19', '09:31');
  expect(desk.get(path)['status']).toBe('new');
  desk.until('2026-11-19', '16:01');
  expect(desk.get(path)['status']).toBe('expired');
});

test('an order for the day after Thanksgiving ends at one o’clock', () => {
  const desk = openDesk();
  desk.until('2026-11-27', '10:00');
  const { id } = desk.order({ ...BUY, limit_price: '90' });
  desk.until('2026-11-27', '12:59');
  expect(desk.get(`/v2/orders/${String(id)}`)['status']).toBe('new');
  desk.until('2026-11-27', '13:01');
  expect(desk.get(`/v2/orders/${String(id)}`)['status']).toBe('expired');
});

test('an order of extended hours trades before the open, another waits', () => {
  const desk = openDesk();
  desk.until('2026-11-19', '08:00');
  const early = desk.order({ ...BUY, limit_price: '101', extended_hours: true });
  const late = desk.order({ ...BUY, limit_price: '101' });
  desk.wait(1);
  expect(desk.get(`/v2/orders/${String(early['id'])}`)['status']).toBe('filled');
  expect(desk.get(`/v2/orders/${String(late['id'])}`)['status']).toBe('accepted');
});

test('a stop to sell fills where the market is after a gap, and one to buy not above its collar', () => {
  const desk = openDesk();
  desk.order({ ...BUY, limit_price: '101' });
  desk.wait(1);
  const stop = desk.order({
    symbol: 'AAPL',
    qty: '10',
    side: 'sell',
    type: 'stop',
    stop_price: '98',
    time_in_force: 'gtc',
  });
  desk.wait(1);
  desk.quote('AAPL', 95, 95.02);
  expect(desk.get(`/v2/orders/${String(stop['id'])}`)).toMatchObject({ status: 'filled', filled_avg_price: '95' });

  const buy = desk.order({
    symbol: 'MSFT',
    qty: '1',
    side: 'buy',
    type: 'stop',
    stop_price: '410',
    time_in_force: 'day',
  });
  desk.wait(1);
  desk.quote('MSFT', 430, 430.1);
  expect(desk.get(`/v2/orders/${String(buy['id'])}`)).toMatchObject({ status: 'new', limit_price: '420.25' });
});

test('a trailing stop follows the best price and shows it', () => {
  const desk = openDesk();
  desk.order({ ...BUY, limit_price: '101' });
  desk.wait(1);
  const { id } = desk.order({
    symbol: 'AAPL',
    qty: '10',
    side: 'sell',
    type: 'trailing_stop',
    trail_price: '2',
    time_in_force: 'gtc',
  });
  desk.wait(1);
  desk.quote('AAPL', 105, 105.02);
  expect(desk.get(`/v2/orders/${String(id)}`)).toMatchObject({ hwm: '105', stop_price: '103' });
  desk.quote('AAPL', 102.9, 102.95);
  expect(desk.get(`/v2/orders/${String(id)}`)).toMatchObject({ status: 'filled', filled_avg_price: '102.9' });
});

test('immediate orders end when they have met the market, orders for the close at the last price', () => {
  const desk = openDesk();
  const ioc = desk.order({ ...BUY, limit_price: '99', time_in_force: 'ioc' });
  const fok = desk.order({ ...BUY, limit_price: '101', time_in_force: 'fok' });
  const cls = desk.order({ ...BUY, type: 'market', limit_price: null, time_in_force: 'cls' });
  desk.wait(1);
  expect(desk.get(`/v2/orders/${String(ioc['id'])}`)['status']).toBe('canceled');
  expect(desk.get(`/v2/orders/${String(fok['id'])}`)['status']).toBe('filled');
  desk.until('2026-11-18', '15:59');
  desk.broker.trade('AAPL', 100.5, 10);
  desk.until('2026-11-18', '16:01');
  expect(desk.get(`/v2/orders/${String(cls['id'])}`)).toMatchObject({ status: 'filled', filled_avg_price: '100.5' });
});

test('a fill in part of one exit shrinks the other', () => {
  const desk = openDesk({ liquidity: 'displayed' });
  desk.broker.quote('AAPL', 100, 100.02, 100, 100);
  const bracket = desk.order({
    ...BUY,
    limit_price: '100.5',
    order_class: 'bracket',
    take_profit: { limit_price: '110' },
    stop_loss: { stop_price: '95' },
  });
  const [, loss] = (bracket['legs'] as Body[]).map(({ id }) => `/v2/orders/${String(id)}`);
  desk.wait(1);
  desk.broker.quote('AAPL', 110, 110.1, 4, 4);
  expect(desk.get(loss)['qty']).toBe('6');
});

test('good-till-canceled orders are cancelled after ninety days', () => {
  const desk = openDesk();
  const { id, expires_at: end } = desk.order({ ...BUY, limit_price: '50', time_in_force: 'gtc' });
  expect(end).toBe('2027-02-16T21:15:00.000000000Z');
  desk.until('2027-02-16', '16:14');
  expect(desk.get(`/v2/orders/${String(id)}`)['status']).toBe('new');
  desk.until('2027-02-17', '09:00');
  expect(desk.get(`/v2/orders/${String(id)}`)['status']).toBe('canceled');
});

test('some orders fill in part first, by the seed', () => {
  const statuses = (seed: number): unknown[] => {
    const desk = openDesk({ partialFills: 0.5, seed });
    for (let i = 0; i < 20; i++) desk.order({ ...BUY, limit_price: '101' });
    desk.wait(60);
    return desk.updates.map(({ event, quantity }) => [event, quantity]);
  };
  const first = statuses(1);
  expect(first.some((one) => (one as string[])[0] === 'partial_fill')).toBe(true);
  expect(statuses(1)).toEqual(first);
  expect(statuses(2)).not.toEqual(first);
});

test('bulk cancel answers 207 with a status per order', () => {
  const desk = openDesk();
  desk.order({ ...BUY, limit_price: '90' });
  desk.order({ ...BUY, limit_price: '91' });
  desk.wait(1);
  const answer = desk.call('DELETE', '/v2/orders');
  expect(answer.status).toBe(207);
  expect(answer.body).toMatchObject([{ status: 200 }, { status: 200 }]);
  desk.wait(1);
  expect(desk.list('/v2/orders')).toEqual([]);
});

test.each([
  ['anew', '10', '13'],
  ['rest', '7', '10'],
] as const)('a replacement of an order that is filled in part counts %s', (replacements, quantity, held) => {
  const desk = openDesk({ liquidity: 'displayed', replacements });
  const { id } = desk.order({ ...BUY, limit_price: '100.02' });
  desk.wait(1);
  expect(desk.get(`/v2/orders/${String(id)}`)).toMatchObject({ status: 'partially_filled', filled_qty: '3' });
  desk.quote('AAPL', 100.5, 100.52);
  const next = desk.call('PATCH', `/v2/orders/${String(id)}`, { limit_price: '100.1' }).body as Body;
  expect(next['qty']).toBe(quantity);
  desk.wait(1);
  desk.broker.quote('AAPL', 100, 100.05, 50, 50);
  expect(desk.list('/v2/positions')).toMatchObject([{ qty: held }]);
});

test('a cancel that the venue never confirms stays pending', () => {
  const desk = openDesk();
  const { id } = desk.order({ ...BUY, limit_price: '90' });
  desk.wait(1);
  desk.broker.state.stuckCancels = 1;
  desk.call('DELETE', `/v2/orders/${String(id)}`);
  desk.wait(600);
  expect(desk.get(`/v2/orders/${String(id)}`)['status']).toBe('pending_cancel');
  expect(desk.call('DELETE', `/v2/orders/${String(id)}`)).toMatchObject({
    status: 422,
    body: { message: 'order pending cancel' },
  });
});

test('a notional order buys what its dollars buy, to nine decimals', () => {
  const desk = openDesk();
  const { id } = desk.order({ symbol: 'MSFT', notional: '100', side: 'buy', type: 'market', time_in_force: 'day' });
  desk.wait(1);
  expect(desk.get(`/v2/orders/${String(id)}`)).toMatchObject({
    status: 'filled',
    qty: null,
    notional: '100',
    filled_qty: '0.249975002',
  });
});

test('lists of orders are filtered by state, symbol, side and time, newest first', () => {
  const desk = openDesk();
  desk.order({ ...BUY, limit_price: '101' });
  desk.wait(1);
  const second = desk.order({ ...BUY, limit_price: '90' });
  desk.wait(1);
  const third = desk.order({ ...BUY, symbol: 'MSFT', limit_price: '300' });
  const ids = (query: Record<string, string>): unknown[] => desk.list('/v2/orders', query).map(({ id }) => id);
  expect(ids({})).toEqual([third['id'], second['id']]);
  expect(ids({ direction: 'asc' })).toEqual([second['id'], third['id']]);
  expect(ids({ status: 'closed' })).toHaveLength(1);
  expect(ids({ status: 'all', limit: '1' })).toEqual([third['id']]);
  expect(ids({ symbols: 'MSFT' })).toEqual([third['id']]);
  expect(ids({ side: 'sell' })).toEqual([]);
  expect(ids({ status: 'all', after: String(second['created_at']) })).toEqual([third['id']]);
  expect(ids({ status: 'all', before_order_id: String(second['id']) })).toHaveLength(1);
  expect(desk.call('GET', '/v2/orders', undefined, { limit: '501' }).status).toBe(400);
});

test('a short sale of shares needs the account, the asset and the margin to allow it', () => {
  const sell = { symbol: 'AAPL', qty: '10', side: 'sell', type: 'market', time_in_force: 'day' };
  const desk = openDesk();
  desk.order(sell);
  desk.wait(1);
  expect(desk.list('/v2/positions')).toMatchObject([{ qty: '-10', side: 'short', avg_entry_price: '100' }]);
  expect(openDesk({ multiplier: 1 }).call('POST', '/v2/orders', sell).status).toBe(403);
  const hard = openDesk();
  hard.broker.state.listings.get('AAPL')!.easyToBorrow = false;
  expect(hard.call('POST', '/v2/orders', sell)).toMatchObject({
    status: 422,
    body: { message: 'asset "AAPL" is hard to borrow' },
  });
});

// Source: the example of an account in the vendor's documentation, whose buying power is twice its free margin.
test('buying power is that of the vendor’s own example', () => {
  const desk = openDesk({ cash: 123_346.11 });
  desk.quote('AAPL', 1259.61, 1259.61);
  desk.broker.trade('AAPL', 1259.61, 1);
  desk.order({ symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' });
  desk.wait(1);
  expect(desk.get('/v2/account')).toMatchObject({
    cash: '122086.5',
    equity: '123346.11',
    buying_power: '245432.61',
    options_buying_power: '122716.305',
    non_marginable_buying_power: '122086.5',
    maintenance_margin: '377.88',
  });
});
