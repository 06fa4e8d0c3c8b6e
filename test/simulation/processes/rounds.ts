/**
 * Kills and pauses a desk at random, and pauses its broker, round after round; then looks only at the broker's own books and
 * at the journal.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { readSession } from '../../../src/adapters/session-files/index.ts';
import { Random } from '../../../src/base/random.ts';

export interface RoundsResult {
  readonly rounds: number;
  readonly kills: number;
  readonly pauses: number;
  readonly brokerPauses: number;
  readonly orders: number;
  readonly fills: number;
  readonly records: number;
  readonly violations: readonly string[];
}

interface Ledger {
  readonly cash: string;
  readonly positions: Readonly<Record<string, string>>;
  readonly orders: readonly {
    readonly client_order_id: string;
    readonly is_open: boolean;
    readonly replaces: string | null;
  }[];
  readonly fills: readonly unknown[];
}

interface Books {
  readonly held: number;
  readonly cash: number;
  readonly open: readonly string[];
  readonly differences: readonly unknown[] | null;
  readonly state: string;
  readonly reason: string;
  readonly records: number;
}

const DESK = join(import.meta.dirname, 'desk.ts');
const COMMAND = resolve(import.meta.dirname, '../../../bin/tradedeck.js');

/** Plays so many rounds, drawn from a seed; chance of the machine comes on top. */
export async function playRounds(rounds: number, seed: number, tell: (line: string) => void): Promise<RoundsResult> {
  const random = new Random(seed);
  const folder = mkdtempSync(join(tmpdir(), 'rounds-'));
  const fake = spawn(
    process.execPath,
    [
      COMMAND,
      'fake-alpaca',
      '--port',
      '0',
      '--date',
      '2026-11-30',
      '--time',
      '09:31',
      '--speed',
      '10x',
      '--symbol',
      'AAPL:100',
      '--cash',
      '1000000',
      '--json',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const counts = { kills: 0, pauses: 0, brokerPauses: 0 };
  try {
    const [line] = (await once(createInterface(fake.stdout), 'line')) as [string];
    const { addresses, environment } = JSON.parse(line) as Record<'addresses' | 'environment', Record<string, string>>;
    const url = addresses['trading and data'];
    const args = [
      ['--folder', folder],
      ['--url', url],
      ['--key-id', environment['APCA_API_KEY_ID']],
      ['--secret', environment['APCA_API_SECRET_KEY']],
    ].flat();
    for (let round = 0; round < rounds; round++) {
      await oneRound(args, fake, random, counts);
      if (round % 10 === 9) tell(`${round + 1} rounds`);
    }
    const books = await settled(args);
    const response = await fetch(`${url}/__fake/ledger`);
    const ledger = (await response.json()) as Ledger;
    const violations = check(ledger, books, join(folder, 'session'));
    const { orders, fills } = ledger;
    return { rounds, ...counts, orders: orders.length, fills: fills.length, records: books?.records ?? 0, violations };
  } finally {
    fake.kill('SIGCONT');
    fake.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

/** A desk begins, goes on, is paused or sees its broker paused, and is killed. */
async function oneRound(
  args: readonly string[],
  fake: ChildProcess,
  random: Random,
  counts: { kills: number; pauses: number; brokerPauses: number },
): Promise<void> {
  const desk = spawn(process.execPath, [DESK, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(desk, 'exit');
  // Some die while they begin; how long that takes is the machine's affair, and the others are there before they are hit.
  if (random.uniform() < 0.2) await wait(random.uniform() * 600);
  else {
    await Promise.race([once(desk.stdout, 'data'), ended]);
    await wait(200 + random.uniform() * 800);
  }
  const draw = random.uniform();
  if (draw < 0.3) {
    counts.pauses++;
    desk.kill('SIGSTOP');
    await wait(random.uniform() * 600);
    desk.kill('SIGCONT');
    await wait(random.uniform() * 300);
  } else if (draw < 0.5) {
    counts.brokerPauses++;
    fake.kill('SIGSTOP');
    await wait(random.uniform() * 600);
    // Half the time the desk dies while its broker stands still.
    if (random.uniform() < 0.5) desk.kill('SIGKILL');
    fake.kill('SIGCONT');
    await wait(random.uniform() * 300);
  }
  counts.kills++;
  desk.kill('SIGKILL');
  await ended;
}

/** The last desk only settles. */
async function settled(args: readonly string[]): Promise<Books | undefined> {
  const desk = spawn(process.execPath, [DESK, ...args, '--quiet'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  desk.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
  await once(desk, 'close');
  return out === '' ? undefined : (JSON.parse(out) as Books);
}

function check(ledger: Ledger, books: Books | undefined, journal: string): string[] {
  if (books === undefined) return ['the desk did not come back'];
  const violations: string[] = [];
  // A change gives an order another id; what was submitted has ours.
  const ids = ledger.orders.filter(({ replaces }) => replaces === null).map((order) => order.client_order_id);
  if (new Set(ids).size !== ids.length) violations.push('an id has two orders');
  const text = readSession(journal).texts.join('\n');
  for (const id of ids) {
    if (!text.includes(`"kind":"submit","clientId":"${id}"`)) violations.push(`no record asks for ${id}`);
  }
  const theirs = Number(ledger.positions['AAPL'] ?? 0);
  if (books.held !== theirs) violations.push(`our books have ${books.held}, the broker's ${theirs}`);
  if (Math.abs(books.cash - Number(ledger.cash)) > 1e-4) {
    violations.push(`our cash is ${books.cash}, the broker's ${ledger.cash}`);
  }
  const open = ledger.orders.filter(({ is_open: isOpen }) => isOpen).length;
  if (open > 0) violations.push(`${open} orders still work at the broker`);
  if (books.open.some((each) => !each.endsWith('unknown')))
    violations.push(`still open here: ${books.open.join(', ')}`);
  if (books.differences?.length !== 0) violations.push('the books were never found to agree');
  if (books.state === 'halted') violations.push(`halted: ${books.reason}`);
  return violations;
}
