/** The grid against formulas that share nothing with it, and the one place where it is known to be wrong. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { americanGreeks } from '../../src/options/american.ts';
import type { OptionInputs } from '../../src/options/contract.ts';
import { europeanGreeks, europeanPrice, Greeks } from '../../src/options/european.ts';
import { gridPrice, gridValue } from '../../src/options/finite-differences.ts';

const option: fc.Arbitrary<OptionInputs> = fc.record({
  right: fc.constantFrom('call', 'put'),
  spot: fc.double({ min: 70, max: 140, noNaN: true }),
  strike: fc.constant(100),
  years: fc.double({ min: 0.05, max: 2, noNaN: true }),
  vol: fc.double({ min: 0.1, max: 0.8, noNaN: true }),
  rate: fc.double({ min: -0.02, max: 0.08, noNaN: true }),
  dividendYield: fc.double({ min: 0, max: 0.08, noNaN: true }),
});
const deep: OptionInputs = {
  right: 'call',
  spot: 121,
  strike: 100,
  years: 1,
  vol: 0.2,
  rate: 0.01,
  dividendYield: 0.06,
};

test('a European option on the grid has the value and the slopes of the formula', () => {
  fc.assert(
    fc.property(option, (o) => {
      const exact = europeanGreeks(new Greeks(), o);
      const grid = gridValue(o, { style: 'european' });
      expect(Math.abs(grid.value - exact.value)).toBeLessThan(3e-5 * o.spot);
      expect(Math.abs(grid.delta - exact.delta)).toBeLessThan(1e-4);
      expect(Math.abs(grid.gamma - exact.gamma)).toBeLessThan(2e-5);
      expect(Math.abs(grid.theta - exact.theta)).toBeLessThan(0.01 + 0.05 * Math.abs(exact.theta));
    }),
    { numRuns: 40, seed: 3 },
  );
});

test('an American option that one would hold has the value and delta of the boundary method', () => {
  fc.assert(
    fc.property(option, (o) => {
      fc.pre(o.rate >= 0);
      const exact = americanGreeks(new Greeks(), o);
      const exercise = o.right === 'call' ? o.spot - o.strike : o.strike - o.spot;
      fc.pre(exact.value > exercise + 0.05);
      const grid = gridValue(o);
      expect(Math.abs(grid.value - exact.value)).toBeLessThan(0.02);
      expect(Math.abs(grid.delta - exact.delta)).toBeLessThan(5e-3);
    }),
    { numRuns: 40, seed: 4 },
  );
});

test('the error of the price falls with the square of both steps', () => {
  const o: OptionInputs = {
    right: 'put',
    spot: 95,
    strike: 100,
    years: 0.5,
    vol: 0.3,
    rate: 0.04,
    dividendYield: 0.02,
  };
  const errorAt = (n: number): number =>
    Math.abs(gridPrice(o, { style: 'european', prices: n, times: n }) - europeanPrice(o));
  expect(errorAt(100) / errorAt(200)).toBeGreaterThan(3.5);
  expect(errorAt(200) / errorAt(400)).toBeGreaterThan(3.5);
});

test('what is exercised at once is worth what exercise pays, and what has no chance has no slopes', () => {
  expect(gridPrice({ ...deep, spot: 150 })).toBeCloseTo(50, 9);
  expect(gridValue({ ...deep, years: 0 })).toEqual({
    value: 21,
    delta: Number.NaN,
    gamma: Number.NaN,
    theta: Number.NaN,
  });
  expect(gridValue({ ...deep, spot: 90, vol: 0 }).value).toBe(0);
  // With no vol the European owner waits for less than exercise pays now.
  expect(gridPrice({ ...deep, vol: 0 }, { style: 'european' })).toBeLessThan(21);
});

test('next to the price from which one exercises the grid’s gamma swings, and the exact one does not', () => {
  const off = [122, 122.2, 122.4, 122.6, 122.8, 123].map((spot) => {
    const exact = americanGreeks(new Greeks(), { ...deep, spot }).gamma;
    return gridValue({ ...deep, spot }).gamma / exact - 1;
  });
  expect(Math.max(...off)).toBeGreaterThan(0.2);
  expect(Math.min(...off)).toBeLessThan(-0.2);
  // Away from there they agree.
  const away = { ...deep, spot: 105 };
  expect(gridValue(away).gamma).toBeCloseTo(americanGreeks(new Greeks(), away).gamma, 4);
});

test('a grid that is too small is refused', () => {
  expect(() => gridPrice(deep, { prices: 9 })).toThrow('at least 10 prices');
  expect(() => gridPrice(deep, { times: 0 })).toThrow('at least 1 time step');
  expect(() => gridPrice({ ...deep, vol: -0.1 })).toThrow('vol -0.1');
});
