/** Rebuilds equity curves from published trade lists and holds our statistics block against the published one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backtestingPyStatistics, type BacktestingPyStatistics } from '../../src/stats/backtesting-py.ts';

const ROOT = join(import.meta.dirname, '../../../shared/truth');
const FOLDER = join(ROOT, '08_backtests');

interface PublishedTrade {
  readonly size: number;
  readonly entry_bar: number;
  readonly exit_bar: number;
  readonly entry_price: number;
  readonly pnl: number;
  readonly return_pct: number;
  readonly commission: number;
}
interface PublishedRun {
  readonly data: string;
  readonly parameters?: { readonly cash?: number };
  readonly expected?: {
    readonly stats?: Record<string, string | number>;
    readonly trades?: readonly PublishedTrade[];
    readonly equity_curve_sample?: Record<string, number>;
  };
}

const NAMES: Readonly<Record<string, keyof BacktestingPyStatistics>> = {
  'Exposure Time [%]': 'exposurePercent',
  'Equity Final [$]': 'equityFinal',
  'Equity Peak [$]': 'equityPeak',
  'Return [%]': 'returnPercent',
  'Return (Ann.) [%]': 'annualReturnPercent',
  'Volatility (Ann.) [%]': 'annualVolatilityPercent',
  'CAGR [%]': 'cagrPercent',
  'Sharpe Ratio': 'sharpe',
  'Sortino Ratio': 'sortino',
  'Calmar Ratio': 'calmar',
  'Alpha [%]': 'alphaPercent',
  Beta: 'beta',
  'Max. Drawdown [%]': 'maxDrawdownPercent',
  'Avg. Drawdown [%]': 'averageDrawdownPercent',
  '# Trades': 'trades',
  'Win Rate [%]': 'winRatePercent',
  'Best Trade [%]': 'bestTradePercent',
  'Worst Trade [%]': 'worstTradePercent',
  'Avg. Trade [%]': 'averageTradePercent',
  'Profit Factor': 'profitFactor',
  'Expectancy [%]': 'expectancyPercent',
  SQN: 'systemQuality',
  'Kelly Criterion': 'kelly',
};
const DURATIONS: Readonly<Record<string, keyof BacktestingPyStatistics>> = {
  Duration: 'duration',
  'Max. Drawdown Duration': 'maxDrawdownDuration',
  'Avg. Drawdown Duration': 'averageDrawdownDuration',
  'Max. Trade Duration': 'maxTradeDuration',
  'Avg. Trade Duration': 'averageTradeDuration',
};

function published(): [string, PublishedRun][] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.startsWith('btpy_'))
    .map((name): [string, PublishedRun] => [name, JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as PublishedRun])
    .filter(([, run]) => run.expected?.stats !== undefined && run.expected.trades !== undefined)
    .filter(([, run]) => run.expected?.trades?.every((trade) => trade.commission === 0));
}

describe.skipIf(!existsSync(FOLDER))('backtesting.py statistics (skipped without ../shared/truth)', () => {
  it.each(published())('the block of %s comes out of its trades', (_, run) => {
    const { stats, trades } = run.expected as Required<NonNullable<PublishedRun['expected']>>;
    const rows = readFileSync(join(ROOT, run.data.split(' ')[0]), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const all = rows.map((row) => row.split(','));
    const from = String(stats['Start']).slice(0, 10);
    const used = all.filter((cells) => cells[0].slice(0, 10) >= from);
    const times = Float64Array.from(used, (cells) => Date.parse(`${cells[0].slice(0, 10)}T00:00:00Z`) * 1000);
    const closes = Float64Array.from(used, (cells) => Number(cells[4]));
    const equity = closes.map((close, bar) => {
      let value = run.parameters?.cash ?? 10_000;
      for (const trade of trades) {
        if (trade.exit_bar <= bar) value += trade.pnl;
        else if (trade.entry_bar <= bar) value += trade.size * (close - trade.entry_price);
      }
      return value;
    });
    // The run does not say on which bar its indicators were ready; buying and holding began there. It enters alpha.
    const hold = Number(stats['Buy & Hold Return [%]']) / 100;
    const last = closes[closes.length - 1];
    const firstTradingBar = closes.findIndex((close) => Math.abs(last / close - 1 - hold) < 1e-9);
    const ours = backtestingPyStatistics({
      times,
      equity,
      closes,
      firstTradingBar,
      trades: {
        entryBars: Int32Array.from(trades, (trade) => trade.entry_bar),
        exitBars: Int32Array.from(trades, (trade) => trade.exit_bar),
        profits: Float64Array.from(trades, (trade) => trade.pnl),
        returns: Float64Array.from(trades, (trade) => trade.return_pct),
      },
    });
    const compared = Object.entries(NAMES).filter(([name]) => name in stats);
    expect(compared.length).toBeGreaterThan(20);
    for (const [name, ourName] of compared) {
      expect(Math.abs(ours[ourName] / Number(stats[name]) - 1), `${name} ${ours[ourName]}`).toBeLessThan(1e-9);
    }
    for (const [name, ourName] of Object.entries(DURATIONS)) {
      const days = Number(/^(\d+) days/.exec(String(stats[name]))?.[1]);
      expect(ours[ourName] / 86_400_000_000, name).toBe(days);
    }
  });
});
