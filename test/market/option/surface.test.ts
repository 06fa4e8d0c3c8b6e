/** The surface of a chain gives back the vols that its quotes were made with. */
import { expect, test } from 'vitest';
import { ChainValuation, surfaceOf, type ContractQuote } from '../../../src/market/index.ts';
import { europeanPrice } from '../../../src/options/european.ts';
import { chain, quote, RATE, SPOT } from './chains.ts';

const EXPIRIES = [
  ['2021-01-11', 7 + 5.5 / 24],
  ['2021-02-05', 32 + 5.5 / 24],
] as const;
/** Per year; falls with the strike. */
const smile = (strike: number): number => 0.22 - 0.3 * Math.log(strike / SPOT);

const contracts = EXPIRIES.flatMap(([expiry, days]) =>
  [3400, 3500, 3600, 3650, 3700, 3750, 3800, 3900].flatMap((strike) =>
    (['call', 'put'] as const).map((right): ContractQuote => {
      const option = { right, strike, spot: SPOT, years: days / 365, rate: RATE, dividendYield: 0.02 };
      const mid = europeanPrice({ ...option, vol: smile(strike) });
      return quote({ right, strike, expiry, bid: mid - 0.05, ask: mid + 0.05 });
    }),
  ),
);

test('vols between quotes and expiries are those of the smile, forwards those of the dividends', () => {
  const found = surfaceOf(new ChainValuation(chain(contracts), { rate: RATE }), RATE)!;
  expect(found.expiries.map(({ expiry }) => expiry)).toEqual(EXPIRIES.map(([expiry]) => expiry));
  const [{ forward, years }] = found.expiries;
  expect(forward).toBeCloseTo(SPOT * Math.exp((RATE - 0.02) * years), 6);
  for (const strike of [3450, 3620, 3780])
    expect(found.surface.vol(strike, forward, years)).toBeCloseTo(smile(strike), 3);
  expect(found.tooThin).toEqual([]);
  // The side in the money says it worse, and is left out by name.
  expect(found.refused.every(({ code }) => code === 'quote.in-the-money')).toBe(true);
});

test('an expiry with too few quotes has no smile, and a chain of such no surface', () => {
  const thin = contracts.filter(({ terms }) => terms.expiry === '2021-02-05' || terms.strike > 3750);
  const found = surfaceOf(new ChainValuation(chain(thin), { rate: RATE }), RATE)!;
  expect(found.tooThin).toEqual(['2021-01-11']);
  expect(surfaceOf(new ChainValuation(chain(contracts.slice(0, 4)), { rate: RATE }), RATE)).toBeUndefined();
});
