/** Keys that are known by sight: after a session that went well and badly they stand in nothing that was written or said. */
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeAlpaca } from '../../src/adapters/fake-alpaca/index.ts';
import { parseDay } from '../../src/time/civil.ts';
import { DAY, HOUR } from '../../src/time/instant.ts';
import { ended, home, start, tradedeck, until } from './rehearsal.ts';

const KEY = 'PKCANARYCANARYCANARY';
const SECRET = 'canary/SeCrEt+canary';

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
  const shapes = [KEY, SECRET].flatMap((each) => [
    each,
    encodeURIComponent(each),
    Buffer.from(each).toString('base64').replace(/=+$/, ''),
    Buffer.from(each).toString('hex'),
  ]);
  return Object.entries(texts).flatMap(([name, text]) => (shapes.some((shape) => text.includes(shape)) ? [name] : []));
}

test('a canary that is there is found', () => {
  expect(found({ plain: `x${SECRET}y`, coded: encodeURIComponent(SECRET), clean: 'canary' })).toEqual([
    'plain',
    'coded',
  ]);
});

test('keys stand in no journal, log, state, answer or error', { timeout: 120_000 }, async () => {
  const fake = await FakeAlpaca.start({
    port: 0,
    // A quarter to ten in New York.
    startAt: parseDay('2026-11-27') * DAY + 14.75 * HOUR,
    speed: 10,
    keyId: KEY,
    secret: SECRET,
    market: { kind: 'simulated', symbols: [{ symbol: 'SPY', price: 600 }] },
  });
  const file = join(home, 'canary.yaml');
  writeFileSync(join(home, 'canary.keys'), JSON.stringify({ keyId: KEY, secret: SECRET }), { mode: 0o600 });
  writeFileSync(join(home, 'one.ts'), STRATEGY);
  const lines = [
    'name: canary',
    'strategy: { file: one.ts }',
    'tape: { source: alpaca, symbols: [SPY], data: [quotes] }',
    'broker: { name: alpaca, keys: canary.keys }',
    'session: { reconcileSeconds: 5 }',
    'limits: none',
    'output: { folder: canary }',
  ];
  writeFileSync(file, lines.join('\n'));
  const said: Record<string, string> = { out: '', error: '' };
  const child = start('rehearse', file, '--at', fake.url);
  child.stdout!.on('data', (part: Buffer) => (said['out'] += part.toString()));
  child.stderr!.on('data', (part: Buffer) => (said['error'] += part.toString()));
  await until('canary', ({ counts }) => counts['filled'] === 1);
  said['status'] = tradedeck('status', '--runs', 'canary', '--json').out;
  // A broker that refuses the keys from one moment to the next, and then every request.
  fake.fake.broker.state.flags.keyRevoked = true;
  await expect.poll(() => said['error'], { timeout: 40_000 }).toContain('refuses the keys');
  child.kill('SIGTERM');
  await ended(child);
  await fake.close();
  const files = globSync('**/*', { cwd: home }).filter(
    (name) => name !== 'canary.keys' && statSync(join(home, name)).isFile(),
  );
  expect(files.some((name) => name.endsWith('.jnl'))).toBe(true);
  const written = Object.fromEntries(files.map((name) => [name, readFileSync(join(home, name), 'latin1')]));
  expect(found({ ...said, ...written })).toEqual([]);
});
