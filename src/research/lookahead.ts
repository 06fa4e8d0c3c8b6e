/**
 * Proves that a strategy does not look ahead: played on a tape that ends today, it must decide today what it decides
 * on the whole tape.
 *
 * What a strategy sees is what the engine shows it, and that ends now. What it could still know of the future from the
 * tape, by state that an earlier run left behind or by reaching into the engine, a shorter tape does not have, so the
 * decisions differ. What it knows from elsewhere no tape can take away: reading of its own shows in its code, and a
 * table of best dates that its author wrote down shows nowhere.
 */
import type { Deck } from '../engine/deck.ts';
import type { TapeSlice } from '../market/tape.ts';
import { decisionsOf, sameDecision, type Decision } from './decisions.ts';
import { longestOf, prefixOf, suffixOf } from './tape-parts.ts';

/** A strategy with its tape. Each call makes a fresh deck, plays, and does not finish it. */
export interface LookaheadSubject {
  /** Times of rows, spread over the tape: of all rows of the longest stream, where the tape is held in memory. */
  readonly times: ArrayLike<number>;
  /** Rows of the longest stream. */
  readonly rows: number;
  /** Plays what has happened at an instant; Infinity for the whole tape. */
  playUntil(at: number): Deck | Promise<Deck>;
  /** Plays the last rows, fewer than all. */
  playLast(rows: number): Deck | Promise<Deck>;
}

/** A subject whose tape is held in memory; `play` makes a fresh deck for a slice and plays it. */
export function subjectOf(slice: TapeSlice, play: (slice: TapeSlice) => Deck): LookaheadSubject {
  const { time } = longestOf(slice).columns;
  return {
    times: time,
    rows: time.length,
    playUntil: (at) => play(at === Infinity ? slice : prefixOf(slice, at)),
    playLast: (rows) => play(suffixOf(slice, rows)),
  };
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
export async function checkLookahead(subject: LookaheadSubject, cuts = 100): Promise<LookaheadReport> {
  const whole = decisionsOf(await subject.playUntil(Infinity));
  const again = firstDifference(whole, decisionsOf(await subject.playUntil(Infinity)), Infinity);
  if (again !== undefined) return { decisions: whole.length, prefixes: 0, isRepeatable: false, finding: again };
  const times = cutTimes(subject.times, whole, cuts);
  let first: LookaheadFinding | undefined;
  for (const cutAt of times) {
    const deck = await subject.playUntil(cutAt);
    // Timers between the last row and the cut: on the whole tape the next row lets them happen.
    deck.advance(cutAt + 1);
    const prefix = decisionsOf(deck);
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

function cutTimes(times: ArrayLike<number>, decisions: readonly Decision[], count: number): number[] {
  const decided = spread([...new Set(decisions.map(({ at }) => at))], Math.ceil(count / 2));
  const even = spread(times, count - decided.length);
  return [...new Set([...decided, ...even])].sort((a, b) => a - b);
}

/** Up to `count` of the values, evenly spread, the last one left out: the whole tape ends there anyway. */
function spread(values: ArrayLike<number>, count: number): number[] {
  const size = Math.min(count, values.length - 1);
  return Array.from({ length: Math.max(0, size) }, (_, i) => values[Math.floor((i * (values.length - 1)) / size)]);
}
