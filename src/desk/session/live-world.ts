/**
 * What a session at the present time is given by whoever starts it, what it finds at its start, and what comes of it.
 */
import type { FileLease } from '../../adapters/lease-files/index.ts';
import type { AccountFacts, Alert, SessionHead } from '../../engine/live/index.ts';
import type { Session } from '../../time/session.ts';
import type { Broker } from '../wiring/brokers.ts';
import type { Environment } from '../wiring/keys.ts';
import type { LiveSource } from '../wiring/live-tapes.ts';
import type { SessionClock } from './clock.ts';
import type { DaySummary } from './day-summary.ts';

export interface LiveWorld {
  readonly deckFolder: string;
  readonly base: string;
  readonly environment: Environment;
  /** Where a fake broker listens, in place of all addresses. */
  readonly fakeUrl: string | undefined;
  readonly stop: { readonly isStopped: boolean };
  /** Where the signature of the deck is looked for; undefined where the deck is in no file. */
  readonly armingFile: string | undefined;
  /** Waits for the next session where today has none, or it is over. */
  readonly isNext: boolean;
  readonly isAgain: boolean;
  /** Asked before a session with real money begins; false ends it. */
  readonly confirm: (facts: AccountFacts, day: Session) => Promise<boolean>;
  /** The code of an authenticator; undefined where nobody is there to say it. */
  readonly askCode: () => Promise<string | undefined>;
  readonly onReady: (about: Readiness) => void;
  readonly onAlert: (alert: Alert) => void;
  readonly notice: (text: string) => void;
}

/** What a person is told when a session begins. */
export interface Readiness {
  readonly mode: SessionHead['mode'];
  readonly account: AccountFacts | undefined;
  readonly day: Session;
  readonly prices: string;
  /** Records of the journal that were taken again. */
  readonly recovered: number;
  readonly folder: string;
}

export type LiveDay =
  | { readonly kind: 'no-session'; readonly opensNext: number }
  | { readonly kind: 'played'; readonly folder: string; readonly summary: DaySummary };

export interface Found {
  readonly source: LiveSource;
  readonly broker: Broker | undefined;
  readonly facts: AccountFacts | undefined;
  readonly clock: SessionClock;
  readonly day: Session;
  readonly lease: FileLease | undefined;
  /** From here on the loop of the day renews the lease. */
  readonly begun: () => void;
}
