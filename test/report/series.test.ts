/** Facts about shortening series and writing them down. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { equityCsv, metricsJson, tradesCsv } from '../../src/report/csv.ts';
import { packTimes, sampledAt, shownBars, telling, unpackTimes } from '../../src/report/series.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { decimal, duration, money, percent, plain, signedPercent } from '../../src/report/text.ts';
import { played, walk } from './played.ts';

const DAY = 86_400_000_000;

test('shortening keeps the first, the last, the highest and the lowest value of every series', () => {
  const values = fc.float64Array({ minLength: 1, maxLength: 400, noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 40 }), (series, buckets) => {
      const rows = telling([series], buckets);
      const kept = rows.map((row) => series[row]);
      expect(rows[0]).toBe(0);
      expect(rows.at(-1)).toBe(series.length - 1);
      expect(Math.max(...kept)).toBe(Math.max(...series));
      expect(Math.min(...kept)).toBe(Math.min(...series));
      expect(rows.length).toBeLessThanOrEqual(Math.max(2 * buckets, 2 * buckets + 2));
      expect([...rows].sort((a, b) => a - b)).toEqual(rows);
    }),
  );
});

test('a missing value is never taken for an extreme', () => {
  const rows = telling([Float64Array.of(1, Number.NaN, 5, 2, Number.NaN, -3, 0, 1)], 1);
  expect(rows).toEqual([0, 2, 5, 7]);
});

test('packed times come back as they were', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 1e12 }), { maxLength: 50 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2e15 }), steps, (first, gaps) => {
      const times = [first];
      for (const gap of gaps) times.push(times.at(-1)! + gap);
      expect(unpackTimes(packTimes(times))).toEqual(times);
    }),
  );
});

test('days are packed as ones', () => {
  expect(packTimes([0, DAY, 4 * DAY])).toEqual({ unit: DAY, first: 0, steps: [1, 3] });
});

test('joined bars keep open, close, extremes and volume', () => {
  const bars = walk(101);
  const shown = shownBars(bars, [{ name: 'line', values: bars.close }], 20);
  expect(shown.group).toBe(6);
  expect(shown.close).toHaveLength(17);
  expect(shown.open[0]).toBe(bars.open[0]);
  expect(shown.close.at(-1)).toBe(bars.close[100]);
  expect(Math.max(...shown.high.map(Number))).toBe(Math.max(...bars.high));
  expect(Math.min(...shown.low.map(Number))).toBe(Math.min(...bars.low));
  expect(shown.volume.reduce<number>((sum, each) => sum + each!, 0)).toBe(101e6);
  expect(shown.lines[0].values).toEqual(shown.close);
});

test('a curve is sampled at the last value before, never at one to come', () => {
  const curve = { time: [10, 20, 30], value: [1, 2, 3] };
  expect([...sampledAt(curve, [5, 10, 19, 20, 99])]).toEqual([Number.NaN, 1, 1, 2, 3]);
});

test.each([
  [decimal(-1234.5), '−1,234.50'],
  [decimal(-0.001), '0.00'],
  [decimal(Number.NaN), '–'],
  [percent(0.1234), '12.3%'],
  [signedPercent(0.1234), '+12.3%'],
  [signedPercent(0.0001), '0.0%'],
  [signedPercent(-0.5), '−50.0%'],
  [money(1_234_567.89, 'EUR'), '1,234,568 EUR'],
  [plain(0.000125), '0.000125'],
  [plain(1e-12), '0'],
  [duration(3 * DAY), '3 days'],
  [duration(1000 * DAY), '2.7 years'],
])('%s is written as people read it', (text, expected) => {
  expect(text).toBe(expected);
});

test('trades are written with a quoted reason and full precision', () => {
  const { result } = played(walk(900));
  const [trade] = result.trades;
  const changed = {
    ...result,
    trades: [{ ...trade, entryReason: 'said "go", twice', exitReason: '=1+1', worst: Number.NaN }],
  };
  const [head, row] = tradesCsv(changed).trimEnd().split('\n') as [string, string];
  expect(head.split(',')).toHaveLength(17);
  expect(row).toContain('"said ""go"", twice"');
  expect(row).toMatch(/,'=1\+1,1,1,[\d.-]+$/);
  expect(row).toContain(`,${trade.profit},`);
  expect(row.split(',')).toContain('');
});

test('equity is written at every step, with its drawdown', () => {
  const { result } = played(walk(900));
  const lines = equityCsv(result).trimEnd().split('\n');
  expect(lines).toHaveLength(901);
  expect(lines[0]).toBe('time,equity,drawdown');
  const deepest = Math.min(...lines.slice(1).map((line) => Number(line.split(',')[2])));
  expect(-deepest).toBeCloseTo(result.maxDrawdown, 12);
});

test('a metric that is not finite is null', () => {
  const metric = {
    name: 'x',
    label: 'X',
    group: 'g',
    value: Infinity,
    unit: 'ratio',
    sentence: 'A sentence.',
  } as const;
  expect(JSON.parse(metricsJson([metric]))).toEqual({ x: { value: null, unit: 'ratio', sentence: 'A sentence.' } });
});

test('the summary fits the terminal and has no colours unless asked', () => {
  const { data } = played(walk(1200));
  for (const width of [40, 60, 80, 100, 200]) {
    const plainText = renderSummary(data, { width, colour: false });
    for (const line of plainText.split('\n')) expect(line.length).toBeLessThanOrEqual(Math.min(width, 100));
    expect(plainText).not.toContain('\u001b');
  }
  const coloured = renderSummary(data, { width: 80, colour: true });
  // oxlint-disable-next-line no-control-regex -- An escape is what is looked for.
  expect(coloured.replace(/\u001b\[[\d;]*m/g, '')).toBe(renderSummary(data, { width: 80, colour: false }));
});
