/**
 * What is kept of a stretch of returns so that stretches can be joined: the figures of any choice of stretches follow
 * from a dozen numbers of each, and the returns themselves need not be kept for every trial.
 */
import type { Figures } from '../sweep/figures.ts';
import type { MetricId } from '../../stats/metric.ts';

/** Numbers of one stretch, side by side. */
const SUMMARY = {
  sessions: 0,
  sum: 1,
  squares: 2,
  /** Σ of the squares of losses. */
  lossSquares: 3,
  /** Wealth of 1 at the end, its highest and lowest on the way (1 included), and the deepest fall, 0 or below. */
  growth: 4,
  peak: 5,
  trough: 6,
  depth: 7,
  trades: 8,
  wins: 9,
  gains: 10,
  losses: 11,
} as const;

export const SUMMARY_WIDTH = 12;

/** Figures that follow from summaries. */
export const JOINABLE = [
  'sessions',
  'totalReturn',
  'annualReturn',
  'annualVolatility',
  'sharpe',
  'sortino',
  'maxDrawdown',
  'calmar',
  'trades',
  'winRate',
  'profitFactor',
] as const satisfies readonly MetricId[];

/** Writes the summary of `returns[from … to)` to `into[at …]`; trades are added by `addTrade`. */
export function summarise(returns: Float64Array, from: number, to: number, into: Float64Array, at: number): void {
  let [sum, squares, lossSquares] = [0, 0, 0];
  let [wealth, peak, trough, depth] = [1, 1, 1, 0];
  for (let i = from; i < to; i++) {
    const step = returns[i];
    sum += step;
    squares += step * step;
    if (step < 0) lossSquares += step * step;
    wealth *= 1 + step;
    if (wealth > peak) peak = wealth;
    if (wealth < trough) trough = wealth;
    depth = Math.min(depth, wealth / peak - 1);
  }
  into.set([Math.max(0, to - from), sum, squares, lossSquares, wealth, peak, trough, depth, 0, 0, 0, 0], at);
}

/** Adds a closed trade to the summary at `at`. */
export function addTrade(into: Float64Array, at: number, profit: number): void {
  into[at + SUMMARY.trades]++;
  if (profit > 0) {
    into[at + SUMMARY.wins]++;
    into[at + SUMMARY.gains] += profit;
  } else into[at + SUMMARY.losses] += profit;
}

/** The summary of nothing, to which others are joined. */
export function emptySummary(): Float64Array {
  const empty = new Float64Array(SUMMARY_WIDTH);
  empty[SUMMARY.growth] = empty[SUMMARY.peak] = empty[SUMMARY.trough] = 1;
  return empty;
}

/** Makes `left` the summary of its stretch followed by the one at `right[at …]`. */
export function joinSummary(left: Float64Array, right: Float64Array, at: number): void {
  const { growth, peak, trough, depth } = SUMMARY;
  const before = left[growth];
  left[depth] = Math.min(left[depth], right[at + depth], (before * right[at + trough]) / left[peak] - 1);
  left[peak] = Math.max(left[peak], before * right[at + peak]);
  left[trough] = Math.min(left[trough], before * right[at + trough]);
  left[growth] = before * right[at + growth];
  for (const sum of [0, 1, 2, 3, 8, 9, 10, 11]) left[sum] += right[at + sum];
}

/** The figures of a summary; one that cannot be computed is left out. */
export function figuresOf(summary: Float64Array, periodsPerYear: number): Figures {
  const [sessions, sum, squares, lossSquares, growth, , , depth, trades, wins, gains, losses] = summary;
  const mean = sum / sessions;
  const variance = Math.max(0, (squares - sum * mean) / (sessions - 1));
  const annualReturn = growth <= 0 ? -1 : growth ** (periodsPerYear / sessions) - 1;
  const all: Figures = {
    sessions,
    totalReturn: growth - 1,
    annualReturn,
    annualVolatility: Math.sqrt(variance * periodsPerYear),
    sharpe: (mean / Math.sqrt(variance)) * Math.sqrt(periodsPerYear),
    sortino: (mean / Math.sqrt(lossSquares / sessions)) * Math.sqrt(periodsPerYear),
    maxDrawdown: depth,
    calmar: depth < 0 ? annualReturn / -depth : Number.NaN,
    trades,
    winRate: wins / trades,
    profitFactor: gains / -losses,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !Number.isNaN(value)));
}
