/** The fake on a port: the faults of the wire, the manners of its streams, and its own endpoints. */
import { once } from 'node:events';
import { decode, encode } from '@msgpack/msgpack';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { DEFAULTS } from '../../../src/adapters/fake-broker/core/config.ts';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/server.ts';
import { newYork } from './desk.ts';

const KEYS = { 'APCA-API-KEY-ID': DEFAULTS.keyId, 'APCA-API-SECRET-KEY': DEFAULTS.secret };
const ORDER = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'limit', limit_price: '100.5', time_in_force: 'day' };
const AUTH = { action: 'auth', key: DEFAULTS.keyId, secret: DEFAULTS.secret };

let fake: FakeAlpaca;
const clients: WebSocket[] = [];

beforeEach(async () => {
  fake = await FakeAlpaca.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 'manual',
    partialFills: 0,
    market: { kind: 'none', symbols: [{ symbol: 'AAPL', price: 100 }] },
  });
  await own('quote', { symbol: 'AAPL', bid: 100, ask: 100.02 });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await fake.close();
});

async function own(name: string, body?: unknown): Promise<Record<string, unknown>> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${fake.url}/__fake/${name}`, init);
  expect([response.status, name]).toEqual([200, name]);
  return (await response.json()) as Record<string, unknown>;
}

function send(method: string, path: string, body?: unknown, timeout = 5000): Promise<Response> {
  return fetch(fake.url + path, {
    method,
    headers: KEYS,
    signal: AbortSignal.timeout(timeout),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function ordersAtBroker(): Promise<unknown[]> {
  return (await own('ledger'))['orders'] as unknown[];
}

async function inject(fault: unknown, more: object = {}): Promise<void> {
  await own('inject', { on: 'request', method: 'POST', path: '/v2/orders', fault, ...more });
}

test.each([
  [{ kind: 'drop-request' }, 0],
  [{ kind: 'drop-response' }, 1],
  [{ kind: 'reset', acted: false }, 0],
  [{ kind: 'reset', acted: true }, 1],
  [{ kind: 'delay', millis: 600, part: 'response' }, 1],
] as const)('with %o nothing comes back, and the broker has %i orders', async (fault, count) => {
  await inject(fault);
  await expect(send('POST', '/v2/orders', ORDER, 300)).rejects.toThrow(/aborted|terminated|fetch failed/);
  expect(await ordersAtBroker()).toHaveLength(count);
  // The fault fires once.
  expect((await send('POST', '/v2/orders', ORDER)).status).toBe(200);
});

test.each([
  [{ kind: 'answer', status: 502, html: true, acted: true }, 502, 1],
  [{ kind: 'answer', status: 503, html: false, acted: false }, 503, 0],
  [{ kind: 'truncate' }, 200, 1],
  [{ kind: 'too-many', headers: true }, 429, 0],
] as const)('with %o the answer is %i, and the broker has %i orders', async (fault, status, count) => {
  await inject(fault);
  const response = await send('POST', '/v2/orders', ORDER);
  expect(response.status).toBe(status);
  if (fault.kind === 'truncate') await expect(response.json()).rejects.toThrow(SyntaxError);
  if (fault.kind === 'too-many') expect(Number(response.headers.get('x-ratelimit-reset'))).toBeGreaterThan(1.79e9);
  expect(await ordersAtBroker()).toHaveLength(count);
  expect((await own('inject'))['fired']).toEqual({ [fault.kind]: 1 });
  expect(((await own('requests')) as unknown as { fault: string }[])[0].fault).toBe(fault.kind);
});

/** Opens a stream; `next` waits for the message after those that were taken. */
async function open(
  path: string,
  packed = false,
): Promise<{ say: (message: unknown) => void; next: () => Promise<unknown>; client: WebSocket }> {
  const headers = packed ? { 'Content-Type': 'application/msgpack' } : {};
  const client = new WebSocket(`ws://127.0.0.1:${fake.port}${path}`, { headers });
  clients.push(client);
  const inbox: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  client.on('message', (data: Buffer, isBinary) => {
    const message: unknown = packed ? decode(data) : { isBinary, ...asObject(JSON.parse(data.toString())) };
    const take = waiting.shift();
    if (take === undefined) inbox.push(message);
    else take(message);
  });
  await once(client, 'open');
  return {
    client,
    say: (message) => client.send(packed ? encode(message) : JSON.stringify(message)),
    next: () => (inbox.length > 0 ? Promise.resolve(inbox.shift()) : new Promise((resolve) => waiting.push(resolve))),
  };
}

