/** What a watchdog does about silence when something comes between: its own death, a broker that is away, a session that is back. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/server.ts';
import { DOLLAR, SHARE } from '../../../src/adapters/fake-broker/core/amounts.ts';
import { DEFAULTS } from '../../../src/adapters/fake-broker/core/config.ts';
import { Secret } from '../../../src/base/secret.ts';
import { signatureOf, type Heartbeat } from '../../../src/desk/deadman/heartbeat.ts';
import { Notes } from '../../../src/desk/deadman/notes.ts';
import { stoppable, type Stoppable } from '../../../src/desk/deadman/stopping.ts';
import type { Watched } from '../../../src/desk/deadman/watched.ts';
import { Watchdog } from '../../../src/desk/deadman/watchdog.ts';
import { newYork } from '../../adapters/fake-alpaca/desk.ts';

const SECRET = new Secret('s'.repeat(64));
let home: string;
let fake: FakeAlpaca;
let account: Stoppable;
const ends: (() => Promise<void>)[] = [];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'tradedeck-silence-'));
  fake = await FakeAlpaca.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 20,
    requestsPerMinute: 10_000,
    market: { kind: 'none', symbols: [{ symbol: 'AAPL', price: 100 }] },
  });
  writeFileSync(join(home, 'keys'), `{"keyId":"${DEFAULTS.keyId}","secret":"${DEFAULTS.secret}"}`, { mode: 0o600 });
  const given = { broker: 'alpaca', account: 'PA1', mode: 'rehearsal', keys: 'keys', url: fake.url } as const;
  account = stoppable({ ...given, silentSeconds: 1 }, home);
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await fake.close();
  rmSync(home, { recursive: true });
});

/** A watchdog that watches until the test is over, or it is ended. */
function watching(): { dog: Watchdog; end: () => Promise<void> } {
  const notes = new Notes(join(home, 'watchdog.jsonl'), () => undefined);
  const dog = new Watchdog({ home, secret: SECRET, clockMs: 60_000, accounts: [account], channels: [], notes });
  const stop = { isStopped: false };
  const work = dog.watch(stop);
  const end = async (): Promise<void> => {
    stop.isStopped = true;
    await work;
  };
  ends.push(end);
  return { dog, end };
}

let sequence = 0;
function beat(more: Partial<Heartbeat> = {}): Heartbeat {
  return {
    heartbeat: 'tradedeck-heartbeat',
    version: 1,
    kind: 'beat',
    session: 'a-1',
    instance: 'i1',
    sequence: ++sequence,
    at: Date.now(),
    account: account.id,
    tail: '…PA1',
    mode: 'rehearsal',
    deck: 'a',
    state: 'active',
    orders: 0,
    positions: 0,
    records: 10,
    hash: 'ff',
    ...more,
  };
}

function speak(dog: Watchdog, more: Partial<Heartbeat> = {}) {
  const body = JSON.stringify(beat(more));
  return dog.hear(body, signatureOf(SECRET, body), 'test');
}

const events = (): string[] =>
  readFileSync(join(home, 'watchdog.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { event: string }).event);
const patient = { timeout: 20_000 };
const isBlocked = (): boolean => fake.fake.broker.state.flags.suspendedByUser;

test('a stop that was begun by a process that is no more is brought to its end, once', async () => {
  const watched: Watched = { beat: beat(), heardAt: Date.now() - 100_000, phase: 'stopping', stopped: null };
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'watched.json'), JSON.stringify([watched]));
  const { dog, end } = watching();
  await expect.poll(events, patient).toContain('watchdog.stopped');
  expect(isBlocked()).toBe(true);
  expect(dog.all.map(({ phase }) => phase)).toEqual(['stopped']);
  await end();
  watching();
  await expect.poll(() => events().filter((event) => event === 'watchdog.stopped')).toHaveLength(1);
});

