/** What leaves when: the pace of messages, with real timers; and numbers of orders on a real disk. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OrderIds } from '../../../src/adapters/ib/order-ids.ts';
import { Pace } from '../../../src/adapters/ib/pace.ts';

test('a burst leaves at the pace, cancels first, and what waits when it closes is dropped', async () => {
  let now = 0;
  const pace = new Pace(10, () => now);
  const sent: string[] = [];
  const dropped: string[] = [];
  const add = (lane: 'cancel' | 'order' | 'query', name: string): void => {
    pace.add(
      lane,
      () => void sent.push(name),
      () => void dropped.push(name),
    );
  };
  for (let i = 0; i < 10; i++) add('order', `first ${i}`);
  expect(sent).toHaveLength(10);
  add('query', 'query');
  add('order', 'order');
  add('cancel', 'cancel');
  expect(sent).toHaveLength(10);
  now += 200;
  await expect.poll(() => sent.slice(10)).toEqual(['cancel', 'order']);
  pace.close();
  add('order', 'late');
  expect(dropped).toEqual(['query', 'late']);
});

test('orders that are held wait, while cancels and questions leave', () => {
  const pace = new Pace(10, () => 0);
  const told: string[] = [];
  const add = (lane: 'cancel' | 'order' | 'query', name: string): void => {
    pace.add(
      lane,
      () => void told.push(name),
      () => void told.push(`${name} dropped`),
    );
  };
  pace.holdOrders();
  add('order', 'order');
  add('query', 'query');
  add('cancel', 'cancel');
  expect(told).toEqual(['query', 'cancel']);
  pace.letOrdersGo();
  expect(told.slice(2)).toEqual(['order']);
  pace.holdOrders();
  add('order', 'another');
  pace.close();
  expect(told.slice(3)).toEqual(['another dropped']);
});

test('a number of an order is never used again, also by the process that comes after', () => {
  const folder = mkdtempSync(join(tmpdir(), 'order-ids-'));
  const path = join(folder, 'ids', 'DU1-7');
  const ids = new OrderIds(path);
  ids.raise(41);
  expect([ids.take(), ids.take()]).toEqual([42, 43]);
  const next = new OrderIds(path);
  next.raise(3);
  expect(next.take()).toBe(44);
  writeFileSync(path, 'forty\n');
  expect(() => new OrderIds(path)).toThrow('must be a whole number, was forty');
  rmSync(folder, { recursive: true });
});
