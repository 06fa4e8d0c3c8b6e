/** The parts of a sweep that need no engine: conditions, axes, points, sums. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { choice, real, whole } from '../../src/engine/strategy/parameters.ts';
import { readAxis, variesText } from '../../src/research/sweep/axis.ts';
import { parseExpression } from '../../src/research/sweep/expression.ts';
import { latinPoints } from '../../src/research/sweep/latin.ts';
import { gridPoints, randomPoints, readWhere, type Admission } from '../../src/research/sweep/points.ts';
import { proposePoints } from '../../src/research/sweep/tpe.ts';
import { readObjective, turnedRound } from '../../src/research/sweep/ranking.ts';
import { momentsPerTrial, trialStatistics, TrialSums } from '../../src/research/sweep/trial-sums.ts';
import { SweepJudge } from '../../src/stats/index.ts';

const specs = { fast: whole(5, { max: 100 }), share: real(0.5, { min: 0, max: 2 }), kind: choice('a', ['a', 'b']) };
const free: Admission = { fixed: {}, where: [], refuses: () => undefined };

describe('a condition', () => {
  const holds = (text: string, scope: Record<string, number | string> = {}): boolean =>
    parseExpression(text, Object.keys(scope), 'where').holds((name) => scope[name]);

  test.each([
    ['1 + 2 * 3 == 7', true],
    ['(1 + 2) * 3 == 9', true],
    ['-2 * -3 == 6', true],
    ['7 % 4 == 3', true],
    ['1 < 2 < 3', true],
    ['1 < 3 < 2', false],
    ['1 > 2 or 2 > 1 and 1 > 2', false],
    ['not 1 > 2 and true', true],
    ["'a' == 'a'", true],
    ["'1' == 1", false],
    ['1e3 == 1000', true],
    ['.5 * 2 == 1', true],
    ['1 / 0 > 5', true],
  ])('%s is %s', (text, value) => expect(holds(text)).toBe(value));

  test('compares names, and does not hold where a name has no value', () => {
    expect(holds('fast < slow', { fast: 3, slow: 5 })).toBe(true);
    expect(parseExpression('fast < 5', ['fast'], 'where').holds(() => undefined)).toBe(false);
  });

  test.each(['', 'fast <', '(fast < 5', 'fast < 5)', 'fast ; 5', 'fast.constructor', 'fast(1)', 'and 5', '5 5'])(
    '%j is refused with its place',
    (text) => expect(() => parseExpression(text, ['fast'], 'where')).toThrow(/where/),
  );

  test.each(['fast + 1', '5', "'a'", '-fast', '(fast * 2)', 'fast', '(fast)'])(
    '%j compares nothing and would never hold, so it is refused',
    (text) => {
      const parsing = () => parseExpression(text, ['fast', 'lazy'], 'where', ['fast']);
      expect(parsing).toThrow('is no condition');
    },
  );

  test('may be a name alone, where that says yes or no', () => {
    const lazy = parseExpression('lazy', ['fast', 'lazy'], 'where', ['fast']);
    expect([lazy.holds(() => true), lazy.holds(() => false)]).toEqual([true, false]);
  });

  test('never does more than say yes or no, whatever is written', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        let value: unknown;
        try {
          value = parseExpression(text, ['a'], 'where').holds(() => 1);
        } catch (error) {
          expect((error as Error).name).toBe('Fault');
          return;
        }
        expect(typeof value).toBe('boolean');
      }),
    );
  });
});

describe('an axis', () => {
  test.each([
    ['fast', '2..5', [2, 3, 4, 5]],
    ['fast', '2..9/3', [2, 5, 8]],
    ['fast', '1,2,5,2', [1, 2, 5]],
    ['share', '0.1..0.4/0.1', [0.1, 0.2, 0.3, 0.4]],
    ['share', '0.1..0.4', []],
    ['kind', 'a,b', ['a', 'b']],
    ['kind', ['b'], ['b']],
  ] as const)('%s=%s has the values %j', (name, text, values) => {
    expect(readAxis(name, text, specs, '').values).toEqual(values);
  });

  test.each([
    ['fast', '0..5', /at least 1|1 … 100/],
    ['fast', '2..5/0.5', /whole number/],
    ['kind', 'a..b', /kind/],
    ['kind', 'a,c', /a \| b/],
    ['share', '0..1/0', /step/],
    ['share', '0..2/0.0000001', /at most 1000000/],
  ])('%s=%s is refused', (name, text, message) => expect(() => readAxis(name, text, specs, '')).toThrow(message));

  test('is told from a fixed value by its text', () => {
    expect(['2..5', '1,2', '0.5..1/0.1', '10..20/-2', '-1..2 step 5'].every(variesText)).toBe(true);
    expect(['5', 'word', '-1.5', 'a.b', '../prices', 'a..b'].some(variesText)).toBe(false);
  });
});

test('a grid has every combination once, the last axis changing fastest', () => {
  const axes = [readAxis('fast', '1,2', specs, ''), readAxis('kind', 'a,b', specs, '')];
  const { points } = gridPoints(axes, free, 10);
  const all = Array.from({ length: points.count }, (_, i) => points.at(i));
  expect(all).toEqual([
    { fast: 1, kind: 'a' },
    { fast: 1, kind: 'b' },
    { fast: 2, kind: 'a' },
    { fast: 2, kind: 'b' },
  ]);
});

test('a Latin hypercube visits every part of every axis once', () => {
  const axes = [readAxis('fast', '1..50', specs, ''), readAxis('share', '0..2', specs, '')];
  const { points } = latinPoints(axes, free, 50, new Random(3));
  const all = Array.from({ length: points.count }, (_, i) => points.at(i));
  expect(new Set(all.map(({ fast }) => fast)).size).toBe(50);
  expect(new Set(all.map(({ share }) => Math.floor(Number(share) * 25))).size).toBe(50);
});

describe('a Latin hypercube under conditions', () => {
  const named = { fast: specs.fast, slow: specs.fast, third: specs.fast, share: specs.share };
  const conditioned = (...where: string[]): Admission => ({ ...free, where: readWhere(where, named, '') });
  const axesOf = (texts: Readonly<Record<string, string>>) =>
    Object.entries(texts).map(([name, text]) => readAxis(name, text, named, ''));
  const drawn = (texts: Readonly<Record<string, string>>, where: readonly string[], count: number, seed = 3) => {
    const { points, empty } = latinPoints(axesOf(texts), conditioned(...where), count, new Random(seed));
    const all = Array.from({ length: points.count }, (_, i) => points.at(i) as Record<string, number>);
    return { all, empty };
  };

  test.each([
    ['with the same range for both', { fast: '2..100', slow: '2..100' }, ['fast < slow'], 50],
    ['with more points than values', { fast: '2..100', slow: '2..100' }, ['fast < slow'], 400],
    ['where only a band is left', { fast: '2..100', slow: '2..100' }, ['fast < slow', 'slow - fast < 4'], 80],
    ['of three axes', { fast: '1..40', slow: '1..40', third: '1..25' }, ['fast < slow', 'slow < third + 20'], 90],
  ])('visits every part of every axis once, none twice: %s', (_, texts, where, count) => {
    const { all, empty } = drawn(texts, where, count);
    expect(empty).toEqual([]);
    expect(new Set(all.map((point) => JSON.stringify(point))).size).toBe(count);
    const { points } = gridPoints(axesOf(texts), conditioned(...where), 1e6);
    const admitted = Array.from({ length: points.count }, (_point, i) => points.at(i) as Record<string, number>);
    for (const name of Object.keys(texts)) {
      const inOrder = admitted.map((point) => point[name]).sort((a, b) => a - b);
      // One point in each part: the next in order lies in the next part.
      all
        .map((point) => point[name])
        .sort((a, b) => a - b)
        .forEach((value, part) => {
          const at = (share: number): number => inOrder[Math.floor((share * inOrder.length) / count)];
          expect(value).toBeGreaterThanOrEqual(at(part));
          expect(value).toBeLessThanOrEqual(at(part + 1 - 1e-9));
        });
    }
  });

  test('spreads over all that is admitted, and not along its edge', () => {
    const { all } = drawn({ fast: '2..100', slow: '2..100' }, ['fast < slow'], 200);
    const gaps = all.map(({ fast, slow }) => slow - fast);
    // Of all pairs the mean is a third of 100; the quarters of their gaps end at 13.5, 29.5 and 49.5.
    const quarter = (from: number, to: number): number => gaps.filter((gap) => gap > from && gap <= to).length;
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / 200).toBeCloseTo(100 / 3, -0.5);
    for (const part of [quarter(0, 13), quarter(13, 29), quarter(29, 49), quarter(49, 98)]) {
      expect(part).toBeGreaterThan(35);
      expect(part).toBeLessThan(65);
    }
  });

  test('leaves axes alone of which no condition speaks', () => {
    const texts = { fast: '2..100', slow: '2..100', share: '0..2' };
    const { all } = drawn(texts, ['fast < slow'], 50);
    expect(new Set(all.map(({ share }) => Math.floor(share * 25))).size).toBe(50);
  });

  test('is the same for the same seed, and another for another', () => {
    const texts = { fast: '2..100', slow: '2..100', share: '0..2' };
    expect(drawn(texts, ['fast < slow'], 40, 5)).toEqual(drawn(texts, ['fast < slow'], 40, 5));
    expect(drawn(texts, ['fast < slow'], 40, 5)).not.toEqual(drawn(texts, ['fast < slow'], 40, 6));
  });

  test('names the part that no admitted point can visit together with the others', () => {
    const odd = ['(fast + slow + third) % 2 == 1'];
    const { all, empty } = drawn({ fast: '1,2', slow: '1,2', third: '1,2' }, odd, 2);
    expect(all).toHaveLength(2);
    expect(all.every(({ fast, slow, third }) => (fast + slow + third) % 2 === 1)).toBe(true);
    expect(empty).toHaveLength(1);
    const [{ axis, from, to }] = empty as [{ axis: string; from: number; to: number }];
    expect(from).toBe(to);
    expect(all.map((point) => point[axis])).not.toContain(from);
  });

  test('has every point once where there are no more than were asked for', () => {
    expect(drawn({ fast: '1..5', slow: '1..5' }, ['fast < slow'], 20).all).toHaveLength(10);
  });
});

test('a sampler that learns comes closer to a hill than chance does, in the middle of many tries', () => {
  const axes = [readAxis('fast', '1..100', specs, ''), readAxis('share', '0..2', specs, '')];
  const height = (point: Record<string, unknown>): number =>
    -(((Number(point['fast']) - 70) / 100) ** 2) - (Number(point['share']) - 0.4) ** 2;
  const highest = (count: number, at: (index: number) => Record<string, unknown>): number =>
    Math.max(...Array.from({ length: count }, (_, i) => height(at(i))));
  const learned = (seed: number): number => {
    const first = latinPoints(axes, free, 20, new Random(seed)).points;
    const told = Array.from({ length: 20 }, (_, i) => ({ parameters: first.at(i), score: height(first.at(i)) }));
    for (let round = 0; round < 10; round++) {
      for (const parameters of proposePoints(axes, free, told, 8, new Random(100 * seed + round))) {
        told.push({ parameters, score: height(parameters) });
      }
    }
    return highest(100, (i) => told[i].parameters);
  };
  const chance = (seed: number): number => {
    const { points } = randomPoints(axes, free, 100, new Random(seed));
    return highest(100, (i) => points.at(i));
  };
  const middle = (of: (seed: number) => number): number =>
    Array.from({ length: 41 }, (_, seed) => of(seed)).sort((a, b) => a - b)[20];
  expect(middle(learned)).toBeGreaterThan(middle(chance));
});

test('trials that never traded are one attempt, and do not narrow the spread that luck is measured by', () => {
  const periods = 320;
  const statistics = (flat: number) => {
    const random = new Random(5);
    const trials = Array.from({ length: 12 }, () =>
      Float64Array.from({ length: periods }, () => random.normal() / 100),
    );
    for (let i = 0; i < flat; i++) trials.push(new Float64Array(periods));
    const width = momentsPerTrial(16);
    const moments = new Float64Array(width * trials.length);
    const sums = new TrialSums(periods, 16);
    trials.forEach((returns, i) => sums.add(returns, moments, i * width));
    return trialStatistics(sums, moments);
  };
  const [alone, among] = [statistics(0), statistics(500)];
  expect(among.trials).toBe(512);
  expect(among.effectiveTrials).toBe(alone.effectiveTrials + 1);
  expect(among.sharpeDeviation).toBe(alone.sharpeDeviation);
  expect(among.meanCorrelation).toBe(alone.meanCorrelation);
});

test('sums made in any order, by any number of players, are those of one, and say what the judge of trials says', () => {
  const random = new Random(5);
  const periods = 320;
  const trials = Array.from({ length: 12 }, () => Float64Array.from({ length: periods }, () => random.normal() / 100));
  trials[3] = new Float64Array(periods);
  const width = momentsPerTrial(16);
  const moments = new Float64Array(width * trials.length);
  const [left, right] = [new TrialSums(periods, 16), new TrialSums(periods, 16)];
  const one = new TrialSums(periods, 16);
  trials.forEach((returns, i) => one.add(returns, moments, i * width));
  trials
    .map((returns, i) => [returns, i] as const)
    .toReversed()
    .forEach(([returns, i]) => (i % 2 === 0 ? left : right).add(returns, moments, i * width));
  left.merge(right.total);
  expect(left.total).toEqual(one.total);
  const judge = new SweepJudge(periods);
  for (const returns of trials) judge.add(returns);
  const odds = judge.odds()!;
  const statistics = trialStatistics(one, moments);
  expect(statistics.effectiveTrials).toBe(Math.min(12, odds.effectiveTrials));
  expect(statistics.overfitting).toEqual(odds.overfitting);
});

test('an objective that is turned against what is better says so, because a drawdown is a negative number', () => {
  const said = (text: string) => turnedRound(readObjective(text, 'sweep.objective'));
  expect(said('-maxDrawdown')).toContain('looks for the worst maxDrawdown, of which more is better');
  expect(said('+annualVolatility')).toContain('for the best leave out the +');
  expect(['maxDrawdown', '+sharpe', 'annualVolatility', '-turnover'].map(said)).toEqual(Array(4).fill(undefined));
});
