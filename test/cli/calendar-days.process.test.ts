/**
 * Days that are not like others, played whole against the fake broker in its own time: when the clocks change, when the
 * market closes early or not at all, and when the machine sleeps in the middle of one.
 */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { control, ended, fake, home, pass, PATIENT, sessionsIn, start, tradedeck, until } from './rehearsal.ts';

/** Buys one share a while after the open, sells it a while before the close, and takes note of a time of day. */
const CLERK = `import { defineStrategy } from 'tradedeck';
export default defineStrategy({
  name: 'clerk',
  parameters: {},
  setup({ schedule, buy, close, note }) {
    schedule('15m after open', () => {
      note('job: after the open');
      buy(1, { reason: 'in' });
    });
    schedule('at 10:00', () => note('job: at ten'));
    schedule('30m before close', () => {
      note('job: before the close');
      close({ reason: 'out' });
    });
    return { onBar: () => undefined };
  },
});
`;

function deck(name: string, strategy = CLERK, session = 'decisionSeconds: 600, reconcileSeconds: 600'): string {
  writeFileSync(join(home, `${name}.ts`), strategy);
  const file = join(home, `${name}.yaml`);
  writeFileSync(
    file,
    `name: ${name}\nstrategy: { file: ./${name}.ts }\ntape: { source: alpaca, symbols: [SPY] }\nlimits: none\nsession: { ${session} }\noutput: { folder: ${name} }\n`,
  );
  return file;
}

interface Row {
  readonly time: string;
  readonly kind: string;
  readonly order: number | null;
  readonly text: string;
}

const rows = (folder: string, kind: string): Row[] =>
  JSON.parse(tradedeck('journal', 'show', folder, '--kind', kind, '--json').out) as Row[];

/** The jobs of a day with the minute in which each ran, as the exchange's clock had it in UTC. */
const jobs = (folder: string): string[] =>
  rows(folder, 'note')
    .filter(({ text }) => text.startsWith('job: '))
    .map(({ time, text }) => `${time.slice(0, 16)} ${text.slice(5)}`);

/** Plays days of a deck, each from an instant to its end; returns their folders and how many orders the broker got. */
async function played(name: string, from: readonly string[]): Promise<{ folders: readonly string[]; sent: number }> {
  const url = await fake('1x', '09:28', '--date', from[0].slice(0, 10));
  for (const at of from) {
    await pass(url, 1);
    await control(url, 'advance', { to: at });
    const child = start('rehearse', deck(name), '--at', url);
    const over = once(child, 'exit');
    await until(name, (status) => status.state === 'active' && status.at >= Date.parse(at) * 1000);
    await pass(url, 900);
    expect(await over).toEqual([0, null]);
  }
  return { folders: sessionsIn(name), sent: await ordersAt(url) };
}

async function ordersAt(url: string): Promise<number> {
  const { orders } = (await (await fetch(`${url}/__fake/ledger`)).json()) as { orders: readonly unknown[] };
  return orders.length;
}

/** How many minutes after an instant a day ended: half a minute after its close, at a pace at which that is nothing. */
const endedAfter = (folder: string, closeAt: string): number => {
  const { at } = JSON.parse(readFileSync(join(folder, 'day.json'), 'utf8')) as { at: string };
  return (Date.parse(at) - Date.parse(closeAt)) / 60_000;
};

const expectEnded = (folder: string, closeAt: string): void => {
  expect(endedAfter(folder, closeAt)).toBeGreaterThanOrEqual(0);
  expect(endedAfter(folder, closeAt)).toBeLessThan(20);
};

