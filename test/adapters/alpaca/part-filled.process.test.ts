/** An order of Alpaca's that has filled in part is changed: whichever way the vendor counts, no more is bought than was wanted. */
import { afterEach, expect, test } from 'vitest';
import { Desk } from './link-desk.ts';

let desk: Desk;
afterEach(() => desk.close());

test.each(['anew', 'rest'] as const)('replacements counted %s', async (replacements) => {
  desk = await Desk.open({ broker: { liquidity: 'displayed', replacements } });
  const { broker } = desk.fake.fake;
  desk.quote(100, 100.02, ({ buy }) => void buy(50, { limit: 100.02, timeInForce: 'DAY' }));
  await desk.until(() => desk.held > 0);
  expect(desk.held).toBeLessThan(50);
  const [order] = desk.orders;
  desk.quote(100.5, 100.52, ({ update, assets: [{ orders }] }) => void update(orders[0], { limit: 100.1 }));
  await desk.until(() => order.limit === 100.1 && order.status === 'accepted');
  broker.quote('AAPL', 100, 100.05, 500, 500);
  await desk.until(() => order.status === 'filled');
  broker.quote('AAPL', 100, 100.04, 500, 500);
  desk.look();
  await desk.until(() => desk.session.differences?.length === 0);
  expect(desk.held).toBe(50);
  expect(broker.state.openOrders()).toEqual([]);
});
