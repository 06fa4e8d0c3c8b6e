/**
 * What a person asks of, and tells, a session that runs: the same facts and the same commands for people and programs.
 */
import { randomUUID } from 'node:crypto';
import { basename, relative } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../base/fault.ts';
import type { Command } from '../engine/live/index.ts';
import { keyIn } from '../desk/session/key-file.ts';
import { askSession } from '../desk/session/control.ts';
import { signedBy } from '../desk/session/step-up.ts';
import type { SessionStatus } from '../desk/session/status.ts';
import { formatInstant } from '../time/instant.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { runningFolder } from './find-session.ts';
import {
  alertsOf,
  clockText,
  healthOf,
  money,
  ordersOf,
  positionsOf,
  processOf,
  recentOf,
  profitText,
  unprotectedOf,
} from './session-lines.ts';
import { oneLine, print, styled, tell } from './terminal.ts';
import { isTyped } from './typed-word.ts';

export interface AskFlags {
  readonly runs?: string;
  readonly json?: boolean;
  readonly watch?: boolean;
}

export interface TellFlags extends AskFlags {
  readonly reason?: string;
  /** Names the request: the same again is not obeyed again. */
  readonly requestId?: string;
  /** Private key that signs what needs a signature. */
  readonly key?: string;
  /** Six digits of the authenticator of who signs. */
  readonly code?: string;
  readonly despiteDifferences?: boolean;
  /** Only shows what would be closed. */
  readonly dryRun?: boolean;
  /** Closes though the account is halted or killed, and leaves it so. */
  readonly fromHalt?: boolean;
  /** Asks nobody. */
  readonly yes?: boolean;
}

export const VIEWS = ['status', 'orders', 'positions'] as const;
export type View = (typeof VIEWS)[number];

/** Shows a view of the session; with `watch` again and again until it ends. */
export async function ask(view: View, name: string | undefined, flags: AskFlags): Promise<ExitCode> {
  const folder = runningFolder(name, flags.runs);
  for (;;) {
    const { status } = await askSession(folder, { ask: 'status' });
    if (flags.json === true) print(JSON.stringify(view === 'status' ? status : status[view], undefined, 2));
    else {
      if (flags.watch === true) process.stdout.write('\x1b[H\x1b[2J');
      for (const line of linesOf(view, status, folder)) print(line);
    }
    if (flags.watch !== true) return EXIT.ok;
    await wait(500);
  }
}

/** Tells the session something, and shows how it stands then. */
export async function command(told: Command, name: string | undefined, flags: TellFlags): Promise<ExitCode> {
  const folder = runningFolder(name, flags.runs);
  const reason = flags.reason ?? 'by hand';
  const meant = await withIndex(told, folder);
  const id = flags.requestId ?? randomUUID();
  const about = { session: basename(folder), command: meant, reason, id, at: Date.now() };
  const signed = flags.key === undefined ? {} : { signed: signedBy(keyIn(flags.key, 'sign'), about) };
  const code = flags.code === undefined ? {} : { code: flags.code };
  const despite = flags.despiteDifferences === true ? { despiteDifferences: true } : {};
  const { status } = await askSession(folder, {
    ask: 'command',
    command: meant,
    reason,
    id,
    ...signed,
    ...code,
    ...despite,
  });
  if (flags.json === true) print(JSON.stringify(status, undefined, 2));
  else for (const line of linesOf('status', status, folder)) print(line);
  return EXIT.ok;
}

/** Closes at the market, after it was shown what; with real money only when that was confirmed. */
export async function flatten(symbol: string, name: string | undefined, flags: TellFlags): Promise<ExitCode> {
  if (flags.fromHalt === true && flags.reason === undefined && flags.dryRun !== true) {
    throw new Fault('config.value', 'closing in an account that is stopped takes a reason', { field: '--reason' });
  }
  const { status } = await askSession(runningFolder(name, flags.runs), { ask: 'status' });
  const held = status.positions.filter((position) => symbol === 'all' || position.symbol === symbol);
  // Where nothing is held there is nothing to confirm, and a symbol that there is not is told.
  const isAsked = status.mode === 'live' && flags.yes !== true && flags.dryRun !== true && held.length > 0;
  if (flags.dryRun === true && flags.json === true) print(JSON.stringify(held, undefined, 2));
  else if (flags.dryRun === true || isAsked) {
    const say = isAsked ? tell : print;
    for (const line of positionsOf({ ...status, positions: held })) say(line);
  }
  if (flags.dryRun === true) return EXIT.ok;
  if (isAsked && !(await isTyped('flatten', 'close this with REAL MONEY'))) {
    throw new Fault('mode.unconfirmed', 'it was not confirmed, so nothing was closed', {}, '--yes confirms it unasked');
  }
  return command({ do: flags.fromHalt === true ? 'flatten-halted' : 'flatten', symbol }, name, flags);
}

