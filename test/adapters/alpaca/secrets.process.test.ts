/** Keys do not show in what the adapter is made of, nor in an error that nobody caught with all of that in it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { inspect } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { ActivityStream } from '../../../src/adapters/alpaca/activity-stream.ts';
import { openAlpaca } from '../../../src/adapters/alpaca/client.ts';
import { AlpacaAccount, AlpacaFeed, AlpacaLink } from '../../../src/adapters/alpaca/index.ts';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/index.ts';
import { Secret } from '../../../src/base/secret.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { newYork } from '../fake-alpaca/desk.ts';

const KEY = 'PKCANARYCANARYCANARY';
const SECRET = 'canary/SeCrEt+canary';
const keys = { keyId: new Secret(KEY), secret: new Secret(SECRET) };

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function fake(): Promise<FakeAlpaca> {
  const market = { kind: 'simulated', symbols: [{ symbol: 'SPY', price: 600 }] } as const;
  const started = await FakeAlpaca.start({
    port: 0,
    keyId: KEY,
    secret: SECRET,
    startAt: newYork('2026-11-27', '10:00'),
    speed: 1,
    market,
  });
  open.push(started);
  return started;
}

/** All that a report of an error, or a line that somebody wrote to find one, could show. */
const shown = (value: unknown): string =>
  [
    inspect(value, { depth: 30, showHidden: true, maxArrayLength: null, maxStringLength: null }),
    json(value),
    String(value),
  ].join('\n');

function json(value: unknown): string {
  const seen = new Set<unknown>();
  return (
    JSON.stringify(value, (_key, each: unknown) => {
      if (typeof each === 'bigint') return String(each);
      if (typeof each !== 'object' || each === null) return each;
      if (seen.has(each)) return undefined;
      seen.add(each);
      return each;
    }) ?? ''
  );
}

test('what is planted is seen', () => {
  expect(shown({ a: { b: [{ c: new Map([['k', SECRET]]) }] } })).toContain(SECRET);
  expect(shown({ a: { secret: SECRET } })).toContain(SECRET);
});

test('account, link, feed and stream of activities show no key', { timeout: 30_000 }, async () => {
  const server = await fake();
  const streamUrl = server.url.replace('http', 'ws');
  const access = { ...keys, isPaper: true, restUrl: server.url, streamUrl: `${streamUrl}/stream` };
  const account = await AlpacaAccount.open(access);
  await account.facts();
  const link = await AlpacaLink.open({ ...access, report: () => undefined });
  open.push(link);
  await link.connect();
  const activities = new ActivityStream({ ...access, since: 0, onTrade: () => undefined, onGone: () => undefined });
  const feed = await AlpacaFeed.open({
    ...access,
    streamUrl,
    instruments: [defineInstrument({ symbol: 'SPY', tick: 0.01, calendar: '24-7' })],
    streams: [{ kind: 'quotes', symbol: 'SPY' }],
    stockFeed: 'sip',
    optionFeed: 'opra',
    calendarOf: calendar,
    before: { minutes: 0, days: 0 },
  });
  open.push(feed);
  await feed.connect({ row: () => undefined, state: () => undefined });
  const library = await openAlpaca(access);
  const parts = { account, link, feed, activities, library, trading: library.trading, data: library.marketData };
  for (const [name, part] of Object.entries(parts)) {
    expect([name, shown(part).match(/canary/i)]).toEqual([name, null]);
  }
});

/** Asks with keys that are refused, and with none that answers, and lets the error end the process with all that it knew. */
const CRASH = (client: string, secret: string): string => `
import { openAlpaca } from ${JSON.stringify(client)};
import { Secret } from ${JSON.stringify(secret)};
const access = { keyId: new Secret(process.env.CANARY_KEY), secret: new Secret(process.env.CANARY_SECRET), isPaper: true, restUrl: process.env.AT };
const alpaca = await openAlpaca(access);
const error = await alpaca.trading.account.getAccount().catch((reason) => reason);
if (!(error instanceof Error)) throw new Error('it answered');
setTimeout(() => { throw Object.assign(error, { access, alpaca, trading: alpaca.trading }); });
`;

test.each(['refused', 'away'])(
  'a crash with the error of the library shows no key: %s',
  { timeout: 30_000 },
  async (how) => {
    const server = await fake();
    const at = how === 'away' ? 'http://127.0.0.1:1' : server.url;
    const source = (name: string): string => join(import.meta.dirname, '..', '..', '..', 'src', name);
    const program = CRASH(source('adapters/alpaca/client.ts'), source('base/secret.ts'));
    const env = { PATH: process.env['PATH'], CANARY_KEY: KEY, CANARY_SECRET: `${SECRET}wrong`, AT: at };
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { env });
    let said = '';
    child.stderr.on('data', (part: Buffer) => (said += part.toString()));
    child.stdout.on('data', (part: Buffer) => (said += part.toString()));
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(1);
    // Node shows the error with what hangs on it.
    expect(said).toMatch(how === 'away' ? /ECONNREFUSED|fetch failed/ : /40[13]/);
    expect(said).toContain('access');
    expect(said).not.toMatch(/canary/i);
  },
);
