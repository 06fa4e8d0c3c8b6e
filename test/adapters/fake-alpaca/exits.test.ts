/** Orders that belong together: brackets, OCO and OTO, whose exits wake, shrink and end each other. */
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

test('the exits of a bracket sleep until the entry is filled whole, then one ends the other', () => {
  const desk = openDesk();
  const bracket = desk.order({
    ...BUY,
    limit_price: '100.5',
    order_class: 'bracket',
    take_profit: { limit_price: '110' },
    stop_loss: { stop_price: '95' },
  });
  const [profit, loss] = (bracket['legs'] as Body[]).map(({ id }) => `/v2/orders/${String(id)}`);
  expect([desk.get(profit)['status'], desk.get(loss)['status']]).toEqual(['held', 'held']);
  desk.wait(1);
  expect([desk.get(profit)['status'], desk.get(loss)['status']]).toEqual(['new', 'new']);
  desk.quote('AAPL', 110.5, 110.6);
  expect(desk.get(profit)['status']).toBe('filled');
  desk.wait(1);
  expect(desk.get(loss)['status']).toBe('canceled');
  expect(desk.list('/v2/positions')).toEqual([]);
});

test('in a fast market both exits of a bracket may fill', () => {
  const desk = openDesk();
  desk.order({
    ...BUY,
    limit_price: '100.5',
    order_class: 'bracket',
    take_profit: { limit_price: '110' },
    stop_loss: { stop_price: '95' },
  });
  desk.wait(1);
  desk.quote('AAPL', 110.5, 110.6);
  desk.quote('AAPL', 94, 94.1);
  desk.wait(1);
  expect(desk.list('/v2/positions')).toMatchObject([{ symbol: 'AAPL', qty: '-10', side: 'short' }]);
});

test('an OCO is an exit whose two sides end each other', () => {
  const desk = openDesk();
  const oco = {
    symbol: 'AAPL',
    qty: '10',
    side: 'sell',
    type: 'limit',
    time_in_force: 'gtc',
    order_class: 'oco',
    take_profit: { limit_price: '110' },
    stop_loss: { stop_price: '95' },
  };
  expect(desk.call('POST', '/v2/orders', oco).status).toBe(422);
  desk.order({ ...BUY, limit_price: '101' });
  desk.wait(1);
  const parent = desk.order(oco);
  const stop = `/v2/orders/${String((parent['legs'] as Body[])[0]['id'])}`;
  desk.wait(1);
  expect(desk.list('/v2/positions')).toMatchObject([{ qty_available: '0' }]);
  desk.quote('AAPL', 94, 94.05);
  expect(desk.get(stop)).toMatchObject({ status: 'filled', filled_avg_price: '94', position_intent: 'sell_to_close' });
  desk.wait(1);
  expect(desk.get(`/v2/orders/${String(parent['id'])}`)['status']).toBe('canceled');
  expect(desk.list('/v2/positions')).toEqual([]);
});

test('an OTO has one exit, which holds its shares', () => {
  const desk = openDesk();
  const oto = desk.order({ ...BUY, limit_price: '101', order_class: 'oto', stop_loss: { stop_price: '95' } });
  expect(oto['legs']).toMatchObject([{ status: 'held', type: 'stop', side: 'sell' }]);
  desk.wait(1);
  expect(desk.list('/v2/positions')).toMatchObject([{ qty: '10', qty_available: '0' }]);
});

test('when an entry is cancelled its exits go with it', () => {
  const desk = openDesk();
  const bracket = desk.order({
    ...BUY,
    limit_price: '90',
    order_class: 'bracket',
    take_profit: { limit_price: '110' },
    stop_loss: { stop_price: '80' },
  });
  desk.wait(1);
  desk.call('DELETE', `/v2/orders/${String(bracket['id'])}`);
  desk.wait(1);
  const { legs } = desk.get(`/v2/orders/${String(bracket['id'])}`, { nested: 'true' });
  expect(legs).toMatchObject([{ status: 'canceled' }, { status: 'canceled' }]);
});

test('a replaced exit stays an exit of its parent', () => {
  const desk = openDesk();
  const bracket = desk.order({
    ...BUY,
    limit_price: '101',
    order_class: 'bracket',
    take_profit: { limit_price: '110' },
    stop_loss: { stop_price: '95' },
  });
  desk.wait(1);
  const [profit, loss] = (bracket['legs'] as Body[]).map(({ id }) => String(id));
  const next = desk.call('PATCH', `/v2/orders/${profit}`, { limit_price: '105' }).body as Body;
  desk.wait(1);
  desk.quote('AAPL', 106, 106.02);
  desk.wait(1);
  expect(desk.get(`/v2/orders/${String(next['id'])}`)['status']).toBe('filled');
  expect(desk.get(`/v2/orders/${loss}`)['status']).toBe('canceled');
});

