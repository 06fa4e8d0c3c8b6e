/**
 * The kill from a telephone and what a stranger gets: real requests to a real listener, with an account at a fake broker. What the
 * broker's own books say counts.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/server.ts';
import { DEFAULTS } from '../../../src/adapters/fake-broker/core/config.ts';
import { makePhoneKey, phoneFileOf } from '../../../src/desk/deadman/door.ts';
import { signatureOf, SIGNATURE, type HeartbeatAnswer } from '../../../src/desk/deadman/heartbeat.ts';
import { Listener } from '../../../src/desk/deadman/listener.ts';
import { Notes } from '../../../src/desk/deadman/notes.ts';
import { stoppable } from '../../../src/desk/deadman/stopping.ts';
import { Watchdog } from '../../../src/desk/deadman/watchdog.ts';
import { codeOf, secretFileOf } from '../../../src/desk/session/one-time-code.ts';
import { newYork } from '../../adapters/fake-alpaca/desk.ts';

const SECRET = new Secret('s'.repeat(64));
const TOTP = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const before = process.env['TRADEDECK_HOME'];

let home: string;
let fake: FakeAlpaca;
let listener: Listener;
let watchdog: Watchdog;
let stop: { isStopped: boolean };
let watching: Promise<void>;
let key: string;
let account: string;

const headers = { 'APCA-API-KEY-ID': DEFAULTS.keyId, 'APCA-API-SECRET-KEY': DEFAULTS.secret };
const broker = async (path: string, body?: unknown): Promise<unknown> =>
  (
    await fetch(fake.url + path, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
  ).json();

async function isKilled(): Promise<boolean> {
  const { suspend_trade: isBlocked } = (await broker('/v2/account/configurations')) as { suspend_trade: boolean };
  const open = (await broker('/v2/orders?status=open')) as unknown[];
  expect(isBlocked).toBe(open.length === 0);
  return isBlocked;
}

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'tradedeck-listener-'));
  process.env['TRADEDECK_HOME'] = home;
  fake = await FakeAlpaca.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 20,
    partialFills: 0,
    requestsPerMinute: 10_000,
    market: { kind: 'none', symbols: [{ symbol: 'AAPL', price: 100 }] },
  });
  fake.fake.broker.quote('AAPL', 100, 100.02, 10, 10);
  await broker('/v2/orders', {
    symbol: 'AAPL',
    qty: '1',
    side: 'buy',
    type: 'limit',
    limit_price: '50',
    time_in_force: 'gtc',
  });
  ({ account_number: account } = (await broker('/v2/account')) as { account_number: string });
  const people = join(home, 'approvers');
  mkdirSync(people, { recursive: true });
  const pem = join(people, 'anna.pem');
  const { publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(pem, publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(secretFileOf(pem), TOTP, { mode: 0o600 });
  key = makePhoneKey(pem);
  writeFileSync(join(home, 'keys'), `{"keyId":"${DEFAULTS.keyId}","secret":"${DEFAULTS.secret}"}`, { mode: 0o600 });
  const notes = new Notes(join(home, 'watchdog', 'watchdog.jsonl'), () => undefined);
  const accounts = [stoppable({ broker: 'alpaca', account, mode: 'rehearsal', keys: 'keys', url: fake.url }, home)];
  watchdog = new Watchdog({
    home: join(home, 'watchdog'),
    secret: SECRET,
    clockMs: 60_000,
    accounts,
    channels: [],
    notes,
  });
  listener = await Listener.open({ watchdog, notes, secret: SECRET, host: '127.0.0.1', port: 0, tls: undefined });
  stop = { isStopped: false };
  watching = watchdog.watch(stop);
});

afterEach(async () => {
  stop.isStopped = true;
  await watching;
  await listener.close();
  await fake.close();
  rmSync(home, { recursive: true });
  if (before === undefined) delete process.env['TRADEDECK_HOME'];
  else process.env['TRADEDECK_HOME'] = before;
});

/** The code of so many steps of half a minute from now. */
function code(steps = 0): string {
  return codeOf(new TextEncoder().encode('12345678901234567890'), Math.floor(Date.now() / 30_000) + steps);
}

const JSON_KIND = { 'content-type': 'application/json' };
const kill = (more: object = {}, own: Record<string, string> = {}) =>
  fetch(`${listener.url}/kill`, {
    method: 'POST',
    headers: { ...JSON_KIND, ...own },
    body: JSON.stringify({ person: 'anna', key, code: code(), ...more }),
  });
