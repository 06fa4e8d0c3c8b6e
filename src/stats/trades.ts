/**
 * What the closed trades say, apart from the equity curve: how often, how much, how long, how bad in between.
 */
import { deviation } from './moments.ts';
import { mean, sum } from './sum.ts';
import { kellyFraction } from './wins.ts';

/** Closed trades as columns of one length, in the order in which they were closed. */
export interface TradeColumns {
  /** Profit or loss of each trade after costs, in money. */
  readonly profits: Float64Array;
  /** Profit or loss divided by what was put in, fractions. */
  readonly returns: Float64Array;
  /** Microseconds since 1970. */
  readonly entryTimes: Float64Array;
  readonly exitTimes: Float64Array;
  /** Largest loss while open, a fraction at or below 0; where known. */
  readonly adverseExcursions?: Float64Array;
  /** Largest gain while open, a fraction at or above 0; where known. */
  readonly favourableExcursions?: Float64Array;
}

export interface TradeStatistics {
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  /** Trades with a profit above 0 / all trades, 0 … 1. */
  readonly winRate: number;
  /** Sum of profits / |sum of losses|, money. */
  readonly profitFactor: number;
  /** Mean profit / |mean loss|, money. */
  readonly payoffRatio: number;
  /** Mean profit or loss of a trade, money. */
  readonly expectancy: number;
  /** Mean return of a trade, a fraction. */
  readonly averageReturn: number;
  readonly averageWin: number;
  readonly averageLoss: number;
  readonly bestReturn: number;
  readonly worstReturn: number;
  /** √n · mean / deviation of the trades' profits: V. Tharp's system quality number. */
  readonly systemQuality: number;
  /** Share of capital that grows fastest at this win rate and payoff. */
  readonly kelly: number;
  readonly longestWinStreak: number;
  readonly longestLossStreak: number;
  readonly averageDays: number;
  readonly longestDays: number;
  /** Mean of the excursions, fractions; NaN where they are not known. */
  readonly averageAdverseExcursion: number;
  readonly averageFavourableExcursion: number;
}

const DAY_MICROS = 86_400_000_000;

/** Returns the statistics of closed trades. A trade of exactly 0 is neither a win nor a loss. */
export function tradeStatistics(columns: TradeColumns): TradeStatistics {
  const { profits, returns } = columns;
  const trades = profits.length;
  const gains = profits.filter((profit) => profit > 0);
  const losses = profits.filter((profit) => profit < 0);
  const days = columns.exitTimes.map((exit, i) => (exit - columns.entryTimes[i]) / DAY_MICROS);
  const payoffRatio = mean(gains) / Math.abs(mean(losses));
  const winRate = gains.length / trades;
  return {
    trades,
    wins: gains.length,
    losses: losses.length,
    winRate,
    profitFactor: sum(gains) / Math.abs(sum(losses)),
    payoffRatio,
    expectancy: mean(profits),
    averageReturn: mean(returns),
    averageWin: mean(gains),
    averageLoss: mean(losses),
    bestReturn: largest(returns),
    worstReturn: -largest(returns.map((value) => -value)),
    systemQuality: (Math.sqrt(trades) * mean(profits)) / deviation(profits),
    kelly: kellyFraction(winRate, payoffRatio),
    longestWinStreak: longestStreak(profits, 1),
    longestLossStreak: longestStreak(profits, -1),
    averageDays: mean(days),
    longestDays: largest(days),
    averageAdverseExcursion: mean(known(columns.adverseExcursions)),
    averageFavourableExcursion: mean(known(columns.favourableExcursions)),
  };
}

/** Of trades in what has no bars nobody knows how far they went: they are no part of the mean. */
function known(excursions: Float64Array = new Float64Array(0)): Float64Array {
  return excursions.filter((value) => value === value);
}

function largest(values: Float64Array): number {
  let found = Number.NaN;
  for (let i = 0; i < values.length; i++) if (values[i] > found || found !== found) found = values[i];
  return found;
}

/** The longest run of profits of one sign. */
function longestStreak(profits: Float64Array, sign: 1 | -1): number {
  let longest = 0;
  let current = 0;
  for (let i = 0; i < profits.length; i++) {
    current = profits[i] * sign > 0 ? current + 1 : 0;
    if (current > longest) longest = current;
  }
  return longest;
}
