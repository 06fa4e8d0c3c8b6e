/** The one entry for reports: it must fill its catalogue, and its parts must add up. */
import { describe, expect, it } from 'vitest';
import { civilDate, civilTime, monthlyTable } from '../../src/stats/calendar-returns.ts';
import { metricCatalogue } from '../../src/stats/metric.ts';
import { performance } from '../../src/stats/performance.ts';

const of = Float64Array.of.bind(Float64Array);

function everything() {
  const n = 600;
  const times = Float64Array.from({ length: n }, (_, i) => civilTime(2020, 1, 1 + i));
  const equity = Float64Array.from({ length: n }, (_, i) => 100 + i * 0.05 + 5 * Math.sin(i / 20));
  return performance({
    times,
    equity,
    initialCapital: 100,
    benchmark: Float64Array.from({ length: n }, (_, i) => 50 + i * 0.03 + 2 * Math.sin(i / 15)),
    exposure: new Float64Array(n).fill(0.5),
    traded: new Float64Array(n).fill(2),
    riskFree: 0.02,
    trades: {
      profits: of(5, -2, 3),
      returns: of(0.05, -0.02, 0.03),
      entryTimes: of(times[0], times[10], times[20]),
      exitTimes: of(times[5], times[15], times[50]),
      adverseExcursions: of(-0.01, -0.03, 0),
      favourableExcursions: of(0.06, 0.01, 0.04),
    },
  });
}

describe('performance', () => {
  it('fills every metric of the catalogue when everything is known, and no other', () => {
    const { metrics } = everything();
    expect(Object.keys(metrics).sort()).toEqual(metricCatalogue.map(({ id }) => id).sort());
  });

  it('leaves out what cannot be computed instead of showing a NaN', () => {
    const { metrics } = performance({ times: of(0, 86_400_000_000), equity: of(100, 100) });
    expect(Object.values(metrics).some(Number.isNaN)).toBe(false);
    expect('beta' in metrics).toBe(false);
    expect(metrics.totalReturn).toBe(0);
  });

  it('explains every metric in one sentence', () => {
    for (const metric of metricCatalogue) expect(metric.explanation, metric.id).toMatch(/^[A-Z].*[^.]\.$/);
  });

  it('compounds months to years and years to the total return', () => {
    const { months, metrics } = everything();
    for (const { months: row, total } of months) {
      const compounded = row.filter((value) => !Number.isNaN(value)).reduce((wealth, value) => wealth * (1 + value), 1);
      expect(compounded - 1).toBeCloseTo(total, 12);
    }
    const all = months.reduce((wealth, { total }) => wealth * (1 + total), 1) - 1;
    expect(all).toBeCloseTo(metrics.totalReturn ?? Number.NaN, 12);
  });

  it('lists the worst drawdowns with the deepest first, and its depth is the maximum drawdown', () => {
    const { worstDrawdowns: list, metrics } = everything();
    expect(list[0].depth).toBe(metrics.maxDrawdown);
    expect(list.map(({ depth }) => depth)).toEqual(list.map(({ depth }) => depth).toSorted((a, b) => a - b));
  });

  it('turns an account over once when half is bought and half is sold', () => {
    const equity = of(100, 100);
    const times = of(0, 86_400_000_000);
    const { metrics } = performance({ times, equity, initialCapital: 100, traded: of(200, 0), periodsPerYear: 2 });
    expect(metrics.turnover).toBe(1);
  });
});

describe('calendar', () => {
  it('agrees with Date on every day of four centuries', () => {
    for (let day = -40_000; day < 110_000; day += 1) {
      const date = new Date(day * 86_400_000);
      expect(civilDate(day * 86_400_000_000)).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
      });
      if (day % 7 === 0) day += 11;
    }
  });

  it('shows a month without a return as missing', () => {
    const table = monthlyTable(of(civilTime(2021, 1, 29), civilTime(2021, 3, 1)), of(0.1, 0.2));
    expect(table[0].months.slice(0, 3)).toEqual([expect.closeTo(0.1, 12), Number.NaN, expect.closeTo(0.2, 12)]);
    expect(table[0].total).toBeCloseTo(0.32, 12);
  });
});
