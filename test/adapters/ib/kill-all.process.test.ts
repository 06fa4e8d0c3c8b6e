/** The stand-alone kill at Interactive Brokers: only the workstation, with the desk dead, alive, or somebody else's. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import process from 'node:process';
import { describe, expect, test as plain } from 'vitest';
import { killAll, type KillReport } from '../../../src/adapters/ib/index.ts';
import { SHARE, DOLLAR } from '../../../src/adapters/fake-broker/core/amounts.ts';
import { FakeTws } from '../../../src/adapters/fake-tws/index.ts';
import { newYork } from '../fake-alpaca/desk.ts';

interface Stand {
  readonly fake: FakeTws;
  readonly kill: (more?: Partial<Parameters<typeof killAll>[0]>) => Promise<KillReport>;
  /** How many orders work there. */
  readonly working: () => number;
}

/** A server on which a desk that died has left orders at work, under its number 11, and somebody a position. */
async function withOrders(count: number): Promise<Stand> {
  const fake = await FakeTws.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 20,
    partialFills: 0,
    market: { kind: 'none', symbols: [{ symbol: 'AAPL', price: 100 }] },
    tws: { messagesPerSecond: 10_000 },
  });
  const { broker } = fake.driven;
  broker.quote('AAPL', 100, 100.02, 10, 10);
  const desk = fake.tws.connect({ send: () => undefined, end: () => undefined }, 11)!;
  for (let i = 1; i <= count; i++) {
    const fields = Array.from({ length: 120 }, () => '');
    const order = { 1: String(i), 3: 'AAPL', 4: 'STK', 11: 'USD', 16: 'BUY', 17: '5', 18: 'LMT', 19: String(50 + i) };
    desk.take(Object.assign(fields, { 0: '3', 21: 'GTC', ...order }));
  }
  fake.tws.leave(desk);
  broker.state.holdings.trade(broker.state.listings.get('AAPL')!, 7 * SHARE, 100 * DOLLAR);
  return {
    fake,
    kill: (more = {}) =>
      killAll({ host: '127.0.0.1', port: fake.port, clientId: 11, flatten: false, forMs: 20_000, ...more }),
    working: () => fake.tws.orders.all.filter(({ isOpen }) => isOpen).length,
  };
}

/** Tests with a server of their own each: they mostly wait, and wait beside each other. */
const { concurrent: test } = plain.extend<{ withOrders: (count?: number) => Promise<Stand> }>({
  withOrders: async ({ onTestFinished }, use) => {
    await use(async (count = 20) => {
      const stand = await withOrders(count);
      onTestFinished(() => stand.fake.close());
      return stand;
    });
  },
});

test('what only closes what is held is left at work', { timeout: 60_000 }, async ({ withOrders }) => {
  const { fake, kill, working } = await withOrders(3);
  const desk = fake.tws.connect({ send: () => undefined, end: () => undefined }, 11)!;
  const fields = Array.from({ length: 120 }, () => '');
  // Seven are held.
  const exit = { 1: '9', 3: 'AAPL', 4: 'STK', 11: 'USD', 16: 'SELL', 17: '7', 18: 'LMT', 19: '150' };
  desk.take(Object.assign(fields, { 0: '3', 21: 'GTC', ...exit }));
  fake.tws.leave(desk);
  expect(working()).toBe(4);
  expect(await kill({ isKeepingExits: true })).toMatchObject({ isEmpty: true, kept: 1, open: [] });
  expect(working()).toBe(1);
});

