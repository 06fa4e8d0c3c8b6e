/**
 * `--everywhere`: one word to all sessions of this user on this machine, and what came of it, session by session.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { relative } from 'node:path';
import process from 'node:process';
import { didYouMean } from '../base/did-you-mean.ts';
import { Fault, show } from '../base/fault.ts';
import { isLimit as isTotalLimit, setTotalLimit, TOTAL_LIMITS, totalLimits } from '../desk/session/all-sessions.ts';
import { keyIn } from '../desk/session/key-file.ts';
import { liftStop, type StandingStop } from '../desk/session/everywhere.ts';
import { secretFileOf, takeCode } from '../desk/session/one-time-code.ts';
import { runningSessions } from '../desk/session/running.ts';
import { bothSigners, EVERYWHERE } from '../desk/session/second-everywhere.ts';
import { approvers, signedBy, signerOf } from '../desk/session/step-up.ts';
import { isConfirmed, stopAll, type Stopped } from '../desk/session/stop-all.ts';
import type { Command } from '../engine/live/index.ts';
import type { ChangeableLimit } from '../engine/limits/changing.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { tableText } from './table.ts';
import { print, styled } from './terminal.ts';

interface StopFlags {
  readonly reason?: string;
  readonly json?: boolean;
}

interface LiftFlags extends StopFlags {
  readonly reason: string;
  readonly key?: string;
  readonly code?: string;
}

/** How long cancels may take to be confirmed, in milliseconds. */
const CANCELS_MS = 15_000;

/** Stops all sessions; exit code 0 only where every one of them confirmed it. */
export async function stopEverywhere(
  state: StandingStop['state'],
  session: string | undefined,
  { reason = 'by hand', json }: StopFlags,
): Promise<ExitCode> {
  checkAlone(session);
  const stop: StandingStop = { state, reason, by: userInfo().username, at: new Date().toISOString() };
  const stopped = await stopAll(stop, CANCELS_MS);
  const isAll = stopped.every((each) => isConfirmed(each, stop));
  if (json === true) print(JSON.stringify({ done: isAll, ...stop, sessions: stopped }, undefined, 2));
  else {
    print(`${styled('red', state)} for every session on this machine, until tradedeck clear --everywhere`);
    for (const line of stoppedLines(stopped, stop)) print(line);
    if (!isAll) print(styled('red', 'not all of it was confirmed: tradedeck killall stops an account at its broker'));
  }
  return isAll ? EXIT.ok : EXIT.problem;
}

/** A table of what became of each session. */
export function stoppedLines(stopped: readonly Stopped[], stop: StandingStop): string[] {
  if (stopped.length === 0) return ['no session runs now'];
  const ms = (value: number | null): string => (value === null ? '' : `${value.toFixed(1)} ms`);
  const rows = stopped.map((each) => [
    relative(process.cwd(), each.folder),
    each.mode,
    each.account ?? '',
    each.failure ?? each.state,
    isConfirmed(each, stop) ? 'yes' : 'NO',
    ms(each.blockedMs),
    ms(each.emptyMs),
    String(each.ordersLeft),
  ]);
  return tableText(
    [['session', 'mode', 'account', 'state', 'confirmed', 'blocked after', 'no orders after', 'orders left'], ...rows],
    5,
  );
}

/** Lifts the stop of all; where somebody may approve, it is signed. */
export async function liftEverywhere(
  session: string | undefined,
  { reason, key, code, json }: LiftFlags,
): Promise<ExitCode> {
  checkAlone(session);
  const nowMs = Date.now();
  const by = signedName({ do: 'clear' }, { reason, key, code }, nowMs);
  const before = liftStop({ reason, by, at: new Date(nowMs).toISOString() });
  if (before === undefined) throw new Fault('session.not-stopped', 'nothing stops all sessions now');
  const folders = runningSessions().map(({ folder }) => relative(process.cwd(), folder));
  if (json === true) print(JSON.stringify({ lifted: before, by, running: folders }, undefined, 2));
  else {
    print(`lifted: ${before.state} since ${before.at} by ${before.by}: ${before.reason}`);
    for (const folder of folders) print(`${folder} stays as it is: tradedeck clear ${folder} --reason …`);
  }
  return EXIT.ok;
}

/** Sets a limit over all sessions together; a looser one is signed where somebody may approve. */
export async function limitEverywhere(
  session: string | undefined,
  { set: { limit, value }, reason, key, code, json }: LiftFlags & { readonly set: { limit: string; value: number } },
): Promise<ExitCode> {
  checkAlone(session);
  if (!isTotalLimit(limit)) {
    const hint = didYouMean(limit, TOTAL_LIMITS) ?? `there are ${TOTAL_LIMITS.join(' and ')}, in money`;
    throw new Fault('session.no-limit', `${show(limit)} is no limit of all sessions`, { field: '--set' }, hint);
  }
  const before = totalLimits()[limit];
  const nowMs = Date.now();
  const isLooser = before !== undefined && value > before;
  // A number that is none is refused by its own words.
  const command = { do: 'limit', limit: limit as ChangeableLimit, value } as const;
  // As within one session: what lets all of them lose more takes two people where there are two.
  const by = isLooser ? signedName(command, { reason, key, code }, nowMs, 2) : userInfo().username;
  const now = setTotalLimit(limit, value, { reason, by, at: new Date(nowMs).toISOString() });
  if (json === true) print(JSON.stringify({ limits: now, by }, undefined, 2));
  else
    print(
      `all sessions of one mode together: ${Object.entries(now)
        .map((each) => each.join(' '))
        .join(', ')}`,
    );
  return EXIT.ok;
}

/** Who lets all sessions do more: by name, and where somebody may approve, by signature and the code of its second factor. */
function signedName(
  command: Command,
  { reason, key, code }: { reason: string; key: string | undefined; code: string | undefined },
  nowMs: number,
  people: 1 | 2 = 1,
): string {
  const about = { session: EVERYWHERE, command, reason, id: randomUUID() };
  const signed = key === undefined ? undefined : signedBy(keyIn(key, 'sign'), { ...about, at: nowMs });
  const signer = approvers().size === 0 ? undefined : signerOf(signed, about, nowMs);
  if (signer === undefined || signed === undefined) return userInfo().username;
  if (existsSync(secretFileOf(signer.keyFile))) takeCode(signer.keyFile, code, nowMs);
  const isOne = people === 1 || approvers().size < 2;
  const names = isOne ? signer.name : bothSigners(signer.name, { ...about, signed }, nowMs);
  return `${userInfo().username}, signed by ${names}`;
}

function checkAlone(session: string | undefined): void {
  if (session === undefined) return;
  throw new Fault('config.value', 'means all sessions: name none', { field: '--everywhere' });
}
