/** Changes of orders at Alpaca: the answer to a request for one says that it was taken, not that it is in force. */
import { afterEach, expect, test } from 'vitest';
import { Desk } from './link-desk.ts';

let desk: Desk;
afterEach(() => desk.close());

const ours = () => desk.fake.fake.broker.state.openOrders().map(({ status, limit }) => [status, limit]);

test('LF-16 a change that the venue refuses though the broker took it leaves the order as it was', async () => {
  desk = await Desk.open({ broker: { refusesReplacements: true } });
  desk.quote(100, 100.02, ({ buy }) => void buy(50, { limit: 99, timeInForce: 'DAY' }));
  const [order] = desk.orders;
  await desk.until(() => order.status === 'accepted');
  desk.quote(100, 100.02, ({ update, assets: [{ orders }] }) => void update(orders[0], { limit: 98, quantity: 20 }));
  await desk.until(() => order.status === 'accepted');
  // Until the venue has spoken the larger size counts, and what it refused never was.
  expect([order.status, order.limit, order.units]).toEqual(['accepted', 99, 50]);
  expect(ours()).toHaveLength(1);
  desk.quote(98.9, 98.92);
  await desk.until(() => order.status === 'filled');
  expect(desk.held).toBe(50);
});

test('LF-16 an order whose change was refused can be canceled', async () => {
  desk = await Desk.open({ broker: { refusesReplacements: true } });
  desk.quote(100, 100.02, ({ buy }) => void buy(50, { limit: 99, timeInForce: 'DAY' }));
  const [order] = desk.orders;
  await desk.until(() => order.status === 'accepted');
  desk.quote(100, 100.02, ({ update, assets: [{ orders }] }) => void update(orders[0], { limit: 98 }));
  await desk.until(() => order.status === 'accepted');
  desk.quote(100, 100.02, ({ cancel, assets: [{ orders }] }) => cancel(orders[0]));
  await desk.until(() => order.status === 'canceled');
  expect(ours()).toEqual([]);
});

test('LF-16 a change that the venue confirms is in force', async () => {
  desk = await Desk.open();
  desk.quote(100, 100.02, ({ buy }) => void buy(50, { limit: 99, timeInForce: 'DAY' }));
  const [order] = desk.orders;
  await desk.until(() => order.status === 'accepted');
  desk.quote(100, 100.02, ({ update, assets: [{ orders }] }) => void update(orders[0], { limit: 98 }));
  await desk.until(() => order.status === 'accepted');
  expect(order.limit).toBe(98);
  desk.quote(97.9, 97.92);
  await desk.until(() => order.status === 'filled');
  expect(desk.held).toBe(50);
});
