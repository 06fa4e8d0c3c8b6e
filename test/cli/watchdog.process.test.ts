/**
 * LF-26 and sudden death with real processes: a strategy that blocks its session, one that eats its memory, and a session
 * that is killed. What works at the broker does not stay there unwatched.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchdogNotes } from '../../src/desk/session/watchdog/guard.ts';
import { ended, fake, home, sessionIn, start, tradedeck, until } from './rehearsal.ts';

/** Rests a purchase far below the market, and does what a file in its folder says. */
const STRATEGY = `
import { existsSync } from 'node:fs';
import { defineStrategy } from 'tradedeck';
const held = [];
export default defineStrategy({
  name: 'stuck',
  parameters: {},
  setup({ buy }) {
    let isDone = false;
    return {
      onQuote({ bid }) {
        // Refused while the books are not compared yet.
        if (!isDone && bid > 0) isDone = buy(1, { limit: Math.floor(bid / 2), timeInForce: 'GTC' }) !== undefined;
        while (existsSync(${JSON.stringify(join(home, 'block'))}));
        while (existsSync(${JSON.stringify(join(home, 'eat'))})) held.push(new Array(10_000).fill(held.length + 0.5));
      },
    };
  },
});
`;

function deck(name: string, session: string): string {
  writeFileSync(join(home, 'stuck.ts'), STRATEGY);
  const file = join(home, `${name}.yaml`);
  const lines = [
    `name: ${name}`,
    'strategy: { file: stuck.ts }',
    'tape: { source: alpaca, symbols: [SPY], data: [quotes] }',
    `session: { ${session} }`,
    'limits: none',
    `output: { folder: ${name} }`,
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** Orders that work in the broker's own books. */
async function working(url: string): Promise<number> {
  const { orders } = (await (await fetch(`${url}/__fake/ledger`)).json()) as { orders: { status: string }[] };
  return orders.filter(({ status }) => status === 'new' || status === 'accepted').length;
}

async function workingAre(url: string, count: number): Promise<void> {
  await expect.poll(() => working(url), { timeout: 40_000, interval: 50 }).toBe(count);
}

/** What watchdogs wrote down about a session; nothing while they wrote nothing. */
const notes = (name: string): string =>
  watchdogNotes(sessionIn(name))
    .map(({ what }) => what)
    .join('\n');

test('LF-26 a strategy that blocks its session is ended, its order is canceled, and the next start goes on', async () => {
  const url = await fake('10x', '10:30');
  const file = deck('blocked', 'blockedSeconds: 4, deadSeconds: 1');
  const child = start('rehearse', file, '--at', url);
  await until('blocked', ({ counts }) => counts['submitted'] === 1);
  await workingAre(url, 1);
  writeFileSync(join(home, 'block'), '');
  expect(await ended(child)).toBe(null);
  expect(child.signalCode).toBe('SIGKILL');
  await workingAre(url, 0);
  await expect.poll(() => notes('blocked')).toContain('1 orders were canceled, and no order works');
  expect(notes('blocked')).toMatch(/its loop stood still for \d+\.\d s, the limit is 4 s: it is ended/);
  rmSync(join(home, 'block'));
  const again = start('rehearse', file, '--at', url);
  let told = '';
  again.stderr!.on('data', (part: Buffer) => (told += part.toString()));
  await until('blocked', ({ state, counts }) => state === 'active' && counts['canceled'] === 1);
  await expect.poll(() => told).toContain('its loop stood still');
  again.kill('SIGTERM');
  expect(await ended(again)).toBe(130);
  expect(JSON.parse(tradedeck('verify', sessionIn('blocked'), '--json').out)).toMatchObject({ verified: true });
});

test('LF-26 a strategy that takes all memory ends its process, and its order is canceled', async () => {
  const url = await fake('10x', '10:30');
  // A heap that is soon full; the launcher hands it on.
  const child = start('rehearse', deck('eater', 'deadSeconds: 1'), '--at', url, {
    NODE_OPTIONS: '--max-old-space-size=120',
  });
  await until('eater', ({ counts }) => counts['submitted'] === 1);
  await workingAre(url, 1);
  writeFileSync(join(home, 'eat'), '');
  await ended(child);
  rmSync(join(home, 'eat'));
  await workingAre(url, 0);
  // Only then it gives the account back, which the next test wants.
  await expect.poll(() => notes('eater')).toContain('no order works');
  expect(notes('eater')).toContain('it is gone without a farewell');
});

test('LF-21 a session that is killed and goes on in time keeps its orders', async () => {
  const url = await fake('10x', '10:30');
  const file = deck('killed', 'deadSeconds: 60');
  const first = start('rehearse', file, '--at', url);
  await until('killed', ({ counts }) => counts['submitted'] === 1);
  await workingAre(url, 1);
  first.kill('SIGKILL');
  await ended(first);
  const second = start('rehearse', file, '--at', url);
  await until('killed', ({ state }) => state === 'active');
  expect(await working(url)).toBe(1);
  second.kill('SIGTERM');
  expect(await ended(second)).toBe(130);
  // The first one's watchdog saw that somebody went on, and the second one's was told farewell.
  await expect.poll(() => notes('killed')).toBe('it is gone without a farewell');
});

test('a session on paper has a watchdog too: its death is told, and a loop that stands still is ended', async () => {
  const url = await fake('10x', '10:30');
  const file = deck('papered', 'blockedSeconds: 4');
  const first = start('paper', file, '--at', url);
  await until('papered', ({ counts }) => counts['submitted'] === 1);
  first.kill('SIGKILL');
  await ended(first);
  const gone = 'it is gone without a farewell; it was on paper, the same command goes on';
  await expect.poll(() => notes('papered')).toBe(gone);
  const second = start('paper', file, '--at', url);
  let told = '';
  second.stderr!.on('data', (part: Buffer) => (told += part.toString()));
  await until('papered', ({ mode }) => mode === 'paper');
  await expect.poll(() => told).toContain(gone);
  writeFileSync(join(home, 'block'), '');
  await ended(second);
  rmSync(join(home, 'block'));
  expect(second.signalCode).toBe('SIGKILL');
  await expect
    .poll(() => notes('papered'))
    .toMatch(/its loop stood still for \d+\.\d s, the limit is 4 s: it is ended/);
  // It sent nothing anywhere, and there is nothing to cancel.
  expect(await working(url)).toBe(0);
});
