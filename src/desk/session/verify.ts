/**
 * Proves that a session decided what its journal says: its inputs are taken again, and each must lead to the same bytes.
 *
 * Where orders went to the simulated venue, its tape is then played once more as a backtest, which must leave the same
 * entries: what happened on paper is what the past would have been.
 */
import { readSession } from '../../adapters/session-files/index.ts';
import { fingerprintOf } from '../../adapters/files/fingerprint.ts';
import { Deck } from '../../engine/deck.ts';
import { entryText } from '../../engine/journal/journal-text.ts';
import type { Journal } from '../../engine/journal/journal.ts';
import {
  headOf,
  inputOf,
  verifySession,
  type Divergence,
  type MarketInput,
  type SessionHead,
} from '../../engine/live/index.ts';
import { amend } from '../../engine/live/amending.ts';
import { hearBand } from '../../engine/live/limits.ts';
import { ColumnsOfInputs } from '../../engine/live/columns-of.ts';
import type { RecordedTape } from '../../market/tape.ts';
import { sessionDeck, sessionOf } from './options.ts';
import { ProcessRecord, replayedProcess, type ReplayedProcess } from './replayed-process.ts';

export interface Verified {
  readonly head: SessionHead;
  readonly records: number;
  /** Entries of the engine's journal. */
  readonly entries: number;
  readonly torn: number;
  readonly isOver: boolean;
  /** The first record that is decided otherwise now. */
  readonly divergence: Divergence | undefined;
  /** What the strategy answers in its own process when it is told the same; undefined where it has none. */
  readonly strategy: ReplayedProcess | undefined;
  /** What the tape of the session gives as a backtest; undefined where it cannot be one, for the reason that `why` tells. */
  readonly backtest: { readonly entries: number; readonly difference: Divergence | undefined } | undefined;
  readonly why: string | undefined;
}

/** Verifies the journal in `folder`; paths of its deck start at `deckFolder`. `isForced` takes changed code for what it is. */
export async function verifyStored(folder: string, deckFolder: string, isForced: boolean): Promise<Verified> {
  const { texts, torn } = readSession(folder);
  const head = headOf(texts[0], folder);
  const { session, loaded } = await sessionOf(head, deckFolder, isForced);
  const inputs = texts.slice(1);
  const record = new ProcessRecord(head);
  const divergence = verifySession(session, inputs, record.heard);
  const { journal } = session.deck;
  const why = whyNoBacktest(head, inputs);
  // Code that has changed would answer otherwise, and is not let in.
  const isPlayedAgain = divergence === undefined && !isForced;
  const strategy = isPlayedAgain
    ? await replayedProcess(head, loaded.strategy, deckFolder, record.answered())
    : undefined;
  const base = { head, records: texts.length, torn, isOver: session.isOver, divergence, why, strategy };
  if (divergence !== undefined || why !== undefined) return { ...base, entries: journal.length, backtest: undefined };
  const deck = new Deck({ ...sessionDeck(head, loaded), tape: tapeOf(head, inputs) });
  playAside(deck, head, inputs);
  // Time that passed after the last row is on no tape; what was due in it happened all the same.
  deck.advance(session.at);
  if (session.isOver) deck.end();
  if (session.isOver) session.deck.end();
  const difference = firstDifference(journal, deck.journal);
  return { ...base, entries: journal.length, backtest: { entries: deck.journal.length, difference } };
}

/** What reaches a session beside its tape and changes what comes after, in a past as well. */
const ASIDE: readonly string[] = ['amend', 'band', 'start'];

/** Plays the tape that a session recorded; where the session was told of something beside it, the past is told the same. */
function playAside(deck: Deck, head: SessionHead, texts: readonly string[]): void {
  let from = 0;
  for (const [to, text] of texts.entries()) {
    if (!ASIDE.some((kind) => isOf(text, kind))) continue;
    const input = inputOf(text);
    // Before the first band or amendment there is nothing that a start could end.
    if (input.kind === 'start' && from === 0) continue;
    deck.play(tapeOf(head, texts.slice(from, to)).slice, false);
    if (input.kind === 'start') deck.orders.gate.limits?.bands?.unheard();
    else if (input.kind === 'band') deck.happen(input.at, () => hearBand(input, deck));
    else if (input.kind === 'amend') deck.happen(input.at, () => void amend(input, deck));
    from = to + 1;
  }
  deck.play(tapeOf(head, texts.slice(from)).slice, from === 0);
}

/** The tape that a session recorded. */
export function tapeOf(head: SessionHead, texts: readonly string[]): RecordedTape {
  const columns = new ColumnsOfInputs(head.streams);
  for (const text of texts) {
    const input = inputOf(text);
    if (input.kind === 'market') columns.add(input satisfies MarketInput);
  }
  const streams = columns.streams();
  const fingerprint = fingerprintOf(streams, head.tape.actions);
  return { ...head.tape, fingerprint, slice: { streams } };
}

/** Why what happened cannot be what a backtest of the tape does; undefined where it must be. */
function whyNoBacktest({ mode }: SessionHead, inputs: readonly string[]): string | undefined {
  if (mode !== 'paper') return 'its orders went to a broker, whose fills are on no tape';
  const count = inputs.filter(isNoTape).length;
  return count === 0
    ? undefined
    : `${count} commands, halts or answers of a strategy's process reached it, which are on no tape`;
}

/** What reached the session and is on no tape: a command, a halt, what a strategy in a process of its own asked for. */
function isNoTape(text: string): boolean {
  return NO_TAPE.some((kind) => isOf(text, kind));
}

function isOf(text: string, kind: string): boolean {
  return text.startsWith(`{"in":{"kind":"${kind}"`);
}

const NO_TAPE = ['command', 'status', 'asked'] as const;

function firstDifference(session: Journal, backtest: Journal): Divergence | undefined {
  const length = Math.max(session.length, backtest.length);
  for (let row = 0; row < length; row++) {
    const recorded = row < session.length ? entryText(session.entry(row)) : 'nothing';
    const replayed = row < backtest.length ? entryText(backtest.entry(row)) : 'nothing';
    if (recorded !== replayed) return { record: row, recorded, replayed };
  }
  return undefined;
}
