/**
 * What a session and its watchdog say to each other, over the watchdog's standard input: first what it is to watch, then a
 * line for each beat, and what hangs on the session where that changes, and a last word when the session ends as it should.
 * A pipe that closes without it is a death.
 */
import type { SessionMode } from '../../../engine/live/index.ts';
import type { DeckConfig } from '../../config/schema.ts';
import type { BrokerMode } from '../../wiring/brokers.ts';

/** What a watchdog watches, and what it does when that is gone. Keys are not in it: it finds them as the session did. */
export interface Charge {
  /** The process of the session. */
  readonly pid: number;
  /** Hash of the code that the session runs: a watchdog of other code would treat an account by other rules. */
  readonly program: string;
  readonly mode: SessionMode;
  readonly deckFolder: string;
  readonly deck: string;
  /** Folder of the session. */
  readonly folder: string;
  /** Who is told of its death. */
  readonly alerts: DeckConfig['alerts'];
  /** How long the session's loop may stand still. */
  readonly blockedMs: number;
  /** Left out on paper, where nothing works at a broker: then its death is told, and that is all. */
  readonly atBroker?: ChargeAtBroker;
}

/** What works at a broker, and what becomes of it where nobody goes on. */
export interface ChargeAtBroker {
  readonly mode: BrokerMode;
  readonly broker: DeckConfig['broker'];
  readonly tape: { readonly source: string };
  readonly fakeUrl: string | undefined;
  /** Broker and number of the account, which name its lease. */
  readonly account: string;
  /** Of the lease that the session holds. */
  readonly epoch: number;
  readonly ifDead: 'keep' | 'keep-exits' | 'cancel';
  /** How long another process is waited for that goes on with the session. */
  readonly deadMs: number;
}

export const BEAT = '.';
/** Begins a line with the symbols, as JSON, whose stops only the session watches. */
export const HELD = 'held ';
export const FAREWELL = 'bye';
/** How often a session shows that it is there. */
export const BEAT_MS = 250;

/** What a watchdog wrote down, one JSON object per line, in the session's folder. */
export const NOTES_FILE = 'watchdog.jsonl';

export interface WatchdogNote {
  /** ISO 8601. */
  readonly at: string;
  readonly what: string;
}
