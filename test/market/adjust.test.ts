/** Splits and dividends, and the knowledge of the future that adjusted prices carry. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  actionsOfColumns, actionsOfFactors, actionsOfMap, adjustedAsOf, factorAt, fullyAdjusted, isSplitAdjusted,
} from '../../src/market/adjust.ts'; // prettier-ignore
import type { CorporateAction } from '../../src/market/actions.ts';
import { type BarColumns, sliceColumns } from '../../src/market/columns.ts';
import { calendar } from '../../src/time/calendars.ts';
import { parseDay } from '../../src/time/civil.ts';
import { formatInstant, instant } from '../../src/time/instant.ts';

const XNYS = calendar('XNYS');
const SESSIONS = XNYS.sessions('2024-01-02', '2024-06-28');

function bars(closes: readonly number[]): BarColumns {
  const price = Float64Array.from(closes);
  return {
    length: closes.length,
    openTime: Float64Array.from(closes, (_, i) => SESSIONS[i].openAt),
    time: Float64Array.from(closes, (_, i) => SESSIONS[i].closeAt),
    open: price, high: price, low: price, close: price,
    volume: new Float64Array(closes.length).fill(100),
  }; // prettier-ignore
}
const midnight = (i: number) => XNYS.zone.instantAt(SESSIONS[i].day, 0);
const split = (i: number, ratio: number): CorporateAction => ({ kind: 'split', symbol: 'X', at: midnight(i), ratio });
const dividend = (i: number, amount: number): CorporateAction => ({
  kind: 'dividend',
  symbol: 'X',
  at: midnight(i),
  amount,
});

describe('adjusted prices', () => {
  test('a split divides what was before and multiplies the volume', () => {
    const adjusted = fullyAdjusted(bars([100, 102, 51, 52]), [split(2, 2)]);
    expect([...adjusted.close]).toEqual([50, 51, 51, 52]);
    expect([...adjusted.volume]).toEqual([200, 200, 100, 100]);
  });

  test('a dividend takes its share of the close before it from all that was before', () => {
    const adjusted = fullyAdjusted(bars([100, 100, 99, 99]), [dividend(2, 1)]);
    expect([...adjusted.close]).toEqual([99, 99, 99, 99]);
    expect([...fullyAdjusted(bars([100, 100, 99, 99]), [dividend(2, 1)], 'splits').close]).toEqual([100, 100, 99, 99]);
  });

  test('the raw bars stay as they are', () => {
    const raw = bars([100, 102, 51, 52]);
    fullyAdjusted(raw, [split(2, 2)]);
    expect([...raw.close]).toEqual([100, 102, 51, 52]);
  });

  test('a dividend that is not below the price is refused', () => {
    expect(() => fullyAdjusted(bars([1, 1]), [dividend(1, 1)])).toThrow('is not below the close of 1');
  });
});

describe('trap 12: adjusted prices use future dividends', () => {
  const raw = bars([100, 100, 99, 99, 49.5, 49.5]);
  const actions = [dividend(2, 1), split(4, 2)];

  test('as of a date, only actions up to then are applied and only bars complete by then are there', () => {
    const view = adjustedAsOf(raw, actions, SESSIONS[3].closeAt);
    expect([...view.close]).toEqual([99, 99, 99, 99]);
  });

  test('a dividend is not in the prices of the evening before it', () => {
    expect([...adjustedAsOf(raw, actions, SESSIONS[1].closeAt).close]).toEqual([100, 100]);
  });

  test('the last price of a view is as it was traded', () => {
    for (const { closeAt } of SESSIONS.slice(0, 6)) {
      const view = adjustedAsOf(raw, actions, closeAt);
      expect(view.close.at(-1)).toBe(raw.close[view.length - 1]);
    }
  });

  test('what happens later changes no earlier view', () => {
    const prices = fc.array(fc.double({ min: 10, max: 1000, noNaN: true }), { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(prices, fc.nat(), fc.nat(), (closes, a, b) => {
        const all = bars(closes);
        const at = a % closes.length;
        const later = Math.min(closes.length - 1, at + 1 + (b % 5));
        const known = sliceColumns(all, 0, at + 1);
        const asOf = SESSIONS[at].closeAt;
        const future = later > at ? [dividend(later, 1), split(later, 3)] : [];
        const view = adjustedAsOf(all, [dividend(0, 1), ...future], asOf);
        return view.close.every((value, i) => value === adjustedAsOf(known, [dividend(0, 1)], asOf).close[i]);
      }),
    );
  });

  test('the fully adjusted past does differ: that is the trap', () => {
    expect(fullyAdjusted(raw, actions).close[0]).not.toBe(raw.close[0]);
  });
});

describe('trap 11: the universe of today’s survivors', () => {
  test('an instrument that stopped trading has a delisting at the close of its last day', () => {
    const rows = [
      { day: parseDay('2024-01-02'), symbol: 'GONE' },
      { day: parseDay('2024-03-28'), symbol: 'GONE' },
    ];
    const [action] = actionsOfMap(rows, XNYS);
    expect(action).toMatchObject({ kind: 'delisting', symbol: 'GONE' });
    expect(formatInstant(action.at)).toBe('2024-03-28T20:00:00Z');
  });

  test('a new name is taken in the session after the last of the old one', () => {
    const rows = [
      { day: parseDay('1998-01-02'), symbol: 'NB' },
      { day: parseDay('1998-09-30'), symbol: 'NB' },
      { day: parseDay('2050-12-31'), symbol: 'BAC' },
    ];
    expect(actionsOfMap(rows, XNYS).map((action) => [action.kind, action.symbol, formatInstant(action.at)])).toEqual([
      ['symbol-change', 'NB', '1998-10-01T04:00:00Z'],
    ]);
  });
});

describe('factor tables', () => {
  const rows = [
    { day: parseDay('2024-01-31'), priceFactor: 0.495, splitFactor: 0.5, referencePrice: 200 },
    { day: parseDay('2024-02-29'), priceFactor: 0.5, splitFactor: 0.5, referencePrice: 100 },
    { day: parseDay('2024-03-28'), priceFactor: 0.5, splitFactor: 1, referencePrice: 0 },
    { day: parseDay('2050-12-31'), priceFactor: 1, splitFactor: 1, referencePrice: 0 },
  ];

  test('a fall of the price factor is a dividend, one of the split factor a split, in the next session', () => {
    expect(
      actionsOfFactors('X', rows, XNYS).map((action) => [formatInstant(action.at).slice(0, 10), action.kind]),
    ).toEqual([
      ['2024-02-01', 'dividend'],
      ['2024-03-01', 'split'],
    ]);
    expect(actionsOfFactors('X', rows, XNYS, 2)[0]).toMatchObject({ amount: 2 });
    expect(actionsOfFactors('X', rows, XNYS)[1]).toMatchObject({ ratio: 2 });
  });

  test('the factor of a date is that of the first row on or after it', () => {
    expect([factorAt(rows, parseDay('2024-01-31')), factorAt(rows, parseDay('2024-02-01'))]).toEqual([0.2475, 0.25]);
  });

  test('rounded factors of seven for one are seven', () => {
    const seven = [
      { day: parseDay('2014-06-06'), priceFactor: 1, splitFactor: 0.1428571, referencePrice: 645.57 },
      { day: parseDay('2050-12-31'), priceFactor: 1, splitFactor: 1, referencePrice: 0 },
    ];
    expect(actionsOfFactors('AAPL', seven, XNYS)[0]).toMatchObject({ ratio: 7 });
  });
});

test('columns of dividends and splits are actions at the midnight before the bar', () => {
  const found = actionsOfColumns('X', bars([100, 50]).openTime, XNYS, { dividend: [0, 0.5], split: [1, 2] });
  expect(found.map(({ kind, at }) => [kind, at])).toEqual([
    ['dividend', midnight(1)],
    ['split', midnight(1)],
  ]);
});

test('prices that do not fall at a split have it in them already', () => {
  const splits = [{ kind: 'split', symbol: 'X', at: instant(midnight(2)), ratio: 2 }] as const;
  expect(isSplitAdjusted(bars([100, 100, 50, 50]), splits)).toBe(false);
  expect(isSplitAdjusted(bars([50, 50, 50, 50]), splits)).toBe(true);
  expect(isSplitAdjusted(bars([50, 50]), [])).toBeUndefined();
});
