/**
 * The equity curve: what the account was worth at each step, and at the end of each session.
 *
 * On a tape of one instrument nothing is computed per bar: between two fills cash and quantity do not change, so the
 * bars since the last fill are one span, whose values are computed when somebody asks for them. On a tape of any length
 * every second point is dropped when there are too many; the sessions' ends, from which the statistics come, are always
 * kept.
 */
import type { MarketHours } from '../ports.ts';
import { sessionEnds } from './session-ends.ts';
import { returnsOf, ReturnsOfSpans, type SessionReturns } from './session-returns.ts';
import { SPAN, Spans } from './spans.ts';

const POINTS_MAX = 1 << 21;

const NOTHING: Float64Array = new Float64Array(0);

/** Gives memory for a column of a length; what is in it does not matter. */
export type Memory = (length: number) => Float64Array;

const fresh: Memory = (length) => new Float64Array(length);

export class EquityCurve {
  private times = NOTHING;
  private values = NOTHING;
  private used = 0;
  private stride = 1;
  private skipped = 0;
  /**
   * Spans over two columns that stay in memory: rows during which neither cash nor quantity changed, so that their
   * values are base + slope · price, computed when somebody asks for them.
   */
  private readonly spans = new Spans();
  private spanTime = NOTHING;
  private spanPrice = NOTHING;
  private readonly sessionTimes: number[] = [];
  private readonly sessionValues: number[] = [];
  private readonly hours: MarketHours;
  /** What the account was worth before the first step. */
  startingValue: number;
  private sessionEnd = -Infinity;
  private lastAt = Number.NaN;
  private lastValue = Number.NaN;
  /** Numbers of spans before this one are in peak and drawdown. */
  private settledSpans = 0;
  private highest: number;
  private deepest = 0;

  constructor(startingValue: number, hours: MarketHours) {
    this.startingValue = startingValue;
    this.highest = startingValue;
    this.hours = hours;
  }

  /** Begins anew at a value, before the first step: a run that goes on from another has its figures from there. */
  begin(value: number): void {
    this.startingValue = value;
    this.highest = value;
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
    const { spans } = this;
    if (spans.length === 0) {
      this.spanTime = time;
      this.spanPrice = price;
    }
    if (!kept || this.used !== 0 || this.spanTime !== time || this.spanPrice !== price) {
      for (let row = from; row < to; row++) this.add(time[row], base + slope * price[row]);
      return;
    }
    spans.push(from, to, base, slope);
  }

