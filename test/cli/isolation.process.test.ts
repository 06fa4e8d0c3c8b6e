/**
 * LF-42, S22 and P2 from end to end: a rehearsal against a fake broker with a strategy in a process of its own, which
 * is killed or changed; and with a desk that is killed. No order goes twice, and the
 * journal proves the desk's side and the strategy's.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { readSession } from '../../src/adapters/session-files/index.ts';
import { JOURNAL_FOLDER } from '../../src/desk/session/journal-folder.ts';
import { LAUNCHER } from '../desk/sandbox/walls.ts';
import { deckOf, submitted, verified } from './isolated.ts';
import { ended, fake, home, PATIENT, sessionIn, start, tradedeck, until } from './rehearsal.ts';

/** Ids of orders in the broker's own books. */
async function brokerOrders(url: string): Promise<string[]> {
  const { orders } = (await (await fetch(`${url}/__fake/ledger`)).json()) as { orders: { client_order_id: string }[] };
  return orders.map(({ client_order_id: id }) => id);
}

test(
  'the process of a strategy is killed: it is told all again, goes on, and no order goes twice',
  PATIENT,
  async () => {
    const url = await fake('10x', '10:30');
    const file = deckOf('killed', '');
    const desk = start('rehearse', file, '--at', url);
    const before = await until('killed', submitted(2));
    expect(before.process).toMatchObject({ state: 'running', restarts: 0 });
    process.kill(before.process!.pid!, 'SIGKILL');
    await until('killed', ({ process: own }) => own?.restarts === 1 && own.state === 'running');
    const after = await until('killed', (status) => submitted(before.counts['submitted'] + 2)(status));
    expect(after.paused).toEqual({});
    expect(after.alerts.map(({ text }) => text).join('\n')).toContain(
      'strategy.stopped: its process: it was ended by SIGKILL',
    );
    desk.kill('SIGTERM');
    expect(await ended(desk)).toBe(130);
    const ids = await brokerOrders(url);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(3);
    const proof = verified('killed');
    expect(proof).toMatchObject({ verified: true, strategy: { difference: null } });
    expect(proof.strategy!.answers).toBeGreaterThan(4);
  },
);

test(
  'the desk is killed: the next one starts the strategy again where it was, and no order goes twice',
  PATIENT,
  async () => {
    const url = await fake('10x', '10:30');
    const file = deckOf('desk', '');
    const first = start('rehearse', file, '--at', url);
    const before = await until('desk', submitted(2));
    const { pid } = before.process!;
    first.kill('SIGKILL');
    await ended(first);
    // Nobody is left of it.
    await expect.poll(() => isThere(pid!)).toBe(false);
    const second = start('rehearse', file, '--at', url);
    const after = await until('desk', (status) => submitted(before.counts['submitted'] + 2)(status));
    expect(after.process).toMatchObject({ state: 'running' });
    second.kill('SIGTERM');
    expect(await ended(second)).toBe(130);
    const ids = await brokerOrders(url);
    expect(new Set(ids).size).toBe(ids.length);
    const books = JSON.parse(tradedeck('verify', sessionIn('desk'), '--json').out) as object;
    expect(books).toMatchObject({ verified: true, strategy: { difference: null } });
  },
);

test(
  'LF-42 S22 one byte of the strategy is changed: it is not started again, and sends no order more',
  PATIENT,
  async () => {
    const url = await fake('10x', '10:30');
    const desk = start('rehearse', deckOf('changed', ''), '--at', url);
    const before = await until('changed', submitted(1));
    appendFileSync(join(home, 'changed-code', 'mine.ts'), ' ');
    process.kill(before.process!.pid!, 'SIGKILL');
    const off = await until('changed', ({ process: own }) => String(own?.why).includes('has changed since'));
    expect(off.process!.why).toMatch(
      /the strategy's code has changed since: its hash was [0-9a-f]{64}, is [0-9a-f]{64}/,
    );
    const later = await until('changed', (status) => status.at > off.at + 60_000_000);
    expect(later.counts['submitted']).toBe(off.counts['submitted']);
    desk.kill('SIGTERM');
    expect(await ended(desk)).toBe(130);
  },
);

/** Whether a process is still there. */
function isThere(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

test('the head of the journal says what kept the strategy in, and P2: who asks is known by its pipe, its code and its account', () => {
  const { texts } = readSession(join(sessionIn('killed'), JOURNAL_FOLDER));
  const head = JSON.parse(texts[0]) as { readonly process: { readonly launcher: string; readonly guards: string[] } };
  expect(head.process.launcher).toBe(LAUNCHER);
  expect(head.process.guards).toContain('--permission');
  if (LAUNCHER === 'bubblewrap') expect(head.process.guards).toContain('--unshare-all');
  expect(head.process.guards.join(' ')).not.toContain(home);
});

test('on paper too it is said that a strategy was stopped, and the command has a problem', () => {
  const folder = join(home, 'stopped-code');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'mine.ts'),
    `
import { defineStrategy } from 'tradedeck';
let count = 0;
export default defineStrategy({
  name: 'mine',
  setup: () => ({
    onBar() {
      if (++count === 3) throw new Error('that is enough');
    },
  }),
});
`,
  );
  const rows = [...Array(9).keys()].map((day) => `2024-01-0${day + 1},10,11,9,10,1000`);
  writeFileSync(join(folder, 'AAA.csv'), ['time,open,high,low,close,volume', ...rows].join('\n'));
  const file = join(folder, 'deck.yaml');
  const lines = [
    'name: stopped',
    `strategy: { file: mine.ts, process: { launcher: ${LAUNCHER}, answerSeconds: 30 } }`,
    'tape: { source: files, files: AAA.csv }',
    'instruments: { AAA: { kind: equity } }',
  ];
  writeFileSync(file, lines.join('\n'));
  const { code, out, error } = tradedeck('paper', file, '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ complete: true, gone: 'it failed: that is enough' });
  expect(error).toContain('P1 strategy.stopped  its process: it failed: that is enough');
});
