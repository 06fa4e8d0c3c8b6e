/**
 * The statistics block of backtesting.py, so that its published results can be held against ours figure by figure.
 *
 * It differs from the rest of this room: annual return from daily geometric mean, a lognormal annual volatility,
 * drawdowns that last from peak to recovery, alpha over the whole run without annualising, ratios of trades from
 * returns but quality and Kelly from money. Percentages are percentages here (12.5 is 12.5 %), as the block shows them.
 */
import { assert } from '../base/assert.ts';
import { covariance } from './benchmark.ts';
import { civilDate } from './calendar-returns.ts';
import { compoundAnnualGrowth, logReturns, simpleReturns } from './returns.ts';
import { deviation, variance } from './moments.ts';
import { median } from './quantile.ts';
import { mean, sum } from './sum.ts';

export interface BacktestingPyInput {
  /** Bar times in microseconds. */
  readonly times: Float64Array;
  /** Equity at the close of each bar. */
  readonly equity: Float64Array;
  /** Close of each bar: the benchmark is buying and holding. */
  readonly closes: Float64Array;
  /** The first bar on which the strategy could act: where buying and holding begins. */
  readonly firstTradingBar: number;
  readonly trades: {
    readonly entryBars: Int32Array;
    readonly exitBars: Int32Array;
    readonly profits: Float64Array;
    readonly returns: Float64Array;
    readonly commissions?: Float64Array;
  };
  /** Per year, a fraction. */
  readonly riskFree?: number;
}

export interface BacktestingPyStatistics {
  readonly start: number;
  readonly end: number;
  /** Durations are microseconds, rounded up to whole bars' spacing where the block does so. */
  readonly duration: number;
  readonly exposurePercent: number;
  readonly equityFinal: number;
  readonly equityPeak: number;
  readonly commissions: number;
  readonly returnPercent: number;
  readonly buyAndHoldPercent: number;
  readonly annualReturnPercent: number;
  readonly annualVolatilityPercent: number;
  readonly cagrPercent: number;
  readonly sharpe: number;
  readonly sortino: number;
  readonly calmar: number;
  readonly alphaPercent: number;
  readonly beta: number;
  readonly maxDrawdownPercent: number;
  readonly averageDrawdownPercent: number;
  readonly maxDrawdownDuration: number;
  readonly averageDrawdownDuration: number;
  readonly trades: number;
  readonly winRatePercent: number;
  readonly bestTradePercent: number;
  readonly worstTradePercent: number;
  readonly averageTradePercent: number;
  readonly maxTradeDuration: number;
  readonly averageTradeDuration: number;
  readonly profitFactor: number;
  readonly expectancyPercent: number;
  readonly systemQuality: number;
  readonly kelly: number;
}

const DAY_MICROS = 86_400_000_000;

/** Returns the whole block; figures that the run cannot give (no trades, no drawdown) are NaN. */
export function backtestingPyStatistics(input: BacktestingPyInput): BacktestingPyStatistics {
  const { times, equity, closes, trades, riskFree = 0 } = input;
  const n = equity.length;
  assert(n >= 2 && times.length === n && closes.length === n, 'two or more bars, each with time, equity and close');
  const duration = times[n - 1] - times[0];
  const spacing = median(differences(times));
  const wholeBars = (value: number): number => (value === value ? Math.ceil(value / spacing) * spacing : value);

  const daily = dailyReturns(times, equity, spacing);
  const perYear = periodsPerYear(times, spacing);
  const growth = geometricMean(daily);
  const annualReturn = (1 + growth) ** perYear - 1;
  const annualVolatility = Math.sqrt((variance(daily) + (1 + growth) ** 2) ** perYear - (1 + growth) ** (2 * perYear));
  const squares = daily.map((value) => Math.min(value, 0) ** 2);

  const stretches = peakToRecovery(equity);
  const depth = equityDepths(equity);
  const maxDrawdown = -maximum(depth);
  const spans = Float64Array.from(stretches, ({ from, to }) => times[to] - times[from]);
  const depths = Float64Array.from(stretches, ({ from, to }) => maximum(depth.subarray(from, to + 1)));

  const held = closes[input.firstTradingBar];
  const returnPercent = ((equity[n - 1] - equity[0]) / equity[0]) * 100;
  const buyAndHoldPercent = ((closes[n - 1] - held) / held) * 100;
  const market = logReturns(closes);
  const beta = covariance(logReturns(equity), market) / covariance(market, market);

  const { profits, returns } = trades;
  const lengths = Float64Array.from(trades.exitBars, (exit, i) => times[exit] - times[trades.entryBars[i]]);
  const winRate = profits.length === 0 ? Number.NaN : profits.filter((profit) => profit > 0).length / profits.length;
  const gain = mean(profits.filter((profit) => profit > 0));
  const loss = mean(profits.filter((profit) => profit < 0));
  return {
    start: times[0],
    end: times[n - 1],
    duration,
    exposurePercent: exposure(n, trades.entryBars, trades.exitBars) * 100,
    equityFinal: equity[n - 1],
    equityPeak: maximum(equity),
    commissions: sum(trades.commissions ?? new Float64Array(0)),
    returnPercent,
    buyAndHoldPercent,
    annualReturnPercent: annualReturn * 100,
    annualVolatilityPercent: annualVolatility * 100,
    cagrPercent: compoundAnnualGrowth(equity[0], equity[n - 1], duration / DAY_MICROS / 365.25) * 100,
    sharpe: (annualReturn - riskFree) / orMissing(annualVolatility),
    sortino: (annualReturn - riskFree) / (Math.sqrt(mean(squares)) * Math.sqrt(perYear)),
    calmar: annualReturn / orMissing(-maxDrawdown),
    alphaPercent: returnPercent - riskFree * 100 - beta * (buyAndHoldPercent - riskFree * 100),
    beta,
    maxDrawdownPercent: maxDrawdown * 100,
    averageDrawdownPercent: -mean(depths) * 100,
    maxDrawdownDuration: wholeBars(maximum(spans)),
    averageDrawdownDuration: wholeBars(mean(spans)),
    trades: profits.length,
    winRatePercent: winRate * 100,
    bestTradePercent: maximum(returns) * 100,
    worstTradePercent: -maximum(returns.map((value) => -value)) * 100,
    averageTradePercent: geometricMean(returns) * 100,
    maxTradeDuration: wholeBars(maximum(lengths)),
    averageTradeDuration: wholeBars(mean(lengths)),
    profitFactor:
      sum(returns.filter((value) => value > 0)) / orMissing(Math.abs(sum(returns.filter((value) => value < 0)))),
    expectancyPercent: mean(returns) * 100,
    systemQuality: (Math.sqrt(profits.length) * mean(profits)) / orMissing(deviation(profits)),
    kelly: winRate - (1 - winRate) / (gain / -loss),
  };
}

