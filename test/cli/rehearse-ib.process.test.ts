/** A day at Interactive Brokers as a person plays it, against the fake TWS: begun, killed, begun again, over, verified. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeTws, type TwsOptions } from '../../src/adapters/fake-tws/index.ts';
import { newYork } from '../adapters/fake-alpaca/desk.ts';
import { ended, home, PATIENT, sessionIn, start, tradedeck, until } from './rehearsal.ts';

async function fakeTws(speed: string): Promise<{ at: string }> {
  const child = start('fake-tws', '--speed', speed, '--date', '2026-11-27', '--time', '09:25', '--port', '0', '--json');
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const { environment } = JSON.parse(line.toString()) as { environment: Record<string, string> };
  return { at: `tcp://127.0.0.1:${environment['IB_PORT']}` };
}

/** Fast enough that nobody waits long for the next minute, slow enough for a process to begin. */
const SLOW = 60;

/** One in this process, whose day passes slowly while others begin, which takes as long as it takes. */
async function ownTws(tws: Partial<TwsOptions> = {}) {
  const fake = await FakeTws.start({
    tws,
    port: 0,
    startAt: newYork('2026-11-27', '09:00'),
    speed: SLOW,
    market: { kind: 'simulated', symbols: [{ symbol: 'SPY', price: 600 }] },
  });
  const { driven, port } = fake;
  return { at: `tcp://127.0.0.1:${port}`, driven, tws: fake.tws, [Symbol.asyncDispose]: () => fake.close() };
}

function deck(name: string, more = ''): string {
  const file = join(home, `${name}.yaml`);
  const lines = [
    `name: ${name}`,
    'strategy: { name: sma-cross, parameters: { fast: 3, slow: 8 } }',
    'tape: { source: ib, symbols: [SPY] }',
    // At this speed a second is a few milliseconds, which no machine promises.
    'session: { decisionSeconds: 600, reconcileSeconds: 600 }',
    'limits: none',
    `output: { folder: ${name} }`,
    more,
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}

test(
  'a day is begun before the open, killed in the middle, begun again and ends itself; its journal verifies',
  PATIENT,
  async () => {
    await using fake = await ownTws();
    const { at, tws, driven } = fake;
    const first = start('rehearse', deck('ib-day'), '--at', at);
    await until('ib-day', ({ state }) => state === 'active');
    driven.setSpeed(1200);
    await until('ib-day', ({ counts }) => (counts['filled'] ?? 0) >= 1);
    driven.setSpeed(SLOW);
    first.kill('SIGKILL');
    await ended(first);
    const rest = start('rehearse', deck('ib-day'), '--at', at, '--json');
    let text = '';
    rest.stdout!.on('data', (part: Buffer) => (text += part.toString()));
    await until('ib-day', ({ state }) => state === 'active');
    driven.setSpeed(1200);
    expect(await ended(rest)).toBe(0);
    const summary = JSON.parse(text) as Record<string, unknown>;
    expect(summary).toMatchObject({ mode: 'rehearsal', end: 'closed', state: 'active', unknown: 0, differences: [] });
    expect(summary['fills']).toBeGreaterThan(1);
    const verified = tradedeck('verify', sessionIn('ib-day'), '--json');
    expect(JSON.parse(verified.out)).toMatchObject({ verified: true, over: true, mode: 'rehearsal' });
    const other = start('rehearse', deck('ib-other', 'broker: { name: ib, account: DU1 }'), '--at', at);
    let error = '';
    other.stderr!.on('data', (part: Buffer) => (error += part.toString()));
    expect(await ended(other)).toBe(4);
    expect(error).toContain('no account …DU1');
    expect(tws.account).toMatch(/^DU/);
  },
);

test('check-broker tries every kind of order that rests, and cancels it', PATIENT, async () => {
  const { at } = await fakeTws('60x');
  const { code, out } = tradedeck('check-broker', deck('ib-check'), '--at', at, '--orders', '--json');
  const { ready, rows } = JSON.parse(out) as { ready: boolean; rows: { check: string; outcome: string }[] };
  expect({ code, failed: rows.filter(({ outcome }) => outcome === 'failed') }).toEqual({ code: 0, failed: [] });
  expect(ready).toBe(true);
  expect(rows.filter(({ check }) => check.startsWith('share: '))).toHaveLength(10);
});

interface Row {
  readonly check: string;
  readonly outcome: string;
  readonly detail: string;
}

/** The rows of a check against a broker in this process. */
async function rowsOf(name: string, at: string): Promise<ReadonlyMap<string, Row>> {
  const child = start('check-broker', deck(name), '--at', at, '--json');
  let text = '';
  child.stdout!.on('data', (part: Buffer) => (text += part.toString()));
  await ended(child);
  const { rows } = JSON.parse(text) as { rows: Row[] };
  return new Map(rows.map((row) => [row.check, row]));
}

test(
  'check-broker tells a new user what would be tied up, which prices come, and what to look at',
  PATIENT,
  async () => {
    await using fake = await ownTws();
    const rows = await rowsOf('ib-new', fake.at);
    expect(rows.get('keys')?.detail).toMatch(/^none are needed: somebody is logged in to the workstation at 127/);
    expect(rows.get('workstation')?.detail).toMatch(/^interface version \d+, its own time zone is EST: no time here/);
    expect(rows.get('client numbers')).toMatchObject({ outcome: 'ok' });
    expect(rows.get('order: SPY')).toMatchObject({
      outcome: 'ok',
      detail: expect.stringMatching(/^taken, and not placed: buying one would tie up USD 3\d\d\.\d\d, /),
    });
    expect(rows.get('prices: SPY')).toMatchObject({ outcome: 'ok', detail: 'in real time' });
    expect(rows.get('settings to look at')?.detail).toContain('Bypass Order Precautions for API Orders');
    expect(fake.tws.orders.all).toHaveLength(0);
  },
);

test(
  'check-broker names the setting that is in the way: orders that are not taken, prices that are not paid for',
  PATIENT,
  async () => {
    await using fake = await ownTws({ isReadOnly: true, isDataLive: false });
    const rows = await rowsOf('ib-locked', fake.at);
    expect(rows.get('order: SPY')).toMatchObject({
      outcome: 'failed',
      detail: expect.stringMatching(/^321: .*switch off "Read-Only API"/),
    });
    expect(rows.get('prices: SPY')).toMatchObject({
      outcome: 'failed',
      detail: expect.stringMatching(/^354: .*subscribe to them for this user/),
    });
    expect(fake.tws.orders.all).toHaveLength(0);
  },
);

test('where no workstation listens, a person is told what to start', () => {
  const { code, error } = tradedeck('rehearse', deck('ib-nobody'), '--at', 'tcp://127.0.0.1:9');
  expect(code).toBe(3);
  expect(error).toContain('nobody answers at 127.0.0.1:9');
  expect(error).toContain('enable socket clients');
});

test('a second desk at the same workstation is told that the first has its client number', PATIENT, async () => {
  const { at } = await fakeTws('1x');
  start('rehearse', deck('ib-first'), '--at', at);
  await until('ib-first', ({ state }) => state === 'active');
  const { code, error } = tradedeck('rehearse', deck('ib-second'), '--at', at);
  expect([code, error]).toEqual([4, expect.stringMatching(/another program has client number \d+ at 127\.0\.0\.1:/)]);
});
