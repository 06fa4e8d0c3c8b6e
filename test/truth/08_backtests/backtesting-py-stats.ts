/** The statistics block of a backtesting.py case. */
import type { RunResult } from '../../../src/engine/result.ts';
import type { BarColumns } from '../../../src/market/columns.ts';
import type { Comparison } from './comparing.ts';

type Expected = Readonly<Record<string, number | string>>;

/** Compares what the engine itself knows; ratios are relative to 1e-6 as the cases state. */
export function compareStats(
  comparison: Comparison,
  result: RunResult,
  _bars: BarColumns,
  stats: Expected,
  cash: number,
): void {
  comparison.number('final equity', result.finalEquity, Number(stats['Equity Final [$]']), 0.01);
  comparison.relative('return', (result.finalEquity / cash - 1) * 100, Number(stats['Return [%]']), 1e-6);
  comparison.number('peak', Math.max(...result.equity.value), Number(stats['Equity Peak [$]']), 0.01);
  comparison.number('trades', result.trades.length, Number(stats['# Trades']), 1e-9);
  const won = result.trades.filter((trade) => trade.profit > 0).length;
  comparison.relative('win rate', (won / result.trades.length) * 100, Number(stats['Win Rate [%]']), 1e-6);
  if (stats['Commissions [$]'] !== undefined) {
    comparison.number('commissions', result.fees, Number(stats['Commissions [$]']), 0.01);
  }
}
