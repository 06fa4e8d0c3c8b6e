/** The odds of luck: noise must look like noise, planted skill like skill, and worked examples come out. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { CrossValidatedTrials } from '../../src/stats/overfitting/backtest-overfitting.ts';
import { stationaryBootstrap } from '../../src/stats/overfitting/bootstrap.ts';
import { correctedPValues, haircutSharpe } from '../../src/stats/overfitting/haircut.ts';
import { monteCarlo } from '../../src/stats/overfitting/monte-carlo.ts';
import { neighbourhood } from '../../src/stats/overfitting/neighbourhood.ts';
import { realityCheck } from '../../src/stats/overfitting/reality-check.ts';
import {
  expectedMaximumNormal,
  minimumBacktestYears,
  minimumTrackRecord,
  probabilisticSharpe,
} from '../../src/stats/overfitting/sharpe-odds.ts';
import { SweepJudge } from '../../src/stats/overfitting/sweep-odds.ts';
import { clusteredTrials, TrialCorrelation } from '../../src/stats/overfitting/trials.ts';
import { verdict } from '../../src/stats/overfitting/verdict.ts';

const of = Float64Array.of.bind(Float64Array);

/** Noise, with a drift for those that have skill. */
function noise(random: Random, periods: number, drift = 0): Float64Array {
  return Float64Array.from({ length: periods }, () => drift + random.normal() * 0.01);
}

describe('Sharpe odds', () => {
  it('the minimum track record is the length at which the probability reaches the confidence', () => {
    const shape = { sharpe: 0.1, skewness: -0.7, kurtosis: 6 };
    const periods = minimumTrackRecord({ ...shape, periods: 1 }, 0.03, 0.9);
    expect(probabilisticSharpe({ ...shape, periods }, 0.03)).toBeCloseTo(0.9, 12);
  });
  it('one attempt needs no allowance', () => {
    expect(expectedMaximumNormal(1)).toBe(0);
  });
  it('45 attempts in five years are enough to show an annual Sharpe ratio of one by luck', () => {
    // Bailey, Borwein, López de Prado, Zhu (2014): "no more than 45 independent model configurations".
    expect(minimumBacktestYears(45)).toBeGreaterThan(4.7);
    expect(minimumBacktestYears(45)).toBeLessThan(5.2);
  });
});

describe('probability of backtest overfitting', () => {
  it('is about one half for noise', () => {
    const random = new Random(11);
    const trials = new CrossValidatedTrials(1600, 10);
    for (let i = 0; i < 40; i++) trials.add(noise(random, 1600));
    const { probability, splits } = trials.result();
    expect(splits).toBe(252);
    expect(probability).toBeGreaterThan(0.25);
    expect(probability).toBeLessThan(0.8);
  });
  it('is nought when one trial has real skill', () => {
    const random = new Random(12);
    const trials = new CrossValidatedTrials(1600, 10);
    for (let i = 0; i < 40; i++) trials.add(noise(random, 1600, i === 7 ? 0.005 : 0));
    expect(trials.result().probability).toBe(0);
  });
  it('a trial that never traded neither wins nor stops the others', () => {
    const random = new Random(13);
    const trials = new CrossValidatedTrials(160, 4);
    trials.add(new Float64Array(160));
    trials.add(noise(random, 160, 0.01));
    expect(trials.result().probability).toBe(0);
  });
});

describe('independent trials', () => {
  it('copies count as one, strangers as many', () => {
    const random = new Random(5);
    const same = noise(random, 500);
    const copies = new TrialCorrelation(500);
    const strangers = new TrialCorrelation(500);
    for (let i = 0; i < 20; i++) {
      copies.add(same);
      strangers.add(noise(random, 500));
    }
    expect(copies.meanCorrelation()).toBeCloseTo(1, 12);
    expect(copies.effectiveTrials()).toBeLessThanOrEqual(2);
    expect(strangers.effectiveTrials()).toBeGreaterThan(17);
  });
  it('two groups of near-copies are two attempts', () => {
    const near = [1, 0.9, 0, 0.1, 0.9, 1, 0.1, 0, 0, 0.1, 1, 0.8, 0.1, 0, 0.8, 1];
    expect(clusteredTrials(Float64Array.from(near), 4)).toBe(2);
  });
});

describe('reality check', () => {
  it('does not find skill in noise, and does find it where it is', () => {
    const random = new Random(21);
    const worthless = Array.from({ length: 20 }, () => noise(random, 400));
    const none = realityCheck(worthless, new Random(1), { resamples: 300, meanBlock: 5 });
    expect(none.realityCheckP).toBeGreaterThan(0.05);
    const skilled = realityCheck([...worthless, noise(random, 400, 0.003)], new Random(1), { resamples: 300 });
    expect(skilled.best).toBe(20);
    expect(skilled.realityCheckP).toBeLessThan(0.02);
    expect(skilled.superiorAbilityP).toBeLessThan(0.02);
  });
  it('hopeless strategies do not soften the consistent test', () => {
    const random = new Random(22);
    const good = noise(random, 400, 0.0012);
    const hopeless = Array.from({ length: 30 }, () =>
      Float64Array.from({ length: 400 }, () => -0.02 + random.normal() * 0.05),
    );
    const { realityCheckP, superiorAbilityP, superiorAbilityLowerP, superiorAbilityUpperP } = realityCheck(
      [good, ...hopeless],
      new Random(2),
      { resamples: 300 },
    );
    expect(superiorAbilityP).toBeLessThan(realityCheckP);
    expect(superiorAbilityLowerP).toBeLessThanOrEqual(superiorAbilityP);
    expect(superiorAbilityP).toBeLessThanOrEqual(superiorAbilityUpperP);
  });
  it('the same seed gives the same answer', () => {
    const input = [noise(new Random(3), 100)];
    const run = () => realityCheck(input, new Random(9), { resamples: 50 });
    expect(run()).toEqual(run());
  });
  it('blocks of the stationary bootstrap have the mean length asked for', () => {
    const indices = new Int32Array(20_000);
    stationaryBootstrap(indices, 5000, 8, new Random(4));
    const breaks = indices.filter((at, i) => i > 0 && at !== (indices[i - 1] + 1) % 5000).length;
    expect(indices.length / breaks).toBeGreaterThan(7.4);
    expect(indices.length / breaks).toBeLessThan(8.6);
  });
});

