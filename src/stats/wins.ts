/**
 * How often and how much a series wins and loses, period by period.
 *
 * The inputs are periodic returns, so a "win" is a day (or hour) above 0, not a trade; trades are in trades.ts. NaN
 * returns are missing. Where libraries disagree about a flat period it is said at the function.
 */
import { correlation } from './benchmark.ts';
import { drawdownSeries, maxDrawdown, ulcerIndex } from './drawdown.ts';
import { quantile } from './quantile.ts';
import { annualReturn, PERIODS_PER_YEAR, totalReturn } from './returns.ts';
import { sharpe, sortino, tailRatio } from './ratios.ts';
import { count, mean, sum } from './sum.ts';
import { deviation } from './moments.ts';
import { meanBeyondParametricValueAtRisk } from './tail-risk.ts';

export interface WinsAndLosses {
  readonly wins: number;
  readonly losses: number;
  readonly flat: number;
  /** Sum of the returns above 0. */
  readonly gained: number;
  /** Sum of the returns below 0, at or below 0. */
  readonly lost: number;
  readonly best: number;
  readonly worst: number;
  readonly longestWinStreak: number;
  readonly longestLossStreak: number;
}

/** Counts and sums wins, losses and flat periods in one pass; a flat or missing period ends a streak. */
export function winsAndLosses(returns: Float64Array): WinsAndLosses {
  let wins = 0;
  let losses = 0;
  let missing = 0;
  let gained = 0;
  let lost = 0;
  let winStreak = 0;
  let lossStreak = 0;
  let longestWinStreak = 0;
  let longestLossStreak = 0;
  let best = Number.NEGATIVE_INFINITY;
  let worst = Number.POSITIVE_INFINITY;
  // The signs of returns are as good as random, so the loop has no branch that depends on them.
  for (let i = 0; i < returns.length; i++) {
    const value = returns[i];
    if (value !== value) {
      missing++;
      winStreak = lossStreak = 0;
      continue;
    }
    const won = value > 0 ? 1 : 0;
    const failed = value < 0 ? 1 : 0;
    wins += won;
    losses += failed;
    gained += value * won;
    lost += value * failed;
    winStreak = (winStreak + 1) * won;
    lossStreak = (lossStreak + 1) * failed;
    if (winStreak > longestWinStreak) longestWinStreak = winStreak;
    if (lossStreak > longestLossStreak) longestLossStreak = lossStreak;
    if (value > best) best = value;
    if (value < worst) worst = value;
  }
  const flat = returns.length - missing - wins - losses;
  if (missing === returns.length) best = worst = Number.NaN;
  return { wins, losses, flat, gained, lost, best, worst, longestWinStreak, longestLossStreak };
}

/** Returns wins / (wins + losses), 0 … 1: flat periods do not count. 0 without either. */
export function winRate(returns: Float64Array): number {
  const { wins, losses } = winsAndLosses(returns);
  return wins + losses === 0 ? 0 : wins / (wins + losses);
}

/** Returns the mean of the returns above 0, a fraction. */
export function averageWin(returns: Float64Array): number {
  const { wins, gained } = winsAndLosses(returns);
  return gained / wins;
}

/** Returns the mean of the returns below 0, a negative fraction. */
export function averageLoss(returns: Float64Array): number {
  const { losses, lost } = winsAndLosses(returns);
  return lost / losses;
}

/** Returns the mean of the returns that are not 0. */
export function averageActiveReturn(returns: Float64Array): number {
  const { wins, losses, gained, lost } = winsAndLosses(returns);
  return (gained + lost) / (wins + losses);
}

/** Returns average win / |average loss|. */
export function payoffRatio(returns: Float64Array): number {
  return averageWin(returns) / Math.abs(averageLoss(returns));
}

/** Returns the sum of gains / |sum of losses|. */
export function profitFactor(returns: Float64Array): number {
  const { gained, lost } = winsAndLosses(returns);
  return gained / Math.abs(lost);
}

/** Returns the sum of all returns / |sum of losses| (J. Schwager's gain to pain). */
export function gainToPain(returns: Float64Array): number {
  const { gained, lost } = winsAndLosses(returns);
  return (gained + lost) / Math.abs(lost);
}

/**
 * Returns (mean win / number of wins) / (|mean loss| / number of losses), with flat periods among the wins
 * (quantstats' `profit_ratio`).
 */
export function profitRatio(returns: Float64Array): number {
  const { wins, losses, flat, gained, lost } = winsAndLosses(returns);
  const notLosing = wins + flat;
  return gained / notLosing / notLosing / Math.abs(lost / losses / losses);
}

/** Returns profit factor · win rate · payoff ratio. */
export function cpcIndex(returns: Float64Array): number {
  return profitFactor(returns) * winRate(returns) * payoffRatio(returns);
}