/** A ratio over nothing is missing, not infinite. */
function orMissing(value: number): number {
  return value === 0 ? Number.NaN : value;
}

function differences(values: Float64Array): Float64Array {
  return Float64Array.from({ length: values.length - 1 }, (_, i) => values[i + 1] - values[i]);
}

function maximum(values: Float64Array): number {
  let found = Number.NaN;
  for (let i = 0; i < values.length; i++) if (values[i] > found || found !== found) found = values[i];
  return found;
}

/** Share of bars inside a trade, both ends counted. */
function exposure(bars: number, entries: Int32Array, exits: Int32Array): number {
  const inside = new Uint8Array(bars);
  for (let i = 0; i < entries.length; i++) inside.fill(1, entries[i], exits[i] + 1);
  return inside.reduce((found, each) => found + each, 0) / bars;
}

/** Periods a year by the usual spacing of bars: weeks, months, years; else days, 365 where weekends are traded. */
function periodsPerYear(times: Float64Array, spacing: number): number {
  const days = Math.floor(spacing / DAY_MICROS);
  if (days === 7) return 52;
  if (days === 31) return 12;
  if (days === 365) return 1;
  const weekends = times.reduce((found, time) => found + (isWeekend(time) ? 1 : 0), 0) / times.length;
  return weekends > (2 / 7) * 0.6 ? 365 : 252;
}

function isWeekend(time: number): boolean {
  // 1970-01-01 was a Thursday.
  const day = (Math.floor(time / DAY_MICROS) + 3) % 7;
  return day >= 5;
}

/** Returns from the last equity of each day (or week, month, year for bars that long). */
function dailyReturns(times: Float64Array, equity: Float64Array, spacing: number): Float64Array {
  const days = Math.floor(spacing / DAY_MICROS);
  const bucket = (time: number): number => {
    if (days === 7) return Math.floor((Math.floor(time / DAY_MICROS) + 3) / 7);
    const { year, month } = civilDate(time);
    if (days === 31) return year * 12 + month;
    return days === 365 ? year : Math.floor(time / DAY_MICROS);
  };
  const closing = equity.filter((_, i) => i + 1 === equity.length || bucket(times[i + 1]) !== bucket(times[i]));
  return simpleReturns(closing);
}

function geometricMean(returns: Float64Array): number {
  if (returns.length === 0) return Number.NaN;
  let total = 0;
  for (let i = 0; i < returns.length; i++) {
    if (!(returns[i] > -1)) return 0;
    total += Math.log(returns[i] + 1);
  }
  return Math.exp(total / returns.length) - 1;
}

/** Depths as positive fractions; the first equity is the first peak. */
function equityDepths(equity: Float64Array): Float64Array {
  let peak = equity[0];
  return equity.map((value) => {
    if (value > peak) peak = value;
    return 1 - value / peak;
  });
}

/** Stretches from one bar at a peak to the next one (or the last bar), when at least one bar lies between. */
function peakToRecovery(equity: Float64Array): { from: number; to: number }[] {
  const depth = equityDepths(equity);
  const found: { from: number; to: number }[] = [];
  let from = 0;
  for (let i = 1; i < depth.length; i++) {
    if (depth[i] !== 0 && i !== depth.length - 1) continue;
    if (i > from + 1) found.push({ from, to: i });
    from = i;
  }
  return found;
}
