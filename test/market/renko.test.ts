/** Bricks: a step of one size each, two sizes for a turn, and no rounding that adds up. */
import { describe, expect, test } from 'vitest';
import type { BarColumns } from '../../src/market/columns.ts';
import { renkoBricks } from '../../src/market/renko.ts';

function bars(...close: number[]): BarColumns {
  const values = Float64Array.from(close);
  const time = values.map((_, i) => i + 1);
  return {
    length: values.length,
    time,
    openTime: values.map((_, i) => i),
    open: values,
    high: values.map((value) => value + 0.5),
    low: values.map((value) => value - 0.5),
    close: values,
    volume: values.map(() => 10),
  };
}

describe('bricks', () => {
  test('are made one size at a time, and turn after two', () => {
    const { open, close, time } = renkoBricks(bars(100, 101, 103.5, 102.1, 101.9, 100.9), { size: 1 });
    // 103 is reached; back at 101.9 there is not yet a whole brick below 102; at 100.9 there is.
    expect(Array.from(open)).toEqual([100, 101, 102, 102]);
    expect(Array.from(close)).toEqual([101, 102, 103, 101]);
    expect(Array.from(time)).toEqual([2, 3, 3, 6]);
  });

  test('have the range of the rows since the last one, and share their volume', () => {
    const { high, low, volume } = renkoBricks(bars(100, 99.5, 102.2), { size: 1 });
    expect(Array.from(high)).toEqual([102.7, 102.7]);
    expect(Array.from(low)).toEqual([99, 99]);
    expect(Array.from(volume)).toEqual([10, 10]);
  });

  test('of a tenth are all there, though a tenth has no exact float', () => {
    const { length, close } = renkoBricks(bars(0, 0.3, 0.6, 0.7), { size: 0.1 });
    expect(length).toBe(7);
    expect(close[6]).toBeCloseTo(0.7, 12);
  });

  test('by extremes follow whichever of high and low went further', () => {
    const { close } = renkoBricks(bars(100, 100.6, 98), { size: 1, by: 'extremes' });
    expect(Array.from(close)).toEqual([101, 99, 98]);
  });

  test('of nothing are nothing', () => {
    expect(renkoBricks(bars(), { size: 1 }).length).toBe(0);
  });
});
