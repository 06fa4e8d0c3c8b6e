/** The stand-alone kill at Interactive Brokers: only the workstation, with the desk dead, alive, or somebody else's. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import process from 'node:process';
import { describe, expect, test as plain } from 'vitest';
import { killAll, lookAt, type IbKillReport } from '../../../src/adapters/ib/index.ts';
import { SHARE, DOLLAR } from '../../../src/adapters/fake-broker/core/amounts.ts';
import { FakeTws } from '../../../src/adapters/fake-tws/index.ts';
import { newYork } from '../fake-alpaca/desk.ts';

interface Stand {
  readonly fake: FakeTws;
  readonly kill: (more?: Partial<Parameters<typeof killAll>[0]>) => Promise<IbKillReport>;
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
    liquidity: 'displayed',
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

/** What the dead desk sends besides, as tokens by their place. */
function sends(fake: FakeTws, message: '3' | '21', more: Readonly<Record<number, string>>): void {
  const desk = fake.tws.connect({ send: () => undefined, end: () => undefined }, 11)!;
  const fields = Array.from({ length: 120 }, () => '');
  desk.take(Object.assign(fields, { 0: message, ...(message === '3' ? { 21: 'GTC' } : {}), ...more }));
  fake.tws.leave(desk);
}

const SHARES = { 3: 'AAPL', 4: 'STK', 11: 'USD' };
const KEEPING = { isKeepingExits: true };

test('an exit that filled in part is left at work: what is left of it only closes what is left', async ({
  withOrders,
  expect: own,
}) => {
  const { fake, kill, working } = await withOrders(3);
  const { broker } = fake.driven;
  sends(fake, '3', { ...SHARES, 1: '9', 16: 'SELL', 17: '7', 18: 'LMT', 19: '150' });
  broker.quote('AAPL', 150, 150.02, 3, 10);
  const held = (): number => broker.state.holdings.quantityOf(broker.state.listings.get('AAPL')!) / SHARE;
  await own.poll(held).toBe(4);
  const report = await kill(KEEPING);
  expect(report).toMatchObject({ isEmpty: true, kept: 1, asked: 3, open: [], failures: [] });
  expect(report.positions).toEqual([{ symbol: 'AAPL', quantity: 4 }]);
  expect(working()).toBe(1);
});

test('a look tells what works and what is held, and changes nothing', async ({ withOrders }) => {
  const { fake, working } = await withOrders(3);
  const look = await lookAt({ host: '127.0.0.1', port: fake.port, clientId: 11, forMs: 20_000 });
  expect(look).toEqual({ orders: 3, positions: [{ symbol: 'AAPL', quantity: 7 }], failures: [] });
  expect(working()).toBe(3);
  const nobody = await lookAt({ host: '127.0.0.1', port: 1, clientId: 11, forMs: 2000 });
  expect(nobody).toMatchObject({ orders: undefined, positions: undefined });
  expect(nobody.failures.join()).toContain('ECONNREFUSED');
});

test('what is held and nothing closes is told', async ({ withOrders }) => {
  const { fake, kill } = await withOrders(1);
  expect(await kill(KEEPING)).toMatchObject({ kept: 0, unprotected: [{ symbol: 'AAPL', quantity: 7 }] });
  sends(fake, '3', { ...SHARES, 1: '9', 16: 'SELL', 17: '7', 18: 'LMT', 19: '150' });
  expect(await kill(KEEPING)).toMatchObject({ kept: 1, unprotected: [] });
  expect((await kill()).unprotected).toBeUndefined();
});

