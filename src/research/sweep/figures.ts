/**
 * The figures of one run of a sweep, from the values of its sessions: the same numbers that a report of that run shows,
 * without what nobody asked for.
 *
 * Returns of one run after the other go through the same memory; nothing is kept here but the answer.
 */
import type { Ledger } from '../../engine/ledger/ledger.ts';
import { countTrades, mergeTrades } from '../../engine/ledger/merge-trades.ts';
import type { SessionReturns } from '../../engine/ledger/session-returns.ts';
import type { MetricId } from '../../stats/metric.ts';
import { meanAndVariance } from '../../stats/moments.ts';
import { compoundAnnualGrowth } from '../../stats/returns.ts';
import { tradeStatistics, type TradeColumns } from '../../stats/trades.ts';

export type Figures = Partial<Record<MetricId, number>>;

/** Figures that a run gives without making a result of it. */
export const LEAN_FIGURES = [
  'totalReturn',
  'annualReturn',
  'cagr',
  'endEquity',
  'profit',
  'annualVolatility',
  'sharpe',
  'maxDrawdown',
  'sessions',
  'trades',
  'winRate',
  'profitFactor',
  'expectancy',
  'averageTrade',
] as const satisfies readonly MetricId[];

/** What every row has, asked for or not. */
export const ALWAYS: readonly MetricId[] = ['totalReturn', 'sharpe', 'maxDrawdown', 'trades'];

const OF_TRADES: ReadonlySet<MetricId> = new Set<MetricId>(['winRate', 'profitFactor', 'expectancy', 'averageTrade']);

const LEAN: ReadonlySet<MetricId> = new Set(LEAN_FIGURES);

/** Whether all of `wanted` can be had without a result. */
export function areLean(wanted: readonly MetricId[]): boolean {
  return wanted.every((id) => LEAN.has(id));
}

/** Mean and sample variance of a run's returns. */
export interface ReturnMoments {
  readonly mean: number;
  readonly variance: number;
}

/** Returns the moments of a run where `wanted` needs them; looking at the returns makes them. */
export function momentsFor(wanted: readonly MetricId[], sessions: SessionReturns): ReturnMoments | undefined {
  const isNeeded = wanted.includes('sharpe') || wanted.includes('annualVolatility');
  return isNeeded ? meanAndVariance(sessions.returns) : undefined;
}

/**
 * Returns the wanted figures of a run of two or more sessions; who has taken its moments hands them in. A figure that
 * cannot be computed is left out, as in a report.
 */
export function leanFigures(
  wanted: readonly MetricId[],
  sessions: SessionReturns,
  ledger: Ledger,
  periodsPerYear: number,
  moments: ReturnMoments | undefined = momentsFor(wanted, sessions),
): Figures {
  const { count, firstAt, lastAt, startValue, endValue: endEquity } = sessions;
  const wealth = endEquity / startValue;
  const figures: Figures = {};
  const trades = wanted.some((id) => OF_TRADES.has(id)) ? tradeStatistics(tradeColumns(ledger)) : undefined;
  const { mean, variance } = moments ?? { mean: Number.NaN, variance: Number.NaN };
  const deviation = Math.sqrt(variance);
  for (const id of wanted) {
    const figure = one(id);
    if (figure === figure) figures[id] = figure;
  }
  return figures;

  function one(id: MetricId): number {
    switch (id) {
      case 'totalReturn':
        return wealth - 1;
      case 'annualReturn':
        return wealth <= 0 ? -1 : wealth ** (periodsPerYear / count) - 1;
      case 'cagr':
        return compoundAnnualGrowth(startValue, endEquity, (lastAt - firstAt) / YEAR_MICROS);
      case 'endEquity':
        return endEquity;
      case 'profit':
        return endEquity - startValue;
      case 'annualVolatility':
        return deviation * Math.sqrt(periodsPerYear);
      case 'sharpe':
        return (mean / deviation) * Math.sqrt(periodsPerYear);
      case 'maxDrawdown':
        return deepestFall(sessions.returns);
      case 'sessions':
        return count;
      case 'trades':
        return countTrades(ledger.trades);
      case 'winRate':
        return trades!.winRate;
      case 'profitFactor':
        return trades!.profitFactor;
      case 'expectancy':
        return trades!.expectancy;
      case 'averageTrade':
        return trades!.averageReturn;
      default:
        return Number.NaN;
    }
  }
}

const YEAR_MICROS = 365.25 * 86_400_000_000;

/** The deepest fall of 1 below a peak, as a fraction of 0 or less; steps without a return change nothing. */
function deepestFall(returns: Float64Array): number {
  let wealth = 1;
  let peak = 1;
  let deepest = 0;
  // A wealth above this is not as deep: divisions are for the few that may be deeper.
  let bound = 1;
  for (let i = 0; i < returns.length; i++) {
    const step = returns[i];
    if (step === 0) continue;
    wealth *= 1 + step;
    if (wealth > peak) {
      peak = wealth;
      bound = peak * (1 + deepest) * (1 + 1e-12);
    } else if (!(wealth > bound)) {
      const depth = wealth / peak - 1;
      if (depth < deepest) deepest = depth;
      bound = peak * (1 + deepest) * (1 + 1e-12);
    }
  }
  return deepest;
}

/** The trades as columns, profits in base currency. */
function tradeColumns({ trades: log, units }: Ledger): TradeColumns {
  const { trades } = mergeTrades(log);
  const { length } = trades;
  const profits = new Float64Array(length);
  const returns = new Float64Array(length);
  const entryTimes = new Float64Array(length);
  const exitTimes = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const trade = trades[i];
    const { multiplier } = units[trade.instrument];
    const profit = trade.judgedProfit - trade.fees;
    profits[i] = trade.profitInBase;
    returns[i] = profit / (trade.entryPrice * Math.abs(trade.quantity) * multiplier);
    entryTimes[i] = trade.entryAt;
    exitTimes[i] = trade.exitAt;
  }
  return { profits, returns, entryTimes, exitTimes };
}
