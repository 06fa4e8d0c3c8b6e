/**
 * Stops every session of this machine, and says of each when it was blocked and when nothing of it worked any more.
 *
 * The stop stands in the desk's home before anybody is told, so that a session that does not answer takes it by itself, and
 * one that begins later begins with it.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../../base/fault.ts';
import { isWorse, type TradingState } from '../../engine/live/index.ts';
import { askSession, type Question } from './control.ts';
import { COMMAND_OF, standStill, type StandingStop } from './everywhere.ts';
import { runningSessions } from './running.ts';
import type { SessionStatus } from './status.ts';

/** What became of one session. */
export interface Stopped {
  readonly folder: string;
  readonly mode: string;
  readonly account: string | null;
  readonly state: string;
  /** Orders that worked before it was told, and that work still. */
  readonly ordersBefore: number;
  readonly ordersLeft: number;
  /** Milliseconds from the word to where it sends nothing new; null where that was not seen. */
  readonly blockedMs: number | null;
  /** Milliseconds until none of its orders worked; null where that was not seen, or was not asked for. */
  readonly emptyMs: number | null;
  /** Why it is not known how it stands. */
  readonly failure: string | null;
}

const ANSWER_MS = 3000;
const LOOK_MS = 20;

/** Stops all, and waits for what comes of it for `forMs` at most. */
export async function stopAll(stop: StandingStop, forMs: number): Promise<readonly Stopped[]> {
  const running = runningSessions();
  // What works now is looked at while the stop is written, not before: nothing waits for a look.
  const pressed = performance.now();
  standStill(stop);
  const told = { ...stop, reason: `everywhere: ${stop.reason}` };
  return Promise.all(running.map(({ folder }) => stopSession(folder, told, pressed, forMs)));
}

/** Stops one session; `pressed` is when it was said, by `performance.now()`. */
export async function stopSession(
  folder: string,
  stop: Pick<StandingStop, 'state' | 'reason'>,
  pressed: number,
  forMs: number,
): Promise<Stopped> {
  const command = COMMAND_OF[stop.state];
  let last: SessionStatus | undefined;
  let blockedMs: number | null = null;
  let emptyMs: number | null = null;
  let ordersBefore = 0;
  let failure: string | null = null;
  try {
    // The answer to the command shows what worked when it was obeyed: cancels are asked for, and not confirmed yet.
    const question: Question = { ask: 'command', command, reason: stop.reason, id: randomUUID() };
    last = await answered(folder, question);
    blockedMs = isStopped(last, stop) ? performance.now() - pressed : null;
    ordersBefore = last.orders.length;
    const isDone = (): boolean => blockedMs !== null && (stop.state !== 'killed' || last?.orders.length === 0);
    while (!isDone() && performance.now() - pressed < forMs) {
      await wait(LOOK_MS);
      last = await answered(folder, { ask: 'status' });
      if (isStopped(last, stop)) blockedMs ??= performance.now() - pressed;
    }
    if (stop.state === 'killed' && last.orders.length === 0) emptyMs = performance.now() - pressed;
  } catch (error) {
    failure = error instanceof Fault ? `${error.code}: ${error.rule}` : String(error);
  }
  return {
    folder,
    mode: last?.mode ?? '',
    account: last?.account ?? null,
    state: last?.state ?? '',
    ordersBefore,
    ordersLeft: last?.orders.length ?? 0,
    blockedMs,
    emptyMs,
    failure,
  };
}

/** Whether all that was wanted of a session was seen. */
export function isConfirmed({ blockedMs, emptyMs, failure }: Stopped, { state }: Pick<StandingStop, 'state'>): boolean {
  return failure === null && blockedMs !== null && (state !== 'killed' || emptyMs !== null);
}

function isStopped({ state }: SessionStatus, stop: Pick<StandingStop, 'state'>): boolean {
  // An account that recovers and then reduces sends nothing either.
  const account = state as TradingState;
  return account === stop.state || isWorse(account, stop.state);
}

/** A session that hangs is not waited for. */
export async function answered(folder: string, question: Question): Promise<SessionStatus> {
  const late = new AbortController();
  try {
    const { status } = await Promise.race([
      askSession(folder, question),
      wait(ANSWER_MS, undefined, { signal: late.signal }).then(() => {
        throw new Fault('session.silent', 'the session does not answer', { file: folder });
      }),
    ]);
    return status;
  } finally {
    late.abort();
  }
}
