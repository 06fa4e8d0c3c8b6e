/**
 * Plays the script with a failure at the n-th call to the file system, then again without one, and holds what came of it
 * against the broker's books.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { readSession } from '../../../src/adapters/session-files/index.ts';
import { isLive } from '../../../src/engine/sim/working-orders.ts';
import { FailingFileSystem, type Failure } from './failing.ts';
import { FileBroker, playScript } from './script.ts';

/** Orders that the script makes when nothing fails. */
export const ORDERS = 8;

/** What went wrong; undefined when nothing did. `isOver` says that there is no n-th call. */
export interface Checked {
  readonly violation: string | undefined;
  readonly isOver: boolean;
}

/** Fails the `n`-th call; a crash happens to another process. */
export async function failAt(n: number, failure: Failure): Promise<Checked> {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'));
  try {
    const hasFailed = failure === 'crash' ? crash(folder, n) : await fail(folder, n, failure);
    const sent = new FileBroker(folder).orders.length;
    // What left before the failure was written before it left.
    const early = unwritten(folder);
    if (early !== undefined) return { violation: `after the failure: ${early}`, isOver: !hasFailed };
    const { session, isDone } = await playScript(folder);
    const violation = isDone ? judge(folder, session, sent) : 'it does not go on';
    return { violation, isOver: !hasFailed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Ends itself at the n-th call: what a child process does. */
export async function crashHere(folder: string, n: number): Promise<void> {
  await playScript(folder, new FailingFileSystem(n, 'crash'));
}

async function fail(folder: string, n: number, failure: Failure): Promise<boolean> {
  const fs = new FailingFileSystem(n, failure);
  try {
    await playScript(folder, fs);
  } catch (error) {
    // A start or an end that fails ends the process, as an error does.
    if (!(error instanceof Error) || !error.message.includes('planted')) throw error;
  }
  return fs.hasFailed;
}

function crash(folder: string, n: number): boolean {
  const run = join(import.meta.dirname, 'run.ts');
  const { signal, status, stderr } = spawnSync(process.execPath, [run, '--child', folder, '--at', String(n)]);
  if (signal !== 'SIGKILL' && status !== 0) throw new Error(`the child failed: ${stderr.toString()}`);
  return signal === 'SIGKILL';
}

/** An order that the broker has and no record asks for. */
function unwritten(folder: string): string | undefined {
  const journal = join(folder, 'session');
  const { orders } = new FileBroker(folder);
  if (orders.length === 0) return undefined;
  const text = readSession(journal).texts.join('\n');
  const lost = orders.find(({ clientId }) => !text.includes(`"kind":"submit","clientId":"${clientId}"`));
  return lost === undefined ? undefined : `no record asks for ${lost.clientId}, which the broker has`;
}

function judge(
  folder: string,
  session: Awaited<ReturnType<typeof playScript>>['session'],
  sent: number,
): string | undefined {
  const { orders } = new FileBroker(folder);
  const ids = new Set(orders.map(({ clientId }) => clientId));
  if (ids.size !== orders.length) return 'the broker has an order twice';
  if (orders.length < sent) return 'the broker has forgotten an order: the test is wrong';
  if (orders.length > ORDERS) return `the broker has ${orders.length} orders, ${ORDERS} were decided`;
  const held = session.deck.ledger.netQuantity(0);
  const theirs = orders.reduce((sum, { quantity }) => sum + quantity, 0);
  if (held !== theirs) return `our books have ${held}, the broker's ${theirs}`;
  if (session.differences?.length !== 0) return 'the books were never found to agree';
  const open = session.deck.markets[0].working.filter(isLive);
  if (open.length > 0) return `order ${open[0].id} is still ${open[0].status}`;
  return unwritten(folder) ?? whole(folder);
}

/** The journal, read once more, is whole. */
function whole(folder: string): string | undefined {
  const { torn } = readSession(join(folder, 'session'));
  return torn === 0 ? undefined : `${torn} bytes of the journal are torn`;
}

/** Bytes of the journal that the script leaves when nothing fails. */
export async function journalOf(folder: string): Promise<Uint8Array> {
  await playScript(folder);
  return readFileSync(join(folder, 'session', '000001.jnl'));
}