/** Returns profit factor · tail ratio: above 1 a strategy earns more than it risks in ordinary and extreme days. */
export function commonSenseRatio(returns: Float64Array): number {
  return profitFactor(returns) * tailRatio(returns);
}

/** Returns the 99 % quantile / mean of the returns at or above 0: how much the best days are outliers. */
export function outlierWinRatio(returns: Float64Array, probability = 0.99): number {
  const { wins, flat, gained } = winsAndLosses(returns);
  return quantile(returns, probability) / (gained / (wins + flat));
}

/** Returns the 1 % quantile / mean of the returns below 0. */
export function outlierLossRatio(returns: Float64Array, probability = 0.01): number {
  return quantile(returns, probability) / averageLoss(returns);
}

/** Returns |sum of the returns| / |max drawdown| (quantstats); `compound` takes the total return instead. */
export function recoveryFactor(returns: Float64Array, earned: 'sum' | 'compound' = 'sum'): number {
  const total = earned === 'sum' ? sum(returns) : totalReturn(returns);
  return Math.abs(total) / Math.abs(maxDrawdown(returns));
}

/**
 * Returns ((1 − w)/(1 + w))^n for win rate w and n periods, 0 … 1: the classic gambler's estimate that all is lost.
 * Meaningful for bets of equal size only.
 */
export function riskOfRuin(returns: Float64Array): number {
  const rate = winRate(returns);
  return ((1 - rate) / (1 + rate)) ** returns.length;
}

/**
 * Returns Kelly's fraction w − (1 − w)/payoff from win rate and payoff ratio: the share of capital that grows fastest.
 * Source: J. L. Kelly, "A New Interpretation of Information Rate", Bell System Technical Journal 35 (1956).
 */
export function kellyFraction(winRate: number, payoffRatio: number): number {
  return winRate - (1 - winRate) / payoffRatio;
}

/** Returns the share of periods with a return that is not 0, 0 … 1. */
export function activeShare(returns: Float64Array): number {
  const { wins, losses } = winsAndLosses(returns);
  return (wins + losses) / returns.length;
}

/** Returns the annual return divided by the exposure, rounded up to a whole percent as quantstats does. */
export function returnOverExposure(returns: Float64Array, periodsPerYear: number = PERIODS_PER_YEAR.daily): number {
  const exposure = Math.ceil(activeShare(returns) * 100) / 100;
  return annualReturn(returns, periodsPerYear) / exposure;
}

/**
 * Returns the factor by which lag-1 autocorrelation ρ understates risk: √(1 + 2·Σ (n−k)/n·|ρ|^k), k = 1 … n−1.
 * 1 for independent returns. Source: A. W. Lo, "The Statistics of Sharpe Ratios", Financial Analysts Journal 58 (2002),
 * with quantstats' use of |ρ|.
 */
export function autocorrelationPenalty(returns: Float64Array): number {
  const n = returns.length;
  const rho = Math.abs(correlation(returns.subarray(0, n - 1), returns.subarray(1)));
  let total = 0;
  let power = rho;
  for (let k = 1; k < n && power > 1e-20; k++, power *= rho) total += ((n - k) / n) * power;
  return Math.sqrt(1 + 2 * total);
}

/** Returns the Sharpe ratio divided by the autocorrelation penalty. */
export function smartSharpe(
  returns: Float64Array,
  riskFree = 0,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): number {
  return sharpe(returns, riskFree, periodsPerYear) / autocorrelationPenalty(returns);
}

/** Returns the Sortino ratio divided by the autocorrelation penalty. */
export function smartSortino(
  returns: Float64Array,
  required = 0,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): number {
  return sortino(returns, required, periodsPerYear) / autocorrelationPenalty(returns);
}

/** Returns Sortino / √2, which can be held against a Sharpe ratio (J. Schwager). */
export function adjustedSortino(
  returns: Float64Array,
  required = 0,
  periodsPerYear: number = PERIODS_PER_YEAR.daily,
): number {
  return sortino(returns, required, periodsPerYear) / Math.SQRT2;
}

/** Returns total return / Ulcer index (quantstats, ddof 1). */
export function ulcerPerformanceIndex(returns: Float64Array): number {
  return totalReturn(returns) / ulcerIndex(drawdownSeries(returns), 1);
}

/**
 * Returns the serenity index: sum of returns / (Ulcer index · pitfall), pitfall being the tail of the drawdowns in
 * units of the returns' deviation. Source: KeyQuant, "The Serenity Ratio".
 */
export function serenityIndex(returns: Float64Array): number {
  const depths = drawdownSeries(returns);
  const pitfall = -meanBeyondParametricValueAtRisk(depths) / deviation(returns);
  return sum(returns) / (ulcerIndex(depths, 1) * pitfall);
}

/** Returns the mean return per period over the periods that are not missing. */
export function averageReturn(returns: Float64Array): number {
  return count(returns) === 0 ? Number.NaN : mean(returns);
}
