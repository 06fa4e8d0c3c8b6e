/** Bounds of delta that hold at any vol, against both models. */
import { expect, test } from 'vitest';
import { americanGreeks } from '../../../src/options/american.ts';
import { europeanGreeks, Greeks } from '../../../src/options/european.ts';
import { deltaReach, VOL_MAX } from '../../../src/strategies/selling/reach.ts';

const CARRIES = [
  { rate: 0.04, dividendYield: 0 },
  { rate: 0, dividendYield: 0.05 },
  { rate: 0.05, dividendYield: 0.05 },
];
const VOLS = [0.05, 0.2, 0.5, 1, 2, VOL_MAX];

test.each([
  { right: 'put', style: 'european' },
  { right: 'call', style: 'european' },
  { right: 'put', style: 'american' },
  { right: 'call', style: 'american' },
] as const)('no vol gives a $style $right a delta beyond its reach', ({ right, style }) => {
  const greeksOf = style === 'american' ? americanGreeks : europeanGreeks;
  for (const carry of CARRIES) {
    for (const days of [1, 10, 60]) {
      for (const part of [0.8, 0.95, 0.99, 1.01, 1.05, 1.2]) {
        const reach = deltaReach(right, { low: part, high: part }, days, carry);
        for (const vol of VOLS) {
          const terms = { right, strike: 100 * part, spot: 100, years: days / 365, vol, ...carry };
          const delta = Math.abs(greeksOf(new Greeks(), terms).delta);
          const where = `${JSON.stringify(carry)} ${days} ${part} ${vol}`;
          expect(delta, where).toBeGreaterThanOrEqual(reach.low);
          expect(delta, where).toBeLessThanOrEqual(reach.high);
        }
      }
    }
  }
});

test('the greatest delta of a put below the price is that of the best vol, and not far from the bound', () => {
  const carry = { rate: 0, dividendYield: 0 };
  const { high } = deltaReach('put', { low: 0.9, high: 0.95 }, 10, carry);
  // d₁ is least where the total deviation is √(2·ln(1/0.95)).
  const vol = Math.sqrt((2 * Math.log(1 / 0.95)) / (10 / 365));
  const { delta } = europeanGreeks(new Greeks(), {
    right: 'put',
    strike: 95,
    spot: 100,
    years: 10 / 365,
    vol,
    ...carry,
  });
  expect(high).toBeCloseTo(-delta, 2);
  expect(high).toBeCloseTo(0.374, 2);
});
