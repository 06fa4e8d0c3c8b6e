/**
 * Rehearses the levels of a stop on a session that runs without real money, one after the other, and measures each: from the
 * word to where nothing new is sent, and to where nothing works any more. After each level the session is let go again.
 *
 * A level with nothing to cancel has proved nothing, and counts as not confirmed.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../../base/fault.ts';
import { liftStop, type StandingStop } from './everywhere.ts';
import { runningSessions } from './running.ts';
import type { SessionStatus } from './status.ts';
import { answered, isConfirmed, stopAll, stopSession, type Stopped } from './stop-all.ts';

export interface DrillStep {
  readonly level: 1 | 2 | 3 | 4;
  readonly what: string;
  readonly isConfirmed: boolean;
  /** Orders that worked when the word was said, and that worked at the end of the step. */
  readonly orders: number;
  readonly ordersLeft: number;
  /** Milliseconds from the word on; null where it was not seen, or where there is no such thing. */
  readonly blockedMs: number | null;
  readonly emptyMs: number | null;
  /** What else is to be said; empty where nothing is. */
  readonly note: string;
}

/** What stops the account at its broker, and what that confirmed. */
export type KillAtBroker = () => Promise<{
  readonly isConfirmed: boolean;
  readonly asked: number;
  readonly note: string;
}>;

export interface DrillParts {
  readonly folder: string;
  readonly by: string;
  /** Left out where the broker is not part of the drill. */
  readonly killAtBroker?: KillAtBroker;
  /** Told each step as it is over. */
  readonly onStep: (step: DrillStep) => void;
}

/** How long cancels, and new orders after a step, are waited for. */
const STEP_MS = 20_000;
const LOOK_MS = 50;

/** Goes through the levels; a `Fault` where the session plays with real money, or will not be let go. */
export async function drill({ folder, by, killAtBroker, onStep }: DrillParts): Promise<readonly DrillStep[]> {
  const first = await answered(folder, { ask: 'status' });
  if (first.mode === 'live') {
    const rule = 'a drill stops and cancels for practice, and this session plays with real money';
    throw new Fault('mode.drill', rule, { file: folder }, 'rehearse the same deck at the test account');
  }
  const steps: DrillStep[] = [];
  const add = (step: DrillStep): void => {
    steps.push(step);
    onStep(step);
  };
  add(await pauseStep(folder));
  add(await killStep(folder));
  add(await everywhereStep(folder, by));
  if (killAtBroker !== undefined) add(await brokerStep(folder, killAtBroker));
  return steps;
}

async function pauseStep(folder: string): Promise<DrillStep> {
  const { orders } = await withOrders(folder);
  const pressed = performance.now();
  const told = { ask: 'command', command: { do: 'pause', strategy: 0 }, reason: 'drill, level 1' } as const;
  const { paused, orders: left } = await answered(folder, told);
  const blockedMs = performance.now() - pressed;
  const isPaused = Object.keys(paused).length > 0;
  await answered(folder, { ask: 'command', command: { do: 'resume', strategy: 0 }, reason: 'drill, level 1 is over' });
  return {
    level: 1,
    what: 'one strategy is paused',
    isConfirmed: isPaused,
    orders: orders.length,
    ordersLeft: left.length,
    blockedMs: isPaused ? blockedMs : null,
    emptyMs: null,
    note: 'its orders go on working',
  };
}

async function killStep(folder: string): Promise<DrillStep> {
  const { orders } = await withOrders(folder);
  const stop = { state: 'killed', reason: 'drill, level 2' } as const;
  const stopped = await stopSession(folder, stop, performance.now(), STEP_MS);
  await letGo(folder);
  return stepOf(2, 'the account of a session is killed', orders.length, [stopped]);
}

async function everywhereStep(folder: string, by: string): Promise<DrillStep> {
  const what = 'every session of this machine is killed';
  const { orders } = await withOrders(folder);
  for (const other of runningSessions()) {
    const { mode } = await answered(other.folder, { ask: 'status' });
    if (mode !== 'live') continue;
    const note = 'not rehearsed: a session with real money runs on this machine';
    return { level: 3, what, isConfirmed: false, orders: 0, ordersLeft: 0, blockedMs: null, emptyMs: null, note };
  }
  const now = (): string => new Date().toISOString();
  const stop: StandingStop = { state: 'killed', reason: 'drill, level 3', by, at: now() };
  const stopped = await stopAll(stop, STEP_MS);
  liftStop({ reason: 'drill, level 3 is over', by, at: now() });
  await letGo(folder);
  return stepOf(3, what, orders.length, stopped);
}

async function brokerStep(folder: string, kill: KillAtBroker): Promise<DrillStep> {
  const { orders } = await withOrders(folder);
  const pressed = performance.now();
  const { isConfirmed: isDone, asked, note } = await kill();
  const emptyMs = performance.now() - pressed;
  // The session hears from the broker what became of its orders.
  const heard = await until(folder, (status) => !status.orders.some(({ id }) => orders.some((each) => each.id === id)));
  return {
    level: 4,
    what: 'the account is stopped at its broker, with the keys alone',
    isConfirmed: isDone && asked > 0 && heard !== undefined,
    orders: orders.length,
    ordersLeft: heard === undefined ? orders.length : 0,
    blockedMs: null,
    emptyMs: isDone ? emptyMs : null,
    note,
  };
}

function stepOf(level: 2 | 3, what: string, orders: number, stopped: readonly Stopped[]): DrillStep {
  const isAll = stopped.length > 0 && stopped.every((each) => isConfirmed(each, { state: 'killed' }));
  const worst = (values: readonly (number | null)[]): number | null =>
    values.length === 0 || values.includes(null) ? null : Math.max(...values.map(Number));
  const failures = stopped.flatMap(({ failure }) => failure ?? []);
  return {
    level,
    what,
    isConfirmed: isAll && orders > 0,
    orders,
    ordersLeft: stopped.reduce((sum, { ordersLeft }) => sum + ordersLeft, 0),
    blockedMs: worst(stopped.map(({ blockedMs }) => blockedMs)),
    emptyMs: worst(stopped.map(({ emptyMs }) => emptyMs)),
    note: orders === 0 ? 'no order worked: that cancels arrive was not tried' : failures.join('; '),
  };
}

/** Waits for orders to cancel; a session that has none in time is taken as it is. */
async function withOrders(folder: string): Promise<SessionStatus> {
  const found = await until(folder, ({ orders }) => orders.some(({ status }) => status === 'accepted'));
  return found ?? answered(folder, { ask: 'status' });
}

async function until(folder: string, isSo: (status: SessionStatus) => boolean): Promise<SessionStatus | undefined> {
  for (const end = performance.now() + STEP_MS; performance.now() < end;) {
    const status = await answered(folder, { ask: 'status' });
    if (isSo(status)) return status;
    await wait(LOOK_MS);
  }
  return undefined;
}

async function letGo(folder: string): Promise<void> {
  await answered(folder, { ask: 'command', command: { do: 'clear' }, reason: 'drill: this level is over' });
}
