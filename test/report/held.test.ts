/** What a holder has over splits and dividends: the benchmark, and the size of positions. */
import { describe, expect, it } from 'vitest';
import { defineStrategy } from '../../src/engine/strategy/strategy.ts';
import type { BarColumns } from '../../src/market/columns.ts';
import type { FillRecord, RunResult } from '../../src/engine/result.ts';
import type { Instant } from '../../src/time/instant.ts';
import { exposureOf, positionsAt } from '../../src/report/exposure.ts';
import { heldCurve, sharesOf } from '../../src/report/held.ts';
import { shownPrices } from '../../src/report/prices.ts';
import { any, played } from './played.ts';

function bars(closes: readonly number[]): BarColumns {
  const price = Float64Array.from(closes);
  const time = Float64Array.from(closes, (_, i) => i * 10);
  return {
    length: closes.length, time, openTime: time, open: price, high: price, low: price, close: price,
    volume: new Float64Array(closes.length).fill(1e9),
  }; // prettier-ignore
}
const price = (closes: readonly number[]) => ({ symbol: 'X', timeFrame: '1d', columns: bars(closes), lines: [] });

describe('what one unit that is held is worth', () => {
  it('is its price where nothing happens to it', () => {
    const held = price([10, 11]);
    expect(heldCurve(held).value).toBe(held.columns.close);
  });

  it('does not fall at a split, nor rise at a reverse one', () => {
    const splits = [{ at: 15, ratio: 4 }, { at: 25, ratio: 0.5 }]; // prettier-ignore
    expect([...heldCurve({ ...price([100, 104, 26, 54]), splits }).value]).toEqual([100, 104, 104, 108]);
  });

  it('has its dividends bought back in at the close of the first bar without them', () => {
    const dividends = [{ at: 15, amount: 2 }];
    expect([...heldCurve({ ...price([100, 100, 98, 49]), dividends }).value]).toEqual([100, 100, 100, 50]);
  });

  it('begins at the first bar: what happened before is in its price', () => {
    const before = { splits: [{ at: -5, ratio: 4 }], dividends: [{ at: 0, amount: 2 }] };
    expect([...heldCurve({ ...price([100, 101]), ...before }).value]).toEqual([100, 101]);
  });
});

describe('how much is held', () => {
  const splits = [{ at: 15, ratio: 4 }];

  it('counts splits after the one instant and up to the other', () => {
    expect([sharesOf(splits, 0, 14), sharesOf(splits, 0, 15), sharesOf(splits, 15, 99)]).toEqual([1, 4, 1]);
  });

  it('grows at a split, and is what the next fill says', () => {
    const fills = [{ at: 10, position: 100 }, { at: 30, position: 50 }] as FillRecord[]; // prettier-ignore
    const held = positionsAt(fills, Float64Array.of(0, 10, 20, 30, 40), splits);
    expect([...held]).toEqual([Number.NaN, 100, 400, 50, 50]);
  });
});

describe('prices with a split', () => {
  const columns = bars([100, 104, 26, 27]);
  const lines = [
    { name: 'sma(1)', values: columns.close },
    { name: 'rsi(2)', values: Float64Array.of(0.5, 0.5, 0.5, 0.5) },
  ];
  const fill = { symbol: 'X', strategy: 0, at: 10, quantity: 5, price: 104, position: 5, reason: 'r' };
  const result = { fills: [fill], holdings: [{ symbol: 'X', strategy: 0 }] } as unknown as RunResult;
  const [shown] = shownPrices(result, [
    { symbol: 'X', timeFrame: '1d', columns, lines, splits: [{ at: 15, ratio: 4 }] },
  ]);

  it('are drawn in the shares of the end, with the lines that lie over them', () => {
    expect(shown.close).toEqual([25, 26, 26, 27]);
    expect(shown.lines.map(({ values }) => values)).toEqual([
      [25, 26, 26, 27],
      [0.5, 0.5, 0.5, 0.5],
    ]);
  });

  it('have the entries of what is still held where they were made', () => {
    expect(shown.openEntries).toEqual([{ at: 10, price: 26, quantity: 20, reason: 'r' }]);
  });
});

it('a run over a split and a dividend is held against who kept the share', () => {
  const columns = bars([100, 100, 100, 98, 24.5, 24.5]);
  const strategy = defineStrategy({
    name: 'once',
    setup: ({ buy, position }) => ({ onBar: () => void (position.isFlat && buy(100)) }),
  });
  const at = (time: number) => time as Instant;
  const { extra, result } = played(columns, {
    strategy: any(strategy),
    actions: [
      { kind: 'dividend', symbol: 'ACME', at: at(25), amount: 2 },
      { kind: 'split', symbol: 'ACME', at: at(35), ratio: 4 },
    ],
  });
  const { time, value } = extra.benchmark!.curve;
  expect([...value]).toEqual([100, 100, 100, 100, 100, 100]);
  const exposure = exposureOf({ ...result, sessions: { time, value: time.map(() => 10_000) } }, extra, 1);
  expect(exposure!.gross).toEqual([0, 1, 1, 0.98, 0.98, 0.98]);
});
