/** What profiles, breadth, relative volume and DeMark's count say of rows that can be worked out by hand. */
import { describe, expect, test } from 'vitest';
import { mcclellan, relativeVolume, sequential, timeProfile, volumeProfile } from '../../src/indicators/index.ts';

const HOUR = 3_600_000_000;
const column = (...values: number[]): Float64Array => Float64Array.from(values);

describe('a volume profile', () => {
  const close = column(10, 10.2, 10.2, 10.1, 10.4);
  const volume = column(5, 20, 20, 10, 8);

  test('has its point of control where most was traded, and grows the value area to the larger neighbour', () => {
    const out = volumeProfile({ close, volume }, 5, 0.7, 0.1);
    // 63 were traded; 40 at 10.2 are less than 70 % of them, so the 10 at 10.1 come in, which are more than the 8 above.
    expect(out.control[4]).toBe(10.2);
    expect([out.controlAmount[4], out.valueAmount[4]]).toEqual([40, 63 * 0.7]);
    expect([out.valueLow[4], out.valueHigh[4], out.low[4], out.high[4]]).toEqual([10.1, 10.2, 10, 10.4]);
  });

  test('forgets rows that have left it, without a rest', () => {
    const out = volumeProfile({ close, volume: column(5, 0.1, 0.2, 0.3, 8) }, 2, 0.7, 0.1);
    expect(out.controlAmount[4]).toBe(8);
    expect([out.low[4], out.high[4]]).toEqual([10.1, 10.4]);
  });

  test('puts a price up to the next step, and leaves one that is on a step', () => {
    const out = volumeProfile({ close: column(134.35, 134.35, 134.351), volume: column(1, 1, 9) }, 1, 0.7, 0.05);
    expect(Array.from(out.control)).toEqual([134.35, 134.35, 134.4]);
  });

  test('ends where the prices end when all is to be held', () => {
    const out = volumeProfile({ close, volume }, 5, 1, 0.1);
    expect([out.valueLow[4], out.valueHigh[4]]).toEqual([10, 10.4]);
  });
});

test('a time profile counts rows, and takes the price nearest to the middle of equal ones', () => {
  const out = timeProfile({ close: column(1, 2, 3, 4, 5) }, 5, 0.5, 1);
  expect([out.control[4], out.controlAmount[4]]).toEqual([3, 1]);
  // The upper neighbour of two equal ones is taken, each time; two and a half rows are to be exceeded.
  expect([out.valueLow[4], out.valueHigh[4]]).toEqual([3, 5]);
});

test('McClellan’s oscillator is the 10 % average less the 5 % one, and the summation index adds it up', () => {
  const advances = Float64Array.from({ length: 60 }, (_, i) => (i < 39 ? 0 : 100));
  const { oscillator, summation } = mcclellan(advances);
  expect(oscillator.findIndex((value) => !Number.isNaN(value))).toBe(38);
  expect(oscillator[39]).toBeCloseTo(100 * 0.1 - 100 * 0.05, 12);
  expect(oscillator[40]).toBeCloseTo(100 * (1 - 0.9 ** 2) - 100 * (1 - 0.95 ** 2), 12);
  expect(summation[40]).toBe(oscillator[39] + oscillator[40]);
});

describe('relative volume', () => {
  /** Days of three hourly bars; the clock of each day begins `hours` after midnight UTC. */
  const day = (number: number, hours: number, ...volumes: number[]): [number, number][] =>
    volumes.map((volume, i) => [(24 * number + hours + i + 1) * HOUR, volume]);
  const run = (rows: [number, number][], days = 2): Float64Array =>
    relativeVolume(
      { time: Float64Array.from(rows, ([at]) => at), volume: Float64Array.from(rows, ([, v]) => v) },
      days,
    );

  test('compares what was traded since the open with the mean of earlier days by then', () => {
    const ratio = run([...day(0, 14, 10, 20, 30), ...day(1, 14, 30, 20, 10), ...day(2, 14, 40, 0, 20)]);
    expect(Array.from(ratio.subarray(0, 6)).every(Number.isNaN)).toBe(true);
    expect(Array.from(ratio.subarray(6))).toEqual([40 / 20, 40 / 40, 60 / 60]);
  });

  test('is not moved by daylight saving', () => {
    const ratio = run([...day(0, 14, 10, 20, 30), ...day(1, 13, 30, 20, 10), ...day(2, 13, 40, 0, 20)]);
    expect(Array.from(ratio.subarray(6))).toEqual([2, 1, 1]);
  });

  test('takes the last earlier time where days before had no row', () => {
    const ratio = run([...day(0, 14, 10), ...day(1, 14, 30), ...day(2, 14, 40, 20)]);
    expect(Array.from(ratio.subarray(2))).toEqual([2, 3]);
  });

  test('counts a bar that ends at midnight to the day that ends', () => {
    const ratio = run([...day(0, 22, 10, 10), ...day(1, 22, 10, 10), ...day(2, 22, 10, 30)]);
    expect(Array.from(ratio.subarray(4))).toEqual([1, 2]);
  });
});

describe('the sequential', () => {
  const rows = (close: number[]) => {
    const values = Float64Array.from(close);
    return sequential({ high: values.map((value) => value + 1), low: values.map((value) => value - 1), close: values });
  };
  const falling = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from - i);

  test('begins a setup only after a price flip', () => {
    // Prices fall from the first row on: no row closed above the one four before.
    expect(new Set(rows(falling(100, 30)).phase.filter(Number.isFinite))).toEqual(new Set([0]));
  });

  test('counts nine, then thirteen, then stops', () => {
    const { phase, count, limit } = rows([90, 100, 101, 102, 103, ...falling(99, 30)]);
    // The fifth row closes above the first one, the sixth below the second: the flip.
    expect(Array.from(phase.subarray(4, 13))).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect([phase[13], count[13]]).toEqual([5, 9]);
    expect(limit[13]).toBe(100);
    expect([phase[14], count[14], phase[26], count[26], phase[27]]).toEqual([3, 1, 3, 13, 0]);
  });

  test('gives a countdown up when a close breaks the far end of its setup', () => {
    const { phase } = rows([90, 100, 101, 102, 103, ...falling(99, 12), 150, ...falling(80, 5)]);
    expect(phase[16]).toBe(3);
    expect(Array.from(phase.subarray(17, 19))).toEqual([0, 1]);
  });

  test('is the same upside down', () => {
    const close = [90, 100, 101, 102, 103, ...falling(99, 30)];
    const down = rows(close).phase;
    const up = rows(close.map((value) => 200 - value)).phase;
    const mirrored: Record<number, number> = { 0: 0, 1: 2, 3: 4, 5: 6 };
    expect(Array.from(up.subarray(4))).toEqual(Array.from(down.subarray(4), (phase) => mirrored[phase]));
  });
});
