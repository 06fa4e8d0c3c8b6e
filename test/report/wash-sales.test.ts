/** Losses that were bought back: within thirty days, each share once, in the proportion in which they were replaced. */
import { expect, test } from 'vitest';
import type { ReportData } from '../../src/report/data.ts';
import { taxSection } from '../../src/report/html/tax.ts';
import { section1256Of } from '../../src/report/section-1256.ts';
import { washSalesOf } from '../../src/report/wash-sales.ts';
import { utc } from '../engine/play.ts';

type Result = Parameters<typeof washSalesOf>[0];
type Section = Parameters<typeof section1256Of>[0];

/** Buys and sells of one symbol: a lot each, with its profit where it was sold. */
function account(
  lots: readonly { bought: string; sold?: string; units: number; profit?: number; symbol?: string }[],
  currency = 'USD',
): Result {
  const fills = lots.map(({ bought, units, symbol = 'AAA' }, i) => ({
    order: i,
    symbol,
    at: utc(bought),
    quantity: units,
  }));
  const trades = lots.flatMap(({ bought, sold, units, profit = 0, symbol = 'AAA' }, i) =>
    sold === undefined
      ? []
      : [
          {
            symbol,
            quantity: units,
            entryAt: utc(bought),
            exitAt: utc(sold),
            entryOrder: i,
            exitOrder: 100 + i,
            exitPrice: 50,
            profitInBase: profit,
          },
        ],
  );
  // Of a result only these fields are read.
  return { currency, fills, trades } as unknown as Result;
}

const loss = { bought: '2026-01-05', sold: '2026-03-02', units: 100, profit: -500 };

test('a loss whose shares are bought within thirty days after may not count', () => {
  const { count, disallowed, rows } = washSalesOf(account([loss, { bought: '2026-04-01', units: 100 }]))!;
  expect([count, disallowed]).toEqual([1, 500]);
  expect(rows).toEqual([
    {
      symbol: 'AAA',
      soldAt: utc('2026-03-02'),
      quantity: 100,
      replaced: 100,
      boughtAt: utc('2026-04-01'),
      boughtSymbol: 'AAA',
      loss: 500,
      disallowed: 500,
    },
  ]);
});

test('one bought thirty days before and still held counts too, one of the thirty-first day does not', () => {
  expect(washSalesOf(account([loss, { bought: '2026-01-31', units: 100 }]))?.disallowed).toBe(500);
  expect(washSalesOf(account([loss, { bought: '2026-01-30', units: 100 }]))).toBeNull();
  expect(washSalesOf(account([loss, { bought: '2026-04-02', units: 100 }]))).toBeNull();
});

test('what was sold no later than the loss replaces nothing', () => {
  expect(washSalesOf(account([loss, { bought: '2026-02-20', sold: '2026-03-02', units: 100, profit: 5 }]))).toBeNull();
});

test('a part that is bought back disallows that part', () => {
  const { rows } = washSalesOf(account([loss, { bought: '2026-03-10', units: 40 }]))!;
  expect(rows[0]).toMatchObject({ replaced: 40, loss: 500, disallowed: 200 });
});

test('a share that was bought replaces one share, and not two', () => {
  const second = { bought: '2026-01-06', sold: '2026-03-03', units: 100, profit: -300 };
  const { rows, disallowed } = washSalesOf(account([loss, second, { bought: '2026-03-10', units: 150 }]))!;
  expect(rows.map(({ replaced }) => replaced)).toEqual([100, 50]);
  expect(disallowed).toBe(650);
});

test('other symbols, gains, and accounts in other currencies have none', () => {
  expect(washSalesOf(account([loss, { bought: '2026-03-10', units: 100, symbol: 'BBB' }]))).toBeNull();
  expect(
    washSalesOf(
      account([
        { ...loss, profit: 500 },
        { bought: '2026-03-10', units: 100 },
      ]),
    ),
  ).toBeNull();
  expect(washSalesOf(account([loss, { bought: '2026-03-10', units: 100 }], 'EUR'))).toBeNull();
});

test('a purchase that only covers a short replaces nothing', () => {
  const base = account([loss]);
  const cover = { order: 7, symbol: 'AAA', at: utc('2026-03-10'), quantity: 100 };
  const short = {
    symbol: 'AAA',
    quantity: -100,
    entryAt: utc('2026-03-09'),
    exitAt: utc('2026-03-10'),
    entryOrder: 6,
    exitOrder: 7,
    profitInBase: 0,
  };
  const result = { ...base, fills: [...base.fills, cover], trades: [...base.trades, short] } as unknown as Result;
  expect(washSalesOf(result)).toBeNull();
});

