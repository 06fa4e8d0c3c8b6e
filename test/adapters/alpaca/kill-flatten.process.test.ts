/** The stand-alone kill that also closes what is held: orders first, what was sold before what covers it, the block last. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test as plain } from 'vitest';
import { killAll, lookAt, type AlpacaKillReport } from '../../../src/adapters/alpaca/kill-all.ts';
import { nextToClose } from '../../../src/adapters/alpaca/kill-positions.ts';
import type { KillAccess } from '../../../src/adapters/alpaca/kill-requests.ts';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/server.ts';
import { DOLLAR, SHARE } from '../../../src/adapters/fake-broker/core/amounts.ts';
import { DEFAULTS } from '../../../src/adapters/fake-broker/core/config.ts';
import { FAKE_KEYS } from './fake-keys.ts';
import { newYork } from '../fake-alpaca/desk.ts';

const [NEAR, FAR] = ['AAPL261218P00095000', 'AAPL261218P00090000'];

interface Stand {
  readonly fake: FakeAlpaca;
  readonly ask: (method: string, path: string, body?: unknown) => Promise<unknown>;
  readonly kill: (forMs?: number) => Promise<AlpacaKillReport>;
  readonly access: KillAccess;
}

/** An account with thirty orders at work, shares with an exit, and a spread of puts. */
async function withPositions(time = '10:30', orders = 30): Promise<Stand> {
  const fake = await FakeAlpaca.start({
    port: 0,
    startAt: newYork('2026-11-18', time),
    speed: 20,
    partialFills: 0,
    requestsPerMinute: 10_000,
    market: { kind: 'none', symbols: [{ symbol: 'AAPL', price: 100 }] },
  });
  const access = { ...FAKE_KEYS, url: fake.url };
  const ask: Stand['ask'] = async (method, path, body) => {
    const response = await fetch(fake.url + path, {
      method,
      headers: { 'APCA-API-KEY-ID': DEFAULTS.keyId, 'APCA-API-SECRET-KEY': DEFAULTS.secret },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.status).toBe(200);
    return response.json();
  };
  const { broker } = fake.fake;
  broker.quote('AAPL', 100, 100.02, 10, 10);
  const own = (symbol: string, quantity: number, price: number): void => {
    broker.state.holdings.trade(broker.state.listings.get(symbol)!, quantity * SHARE, price * DOLLAR);
  };
  broker.quote(NEAR, 3, 3.1, 50, 50);
  broker.quote(FAR, 1.5, 1.6, 50, 50);
  own('AAPL', 7, 100);
  own(NEAR, -2, 3);
  own(FAR, 2, 1.5);
  for (let i = 0; i < orders; i++) {
    const limit = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'limit', time_in_force: 'gtc' };
    await ask('POST', '/v2/orders', { ...limit, limit_price: String(50 + i) });
  }
  const exit = { symbol: 'AAPL', qty: '7', side: 'sell', type: 'limit', limit_price: '150', time_in_force: 'gtc' };
  if (orders > 0) await ask('POST', '/v2/orders', exit);
  return { fake, ask, access, kill: (forMs = 40_000) => killAll({ ...access, flatten: true, forMs }) };
}

const { concurrent: test } = plain.extend<{ withPositions: (time?: string, orders?: number) => Promise<Stand> }>({
  withPositions: async ({ onTestFinished }, use) => {
    await use(async (time, orders) => {
      const stand = await withPositions(time, orders);
      onTestFinished(() => stand.fake.close());
      return stand;
    });
  },
});

interface Settings {
  readonly suspend_trade: boolean;
}
const isBlocked = async ({ ask }: Stand): Promise<boolean> =>
  ((await ask('GET', '/v2/account/configurations')) as Settings).suspend_trade;

