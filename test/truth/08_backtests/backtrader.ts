/** Cases of backtrader: orders match against the next bar, limits on touch, nothing is closed at the end. */
import type { RunResult } from '../../../src/engine/result.ts';
import { backtrader, type Conventions } from '../../../src/engine/sim/conventions.ts';
import { bpsFees, noFees, perContractFees } from '../../../src/engine/sim/fees.ts';
import type { Context, Handlers } from '../../../src/engine/strategy/strategy.ts';
import { ema, rsi, sma } from '../../../src/indicators/index.ts';
import type { RecordedTape } from '../../../src/market/tape.ts';
import type { TruthCase } from '../case.ts';
import { guardedCase } from '../guarded.ts';
import { Comparison, notCovered, unknownSwitch } from './comparing.ts';
import { play } from './playing.ts';
import { barsOf, cutTape, dateOf, mapPrices, tapeOfSentence, type BacktestCase } from './reading.ts';

type Setup = (context: Context) => Handlers;
type Values = Readonly<Record<string, unknown>>;

const DAY = 86_400_000_000;

const READERS: readonly [RegExp, (match: RegExpExecArray, values: Values) => Setup][] = [
  [
    /^close vs (SMA|EMA)\(period\) of close\. If an order is pending do nothing\. Flat and close crosses above/,
    (match, v) => closeCross(match[1], Number(v['period']), false),
  ],
  [
    /^Buy ONE futures-like contract at the next open after the first time close crosses above (SMA|EMA)\(period\)/,
    (match, v) => closeCross(match[1], Number(v['period']), true),
  ],
  [
    /^(SMA|EMA)\(fast\)\/(?:SMA|EMA)\(slow\) of close, long only, one pending order at a time: flat and fast crosses above slow: buy/,
    (match, v) => averagesCross(match[1], v),
  ],
  [
    /^Wilder RSI(\d+) .*One pending order at a time\. Flat and RSI<([\d.]+): buy limit (\d+) at close\*([\d.]+) valid (\d+) calendar days\. In position and RSI>([\d.]+): sell limit whole position at close\*([\d.]+) valid (\d+) calendar days/,
    (match) => rsiLimits(match.slice(1).map(Number)),
  ],
];

export function backtraderCases(file: string, truth: BacktestCase, root: string): TruthCase[] {
  const runs = truth.cases ?? [{ ...truth.expected }];
  return runs.map((run, index) => {
    const id = `${file}#${truth.cases === undefined ? truth.id : JSON.stringify(run['period'] ?? index)}`;
    return guardedCase(id, () => playCase(id, truth, run, root));
  });
}

function playCase(id: string, truth: BacktestCase, run: Values, root: string): TruthCase {
  const reader = READERS.find(([pattern]) => pattern.test(truth.strategy));
  if (reader === undefined) return notCovered(id, `no reader for: ${truth.strategy.slice(0, 90)}`);
  const values: Values = { ...wordsOf(truth.strategy), ...truth.parameters, ...run };
  const missing = unknownSwitch(values, [
    'coc',
    'cheat_on_close',
    'coo',
    'cheat_on_open',
    'slippage',
    'slip_perc',
    'slip_fixed',
  ]);
  if (missing !== undefined) return notCovered(id, `the switch ${missing} is not replayed`);
  const futures = futuresOf(values);
  const tape = tapeOf(truth, root, futures);
  if (tape === undefined) return notCovered(id, `no data for: ${truth.data}`);
  const cash = Number(values['cash'] ?? 10_000);
  const setup = reader[1](reader[0].exec(truth.strategy)!, values);
  const result = play(tape, setup, conventionsOf(values, futures), cash);
  return compare(id, result, tape, truth.cases === undefined ? (truth.expected ?? {}) : run, futures?.margin ?? 0);
}

/** Numbers that only the sentence states: `Cash 10000, commission 2 per contract, multiplier 10, margin 1000`. */
function wordsOf(sentence: string): Values {
  const number = (pattern: RegExp): number | undefined => {
    const match = pattern.exec(sentence);
    return match === null ? undefined : Number(match[1]);
  };
  const multiplier = number(/multiplier (\d+)/);
  const cash = number(/Cash (\d+)/);
  return {
    ...(cash === undefined ? {} : { cash }),
    ...(multiplier === undefined
      ? {}
      : {
          futures: {
            commission_per_contract: number(/commission ([\d.]+) per contract/) ?? 0,
            multiplier,
            margin: number(/margin (\d+)/) ?? 0,
          },
        }),
  };
}

interface Futures {
  readonly commission_per_contract: number;
  readonly multiplier: number;
  readonly margin: number;
}

function futuresOf(values: Values): Futures | undefined {
  return values['futures'] as Futures | undefined;
}

function conventionsOf(values: Values, futures: Futures | undefined): Conventions {
  const commission = Number(values['commission'] ?? 0);
  const fees =
    futures !== undefined
      ? perContractFees(futures.commission_per_contract)
      : commission === 0
        ? noFees
        : bpsFees(commission * 10_000);
  return { ...backtrader, fees };
}

