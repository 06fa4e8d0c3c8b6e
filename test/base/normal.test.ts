/** Φ and its relatives against 40-digit values, on both sides of every switch of method. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  erf,
  erfc,
  normalCdf,
  normalInverse,
  normalLogCdf,
  normalPdf,
  normalTailRatio,
} from '../../src/base/normal.ts';

const EPSILON = 1e-15;

/** x, Φ(x), φ(x), ln Φ(x), computed with 40 digits and rounded to 18. */
const VALUES: readonly (readonly [number, number, number, number])[] = [
  [-37.0, 5.725571222524577e-300, 2.1200065515246056e-298, -689.0305855768906],
  [-20.0, 2.7536241186062337e-89, 5.520948362159764e-88, -203.91715537109727],
  [-8.5, 9.479534822203318e-18, 8.16623563166955e-17, -39.19739642821767],
  [-5.75, 4.462172453901612e-9, 2.6392432035705732e-8, -19.227630092220455],
  [-5.5, 1.8989562465887718e-8, 1.0769760042543276e-7, -17.77937635262526],
  [-3.0, 0.0013498980316300946, 0.0044318484119380075, -6.607726221510349],
  [-0.75, 0.2266273523768682, 0.3011374321548044, -1.4844482299196562],
  [-0.625, 0.26598552904870054, 0.328160968550375, -1.3243133737528388],
  [-0.0009765625, 0.4996104079912195, 0.39894209017097476, -0.6939266682991533],
  [0.25, 0.5987063256829237, 0.38666811680284924, -0.5129840754094305],
  [0.75, 0.7733726476231318, 0.3011374321548044, -0.25699426683836524],
  [2.0, 0.9772498680518208, 0.05399096651318805, -0.023012909328963486],
  [6.0, 0.9999999990134123, 6.075882849823285e-9, -9.865876455243758e-10],
];

/** x, erfc(x), erf(x). */
const ERROR_FUNCTION: readonly (readonly [number, number, number])[] = [
  [-3.0, 1.9999779095030015, -0.9999779095030014],
  [0.25, 0.7236736098317631, 0.27632639016823696],
  [0.5, 0.4795001221869535, 0.5204998778130465],
  [1.0, 0.15729920705028513, 0.8427007929497149],
  [3.5, 7.430983723414128e-7, 0.9999992569016276],
  [6.0, 2.1519736712498913e-17, 1],
  [26.0, 5.663192408856143e-296, 1.0],
];

function relative(actual: number, expected: number): number {
  return Math.abs(actual / expected - 1);
}

test('Φ, φ, ln Φ and the tail ratio are right to 1e-15 of their value, tails included', () => {
  for (const [x, cdf, pdf, log] of VALUES) {
    expect(relative(normalCdf(x), cdf), `Φ(${x})`).toBeLessThan(EPSILON);
    expect(relative(normalPdf(x), pdf), `φ(${x})`).toBeLessThan(EPSILON);
    expect(relative(normalLogCdf(x), log), `ln Φ(${x})`).toBeLessThan(EPSILON);
    expect(relative(normalTailRatio(x), cdf / pdf), `Φ/φ(${x})`).toBeLessThan(2 * EPSILON);
  }
});

test('erfc and erf are right to 1e-15 of their value, tails included', () => {
  for (const [x, complementary, direct] of ERROR_FUNCTION) {
    expect(relative(erfc(x), complementary), `erfc(${x})`).toBeLessThan(EPSILON);
    expect(relative(erf(x), direct), `erf(${x})`).toBeLessThan(EPSILON);
  }
});

test('the ends are what they must be', () => {
  expect(normalCdf(-50)).toBe(0);
  expect(normalCdf(50)).toBe(1);
  expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(normalCdf(Number.NaN)).toBeNaN();
  expect(normalInverse(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(normalInverse(1)).toBe(Number.POSITIVE_INFINITY);
  expect(normalInverse(-0.1)).toBeNaN();
  expect(normalInverse(0.5)).toBe(0);
});

test('the inverse undoes Φ from 1e-280 to one half', () => {
  fc.assert(
    fc.property(fc.double({ min: -280, max: Math.log10(0.5), noNaN: true }), (exponent) => {
      const probability = 10 ** exponent;
      const x = normalInverse(probability);
      // An error of one unit in x moves Φ by x·φ/Φ units.
      expect(relative(normalCdf(x), probability)).toBeLessThan(1e-15 + 3e-16 * (x * x + 1));
    }),
  );
});

test('Φ(x) and Φ(−x) add to one', () => {
  fc.assert(
    fc.property(fc.double({ min: -40, max: 40, noNaN: true }), (x) => {
      expect(Math.abs(normalCdf(x) + normalCdf(-x) - 1)).toBeLessThan(4e-16);
    }),
  );
});
