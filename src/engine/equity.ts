/**
 * The equity curve: what the account was worth at each step, and at the end of each session.
 *
 * On a tape of one instrument nothing is computed per bar: between two fills cash and quantity do not change, so the
 * bars since the last fill are one span, whose values are computed when somebody asks for them. On a tape of any length
 * every second point is dropped when there are too many; the sessions' ends, from which the statistics come, are always
 * kept.
 */
import type { MarketHours } from './ports.ts';
import { sessionEnds } from './session-ends.ts';

const POINTS_MAX = 1 << 21;

/** Rows during which neither cash nor quantity changed: value = base + slope · price. */
interface Span {
  readonly time: Float64Array;
  readonly price: Float64Array;
  readonly from: number;
  readonly to: number;
  readonly base: number;
  readonly slope: number;
}

export class EquityCurve {
  private times = new Float64Array(16);
  private values = new Float64Array(16);
  private used = 0;
  private stride = 1;
  private skipped = 0;
  /** Spans over columns that stay in memory; their points are computed when somebody asks for them. */
  private readonly spans: Span[] = [];
  private readonly sessionTimes: number[] = [];
  private readonly sessionValues: number[] = [];
  private readonly hours: MarketHours;
  private readonly startingValue: number;
  private sessionEnd = -Infinity;
  private lastAt = Number.NaN;
  private lastValue = Number.NaN;
  /** Spans before this one are in peak and drawdown. */
  private settledSpans = 0;
  private highest: number;
  private deepest = 0;

  constructor(startingValue: number, hours: MarketHours) {
    this.startingValue = startingValue;
    this.highest = startingValue;
    this.hours = hours;
  }

  /** Highest value so far, over every step, also those dropped. */
  get peak(): number {
    this.settle();
    return this.highest;
  }

  /** The deepest fall from a peak as a fraction, over every step, also those dropped. */
  get maxDrawdown(): number {
    this.settle();
    return this.deepest;
  }

  /** Adds the value at the end of a step. Steps come in time order. */
  add(at: number, value: number): void {
    if (this.spans.length !== 0) this.flatten();
    this.addPoint(at, value);
  }

  private addPoint(at: number, value: number): void {
    if (at > this.sessionEnd) this.startSession(at);
    this.lastAt = at;
    this.lastValue = value;
    this.track(value);
    if (this.stride > 1 && ++this.skipped < this.stride) return;
    this.skipped = 0;
    if (this.used === this.times.length) this.makeRoom();
    this.times[this.used] = at;
    this.values[this.used++] = value;
  }

  /**
   * Adds `base + slope · price[row]` for rows `from` … `to` − 1. With `kept`, the columns outlive the curve and the
   * points are not copied.
   */
  addSpan(
    time: Float64Array,
    price: Float64Array,
    from: number,
    to: number,
    base: number,
    slope: number,
    kept: boolean,
  ): void {
    if (to <= from) return;
    if (!kept || this.used !== 0) {
      for (let row = from; row < to; row++) this.add(time[row]!, base + slope * price[row]!);
      return;
    }
    this.spans.push({ time, price, from, to, base, slope });
  }

  /** Replaces the value of the newest step: what closing at the end of the tape did to it. */
  amendLast(value: number): void {
    this.settle();
    const last = this.spans.at(-1);
    if (last !== undefined) {
      // The last row gets a span of its own, whose value does not depend on its price.
      this.spans[this.spans.length - 1] = { ...last, to: last.to - 1 };
      this.spans.push({ ...last, from: last.to - 1, base: value, slope: 0 });
      this.settledSpans = this.spans.length;
    } else if (this.used > 0 && this.times[this.used - 1] === this.lastAt) {
      this.values[this.used - 1] = value;
    }
    this.lastValue = value;
    if (this.stride > 1) {
      this.track(value);
      return;
    }
    // The value that was replaced may have been a peak or a trough.
    this.highest = this.startingValue;
    this.deepest = 0;
    for (const point of this.points().value) this.track(point);
  }

