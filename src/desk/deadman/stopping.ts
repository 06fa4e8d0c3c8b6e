/**
 * Stops accounts at their brokers with the watchdog's own keys: as often as it takes until all is confirmed, or the session
 * speaks again. One account is stopped by one at a time; who asks meanwhile gets the same result.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../../base/fault.ts';
import type { AccountLook, KillReport } from '../../engine/live/index.ts';
import { tailOf } from '../session/permission.ts';
import { keysOfFile } from '../wiring/keys.ts';
import { KILL_SWITCHES, type KillSwitch } from '../wiring/kill-switches.ts';
import type { WatchedAccount } from './config.ts';
import { accountIdOf } from './heartbeat.ts';

/** An account that can be stopped from here. */
export interface Stoppable extends Pick<WatchedAccount, 'broker' | 'mode'> {
  readonly id: string;
  /** For people: broker and last digits. */
  readonly name: string;
  readonly ifSilent: NonNullable<WatchedAccount['ifSilent']>;
  readonly silentMs: number;
  /** Whether there is what a stop needs; without it people are told, and nothing is done. */
  readonly canStop: boolean;
  /** Reads what works and is held there, and changes nothing. */
  look(): Promise<AccountLook>;
  /** One attempt, of so many milliseconds at most. */
  kill(flatten: boolean, forMs: number): Promise<KillReport>;
}

export interface Outcome {
  readonly account: string;
  readonly mode: string;
  readonly isDone: boolean;
  /** New orders are blocked and none works, whatever is still held. */
  readonly isStopped: boolean;
  readonly report: KillReport | undefined;
  /** In a sentence, for people. */
  readonly text: string;
}

const ATTEMPT_MS = 20_000;
const PAUSE_MS = 2000;
/** So often what is held is tried to be closed: each time the block is lifted, and a market that is shut does not open for it. */
const CLOSE_TRIES = 3;
export const SILENT_SECONDS = 60;

/** Makes an account stoppable; a key that is missing or readable by others is a `Fault`. */
export function stoppable(given: WatchedAccount, folder: string): Stoppable {
  const { broker, account, mode, ifSilent = 'killall', silentSeconds = SILENT_SECONDS } = given;
  const found = KILL_SWITCHES.find((each) => each.broker === broker)!; // The set-up takes no other.
  const keys = keysFor(found, given, folder);
  const url = (given.url ?? found.addresses[mode === 'live' ? 'live' : 'paper']).replace(/\/+$/, '');
  return {
    broker,
    mode,
    id: accountIdOf(broker, account),
    name: `${broker} ${tailOf(account)}`,
    canStop: found.keys === undefined || keys !== undefined,
    ifSilent,
    silentMs: silentSeconds * 1000,
    look: () => found.look({ keys, url, account }),
    kill: (flatten, forMs) => found.kill({ keys, url, account, flatten, forMs, tell: () => undefined }),
  };
}

function keysFor({ keys }: KillSwitch, { broker, keys: file, ifSilent }: WatchedAccount, folder: string) {
  if (keys === undefined) return undefined;
  if (file === undefined) {
    if (ifSilent === 'alert') return undefined;
    throw new Fault('keys.missing', `an account at ${broker} is stopped with its keys`, { field: 'accounts.keys' });
  }
  const { keyId, secret } = keysOfFile(file, folder, { keyId: keys[0], secret: keys[1] });
  return { id: keyId, secret };
}

export class Stopper {
  private readonly running = new Map<string, Promise<Outcome>>();

  /** Tries once; whoever asks while it is tried waits for the same. */
  once(account: Stoppable, flatten: boolean, forMs = ATTEMPT_MS): Promise<Outcome> {
    if (!account.canStop) {
      const { name, mode } = account;
      return Promise.resolve({
        account: name,
        mode,
        isDone: false,
        isStopped: false,
        report: undefined,
        text: `${name}: there are no keys for it here`,
      });
    }
    const before = this.running.get(account.id);
    if (before !== undefined) return before;
    const attempt = this.attempt(account, flatten, forMs).finally(() => this.running.delete(account.id));
    this.running.set(account.id, attempt);
    return attempt;
  }

  /** Tries until it is done, or `isOver` says that it is needed no more; `onAttempt` hears of each that was not enough. */
  async untilDone(
    account: Stoppable,
    isOver: () => boolean,
    onAttempt: (outcome: Outcome) => void,
  ): Promise<Outcome | undefined> {
    let last: Outcome | undefined;
    for (let count = 1; !isOver(); count++) {
      last = await this.once(account, account.ifSilent === 'killall+flatten');
      if (last.isDone || (last.isStopped && count >= CLOSE_TRIES)) return last;
      onAttempt(last);
      // A broker that does not answer is asked less and less often, once a minute at last.
      const until = performance.now() + Math.min(60_000, PAUSE_MS * 2 ** Math.min(count - 1, 5));
      while (performance.now() < until && !isOver()) await wait(100);
    }
    return last;
  }

  private async attempt(account: Stoppable, flatten: boolean, forMs: number): Promise<Outcome> {
    try {
      const report = await account.kill(flatten, forMs);
      const isFlat = !flatten || report.positions?.length === 0;
      const isStopped = report.isSuspended !== false && report.isEmpty;
      const isDone = isStopped && isFlat;
      return {
        account: account.name,
        mode: account.mode,
        isDone,
        isStopped,
        report,
        text: textOf(account, report, isDone),
      };
    } catch (error) {
      const why = error instanceof Fault ? `${error.code}: ${error.rule}` : String(error);
      return {
        account: account.name,
        mode: account.mode,
        isDone: false,
        isStopped: false,
        report: undefined,
        text: `${account.name} is not stopped: ${why}`,
      };
    }
  }
}

function textOf({ name }: Stoppable, report: KillReport, isDone: boolean): string {
  const { isSuspended, isEmpty, asked, open, positions, failures } = report;
  const parts = [
    isSuspended === undefined
      ? 'this broker cannot block new orders'
      : isSuspended
        ? 'new orders are blocked'
        : 'new orders are NOT known to be blocked',
    isEmpty ? 'no order works' : `orders may still work (${open.length} were listed last)`,
    `${asked} orders were asked to end`,
    ...(positions === undefined
      ? []
      : [positions.length === 0 ? 'nothing is held' : `${positions.length} positions are held`]),
    // What failed on the way to what was confirmed is nothing to wake anybody for.
    ...(isDone ? [] : failures.slice(0, 3)),
  ];
  return `${name}: ${parts.join('; ')}`;
}
