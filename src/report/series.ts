/**
 * Makes long series short enough for a page without losing what the eye looks for: highs, lows and ends stay.
 */
import { lastAtOrBelow } from '../base/search.ts';
import type { BarColumns } from '../market/columns.ts';

/** Instants as differences in the largest unit that divides them all: small numbers, short text. */
export interface PackedTimes {
  /** Microseconds of one step. */
  readonly unit: number;
  /** The first instant. */
  readonly first: number;
  /** Steps to each next instant. */
  readonly steps: readonly number[];
}

/** A number that JSON can hold: NaN and ±∞ are null. */
export type Shown = number | null;

const UNITS = [86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000, 1000, 1];

export function packTimes(times: ArrayLike<number>): PackedTimes {
  const steps: number[] = [];
  for (let i = 1; i < times.length; i++) steps.push(times[i] - times[i - 1]);
  const unit = UNITS.find((candidate) => steps.every((step) => step % candidate === 0)) ?? 1;
  return { unit, first: times[0] ?? 0, steps: steps.map((step) => step / unit) };
}

export function unpackTimes({ unit, first, steps }: PackedTimes): number[] {
  const times = [first];
  for (const step of steps) times.push(times.at(-1)! + step * unit);
  return times;
}

/** Rounds to `digits` significant digits. */
export function shown(value: number, digits = 7): Shown {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : null;
}

export function shownAll(values: ArrayLike<number>, digits = 7): Shown[] {
  return Array.from(values, (value) => shown(value, digits));
}

/** The values at `rows`, rounded. */
export function pick(values: ArrayLike<number>, rows: ArrayLike<number>, digits = 7): Shown[] {
  return Array.from(rows, (row) => shown(values[row], digits));
}

/**
 * Returns the rows, in order, that keep the shape of all `series` (of one length): in each of `buckets` equal
 * stretches the highest and the lowest value of each series, and the very first and last row. All rows when there
 * are no more than twice as many as buckets.
 */
export function telling(series: readonly ArrayLike<number>[], buckets: number): number[] {
  const length = series[0]?.length ?? 0;
  if (length <= 2 * buckets) return Array.from({ length }, (_, row) => row);
  const rows = new Set<number>([0, length - 1]);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * length) / buckets);
    const to = Math.floor(((bucket + 1) * length) / buckets);
    for (const values of series) {
      let low = -1;
      let high = -1;
      for (let row = from; row < to; row++) {
        const value = values[row];
        if (value !== value) continue;
        if (low < 0 || value < values[low]) low = row;
        if (high < 0 || value > values[high]) high = row;
      }
      if (low >= 0) rows.add(low).add(high);
    }
  }
  return [...rows].sort((a, b) => a - b);
}

/** Bars for drawing: each is `group` bars of the tape, with its first open, last close, extremes and volume. */
export interface ShownBars {
  readonly group: number;
  readonly time: PackedTimes;
  readonly open: readonly Shown[];
  readonly high: readonly Shown[];
  readonly low: readonly Shown[];
  readonly close: readonly Shown[];
  readonly volume: readonly Shown[];
  readonly lines: readonly { readonly name: string; readonly values: readonly Shown[] }[];
}

/** Joins neighbouring bars until there are at most `most`; a line keeps its value at the end of each group. */
export function shownBars(
  bars: BarColumns,
  lines: readonly { readonly name: string; readonly values: Float64Array }[],
  most: number,
): ShownBars {
  const group = Math.max(1, Math.ceil(bars.length / most));
  const ends: number[] = [];
  const open: Shown[] = [];
  const high: Shown[] = [];
  const low: Shown[] = [];
  const volume: Shown[] = [];
  for (let from = 0; from < bars.length; from += group) {
    const to = Math.min(from + group, bars.length);
    let top = -Infinity;
    let bottom = Infinity;
    let total = 0;
    for (let row = from; row < to; row++) {
      if (bars.high[row] > top) top = bars.high[row];
      if (bars.low[row] < bottom) bottom = bars.low[row];
      if (bars.volume[row] === bars.volume[row]) total += bars.volume[row];
    }
    ends.push(to - 1);
    open.push(shown(bars.open[from]));
    high.push(shown(top));
    low.push(shown(bottom));
    volume.push(shown(total));
  }
  return {
    group,
    time: packTimes(ends.map((row) => bars.time[row])),
    open,
    high,
    low,
    close: pick(bars.close, ends),
    volume,
    lines: lines.map(({ name, values }) => ({ name, values: pick(values, ends, 6) })),
  };
}

/** The last value of a curve at or before each of `times` (both rising); NaN before its first. */
export function sampledAt(
  curve: { readonly time: ArrayLike<number>; readonly value: ArrayLike<number> },
  times: ArrayLike<number>,
): Float64Array {
  const values = new Float64Array(times.length);
  let row = -1;
  for (let i = 0; i < times.length; i++) {
    row = lastAtOrBelow(curve.time, times[i], row + 1);
    values[i] = row < 0 ? Number.NaN : curve.value[row];
  }
  return values;
}