const notes = (): string => readFileSync(join(home, 'watchdog', 'watchdog.jsonl'), 'utf8');

describe('a kill from afar', () => {
  test('with key and code stops the account at its broker, says what was confirmed, and is written down', async () => {
    const answer = await kill({ reason: 'the news' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      done: true,
      by: 'anna',
      outcomes: [{ isDone: true, report: { isSuspended: true, isEmpty: true, asked: 1 } }],
    });
    expect(await isKilled()).toBe(true);
    expect(notes()).toContain('anna kills all accounts: the news');
    expect(notes()).not.toContain(key);
  });

  test('by the form of our own page too', async () => {
    const answer = await form({ origin: listener.url, accept: 'text/html' });
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('confirmed')]);
    expect(await isKilled()).toBe(true);
  });

  test('is told to the session with its next heartbeat', async () => {
    const { accounts } = watchdog;
    expect((await speak(1, accounts[0].id)).stopped).toBeNull();
    await kill({ reason: 'the news' });
    expect((await speak(2, accounts[0].id)).stopped).toBe('the news (anna)');
  });

  test('of an account that is not known kills nothing', async () => {
    expect((await kill({ account: '0000x' })).status).toBe(400);
    expect(await isKilled()).toBe(false);
  });

  test('that the broker does not confirm is no success', async () => {
    fake.fake.faults.add({
      on: 'request',
      method: 'PATCH',
      times: 1000,
      fault: { kind: 'answer', status: 401, html: false, acted: false },
    });
    const answer = await kill();
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ done: false });
  });
});

describe('nothing is done', () => {
  test.each([
    ['with another key', { key: 'x'.repeat(43) }, 401],
    ['for somebody who is not known', { person: 'ben' }, 401],
    ['for a name that is a path', { person: '../anna' }, 401],
    ['with a code of an hour ago', { code: 'old' }, 401],
    ['without a code', { code: '' }, 400],
    ['with a field that is not known', { approved: true }, 400],
    ['with a text that is too long', { reason: 'x'.repeat(201) }, 400],
    ['with a body that is too long', { reason: 'x'.repeat(9000) }, 413],
  ])('%s', async (_, more, status) => {
    const answer = await kill('code' in more && more.code === 'old' ? { code: code(-120) } : more);
    expect(answer.status).toBe(status);
    expect(await isKilled()).toBe(false);
    expect(notes()).toContain('request.refused');
  });

  test.each(['x-user-id', 'x-forwarded-user', 'x-tradedeck-role', 'x-auth-request-email'])(
    'where the header %s says who somebody is',
    async (name) => {
      expect((await kill({}, { [name]: 'admin' })).status).toBe(400);
      expect(await isKilled()).toBe(false);
      expect(notes()).toContain(name);
    },
  );

  test('by a code that was used', async () => {
    const once = code();
    expect((await kill({ code: once })).status).toBe(200);
    const again = await kill({ code: once });
    expect(again.status).toBe(401);
    expect(await again.json()).toEqual({ error: 'the code was used already' });
  });

  test('by five codes that are guessed and a right one after them; a stranger can use up nobody’s attempts', async () => {
    for (let i = 0; i < 12; i++) expect([401, 429]).toContain((await kill({ key: 'y'.repeat(43) })).status);
    const wrong = code() === '000000' ? '000001' : '000000';
    for (let i = 0; i < 5; i++) expect((await kill({ code: wrong })).status).toBe(401);
    expect((await kill()).status).toBe(429);
    expect(await isKilled()).toBe(false);
  });

  test('a hundred strangers do not keep out who has the key', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => kill({ key: 'z'.repeat(43) })));
    const busy = all.filter(({ status }) => status === 429).length;
    expect(busy).toBe(90);
    expect((await kill()).status).toBe(200);
    expect(notes().split('\n').length).toBeLessThan(80);
  });

  test.each([
    ['of another page', { origin: 'https://evil.example' }],
    ['that another page sent, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['that does not say where it comes from', {}],
    ['from a page without an origin', { origin: 'null' }],
  ])('by a form %s', async (_, own) => {
    expect((await form(own)).status).toBe(403);
    expect(await isKilled()).toBe(false);
  });

  test('by JSON from another page, or as plain text, which a page may send anywhere', async () => {
    expect((await kill({}, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await kill({}, { 'content-type': 'text/plain' })).status).toBe(415);
    expect(await isKilled()).toBe(false);
  });

  test.each(['/resume', '/clear', '/arm', '/flatten', '/order', '/kill/', '/__proto__'])(
    'at %s there is nothing',
    async (path) => {
      const answer = await fetch(listener.url + path, { method: 'POST', headers: JSON_KIND, body: '{}' });
      expect(answer.status).toBe(404);
    },
  );
});

