/**
 * The smiles of a real chain against a fit by another way: all five numbers at once, from many beginnings (SciPy's
 * trust-region least squares), to vols that were inverted apart. These are our own figures and no reference cases.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { optionTape } from '../../src/desk/wiring/option-tapes.ts';
import { chainAt, ChainValuation, surfaceOf } from '../../src/market/index.ts';
import { checkButterfly } from '../../src/options/svi.ts';
import { calendar } from '../../src/time/calendars.ts';

const ROOT = join(import.meta.dirname, '../../../shared/truth/01_market_data');
const RATE = 0.005;

describe.skipIf(!existsSync(ROOT))('the surface of a real chain (skipped without ../shared/truth)', () => {
  let fitted: NonNullable<ReturnType<typeof surfaceOf>>;
  beforeAll(async () => {
    const tape = await optionTape(
      {
        source: 'options',
        underlying: 'GOOG',
        prices: ['equity_minute/GOOG_20151224_trade.csv'],
        chains: ['option_daily/GOOG_20151223_24_quote.csv.gz'],
      },
      ROOT,
    );
    if (!('slice' in tape)) throw new Error('the files are small');
    const chain = chainAt(tape, 'GOOG', calendar('XNYS').session('2015-12-24')!.closeAt);
    fitted = surfaceOf(new ChainValuation(chain, { rate: RATE }), RATE)!;
  });
  const sliceOf = (date: string) => fitted.surface.slices[fitted.expiries.findIndex(({ expiry }) => expiry === date)];

  test.each([
    // The wing of the first is as steep as may be: without that bound it is 13, with the same error.
    { date: '2015-12-31', a: -0.0003, b: 1.0046, rho: 0.9909, m: 0.0528, s: 0.0039 },
    { date: '2016-01-08', a: -0.0003, b: 0.0435, rho: 0.6745, m: 0.0731, s: 0.0408 },
    { date: '2016-01-15', a: -0.0026, b: 0.0781, rho: -0.9423, m: -0.2197, s: 0.1478 },
    { date: '2016-01-22', a: -0.0071, b: 0.0697, rho: -0.779, m: -0.1895, s: 0.2349 },
    { date: '2016-02-05', a: 0.0068, b: 0.0189, rho: -1, m: 0.0271, s: 0.1693 },
  ])('of $date is the least of all, in four decimals', ({ date, ...curve }) => {
    const found = sliceOf(date).curve;
    for (const [name, value] of Object.entries(curve)) {
      expect(Math.abs(found[name as keyof typeof curve] - value), name).toBeLessThan(6e-5);
    }
  });

  test('no fitted wing is steeper than 2, and what arbitrage the quotes have is named where it lies', () => {
    for (const { curve } of fitted.surface.slices) {
      expect(checkButterfly(curve).map(({ code }) => code)).not.toContain('svi.steep-wing');
    }
    // Among the quotes of this expiry the density factor is least at −0.41, by second differences of total variance too.
    expect(checkButterfly(sliceOf('2016-01-15').curve)).toMatchObject([
      { code: 'svi.butterfly', k: expect.closeTo(-0.41, 9) },
    ]);
  });
});
