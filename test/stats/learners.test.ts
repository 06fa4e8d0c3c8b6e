/** Learners, shrinkage and unit roots: their defining conditions, on made series whose answer is known. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { eigenSymmetric } from '../../src/stats/eigen.ts';
import { isotonic, isotonicValue } from '../../src/stats/learners/isotonic.ts';
import { elasticNet, explained, predict, ridge, ridgeBlend } from '../../src/stats/learners/linear.ts';
import { averageRanks, classifierScores, logistic, probability } from '../../src/stats/learners/logistic.ts';
import { expandingSplits, fitScaler, folds, scale } from '../../src/stats/learners/scaler.ts';
import { regressionTree, treeValue } from '../../src/stats/learners/tree.ts';
import { regress } from '../../src/stats/regression.ts';
import { autocorrelation, jarqueBera, ljungBox } from '../../src/stats/series/autocorrelation.ts';
import { cointegration, dickeyFuller, halfLife } from '../../src/stats/series/unit-root.ts';
import {
  alphaOfHalfLife,
  alphaOfSpan,
  exponentialCovariance,
  ledoitWolf,
  oracleApproximating,
} from '../../src/stats/shrinkage.ts';

const of = Float64Array.of.bind(Float64Array);
const normals = (random: Random, n: number): Float64Array => Float64Array.from({ length: n }, () => random.normal());

function cumulative(values: Float64Array): Float64Array {
  let level = 0;
  return values.map((value) => (level += value));
}

describe('linear learners', () => {
  const random = new Random(1);
  const columns = [normals(random, 200), normals(random, 200), normals(random, 200)];
  const y = columns[0].map((value, i) => 0.5 + 2 * value - columns[1][i] + 0.1 * random.normal());

  it('ridge without a penalty is least squares', () => {
    const held = ridge(columns, y, 0);
    const free = regress(y, columns);
    expect(held.intercept).toBeCloseTo(free?.coefficients[0] ?? Number.NaN, 12);
    held.coefficients.forEach((value, j) => expect(value).toBeCloseTo(free?.coefficients[j + 1] ?? Number.NaN, 12));
  });
  it('a larger penalty gives smaller coefficients', () => {
    const size = (alpha: number): number => Math.hypot(...ridge(columns, y, alpha).coefficients);
    expect(size(100)).toBeLessThan(size(10));
  });
  it('lasso drops what does not earn its keep', () => {
    const { coefficients } = elasticNet(columns, y, 0.2, 1);
    expect(coefficients[2]).toBe(0);
    expect(coefficients[0]).toBeGreaterThan(1.5);
  });
  it('the elastic net meets the conditions of its minimum', () => {
    const [alpha, share] = [0.05, 0.4];
    const model = elasticNet(columns, y, alpha, share);
    const residual = predict(model, columns).map((value, i) => y[i] - value);
    columns.forEach((column, j) => {
      const pull = column.reduce((total, value, i) => total + value * residual[i], 0) / y.length;
      const w = model.coefficients[j];
      if (w === 0) expect(Math.abs(pull)).toBeLessThanOrEqual(alpha * share);
      else expect(pull).toBeCloseTo(alpha * share * Math.sign(w) + alpha * (1 - share) * w, 10);
    });
    expect(explained(y, predict(model, columns))).toBeGreaterThan(0.9);
  });
  it('two signals that say the same share the weight of one', () => {
    const twins = ridgeBlend(of(1, 1, 1, 1), of(0.1, 0.1), 0.1);
    expect(twins[0]).toBeCloseTo(twins[1], 12);
    expect(twins[0] + twins[1]).toBeCloseTo(0.2 / 2.1, 12);
  });
});

describe('scaling and splitting without leakage', () => {
  it('test rows do not move what was learned from training rows', () => {
    const scaler = fitScaler([of(1, 2, 3)]);
    expect(scale(scaler, [of(2, 1000)])[0][0]).toBe(0);
  });
  it('training always ends before testing begins, with the gap between', () => {
    for (const { train, test } of expandingSplits(103, 5, 3)) {
      expect(train.to + 3).toBe(test.from);
      expect(test.to).toBeLessThanOrEqual(103);
    }
    expect(expandingSplits(103, 5).at(-1)?.test.to).toBe(103);
  });
  it('folds cover every row once', () => {
    expect(folds(10, 4)).toEqual([{ from: 0, to: 3 }, { from: 3, to: 6 }, { from: 6, to: 8 }, { from: 8, to: 10 }]); // prettier-ignore
  });
});

describe('classifiers and trees', () => {
  const random = new Random(2);
  const x = [normals(random, 400)];
  const labels = x[0].map((value) => (random.uniform() < 1 / (1 + Math.exp(-2 * value)) ? 1 : 0));

  it('the slope of the penalised likelihood is nought at the logistic minimum', () => {
    const model = logistic(x, labels, 1);
    const errors = probability(model, x).map((p, i) => p - labels[i]);
    expect(errors.reduce((total, error) => total + error, 0)).toBeCloseTo(0, 9);
    const slope = errors.reduce((total, error, i) => total + error * x[0][i], 0) + model.coefficients[0];
    expect(slope).toBeCloseTo(0, 9);
  });
  it('scores of a perfect and of a reversed classifier are the ends of the scale', () => {
    const truth = of(0, 0, 1, 1);
    expect(classifierScores(truth, of(0.1, 0.2, 0.8, 0.9))).toMatchObject({
      areaUnderCurve: 1,
      accuracy: 1,
      matthews: 1,
    });
    expect(classifierScores(truth, of(0.9, 0.8, 0.2, 0.1))).toMatchObject({ areaUnderCurve: 0, matthews: -1 });
  });
  it('equal values share their rank', () => {
    expect([...averageRanks(of(3, 1, 3, 2))]).toEqual([3.5, 1, 3.5, 2]);
  });
  it('isotonic regression pools what falls and never falls itself', () => {
    const curve = isotonic(of(1, 2, 3, 4), of(1, 3, 2, 4));
    expect([...curve.y]).toEqual([1, 2.5, 2.5, 4]);
    expect(isotonicValue(curve, 1.5)).toBeCloseTo(1.75, 12);
    expect([isotonicValue(curve, 0), isotonicValue(curve, 9)]).toEqual([1, 4]);
  });
  it('a tree finds the one question that matters', () => {
    const tree = regressionTree([of(5, 1, 4, 2), of(1, 2, 3, 4)], of(0, 0, 1, 1), 1);
    expect(tree.split).toMatchObject({ feature: 1, threshold: 2.5 });
    expect(treeValue(tree, [0, 3])).toBe(1);
  });
  it('a tree does not split what is all the same', () => {
    expect(regressionTree([of(1, 1, 1)], of(1, 2, 3), 3).split).toBeUndefined();
  });
});

describe('components and covariances', () => {
  it('eigenvectors reproduce the matrix', () => {
    const matrix = of(4, 1, 0.5, 1, 3, -0.7, 0.5, -0.7, 2);
    const { values, vectors } = eigenSymmetric(matrix, 3);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const back = vectors.reduce((total, vector, k) => total + values[k] * vector[i] * vector[j], 0);
        expect(back).toBeCloseTo(matrix[i * 3 + j], 13);
      }
    }
  });
  it('shrinking keeps the sum of the variances and stays between sample and target', () => {
    const random = new Random(5);
    const columns = Array.from({ length: 5 }, () => normals(random, 30));
    for (const { shrinkage, matrix } of [ledoitWolf(columns), oracleApproximating(columns)]) {
      expect(shrinkage).toBeGreaterThan(0);
      expect(shrinkage).toBeLessThanOrEqual(1);
      const trace = [0, 1, 2, 3, 4].reduce((total, i) => total + matrix[i * 6], 0);
      const sample = columns.reduce((total, column) => {
        const average = column.reduce((a, b) => a + b) / 30;
        return total + column.reduce((square, value) => square + (value - average) ** 2, 0) / 30;
      }, 0);
      expect(trace).toBeCloseTo(sample, 12);
    }
  });
  it('half-life and span are two names of one smoothing', () => {
    expect(alphaOfSpan(3)).toBe(0.5);
    expect(alphaOfHalfLife(1)).toBe(0.5);
    // Weights ¼, ½, 1 on 0, 0, 1: mean 4/7, corrected variance (12/49)·(49/28).
    expect(exponentialCovariance([of(0, 0, 1)], 0.5)[0]).toBeCloseTo(12 / 28, 12);
  });
});

describe('series that come back', () => {
  const random = new Random(7);
  const steps = normals(random, 1000);

  it('a random walk is not refuted and its steps are', () => {
    expect(dickeyFuller(cumulative(steps), 2).pValue).toBeGreaterThan(0.05);
    expect(dickeyFuller(steps, 2).pValue).toBeLessThan(1e-6);
  });
  it('the p-value at a critical value is its own level', () => {
    const { critical } = dickeyFuller(cumulative(normals(random, 5000)), 0);
    expect(critical[0]).toBeCloseTo(-3.43, 2);
    expect(critical[1]).toBeCloseTo(-2.86, 2);
    expect(critical[2]).toBeCloseTo(-2.57, 2);
  });
  it('two prices with a common trend belong together, two strangers do not', () => {
    const trend = cumulative(steps);
    const twin = trend.map((value) => 2 + 0.5 * value + random.normal());
    const found = cointegration(twin, trend);
    expect(found.pValue).toBeLessThan(0.001);
    expect(found.hedgeRatio).toBeCloseTo(0.5, 1);
    expect(cointegration(cumulative(normals(random, 1000)), trend).pValue).toBeGreaterThan(0.05);
  });
  it('a deviation that halves each step has a half-life of −ln 2 / −½ by the linear rule', () => {
    let level = 1;
    const path = Float64Array.from({ length: 20 }, () => (level *= 0.5));
    expect(halfLife(path)).toBeCloseTo(Math.LN2 / 0.5, 12);
    expect(halfLife(of(1, 2, 4, 8))).toBe(Number.POSITIVE_INFINITY);
  });
  it('noise has no memory and is normal; its cube is not', () => {
    expect(Math.abs(autocorrelation(steps, 1)[0])).toBeLessThan(0.1);
    expect(ljungBox(steps, 10).pValue).toBeGreaterThan(0.01);
    expect(jarqueBera(steps).pValue).toBeGreaterThan(0.01);
    expect(jarqueBera(steps.map((value) => value ** 3)).pValue).toBeLessThan(1e-12);
    expect(ljungBox(cumulative(steps), 5).pValue).toBe(0);
  });
});