  /** Replaces the value of the newest step: what closing at the end of the tape did to it. */
  amendLast(value: number): void {
    this.settle();
    const { spans } = this;
    if (spans.length !== 0) {
      // The last row gets a span of its own, whose value does not depend on its price.
      const { end } = spans;
      spans.end = end - 1;
      spans.push(end - 1, end, value, 0);
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
    const { spanTime, spanPrice } = this;
    const { numbers: spans, length, end } = this.spans;
    const first = spans[0];
    const time = spanTime.slice(first, end);
    const value = new Float64Array(time.length);
    for (let i = 0; i < length; i += SPAN) {
      valuesOfSpan(spanPrice, spans[i], spans[i + 1], spans[i + 2], spans[i + 3], value, first);
    }
    return { time, value };
  }

  /** The value at the end of each session. `memory` is asked for two columns, times first. */
  sessions(memory: Memory = fresh): { time: Float64Array; value: Float64Array } {
    if (this.spans.length !== 0) return this.sessionsOfSpans(memory);
    const { sessionTimes, sessionValues, lastAt } = this;
    const before = sessionTimes.length;
    const known = before > 0 && this.isAfterClose(sessionTimes[before - 1], lastAt) ? before - 1 : before;
    const length = lastAt === lastAt ? known + 1 : known;
    const [time, value] = [memory(length), memory(length)];
    for (let i = 0; i < known; i++) {
      time[i] = sessionTimes[i]!;
      value[i] = sessionValues[i]!;
    }
    if (length > known) {
      time[known] = lastAt;
      value[known] = this.lastValue;
    }
    return { time, value };
  }

  /** The returns of the sessions, the first over the starting value. `memory` is asked for one column or three. */
  returns(memory: Memory = fresh): SessionReturns {
    if (this.spans.length === 0) return returnsOf(this.sessions(memory), this.startingValue, memory);
    return new ReturnsOfSpans(this.spans, this.spanTime, this.spanPrice, this.playedEnds(), this.startingValue, memory);
  }

  /** Rows of the spans with which a session ends. */
  private playedEnds(): Int32Array {
    const { numbers, end } = this.spans;
    const ends = sessionEnds(this.spanTime, this.hours);
    const last = firstAtOrAfter(ends, end - 1);
    const played = ends.subarray(firstAtOrAfter(ends, numbers[0]), last + 1);
    const { length } = played;
    const isMore = length > 1 && this.isAfterClose(this.spanTime[played[length - 2]], this.spanTime[end - 1]);
    if (ends[last] === end - 1 && !isMore) return played;
    // A tape that was stopped ends its last session early, and one that ends behind a close has no session more for it.
    const cut = played.slice(0, isMore ? length - 1 : length);
    cut[cut.length - 1] = end - 1;
    return cut;
  }

  /** Whether what ends a tape lies behind the close of the session before, and before the next one opens. */
  private isAfterClose(before: number, at: number): boolean {
    return at < this.hours.openAfter(this.hours.closeAfter(before) + 1);
  }

  /** The sessions of spans: only the rows with which a session ends are looked at. */
  private sessionsOfSpans(memory: Memory): { time: Float64Array; value: Float64Array } {
    const { spanTime, spanPrice } = this;
    const { numbers: spans, length: used } = this.spans;
    const ends = this.playedEnds();
    const { length } = ends;
    const [time, value] = [memory(length), memory(length)];
    let at = 0;
    for (let i = 0; i < used; i += SPAN) {
      const to = spans[i + 1];
      const base = spans[i + 2];
      const slope = spans[i + 3];
      for (; at < length; at++) {
        const row = ends[at];
        if (row >= to) break;
        time[at] = spanTime[row]!;
        value[at] = base + slope * spanPrice[row];
      }
    }
    return { time, value };
  }

  /** Gives its memory back and has no steps from here on. */
  release(): void {
    this.spans.release();
    this.used = 0;
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
    const { numbers: spans, length } = this.spans;
    for (; this.settledSpans < length; this.settledSpans += SPAN) {
      const i = this.settledSpans;
      this.settleSpan(spans[i], spans[i + 1], spans[i + 2], spans[i + 3]);
    }
  }

  private settleSpan(from: number, to: number, base: number, slope: number): void {
    const { spanPrice } = this;
    let { highest, deepest } = this;
    for (let row = slope === 0 ? to - 1 : from; row < to; row++) {
      const value = base + slope * spanPrice[row];
      if (value > highest) highest = value;
      else if (highest - value > deepest * highest) deepest = (highest - value) / highest;
    }
    this.highest = highest;
    this.deepest = deepest;
  }

  /** Turns spans into points, when steps follow that are no spans of the same columns. */
  private flatten(): void {
    const { spanTime, spanPrice } = this;
    const { numbers: spans, length } = this.spans;
    this.spans.length = 0;
    this.settledSpans = 0;
    for (let i = 0; i < length; i += SPAN) {
      for (let row = spans[i]; row < spans[i + 1]; row++) {
        this.addPoint(spanTime[row], spans[i + 2] + spans[i + 3] * spanPrice[row]);
      }
    }
  }

  private makeRoom(): void {
    if (this.times.length < POINTS_MAX) {
      const size = Math.min(POINTS_MAX, Math.max(16, this.times.length * 2));
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

/** Writes the values of one span's rows, the row `first` of the column at the start of `into`. */
function valuesOfSpan(
  price: Float64Array,
  from: number,
  to: number,
  base: number,
  slope: number,
  into: Float64Array,
  first: number,
): void {
  for (let row = from; row < to; row++) into[row - first] = base + slope * price[row];
}

/** First position in rising rows whose row is at or after `row`. */
function firstAtOrAfter(rows: Int32Array, row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle] < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