function tapeOf(truth: BacktestCase, root: string, futures: Futures | undefined): RecordedTape | undefined {
  const terms = { root: 'X', expiry: '2099-12-31', initialMargin: futures?.margin ?? 0, maintenanceMargin: 0 };
  const tape = tapeOfSentence(
    truth.data,
    root,
    futures === undefined ? {} : { kind: 'future', calendar: 'XNYS', multiplier: futures.multiplier, future: terms },
  );
  if (tape === undefined) return undefined;
  const cut = cutTape(tape, truth.data);
  if (!/rounded to 2 decimals/.test(truth.data)) return cut;
  const streams = cut.slice.streams.map((stream) =>
    stream.kind === 'bars'
      ? { ...stream, columns: mapPrices(stream.columns, (price) => Number(price.toFixed(2))) }
      : stream,
  );
  return { ...cut, slice: { streams } };
}

function closeCross(kind: string, period: number, once: boolean): Setup {
  return ({ use, buy, close, position, bars, assets }) => {
    const average = kind === 'SMA' ? use(sma, period) : use(ema, period);
    let bought = false;
    return {
      onBar() {
        if (assets[0].orders.length > 0) return;
        if (position.isFlat && !bought && bars.close.crossedAbove(average)) {
          buy(1);
          bought = once;
        } else if (!once && position.isLong && bars.close.crossedBelow(average)) close();
      },
    };
  };
}

function averagesCross(kind: string, values: Values): Setup {
  const [fastRows, slowRows, stake] = [Number(values['fast']), Number(values['slow']), Number(values['stake'] ?? 1)];
  return ({ use, buy, close, position, assets }) => {
    const fast = kind === 'SMA' ? use(sma, fastRows) : use(ema, fastRows);
    const slow = kind === 'SMA' ? use(sma, slowRows) : use(ema, slowRows);
    return {
      onBar() {
        if (assets[0].orders.length > 0) return;
        if (position.isFlat && fast.crossedAbove(slow)) buy(stake);
        else if (position.isLong && fast.crossedBelow(slow)) close();
      },
    };
  };
}

function rsiLimits(numbers: readonly number[]): Setup {
  const [period, low, stake, buyAt, buyDays, high, sellAt, sellDays] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return ({ use, buy, sell, position, assets }) => {
    const strength = use(rsi, period);
    return {
      onBar(bar) {
        if (assets[0].orders.length > 0) return;
        // The day of the bar, at midnight: an order lives for bars dated before day + validity.
        const day = Math.floor(bar.time / DAY) * DAY;
        if (position.isFlat && strength.value < low) {
          buy(stake, { limit: bar.close * buyAt, goodTill: day + buyDays * DAY });
        } else if (position.isLong && strength.value > high) {
          sell(position.quantity, { limit: bar.close * sellAt, goodTill: day + sellDays * DAY });
        }
      },
    };
  };
}

function compare(id: string, result: RunResult, tape: RecordedTape, expected: Values, margin: number): TruthCase {
  const comparison = new Comparison();
  const bars = barsOf(tape);
  const held = result.holdings.reduce((sum, holding) => sum + Math.abs(holding.quantity), 0);
  const value = result.finalEquity;
  comparison.number('final value', value, Number(expected['final_value']), 0.01);
  const cash = margin > 0 ? value - held * margin : result.finalCash;
  comparison.number('final cash', cash, Number(expected['final_cash']), 0.01);
  if (expected['closed_trades'] !== undefined) {
    comparison.number('closed trades', result.trades.length, Number(expected['closed_trades']), 1e-9);
  }
  if (expected['fill_price'] !== undefined) {
    comparison.number('fill price', result.fills[0]?.price ?? Number.NaN, Number(expected['fill_price']), 0.005);
  }
  const all = (expected['orders'] ?? []) as readonly Readonly<Record<string, number | string>>[];
  const orders = all.filter((order) => order['event'] === undefined);
  const expired = all.filter((order) => order['event'] === 'Expired').length;
  if (all.length > 0) comparison.number('expired', result.orders.expired, expired, 1e-9);
  if (orders.length > 0) comparison.number('fills', result.fills.length, orders.length, 1e-9);
  orders.slice(0, result.fills.length).forEach((order, index) => {
    const fill = result.fills[index];
    comparison.text(`fill ${index} date`, dateOf(fill.at), String(order['date']));
    comparison.number(`fill ${index} size`, fill.quantity, Number(order['size']), 1e-9);
    comparison.number(`fill ${index} price`, fill.price, Number(order['price']), 0.005);
    comparison.number(`fill ${index} commission`, fill.fee, Number(order['commission']), 0.01);
  });
  const sample = expected['equity_sample'] as Readonly<Record<string, number>> | undefined;
  for (const [date, equity] of Object.entries(sample ?? {})) {
    const row = bars.time.findIndex((at) => dateOf(at) === date);
    comparison.number(`equity ${date}`, result.equity.value[row] ?? Number.NaN, equity, 0.01);
  }
  const net = result.trades.reduce((sum, trade) => sum + trade.profit, 0);
  const gross = result.trades.reduce((sum, trade) => sum + trade.grossProfit, 0);
  if (expected['pnl_net_total'] !== undefined)
    comparison.number('net profit', net, Number(expected['pnl_net_total']), 0.01);
  if (expected['pnl_gross_total'] !== undefined)
    comparison.number('gross profit', gross, Number(expected['pnl_gross_total']), 0.01);
  if (expected['won'] !== undefined) {
    comparison.number('won', result.trades.filter((trade) => trade.profit > 0).length, Number(expected['won']), 1e-9);
  }
  if (expected['max_drawdown_pct'] !== undefined) {
    comparison.number('drawdown', result.maxDrawdown * 100, Number(expected['max_drawdown_pct']), 1e-6);
  }
  return comparison.result(id);
}