describe('Monte Carlo of trades', () => {
  const returns = of(0.02, -0.01, 0.03, -0.02, 0.01, -0.01, 0.04, -0.03);
  it('a shuffle changes the path but not the end', () => {
    const { bands, probabilityOfLoss } = monteCarlo(returns, new Random(1), { paths: 200 });
    const ends = bands.map(({ wealth }) => wealth[returns.length - 1]);
    expect(Math.max(...ends) - Math.min(...ends)).toBeLessThan(1e-12);
    expect(probabilityOfLoss).toBe(0);
  });
  it('bands lie above each other at every trade', () => {
    const { bands } = monteCarlo(returns, new Random(2), { method: 'bootstrap', meanBlock: 2, paths: 300 });
    for (let i = 0; i < returns.length; i++) {
      for (let k = 1; k < bands.length; k++) {
        expect(bands[k].wealth[i]).toBeGreaterThanOrEqual(bands[k - 1].wealth[i]);
      }
    }
  });
  it('losses first is the deepest of all orders', () => {
    const worst = of(-0.03, -0.02, -0.01, -0.01, 0.02, 0.03, 0.01, 0.04);
    const { drawdownActual, shareDeeper } = monteCarlo(worst, new Random(3));
    expect(drawdownActual).toBeCloseTo(0.97 * 0.98 * 0.99 * 0.99 - 1, 12);
    expect(shareDeeper).toBe(0);
  });
});

describe('plateaus and haircuts', () => {
  it('a needle has poor neighbours, a plateau good ones', () => {
    const grid = (score: (x: number) => number) =>
      [10, 12, 16, 20, 30].map((x) => ({ parameters: { x }, score: score(x) }));
    const needle = neighbourhood(grid((x) => (x === 16 ? 2 : 0.1)));
    expect([needle.best, needle.neighbours]).toEqual([2, 2]);
    expect(needle.plateau).toBeCloseTo(0.05, 12);
    expect(neighbourhood(grid((x) => 2 - Math.abs(x - 16) / 100)).plateau).toBeGreaterThan(0.9);
  });
  it('one attempt costs nothing and a thousand cost nearly all', () => {
    expect(haircutSharpe(0.05, 1000, 1)).toBeCloseTo(0.05, 10);
    expect(haircutSharpe(0.05, 1000, 1000)).toBe(0);
    expect(haircutSharpe(-0.1, 1000, 5)).toBe(-0.1);
  });
  it('corrections for many tests are those of the worked example', () => {
    // Harvey and Liu (2015), p. 19: six p-values and their corrections.
    const values = of(0.005, 0.009, 0.0128, 0.0135, 0.045, 0.06);
    expect([...correctedPValues(values, 'bonferroni')].map((p) => Number(p.toFixed(4)))).toEqual([
      0.03, 0.054, 0.0768, 0.081, 0.27, 0.36,
    ]);
    expect([...correctedPValues(values, 'holm')].map((p) => Number(p.toFixed(4)))).toEqual([
      0.03, 0.045, 0.0512, 0.0512, 0.09, 0.09,
    ]);
    expect([...correctedPValues(values, 'benjamini-yekutieli')].map((p) => Number(p.toFixed(4)))).toEqual([
      0.0496, 0.0496, 0.0496, 0.0496, 0.1323, 0.147,
    ]);
  });
  it('a figure that could not be computed reassures nobody', () => {
    expect(verdict('deflatedSharpe', Number.NaN)).toBe('doubtful');
    expect(verdict('deflatedSharpe', 0.97)).toBe('reassuring');
    expect(verdict('deflatedSharpe', 0.5)).toBe('alarming');
    expect(verdict('backtestOverfitting', 0.05)).toBe('reassuring');
    expect(verdict('backtestOverfitting', 0.6)).toBe('alarming');
  });
});

describe('a sweep judged while it runs', () => {
  it('tells skill from the best of many', () => {
    const random = new Random(31);
    const lucky = new SweepJudge(1000);
    const skilled = new SweepJudge(1000);
    for (let i = 0; i < 60; i++) {
      const returns = noise(random, 1000);
      lucky.add(returns);
      skilled.add(i === 30 ? returns.map((value) => value + 0.0025) : returns);
    }
    expect(lucky.odds()?.deflatedSharpe).toBeLessThan(0.9);
    expect(skilled.odds()?.best).toBe(30);
    expect(skilled.odds()?.deflatedSharpe).toBeGreaterThan(0.95);
    expect(skilled.odds()?.overfitting?.probability).toBeLessThan(0.05);
  });
  it('has no odds before the first trial', () => {
    expect(new SweepJudge(100).odds()).toBeUndefined();
  });
});
