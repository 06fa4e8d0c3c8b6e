/** One look at all bars never clears a stream of what a rule would find in it. */
import { expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import type { BarColumns } from '../../src/market/columns.ts';
import { checkBarPrices } from '../../src/market/check/prices.ts';
import { FindingList } from '../../src/market/check/report.ts';
import { checkJumps, checkStale, checkVolume } from '../../src/market/check/series.ts';
import { suspicionOf } from '../../src/market/check/suspicion.ts';

const LEAST = 3;
const ODD = [Number.NaN, Infinity, -Infinity, 0, -0, -1, 5e307, 1e-300, 70, 130];

test('whatever a rule finds in random bars, one in three of them odd, was suspected, and clean bars are not', () => {
  const random = new Random(7);
  const found = { prices: 0, jumps: 0, stale: 0, volume: 0, clean: 0 };
  for (let round = 0; round < 4000; round++) {
    const bars = someBars(1 + Math.floor(6 * random.uniform()), round % 3 === 0 ? 0 : 0.04, () => random.uniform());
    const rules = {
      prices: findings(bars, (list) => checkBarPrices(bars, round % 2 === 0, list)),
      jumps: findings(bars, (list) => checkJumps(bars, () => false, list)),
      stale: findings(bars, (list) => checkStale(bars, LEAST, list)),
      volume: findings(bars, (list) => checkVolume(bars, list)),
    };
    const suspected = suspicionOf(bars, LEAST);
    for (const rule of ['prices', 'jumps', 'stale', 'volume'] as const) {
      if (rules[rule] === 0) continue;
      found[rule]++;
      expect(suspected[rule], `${rule} of ${JSON.stringify(bars)}`).toBe(true);
    }
    if (Object.values(suspected).every((each) => !each)) found.clean++;
  }
  // The bars must be of both kinds, and break every rule.
  for (const times of Object.values(found)) expect(times).toBeGreaterThan(30);
});

function findings({ time }: BarColumns, check: (list: FindingList) => void): number {
  const list = new FindingList({ file: 'x', symbol: 'X' }, time);
  check(list);
  return list.finish().length;
}

/** Bars around 100 that often repeat, of which a share of the numbers is odd. */
function someBars(length: number, odd: number, next: () => number): BarColumns {
  const columns = ['open', 'high', 'low', 'close', 'volume'].map(() => new Float64Array(length));
  for (let i = 0; i < length; i++) {
    const repeats = i > 0 && next() < 0.5;
    const [open, close] = [99 + 2 * next(), 99 + 2 * next()];
    const usual = [open, Math.max(open, close) + next(), Math.min(open, close) - next(), close, 1 + next()];
    columns.forEach((column, field) => {
      column[i] = next() < odd ? ODD[Math.floor(ODD.length * next())] : repeats ? column[i - 1] : usual[field];
    });
  }
  const [open, high, low, close, volume] = columns;
  const time = Float64Array.from({ length }, (_, i) => i);
  return { length, time, openTime: time, open, high, low, close, volume };
}