describe('LF-52 the kill that closes what is held', () => {
  test('orders are canceled, positions are closed, what was sold first, and the account is blocked at the end', async ({
    withPositions,
  }) => {
    const stand = await withPositions();
    const began = performance.now();
    const report = await stand.kill();
    expect(report).toMatchObject({ isSuspended: true, isEmpty: true, open: [], positions: [], failures: [] });
    expect(report.asked).toBe(31);
    expect(report.closing?.map(({ symbol, quantity }) => [symbol, quantity]).toSorted()).toEqual([
      ['AAPL', 7],
      [FAR, 2],
      [NEAR, -2],
    ]);
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(await stand.ask('GET', '/v2/positions')).toEqual([]);
    expect(await isBlocked(stand)).toBe(true);
    const fills = (await stand.ask('GET', '/v2/orders?status=closed&limit=500')) as {
      symbol: string;
      filled_at: string | null;
    }[];
    const filledAt = (symbol: string): number =>
      Date.parse(fills.find((each) => each.symbol === symbol && each.filled_at !== null)!.filled_at!);
    expect(filledAt(NEAR)).toBeLessThanOrEqual(filledAt(FAR));
  });

  test('it goes on through 429, 5xx and lost answers, and closes nothing twice', async ({ withPositions }) => {
    const stand = await withPositions('10:30', 3);
    const { faults } = stand.fake.fake;
    faults.add({ on: 'request', method: 'PATCH', times: 2, fault: { kind: 'too-many', headers: true } });
    faults.add({
      on: 'request',
      method: 'DELETE',
      path: '/v2/positions',
      times: 2,
      fault: { kind: 'reset', acted: true },
    });
    faults.add({ on: 'request', method: 'GET', path: '/v2/positions', times: 2, fault: { kind: 'truncate' } });
    const report = await stand.kill();
    expect(report).toMatchObject({ isSuspended: true, isEmpty: true, positions: [] });
    expect(report.failures.length).toBeGreaterThan(0);
    expect(await stand.ask('GET', '/v2/positions')).toEqual([]);
    expect(await isBlocked(stand)).toBe(true);
  });

  test('what does not fill is taken off again, told as held, and the account is blocked', async ({ withPositions }) => {
    const stand = await withPositions('20:30', 3);
    const report = await stand.kill(8000);
    expect(report).toMatchObject({ isSuspended: true, isEmpty: true, open: [] });
    expect(report.positions?.length).toBe(3);
    expect(await stand.ask('GET', '/v2/orders?status=open')).toEqual([]);
  });

  test('a block that cannot be lifted closes nothing, and says so', async ({ withPositions }) => {
    const stand = await withPositions('10:30', 3);
    const work = stand.kill(6000);
    // From when the account is blocked on nobody can change that.
    while (!(await isBlocked(stand))) await wait(5);
    stand.fake.fake.faults.add({
      on: 'request',
      method: 'PATCH',
      times: 1000,
      fault: { kind: 'answer', status: 500, html: false, acted: false },
    });
    const report = await work;
    expect(report).toMatchObject({ isEmpty: true, closing: [] });
    expect(report.positions?.length).toBe(3);
    expect(report.failures.join()).toMatch(/PATCH .*500/);
    expect(await isBlocked(stand)).toBe(true);
  });

  test('ten seconds after the broker is there again nothing works, and new orders were blocked from the first on', async ({
    withPositions,
  }) => {
    const stand = await withPositions();
    const { faults } = stand.fake.fake;
    const dead = { kind: 'answer', status: 503, html: true, acted: false } as const;
    faults.add({ on: 'request', times: 25, fault: dead });
    faults.add({ on: 'request', times: 15, fault: { kind: 'too-many', headers: true } });
    const { state } = stand.fake.fake.broker;
    const work = stand.kill();
    const open = (): number => state.openOrders().length;
    let reachedMs = Number.NaN;
    let blockedMs = Number.NaN;
    while (open() > 0) {
      await wait(5);
      if (faults.list().length === 0 && Number.isNaN(reachedMs)) reachedMs = performance.now();
      if (state.flags.suspendedByUser && Number.isNaN(blockedMs)) blockedMs = performance.now();
    }
    const emptyMs = performance.now();
    expect(emptyMs - reachedMs).toBeLessThan(10_000);
    expect(blockedMs).toBeLessThanOrEqual(emptyMs);
    expect(await work).toMatchObject({ isSuspended: true, isEmpty: true, positions: [] });
  });

  test('a look changes nothing', async ({ withPositions }) => {
    const stand = await withPositions('10:30', 3);
    const look = await lookAt(stand.access);
    expect(look).toMatchObject({ orders: 4, failures: [] });
    expect(look.positions?.length).toBe(3);
    expect(await isBlocked(stand)).toBe(false);
    expect(((await stand.ask('GET', '/v2/orders?status=open')) as unknown[]).length).toBe(4);
  });
});

describe('the command', () => {
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [resolve('bin/tradedeck.js'), 'killall', ...args], {
      env: { PATH: process.env['PATH'], APCA_API_KEY_ID: DEFAULTS.keyId, APCA_API_SECRET_KEY: DEFAULTS.secret },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (told += part));
    const [code] = (await once(child, 'close')) as [number];
    return { code, out, told };
  };

  test('shows first what it will close, and closes it', async ({ withPositions }) => {
    const stand = await withPositions('10:30', 3);
    const dry = await run('--base-url', stand.fake.url, '--flatten', '--dry-run');
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.out).toContain('4 orders work\n3 positions are held\n');
    expect(dry.out).toContain(`  -2 ${NEAR}\n`);
    expect(await isBlocked(stand)).toBe(false);
    const done = await run('--base-url', stand.fake.url, '--flatten');
    expect(done).toMatchObject({ code: 0 });
    expect(done.told).toContain('4 orders work\n3 positions are held\n');
    expect(done.out).toContain('nothing is held');
    expect(await stand.ask('GET', '/v2/positions')).toEqual([]);
  });

  // Nobody listens where the workstation would be, so that nothing could be done there either.
  test('closes nothing with real money where nobody can type the word', async () => {
    const { code, told } = await run('--broker', 'ib', '--live', '--flatten');
    expect(code).toBe(4);
    expect(told).toContain('it was not confirmed, so nothing was stopped or closed');
  });
});

plain('of an underlying in which something is sold only that is closed first', () => {
  const held = [
    { symbol: 'AAPL', quantity: 100 },
    { symbol: 'AAPL261218C00110000', quantity: -1 },
    { symbol: 'MSFT', quantity: 5 },
    { symbol: 'F261218P00009000', quantity: 2 },
    { symbol: 'TSLA', quantity: -3 },
  ];
  expect(nextToClose(held).map(({ symbol }) => symbol)).toEqual([
    'AAPL261218C00110000',
    'MSFT',
    'F261218P00009000',
    'TSLA',
  ]);
});
