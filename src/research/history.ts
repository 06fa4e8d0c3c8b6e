/**
 * How much history a strategy's indicators need before the first date of a tape stops mattering.
 *
 * An average of the last twenty bars forgets the twenty-first; an exponential one never quite does. Played from later
 * and later starts, an indicator's value on the last bar shows how many rows it takes until the start cannot be seen.
 */
import type { Deck } from '../engine/deck.ts';
import type { LookaheadSubject } from './lookahead.ts';

export interface LineHistory {
  /** As in `ema(close, 20)`. */
  readonly name: string;
  /** Rows after which the last value differs by less than the tolerance; `undefined` when the whole tape is too short. */
  readonly rows: number | undefined;
  /** Relative difference of the last value from that of the whole tape, by how many rows were played. */
  readonly trail: readonly { readonly rows: number; readonly difference: number }[];
}

/** Rows that are tried at most: nobody waits for more. */
const ROWS_MAX = 1 << 16;

/** Plays the last 32, 64, 128 … rows and compares the last value of every line with that of the whole tape. */
export async function checkHistory(subject: LookaheadSubject, tolerance = 1e-6): Promise<LineHistory[]> {
  const whole = lastValues(await subject.playUntil(Infinity));
  const found = whole.map(({ name }) => ({
    name,
    rows: undefined as number | undefined,
    trail: [] as { rows: number; difference: number }[],
  }));
  for (let rows = 32; rows < subject.rows && rows <= ROWS_MAX; rows *= 2) {
    if (found.every((line) => line.rows !== undefined)) break;
    for (const [i, { value }] of lastValues(await subject.playLast(rows)).entries()) {
      const line = found[i];
      if (line.rows !== undefined) continue;
      const difference = relativeDifference(value, whole[i].value);
      line.trail.push({ rows, difference });
      if (difference <= tolerance) line.rows = rows;
    }
  }
  return found;
}

function lastValues(deck: Deck): { name: string; value: number }[] {
  return deck.lines.flatMap(({ lines }) => lines.map((line) => ({ name: line.name, value: line.value })));
}

function relativeDifference(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const scale = Math.max(Math.abs(a), Math.abs(b));
  const difference = Math.abs(a - b) / scale;
  return Number.isNaN(difference) ? Infinity : difference;
}
