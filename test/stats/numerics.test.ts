/** The numbers under the numbers: sums, quantiles, distributions and regressions against published tables. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { correlationMatrix, covarianceMatrix } from '../../src/stats/covariance.ts';
import * as d from '../../src/stats/distributions.ts';
import { deviation, kurtosis, skewness, variance } from '../../src/stats/moments.ts';
import { quantile, type QuantileMethod } from '../../src/stats/quantile.ts';
import { annualVolatility, sharpe } from '../../src/stats/ratios.ts';
import { neweyWestErrors, regress } from '../../src/stats/regression.ts';
import { rolling, rollingSharpe, rollingVolatility } from '../../src/stats/rolling.ts';
import { minimize } from '../../src/stats/simplex.ts';
import { sum } from '../../src/stats/sum.ts';

const of = Float64Array.of.bind(Float64Array);

describe('sums and moments', () => {
  it('a sum keeps what a plain loop would lose', () => {
    expect(sum(of(1, 1e100, 1, -1e100))).toBe(2);
  });
  it('NaN values are missing, not noughts', () => {
    expect(sum(of(1, Number.NaN, 2))).toBe(3);
    expect(variance(of(1, Number.NaN, 3))).toBe(2);
  });
  it('a small spread on a large level keeps its digits', () => {
    const values = Float64Array.from({ length: 1001 }, (_, i) => 1e9 + (i % 2 === 0 ? 0.2 : 0.4));
    expect(deviation(values)).toBeCloseTo(0.1, 4);
  });
  it('unbiased shape is that of the spreadsheets', () => {
    // Microsoft's documentation of SKEW and KURT uses these numbers.
    const values = of(3, 4, 5, 2, 3, 4, 5, 6, 4, 7);
    expect(skewness(values, 'unbiased')).toBeCloseTo(0.359543071, 9);
    expect(kurtosis(values, 'unbiased')).toBeCloseTo(-0.151799637, 9);
  });
});

describe('quantiles', () => {
  const METHODS: Readonly<Partial<Record<QuantileMethod, number>>> = {
    // The 0.4 quantile of 15, 20, 35, 40, 50, by each definition of Hyndman and Fan worked out by hand.
    linear: 29,
    lower: 20,
    higher: 35,
    midpoint: 27.5,
    nearest: 35,
    'inverted-cdf': 20,
    'interpolated-inverted-cdf': 20,
    hazen: 27.5,
    weibull: 26,
    'median-unbiased': 27,
    'normal-unbiased': 27.125,
  };
  it.each(Object.entries(METHODS))('by %s the 0.4 quantile is %d', (method, expected) => {
    expect(quantile(of(50, 15, 40, 20, 35), 0.4, method as QuantileMethod)).toBeCloseTo(expected, 12);
  });
  it('selection finds what sorting finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, p) => {
          const sorted = Float64Array.from(values).sort();
          const position = p * (values.length - 1);
          const below = Math.floor(position);
          const above = Math.min(below + 1, values.length - 1);
          const expected = sorted[below] + (sorted[above] - sorted[below]) * (position - below);
          expect(quantile(Float64Array.from(values), p)).toBeCloseTo(expected, 9);
        },
      ),
    );
  });
});

describe('distributions', () => {
  it('the gamma function has the known values', () => {
    expect(d.logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 14);
    expect(d.logGamma(1)).toBeCloseTo(0, 14);
    expect(d.logGamma(171) / 706.5730622457874 - 1).toBeCloseTo(0, 14); // ln 170!
  });
  it('Student t with one and two degrees of freedom is elementary', () => {
    for (const t of [-30, -2, -0.3, 0.1, 1, 7, 1e4]) {
      expect(d.studentCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 13);
      expect(d.studentCdf(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 13);
    }
  });
  it.each([
    // Abramowitz and Stegun, table 26.10: upper 2.5 % points.
    { freedom: 1, t: 12.706 },
    { freedom: 5, t: 2.571 },
    { freedom: 10, t: 2.228 },
    { freedom: 30, t: 2.042 },
  ])('the 97.5 % point of t with $freedom degrees is $t', ({ freedom, t }) => {
    expect(d.studentInverse(0.975, freedom)).toBeCloseTo(t, 3);
  });
  it.each([
    // Abramowitz and Stegun, table 26.8: upper 5 % points.
    { freedom: 1, x: 3.84146 },
    { freedom: 5, x: 11.0705 },
    { freedom: 30, x: 43.773 },
  ])('the 95 % point of chi-square with $freedom degrees is $x', ({ freedom, x }) => {
    expect(Math.abs(d.chiSquareInverse(0.95, freedom) / x - 1)).toBeLessThan(1e-5);
  });
  it('chi-square with two degrees of freedom is an exponential, also far out', () => {
    for (const x of [0.01, 1, 20, 300]) expect(d.chiSquareTail(x, 2) / Math.exp(-x / 2) - 1).toBeCloseTo(0, 12);
  });
  it('quantile and cumulative are inverse to each other', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
        fc.integer({ min: 1, max: 200 }),
        (p, freedom) => {
          expect(d.studentCdf(d.studentInverse(p, freedom), freedom)).toBeCloseTo(p, 12);
          expect(d.chiSquareCdf(d.chiSquareInverse(p, freedom), freedom)).toBeCloseTo(p, 12);
        },
      ),
      { numRuns: 50 },
    );
  });
  it('the incomplete beta function is symmetric', () => {
    for (const x of [0.1, 0.5, 0.93]) {
      expect(d.incompleteBeta(x, 2.5, 7)).toBeCloseTo(1 - d.incompleteBeta(1 - x, 7, 2.5), 14);
      expect(d.incompleteBeta(x, 1, 1)).toBeCloseTo(x, 14);
    }
  });
});

describe('regression', () => {
  it('agrees with the certified values of NIST for the Norris data', () => {
    const y = of(
      0.1,
      338.8,
      118.1,
      888,
      9.2,
      228.1,
      668.5,
      998.5,
      449.1,
      778.9,
      559.2,
      0.3,
      0.1,
      778.1,
      668.8,
      339.3,
      448.9,
      10.8,
      557.7,
      228.3,
      998,
      888.8,
      119.6,
      0.3,
      0.6,
      557.6,
      339.3,
      888,
      998.5,
      778.9,
      10.2,
      117.6,
      228.9,
      668.4,
      449.2,
      0.2,
    );
    const x = of(
      0.2,
      337.4,
      118.2,
      884.6,
      10.1,
      226.5,
      666.3,
      996.3,
      448.6,
      777,
      558.2,
      0.4,
      0.6,
      775.5,
      666.9,
      338,
      447.5,
      11.6,
      556,
      228.1,
      995.8,
      887.6,
      120.2,
      0.3,
      0.3,
      556.8,
      339.1,
      887.2,
      999,
      779,
      11.1,
      118.3,
      229.2,
      669.1,
      448.9,
      0.5,
    );
    const fit = regress(y, [x]);
    expect(fit?.coefficients[0]).toBeCloseTo(-0.262323073774029, 11);
    expect(fit?.coefficients[1]).toBeCloseTo(1.00211681802045, 12);
    expect(fit?.standardErrors[0]).toBeCloseTo(0.232818234301152, 11);
    expect(fit?.standardErrors[1]).toBeCloseTo(0.429796848199937e-3, 13);
    expect(fit?.rSquared).toBeCloseTo(0.999993745883712, 13);
  });
  it('columns that depend on each other have no answer', () => {
    expect(regress(of(1, 2, 4, 3, 7), [of(1, 2, 3, 4, 5), of(2, 4, 6, 8, 10)])).toBeUndefined();
  });
  it('without lags the robust errors are those of White', () => {
    const x = of(1, 2, 3, 4, 5, 6);
    const fit = regress(of(1, 2, 2.5, 4.5, 4, 7), [x]);
    if (fit === undefined) throw new Error('the columns are independent');
    const squares = x.map((value, i) => (value - 3.5) ** 2 * fit.residuals[i] ** 2);
    expect(neweyWestErrors(fit, [x], 0)[1]).toBeCloseTo(Math.sqrt(sum(squares)) / 17.5, 12);
  });
});

describe('matrices, windows and minima', () => {
  it('a correlation is a covariance of standardised series', () => {
    const columns = [of(1, 2, 4, 3), of(2, 1, 5, 6), of(-1, 0, 2, 9)];
    const covariance = covarianceMatrix(columns);
    const correlation = correlationMatrix(columns);
    expect(correlation[1]).toBeCloseTo(covariance[1] / Math.sqrt(covariance[0] * covariance[4]), 14);
    expect(correlation[0]).toBe(1);
  });
  it('sliding windows give what each window gives alone', () => {
    const random = new Random(3);
    const returns = Float64Array.from({ length: 500 }, (_, i) => (i % 97 === 5 ? Number.NaN : random.normal() * 0.01));
    const slow = rolling(returns, 63, (window) => sharpe(window));
    const fast = rollingSharpe(returns, 63);
    const spread = rollingVolatility(returns, 63);
    expect(fast.length).toBe(438);
    for (let i = 0; i < fast.length; i++) {
      expect(fast[i]).toBeCloseTo(slow[i], 9);
      expect(spread[i]).toBeCloseTo(annualVolatility(returns.subarray(i, i + 63)), 12);
    }
  });
  it("the simplex finds the bottom of Rosenbrock's valley", () => {
    const found = minimize(([x, y]) => 100 * (y - x * x) ** 2 + (1 - x) ** 2, [-1.2, 1]);
    expect(found.converged).toBe(true);
    expect(found.point[0]).toBeCloseTo(1, 3);
    expect(found.point[1]).toBeCloseTo(1, 3);
  });
});
