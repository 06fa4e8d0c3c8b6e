/**
 * Rules held against many things, of each of which only bounds are known: whether any may pass all of them, and if none
 * does, which rule is the reason.
 */

export interface Limit {
  /** The parameter that sets it. */
  readonly name: string;
  /** What is compared. */
  readonly value: number;
  /** What the parameter says, where that is not the same. */
  readonly told?: number;
}

export interface Limits {
  readonly min?: Limit;
  readonly max?: Limit;
}

/** A rule, and how a sentence about what nothing does goes on: `no put of the tape` … */
export interface Asked extends Limits {
  /** Stable name, as scans have it: `spread`, `priceMax` … */
  readonly rule: string;
  /** … `is quoted more than 10 days before it expires`: the most of what was measured. */
  readonly more?: (most: number) => string;
  /** The same of the least. */
  readonly less?: (least: number) => string;
  /** The same where what is measured is no number for people. */
  readonly does?: string;
  /** All of the sentence, where nothing meets it and there is more to say. */
  readonly never?: () => string;
}

/** What may be measured by each rule: from `low` to `high`, by the number of the rule. NaN where it is not known. */
export class Measured {
  readonly low: Float64Array;
  readonly high: Float64Array;

  constructor(rules: number, low = Number.NaN, high = Number.NaN) {
    this.low = new Float64Array(rules).fill(low);
    this.high = new Float64Array(rules).fill(high);
  }

  set(rule: number, low: number, high = low): void {
    this.low[rule] = low;
    this.high[rule] = high;
  }

  /** The same of the first rules alone. */
  first(rules: number): Measured {
    const some = new Measured(rules);
    for (let rule = 0; rule < rules; rule++) some.set(rule, this.low[rule], this.high[rule]);
    return some;
  }

  /** Widens what is known of a rule by what another has of it. */
  widen(rule: number, { low, high }: Measured): void {
    if (low[rule] < this.low[rule]) this.low[rule] = low[rule];
    if (high[rule] > this.high[rule]) this.high[rule] = high[rule];
  }
}

/** Rules that a sentence about several names. */
const NAMED = 4;
/** What is compared may have lost its last digits on the way. */
const SLACK = 1e-9;

export class Passes {
  looked = 0;
  private readonly asked: readonly Asked[];
  private readonly mins: Float64Array;
  private readonly maxs: Float64Array;
  private readonly refused: Int32Array;
  /** Of what no other rule refused. */
  private readonly refusedAlone: Int32Array;
  /** The least and the most of all that was looked at. */
  readonly seen: Measured;
  private readonly seenAlone: Measured;

  constructor(asked: readonly Asked[]) {
    this.asked = asked;
    this.mins = Float64Array.from(asked, ({ min }) => (min?.value ?? -Infinity) - SLACK);
    this.maxs = Float64Array.from(asked, ({ max }) => (max?.value ?? Infinity) + SLACK);
    this.refused = new Int32Array(asked.length);
    this.refusedAlone = new Int32Array(asked.length);
    this.seen = new Measured(asked.length, Infinity, -Infinity);
    this.seenAlone = new Measured(asked.length, Infinity, -Infinity);
  }

  /** Whether something may pass all rules, for all that is known of it. */
  may(measured: Measured): boolean {
    const { low, high } = measured;
    let broken = 0;
    let last = 0;
    for (let i = 0; i < this.mins.length; i++) {
      this.seen.widen(i, measured);
      // What is not known passes no rule, here as in the strategy.
      if (high[i] >= this.mins[i] && low[i] <= this.maxs[i]) continue;
      this.refused[i]++;
      broken++;
      last = i;
    }
    this.looked++;
    if (broken === 1) {
      this.refusedAlone[last]++;
      this.seenAlone.widen(last, measured);
    }
    return broken === 0;
  }

  /** Says which of the first rules nothing meets of what an earlier look has `seen`, or nothing. */
  neverBy(seen: Measured, nothing: string): string | undefined {
    const i = seen.low.findIndex((low, rule) => !(seen.high[rule] >= this.mins[rule] && low <= this.maxs[rule]));
    return i < 0 ? undefined : this.neverMet(i, seen, nothing);
  }

  /** Says which rule leaves nothing: `nothing` is `no put of the tape`, and what was looked at so many `looks`. */
  objection(nothing: string, looks: string): string {
    const { asked, refused, refusedAlone, seen, seenAlone, looked } = this;
    const always = refused.findIndex((count) => count === looked);
    if (always >= 0) return this.neverMet(always, seen, nothing);
    const most = Math.max(...refusedAlone);
    if (most > 0) {
      const i = refusedAlone.indexOf(most);
      const { limits, does } = factOf(asked[i], seenAlone.low[i], seenAlone.high[i]);
      return `${limits} leaves nothing: of the ${most} ${looks} that pass all other rules none ${does}`;
    }
    const counts = asked
      .map(({ rule }, i) => ({ rule, count: refused[i] }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .slice(0, NAMED)
      .map(({ rule, count }) => `${rule} refuses ${count}`);
    return `${nothing} ever passes all rules: of ${looked} ${looks} ${counts.join(', ')}`;
  }

  private neverMet(rule: number, { low, high }: Measured, nothing: string): string {
    const asked = this.asked[rule];
    const { limits, does } = factOf(asked, low[rule], high[rule]);
    return asked.never?.() ?? `${limits} can never be met: ${nothing} ${does}`;
  }
}

/** The limits that were not met, and what nothing does. */
function factOf({ rule, min, max, more, less, does }: Asked, least: number, most: number) {
  if (does !== undefined) return { limits: max?.told === undefined ? rule : told(max), does };
  if (min !== undefined && most < min.value) return { limits: told(min), does: more?.(most) };
  if (max !== undefined && least > max.value) return { limits: told(max), does: less?.(least) };
  return { limits: told(min, max), does: 'lies between' };
}

function told(...limits: (Limit | undefined)[]): string {
  return limits
    .flatMap((limit) => (limit === undefined ? [] : `${limit.name} (${limit.told ?? limit.value})`))
    .join(' and ');
}
