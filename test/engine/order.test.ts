/**
 * Plain orders share one blank for what only some orders have; these facts keep one order from writing into all others.
 */
import { expect, test } from 'vitest';
import { plainMarket } from '../../src/engine/orders/intents.ts';
import { Particulars, PLAIN } from '../../src/engine/orders/order-particulars.ts';
import { Order } from '../../src/engine/orders/order.ts';

const order = (change = {}): Order => new Order(1, { ...plainMarket(0, 0), quantity: 1, ...change }, 1, 1000);

test('what is set on one plain order is set on no other, and not on the blank', () => {
  const settable = Object.keys(PLAIN).filter(
    (name) => Object.getOwnPropertyDescriptor(Order.prototype, name)?.set !== undefined,
  );
  expect(settable).toContain('limit');
  for (const name of settable) {
    const [one, other] = [order(), order()] as unknown as Record<string, unknown>[];
    const before = other[name];
    one[name] = 7;
    expect(one[name], name).toBe(7);
    expect(other[name], name).toBe(before);
  }
  expect(PLAIN).toEqual(new Particulars());
});

test('every particular can be read from the order', () => {
  const names = Object.keys(PLAIN).filter((name) => !(name in Order.prototype));
  expect(names).toEqual([]);
});

test.each([
  { limit: 5 },
  { stop: 5 },
  { trail: 1 },
  { limitOffset: 1 },
  { fraction: 0.5 },
  { reduceOnly: true },
  { timeInForce: 'DAY' },
  { type: 'market-on-close' },
])('an order that asks for %o is not plain, and has it', (change) => {
  expect(order().isPlain).toBe(true);
  expect(order(change).isPlain).toBe(false);
  expect(order(change)).toMatchObject(change);
});

test('an order is active from when it was submitted, unless a venue says otherwise', () => {
  const one = order();
  one.activeAt = 1000;
  expect([one.activeAt, one.isPlain]).toEqual([1000, true]);
  one.activeAt = 1500;
  expect([one.activeAt, one.submittedAt, one.isPlain]).toEqual([1500, 1000, false]);
});
