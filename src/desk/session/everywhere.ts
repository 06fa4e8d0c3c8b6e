/**
 * The stop that holds for every session of this user on this machine, whichever deck and account: a file in the desk's home.
 *
 * Sessions look at it ten times a second and before they begin, so it reaches those that do not answer, and those that begin
 * later. It only ever becomes stricter until a person lifts it; lifting it lets no session go, for each has taken the stop
 * into its own journal and is cleared by itself. A file that cannot be read counts as a kill.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { leaseHome } from '../../adapters/lease-files/index.ts';
import { isWorse, type Command, type Conductor, type TradingState } from '../../engine/live/index.ts';
import { replaceSynced } from './synced.ts';

export interface StandingStop {
  readonly state: 'reducing' | 'halted' | 'killed';
  readonly reason: string;
  readonly by: string;
  /** When it was said, ISO 8601. */
  readonly at: string;
}

const STATES: ReadonlySet<string> = new Set(['reducing', 'halted', 'killed'] satisfies StandingStop['state'][]);

/** What a session is told for each state. */
export const COMMAND_OF: Readonly<
  Record<StandingStop['state'], Command & { readonly do: 'reduce' | 'halt' | 'kill' }>
> = {
  reducing: { do: 'reduce' },
  halted: { do: 'halt' },
  killed: { do: 'kill' },
};

/** Where the stop lies. */
export function stopFile(): string {
  return join(dirname(leaseHome()), 'stop.json');
}

/** The stop that stands; undefined where there is none. */
export function standingStop(): StandingStop | undefined {
  const file = stopFile();
  if (!existsSync(file)) return undefined;
  let why = 'is no stop';
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as Partial<StandingStop> | null;
    const { state = '', reason, by, at } = found ?? {};
    if (STATES.has(state) && [reason, by, at].every((each) => typeof each === 'string')) return found as StandingStop;
  } catch (error) {
    why = `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  // What was there to stop everything, and is not understood, stops everything.
  return { state: 'killed', reason: `${file} ${why}`, by: 'desk', at: '' };
}

/** Makes a stop stand, synced to the disk; one that is stricter already stays. Returns what stands. */
export function standStill(wanted: StandingStop): StandingStop {
  const before = standingStop();
  if (before !== undefined && !isWorse(wanted.state, before.state)) return before;
  const file = stopFile();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  replaceSynced(file, JSON.stringify(wanted));
  remember(wanted);
  return wanted;
}

/** Lifts the stop; the sessions stay as they are. Returns what stood. */
export function liftStop(lifted: Omit<StandingStop, 'state'>): StandingStop | undefined {
  const before = standingStop();
  if (before === undefined) return undefined;
  remember({ state: 'lifted', ...lifted });
  rmSync(stopFile(), { force: true });
  return before;
}

/** Who stopped and lifted when and why: a line each, beside the stop. */
function remember(what: { readonly state: string } & Omit<StandingStop, 'state'>): void {
  appendFileSync(join(dirname(stopFile()), 'stops.jsonl'), `${JSON.stringify(what)}\n`, { mode: 0o600 });
}

/** Has one session follow the stop of all. */
export class FollowedStop {
  private readonly conductor: Conductor;
  private readonly now: () => number;
  /** Which stop was taken already. */
  private seen = '';

  constructor(conductor: Conductor, now: () => number) {
    this.conductor = conductor;
    this.now = now;
  }

  /** Takes a stop that is stricter than what holds here; quick where there is none. */
  look(): void {
    const which = versionOf(stopFile());
    if (which === this.seen) return;
    this.seen = which;
    const stop = standingStop();
    if (stop === undefined || !isStricter(stop, this.conductor.session.states.account)) return;
    const { reason, by } = stop;
    const command = COMMAND_OF[stop.state];
    this.conductor.take({ kind: 'command', at: this.now(), by, reason: `everywhere: ${reason}`, command });
  }
}

/** An account that recovers is not stopped: it is about to go. */
function isStricter({ state }: StandingStop, account: TradingState): boolean {
  return account === 'recovering' || isWorse(state, account);
}

function versionOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? '' : `${found.ino} ${found.mtimeMs}`;
}