describe('LF-52 the kill that needs only the workstation', { timeout: 30_000 }, () => {
  test('twenty orders of a dead desk are canceled and what is held is told', async ({ withOrders }) => {
    const { kill, working } = await withOrders();
    const report = await kill();
    expect(report).toMatchObject({ isEmpty: true, open: [], positions: [{ symbol: 'AAPL', quantity: 7 }] });
    expect(report.failures).toEqual([]);
    expect(working()).toBe(0);
  });

  test('positions are closed at the market where that is asked for, and nothing works afterwards', async ({
    withOrders,
  }) => {
    const { fake, kill, working } = await withOrders(3);
    const report = await kill({ flatten: true });
    expect(report).toMatchObject({ isEmpty: true, positions: [], failures: [] });
    expect(fake.tws.orders.all.at(-1)?.words).toMatchObject({ action: 'SELL', quantity: 7, type: 'MKT' });
    expect(working()).toBe(0);
  });

  test('what does not fill is taken off again, and said to be held', async ({ withOrders }) => {
    const { fake, kill } = await withOrders(1);
    fake.driven.broker.state.listings.get('AAPL')!.isHalted = true;
    const report = await kill({ flatten: true, forMs: 4000 });
    expect(report.positions).toEqual([{ symbol: 'AAPL', quantity: 7 }]);
    expect(fake.tws.orders.all.filter(({ words }) => words.orderRef.startsWith('kill-'))).toHaveLength(1);
  });

  test('a server that loses the cancel of all gets one for each order, under the number that placed it', async ({
    withOrders,
  }) => {
    const { fake, kill, working } = await withOrders(5);
    const often = { times: Number.POSITIVE_INFINITY };
    fake.tws.faults.add({ on: 'request', request: 'reqGlobalCancel', fault: { kind: 'drop' }, ...often });
    expect(await kill()).toMatchObject({ isEmpty: true, open: [] });
    expect(working()).toBe(0);
    expect(fake.arrived.filter(([id]) => id === '4').length).toBeGreaterThanOrEqual(5);
  });

  test('orders of a desk that lives and cannot be canceled are named, with the number that is taken', async ({
    withOrders,
  }) => {
    const { fake, kill } = await withOrders(2);
    const often = { times: Number.POSITIVE_INFINITY };
    fake.tws.faults.add({ on: 'request', request: 'reqGlobalCancel', fault: { kind: 'drop' }, ...often });
    fake.tws.connect({ send: () => undefined, end: () => undefined }, 11);
    const report = await kill({ forMs: 4000 });
    expect(report.isEmpty).toBe(false);
    expect(report.open.map(({ symbol }) => symbol)).toEqual(['AAPL', 'AAPL']);
    expect(report.failures.join()).toContain('client 11: 326: a program with this number is at work');
  });

  test('a connection that breaks in the middle is opened again', async ({ withOrders }) => {
    const { fake, kill } = await withOrders(4);
    const cut = { kind: 'reset', acted: false } as const;
    fake.tws.faults.add({ on: 'request', request: 'reqAllOpenOrders', fault: cut, times: 2 });
    const report = await kill();
    expect(report).toMatchObject({ isEmpty: true, open: [] });
    expect(report.failures.join()).toContain('the list of orders');
  });

  test('of one account among several only its own orders are touched', async ({ withOrders }) => {
    const { kill } = await withOrders(2);
    const report = await kill({ account: 'DU999', forMs: 2000 });
    expect(report).toMatchObject({ isEmpty: true, asked: 0 });
  });

  test('nobody at the place is said, and is no success', async ({ withOrders }) => {
    const { kill } = await withOrders(0);
    const report = await kill({ port: 9, forMs: 300 });
    expect(report.isEmpty).toBe(false);
    expect(report.positions).toBeUndefined();
    expect(report.failures.join()).toContain('the list of orders');
  });

  test('the command stops the account and prints what remains', async ({ withOrders }) => {
    const { fake, working } = await withOrders(6);
    const place = ['--base-url', `tcp://127.0.0.1:${fake.port}`];
    const child = spawn(process.execPath, [resolve('bin/tradedeck.js'), 'killall', '--broker', 'ib', ...place]);
    let out = '';
    child.stdout.on('data', (part: Buffer) => (out += part.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, working: working() }).toEqual({ code: 0, working: 0 });
    expect(out).toContain('no order works');
    expect(out).toContain('this broker cannot block new orders');
    expect(out).toContain('7 AAPL held');
  });
});