test.each([
  // The evening before the clocks change, the morning after, and the open and close of that day.
  ['spring', '2027-03-12T20:25:00Z', '2027-03-15T13:28:00Z', '2027-03-15T13:30Z', '2027-03-12T21:00'],
  ['autumn', '2026-10-30T19:25:00Z', '2026-11-02T14:28:00Z', '2026-11-02T14:30Z', '2026-10-30T20:00'],
])(
  'LF-27 in %s the session and its jobs keep the exchange’s clock, each once a day',
  PATIENT,
  async (season, evening, morning, openAt, closedAt) => {
    const { folders, sent } = await played(season, [evening, morning]);
    const [before, after] = folders;
    const minutes = (count: number): string => new Date(Date.parse(openAt) + count * 60_000).toISOString().slice(0, 16);
    expect(jobs(before)).toEqual([
      `${new Date(Date.parse(`${closedAt}Z`) - 1800e3).toISOString().slice(0, 16)} before the close`,
    ]);
    expectEnded(before, `${closedAt}Z`);
    expect(jobs(after)).toEqual([
      `${minutes(15)} after the open`,
      `${minutes(30)} at ten`,
      `${minutes(360)} before the close`,
    ]);
    expectEnded(after, `${minutes(390)}Z`);
    expect(sent).toBe(2);
  },
);

test('LF-28 on an early close all is done before it, and on a holiday nothing is begun', PATIENT, async () => {
  const { folders, sent } = await played('early', ['2026-12-24T14:28:00Z']);
  expect(jobs(folders[0])).toEqual([
    '2026-12-24T14:45 after the open',
    '2026-12-24T15:00 at ten',
    '2026-12-24T17:30 before the close',
  ]);
  expectEnded(folders[0], '2026-12-24T18:00Z');
  expect(sent).toBe(2);
  const url = await fake('1x', '10:00', '--date', '2026-12-24');
  await control(url, 'advance', { to: '2026-12-25T15:00:00Z' });
  const { code, out } = tradedeck('rehearse', deck('early'), '--at', url, '--json');
  expect([code, JSON.parse(out)]).toEqual([0, { session: null, opensNext: '2026-12-28T14:30:00Z' }]);
  expect(await ordersAt(url)).toBe(0);
});

/** Wants an order with every bar. */
const EAGER = `import { defineStrategy } from 'tradedeck';
export default defineStrategy({
  name: 'eager',
  parameters: {},
  setup({ buy, close, position }) {
    const onBar = () => void (position.isFlat ? buy(1, { reason: 'in' }) : close({ reason: 'out' }));
    return { onBar };
  },
});
`;

test('LF-30 after a sleep of twenty minutes nothing leaves that was decided before it', PATIENT, async () => {
  const url = await fake('1x', '09:40');
  const file = deck('sleeper', EAGER, 'decisionSeconds: 30, reconcileSeconds: 30, blockedSeconds: off');
  const child = start('rehearse', file, '--at', url);
  await until('sleeper', ({ state }) => state === 'active');
  await pass(url, 120);
  const before = await until('sleeper', ({ counts }) => (counts['submitted'] ?? 0) >= 2);
  child.kill('SIGSTOP');
  await new Promise((next) => setTimeout(next, 10_000));
  child.kill('SIGCONT');
  await pass(url, 30);
  await until('sleeper', ({ at, counts, state, unknown }) => {
    const isLater = at > before.at + 1200e6 && (counts['submitted'] ?? 0) > (before.counts['submitted'] ?? 0);
    // What is on its way at this very moment may be unknown for a moment, where the machine is busy.
    return isLater && state === 'active' && unknown === 0;
  });
  const ledger = async () => {
    const answer = await fetch(`${url}/__fake/ledger`);
    return ((await answer.json()) as { orders: { client_order_id: string; created_at: string }[] }).orders;
  };
  // What was decided last may still be on its way.
  await expect.poll(async () => (await ledger()).length).toBeGreaterThan(2);
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(130);
  const [folder] = sessionsIn('sleeper');
  const decided = new Map(rows(folder, 'submitted').map(({ order, time }) => [order, Date.parse(time)]));
  const ages = (await ledger()).map((order) => {
    const number = Number(/^td-(\d+)-/.exec(order.client_order_id)![1]);
    return (Date.parse(order.created_at) - decided.get(number)!) / 1000;
  });
  // What was decided may be half a minute old when it leaves, and is then on its way for a moment.
  expect(Math.max(...ages)).toBeLessThan(90);
  expect(tradedeck('verify', folder).code).toBe(0);
});
