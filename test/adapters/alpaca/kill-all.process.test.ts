/** The stand-alone kill, with everything else dead: only the keys, and a broker that answers badly. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import process from 'node:process';
import { describe, expect, test as plain } from 'vitest';
import { killAll, type AlpacaKillReport } from '../../../src/adapters/alpaca/kill-all.ts';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/server.ts';
import { DEFAULTS } from '../../../src/adapters/fake-broker/core/config.ts';
import { Secret } from '../../../src/base/secret.ts';
import { FAKE_KEYS } from './fake-keys.ts';
import { newYork } from '../fake-alpaca/desk.ts';

interface Stand {
  readonly fake: FakeAlpaca;
  readonly ask: (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;
  readonly stillOpen: () => Promise<number>;
  readonly kill: (forMs?: number, keyId?: Secret) => Promise<AlpacaKillReport>;
}

/** A broker whose prices stand still. */
const quietFake = (): Promise<FakeAlpaca> =>
  FakeAlpaca.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 20,
    partialFills: 0,
    requestsPerMinute: 10_000,
    market: { kind: 'none', symbols: [{ symbol: 'AAPL', price: 100 }] },
  });

/** A broker with thirty orders that work; some of them exits that hang together. */
async function withOrders(): Promise<Stand> {
  const fake = await quietFake();
  const ask: Stand['ask'] = async (method, path, body) => {
    const headers = { 'APCA-API-KEY-ID': DEFAULTS.keyId, 'APCA-API-SECRET-KEY': DEFAULTS.secret };
    const response = await fetch(fake.url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  fake.fake.broker.quote('AAPL', 100, 100.02, 10, 10);
  for (let i = 0; i < 30; i++) {
    const body = {
      symbol: 'AAPL',
      qty: '1',
      side: 'buy',
      type: 'limit',
      limit_price: String(50 + i),
      time_in_force: 'gtc',
    };
    const { status } = await ask('POST', '/v2/orders', body);
    expect(status).toBe(200);
  }
  return {
    fake,
    ask,
    stillOpen: async () => ((await ask('GET', '/v2/orders?status=open&limit=500')).body as unknown[]).length,
    kill: (forMs = 40_000, keyId = FAKE_KEYS.keyId) => killAll({ ...FAKE_KEYS, keyId, url: fake.url, forMs }),
  };
}

/** Tests with a broker of their own each: they mostly wait, and wait beside each other. */
const { concurrent: test } = plain.extend<{ withOrders: () => Promise<Stand> }>({
  withOrders: async ({ onTestFinished }, use) => {
    await use(async () => {
      const stand = await withOrders();
      onTestFinished(() => stand.fake.close());
      return stand;
    });
  },
});

test(
  'what only closes what is held is left at work, and the account stays open for new orders',
  // Of tests beside each other only the context's own can wait.
  async ({ withOrders, expect }) => {
    const { fake, ask } = await withOrders();
    await ask('POST', '/v2/orders', { symbol: 'AAPL', qty: '5', side: 'buy', type: 'market', time_in_force: 'day' });
    await expect.poll(async () => ((await ask('GET', '/v2/positions')).body as unknown[]).length).toBe(1);
    const exit = { symbol: 'AAPL', side: 'sell', time_in_force: 'gtc' };
    // A stop beside purchases would be a potential wash trade there.
    const { status } = await ask('POST', '/v2/orders', { ...exit, qty: '5', type: 'limit', limit_price: '150' });
    expect(status).toBe(200);
    const options = { ...FAKE_KEYS, url: fake.url, forMs: 40_000, isOnlyCanceling: true, isKeepingExits: true };
    const report = await killAll(options);
    expect(report).toMatchObject({ isEmpty: true, kept: 1, asked: 30, isSuspended: false, failures: [] });
    expect(report.unprotected).toEqual([]);
    const open = (await ask('GET', '/v2/orders?status=open&limit=500')).body as { side: string }[];
    expect(open.map(({ side }) => side)).toEqual(['sell']);
    await ask('DELETE', '/v2/orders');
    expect(await killAll(options)).toMatchObject({ kept: 0, unprotected: [{ symbol: 'AAPL', quantity: 5 }] });
  },
);

test('a package that only closes is left at work, and one that opens is canceled', async ({ onTestFinished }) => {
  const fake = await quietFake();
  onTestFinished(() => fake.close());
  fake.fake.broker.quote('AAPL', 100, 100.02, 10, 10);
  const call = async (path: string, body?: Record<string, unknown>): Promise<unknown> => {
    const headers = { 'APCA-API-KEY-ID': DEFAULTS.keyId, 'APCA-API-SECRET-KEY': DEFAULTS.secret };
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(fake.url + path, { headers, ...init });
    expect(response.status).toBe(200);
    return response.json();
  };
  const [short, long] = ['AAPL261218P00095000', 'AAPL261218P00090000'];
  const pack = (sold: string, bought: string, price: string, size: string) =>
    call('/v2/orders', {
      order_class: 'mleg',
      qty: size,
      type: 'limit',
      limit_price: price,
      time_in_force: 'day',
      legs: [
        { symbol: sold, ratio_qty: '1', side: 'sell' },
        { symbol: bought, ratio_qty: '1', side: 'buy' },
      ],
    });
  // Sold for less than it is worth, which fills; then a debit that nobody takes, and a credit that nobody gives.
  await pack(short, long, '-0.01', '2');
  await expect.poll(async () => ((await call('/v2/positions')) as unknown[]).length).toBe(2);
  const exit = (await pack(long, short, '0.01', '2')) as { id: string };
  await pack(short, long, '-4.90', '1');
  const options = { ...FAKE_KEYS, url: fake.url, forMs: 20_000, isKeepingExits: true };
  const report = await killAll(options);
  expect(report).toMatchObject({ isEmpty: true, asked: 1, kept: 1, unprotected: [], failures: [] });
  const open = (await call('/v2/orders?status=open')) as { id: string }[];
  expect(open.map(({ id }) => id)).toEqual([exit.id]);
});

test('legs that the list leaves out are asked for; a package whose legs nobody tells is canceled, and so is a roll', async ({
  onTestFinished,
}) => {
  const canceled: string[] = [];
  const pack = { order_class: 'mleg', symbol: '', side: '', status: 'new', qty: '1', filled_qty: '0', legs: null };
  const legs = [
    { symbol: 'AAPL261218P00095000', side: 'buy', qty: '1', filled_qty: '0' },
    { symbol: 'AAPL261218P00090000', side: 'sell', qty: '1', filled_qty: '0' },
  ];
  const server = createServer(({ method, url = '' }, response) => {
    if (method === 'DELETE') canceled.push(url);
    const held = legs.map(({ symbol, side }) => ({ symbol, qty: '1', side: side === 'buy' ? 'short' : 'long' }));
    const open = ['told', 'untold', 'roll']
      .filter((id) => !canceled.includes(`/v2/orders/${id}`))
      .map((id) => ({ ...pack, id }));
    const body = url === '/v2/positions' ? held : url.startsWith('/v2/orders?') ? open : { ...pack, legs: null };
    const told: Record<string, unknown> = {
      told: legs,
      roll: [legs[0], { ...legs[1], symbol: 'AAPL261218P00085000' }],
    };
    const [, asked = ''] = /^\/v2\/orders\/(\w+)\?nested=true$/.exec(url) ?? [];
    response.end(JSON.stringify(asked in told ? { ...pack, legs: told[asked] } : body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // Of a server that listens on a port.
  const options = { ...FAKE_KEYS, url: `http://127.0.0.1:${port}`, forMs: 20_000, isKeepingExits: true };
  expect(await killAll(options)).toMatchObject({ isEmpty: true, kept: 1, asked: 2, unprotected: [] });
  expect(canceled).toEqual(['/v2/orders/untold', '/v2/orders/roll']);
});

test('an exit that fills while the kill reads is left at work', async ({ onTestFinished }) => {
  const canceled: string[] = [];
  let asked = 0;
  // It fills by three between the first list and the positions after it.
  const server = createServer(({ method, url = '' }, response) => {
    if (method === 'DELETE') canceled.push(url);
    const filled = asked >= 2 ? '3' : '0';
    const order = { id: 'exit', symbol: 'AAPL', status: 'new', qty: '7', filled_qty: filled, side: 'sell' };
    if (url === '/v2/positions') asked++;
    const position = { symbol: 'AAPL', qty: asked >= 2 ? '4' : '7', side: 'long' };
    response.end(JSON.stringify(url === '/v2/positions' ? [position] : [order]));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // Of a server that listens on a port.
  const options = { ...FAKE_KEYS, url: `http://127.0.0.1:${port}`, forMs: 20_000, isKeepingExits: true };
  expect(await killAll(options)).toMatchObject({ isEmpty: true, kept: 1, asked: 0, unprotected: [] });
  expect(canceled).toEqual([]);
});

describe('LF-52 the kill that needs only keys', () => {
  test('thirty orders are cancelled and new ones are blocked, and both are confirmed', async ({ withOrders }) => {
    const { ask, kill, stillOpen } = await withOrders();
    const report = await kill();
    expect(report).toMatchObject({ isSuspended: true, isEmpty: true, open: [], failures: [] });
    expect(report.asked).toBeGreaterThanOrEqual(30);
    expect(await stillOpen()).toBe(0);
    const { status } = await ask('POST', '/v2/orders', {
      symbol: 'AAPL',
      qty: '1',
      side: 'buy',
      type: 'market',
      time_in_force: 'day',
    });
    expect(status).toBe(403);
  });

  test('it goes on through 429, 5xx, lost answers and half a body, and says what failed', async ({ withOrders }) => {
    const { fake, kill, stillOpen } = await withOrders();
    const { faults } = fake.fake;
    faults.add({ on: 'request', method: 'PATCH', times: 2, fault: { kind: 'too-many', headers: true } });
    faults.add({
      on: 'request',
      method: 'DELETE',
      path: '/v2/orders',
      times: 3,
      fault: { kind: 'answer', status: 503, html: true, acted: false },
    });
    faults.add({ on: 'request', method: 'GET', path: '/v2/orders', times: 1, fault: { kind: 'truncate' } });
    faults.add({
      on: 'request',
      method: 'GET',
      path: '/v2/orders',
      times: 1,
      skip: 1,
      fault: { kind: 'reset', acted: true },
    });
    const report = await kill();
    expect(report).toMatchObject({ isSuspended: true, isEmpty: true, open: [] });
    expect(report.failures.join('\n')).toMatch(/PATCH .*429/);
    expect(report.failures.join('\n')).toMatch(/DELETE \/v2\/orders: 503/);
    expect(await stillOpen()).toBe(0);
  });

  test('an order that arrives late is cancelled too', async ({ withOrders }) => {
    const { fake, ask, kill, stillOpen } = await withOrders();
    const body = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'limit', limit_price: '40', time_in_force: 'gtc' };
    fake.fake.faults.add({ on: 'request', method: 'POST', fault: { kind: 'delay', millis: 150, part: 'request' } });
    const late = ask('POST', '/v2/orders', body);
    const report = await kill();
    await late;
    expect(report.isEmpty).toBe(true);
    expect(await stillOpen()).toBe(0);
  });

  test('what cannot be confirmed in time is said, and is no success', async ({ withOrders }) => {
    const { fake, kill, stillOpen } = await withOrders();
    fake.fake.faults.add({
      on: 'request',
      method: 'PATCH',
      times: 1000,
      fault: { kind: 'answer', status: 500, html: false, acted: false },
    });
    const report = await kill(4000);
    expect(report).toMatchObject({ isSuspended: false, open: [] });
    expect(await stillOpen()).toBe(0);
  });

  test('keys that the broker refuses end it at once', async ({ withOrders }) => {
    const { kill } = await withOrders();
    const report = await kill(20_000, new Secret('PKWRONG'));
    expect(report).toMatchObject({ isSuspended: false, isEmpty: false });
    expect(report.failures.join()).toContain('refuses the keys');
    expect(report.failures.join()).not.toContain(DEFAULTS.secret);
  });

  test('the command does it with nothing but an environment, and leaves with 0', async ({ withOrders }) => {
    const { fake } = await withOrders();
    const run = async (...args: string[]) => {
      const child = spawn(process.execPath, [resolve('bin/tradedeck.js'), 'killall', ...args], {
        env: { PATH: process.env['PATH'], APCA_API_KEY_ID: DEFAULTS.keyId, APCA_API_SECRET_KEY: DEFAULTS.secret },
      });
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
      child.stderr.setEncoding('utf8').on('data', (part: string) => (out += part));
      const [code] = (await once(child, 'close')) as [number];
      return { code, out };
    };
    const done = await run('--base-url', fake.url, '--json');
    expect(done.code).toBe(0);
    expect(JSON.parse(done.out)).toMatchObject({ done: true, isSuspended: true, isEmpty: true });
    expect(done.out).not.toContain(DEFAULTS.secret);
    const unsaid = await run();
    expect(unsaid.code).toBe(2);
    expect(unsaid.out).toContain('--paper, --live');
  });
});