test('a package is left at work only where each of its legs closes', async ({ withOrders }) => {
  const { fake, kill, working } = await withOrders(0);
  const { broker, tws } = { ...fake.driven, tws: fake.tws };
  const [near, far] = ['AAPL261218C00100000', 'AAPL261218C00110000'];
  broker.quote(near, 5, 5.1, 50, 50);
  broker.quote(far, 2, 2.1, 50, 50);
  const listing = (symbol: string) => broker.state.listings.get(symbol)!;
  broker.state.holdings.trade(listing(near), 2 * SHARE, 5 * DOLLAR);
  broker.state.holdings.trade(listing(far), -2 * SHARE, 2 * DOLLAR);
  const idOf = (symbol: string): string => String(tws.contracts.idOf(listing(symbol)));
  const leg = (symbol: string, action: string) => [idOf(symbol), '1', action, 'SMART', '0', '0', '', '-1'];
  const legs = (one: string, other: string): readonly string[] => {
    const guaranteed = ['0', '1', 'NonGuaranteed', '0'];
    return ['2', ...leg(near, one), ...leg(far, other), ...guaranteed];
  };
  const pack = (orderId: string, limit: string, parts: readonly string[]): void => {
    const fields = Array.from({ length: 120 }, () => '');
    const terms = { 1: orderId, 3: 'AAPL', 4: 'BAG', 10: 'SMART', 11: 'USD', 16: 'BUY', 17: '2', 18: 'LMT', 19: limit };
    Object.assign(fields, { 0: '3', 21: 'GTC', ...terms });
    const desk = tws.connect({ send: () => undefined, end: () => undefined }, 11)!;
    desk.take([...fields.slice(0, 35), ...parts, ...fields.slice(35)]);
    tws.leave(desk);
  };
  pack('1', '-9', legs('SELL', 'BUY'));
  pack('2', '0.5', legs('BUY', 'SELL'));
  expect(working()).toBe(2);
  const report = await kill(KEEPING);
  expect(report).toMatchObject({ isEmpty: true, kept: 1, failures: [] });
  expect(report.ended).toMatchObject([{ symbol: 'package of AAPL', quantity: 2, filled: 0, how: 'canceled' }]);
  expect(tws.orders.all.filter(({ isOpen }) => isOpen).map(({ words }) => words.orderId)).toEqual([1]);
});

describe('instructions about contracts that are held', () => {
  const CALL = 'AAPL261218C00080000';
  const OF_CALL = { 4: 'AAPL', 5: 'OPT', 6: '20261218', 7: '80', 8: 'C', 9: '100', 11: 'USD' };

  /** A dead desk that left two orders and the word not to exercise what it holds. */
  async function withLapse(orders: (count?: number) => Promise<Stand>): Promise<Stand> {
    const stand = await orders(2);
    const { fake } = stand;
    const { broker } = fake.driven;
    broker.quote(CALL, 20, 20.1, 50, 50);
    broker.state.holdings.trade(broker.state.listings.get(CALL)!, 2 * SHARE, 20 * DOLLAR);
    sends(fake, '21', { 1: '2', 2: '9', ...OF_CALL, 14: '2', 15: '2', 16: fake.tws.account, 17: '1' });
    expect(fake.tws.exercises.all.map((one) => fake.tws.exercises.isOpen(one))).toEqual([true]);
    return stand;
  }

  test.for([{}, KEEPING])('are left, and told, with %o', async (more, { withOrders }) => {
    const { fake, kill, working } = await withLapse(withOrders);
    const report = await kill({ ...more, account: fake.tws.account });
    expect(report).toMatchObject({ isEmpty: true, asked: 2, kept: 0, failures: [] });
    expect(report.instructions).toMatchObject([{ symbol: CALL, what: 'lapse', quantity: 2 }]);
    expect(working()).toBe(0);
    expect(fake.tws.exercises.all.map((one) => fake.tws.exercises.isOpen(one))).toEqual([true]);
  });

  test('may go along where nobody tells what works, and everything is canceled unread', async ({
    withOrders,
    expect: own,
  }) => {
    const { fake, kill, working } = await withLapse(withOrders);
    const mute = { kind: 'drop' } as const;
    fake.tws.faults.add({ on: 'request', request: 'reqAllOpenOrders', fault: mute, times: Number.POSITIVE_INFINITY });
    const report = await kill({ forMs: 500 });
    expect(report.isEmpty).toBe(false);
    expect(report.failures.join()).toContain('the list of orders');
    await own.poll(working).toBe(0);
  });
});

test('what only closes what is held is left at work', async ({ withOrders }) => {
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
  test('twenty orders of a dead desk are canceled, each is named, and what is held is told', async ({ withOrders }) => {
    const { kill, working } = await withOrders();
    const report = await kill();
    expect(report.ended.map(({ how, side, quantity }) => `${how} ${side} ${quantity}`)).toEqual(
      Array.from({ length: 20 }, () => 'canceled buy 5'),
    );
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

  test('what has filled in part before it was canceled is told so', async ({ withOrders, expect: own }) => {
    const { fake, kill } = await withOrders(1);
    fake.driven.broker.quote('AAPL', 50.9, 51, 10, 2);
    await own.poll(() => fake.tws.orders.all[0].amounts.filled).toBe(2);
    expect((await kill()).ended).toMatchObject([{ symbol: 'AAPL', quantity: 5, filled: 2, how: 'canceled' }]);
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
    expect(out.match(/canceled: buy 5 AAPL \d+$/gm)).toHaveLength(6);
    expect(out).toContain('this broker cannot block new orders');
    expect(out).toContain('7 AAPL held');
  });
});
