/**
 * How much history a strategy's indicators need before the first date of a tape stops mattering.
 *
 * An average of the last twenty bars forgets the twenty-first; an exponential one never quite does. Played from later
 * and later starts, an indicator's value on the last bar shows how many rows it takes until the start cannot be seen.
 */
import { longestOf, suffixOf, type LookaheadSubject } from './lookahead.ts';

export interface LineHistory {
  /** As in `ema(close, 20)`. */
  readonly name: string;
  /** Rows after which the last value differs by less than the tolerance; `undefined` when the whole tape is too short. */
  readonly rows: number | undefined;
  /** Relative difference of the last value with that many rows, or with the most that were tried. */
  readonly difference: number;
}

/** Plays the last 32, 64, 128 … rows and compares the last value of every line with that of the whole tape. */
export function checkHistory(subject: LookaheadSubject, tolerance = 1e-6): LineHistory[] {
  const total = longestOf(subject.slice).columns.length;
  const whole = lastValues(subject, total);
  const found: LineHistory[] = whole.map(({ name }) => ({ name, rows: undefined, difference: Number.NaN }));
  for (let rows = 32; rows < total && found.some((line) => line.rows === undefined); rows *= 2) {
    for (const [i, { value, name }] of lastValues(subject, rows).entries()) {
      if (found[i].rows !== undefined) continue;
      const difference = relativeDifference(value, whole[i].value);
      found[i] = { name, rows: difference <= tolerance ? rows : undefined, difference };
    }
  }
  return found;
}

function lastValues(subject: LookaheadSubject, rows: number): { name: string; value: number }[] {
  const deck = subject.play(suffixOf(subject.slice, rows));
  return deck.lines.flatMap(({ lines }) => lines.map((line) => ({ name: line.name, value: line.value })));
}

function relativeDifference(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const scale = Math.max(Math.abs(a), Math.abs(b));
  const difference = Math.abs(a - b) / scale;
  return Number.isNaN(difference) ? Infinity : difference;
}
