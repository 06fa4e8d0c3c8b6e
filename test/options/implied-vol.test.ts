/** Implied vol: what is put in comes out, to the digits the price carries, and what has none says why. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { americanImpliedVol } from '../../src/options/american-implied-vol.ts';
import { americanPrice } from '../../src/options/american.ts';
import type { OptionInputs } from '../../src/options/contract.ts';
import { europeanGreeks, europeanPrice, Greeks } from '../../src/options/european.ts';
import { impliedVol, impliedVolOrNaN } from '../../src/options/implied-vol.ts';

const base: OptionInputs = {
  right: 'put',
  spot: 100,
  strike: 95,
  years: 0.5,
  vol: 0.2,
  rate: 0.03,
  dividendYield: 0.01,
};

test('the vol that made a price is found again, from a hundredth of a percent to a thousand', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('call' as const, 'put' as const),
      fc.double({ min: -4, max: 1, noNaN: true }),
      fc.double({ min: -0.9, max: 0.9, noNaN: true }),
      (right, exponent, log) => {
        const option = { ...base, right, vol: 10 ** exponent, strike: 100 * Math.exp(log) };
        const price = europeanPrice(option);
        const { vega } = europeanGreeks(new Greeks(), option);
        // A rounding of the price, or of ln(spot/strike), moves the vol by so much; no method can do better.
        const told = (3e-16 * (option.spot + option.strike)) / vega;
        if (!(told < 1e-3 * option.vol)) return;
        expect(Math.abs(impliedVolOrNaN(option, price) - option.vol)).toBeLessThan(4e-15 * option.vol + told);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a price of 1e-200 still has its vol', () => {
  const option = { ...base, right: 'call', strike: 3000, vol: 0.15 } as const;
  const price = europeanPrice(option);
  expect(price).toBeLessThan(1e-100);
  expect(impliedVolOrNaN(option, price)).toBeCloseTo(0.15, 14);
});

test('a price without an implied vol is refused by name', () => {
  const code = (option: OptionInputs, price: number): string => {
    const answer = impliedVol(option, price);
    return answer.ok ? `vol ${answer.vol}` : answer.code;
  };
  const deep = { ...base, strike: 150, rate: 0, dividendYield: 0 };
  expect(code(deep, 49)).toBe('vol.below-intrinsic');
  expect(code(deep, 50)).toBe('vol.no-time-value');
  expect(code(base, 0)).toBe('vol.no-time-value');
  expect(code(deep, 150)).toBe('vol.above-maximum');
  expect(code({ ...deep, years: 0 }, 51)).toBe('vol.no-vega');
  expect(code(base, Number.NaN)).toBe('vol.price-not-a-price');
  expect(code(base, -1)).toBe('vol.price-not-a-price');
});

test('an American vol is found again, and refused where the price is that of exercise', () => {
  for (const strike of [80, 95, 110]) {
    const option = { ...base, strike, rate: 0.05 };
    const answer = americanImpliedVol(option, americanPrice(option));
    expect(answer.ok && Math.abs(answer.vol - 0.2)).toBeLessThan(1e-9);
  }
  expect(americanImpliedVol({ ...base, strike: 200, rate: 0.05 }, 100)).toMatchObject({
    ok: false,
    code: 'vol.no-time-value',
  });
  expect(americanImpliedVol({ ...base, strike: 200 }, 99)).toMatchObject({ ok: false, code: 'vol.below-intrinsic' });
});
