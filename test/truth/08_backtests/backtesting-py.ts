/** Cases of backtesting.py: next-open fills, fractions sized at the fill, exits first, trades closed at the end. */
import type { RunResult } from '../../../src/engine/result.ts';
import { backtestingPy, type Conventions } from '../../../src/engine/sim/conventions.ts';
import { fixedFees, bpsFees, noFees } from '../../../src/engine/sim/fees.ts';
import type { FeeModel } from '../../../src/engine/sim/models.ts';
import { entrySpread, noSlippage } from '../../../src/engine/sim/slippage.ts';
import { flatLeverage } from '../../../src/engine/sim/margin.ts';
import type { Context, Handlers } from '../../../src/engine/strategy/strategy.ts';
import { ema, rsi, sma } from '../../../src/indicators/index.ts';
import type { BarColumns } from '../../../src/market/columns.ts';
import type { TruthCase } from '../case.ts';
import { guardedCase } from '../guarded.ts';
import { Comparison, notCovered, unknownSwitch } from './comparing.ts';
import { compareStats } from './backtesting-py-stats.ts';
import { play } from './playing.ts';
import { barsOf, tapeOfSentence, type BacktestCase } from './reading.ts';

type Setup = (context: Context) => Handlers;
type Parameters = Readonly<Record<string, unknown>>;

const DEFAULT_SIZE = 0.9999;

/** The readers of strategy sentences: a pattern, and the strategy it describes. */
const READERS: readonly [RegExp, (match: RegExpExecArray, parameters: Parameters) => Setup][] = [
  [
    /^Two (simple|exponential) moving averages of Close\. When fast crosses above slow .*close any position and buy with default size\. When slow crosses above fast: close and sell short with default size/,
    (match, { fast, slow }) => crossBothWays(match[1] === 'simple' ? 'sma' : 'ema', Number(fast), Number(slow)),
  ],
  [
    /^SMA(\d+)\/SMA(\d+) long only; when flat and SMA\d+ crosses above SMA\d+ buy with size ([\d.]+); when long and SMA\d+ crosses above SMA\d+ close/,
    (match) => crossLongOnly(Number(match[1]), Number(match[2]), Number(match[3])),
  ],
  [
    /^RSI\((\d+)\) of Close .*When flat and RSI<(\d+): buy (\d+) units at market with stop-loss = close\*\(1-([\d.]+)%\) and take-profit = close\*\(1\+([\d.]+)%\).*When long and RSI>(\d+): close/,
    (match) => {
      const [period, low, units, stop, target, high] = match.slice(1).map(Number) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      return reversion(period, low, high, units, stop / 100, target / 100);
    },
  ],
  [/^Buy with default size at the first call; on the next call close; then do nothing/, () => buyThenClose()],
];

export function backtestingPyCases(file: string, truth: BacktestCase, root: string): TruthCase[] {
  const runs = truth.cases ?? [{ parameters: truth.parameters, expected: truth.expected }];
  return runs.map((run, index) => {
    const id = `${file}#${String(run['id'] ?? (truth.cases === undefined ? truth.id : index))}`;
    return guardedCase(id, () => playCase(id, truth, run, root));
  });
}

function playCase(id: string, truth: BacktestCase, run: Parameters, root: string): TruthCase {
  const parameters = { ...truth.parameters, ...(run['parameters'] as Parameters | undefined) };
  const reader = READERS.find(([pattern]) => pattern.test(truth.strategy));
  if (reader === undefined) return notCovered(id, `no reader for: ${truth.strategy.slice(0, 90)}`);
  const tape = tapeOfSentence(truth.data, root);
  if (tape === undefined) return notCovered(id, `no data for: ${truth.data}`);
  const missing = unknownSwitch(parameters, ['trade_on_close', 'hedging', 'exclusive_orders']);
  if (missing !== undefined) return notCovered(id, `the switch ${missing} is not replayed`);
  const conventions = conventionsOf(parameters);
  if (conventions === undefined) return notCovered(id, `unknown costs ${JSON.stringify(parameters)}`);
  const setup = reader[1](reader[0].exec(truth.strategy)!, parameters);
  const cash = Number(parameters['cash'] ?? /cash (\d+)/.exec(truth.strategy)?.[1] ?? 10_000);
  const result = play(tape, setup, conventions, cash);
  return compare(id, result, barsOf(tape), run['expected'] as Parameters, cash);
}

function conventionsOf(parameters: Parameters): Conventions | undefined {
  const { commission, spread, margin } = parameters;
  const fees = feesOf(commission);
  if (fees === undefined) return undefined;
  return {
    ...backtestingPy,
    fees,
    slippage: spread === undefined || spread === 0 ? noSlippage : entrySpread(Number(spread)),
    margin: flatLeverage(margin === undefined ? 1 : 1 / Number(margin)),
  };
}

function feesOf(commission: unknown): FeeModel | undefined {
  if (commission === undefined || commission === 0) return noFees;
  if (typeof commission === 'number') return bpsFees(commission * 10_000);
  if (Array.isArray(commission)) return fixedFees(Number(commission[0]), Number(commission[1]));
  const signed = /^size\*price\*([\d.]+)/.exec(String(commission));
  if (signed === null) return undefined;
  // The trade's own size is signed at both ends: shorts are paid what longs pay.
  const rate = Number(signed[1]);
  return {
    name: 'signed',
    sentence: '',
    fee: ({ quantity, price, side, opening }) => (opening ? side : -side) * quantity * price * rate,
  };
}

