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