test('thousands of trades of one symbol take the time of sorting them', () => {
  const day = (i: number) => new Date(Date.UTC(2000, 0, 1) + i * 3_600_000).toISOString().slice(0, 16);
  const lots = Array.from({ length: 20_000 }, (_, i) => ({
    bought: day(2 * i),
    sold: day(2 * i + 1),
    units: 10,
    profit: -1,
  }));
  const { count, disallowed } = washSalesOf(account(lots))!;
  // The last one is never bought back.
  expect([count, disallowed]).toEqual([19_999, 19_999]);
});

const CALL = 'AAA260417C00060000';
const [DEEP_PUT, PUT] = ['AAA260417P00055000', 'AAA260417P00054000'];

test('a call that is bought stands for a hundred shares', () => {
  const more = { ...loss, units: 250 };
  const { rows } = washSalesOf(account([more, { bought: '2026-03-10', units: 2, symbol: CALL }]))!;
  expect(rows).toEqual([expect.objectContaining({ replaced: 200, disallowed: 400, boughtSymbol: CALL })]);
  // One that was sold again before the loss stands for none.
  const sold = { bought: '2026-02-20', sold: '2026-02-27', units: 2, symbol: CALL, profit: 1 };
  expect(washSalesOf(account([more, sold]))).toBeNull();
});

test('a call replaces either shares or a call, and not both', () => {
  const call = { bought: '2026-01-06', sold: '2026-03-03', units: 1, symbol: CALL, profit: -40 };
  const { disallowed } = washSalesOf(account([loss, call, { bought: '2026-03-10', units: 1, symbol: CALL }]))!;
  expect(disallowed).toBe(500);
});

test('a put that is sold counts where its strike is a tenth above what the shares were sold for', () => {
  for (const sold of ['2026-04-09', undefined]) {
    const put = (symbol: string): Result => {
      const base = account([loss]);
      const fill = { order: 7, symbol, at: utc('2026-03-10'), quantity: -1 };
      const closed = {
        symbol,
        quantity: -1,
        entryAt: utc('2026-03-10'),
        exitAt: utc(sold ?? '2026-04-09'),
        exitPrice: 1,
        entryOrder: 7,
        exitOrder: 8,
        profitInBase: 3,
      };
      // Of a result only these fields are read.
      return {
        ...base,
        fills: [...base.fills, fill],
        trades: [...base.trades, ...(sold === undefined ? [] : [closed])],
      } as unknown as Result;
    };
    expect(washSalesOf(put(DEEP_PUT))?.rows).toEqual([
      expect.objectContaining({ replaced: 100, boughtSymbol: DEEP_PUT }),
    ]);
    expect(washSalesOf(put(PUT))).toBeNull();
  }
});

test('a put that is bought, and a call on another share, replace nothing', () => {
  expect(washSalesOf(account([loss, { bought: '2026-03-10', units: 1, symbol: DEEP_PUT }]))).toBeNull();
  expect(washSalesOf(account([loss, { bought: '2026-03-10', units: 1, symbol: 'BBB260417C00060000' }]))).toBeNull();
});

test('options on broad indices stand outside the rule, and are told by year, sixty to forty', () => {
  const [SPX, SPXW] = ['SPX261218C05000000', 'SPXW260313P05000000'];
  const result = account([
    { bought: '2025-12-01', sold: '2025-12-30', units: 1, symbol: SPXW, profit: -1000 },
    { bought: '2026-01-05', sold: '2026-02-05', units: 1, symbol: SPXW, profit: 500 },
    { bought: '2026-01-06', sold: '2026-03-05', units: 1, symbol: SPX, profit: 1500 },
    { ...loss },
  ]);
  expect(washSalesOf(result)).toBeNull();
  const found = section1256Of({ ...result, holdings: [{ symbol: SPX }, { symbol: CALL }] } as unknown as Section)!;
  expect(found).toEqual({
    years: [
      { year: '2025', trades: 1, profit: -1000, longTerm: -600, shortTerm: -400 },
      { year: '2026', trades: 2, profit: 2000, longTerm: 1200, shortTerm: 800 },
    ],
    open: 1,
  });
  const data = { washSales: null, section1256: found, currency: 'USD' } as ReportData;
  const text = taxSection(data).text.replaceAll(/\s+/g, ' ');
  expect(text).toContain('1 position is open at the end');
  expect(text).toContain('1,200.00');
  expect(section1256Of({ ...account([loss]), holdings: [] })).toBeNull();
});

test('the report names the amount, what is not looked at, and that it is no advice; without any it says nothing', () => {
  const washSales = washSalesOf(account([loss, { bought: '2026-03-10', units: 40 }]));
  // Of the data only these fields are read.
  const text = taxSection({ washSales, section1256: null, currency: 'USD' } as ReportData).text.replaceAll(/\s+/g, ' ');
  expect(text).toContain('200.00 USD of these losses may not');
  expect(text).toContain('Information, not tax advice');
  expect(text).toContain('retirement accounts');
  expect(taxSection({ washSales: null, section1256: null, currency: 'USD' } as ReportData).text).toBe('');
});
