/**
 * Closed trades as columns, for a table of thousands of rows and for the marks on the price chart.
 */
import type { RunResult, TradeRecord } from '../engine/result.ts';
import { roundTripsOf } from './round-trips.ts';
import { packTimes, shown, type PackedTimes, type Shown } from './series.ts';

const TRADES_MAX = 8_000;

export interface TradeColumns {
  readonly symbol: readonly number[];
  readonly symbols: readonly string[];
  /** Index of the strategy; empty when there is only one. */
  readonly strategy: readonly number[];
  readonly quantity: readonly Shown[];
  /** In order of entry, so that the steps of their packed form are small. */
  readonly entryAt: PackedTimes;
  /** Microseconds held. */
  readonly held: readonly number[];
  readonly bars: readonly number[];
  readonly entryPrice: readonly Shown[];
  readonly exitPrice: readonly Shown[];
  readonly profit: readonly Shown[];
  readonly return: readonly Shown[];
  readonly fees: readonly Shown[];
  /** Largest loss and gain while open, as a fraction of the money put in; null when not tracked. */
  readonly worst: readonly Shown[];
  readonly best: readonly Shown[];
  readonly entryReason: readonly number[];
  readonly exitReason: readonly number[];
  readonly reasons: readonly string[];
  readonly total: number;
}

export interface TradeFigures {
  readonly count: number;
  readonly wins: number;
  readonly losses: number;
  readonly averageWin: Shown;
  readonly averageLoss: Shown;
  readonly profitFactor: Shown;
  readonly best: Shown;
  readonly worst: Shown;
  readonly averageHeld: Shown;
  readonly averageBars: Shown;
  /** From flat to flat, and how many of these won. */
  readonly roundTrips: number;
  readonly roundTripWins: number;
}

/** The trades in order of entry; of more than 8,000 those that won or lost most. */
export function tradeColumns(result: RunResult): TradeColumns {
  const all = result.trades;
  const kept =
    all.length <= TRADES_MAX
      ? [...all]
      : [...all].sort((a, b) => Math.abs(b.profit) - Math.abs(a.profit) || a.entryAt - b.entryAt).slice(0, TRADES_MAX);
  kept.sort((a, b) => a.entryAt - b.entryAt || a.exitAt - b.exitAt);
  const symbols = [...new Set(kept.map((trade) => trade.symbol))].sort();
  const reasons = [...new Set(kept.flatMap((trade) => [trade.entryReason, trade.exitReason]))];
  const reasonOf = new Map(reasons.map((reason, index) => [reason, index]));
  const symbolOf = new Map(symbols.map((symbol, index) => [symbol, index]));
  const column = (of: (trade: TradeRecord) => number, digits: number): Shown[] =>
    kept.map((trade) => shown(of(trade), digits));
  return {
    symbol: kept.map((trade) => symbolOf.get(trade.symbol)!),
    symbols,
    strategy: result.strategies.length > 1 ? kept.map((trade) => trade.strategy) : [],
    quantity: column((trade) => trade.quantity, 10),
    entryAt: packTimes(kept.map((trade) => trade.entryAt)),
    held: kept.map((trade) => trade.exitAt - trade.entryAt),
    bars: kept.map((trade) => trade.bars),
    entryPrice: column((trade) => trade.entryPrice, 9),
    exitPrice: column((trade) => trade.exitPrice, 9),
    profit: column((trade) => trade.profit, 9),
    return: column((trade) => trade.return, 5),
    fees: column((trade) => trade.fees, 7),
    worst: column((trade) => trade.worst / trade.paid, 4),
    best: column((trade) => trade.best / trade.paid, 4),
    entryReason: kept.map((trade) => reasonOf.get(trade.entryReason)!),
    exitReason: kept.map((trade) => reasonOf.get(trade.exitReason)!),
    reasons,
    total: all.length,
  };
}

export function tradeFigures(result: Pick<RunResult, 'trades' | 'fills'>): TradeFigures {
  const { trades } = result;
  const trips = roundTripsOf(result);
  // Won or lost in base currency: a gain in another can be a loss in one's own.
  const won = trades.filter((trade) => trade.profitInBase > 0);
  const lost = trades.filter((trade) => trade.profitInBase < 0);
  const sum = (list: readonly TradeRecord[], of: (trade: TradeRecord) => number): number =>
    list.reduce((total, trade) => total + of(trade), 0);
  const gained = sum(won, (trade) => trade.profitInBase);
  const given = -sum(lost, (trade) => trade.profitInBase);
  const returns = trades.map((trade) => trade.return);
  return {
    count: trades.length,
    wins: won.length,
    losses: lost.length,
    averageWin: shown(sum(won, (trade) => trade.return) / won.length, 6),
    averageLoss: shown(sum(lost, (trade) => trade.return) / lost.length, 6),
    profitFactor: shown(gained / given, 6),
    best: shown(
      returns.reduce((a, b) => Math.max(a, b), -Infinity),
      6,
    ),
    worst: shown(
      returns.reduce((a, b) => Math.min(a, b), Infinity),
      6,
    ),
    averageHeld: shown(sum(trades, (trade) => trade.exitAt - trade.entryAt) / trades.length, 12),
    averageBars: shown(sum(trades, (trade) => trade.bars) / trades.length, 6),
    roundTrips: trips.length,
    roundTripWins: trips.filter(({ profit }) => profit > 0).length,
  };
}
