/**
 * Everything a report says about a run, from its equity curve: one entry, so that the terminal, the file and the page
 * show the same numbers.
 *
 * Conventions: equity is taken at the close of every session, flat ones included; the first return is measured from the
 * starting capital, which is also the first peak; standard deviations divide by n − 1; the Sortino ratio's downside
 * counts every session; a year has `periodsPerYear` sessions. Each figure is written out in docs/guide/metrics.md.
 */
import { assert } from '../base/assert.ts';
import {
  alphaBeta,
  battingAverage,
  correlation,
  informationRatio,
  marketCapture,
  trackingError,
  treynor,
} from './benchmark.ts';
import { monthlyTable, periodReturns, type YearRow } from './calendar-returns.ts';
import {
  averageDrawdown,
  type Drawdown,
  drawdowns,
  drawdownSeries,
  painIndex,
  timeUnderWater,
  ulcerIndex,
  worstDrawdowns,
} from './drawdown.ts';
import type { MetricId } from './metric.ts';
import { kurtosis, skewness } from './moments.ts';
import {
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeSample,
  sharpeStandardError,
} from './overfitting/sharpe-odds.ts';
import * as ratios from './ratios.ts';
import { compoundAnnualGrowth, PERIODS_PER_YEAR, returnsFromEquity, simpleReturns, totalReturn } from './returns.ts';
import { mean, sum } from './sum.ts';
import { conditionalValueAtRisk, valueAtRisk } from './tail-risk.ts';
import { type TradeColumns, tradeStatistics } from './trades.ts';
import { gainToPain, recoveryFactor, smartSharpe, winRate, winsAndLosses } from './wins.ts';

export interface PerformanceInput {
  /** One a session, rising: microseconds since 1970. The UTC date is taken for the session's date. */
  readonly times: Float64Array;
  /** Equity at the close of each session, in money. */
  readonly equity: Float64Array;
  /** Equity before the first session. Left out, the first equity is the start and gives no return. */
  readonly initialCapital?: number;
  /** Benchmark prices or index levels at the same times; a NaN level repeats the one before. */
  readonly benchmark?: Float64Array;
  readonly trades?: TradeColumns;
  /** Share of equity invested at each close, any sign; for the exposure. */
  readonly exposure?: Float64Array;
  /** Money bought plus money sold in each session; for the turnover. */
  readonly traded?: Float64Array;
  /** Per year, a fraction. */
  readonly riskFree?: number;
  /** Sessions a year: 252 unless given, 365 for markets that never close. */
  readonly periodsPerYear?: number;
  /** How many drawdowns the table shows; 10 unless given. */
  readonly drawdownsMax?: number;
}

export interface DrawdownRow {
  /** Time of the peak; the first session when the peak was the starting capital. */
  readonly peakTime: number;
  readonly valleyTime: number;
  /** `undefined` while the peak is not reached again. */
  readonly recoveryTime: number | undefined;
  /** A fraction below 0. */
  readonly depth: number;
  /** Calendar days from peak to recovery, or to the end of the run. */
  readonly days: number;
  readonly daysToValley: number;
}

export interface PerformanceSummary {
  readonly startTime: number;
  readonly endTime: number;
  /** Every figure by its id in `metricCatalogue`; one that cannot be computed is absent. May be infinite (no loss). */
  readonly metrics: Readonly<Partial<Record<MetricId, number>>>;
  /** One return a session, paired with `times`. */
  readonly times: Float64Array;
  readonly returns: Float64Array;
  readonly depths: Float64Array;
  readonly worstDrawdowns: readonly DrawdownRow[];
  readonly months: readonly YearRow[];
}

const DAY_MICROS = 86_400_000_000;

