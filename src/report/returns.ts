/**
 * How the returns of a run are spread: over months, over time, and around their mean.
 */
import { normalPdf } from '../base/normal.ts';
import { monthlyTable, periodReturns } from '../stats/calendar-returns.ts';
import { centralMoments, deviation } from '../stats/moments.ts';
import { rollingSharpe, rollingVolatility } from '../stats/rolling.ts';
import { DAY } from '../time/instant.ts';
import type { Sessions } from './curves.ts';
import { packTimes, pick, shown, telling, type PackedTimes, type Shown } from './series.ts';

const BINS_MAX = 61;
const ROLLING_BUCKETS = 1000;

export interface YearData {
  readonly year: number;
  readonly months: readonly Shown[];
  readonly total: Shown;
  readonly benchmark: Shown;
}

export interface RollingData {
  /** Sessions in a window. */
  readonly window: number;
  readonly time: PackedTimes;
  readonly sharpe: readonly Shown[];
  readonly volatility: readonly Shown[];
  readonly benchmarkSharpe?: readonly Shown[];
  readonly benchmarkVolatility?: readonly Shown[];
}

export interface DistributionData {
  /** Left edge of the first bin and width of each, fractions. */
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
  /** How many a normal law of the same mean and deviation would put into each bin. */
  readonly normal: readonly number[];
  readonly count: number;
  /** Of these, the sessions that moved the account: those in the bins. */
  readonly counted: number;
  readonly mean: Shown;
  readonly deviation: Shown;
  readonly skewness: Shown;
  readonly excessKurtosis: Shown;
  readonly best: Shown;
  readonly bestAt: number;
  readonly worst: Shown;
  readonly worstAt: number;
  readonly positive: number;
  readonly negative: number;
}

/** Months and years of a run. A session that ends at midnight sharp belongs to the day that ends, not to the next. */
export function yearsOf({ time: ends, returns, benchmark }: Sessions): YearData[] {
  const time = ends.map((at) => (at % DAY === 0 ? at - 1 : at));
  const held = new Map(
    benchmark === undefined ? [] : periodReturns(time, benchmark, 'year').map((year) => [year.year, year.value]),
  );
  return monthlyTable(time, returns).map(({ year, months, total }) => ({
    year,
    months: months.map((month) => shown(month, 6)),
    total: shown(total, 6),
    benchmark: shown(held.get(year) ?? Number.NaN, 6),
  }));
}

/** Half a year of sessions, or less for a short run; undefined below 20 sessions. */
export function rollingOf({ time, returns, benchmark, periodsPerYear }: Sessions): RollingData | undefined {
  const window = Math.min(Math.round(periodsPerYear / 2), Math.floor(returns.length / 4));
  if (window < 5) return undefined;
  const sharpe = rollingSharpe(returns, window, 0, periodsPerYear);
  const volatility = rollingVolatility(returns, window, periodsPerYear);
  const rows = telling([sharpe, volatility], ROLLING_BUCKETS);
  const base = {
    window,
    time: packTimes(rows.map((row) => time[row + window - 1])),
    sharpe: pick(sharpe, rows, 5),
    volatility: pick(volatility, rows, 5),
  };
  if (benchmark === undefined) return base;
  return {
    ...base,
    benchmarkSharpe: pick(rollingSharpe(benchmark, window, 0, periodsPerYear), rows, 5),
    benchmarkVolatility: pick(rollingVolatility(benchmark, window, periodsPerYear), rows, 5),
  };
}

/**
 * Bins of a round width with an edge at 0, over the sessions that moved the account: those spent in cash would hide
 * the rest. Mean, deviation and shape are of all sessions. Undefined when fewer than two moved.
 */
export function distributionOf({ time, returns }: Sessions): DistributionData | undefined {
  const moved = returns.filter((value) => value !== 0 && value === value);
  const spread = deviation(moved);
  if (moved.length < 2 || !(spread > 0)) return undefined;
  const { count, mean, second, third, fourth } = centralMoments(returns);
  const movedMean = centralMoments(moved).mean;
  let worst = -1;
  let best = -1;
  for (let i = 0; i < returns.length; i++) {
    if (best < 0 || returns[i] > returns[best]) best = i;
    if (worst < 0 || returns[i] < returns[worst]) worst = i;
  }
  const width = roundWidth(Math.max(spread / 5, (returns[best] - returns[worst]) / (BINS_MAX - 2)));
  const firstBin = Math.floor(returns[worst] / width);
  const counts = Array.from({ length: Math.floor(returns[best] / width) - firstBin + 1 }, () => 0);
  for (const value of moved) counts[Math.floor(value / width) - firstBin]++;
  const density = (bin: number): number => normalPdf(((firstBin + bin + 0.5) * width - movedMean) / spread) / spread;
  return {
    from: firstBin * width,
    width,
    counts,
    normal: counts.map((_, bin) => Number((moved.length * width * density(bin)).toPrecision(5))),
    count,
    counted: moved.length,
    mean: shown(mean, 6),
    deviation: shown(deviation(returns), 6),
    skewness: shown(third / count / (second / count) ** 1.5, 5),
    excessKurtosis: shown(fourth / count / (second / count) ** 2 - 3, 5),
    best: shown(returns[best], 6),
    bestAt: time[best],
    worst: shown(returns[worst], 6),
    worstAt: time[worst],
    positive: moved.reduce((total, value) => total + (value > 0 ? 1 : 0), 0),
    negative: moved.reduce((total, value) => total + (value < 0 ? 1 : 0), 0),
  };
}

/** The next 1, 2 or 5 times a power of ten that is not below `width`. */
function roundWidth(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= width * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(1));
}
