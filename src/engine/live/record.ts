/**
 * The journal of a session as records: its head, then one record per input with everything that the input led to.
 *
 * A record is canonical JSON, so that the same input in the same session gives the same bytes; to verify a journal is to
 * take its inputs again and to compare.
 */
import { Fault, show } from '../../base/fault.ts';
import { entryText } from '../journal/journal-text.ts';
import type { TapeInfo } from '../../market/tape.ts';
import type { StreamShape } from '../feeds/feeds.ts';
import type { LimitSettings } from '../limits/settings.ts';
import type { Membership } from '../play/universe.ts';
import type { DeckState } from '../state/state.ts';
import type { BrokerVenueOptions } from './broker/broker-venue.ts';
import type { DoorOptions } from './door/tell.ts';
import { asciiOf } from './frames.ts';
import type { Input } from './inputs.ts';
import type { LiveSession, Outcome } from './session.ts';

export const SESSION_JOURNAL = 'tradedeck-session';
export const SESSION_VERSION = 1;

export type SessionMode = 'paper' | 'rehearsal' | 'live';

/** The first record: what the session is of. */
export interface SessionHead {
  readonly journal: typeof SESSION_JOURNAL;
  readonly version: typeof SESSION_VERSION;
  readonly mode: SessionMode;
  /** The deck as it was read, with all that flags changed. */
  readonly deck: unknown;
  readonly strategies: readonly { readonly name: string; readonly parameters: Readonly<Record<string, unknown>> }[];
  /** What was known of the tape before its first row: all but the rows. */
  readonly tape: TapeInfo;
  readonly streams: readonly StreamShape[];
  readonly conventions: string;
  readonly seed: number;
  /** Makes order ids unlike those of other accounts and decks; the same over all sessions that go on from each other. */
  readonly lineage: string;
  /** Hash of the strategy's code and of the engine's. */
  readonly code: { readonly strategy: string; readonly engine: string };
  /** Dated members; null when everything always belongs. */
  readonly universe: readonly Membership[] | null;
  /** What came before it only warms up, an Instant; left out where the whole tape is played. */
  readonly opensAt?: number;
  /** How orders are named and aged at a broker; left out where they go to the simulated venue. */
  readonly broker?: BrokerVenueOptions;
  /** Which strategies live in processes of their own; left out where none do. */
  readonly doors?: readonly DoorOptions[];
  /** What starts the process of the strategy behind the door, and what keeps it in; left out where there is none. */
  readonly process?: {
    readonly launcher: string;
    readonly guards: readonly string[];
    /** What the strategy itself left to this session, in its own words; left out where none was before. */
    readonly restored?: string;
  };
  /** The numbers of the pre-trade controls; left out where there are none. */
  readonly limits?: LimitSettings;
  /** What of them is looser than the defaults, in words; left out where nothing is. */
  readonly loosened?: readonly string[];
  /** What the session went on from. */
  readonly restored: DeckState | null;
}

/** Returns the record of an input and its outcome. */
export function recordText(input: Input, { from, to, requests, alerts }: Outcome, session: LiveSession): string {
  const entries: string[] = [];
  for (let row = from; row < to; row++) entries.push(entryText(session.deck.journal.entry(row)));
  let text = `{"in":${JSON.stringify(input)}`;
  if (entries.length > 0) text += `,"out":[${entries.join(',')}]`;
  if (requests.length > 0) text += `,"ask":${JSON.stringify(requests)}`;
  if (alerts.length > 0) text += `,"alerts":${JSON.stringify(alerts)}`;
  return asciiOf(`${text}}`);
}

export function headText(head: SessionHead): string {
  return asciiOf(JSON.stringify(head));
}

/** Reads the head; a journal of another kind or version is a `Fault`. */
export function headOf(text: string | undefined, file: string): SessionHead {
  if (text === undefined) throw new Fault('journal.empty', 'the journal has no record', { file });
  const head = JSON.parse(text) as Partial<SessionHead>;
  if (head.journal !== SESSION_JOURNAL || head.version !== SESSION_VERSION) {
    const rule = `must be the journal of a session, version ${SESSION_VERSION}, was ${show(head.journal)} ${show(head.version)}`;
    throw new Fault('journal.version', rule, { file });
  }
  // Checked above; the rest was written by this version.
  return head as SessionHead;
}

export function inputOf(text: string): Input {
  return (JSON.parse(text) as { in: Input }).in;
}

/** The first record that another replay gives differently. */
export interface Divergence {
  /** Number of the record; the head is 0. */
  readonly record: number;
  readonly recorded: string;
  readonly replayed: string;
}

/**
 * Takes the inputs of a journal again and compares what they lead to. `texts` are the records after the head. Returns
 * the first difference, or `undefined` when everything was decided again as it was. `heard` is told what each led to.
 */
export function verifySession(
  session: LiveSession,
  texts: readonly string[],
  heard?: (input: Input, outcome: Outcome) => void,
): Divergence | undefined {
  for (const [index, recorded] of texts.entries()) {
    const input = inputOf(recorded);
    const outcome = session.take(input);
    heard?.(input, outcome);
    const replayed = recordText(input, outcome, session);
    if (replayed !== recorded) return { record: index + 1, recorded, replayed };
  }
  return undefined;
}