function asObject(message: unknown): object {
  return Array.isArray(message) ? { first: message[0] as unknown, length: message.length } : (message as object);
}

async function fillOne(): Promise<void> {
  await send('POST', '/v2/orders', ORDER);
  await own('advance', { seconds: 1 });
}

test('the stream of orders takes both forms of greeting, and a new list in the place of the old', async () => {
  for (const greeting of [
    AUTH,
    { action: 'authenticate', data: { key_id: DEFAULTS.keyId, secret_key: DEFAULTS.secret } },
  ]) {
    const { say, next } = await open('/stream');
    say(greeting);
    expect(await next()).toEqual({
      isBinary: true,
      stream: 'authorization',
      data: { status: 'authorized', action: 'authenticate' },
    });
    say({ action: 'listen', data: { streams: ['trade_updates', 'nonsense'] } });
    expect(await next()).toMatchObject({ stream: 'listening', data: { streams: ['trade_updates'] } });
    say({ action: 'listen', data: { streams: [] } });
    expect(await next()).toMatchObject({ data: { streams: [] } });
  }
});

test('a wrong key is unauthorized, and the stream is closed', async () => {
  const { say, next, client } = await open('/stream');
  say({ ...AUTH, secret: 'wrong' });
  expect(await next()).toMatchObject({ data: { status: 'unauthorized' } });
  await once(client, 'close');
});

test('fills are doubled, lost and late by request, and a muted stream says nothing', async () => {
  const { say, next } = await open('/stream');
  say(AUTH);
  await next();
  say({ action: 'listen', data: { streams: ['trade_updates'] } });
  await next();
  await own('inject', { on: 'stream', stream: 'trade', event: 'fill', fault: { kind: 'duplicate', copies: 1 } });
  await fillOne();
  const events = async (count: number): Promise<unknown[]> => {
    const got: unknown[] = [];
    for (let i = 0; i < count; i++) got.push(((await next()) as { data: { event: string } }).data.event);
    return got;
  };
  expect(await events(4)).toEqual(['pending_new', 'new', 'fill', 'fill']);
  await own('inject', { on: 'stream', stream: 'trade', event: 'new', fault: { kind: 'delay', millis: 5000 } });
  await own('inject', { on: 'stream', stream: 'trade', event: 'pending_new', fault: { kind: 'drop' } });
  await fillOne();
  await own('advance', { seconds: 10 });
  expect(await events(2)).toEqual(['fill', 'new']);
  expect(await own('streams', { action: 'mute', millis: 60_000 })).toEqual({ connections: 1 });
  await fillOne();
  await own('advance', { seconds: 61 });
  await fillOne();
  expect(await events(1)).toEqual(['pending_new']);
});

test('a stream of prices admits one connection, and sends slow customers away', async () => {
  const first = await open('/v2/iex');
  expect(await first.next()).toMatchObject({ first: { T: 'success', msg: 'connected' } });
  const second = await open('/v2/iex');
  await second.next();
  expect(await second.next()).toMatchObject({ first: { T: 'error', code: 406, msg: 'connection limit exceeded' } });
  first.say({ action: 'subscribe', trades: ['AAPL'] });
  expect(await first.next()).toMatchObject({ first: { T: 'error', code: 401 } });
  first.say(AUTH);
  expect(await first.next()).toMatchObject({ first: { msg: 'authenticated' } });
  first.say(AUTH);
  expect(await first.next()).toMatchObject({ first: { T: 'error', code: 403 } });
  first.say({ action: 'subscribe', trades: ['AAPL'], quotes: ['*'] });
  expect(await first.next()).toMatchObject({ first: { T: 'subscription', trades: ['AAPL'], quotes: ['*'] } });
  await own('trade', { symbol: 'AAPL', price: 100.01 });
  expect(await first.next()).toMatchObject({ isBinary: false, first: { T: 't', S: 'AAPL', p: 100.01 } });
  await own('streams', { stream: 'stocks', action: 'slow' });
  expect(await first.next()).toMatchObject({ first: { T: 'error', code: 407 } });
  await once(first.client, 'close');
});

test('who does not say who they are within ten seconds is sent away', async () => {
  const { next } = await open('/v2/iex');
  await next();
  await own('advance', { seconds: 11 });
  expect(await next()).toMatchObject({ first: { T: 'error', code: 404, msg: 'auth timeout' } });
});

