/**
 * The equity curve: what the account was worth at each step, and at the end of each session.
 *
 * On a tape of one instrument nothing is computed per bar: between two fills cash and quantity do not change, so the
 * bars since the last fill are marked in one go. On a tape of any length every second point is dropped when there are
 * too many; the sessions' ends, from which the statistics come, are always kept.
 */
import type { MarketHours } from './ports.ts';

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
  private sessionEnd = -Infinity;
  private lastAt = Number.NaN;
  private lastValue = Number.NaN;
  /** Highest value so far, and the deepest fall from it as a fraction, over every step, also those dropped. */
  peak: number;
  maxDrawdown = 0;

  constructor(startingValue: number, hours: MarketHours) {
    this.peak = startingValue;
    this.hours = hours;
  }

  /** Adds the value at the end of a step. Steps come in time order. */
  add(at: number, value: number): void {
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
    if (!kept) {
      for (let row = from; row < to; row++) this.add(time[row]!, base + slope * price[row]!);
      return;
    }
    this.spans.push({ time, price, from, to, base, slope });
    if (slope === 0 && time[to - 1]! <= this.sessionEnd) {
      // Nothing is held and no session ends: one value stands for all rows.
      this.lastAt = time[to - 1]!;
      this.lastValue = base;
      this.track(base);
      return;
    }
    let { peak, maxDrawdown, sessionEnd, lastAt, lastValue } = this;
    for (let row = from; row < to; row++) {
      const at = time[row]!;
      if (at > sessionEnd) {
        this.lastAt = lastAt;
        this.lastValue = lastValue;
        this.startSession(at);
        sessionEnd = this.sessionEnd;
      }
      const value = base + slope * price[row]!;
      lastAt = at;
      lastValue = value;
      if (value > peak) peak = value;
      else if (peak - value > maxDrawdown * peak) maxDrawdown = (peak - value) / peak;
    }
    this.lastAt = lastAt;
    this.lastValue = lastValue;
    this.peak = peak;
    this.maxDrawdown = maxDrawdown;
  }

  /** Replaces the value of the newest step: what closing at the end of the tape did to it. */
  amendLast(value: number): void {
    const last = this.spans.at(-1);
    if (last !== undefined) {
      // The last row gets a span of its own, whose value does not depend on its price.
      this.spans[this.spans.length - 1] = { ...last, to: last.to - 1 };
      this.spans.push({ ...last, from: last.to - 1, base: value, slope: 0 });
    } else if (this.used > 0 && this.times[this.used - 1] === this.lastAt) {
      this.values[this.used - 1] = value;
    }
    this.lastValue = value;
    this.track(value);
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
    const open = this.lastAt === this.lastAt;
    return {
      time: Float64Array.from(open ? [...this.sessionTimes, this.lastAt] : this.sessionTimes),
      value: Float64Array.from(open ? [...this.sessionValues, this.lastValue] : this.sessionValues),
    };
  }

  private startSession(at: number): void {
    if (this.lastAt === this.lastAt) {
      this.sessionTimes.push(this.lastAt);
      this.sessionValues.push(this.lastValue);
    }
    this.sessionEnd = this.hours.closeAfter(at);
  }

  private track(value: number): void {
    if (value > this.peak) this.peak = value;
    else if (this.peak - value > this.maxDrawdown * this.peak) this.maxDrawdown = (this.peak - value) / this.peak;
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