/** Computes every figure that the input allows; two or more sessions are needed. */
export function performance(input: PerformanceInput): PerformanceSummary {
  const { equity, initialCapital, periodsPerYear = PERIODS_PER_YEAR.daily } = input;
  assert(equity.length >= 2, () => `performance needs two or more sessions, got ${equity.length}`);
  assert(input.times.length === equity.length, () => `${input.times.length} times for ${equity.length} equities`);
  const fromFirst = initialCapital === undefined;
  const returns = fromFirst ? simpleReturns(equity) : returnsFromEquity(equity, initialCapital);
  const times = fromFirst ? input.times.subarray(1) : input.times;
  const depths = drawdownSeries(returns);
  const stretches = drawdowns(depths);
  const startTime = input.times[0];
  /** Positions are those of the returns; −1 is the start. */
  const timeAt = (position: number): number => (position < 0 ? startTime : times[position]);
  const table = stretches.map((each) => drawdownRow(each, times, timeAt));
  const riskFree = (1 + (input.riskFree ?? 0)) ** (1 / periodsPerYear) - 1;
  const metrics: Partial<Record<MetricId, number>> = {
    ...returnMetrics(input, returns),
    ...riskMetrics(returns, riskFree, periodsPerYear),
    ...drawdownMetrics(depths, table),
    ...sessionMetrics(input, times, returns),
    ...luckMetrics(returns, periodsPerYear),
    ...(input.benchmark === undefined ? {} : benchmarkMetrics(input, returns, riskFree)),
    ...(input.trades === undefined ? {} : tradeMetrics(input.trades)),
  };
  const rank = new Map(stretches.map((each, i) => [each, table[i]]));
  return {
    startTime,
    endTime: input.times[equity.length - 1],
    metrics: onlyNumbers(metrics),
    times,
    returns,
    depths,
    worstDrawdowns: worstDrawdowns(stretches, input.drawdownsMax ?? 10).flatMap((each) => rank.get(each) ?? []),
    months: monthlyTable(times, returns),
  };
}

type Metrics = Partial<Record<MetricId, number>>;

function onlyNumbers(metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => !Number.isNaN(value)));
}

function drawdownRow(each: Drawdown, times: Float64Array, timeAt: (position: number) => number): DrawdownRow {
  const peakTime = timeAt(each.peak);
  const recoveryTime = each.recovery === undefined ? undefined : times[each.recovery];
  return {
    peakTime,
    valleyTime: times[each.valley],
    recoveryTime,
    depth: each.depth,
    days: Math.round(((recoveryTime ?? times[times.length - 1]) - peakTime) / DAY_MICROS),
    daysToValley: Math.round((times[each.valley] - peakTime) / DAY_MICROS),
  };
}

function returnMetrics(input: PerformanceInput, returns: Float64Array): Metrics {
  const { equity, times, initialCapital = equity[0], periodsPerYear = PERIODS_PER_YEAR.daily } = input;
  const endEquity = equity[equity.length - 1];
  const wealth = endEquity / initialCapital;
  const years = (times[times.length - 1] - times[0]) / (365.25 * DAY_MICROS);
  return {
    // Not the product of the returns, which rounds at each of them.
    totalReturn: wealth - 1,
    annualReturn: wealth <= 0 ? -1 : wealth ** (periodsPerYear / returns.length) - 1,
    cagr: compoundAnnualGrowth(initialCapital, endEquity, years),
    endEquity,
    peakEquity: equity.reduce((peak, value) => (value > peak ? value : peak), initialCapital),
    profit: endEquity - initialCapital,
  };
}

function riskMetrics(returns: Float64Array, riskFree: number, periodsPerYear: number): Metrics {
  return {
    annualVolatility: ratios.annualVolatility(returns, periodsPerYear),
    downsideRisk: ratios.downsideRisk(returns, riskFree, periodsPerYear),
    valueAtRisk: valueAtRisk(returns),
    conditionalValueAtRisk: conditionalValueAtRisk(returns),
    skewness: skewness(returns),
    kurtosis: kurtosis(returns),
    tailRatio: ratios.tailRatio(returns),
    sharpe: ratios.sharpe(returns, riskFree, periodsPerYear),
    sortino: ratios.sortino(returns, riskFree, periodsPerYear),
    calmar: ratios.calmar(returns, periodsPerYear),
    omega: ratios.omega(returns, riskFree, 0, periodsPerYear),
    gainToPain: gainToPain(returns),
    smartSharpe: smartSharpe(returns, riskFree, periodsPerYear),
    stability: ratios.stability(returns),
    recoveryFactor: recoveryFactor(returns, 'compound'),
  };
}