test('a broker that is away is asked again until it is stopped, and each time that it was not is told', async () => {
  const dead = { kind: 'answer', status: 503, html: false, acted: false } as const;
  fake.fake.faults.add({ on: 'request', times: 1_000_000, fault: dead });
  account = { ...account, kill: (flatten) => stop(flatten) };
  const { kill } = stoppable(
    { broker: 'alpaca', account: 'PA1', mode: 'rehearsal', keys: 'keys', url: fake.url },
    home,
  );
  // Attempts are short here, so that several fit into a test.
  const stop = (flatten: boolean) => kill(flatten, 700);
  const { dog } = watching();
  speak(dog);
  await expect.poll(events, patient).toContain('watchdog.not-stopped');
  expect(isBlocked()).toBe(false);
  fake.fake.faults.clear();
  await expect.poll(events, patient).toContain('watchdog.stopped');
  expect(isBlocked()).toBe(true);
  expect(events().filter((event) => event === 'watchdog.silent')).toHaveLength(1);
});

test('a session that speaks again before anything was done is left alone', async () => {
  const dead = { kind: 'answer', status: 503, html: false, acted: false } as const;
  fake.fake.faults.add({ on: 'request', times: 1_000_000, fault: dead });
  const { kill } = account;
  account = { ...account, kill: (flatten) => kill(flatten, 700) };
  const { dog } = watching();
  speak(dog);
  await expect.poll(events, patient).toContain('watchdog.not-stopped');
  // It goes on speaking, or it would be silent again.
  const speaking = setInterval(() => void speak(dog), 100);
  ends.unshift(async () => clearInterval(speaking));
  await expect.poll(events, patient).toContain('watchdog.left');
  fake.fake.faults.clear();
  expect(speak(dog).answer).toMatchObject({ isTaken: true, stopped: null });
  expect(isBlocked()).toBe(false);
  expect(events()).not.toContain('watchdog.stopped');
});

test('what cannot be closed, as when the market is shut, is tried three times, and then told and left under the block', async () => {
  const { broker } = fake.fake;
  broker.quote('AAPL', 100, 100.02, 10, 10);
  broker.state.holdings.trade(broker.state.listings.get('AAPL')!, 7 * SHARE, 100 * DOLLAR);
  // Whatever is asked to be closed is refused.
  const shut = { kind: 'answer', status: 422, html: false, acted: false } as const;
  fake.fake.faults.add({ on: 'request', method: 'DELETE', path: '/v2/positions', times: 1_000_000, fault: shut });
  const { kill } = account;
  let attempts = 0;
  account = { ...account, ifSilent: 'killall+flatten', kill: (flatten) => (attempts++, kill(flatten, 4000)) };
  const { dog } = watching();
  speak(dog);
  await expect.poll(events, { timeout: 50_000 }).toContain('watchdog.stopped');
  expect(attempts).toBe(3);
  expect(isBlocked()).toBe(true);
  expect(readFileSync(join(home, 'watchdog.jsonl'), 'utf8')).toContain(
    'NOT ALL IS CLOSED: alpaca …PA1: new orders are blocked; no order works',
  );
});

test('one account that is silent is stopped, and another that speaks is not', async () => {
  const other = { ...account, id: 'other', kill: () => expect.fail('it spoke') };
  const notes = new Notes(join(home, 'watchdog.jsonl'), () => undefined);
  const parts = { home, secret: SECRET, clockMs: 60_000, accounts: [account, other], channels: [], notes };
  const dog = new Watchdog(parts);
  const stop = { isStopped: false };
  const work = dog.watch(stop);
  speak(dog);
  const speaking = setInterval(() => void speak(dog, { session: 'b-1', instance: 'j', account: 'other' }), 100);
  ends.push(async () => {
    clearInterval(speaking);
    stop.isStopped = true;
    await work;
  });
  await expect.poll(events, patient).toContain('watchdog.stopped');
  expect(dog.all.map(({ beat: { session }, phase }) => [session, phase])).toEqual([
    ['a-1', 'stopped'],
    ['b-1', 'watching'],
  ]);
});

test('what is silent on paper, or of an account that nobody has keys for, is told', async () => {
  account = { ...account, ifSilent: 'alert', kill: () => expect.fail('it is only told') };
  const { dog } = watching();
  speak(dog);
  await expect.poll(events, patient).toContain('watchdog.silent');
  expect(dog.all.map(({ phase }) => phase)).toEqual(['stopped']);
  expect(speak(dog).answer).toMatchObject({ stopped: null });
  expect(events()).toContain('watchdog.back');
});
