/**
 * The statistics of a price series as ffn and bt report them: from daily, month-end and year-end prices.
 *
 * They differ from the other figures in three ways: years have 365.25 days, the first price is the first peak, and a
 * drawdown lasts until the day it is recovered. `times` are session dates in microseconds, midnight UTC.
 */
import { assert } from '../base/assert.ts';
import { lastAtOrBelow } from '../base/search.ts';
import { civilDate, civilTime, periodKey } from './calendar-returns.ts';
import { drawdowns, equityDrawdownSeries } from './drawdown.ts';
import { deviation, kurtosis, skewness } from './moments.ts';
import { sharpe, sortino } from './ratios.ts';
import { compoundAnnualGrowth, simpleReturns } from './returns.ts';
import { mean } from './sum.ts';

const DAY_MICROS = 86_400_000_000;
/** 365.25 days. */
const YEAR_MICROS = 365.25 * DAY_MICROS;

/** Mean, spread and shape of the returns of one frequency. */
export interface FrequencyStats {
  readonly sharpe: number;
  readonly sortino: number;
  /** Per year, as fractions. */
  readonly mean: number;
  readonly volatility: number;
  /** Unbiased. */
  readonly skewness: number;
  readonly kurtosis: number;
  readonly best: number;
  readonly worst: number;
}

export interface PricePerformance {
  readonly start: number;
  readonly end: number;
  readonly totalReturn: number;
  readonly cagr: number;
  readonly maxDrawdown: number;
  readonly calmar: number;
  readonly averageDrawdown: number;
  readonly averageDrawdownDays: number;
  /** Since the last month end, and over the last calendar spans; NaN where the series is too short. */
  readonly monthToDate: number;
  readonly threeMonths: number;
  readonly sixMonths: number;
  readonly yearToDate: number;
  readonly oneYear: number;
  /** Compound per year. */
  readonly threeYears: number;
  readonly fiveYears: number;
  readonly tenYears: number;
  readonly daily: FrequencyStats;
  readonly monthly: FrequencyStats;
  readonly yearly: FrequencyStats;
  readonly averageUpMonth: number;
  readonly averageDownMonth: number;
  /** Shares, 0 … 1. */
  readonly winningYears: number;
  readonly winningTwelveMonths: number;
  readonly table: readonly PriceYear[];
}

export interface PriceYear {
  readonly year: number;
  /** Twelve fractions; 0 for months without prices. */
  readonly months: readonly number[];
  readonly total: number;
}

/** Returns all of ffn's performance statistics of positive `prices` (at least two) at `times`. */
export function pricePerformance(times: Float64Array, prices: Float64Array, riskFreeAnnual = 0): PricePerformance {
  const n = prices.length;
  assert(n >= 2 && times.length === n, () => `two or more prices with a time each: ${n} and ${times.length}`);
  const start = times[0];
  const end = times[n - 1];
  const last = prices[n - 1];
  const depths = equityDrawdownSeries(prices);
  const monthEnds = lastOf(times, prices, 'month');
  const yearEnds = lastOf(times, prices, 'year');
  const monthly = simpleReturns(monthEnds);
  const yearly = simpleReturns(yearEnds);
  const cagr = growthSince(times, prices, start);
  const deepest = depths.reduce((worst, depth) => Math.min(worst, depth), 0);
  const stretches = drawdowns(depths);
  /** The return since the last price at or before a date some months ago. */
  const since = (months: number): number => {
    const at = lastAtOrBelow(times, monthsBefore(end, months));
    return at < 0 ? Number.NaN : last / prices[at] - 1;
  };
  const growth = (years: number): number => growthSince(times, prices, monthsBefore(end, 12 * years));
  return {
    start,
    end,
    totalReturn: last / prices[0] - 1,
    cagr,
    maxDrawdown: deepest,
    calmar: cagr / -deepest,
    averageDrawdown: average(stretches.map((each) => each.depth)),
    averageDrawdownDays: average(
      stretches.map((each) => Math.floor((times[each.recovery ?? n - 1] - times[each.start]) / DAY_MICROS)),
    ),
    monthToDate: last / monthEnds[monthEnds.length - 2] - 1,
    threeMonths: since(3),
    sixMonths: since(6),
    yearToDate: last / yearEnds[yearEnds.length - 2] - 1,
    oneYear: since(12),
    threeYears: growth(3),
    fiveYears: growth(5),
    tenYears: growth(10),
    daily: frequencyStats(simpleReturns(prices), 252, riskFreeAnnual),
    monthly: frequencyStats(monthly, 12, riskFreeAnnual),
    yearly: frequencyStats(yearly, 1, riskFreeAnnual),
    averageUpMonth: mean(monthly.filter((value) => value > 0)),
    averageDownMonth: mean(monthly.filter((value) => value <= 0)),
    winningYears: yearly.filter((value) => value > 0).length / yearly.length,
    winningTwelveMonths: winningSpans(monthEnds, 12),
    table: priceTable(times, prices),
  };
}

