/** European values and greeks: printed figures, parity, difference quotients, and the ends of every range. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OptionInputs } from '../../src/options/contract.ts';
import { europeanPriceWithDividends } from '../../src/options/dividends.ts';
import { europeanColumns } from '../../src/options/european-batch.ts';
import {
  black76Price,
  europeanGreeks,
  europeanHigherGreeks,
  europeanPrice,
  Greeks,
  HigherGreeks,
} from '../../src/options/european.ts';

const option: fc.Arbitrary<OptionInputs> = fc.record({
  right: fc.constantFrom('call', 'put'),
  spot: fc.double({ min: 50, max: 150, noNaN: true }),
  strike: fc.double({ min: 50, max: 150, noNaN: true }),
  years: fc.double({ min: 0.05, max: 3, noNaN: true }),
  vol: fc.double({ min: 0.1, max: 1, noNaN: true }),
  rate: fc.double({ min: -0.02, max: 0.1, noNaN: true }),
  dividendYield: fc.double({ min: -0.02, max: 0.1, noNaN: true }),
});

const plain: OptionInputs = {
  right: 'call',
  spot: 60,
  strike: 65,
  years: 0.25,
  vol: 0.3,
  rate: 0.08,
  dividendYield: 0,
};

test('a call of three months is worth what Haug prints', () => {
  expect(Math.abs(europeanPrice(plain) - 2.1334)).toBeLessThan(5e-5); // Haug, 2nd ed., p. 3
});

test('an option on a future is worth what Haug prints', () => {
  // Haug, 2nd ed., p. 5: a put on Brent, forward 19, strike 19, nine months, 10 %, 28 %.
  expect(Math.abs(black76Price('put', 19, 19, 0.75, 0.28, 0.1) - 1.7011)).toBeLessThan(5e-5);
});

test('call less put is the discounted forward less the strike', () => {
  fc.assert(
    fc.property(option, (o) => {
      const gap = europeanPrice({ ...o, right: 'call' }) - europeanPrice({ ...o, right: 'put' });
      const forward = o.spot * Math.exp(-o.dividendYield * o.years) - o.strike * Math.exp(-o.rate * o.years);
      expect(Math.abs(gap - forward)).toBeLessThan(1e-12 * (o.spot + o.strike));
    }),
  );
});

test('every greek is the slope it claims to be', () => {
  const at = (o: OptionInputs) => ({
    ...europeanGreeks(new Greeks(), o),
    ...europeanHigherGreeks(new HigherGreeks(), o),
  });
  fc.assert(
    fc.property(option, (o) => {
      const greeks = at(o);
      const slope = (field: keyof OptionInputs, step: number, of: keyof typeof greeks): number => {
        const x = o[field] as number;
        return (at({ ...o, [field]: x + step })[of] - at({ ...o, [field]: x - step })[of]) / (2 * step);
      };
      const near = (actual: number, expected: number, scale: number): void =>
        expect(Math.abs(actual - expected)).toBeLessThan(1e-5 * (Math.abs(expected) + scale));
      near(greeks.delta, slope('spot', 1e-3, 'value'), 0.1);
      near(greeks.gamma, slope('spot', 1e-3, 'delta'), 0.01);
      near(greeks.vega, slope('vol', 1e-5, 'value'), 10);
      near(greeks.theta, -slope('years', 1e-5, 'value'), 10);
      near(greeks.rho, slope('rate', 1e-5, 'value'), 10);
      near(greeks.dividendRho, slope('dividendYield', 1e-5, 'value'), 10);
      near(greeks.vanna, slope('vol', 1e-5, 'delta'), 1);
      near(greeks.vomma, slope('vol', 1e-5, 'vega'), 100);
      near(greeks.charm, -slope('years', 1e-5, 'delta'), 1);
      near(greeks.speed, slope('spot', 1e-3, 'gamma'), 0.01);
      near(greeks.zomma, slope('vol', 1e-5, 'gamma'), 0.1);
      near(greeks.color, -slope('years', 1e-5, 'gamma'), 0.1);
    }),
    { numRuns: 60 },
  );
});

test('price and greeks agree on the value to rounding', () => {
  fc.assert(
    fc.property(option, (o) => {
      const price = europeanPrice(o);
      expect(Math.abs(europeanGreeks(new Greeks(), o).value - price)).toBeLessThan(1e-13 * (o.spot + o.strike));
    }),
  );
});

test('without time or vol an option is its discounted forward intrinsic value', () => {
  const certain = { ...plain, spot: 70, vol: 0 };
  expect(europeanPrice(certain)).toBeCloseTo(70 - 65 * Math.exp(-0.02), 12);
  expect(europeanPrice({ ...plain, spot: 70, years: 0 })).toBe(5);
  const greeks = europeanGreeks(new Greeks(), certain);
  expect([greeks.delta, greeks.gamma, greeks.vega]).toEqual([1, 0, 0]);
});

test('the far tail keeps its digits', () => {
  // Undiscounted call, forward 45, strike 447, σ√T 0.25116…: 40-digit value.
  const far = { right: 'call', spot: 45, strike: 447, years: 1, vol: 0.25, rate: 0, dividendYield: 0 } as const;
  expect(europeanPrice(far)).toBeGreaterThan(1e-20);
  expect(europeanPrice({ ...far, strike: 45e6 })).toBeLessThan(1e-290);
});

test('columns give the bits of one by one, and NaN for a row with a hole', () => {
  const rows = 4;
  const vol = Float64Array.of(0.2, 0.3, Number.NaN, 0.4);
  const value = new Float64Array(rows);
  const delta = new Float64Array(rows);
  europeanColumns({ ...plain, right: Int8Array.of(1, -1, 1, 1), vol }, rows, { value, delta });
  for (const i of [0, 1, 3]) {
    const right = i === 1 ? 'put' : 'call';
    const alone = europeanGreeks(new Greeks(), { ...plain, right, vol: vol[i] });
    expect([value[i], delta[i]]).toEqual([alone.value, alone.delta]);
  }
  expect(value[2]).toBeNaN();
});

test('a negative vol or a spot that is no number is a bug', () => {
  expect(() => europeanPrice({ ...plain, vol: -0.1 })).toThrow('vol -0.1');
  expect(() => europeanPrice({ ...plain, spot: Number.NaN })).toThrow('spot NaN');
});

test('cash dividends leave the share without them', () => {
  // Haug, 2nd ed., ch. 9: two dividends of 2 at three and six months, spot 100, strike 90, nine months, 10 %, 25 %.
  const dividends = [0.25, 0.5].map((years) => ({ years, amount: 2 }));
  const price = europeanPriceWithDividends(
    { ...plain, spot: 100, strike: 90, years: 0.75, vol: 0.25, rate: 0.1 },
    dividends,
  );
  expect(Math.abs(price - 15.6465)).toBeLessThan(5e-5);
});

test('a minute before the end an option at the money keeps its digits', () => {
  const option = { right: 'put', spot: 3096.49, strike: 3096.49, years: 1 / 365 / 390, vol: 0.001 } as const;
  const greeks = europeanGreeks(new Greeks(), { ...option, rate: -0.02, dividendYield: -0.020921796212863164 });
  // By 40-digit arithmetic (mpmath).
  expect(Math.abs(greeks.delta - -0.4990248562100437)).toBeLessThan(1e-13);
});