  /** All points: time and value columns of one length, made now. */
  points(): { time: Float64Array; value: Float64Array } {
    if (this.spans.length === 0) {
      return { time: this.times.slice(0, this.used), value: this.values.slice(0, this.used) };
    }
    const length = this.spans.reduce((sum, span) => sum + span.to - span.from, 0);
    const time = new Float64Array(length);
    const value = new Float64Array(length);
    let at = 0;
    for (const span of this.spans) {
      time.set(span.time.subarray(span.from, span.to), at);
      for (let row = span.from; row < span.to; row++) value[at++] = span.base + span.slope * span.price[row]!;
    }
    return { time, value };
  }

  /** The value at the end of each session. */
  sessions(): { time: Float64Array; value: Float64Array } {
    if (this.spans.length !== 0) {
      const { time, price } = this.spans[0]!;
      if (this.spans.every((span) => span.time === time && span.price === price)) return this.sessionsOf(time);
      this.flatten();
    }
    const open = this.lastAt === this.lastAt;
    return {
      time: Float64Array.from(open ? [...this.sessionTimes, this.lastAt] : this.sessionTimes),
      value: Float64Array.from(open ? [...this.sessionValues, this.lastValue] : this.sessionValues),
    };
  }

  /** The sessions of spans over one column: only the rows with which a session ends are looked at. */
  private sessionsOf(times: Float64Array): { time: Float64Array; value: Float64Array } {
    const { spans } = this;
    const ends = sessionEnds(times, this.hours);
    const first = firstAtOrAfter(ends, spans[0]!.from);
    const last = spans.at(-1)!.to - 1;
    const inside = firstAtOrAfter(ends, last);
    const time = new Float64Array(inside - first + 1);
    const value = new Float64Array(time.length);
    let at = 0;
    for (const { price, from, to, base, slope } of spans) {
      for (; at < inside - first && ends[first + at]! < to; at++) {
        const row = ends[first + at]!;
        if (row < from) continue;
        time[at] = times[row]!;
        value[at] = base + slope * price[row]!;
      }
    }
    // A tape that was stopped ends its last session early.
    const { price, base, slope } = spans.at(-1)!;
    time[at] = times[last]!;
    value[at] = base + slope * price[last]!;
    return { time, value };
  }

  private startSession(at: number): void {
    if (this.lastAt === this.lastAt) {
      this.sessionTimes.push(this.lastAt);
      this.sessionValues.push(this.lastValue);
    }
    this.sessionEnd = this.hours.closeAfter(at);
  }

  private track(value: number): void {
    if (value > this.highest) this.highest = value;
    else if (this.highest - value > this.deepest * this.highest) this.deepest = (this.highest - value) / this.highest;
  }

  /** Takes the spans that nobody has asked about yet into peak and drawdown. */
  private settle(): void {
    const { spans } = this;
    for (; this.settledSpans < spans.length; this.settledSpans++) this.settleSpan(spans[this.settledSpans]!);
  }

  private settleSpan({ price, from, to, base, slope }: Span): void {
    let { highest, deepest } = this;
    for (let row = slope === 0 ? to - 1 : from; row < to; row++) {
      const value = base + slope * price[row]!;
      if (value > highest) highest = value;
      else if (highest - value > deepest * highest) deepest = (highest - value) / highest;
    }
    this.highest = highest;
    this.deepest = deepest;
  }

  /** Turns spans into points, when steps follow that are no spans. */
  private flatten(): void {
    for (const { time, price, from, to, base, slope } of this.spans.splice(0)) {
      for (let row = from; row < to; row++) this.addPoint(time[row]!, base + slope * price[row]!);
    }
    this.settledSpans = 0;
  }

  private makeRoom(): void {
    if (this.times.length < POINTS_MAX) {
      const size = Math.min(POINTS_MAX, this.times.length * 2);
      const times = new Float64Array(size);
      const values = new Float64Array(size);
      times.set(this.times);
      values.set(this.values);
      this.times = times;
      this.values = values;
      return;
    }
    const half = this.used >> 1;
    for (let i = 0; i < half; i++) {
      this.times[i] = this.times[2 * i + 1]!;
      this.values[i] = this.values[2 * i + 1]!;
    }
    this.used = half;
    this.stride *= 2;
  }
}

/** First position in rising rows whose row is at or after `row`. */
function firstAtOrAfter(rows: Int32Array, row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
