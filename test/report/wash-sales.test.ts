/** Losses that were bought back: within thirty days, each share once, in the proportion in which they were replaced. */
import { expect, test } from 'vitest';
import type { ReportData } from '../../src/report/data.ts';
import { taxSection } from '../../src/report/html/tax.ts';
import { washSalesOf } from '../../src/report/wash-sales.ts';
import { utc } from '../engine/play.ts';

type Result = Parameters<typeof washSalesOf>[0];

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

test('the report names the amount, what is not looked at, and that it is no advice; without any it says nothing', () => {
  const washSales = washSalesOf(account([loss, { bought: '2026-03-10', units: 40 }]));
  // Of the data only these fields are read.
  const text = taxSection({ washSales, currency: 'USD' } as ReportData).text.replaceAll(/\s+/g, ' ');
  expect(text).toContain('200.00 USD of these losses may not');
  expect(text).toContain('Information, not tax advice');
  expect(text).toContain('retirement accounts');
  expect(taxSection({ washSales: null, currency: 'USD' } as ReportData).text).toBe('');
});
