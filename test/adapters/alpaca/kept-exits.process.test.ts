/** Exits that Alpaca keeps, over the wire: their ids are learnt from its books, whatever is lost on the way. */
import { afterEach, expect, test } from 'vitest';
import { SHARE } from '../../../src/adapters/fake-broker/core/amounts.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import { newYork } from '../fake-alpaca/desk.ts';
import { Desk } from './link-desk.ts';

let desk: Desk;
afterEach(() => desk.close());

const BOTH = { stopLoss: 95, takeProfit: 105, timeInForce: 'GTC' } as const;
const buy =
  (quantity: number, limit?: number) =>
  ({ buy: order }: Context<Record<string, never>>): void =>
    void order(quantity, limit === undefined ? BOTH : { ...BOTH, limit });
const exitsWork = (): boolean =>
  desk.held === 10 && desk.orders.length === 2 && desk.orders.every(({ status }) => status === 'accepted');

test('an entry that is canceled half filled: what it has keeps its exits, sent anew', async () => {
  desk = await Desk.open({ broker: { liquidity: 'displayed' } });
  const { broker } = desk.fake.fake;
  broker.quote('AAPL', 100, 100.02, 4, 4);
  // A quote of the desk shows ten, of which so many are left when the order comes.
  desk.quote(100, 100.02, buy(100, 100.02));
  await desk.until(() => desk.held > 0);
  const entry = desk.orders.find(({ side }) => side > 0)!;
  const had = desk.held;
  broker.quote('AAPL', 100.5, 100.52, 10, 10);
  desk.quote(100.5, 100.52, ({ cancel }) => cancel(entry));
  await desk.until(() => entry.status === 'canceled');
  // An exit goes on as it was until it is asked for anew: that both are there again, only the broker's books say.
  await desk.until(() => broker.state.openOrders().length > 0);
  await desk.until(() => desk.orders.length === 2 && desk.orders.every(({ status }) => status === 'accepted'));
  expect(desk.orders.map(({ remainingUnits }) => remainingUnits)).toEqual([had, had]);
  const [oco] = broker.state.openOrders();
  expect([oco.terms.orderClass, oco.quantity / SHARE]).toEqual(['oco', had]);
  broker.quote('AAPL', 94, 94.02, 1000, 1000);
  await desk.until(() => desk.held === 0 && desk.orders.length === 0);
  expect(desk.entries('alert')).toEqual([]);
});

test('entry and target fill before anybody knows of them: both are ours', async () => {
  desk = await Desk.open();
  const { broker, faults } = desk.fake.fake;
  faults.add({ on: 'request', method: 'POST', path: '/v2/orders', fault: { kind: 'drop-response' } });
  desk.quote(100, 100.02, buy(10));
  await expect.poll(() => desk.theirs).toBeGreaterThan(0);
  desk.fake.fake.clock.jump(broker.now + 2_000_000);
  broker.quote('AAPL', 106, 106.02, 10, 10);
  await desk.until(() => desk.entries('filled').length === 2 && desk.orders.length === 0);
  expect(desk.held).toBe(0);
  expect(desk.session.states.account).toBe('active');
  // That the broken connection was noticed is no fault; that an order of ours were taken for somebody else's would be.
  const alerts = desk.entries('alert').map(({ text }) => text);
  expect(alerts.filter((text) => !text.startsWith('link.'))).toEqual([]);
});

test('nobody tells that the other exit has ended: the books are asked', async () => {
  desk = await Desk.open();
  const { broker, faults } = desk.fake.fake;
  desk.quote(100, 100.02, buy(10));
  await desk.until(exitsWork);
  faults.add({ on: 'stream', stream: 'trade', event: 'canceled', fault: { kind: 'drop' } });
  broker.quote('AAPL', 106, 106.02, 10, 10);
  await desk.until(() => desk.held === 0 && desk.orders.length === 0);
  expect(desk.entries('canceled').map(({ text }) => text)).toEqual(['one-cancels-other']);
});

test('exits with other ids since their price was changed are known in the next session', async () => {
  desk = await Desk.open();
  const { broker, clock } = desk.fake.fake;
  desk.quote(100, 100.02, buy(10));
  await desk.until(exitsWork);
  const stop = desk.orders.find(({ type }) => type === 'stop')!;
  desk.quote(100, 100.02, ({ update, assets: [{ orders }] }) => {
    update(
      orders.find(({ type }) => type === 'stop')!,
      { stop: 97 },
    );
  });
  await desk.until(() => stop.stop === 97 && stop.status === 'accepted');
  clock.jump(newYork('2026-11-19', '09:00'));
  await desk.nextSession();
  await desk.until(exitsWork);
  clock.jump(newYork('2026-11-19', '10:00'));
  broker.quote('AAPL', 96.5, 96.52, 10, 10);
  await desk.until(() => desk.held === 0 && desk.orders.length === 0);
  desk.look();
  await desk.until(() => desk.session.differences?.length === 0);
  expect(desk.session.states.account).toBe('active');
});