function drawdownMetrics(depths: Float64Array, table: readonly DrawdownRow[]): Metrics {
  const days = Float64Array.from(table, (row) => row.days);
  return {
    maxDrawdown: depths.reduce((deepest, depth) => (depth < deepest ? depth : deepest), 0),
    averageDrawdown: averageDrawdown(depths),
    maxDrawdownDays: days.reduce((longest, each) => Math.max(longest, each), 0),
    averageDrawdownDays: mean(days),
    timeUnderWater: timeUnderWater(depths),
    ulcerIndex: ulcerIndex(depths),
    painIndex: painIndex(depths),
  };
}

function sessionMetrics(input: PerformanceInput, times: Float64Array, returns: Float64Array): Metrics {
  const { wins, losses, best, worst, longestWinStreak, longestLossStreak } = winsAndLosses(returns);
  const months = Float64Array.from(periodReturns(times, returns, 'month'), ({ value }) => value);
  const years = Float64Array.from(periodReturns(times, returns, 'year'), ({ value }) => value);
  const { exposure, traded, equity, periodsPerYear = PERIODS_PER_YEAR.daily } = input;
  return {
    sessions: returns.length,
    winningDays: wins + losses === 0 ? Number.NaN : winRate(returns),
    bestDay: best,
    worstDay: worst,
    bestMonth: Math.max(...months),
    worstMonth: Math.min(...months),
    bestYear: Math.max(...years),
    worstYear: Math.min(...years),
    winningMonths: months.filter((value) => value > 0).length / months.length,
    longestWinStreak,
    longestLossStreak,
    exposure:
      exposure === undefined ? Number.NaN : exposure.filter((share) => Math.abs(share) > 0).length / exposure.length,
    // Half of what was bought plus sold is what was turned over once.
    turnover: traded === undefined ? Number.NaN : (sum(traded) / 2 / mean(equity) / equity.length) * periodsPerYear,
  };
}

function luckMetrics(returns: Float64Array, periodsPerYear: number): Metrics {
  const sample = sharpeSample(returns);
  return {
    sharpeError: sharpeStandardError(sample) * Math.sqrt(periodsPerYear),
    probabilisticSharpe: probabilisticSharpe(sample),
    // For a losing strategy the formula would tell how long until one is sure of that.
    minimumTrackRecordDays: sample.sharpe > 0 ? Math.ceil(minimumTrackRecord(sample)) : Number.NaN,
  };
}

function benchmarkMetrics(input: PerformanceInput, returns: Float64Array, riskFree: number): Metrics {
  const { benchmark = input.equity, periodsPerYear = PERIODS_PER_YEAR.daily } = input;
  assert(benchmark.length === input.equity.length, 'the benchmark needs one level a session');
  const market = simpleReturns(filled(benchmark));
  // The first session has no benchmark return, so it is left out on both sides.
  const own = returns.subarray(returns.length - market.length);
  const { alpha, beta } = alphaBeta(own, market, riskFree, periodsPerYear);
  return {
    benchmarkReturn: totalReturn(market),
    alpha,
    beta,
    correlation: correlation(own, market),
    informationRatio: informationRatio(own, market, periodsPerYear),
    trackingError: trackingError(own, market, periodsPerYear),
    treynor: treynor(own, market, input.riskFree ?? 0, 'annual', periodsPerYear),
    upCapture: marketCapture(own, market, 'up', periodsPerYear),
    downCapture: marketCapture(own, market, 'down', periodsPerYear),
    battingAverage: battingAverage(own, market).all,
  };
}

/** Levels with gaps closed by the level before, so that a move across a gap is counted when it is seen. */
function filled(levels: Float64Array): Float64Array {
  let last = Number.NaN;
  return levels.map((level) => (last = level === level ? level : last));
}

function tradeMetrics(columns: TradeColumns): Metrics {
  const stats = tradeStatistics(columns);
  return {
    trades: stats.trades,
    winRate: stats.winRate,
    profitFactor: stats.profitFactor,
    payoffRatio: stats.payoffRatio,
    expectancy: stats.expectancy,
    averageTrade: stats.averageReturn,
    bestTrade: stats.bestReturn,
    worstTrade: stats.worstReturn,
    systemQuality: stats.systemQuality,
    kelly: stats.kelly,
    averageTradeDays: stats.averageDays,
    longestTradeDays: stats.longestDays,
    tradeWinStreak: stats.longestWinStreak,
    tradeLossStreak: stats.longestLossStreak,
    averageAdverseExcursion: stats.averageAdverseExcursion,
    averageFavourableExcursion: stats.averageFavourableExcursion,
  };
}