describe('how all stand', () => {
  const basic = (person: string, own: string) => ({ authorization: `Basic ${btoa(`${person}:${own}`)}` });

  test('is shown to who has a key, as JSON and as a page; what others said is text', async () => {
    await speak(1, watchdog.accounts[0].id, '<img src=x onerror=alert(1)>');
    const answer = await fetch(`${listener.url}/status`, { headers: basic('anna', key) });
    const { sessions } = (await answer.json()) as { sessions: object[] };
    expect(sessions).toMatchObject([{ session: 'a-1', phase: 'watching', orders: 1, told: '10:ff' }]);
    const page = await fetch(`${listener.url}/status`, { headers: { ...basic('anna', key), accept: 'text/html' } });
    const html = await page.text();
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<script');
    expect(html).not.toContain(account);
  });

  test('and to nobody else', async () => {
    const nobody = await fetch(`${listener.url}/status`);
    expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic')]);
    expect((await fetch(`${listener.url}/status`, { headers: basic('anna', 'x') })).status).toBe(401);
    expect((await fetch(`${listener.url}/status`, { method: 'POST', headers: basic('anna', key) })).status).toBe(404);
  });

  test('every answer has its headers, also a refusal, and the form shows nothing of any account', async () => {
    for (const path of ['/', '/style.css', '/status', '/nothing', '/kill']) {
      const answer = await fetch(listener.url + path);
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(await answer.text()).not.toContain(account.slice(-4));
    }
  });
});

test('a heartbeat with another secret, or none, is refused and written down', async () => {
  const send = (own: Record<string, string>) =>
    fetch(`${listener.url}/beat`, {
      method: 'POST',
      headers: { ...JSON_KIND, ...own },
      body: JSON.stringify(beat(1, '')),
    });
  expect((await send({})).status).toBe(401);
  expect(
    (await send({ [SIGNATURE]: signatureOf(new Secret('t'.repeat(64)), JSON.stringify(beat(1, ''))) })).status,
  ).toBe(401);
  expect(watchdog.all).toEqual([]);
  expect(notes()).toContain('heartbeat.refused');
});

test('a heartbeat that comes twice gets a signed refusal', async () => {
  expect(await speak(1, '')).toMatchObject({ isTaken: true });
  expect(await speak(1, '')).toMatchObject({ isTaken: false, why: expect.stringContaining('replay') as string });
});

test('the key of a telephone lies there as a hash alone', () => {
  const kept = readFileSync(phoneFileOf(join(home, 'approvers', 'anna.pem')), 'utf8');
  expect(kept).toMatch(/^[0-9a-f]{64}\n$/);
  expect(kept).not.toContain(key);
});

const started = Date.now();
const beat = (sequence: number, id: string, deck = 'a') => ({
  heartbeat: 'tradedeck-heartbeat',
  version: 1,
  kind: 'beat',
  session: 'a-1',
  instance: 'i1',
  sequence,
  at: started,
  account: id,
  tail: '',
  mode: 'rehearsal',
  deck,
  state: 'active',
  orders: 1,
  positions: 0,
  records: 10,
  hash: 'ff',
});

async function speak(sequence: number, id: string, deck?: string): Promise<HeartbeatAnswer> {
  const body = JSON.stringify({ ...beat(sequence, id, deck), at: Date.now() });
  const own = { ...JSON_KIND, [SIGNATURE]: signatureOf(SECRET, body) };
  const answer = await fetch(`${listener.url}/beat`, { method: 'POST', headers: own, body });
  const text = await answer.text();
  expect(answer.headers.get(SIGNATURE)).toBe(signatureOf(SECRET, text));
  return JSON.parse(text) as HeartbeatAnswer;
}

/** A form as a browser sends it: with headers that `fetch` does not let a program set. */
function form(own: Record<string, string>): Promise<{ status: number; body: string }> {
  const body = new URLSearchParams({ person: 'anna', key, code: code(), reason: 'page' }).toString();
  const kind = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const sent = request(`${listener.url}/kill`, { method: 'POST', headers: { ...kind, ...own } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
    });
    sent.on('error', reject).end(body);
  });
}
