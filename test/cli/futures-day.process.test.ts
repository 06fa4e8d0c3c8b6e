/** The ready deck of futures, a whole day of it by the real command: what it trades, what it says, and what it cannot buy. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { FakeTws } from '../../src/adapters/fake-tws/index.ts';
import { newYork } from '../adapters/fake-alpaca/desk.ts';
import { ended, home, sessionIn, start, tradedeck, until } from './rehearsal.ts';

const READY = readFileSync(resolve('decks/rehearsal-futures.yaml'), 'utf8');
/** At this speed a second is a few milliseconds, which no machine promises. */
const PATIENT = 'session: { decisionSeconds: 600, reconcileSeconds: 600 }';
/** Fast enough that nobody waits long, slow enough for a process to begin. */
const SLOW = 60;

function deck(name: string, text = READY): string {
  const file = join(home, `${name}.yaml`);
  writeFileSync(file, `name: ${name}\n${text}\n${PATIENT}\noutput: { folder: ${name} }\n`);
  return file;
}

/** The day before the last of the December contracts. */
async function exchange(symbol: string) {
  const fake = await FakeTws.start({
    port: 0,
    startAt: newYork('2026-12-17', '09:20'),
    speed: SLOW,
    market: { kind: 'simulated', symbols: [{ symbol, price: 6000 }] },
  });
  const { driven, tws, port } = fake;
  return { at: `tcp://127.0.0.1:${port}`, driven, tws, [Symbol.asyncDispose]: () => fake.close() };
}

/** Plays the day; returns what the command says of it. */
async function day(name: string, file: string, { at, driven }: Awaited<ReturnType<typeof exchange>>) {
  const child = start('rehearse', file, '--at', at, '--json');
  let text = '';
  child.stdout!.on('data', (part: Buffer) => (text += part.toString()));
  await until(name, ({ state }) => state === 'active');
  driven.setSpeed(900);
  await expect.poll(() => driven.broker.now, { timeout: 60_000 }).toBeGreaterThan(newYork('2026-12-17', '16:02'));
  // Futures are open until the evening, but nothing moves any more: this exchange keeps the hours of shares.
  driven.setSpeed(6000);
  expect(await ended(child)).toBe(0);
  return JSON.parse(text) as Record<string, unknown> & { readonly alerts: readonly string[]; readonly fills: number };
}

test('a day of futures is traded, its books agree, and what expires soon is said', async () => {
  await using broker = await exchange('MESZ26');
  const summary = await day('futures-day', deck('futures-day'), broker);
  expect(summary).toMatchObject({ mode: 'rehearsal', end: 'closed', state: 'active', unknown: 0, differences: [] });
  expect(summary.fills).toBeGreaterThan(1);
  const sizes = broker.tws.orders.all.map(({ words }) => words.quantity ?? 0);
  // By value: five times a price of some thousands goes into a hundred thousand only so often.
  expect(Math.max(...sizes)).toBeLessThanOrEqual(5);
  const expiring = /future\.expiring: MESZ26: \d held, its sessions end (in 1|today) \(2026-12-18\); nothing rolls it/;
  expect(summary.alerts.filter((line) => expiring.test(line)).length).toBeGreaterThan(0);
  const verified = tradedeck('verify', sessionIn('futures-day'), '--json');
  expect(JSON.parse(verified.out)).toMatchObject({ verified: true, over: true, mode: 'rehearsal' });
});

test('an account that cannot buy one contract is told so once in the whole day', async () => {
  await using broker = await exchange('ESZ26');
  const summary = await day('futures-dear', deck('futures-dear', READY.replace('[MESZ26]', '[ESZ26]')), broker);
  expect(summary).toMatchObject({ end: 'closed', fills: 0, differences: [] });
  expect(broker.tws.orders.all).toEqual([]);
  expect(summary.alerts).toHaveLength(1);
  expect(summary.alerts[0]).toMatch(
    /^size\.below-one: sma-cross wants ESZ26 for \d+\.00, and one is worth \d{6}\.\d\d USD/,
  );
});