test('the stream of options speaks MessagePack, its times included', async () => {
  const { say, next } = await open('/v1beta1/indicative', true);
  await next();
  say(AUTH);
  await next();
  say({ action: 'subscribe', quotes: ['AAPL261120P00100000'] });
  await next();
  // The contract is listed when somebody asks for it.
  await send('GET', '/v2/options/contracts/AAPL261120P00100000');
  await own('quote', { symbol: 'AAPL', bid: 99, ask: 99.02 });
  const [quote] = (await next()) as { S: string; bp: number; t: Date }[];
  expect(quote.S).toBe('AAPL261120P00100000');
  expect(quote.bp).toBeGreaterThan(0);
  expect(quote.t).toBeInstanceOf(Date);
});

test('a fill that comes late is a fill of a cancelled order', async () => {
  await own('fill-fault', { symbol: 'AAPL', lateByMillis: 2000 });
  const { id } = (await (await send('POST', '/v2/orders', ORDER)).json()) as { id: string };
  await own('advance', { seconds: 1 });
  expect((await send('DELETE', `/v2/orders/${id}`)).status).toBe(204);
  await own('advance', { seconds: 0.5 });
  const order = async (): Promise<unknown> => (await send('GET', `/v2/orders/${id}`)).json();
  expect(await order()).toMatchObject({ status: 'canceled', filled_qty: '0' });
  await own('advance', { seconds: 3 });
  expect(await order()).toMatchObject({ filled_qty: '1' });
  expect((await own('ledger'))['positions']).toEqual({ AAPL: '1' });
});

test('a busted trade takes its shares back and shows on the stream of activities alone', async () => {
  await fillOne();
  const [fill] = (await own('ledger'))['fills'] as { execution_id: string }[];
  await own('bust', { executionId: fill.execution_id });
  expect(await own('ledger')).toMatchObject({ positions: {}, cash: '100000' });
  const response = await send('GET', '/v2beta1/events/activities?since=2026-11-01');
  const reader = response.body!.getReader();
  let text = '';
  while (!text.includes('trade_bust')) text += new TextDecoder().decode((await reader.read()).value);
  await reader.cancel();
  expect(text).toMatch(/^: /);
  expect(text.match(/^data: /gm)).toHaveLength(2);
});

test('the stream of activities says when it has lost some, and gives them again from a place', async () => {
  const read = async (path: string, until: RegExp): Promise<string> => {
    const reader = (await send('GET', path)).body!.getReader();
    let text = '';
    const more = async (): Promise<void> => {
      while (!until.test(text)) text += new TextDecoder().decode((await reader.read()).value);
      await reader.cancel();
    };
    const done = more();
    await own('activity-gap', { count: 1 });
    await fillOne();
    await fillOne();
    await done;
    return text;
  };
  const heard = await read('/v2beta1/events/activities', /^data: /m);
  expect(heard).toContain(': you are reading too slowly, dropped 1 messages');
  const all = await read('/v2beta1/events/activities?since=2026-11-01', /(data: [^]*){2}/);
  expect(all.match(/^data: /gm)!.length).toBeGreaterThanOrEqual(2);
});

test('a revoked key, a blocked account and a halted share are set by request', async () => {
  await own('halt', { symbol: 'AAPL', halted: true });
  await fillOne();
  expect((await own('ledger'))['positions']).toEqual({});
  await own('halt', { symbol: 'AAPL', halted: false });
  expect((await own('ledger'))['positions']).toEqual({ AAPL: '1' });
  await own('account', { tradingBlocked: true });
  expect((await send('POST', '/v2/orders', ORDER)).status).toBe(403);
  await own('account', { keyRevoked: true });
  expect((await send('GET', '/v2/account')).status).toBe(401);
});

test('a request to the fake itself that makes no sense is told what was expected', async () => {
  const response = await fetch(`${fake.url}/__fake/inject`, {
    method: 'POST',
    body: JSON.stringify({ on: 'request', fault: { kind: 'explode' } }),
  });
  expect(response.status).toBe(400);
  expect(((await response.json()) as { message: string }).message).toContain('fault.kind');
});

test('a port that is taken is a mistake that a person can mend', async () => {
  await expect(
    FakeAlpaca.start({
      port: fake.port,
      startAt: newYork('2026-11-18', '10:30'),
      speed: 'manual',
      market: { kind: 'none', symbols: [] },
    }),
  ).rejects.toThrow(/cannot listen on port .* \(choose another with --port\)/);
});
