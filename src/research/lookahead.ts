/**
 * Proves that a strategy does not look ahead: played on a tape that ends today, it must decide today what it decides
 * on the whole tape.
 *
 * What a strategy sees is what the engine shows it, and that ends now. A strategy can still know the future by what its
 * author put into it: prices read from a file, a table of best dates, state that an earlier run left behind. Whatever
 * the way, the future that is not on the tape cannot be known from it, so the decisions differ.
 */
import type { Deck } from '../engine/deck.ts';
import { sliceColumns, type BarColumns } from '../market/columns.ts';
import type { StreamColumns, StreamSlice, TapeSlice } from '../market/tape.ts';
import { decisionsOf, sameDecision, type Decision } from './decisions.ts';

/** A strategy with its tape: `play` makes a fresh deck for a slice, plays it, and does not finish it. */
export interface LookaheadSubject {
  readonly slice: TapeSlice;
  play(slice: TapeSlice): Deck;
}

/** The first decision that a shorter tape (or the same tape, played again) changes. One of the two is absent where only one tape has a decision. */
export interface LookaheadFinding {
  /** Where the shorter tape ended; infinite where the same tape was played again. */
  readonly cutAt: number;
  /** Time of the decision. */
  readonly at: number;
  readonly onWhole: Decision | undefined;
  readonly onPrefix: Decision | undefined;
}

export interface LookaheadReport {
  readonly decisions: number;
  /** How many shorter tapes were played. */
  readonly prefixes: number;
  /** Whether the same tape, played twice, gave the same decisions: without that, nothing can be said of shorter ones. */
  readonly isRepeatable: boolean;
  /** `undefined` when every prefix gave the same decisions. */
  readonly finding: LookaheadFinding | undefined;
}

/**
 * Plays the whole tape, twice, and `cuts` shorter ones. Half of them end at bars on which something was decided, where knowing
 * more would show; the others are spread evenly, where knowing less would.
 */
export function checkLookahead(subject: LookaheadSubject, cuts = 100): LookaheadReport {
  const whole = decisionsOf(subject.play(subject.slice));
  const again = firstDifference(whole, decisionsOf(subject.play(subject.slice)), Infinity);
  if (again !== undefined) return { decisions: whole.length, prefixes: 0, isRepeatable: false, finding: again };
  const times = cutTimes(subject.slice, whole, cuts);
  let first: LookaheadFinding | undefined;
  for (const cutAt of times) {
    const prefix = decisionsOf(subject.play(prefixOf(subject.slice, cutAt)));
    const finding = firstDifference(whole, prefix, cutAt);
    if (finding !== undefined && (first === undefined || finding.at < first.at)) first = finding;
  }
  return { decisions: whole.length, prefixes: times.length, isRepeatable: true, finding: first };
}

/** Compares the decisions of a whole tape with those of its prefix, up to the prefix's end. */
export function firstDifference(
  whole: readonly Decision[],
  prefix: readonly Decision[],
  cutAt: number,
): LookaheadFinding | undefined {
  const known = whole.filter(({ at }) => at <= cutAt);
  const seen = prefix.filter(({ at }) => at <= cutAt);
  for (let i = 0; i < Math.max(known.length, seen.length); i++) {
    const onWhole = known[i];
    const onPrefix = seen[i];
    if (onWhole !== undefined && onPrefix !== undefined && sameDecision(onWhole, onPrefix)) continue;
    const at = Math.min(onWhole?.at ?? Infinity, onPrefix?.at ?? Infinity);
    return { cutAt, at, onWhole, onPrefix };
  }
  return undefined;
}

/** Returns the part of a slice that is known at an instant; nothing is copied. */
export function prefixOf(slice: TapeSlice, at: number): TapeSlice {
  return { streams: slice.streams.map((stream) => rowsOf(stream, 0, rowsUntil(stream.columns.time, at))) };
}

/** Returns the last rows of every stream, `rows` of the longest. */
export function suffixOf(slice: TapeSlice, rows: number): TapeSlice {
  const longest = longestOf(slice);
  const from = longest.columns.time[Math.max(0, longest.columns.length - rows)];
  return {
    streams: slice.streams.map((stream) => {
      const first = rowsUntil(stream.columns.time, from - 1);
      return rowsOf(stream, first, stream.columns.length);
    }),
  };
}

/** The stream with most rows. */
export function longestOf({ streams }: TapeSlice): StreamSlice {
  return streams.reduce((longest, stream) => (stream.columns.length > longest.columns.length ? stream : longest));
}

function cutTimes(slice: TapeSlice, decisions: readonly Decision[], count: number): number[] {
  const { time } = longestOf(slice).columns;
  const decided = spread([...new Set(decisions.map(({ at }) => at))], Math.ceil(count / 2));
  const even = spread(time, count - decided.length);
  return [...new Set([...decided, ...even])].sort((a, b) => a - b);
}

/** Up to `count` of the values, evenly spread, the last one left out: the whole tape ends there anyway. */
function spread(values: ArrayLike<number>, count: number): number[] {
  const size = Math.min(count, values.length - 1);
  return Array.from({ length: Math.max(0, size) }, (_, i) => values[Math.floor((i * (values.length - 1)) / size)]);
}

function rowsOf(stream: StreamSlice, from: number, to: number): StreamSlice {
  // The columns keep their kind: only their rows are fewer.
  const columns = sliceColumns(stream.columns as BarColumns, from, to) as StreamColumns['columns'];
  return { ...stream, columns } as StreamSlice;
}

/** How many rows have happened at an instant. */
function rowsUntil(time: Float64Array, at: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