/** Returns ffn's figures of the returns of one frequency; the risk-free rate is spread geometrically over the year. */
export function frequencyStats(returns: Float64Array, periodsPerYear: number, riskFreeAnnual = 0): FrequencyStats {
  const perPeriod = (1 + riskFreeAnnual) ** (1 / periodsPerYear) - 1;
  const root = Math.sqrt(periodsPerYear);
  return {
    sharpe: sharpe(returns, perPeriod, periodsPerYear),
    sortino: sortino(returns, perPeriod, periodsPerYear),
    mean: mean(returns) * periodsPerYear,
    volatility: deviation(returns) * root,
    skewness: skewness(returns, 'unbiased'),
    kurtosis: kurtosis(returns, 'unbiased'),
    best: returns.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY),
    worst: returns.reduce((worst, value) => Math.min(worst, value), Number.POSITIVE_INFINITY),
  };
}

/** The last price of each calendar period that has one. */
function lastOf(times: Float64Array, prices: Float64Array, period: 'month' | 'year'): Float64Array {
  return prices.filter(
    (_, i) => i + 1 === prices.length || periodKey(times[i + 1], period) !== periodKey(times[i], period),
  );
}

/** Compound growth per year from the first price at or after `from`. */
function growthSince(times: Float64Array, prices: Float64Array, from: number): number {
  const at = times.findIndex((time) => time >= from);
  const last = prices.length - 1;
  return compoundAnnualGrowth(prices[at], prices[last], (times[last] - times[at]) / YEAR_MICROS);
}

/** The same day of the month some months earlier, or that month's last day. */
function monthsBefore(time: number, months: number): number {
  const { year, month, day } = civilDate(time);
  const index = year * 12 + month - 1 - months;
  const [toYear, toMonth] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
  const lastDay = civilDate(civilTime(toYear, toMonth + 1, 1) - DAY_MICROS).day;
  return civilTime(toYear, toMonth, Math.min(day, lastDay)) + (time % DAY_MICROS);
}

function winningSpans(prices: Float64Array, span: number): number {
  let won = 0;
  for (let i = span; i < prices.length; i++) if (prices[i] > prices[i - span]) won++;
  return won / (prices.length - span);
}

function average(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** Month by month from the price before; the first month counts from the first price. */
function priceTable(times: Float64Array, prices: Float64Array): PriceYear[] {
  const years = new Map<number, number[]>();
  let before = prices[0];
  for (let i = 0; i < prices.length; i++) {
    if (i + 1 < prices.length && periodKey(times[i + 1], 'month') === periodKey(times[i], 'month')) continue;
    const { year, month } = civilDate(times[i]);
    const row = years.get(year) ?? Array.from({ length: 12 }, () => 0);
    years.set(year, row);
    row[month - 1] = prices[i] / before - 1;
    before = prices[i];
  }
  return Array.from(years, ([year, months]) => {
    return { year, months, total: months.reduce((wealth, value) => wealth * (1 + value), 1) - 1 };
  });
}
