/** The ways in which performance statistics are usually wrong, one test each. */
import { describe, expect, it } from 'vitest';
import { drawdowns, drawdownSeries, maxDrawdown } from '../../src/stats/drawdown.ts';
import { performance } from '../../src/stats/performance.ts';
import { sharpe, sortino } from '../../src/stats/ratios.ts';
import { returnsFromEquity } from '../../src/stats/returns.ts';
import { civilTime } from '../../src/stats/calendar-returns.ts';
import { probabilisticSharpe, sharpeSample } from '../../src/stats/overfitting/sharpe-odds.ts';
import { kurtosis } from '../../src/stats/moments.ts';
import { tradeStatistics } from '../../src/stats/trades.ts';

const days = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => civilTime(2020, 1, 1 + i));
const of = Float64Array.of.bind(Float64Array);

describe('trap 80: statistics definitions', () => {
  it('a drawdown that ignores the initial capital as first peak: a loss on the first day counts', () => {
    const equity = of(90, 95, 99);
    expect(maxDrawdown(returnsFromEquity(equity, 100))).toBeCloseTo(-0.1, 12);
    const { metrics } = performance({ times: days(3), equity, initialCapital: 100 });
    expect(metrics.maxDrawdown).toBeCloseTo(-0.1, 12);
  });

  it('Sharpe without flat days: a strategy that rests half the time is not better for it', () => {
    const active = of(0.01, -0.005, 0.02, -0.01);
    const withRest = of(0.01, 0, -0.005, 0, 0.02, 0, -0.01, 0);
    expect(sharpe(withRest)).toBeLessThan(sharpe(active));
    const equity = of(101, 101, 100.5, 100.5);
    expect(performance({ times: days(4), equity, initialCapital: 100 }).metrics.sessions).toBe(4);
  });

  it('Sortino over losing days only: the downside is spread over all days', () => {
    const returns = of(0.02, -0.01, 0.02, 0.02);
    const overAll = Math.sqrt(0.01 ** 2 / 4);
    expect(sortino(returns, 0, 1)).toBeCloseTo(0.0125 / overAll, 12);
  });

  it('first return lost: n sessions with an initial capital give n returns', () => {
    const { returns } = performance({ times: days(3), equity: of(101, 102, 103), initialCapital: 100 });
    expect(returns.length).toBe(3);
    expect(returns[0]).toBeCloseTo(0.01, 12);
  });

  it('calendar days annualised by 252: weekends filled with flat days change the Sharpe ratio', () => {
    const sessions = of(0.01, -0.005, 0.02, -0.01, 0.004);
    const calendar = of(...sessions, 0, 0);
    expect(sharpe(calendar, 0, 252)).not.toBeCloseTo(sharpe(sessions, 0, 252), 3);
  });

  it('excess kurtosis in the probabilistic Sharpe ratio makes the odds too good', () => {
    const returns = of(0.03, 0.01, -0.015, 0.025, -0.005, 0.02, -0.012, 0.018, -0.03, 0.04);
    const honest = sharpeSample(returns);
    expect(honest.kurtosis).toBeCloseTo(kurtosis(returns) + 3, 12);
    expect(probabilisticSharpe({ ...honest, kurtosis: honest.kurtosis - 3 })).toBeGreaterThan(
      probabilisticSharpe(honest),
    );
  });

  it('an open drawdown has no recovery date and lasts until the end', () => {
    const equity = of(100, 110, 99, 105);
    const { worstDrawdowns: list } = performance({ times: days(4), equity, initialCapital: 100 });
    expect(list).toHaveLength(1);
    expect(list[0].recoveryTime).toBeUndefined();
    expect(list[0].days).toBe(2);
  });

  it('a new high touched exactly ends the drawdown', () => {
    const list = drawdowns(drawdownSeries(of(-0.5, 1, 0.1)));
    expect(list).toEqual([{ peak: -1, start: 0, valley: 0, last: 0, recovery: 1, depth: -0.5 }]);
  });

  it('a break-even trade is no win and no loss, and stays in the number of trades', () => {
    const stats = tradeStatistics({
      profits: of(10, 0, -5),
      returns: of(0.1, 0, -0.05),
      entryTimes: of(0, 0, 0),
      exitTimes: of(86_400_000_000, 86_400_000_000, 86_400_000_000),
    });
    expect([stats.trades, stats.wins, stats.losses]).toEqual([3, 1, 1]);
    expect(stats.winRate).toBeCloseTo(1 / 3, 12);
  });

  it('a wealth that falls below nought is a total loss, not a missing number', () => {
    const { metrics } = performance({ times: days(3), equity: of(50, -10, -10), initialCapital: 100 });
    expect(metrics.annualReturn).toBe(-1);
    expect(metrics.cagr).toBe(-1);
  });

  it('the benchmark is measured over the same sessions as the strategy', () => {
    const equity = of(101, 102, 104, 103);
    const { metrics } = performance({ times: days(4), equity, initialCapital: 100, benchmark: equity });
    expect(metrics.beta).toBeCloseTo(1, 12);
    expect(metrics.alpha).toBeCloseTo(0, 12);
    expect(metrics.correlation).toBeCloseTo(1, 12);
  });
});
