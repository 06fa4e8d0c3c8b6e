/**
 * The equity curve: what the account was worth at each step, and at the end of each session.
 *
 * On a tape of one instrument nothing is computed per bar: between two fills cash and quantity do not change, so the
 * bars since the last fill are marked in one go. On a tape of any length every second point is dropped when there are
 * too many; the sessions' ends, from which the statistics come, are always kept.
 */
import type { MarketHours } from './ports.ts';

const POINTS_MAX = 1 << 21;

export class EquityCurve {
  private times: Float64Array;
  private values: Float64Array;
  private used = 0;
  private stride = 1;
  private skipped = 0;
  private readonly sessionTimes: number[] = [];
  private readonly sessionValues: number[] = [];
  private readonly hours: MarketHours;
  private readonly bounded: boolean;
  private sessionEnd = -Infinity;
  private lastAt = Number.NaN;
  private lastValue = Number.NaN;
  /** Highest value so far, and the deepest fall from it as a fraction, over every step, also those dropped. */
  peak: number;
  maxDrawdown = 0;

  constructor(startingValue: number, hours: MarketHours, rows: number | undefined) {
    this.peak = startingValue;
    this.hours = hours;
    this.bounded = rows === undefined || rows > POINTS_MAX;
    const size = Math.max(16, Math.min(rows ?? POINTS_MAX, POINTS_MAX));
    this.times = new Float64Array(size);
    this.values = new Float64Array(size);
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

  /** Adds `base + slope · price[row]` for rows `from` … `to` − 1. */
  addSpan(time: Float64Array, price: Float64Array, from: number, to: number, base: number, slope: number): void {
    if (this.bounded || this.used + (to - from) > this.times.length) {
      for (let row = from; row < to; row++) this.add(time[row]!, base + slope * price[row]!);
      return;
    }
    const { times, values } = this;
    let { used, peak, maxDrawdown } = this;
    let { sessionEnd } = this;
    for (let row = from; row < to; row++) {
      const at = time[row]!;
      const value = base + slope * price[row]!;
      if (at > sessionEnd) {
        if (row > from) {
          this.lastAt = time[row - 1]!;
          this.lastValue = base + slope * price[row - 1]!;
        }
        this.startSession(at);
        sessionEnd = this.sessionEnd;
      }
      if (value > peak) peak = value;
      else if (peak - value > maxDrawdown * peak) maxDrawdown = (peak - value) / peak;
      times[used] = at;
      values[used++] = value;
    }
    if (to > from) {
      this.lastAt = time[to - 1]!;
      this.lastValue = base + slope * price[to - 1]!;
    }
    this.used = used;
    this.peak = peak;
    this.maxDrawdown = maxDrawdown;
  }

  /** Replaces the value of the newest step: what closing at the end of the tape did to it. */
  amendLast(value: number): void {
    this.lastValue = value;
    if (this.used > 0 && this.times[this.used - 1] === this.lastAt) this.values[this.used - 1] = value;
    this.track(value);
  }

  /** All points: time and value columns of one length. Copies. */
  points(): { time: Float64Array; value: Float64Array } {
    return { time: this.times.slice(0, this.used), value: this.values.slice(0, this.used) };
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
