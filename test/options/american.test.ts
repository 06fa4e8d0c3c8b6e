/** American options: three independent methods meet, and each keeps the rules no price may break. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { AMERICAN_EXACT, americanGreeks, americanPrice } from '../../src/options/american.ts';
import { bjerksundStensland1993Price, bjerksundStenslandPrice } from '../../src/options/bjerksund-stensland.ts';
import { BivariateNormal, BivariateTable } from '../../src/options/bivariate.ts';
import type { OptionInputs } from '../../src/options/contract.ts';
import { europeanPrice, Greeks } from '../../src/options/european.ts';
import { baroneAdesiWhaleyPrice, juZhongPrice } from '../../src/options/quadratic-approximation.ts';
import { treePrice, treeValue } from '../../src/options/tree.ts';

const option: fc.Arbitrary<OptionInputs> = fc.record({
  right: fc.constantFrom('call', 'put'),
  spot: fc.double({ min: 60, max: 160, noNaN: true }),
  strike: fc.constant(100),
  years: fc.double({ min: 0.02, max: 2, noNaN: true }),
  vol: fc.double({ min: 0.08, max: 0.9, noNaN: true }),
  rate: fc.double({ min: 0, max: 0.1, noNaN: true }),
  dividendYield: fc.double({ min: 0, max: 0.1, noNaN: true }),
});

const put: OptionInputs = { right: 'put', spot: 36, strike: 40, years: 1, vol: 0.2, rate: 0.06, dividendYield: 0 };

test('the everyday schemes are within 1e-8 of the strike, or the spot where that is more, of the exact one', () => {
  fc.assert(
    fc.property(option, (o) => {
      expect(Math.abs(americanPrice(o) - americanPrice(o, AMERICAN_EXACT))).toBeLessThan(
        1e-8 * Math.max(o.spot, o.strike),
      );
    }),
    { numRuns: 100, seed: 11 },
  );
});

test('the boundary method and a tree of 2001 steps meet', () => {
  for (const o of [put, { ...put, right: 'call', dividendYield: 0.09, spot: 42 } as const]) {
    expect(Math.abs(americanPrice(o) - treePrice(o, { steps: 2001 }))).toBeLessThan(5e-4);
  }
});

test('an American option is worth at least the European one and its exercise, the approximations no more than it', () => {
  fc.assert(
    fc.property(option, (o) => {
      const value = americanPrice(o);
      const intrinsic = Math.max(0, o.right === 'call' ? o.spot - o.strike : o.strike - o.spot);
      expect(value).toBeGreaterThanOrEqual(Math.max(europeanPrice(o), intrinsic) - 1e-9);
      // Flat-boundary prices are those of a poorer exercise rule.
      expect(bjerksundStensland1993Price(o)).toBeLessThan(value + 3e-6);
      expect(bjerksundStenslandPrice(o)).toBeLessThan(value + 3e-6);
    }),
    { numRuns: 100, seed: 5 },
  );
});

test('a call without dividends is never exercised early', () => {
  const call = { ...put, right: 'call' } as const;
  for (const price of [americanPrice, bjerksundStenslandPrice, baroneAdesiWhaleyPrice, juZhongPrice]) {
    expect(price(call)).toBe(europeanPrice(call));
  }
});

test('greeks are the slopes of the price', () => {
  for (const o of [put, { ...put, right: 'call', dividendYield: 0.09, spot: 42 } as const]) {
    const greeks = americanGreeks(new Greeks(), o);
    const at = (spot: number): number => americanPrice({ ...o, spot }, AMERICAN_EXACT);
    expect(greeks.delta).toBeCloseTo((at(o.spot + 0.01) - at(o.spot - 0.01)) / 0.02, 5);
    expect(greeks.gamma).toBeCloseTo((at(o.spot + 0.05) - 2 * at(o.spot) + at(o.spot - 0.05)) / 0.0025, 4);
    const later = americanPrice({ ...o, years: o.years - 1e-3 }, AMERICAN_EXACT);
    const earlier = americanPrice({ ...o, years: o.years + 1e-3 }, AMERICAN_EXACT);
    expect(greeks.theta).toBeCloseTo((later - earlier) / 2e-3, 3);
  }
});

test('an option worth exercising now is worth its exercise and moves with the share', () => {
  const deep = americanGreeks(new Greeks(), { ...put, spot: 20 });
  expect([deep.value, deep.delta, deep.gamma, deep.vega, deep.theta]).toEqual([20, -1, 0, 0, 0]);
});

test('two boundaries are refused by name, and the tree prices them', () => {
  const between = { ...put, rate: -0.01, dividendYield: -0.04 };
  expect(() => americanPrice(between)).toThrow('exercised between two prices');
  expect(treePrice(between)).toBeGreaterThanOrEqual(europeanPrice(between) - 1e-3);
});

test('negative rates without early exercise give the European value', () => {
  const negative = { ...put, rate: -0.02, dividendYield: 0.01 };
  expect(americanPrice(negative)).toBe(europeanPrice(negative));
});

test('without chance the best certain exercise is taken', () => {
  // Interest lost on 120 against a share that melts at 50 % a year: best after ln(0.024)/−0.49 years.
  const melting = { ...put, spot: 100, strike: 120, rate: 0.01, dividendYield: 0.5, years: 40, vol: 0 };
  const time = Math.log(0.024) / -0.49;
  expect(americanPrice(melting)).toBeCloseTo(120 * Math.exp(-0.01 * time) - 100 * Math.exp(-0.5 * time), 10);
});

test('the tree takes a call before a cash dividend when the dividend is worth more than waiting', () => {
  const call = { ...put, right: 'call', spot: 50, strike: 40, years: 0.5 } as const;
  const dividends = [{ years: 0.25, amount: 5 }];
  const american = treePrice(call, { dividends });
  expect(american).toBeGreaterThan(treePrice(call, { dividends, style: 'european' }) + 1);
  expect(american).toBeLessThan(treePrice(call));
});

test('a dividend at once lowers the spot and one at the end raises the strike, where the whole share moves', () => {
  const call = { ...put, right: 'call', spot: 100, strike: 100, vol: 0.3 } as const;
  const at = (years: number, dividendModel: 'escrowed' | 'spot'): number =>
    treePrice(call, { dividends: [{ years, amount: 7 }], dividendModel, style: 'european', steps: 1001 });
  expect(at(1e-4, 'spot')).toBeCloseTo(europeanPrice({ ...call, spot: 93 }), 1);
  expect(at(1 - 1e-4, 'spot')).toBeCloseTo(europeanPrice({ ...call, strike: 107 }), 1);
  // Between the two: the same vol on more money is worth more.
  expect(at(0.5, 'spot')).toBeGreaterThan(at(0.5, 'escrowed') + 0.2);
  expect(at(2, 'spot')).toBeCloseTo(europeanPrice(call), 2);
});

test('put and call on a share that drops keep parity and slopes of one', () => {
  const tree = {
    dividends: [{ years: 0.3, amount: 4 }],
    dividendModel: 'spot',
    style: 'european',
    steps: 1001,
  } as const;
  const [call, other] = [treeValue({ ...put, right: 'call' }, tree), treeValue(put, tree)];
  const forward = put.spot - 4 * Math.exp(-0.06 * 0.3) - put.strike * Math.exp(-0.06);
  expect(call.value - other.value).toBeCloseTo(forward, 2);
  expect(call.delta - other.delta).toBeCloseTo(1, 3);
  expect(call.gamma).toBeCloseTo(other.gamma, 3);
});

test('both trees come near the closed form for European options', () => {
  const european = { ...put, dividendYield: 0.02 };
  const exact = europeanPrice(european);
  const tree = (kind: 'leisen-reimer' | 'cox-ross-rubinstein') =>
    treeValue(european, { kind, steps: 501, style: 'european' }).value;
  expect(Math.abs(tree('leisen-reimer') - exact)).toBeLessThan(2e-5);
  expect(Math.abs(tree('cox-ross-rubinstein') - exact)).toBeLessThan(5e-3);
});

test('two normals below their bounds: independent, alike and opposed', () => {
  // At the origin the probability is 1/4 + arcsin(ρ)/2π.
  for (const correlation of [-0.7, 0, 0.5, 0.8]) {
    const exact = 0.25 + Math.asin(correlation) / (2 * Math.PI);
    expect(new BivariateNormal(correlation, 20).below(0, 0)).toBeCloseTo(exact, 14);
  }
});

test('the table of joint odds is within 1e-7 of the integral, and right at its ends', () => {
  const [integral, table] = [new BivariateNormal(0.78, 20), new BivariateTable(0.78)];
  for (let a = -6.4; a < 6.5; a += 0.37) {
    for (let b = -6.4; b < 6.5; b += 0.41)
      expect(Math.abs(table.below(a, b) - integral.below(a, b))).toBeLessThan(1e-7);
  }
  expect(table.below(-9, 3)).toBe(0);
  expect(table.below(9, 9)).toBeCloseTo(1, 9);
});

test('published figures of the approximations come out of them', () => {
  const near = (actual: number, printed: number, tolerance: number): void =>
    expect(Math.abs(actual - printed)).toBeLessThan(tolerance);
  // Haug, 2nd ed., ch. 3: spot 42, strike 40, nine months, 4 %, cost of carry −4 %, 35 %.
  near(
    bjerksundStensland1993Price({
      ...put,
      right: 'call',
      spot: 42,
      years: 0.75,
      rate: 0.04,
      dividendYield: 0.08,
      vol: 0.35,
    }),
    5.2704,
    5e-5,
  );
  // Barone-Adesi and Whaley's futures table: spot 100, strike 100, six months, 10 %, 25 %.
  const future = { ...put, spot: 100, strike: 100, years: 0.5, rate: 0.1, dividendYield: 0.1, vol: 0.25 };
  near(baroneAdesiWhaleyPrice(future), 6.8014, 1e-3);
});

test('interest that outruns vol leaves a price near that of a put without an end, and finite greeks', () => {
  // QuantLib 1.44, QdFpAmericanEngine, FP_B with 40 tanh-sinh nodes; days ÷ 365.
  const rows = [
    ['put', 100, 730, 0.02, 0.25, -0.01, 0.0282884045],
    ['put', 100, 1825, 0.05, 0.07, -0.01, 0.5714453886],
    ['call', 100, 892, 0.1, -0.01, 0.25, 0.7012367396],
    ['put', 100, 120, 0.02, 0.053, -0.01, 0.1154052405],
    ['put', 100, 365, 0.132, 0.25, -0.02, 1.1656908141],
    ['put', 110, 3650, 2, 0.06, 0.02, 87.1197389733],
  ] as const;
  for (const [right, spot, days, vol, rate, dividendYield, expected] of rows) {
    const o: OptionInputs = { right, spot, strike: 100, years: days / 365, vol, rate, dividendYield };
    expect(Math.abs(americanPrice(o) - expected)).toBeLessThan(1e-7);
    const greeks = americanGreeks(new Greeks(), o);
    const step = 1e-4;
    const slope =
      (americanPrice({ ...o, spot: spot + step }) - americanPrice({ ...o, spot: spot - step })) / (2 * step);
    expect(greeks.delta).toBeCloseTo(slope, 4);
    for (const greek of Object.values(greeks)) expect(greek).toBeTypeOf('number');
    expect(Object.values(greeks).every(Number.isFinite)).toBe(true);
  }
});

test('a put without an end is worth what one with a long life is, on either side of where the one takes over', () => {
  const o: OptionInputs = { right: 'put', spot: 101, strike: 100, years: 1, vol: 0.05, rate: 0.09, dividendYield: 0 };
  const values = [8, 10, 12, 14, 16, 20, 40].map((years) => americanPrice({ ...o, years }));
  for (const [i, value] of values.entries()) {
    if (i > 0) expect(value - values[i - 1]).toBeGreaterThan(-1e-8);
    expect(Math.abs(value - values.at(-1)!)).toBeLessThan(1e-5);
  }
});

test('a call of ten years at a vol of 500 % is the mirrored put, and finite', () => {
  const call: OptionInputs = {
    right: 'call',
    spot: 83.14,
    strike: 100,
    years: 10,
    vol: 5,
    rate: -0.01,
    dividendYield: 0,
  };
  const mirrored: OptionInputs = { ...call, right: 'put', spot: 100, strike: 83.14, rate: 0, dividendYield: -0.01 };
  expect(americanPrice(call)).toBeCloseTo(americanPrice(mirrored), 9);
  expect(Object.values(americanGreeks(new Greeks(), call)).every(Number.isFinite)).toBe(true);
});

test('great vols, long lives and small rates that are nearly equal are within 5e-9 of the strike, or the spot', () => {
  // QuantLib 1.44, QdFpAmericanEngine, 48 tanh-sinh nodes of the boundary; its own answers with 27 differ by 1.6e-10.
  const rows = [
    [
      'put',
      1.0398528675956251,
      2.728055119337031,
      0.061652463940767115,
      6.61690264940262e-5,
      5.855934023857117e-5,
      0.02448851318423944,
    ],
    ['call', 1.4801, 0.011066, 1.9548, 0.00008, 0.00015, 0.48280456146477546],
    ['put', 0.62, 0.01, 4.3, 0.0312, 0.0231, 0.4022273497595127],
    ['put', 0.36, 15.25, 0.2884, 0.03216, 0.05197, 0.6443863989364228],
    ['call', 0.348, 0.0719, 3.93, 0.00107, 0.00127, 0.047290571320466525],
    ['call', 0.223, 0.447, 3.93, 0.00107, 0.00127, 0.1421693578308713],
    ['call', 1.74, 1.46, 0.522, 0.041, 0.1593, 0.74002113413156],
    ['put', 1, 5 / 365, 5, 0.05, 0, 0.2297882876907929],
    ['call', 0.95, 5 / 365, 5, 0.05, 0.08, 0.1999274319798434],
    ['put', 1.2, 30 / 365, 5, 0.1, 0.3, 0.4833993508868881],
    ['call', 9.84, 1.418, 1.2714, 0.0588, 0.0377, 8.848686820753834],
  ] as const;
  for (const [right, spot, years, vol, rate, dividendYield, expected] of rows) {
    const value = americanPrice({ right, spot, strike: 1, years, vol, rate, dividendYield });
    expect(Math.abs(value - expected) / Math.max(1, spot), `${right} ${spot} ${years}`).toBeLessThan(5e-9);
  }
});