/** How long the broker's books are waited for, in milliseconds. */
const BOOKS_MS = 15_000;

/** Has a session compare its books with the broker's now, and shows where they differ. */
export async function reconcile(name: string | undefined, flags: TellFlags): Promise<ExitCode> {
  const folder = runningFolder(name, flags.runs);
  const before = (await askSession(folder, { ask: 'status' })).status;
  if (before.mode === 'paper') {
    throw new Fault('session.no-broker', 'a session on paper has no broker to compare with', { file: folder });
  }
  const question = { ask: 'command', command: { do: 'reconcile' }, reason: flags.reason ?? 'by hand' } as const;
  let { status } = await askSession(folder, question);
  for (const until = performance.now() + BOOKS_MS; status.reconciledAt === before.reconciledAt;) {
    if (performance.now() > until) throw new Fault('session.no-books', 'the broker has not answered', { file: folder });
    await wait(100);
    ({ status } = await askSession(folder, { ask: 'status' }));
  }
  const { differences, frozen, reconciledAt } = status;
  if (flags.json === true) print(JSON.stringify({ reconciledAt, differences, frozen }, undefined, 2));
  else if (differences.length === 0) print(`books are as the broker's, ${formatInstant(reconciledAt ?? 0)}`);
  else for (const { symbol, ours, theirs } of differences) print(`${symbol}: ours ${ours}, the broker's ${theirs}`);
  return differences.length === 0 ? EXIT.ok : EXIT.problem;
}

/** Symbols and orders that the session does not have are said before anything is done. */
async function withIndex(told: Command, folder: string): Promise<Command> {
  if (told.do !== 'cancel' || told.order === 'all') return told;
  const { status } = await askSession(folder, { ask: 'status' });
  if (status.orders.some(({ id }) => id === told.order)) return told;
  const known = status.orders.map(({ id }) => String(id));
  const hint = known.length === 0 ? 'none works' : `these work: ${known.join(', ')}`;
  throw new Fault('session.no-order', `no order ${told.order} works`, {}, hint);
}

function linesOf(view: View, status: SessionStatus, folder: string): string[] {
  if (view === 'orders') return ordersOf(status);
  if (view === 'positions') return positionsOf(status);
  const alerts = alertsOf(status);
  return [
    ...statusLines(status, folder),
    ...(alerts.length === 0 ? [] : ['', ...alerts]),
    '',
    ...positionsOf(status),
    '',
    ...ordersOf(status),
    '',
    ...recentOf(status),
  ];
}

function statusLines(status: SessionStatus, folder: string): string[] {
  const { mode, state, reason, at, equity, startingCash, profit, currency, counts, account, zone } = status;
  const isLive = mode === 'live';
  const colour = state === 'active' ? 'green' : state === 'reducing' || state === 'recovering' ? 'yellow' : 'red';
  const frozen = Object.entries(status.frozen).map(([symbol, why]) => `${symbol} frozen: ${why}`);
  const paused = Object.entries(status.paused).map(([strategy, why]) => `${strategy} paused: ${why}`);
  return [
    `${styled(isLive ? 'bgRed' : 'bold', ` ${mode.toUpperCase()}${account === null ? '' : ` ${account}`} `)} ${styled(colour, state)} ${styled('dim', oneLine(reason))}`,
    `${clockText(at, zone)}  ${styled('dim', relative(process.cwd(), folder))}`,
    healthOf(status),
    ...processOf(status),
    `equity ${currency} ${money(equity)} (${profitText(equity, startingCash, profit)})   cash ${money(status.cash)}`,
    `orders: ${counts['submitted'] ?? 0} sent, ${counts['filled'] ?? 0} filled, ${counts['refused'] ?? 0} refused, ${counts['rejected'] ?? 0} rejected, ${counts['canceled'] ?? 0} canceled`,
    ...[...frozen, ...paused, ...unprotectedOf(status)].map((line) => styled('yellow', oneLine(line))),
  ];
}
