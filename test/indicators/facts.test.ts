/**
 * Facts about single indicators: exact averages on ticks, seeds, refusals, and the check of the checks.
 */
import { array, assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Stream } from '../../src/indicators/stream.ts';
import {
  atr,
  bollinger,
  defineIndicator,
  ema,
  ichimoku,
  indicatorByName,
  macd,
  period,
  rsi,
  sma,
} from '../../src/indicators/index.ts';
import { firstDifference, randomRows, runBatch, runRows } from './rows.ts';

describe('averages on ticks', () => {
  const cents = array(integer({ min: 1, max: 2_000_000 }), { minLength: 5, maxLength: 60 });

  test('windows with equal sums have equal exact averages, whatever came before', () => {
    assert(
      property(cents, cents, (before, window) => {
        const prices = (units: number[]): Float64Array => Float64Array.from(units, (unit) => unit / 100);
        const rows = window.length;
        const first = sma(prices(window), rows, { scale: 100 }).at(-1);
        const second = sma(prices([...before, ...window.toReversed()]), rows, { scale: 100 }).at(-1);
        return Object.is(first, second);
      }),
    );
  });

  test('an exact average is its sum of ticks, rounded once', () => {
    const average = sma(Float64Array.of(0.1, 0.2, 0.3, 0.1, 0.2), 3, { scale: 100 });
    expect(average.slice(2)).toEqual(Float64Array.of(60 / 300, 60 / 300, 60 / 300));
  });

  test('the middle of exact Bollinger bands is the exact average', () => {
    const { series } = randomRows(300, 3);
    expect(bollinger(series, 20, 2, { scale: 100 }).middle).toEqual(sma(series, 20, { scale: 100 }));
  });
});

describe('seeds', () => {
  test('an exponential average starts from the mean of its first rows', () => {
    expect(ema(Float64Array.of(1, 2, 3, 4), 3)).toEqual(Float64Array.of(Number.NaN, Number.NaN, 2, 3));
  });

  test('an exponential average may start from the first value', () => {
    expect(ema(Float64Array.of(1, 2, 3), 3, { seed: 'first' })).toEqual(Float64Array.of(1, 1.5, 2.25));
  });

  test('the relative strength index is 100 where everything rose, 0 where everything fell, 50 where nothing moved', () => {
    expect(rsi(Float64Array.of(1, 2, 3, 4), 2).at(-1)).toBe(100);
    expect(rsi(Float64Array.of(4, 3, 2, 1), 2).at(-1)).toBe(0);
    expect(rsi(Float64Array.of(1, 1, 1, 1), 2).at(-1)).toBe(50);
  });

  test('an exponential average of a steady price is that price, exactly', () => {
    expect(new Set(ema(new Float64Array(50).fill(12.34), 8, { seed: 'first' }))).toEqual(new Set([12.34]));
  });
});

describe("Appel's own MACD", () => {
  const rises = Float64Array.from({ length: 40 }, (_, row) => 100 + row * row);
  const appel = { fastWeight: 0.15, slowWeight: 0.075 };

  test('weights of the averages can be given in place of their rows', () => {
    const average = (rows: number, weight: number): number => {
      let value = rises.slice(26 - rows, 26).reduce((sum, price) => sum + price) / rows;
      for (const price of rises.slice(26)) value += weight * (price - value);
      return value;
    };
    const { macd: line } = macd(rises, 12, 26, 9, appel);
    expect(line.findIndex((value) => !Number.isNaN(value))).toBe(25);
    expect(line.at(-1)).toBeCloseTo(average(12, 0.15) - average(26, 0.075), 9);
  });

  test('a weight above one is refused', () => {
    expect(() => macd(rises, 12, 26, 9, { fastWeight: 1.5 })).toThrow('at most 1, was 1.5');
  });
});

describe('shapes', () => {
  test('several outputs come as a record of columns', () => {
    expect(Object.keys(macd(new Float64Array(40), 12, 26, 9))).toEqual(['macd', 'signal', 'histogram']);
  });

  test('bar indicators take their columns by name', () => {
    const { high, low, close } = randomRows(40, 1);
    expect(atr({ high, low, close }, 14).findIndex((value) => !Number.isNaN(value))).toBe(atr.warmUp(14));
  });

  test('the spans of Ichimoku belong to the row they are known on', () => {
    const { high, low } = randomRows(100, 2);
    expect(ichimoku({ high, low }).spanB.findIndex((value) => !Number.isNaN(value))).toBe(51);
  });

  test('an indicator follows the warm-up of another', () => {
    const { series } = randomRows(100, 4);
    expect(sma(rsi(series, 14), 5).findIndex((value) => !Number.isNaN(value))).toBe(18);
  });
});

describe('refusals', () => {
  test('a period must be a whole number in its range', () => {
    expect(() => sma(new Float64Array(3), 0)).toThrow('sma period must be a whole number, 1 … 100000, was 0');
    expect(() => sma(new Float64Array(3), 2.5)).toThrow('was 2.5');
  });

  test('an unknown option is refused with the nearest name', () => {
    expect(() => ema.run([new Float64Array(3)], 3, [2, { sead: 'first' }], [new Float64Array(3)])).toThrow(
      'ema has no option "sead" (did you mean "seed"?)',
    );
  });

  test('an option with a wrong word is refused with the right ones', () => {
    expect(() => ema.run([new Float64Array(3)], 3, [2, { seed: 'last' }], [new Float64Array(3)])).toThrow(
      'ema seed must be "average" or "first", was "last"',
    );
  });

  test('more numbers than parameters are refused', () => {
    expect(() => sma.run([new Float64Array(3)], 3, [2, 3], [new Float64Array(3)])).toThrow('sma takes 1 numbers');
  });

  test('an unknown indicator is refused with the nearest name', () => {
    expect(() => indicatorByName('bolinger')).toThrow('there is no indicator "bolinger" (did you mean "bollinger"?)');
  });

  test('a state of other arguments is refused', () => {
    expect(() => sma.stream(5).restore(sma.stream(6).save())).toThrow('a saved state of');
  });
});

test('the comparison of batch and stream finds a kernel that is off by one bit', () => {
  class Twice extends Stream {
    next(value: number): number {
      return value + value;
    }
  }
  const planted = defineIndicator({
    name: 'planted',
    title: 'planted fault',
    family: 'statistics',
    inputs: ['series'],
    outputs: ['twice'],
    parameters: [period('period', 1, 'unused')],
    warmUp: (_rows) => 0,
    create: (_rows: number) => new Twice(),
    kernel: ([series], length, [out]) => {
      for (let i = 0; i < length; i++) out[i] = series[i] * 2 * (i === 77 ? 1 + Number.EPSILON : 1);
    },
  });
  const columns = [randomRows(100, 1).series];
  const difference = firstDifference(runBatch(planted, columns, []), runRows(planted, columns, []));
  expect(difference).toMatch('output 0, row 77');
});
