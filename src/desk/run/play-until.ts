/**
 * Plays a tape up to an instant, whether it is held in memory or read slice by slice: how `why` looks into a run and
 * `check-lookahead` shortens its tape.
 */
import type { Deck } from '../../engine/deck.ts';
import { joinRows, longestOf, prefixOf } from '../../research/tape-parts.ts';
import type { TapeSlice } from '../../market/tape.ts';
import type { AnyTape, LongTape } from '../wiring/tapes.ts';

/**
 * Plays what has happened at `at`, that instant included; whether that is the whole tape. `seen` is shown each slice
 * before it is played.
 */
export async function playUntil(
  deck: Deck,
  tape: AnyTape,
  at: number,
  seen: (slice: TapeSlice) => void = () => undefined,
): Promise<boolean> {
  if ('slice' in tape) {
    const known = prefixOf(tape.slice, at);
    seen(known);
    deck.play(known);
    return !reachesBeyond(tape.slice, at);
  }
  for await (const slice of tape.slices()) {
    const known = prefixOf(slice, at);
    seen(known);
    deck.play(known, false);
    // Slices follow each other: once a row lies beyond, all later ones do.
    if (reachesBeyond(slice, at)) return false;
  }
  return true;
}

function reachesBeyond({ streams }: TapeSlice, at: number): boolean {
  return streams.some(({ columns }) => (columns.time.at(-1) ?? -Infinity) > at);
}

/** What is known of a long tape after one look at all of it. */
export interface TapeOutline {
  /** Times of some rows, in order, spread over the tape. */
  readonly times: number[];
  /** Rows of the stream that has most. */
  readonly rows: number;
  /** The end of the tape, held in memory. */
  readonly tail: TapeSlice;
}

/** Times that are kept of a tape of any length. */
const TIMES_MAX = 4096;
/** Rows of the longest stream that are kept of its end. */
const TAIL_ROWS = 1 << 16;

/** Reads a long tape once. */
export async function outlineOf(tape: LongTape, tailRows = TAIL_ROWS): Promise<TapeOutline> {
  let times: number[] = [];
  let stride = 1;
  let rows = 0;
  const newest: TapeSlice[] = [];
  for await (const slice of tape.slices()) {
    const { time } = longestOf(slice).columns;
    for (let i = (stride - (rows % stride)) % stride; i < time.length; i += stride) times.push(time[i]);
    rows += time.length;
    while (times.length > TIMES_MAX) {
      times = times.filter((_, i) => i % 2 === 0);
      stride *= 2;
    }
    newest.push(slice);
    while (newest.slice(1).reduce((sum, each) => sum + longestOf(each).columns.length, 0) >= tailRows) newest.shift();
  }
  return { times, rows, tail: joinRows(newest) };
}