const BRACKET: Body = {
  ...BUY,
  limit_price: '101',
  order_class: 'bracket',
  take_profit: { limit_price: '110' },
  stop_loss: { stop_price: '95' },
};

test('one exit that is canceled takes the other with it, and not the shares', () => {
  const desk = openDesk();
  const bracket = desk.order(BRACKET);
  desk.wait(1);
  const [profit, loss] = (bracket['legs'] as Body[]).map(({ id }) => `/v2/orders/${String(id)}`);
  desk.call('DELETE', profit);
  desk.wait(1);
  expect([desk.get(profit)['status'], desk.get(loss)['status']]).toEqual(['canceled', 'canceled']);
  expect(desk.list('/v2/positions')).toMatchObject([{ qty: '10', qty_available: '10' }]);
});

test('an entry that is canceled half filled takes its exits with it', () => {
  const desk = openDesk({ liquidity: 'displayed' });
  const bracket = desk.order({ ...BRACKET, qty: '100', limit_price: '100.02' });
  desk.wait(1);
  const { status, filled_qty: filled } = desk.get(`/v2/orders/${String(bracket['id'])}`);
  expect([status, Number(filled) < 100]).toEqual(['partially_filled', true]);
  desk.call('DELETE', `/v2/orders/${String(bracket['id'])}`);
  desk.wait(1);
  const { legs } = desk.get(`/v2/orders/${String(bracket['id'])}`, { nested: 'true' });
  expect(legs).toMatchObject([{ status: 'canceled' }, { status: 'canceled' }]);
  expect(desk.list('/v2/positions')).toMatchObject([{ qty: filled, qty_available: filled }]);
});

test('an entry with exits opens a position from nothing, at the market or a limit', () => {
  const desk = openDesk();
  const refused = (body: Body): unknown => (desk.call('POST', '/v2/orders', body).body as Body)['message'];
  const { limit_price: _limit, ...rest } = BRACKET;
  expect(refused({ ...rest, type: 'stop', stop_price: '102' })).toBe('bracket orders must be market or limit orders');
  desk.order({ ...BUY, limit_price: '101' });
  desk.wait(1);
  expect(refused(BRACKET)).toBe('bracket orders must be entry orders');
});

test('a stop lies a cent from the market and from the target', () => {
  const desk = openDesk();
  desk.order({ ...BUY, limit_price: '101' });
  desk.wait(1);
  const oco = (stop: string): Body => ({
    ...BUY,
    side: 'sell',
    order_class: 'oco',
    limit_price: undefined,
    take_profit: { limit_price: '110' },
    stop_loss: { stop_price: stop },
  });
  const answer = desk.call('POST', '/v2/orders', oco('100.5'));
  expect([answer.status, answer.body]).toMatchObject([
    422,
    { code: 42210000, message: 'stop_loss.stop_price must be <= base_price - 0.01' },
  ]);
  expect(desk.call('POST', '/v2/orders', oco('99.9')).status).toBe(200);
});

test('of exits only prices are replaced, and of an OTO nothing', () => {
  const desk = openDesk();
  const bracket = desk.order(BRACKET);
  desk.wait(1);
  const [profit] = (bracket['legs'] as Body[]).map(({ id }) => `/v2/orders/${String(id)}`);
  expect(desk.call('PATCH', profit, { qty: '5' }).status).toBe(422);
  expect(desk.call('PATCH', profit, { limit_price: '108' }).status).toBe(200);
  const other = openDesk();
  const oto = other.order({ ...BUY, limit_price: '101', order_class: 'oto', stop_loss: { stop_price: '95' } });
  other.wait(1);
  const stop = `/v2/orders/${String((oto['legs'] as Body[])[0]['id'])}`;
  expect(other.call('PATCH', stop, { stop_price: '96' }).status).toBe(422);
});

test('an entry that fills before its replacement is there keeps its exits', () => {
  const desk = openDesk();
  const bracket = desk.order({ ...BRACKET, limit_price: '99' });
  desk.wait(1);
  const id = `/v2/orders/${String(bracket['id'])}`;
  expect(desk.call('PATCH', id, { limit_price: '99.5' }).status).toBe(200);
  desk.quote('AAPL', 98.8, 98.9);
  desk.wait(1);
  expect(desk.get(id, { nested: 'true' })).toMatchObject({
    status: 'filled',
    legs: [{ status: 'new' }, { status: 'new' }],
  });
});
