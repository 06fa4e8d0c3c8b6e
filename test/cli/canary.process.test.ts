/** Keys that are known by sight: after a session that went well and badly they stand in nothing that was written or said. */
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { FakeAlpaca } from '../../src/adapters/fake-alpaca/index.ts';
import { parseDay } from '../../src/time/civil.ts';
import { DAY, HOUR } from '../../src/time/instant.ts';
import { ended, home, PATIENT, sessionIn, start, until } from './rehearsal.ts';

const KEY = 'PKCANARYCANARYCANARY';
const SECRET = 'canary/SeCrEt+canary';
const HOOK = 'canary-hook-4711';
/** That of the account, which is told by its last four characters alone. */
const ACCOUNT = 'PACANARY12345678';

/** Buys one share as soon as it may. */
const STRATEGY = `
import { defineStrategy } from 'tradedeck';
export default defineStrategy({
  name: 'one',
  parameters: {},
  setup({ buy }) {
    let isDone = false;
    return { onQuote: () => void (isDone ||= buy(1) !== undefined) };
  },
});
`;

/** Wherever a canary stands among texts by name, as it is or as it would be encoded. */
function found(texts: Readonly<Record<string, string>>): string[] {
  const shapes = [KEY, SECRET, HOOK, ACCOUNT].flatMap((each) => [
    each,
    encodeURIComponent(each),
    Buffer.from(each).toString('base64').replace(/=+$/, ''),
    Buffer.from(each).toString('hex'),
  ]);
  return Object.entries(texts).flatMap(([name, text]) => (shapes.some((shape) => text.includes(shape)) ? [name] : []));
}

/** All that a command said; the fake and the server of people are of this process, which goes on meanwhile. */
async function saidBy(...args: readonly string[]): Promise<string> {
  const child = start(...args);
  let text = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (part: Buffer) => (text += part.toString()));
  await ended(child);
  return text;
}

/** A server of people: what it was told, and with which token. */
async function listening() {
  const bodies: string[] = [];
  const authorized: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      bodies.push(body);
      authorized.push(request.headers.authorization);
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise((done) => server.close(done));
  return { url: `http://127.0.0.1:${port}`, bodies, authorized, close };
}

test('a canary that is there is found', () => {
  expect(found({ plain: `x${SECRET}y`, coded: encodeURIComponent(SECRET), clean: 'canary' })).toEqual([
    'plain',
    'coded',
  ]);
});

test('keys and the number of the account stand in no journal, log, state, answer or error', PATIENT, async () => {
  const fake = await FakeAlpaca.start({
    port: 0,
    // A quarter to ten in New York.
    startAt: parseDay('2026-11-27') * DAY + 14.75 * HOUR,
    speed: 10,
    keyId: KEY,
    secret: SECRET,
    market: { kind: 'simulated', symbols: [{ symbol: 'SPY', price: 600 }] },
  });
  fake.fake.broker.state.accountNumber = ACCOUNT;
  const people = await listening();
  for (const [name, path] of [
    ['hook', `hooks/${HOOK}`],
    ['push', 'topic'],
  ]) {
    const address = name === 'push' ? people.url.replace('//', `//:${HOOK}@`) : people.url;
    writeFileSync(join(home, name), `${address}/${path}\n`, { mode: 0o400 });
  }
  const file = join(home, 'canary.yaml');
  writeFileSync(join(home, 'canary.keys'), JSON.stringify({ keyId: KEY, secret: SECRET }), { mode: 0o600 });
  writeFileSync(join(home, 'one.ts'), STRATEGY);
  const lines = [
    'name: canary',
    'strategy: { file: one.ts }',
    'tape: { source: alpaca, symbols: [SPY], data: [quotes] }',
    `broker: { name: alpaca, keys: canary.keys, account: ${ACCOUNT} }`,
    'session: { reconcileSeconds: 5 }',
    'limits: none',
    'alerts: { channels: [{ kind: webhook, keys: hook, local: true, priority: 3 }, { kind: ntfy, keys: push, local: true, priority: 3 }] }',
    'output: { folder: canary }',
  ];
  writeFileSync(file, lines.join('\n'));
  const said: Record<string, string> = { out: '', error: '' };
  const child = start('rehearse', file, '--at', fake.url);
  child.stdout!.on('data', (part: Buffer) => (said['out'] += part.toString()));
  child.stderr!.on('data', (part: Buffer) => (said['error'] += part.toString()));
  await until('canary', ({ counts }) => counts['filled'] === 1);
  if (process.platform === 'linux') said['arguments'] = readFileSync(`/proc/${child.pid}/cmdline`, 'latin1');
  for (const command of ['status', 'orders', 'positions', 'alerts', 'reconcile', 'limits']) {
    const which = command === 'limits' ? [sessionIn('canary')] : ['--runs', 'canary'];
    said[command] = await saidBy(command, ...which, '--json');
  }
  said['check'] = await saidBy('check-broker', file, '--at', fake.url, '--json');
  // A broker that refuses the keys from one moment to the next, and then every request.
  fake.fake.broker.state.flags.keyRevoked = true;
  await expect.poll(() => said['error'], { timeout: 40_000 }).toContain('refuses the keys');
  child.kill('SIGTERM');
  await ended(child);
  said['wrong'] = await saidBy('check-broker', file, '--at', fake.url, '--json');
  const { url } = fake;
  await fake.close();
  said['away'] = await saidBy('rehearse', file, '--at', url, '--json');
  for (const command of ['show', 'memoranda', 'verify'])
    said[command] = await saidBy('journal', command, sessionIn('canary'));
  said['why'] = await saidBy('why', sessionIn('canary'));
  await people.close();
  said['messages'] = people.bodies.join('\n');
  // What was to be looked at is there.
  expect(people.bodies.length).toBeGreaterThan(2);
  expect(people.authorized).toContain(`Bearer ${HOOK}`);
  expect(Object.entries(said).filter(([, text]) => text.length < 3)).toEqual([]);
  const files = globSync('**/*', { cwd: home }).filter(
    (name) => !['canary.keys', 'hook', 'push', 'canary.yaml'].includes(name) && statSync(join(home, name)).isFile(),
  );
  expect(files.some((name) => name.endsWith('.jnl'))).toBe(true);
  expect(said['memoranda']).toContain('…5678');
  const written = Object.fromEntries(files.map((name) => [name, readFileSync(join(home, name), 'latin1')]));
  expect(found({ ...said, ...written })).toEqual([]);
});