function crossBothWays(kind: 'sma' | 'ema', fastRows: number, slowRows: number): Setup {
  return ({ use, buyFraction, sellFraction, close }) => {
    const fast = kind === 'sma' ? use(sma, fastRows) : use(ema, fastRows);
    const slow = kind === 'sma' ? use(sma, slowRows) : use(ema, slowRows);
    return {
      onBar() {
        if (fast.at(1) < slow.at(1) && fast.value > slow.value) {
          close();
          buyFraction(DEFAULT_SIZE);
        } else if (slow.at(1) < fast.at(1) && slow.value > fast.value) {
          close();
          sellFraction(DEFAULT_SIZE);
        }
      },
    };
  };
}

function crossLongOnly(fastRows: number, slowRows: number, size: number): Setup {
  return ({ use, buyFraction, close, position }) => {
    const fast = use(sma, fastRows);
    const slow = use(sma, slowRows);
    return {
      onBar() {
        if (position.isFlat && fast.at(1) < slow.at(1) && fast.value > slow.value) buyFraction(size);
        else if (position.isLong && slow.at(1) < fast.at(1) && slow.value > fast.value) close();
      },
    };
  };
}

function reversion(period: number, low: number, high: number, units: number, stop: number, target: number): Setup {
  return ({ use, buy, close, position, bars }) => {
    const strength = use(rsi, period, { seed: 'first-difference' });
    const row = { count: 0 };
    return {
      onBar(bar) {
        // Valid once `period` differences exist, which is later than the first difference.
        row.count = bars.close.length - 1;
        if (row.count < period + 1) return;
        if (position.isFlat && strength.value < low) {
          buy(units, { stopLoss: bar.close * (1 - stop), takeProfit: bar.close * (1 + target) });
        } else if (position.isLong && strength.value > high) close();
      },
    };
  };
}

function buyThenClose(): Setup {
  return ({ buyFraction, close }) => {
    let call = 0;
    return {
      onBar() {
        call++;
        if (call === 1) buyFraction(DEFAULT_SIZE);
        else if (call === 2) close();
      },
    };
  };
}

function compare(id: string, result: RunResult, bars: BarColumns, expected: Parameters, cash: number): TruthCase {
  const comparison = new Comparison();
  const trades = (expected['trades'] ?? []) as Readonly<Record<string, number>>[];
  comparison.number('number of trades', result.trades.length, trades.length, 1e-9);
  const rowOfOpen = new Map([...bars.openTime].map((at, row) => [at, row]));
  const rowOfEnd = new Map([...bars.time].map((at, row) => [at, row]));
  const rowOf = (at: number): number => rowOfOpen.get(at) ?? rowOfEnd.get(at) ?? Number.NaN;
  trades.slice(0, result.trades.length).forEach((trade, index) => {
    const own = result.trades[index];
    const name = `trade ${index}`;
    comparison.number(`${name} size`, own.quantity, trade['size'], 1e-9);
    comparison.number(`${name} entry bar`, rowOf(own.entryAt), trade['entry_bar'], 1e-9);
    comparison.number(`${name} exit bar`, rowOf(own.exitAt), trade['exit_bar'], 1e-9);
    comparison.number(`${name} entry price`, own.entryPrice, trade['entry_price'], 1e-6);
    comparison.number(`${name} exit price`, own.exitPrice, trade['exit_price'], 1e-6);
    comparison.number(`${name} commission`, own.fees, trade['commission'], 0.01);
    comparison.number(`${name} profit`, own.profit, trade['pnl'], 0.01);
  });
  const sample = expected['equity_curve_sample'] as Readonly<Record<string, number>> | undefined;
  for (const [stamp, value] of Object.entries(sample ?? {})) {
    const row = rowAtStamp(bars, stamp);
    comparison.number(`equity ${stamp}`, result.equity.value[row] ?? Number.NaN, value, 0.01);
  }
  const pair = expected['equity_bar2_bar3'] as readonly number[] | undefined;
  pair?.forEach((value, index) =>
    comparison.number(`equity bar ${index + 2}`, result.equity.value[index + 2], value, 0.01),
  );
  if (expected['equity_final'] !== undefined) {
    comparison.number('final equity', result.finalEquity, Number(expected['equity_final']), 0.01);
  }
  const stats = expected['stats'] as Readonly<Record<string, number | string>> | undefined;
  if (stats !== undefined) compareStats(comparison, result, bars, stats, cash);
  return comparison.result(id);
}

/** The row whose label is a stamp such as `2004-10-08 00:00:00`, or an intraday one in the file's own clock. */
function rowAtStamp(bars: BarColumns, stamp: string): number {
  const [date, clock] = stamp.split(' ');
  const daily = clock === undefined || clock === '00:00:00';
  for (let row = 0; row < bars.length; row++) {
    const at = new Date(bars.openTime[row] / 1000).toISOString();
    if (at.slice(0, 10) === date && (daily || at.slice(11, 19) === clock)) return row;
  }
  return -1;
}
