/**
 * A part of a history as a run of its own: the account opens with its first session and is closed with its last.
 *
 * What came before is on the tape, for indicators to warm up on, and nothing of it is traded; what comes after is not
 * on the tape. The account opens flat, and what is held at the end is closed at the last price, at full cost, so that no
 * part lives on what another one bought.
 */
import { honest } from '../../engine/sim/conventions.ts';
import type { Ledger } from '../../engine/ledger/ledger.ts';
import { mergeTrades } from '../../engine/ledger/merge-trades.ts';
import { shareLines } from '../../engine/feeds/shared-lines.ts';
import { prefixOf } from '../tape-parts.ts';
import type { SweepSubject } from '../sweep/run.ts';
import type { Range } from './splits.ts';
import { addTrade, summarise, SUMMARY_WIDTH } from './summary.ts';

/** A part by instants, ready to be sent to a thread. */
export interface Part {
  /** When the account opens; `undefined` with the tape. */
  readonly opensAt: number | undefined;
  /** The last instant. */
  readonly endsAt: number;
  /** Sessions at its beginning and its end that some choices leave out; a summary of each is kept apart. */
  readonly head: number;
  readonly tail: number;
}

/** Summaries that are kept of a part: head, body and tail. */
export const PART_WIDTH = 3 * SUMMARY_WIDTH;

/** Returns the part of a range of sessions, of which `ends` are the last instants. */
export function partOf({ from, to }: Range, ends: Float64Array, head = 0, tail = 0): Part {
  return { opensAt: from === 0 ? undefined : ends[from - 1] + 1, endsAt: ends[to - 1], head, tail };
}

/** Returns the subject whose runs are of that part; `cash` is what its account opens with, as in the deck by default. */
export function partSubject(subject: SweepSubject, { opensAt, endsAt }: Part, cash?: number): SweepSubject {
  const slice = prefixOf(subject.slice, endsAt);
  for (const { columns } of slice.streams) {
    shareLines(Object.values(columns as unknown as Record<string, unknown>).filter(isColumn));
  }
  return {
    ...subject,
    slice,
    options(parameters) {
      const whole = subject.options(parameters);
      return {
        ...whole,
        tape: { ...whole.tape, actions: whole.tape.actions.filter(({ at }) => at <= endsAt) },
        conventions: { ...(whole.conventions ?? honest), end: 'close-at-last-close' },
        ...(opensAt === undefined ? {} : { opensAt }),
        ...(cash === undefined ? {} : { cash }),
      };
    },
  };
}

/** Writes the summaries of a finished run of a part to `into[at …]`: head, body, tail, trades by when they closed. */
export function notePart(
  { head, tail }: Part,
  time: Float64Array,
  returns: Float64Array,
  ledger: Ledger,
  into: Float64Array,
  at: number,
): void {
  const { length } = returns;
  // A run that was wiped out early has no tail.
  const cuts = [0, Math.min(head, length), Math.max(Math.min(head, length), length - tail), length];
  for (let k = 0; k < 3; k++) summarise(returns, cuts[k], cuts[k + 1], into, at + k * SUMMARY_WIDTH);
  let session = 0;
  const closed = [...mergeTrades(ledger.trades).trades].sort((a, b) => a.exitAt - b.exitAt);
  for (const { exitAt, profitInBase } of closed) {
    while (session < length - 1 && time[session] < exitAt) session++;
    const piece = session < cuts[1] ? 0 : session < cuts[2] ? 1 : 2;
    addTrade(into, at + piece * SUMMARY_WIDTH, profitInBase);
  }
}

function isColumn(value: unknown): value is Float64Array {
  return value instanceof Float64Array;
}
