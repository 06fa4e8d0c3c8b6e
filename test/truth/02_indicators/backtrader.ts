/**
 * Checks the lines of backtrader: three rows of each, over the daily bars of 2006.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ours from '../../../src/indicators/index.ts';
import type { TruthCase } from '../case.ts';
import { barsOf, readCsv } from './csv.ts';
import { type Argument, attempt, judge, made, moved, type Selector, select, uncovered, view } from './view.ts';

interface Case {
  readonly id: string;
  readonly indicator: string;
  readonly params: Readonly<Record<string, number | string | boolean>>;
  readonly checkpoints: readonly { readonly bar_index_from_end: number }[];
  readonly lines: readonly { readonly name: string; readonly values: readonly string[] }[];
}

type Parameters = Case['params'];

interface Entry {
  readonly indicator: ours.AnyIndicator;
  readonly args: (parameters: Parameters) => Argument[];
  readonly lines: readonly Selector[];
}

/** Takes the named parameters, in this order. */
function take(...names: string[]): Entry['args'] {
  return (parameters) => names.map((name) => Number(parameters[name]));
}

function entry(indicator: ours.AnyIndicator, args: Entry['args'], ...lines: Selector[]): Entry {
  return { indicator, args, lines: lines.length === 0 ? [indicator.outputs[0]] : lines };
}

const PERIOD = take('period');
const none = (): Argument[] => [];
const AVERAGES = ['sma', 'ema', 'wma', 'dema', 'tema', 'kama', 'hma'] as const;
const percent: Selector = ({ out }) => made(out['roc'], (value) => value / 100);

/** Their averages start each as early as it can. */
const macdArguments: Entry['args'] = (parameters) => [
  ...take('period_me1', 'period_me2', 'period_signal')(parameters),
  { start: 'apart' },
];

const BASIC: Readonly<Record<string, Entry>> = {
  AccelerationDecelerationOscillator: entry(ours.awesome, none, 'accelerator'),
  AccDeOsc: entry(ours.awesome, none, 'accelerator'),
  AroonUp: entry(ours.aroon, PERIOD, 'up'),
  AroonDown: entry(ours.aroon, PERIOD, 'down'),
  AroonUpDown: entry(ours.aroon, PERIOD, 'up', 'down'),
  AroonOscillator: entry(ours.aroon, PERIOD, 'oscillator'),
  AroonUpDownOscillator: entry(ours.aroon, PERIOD, 'up', 'down', 'oscillator'),
  ATR: entry(ours.atr, PERIOD),
  AverageTrueRange: entry(ours.atr, PERIOD),
  AwesomeOscillator: entry(ours.awesome, take('fast', 'slow')),
  AO: entry(ours.awesome, take('fast', 'slow')),
  BBands: entry(ours.bollinger, take('period', 'devfactor'), 'middle', 'upper', 'lower'),
  BollingerBands: entry(ours.bollinger, take('period', 'devfactor'), 'middle', 'upper', 'lower'),
  CCI: entry(ours.cci, ({ period, factor }) => [Number(period), Number(factor), { deviation: 'moving' }]),
  DEMA: entry(ours.dema, PERIOD),
  DM: entry(ours.adx, ({ period }) => [Number(period), { seed: 'full' }], 'adx', 'adxr', 'plus', 'minus'),
  DirectionalMovement: entry(
    ours.adx,
    ({ period }) => [Number(period), { seed: 'full' }],
    'adx',
    'adxr',
    'plus',
    'minus',
  ),
  ADX: entry(ours.adx, ({ period }) => [Number(period), { seed: 'full' }]),
  DMA: entry(ours.dickson, take('period', 'gainlimit', 'hperiod')),
  DicksonMovingAverage: entry(ours.dickson, take('period', 'gainlimit', 'hperiod')),
  DownMove: entry(
    ours.mom,
    () => [1],
    ({ out }) => made(out['momentum'], (value) => 0 - value),
  ),
  DPO: entry(ours.dpo, PERIOD),
  DV2: entry(ours.dv2, take('period', 'maperiod')),
  EMA: entry(ours.ema, PERIOD),
  ExponentialMovingAverage: entry(ours.ema, PERIOD),
  HeikinAshi: entry(ours.heikinAshi, none, 'open', 'high', 'low', 'close'),
  Highest: entry(ours.highest, PERIOD),
  HMA: entry(ours.hma, PERIOD),
  HullMovingAverage: entry(ours.hma, PERIOD),
  Ichimoku: entry(
    ours.ichimoku,
    take('tenkan', 'kijun', 'senkou'),
    'tenkan',
    'kijun',
    ({ out, args }) => moved(out['spanA'], Number(args[1])),
    ({ out, args }) => moved(out['spanB'], Number(args[1])),
    ({ bars }) => moved(bars['close'], -26),
  ),
  KAMA: entry(ours.kama, ({ period, fast, slow }) => [Number(period), Number(fast), Number(slow), { seed: 'average' }]),
  KST: entry(
    ours.kst,
    take('rp1', 'rp2', 'rp3', 'rp4', 'rma1', 'rma2', 'rma3', 'rma4', 'rsignal'),
    ({ out }) => made(out['kst'], (value) => value),
    'signal',
  ),
  LaguerreRSI: entry(ours.laguerreRsi, take('gamma'), ({ out }) => made(out['rsi'], (value) => value / 100)),
  LRSI: entry(ours.laguerreRsi, take('gamma'), ({ out }) => made(out['rsi'], (value) => value / 100)),
  Lowest: entry(ours.lowest, PERIOD),
  MACD: entry(ours.macd, macdArguments, 'macd', 'signal'),
  MACDHisto: entry(ours.macd, macdArguments, 'macd', 'signal', 'histogram'),
  Momentum: entry(ours.mom, PERIOD),
  MomentumOscillator: entry(ours.rocRatio, PERIOD, ({ out }) => made(out['roc'], (value) => 100 * value)),
  PctChange: entry(ours.rocFraction, PERIOD),
  PercentChange: entry(ours.rocFraction, PERIOD),
  PercentRank: entry(ours.percentRank, PERIOD),
  PctRank: entry(ours.percentRank, PERIOD),
  PGO: entry(ours.prettyGood, PERIOD),
  PrettyGoodOscillator: entry(ours.prettyGood, PERIOD),
  PPO: entry(ours.ppo, take('period1', 'period2', 'period_signal'), 'ppo', 'signal', 'histogram'),
  PPOShort: entry(
    ours.ppo,
    ({ period1, period2, period_signal }) => [
      Number(period1),
      Number(period2),
      Number(period_signal),
      { base: 'fast' },
    ],
    'ppo',
    'signal',
    'histogram',
  ),
  PriceOsc: entry(ours.apo, take('period1', 'period2')),
  PriceOscillator: entry(ours.apo, take('period1', 'period2')),
  PSAR: entry(ours.sar, take('af', 'afmax')),
  ParabolicSAR: entry(ours.sar, take('af', 'afmax')),
  RMI: entry(ours.relativeMomentum, take('period', 'lookback')),
  RelativeMomentumIndex: entry(ours.relativeMomentum, take('period', 'lookback')),
  ROC: entry(ours.roc, PERIOD, percent),
  RateOfChange: entry(ours.roc, PERIOD, percent),
  ROC100: entry(ours.roc, PERIOD),
  RSI: entry(ours.rsi, PERIOD),
  RSI_Safe: entry(ours.rsi, PERIOD),
  SMA: entry(ours.sma, PERIOD),
  SMMA: entry(ours.rma, PERIOD),
  StdDev: entry(ours.deviation, PERIOD),
  Stochastic: entry(ours.stoch, take('period', 'period_dfast', 'period_dslow'), 'k', 'd'),
  StochasticFast: entry(ours.stoch, ({ period, period_dfast }) => [Number(period), 1, Number(period_dfast)], 'k', 'd'),
  StochasticFull: entry(
    ours.stoch,
    take('period', 'period_dfast', 'period_dslow'),
    ({ bars, args }) =>
      ours.stoch({ high: bars['high'], low: bars['low'], close: bars['close'] }, Number(args[0]), 1, 1).k,
    'k',
    'd',
  ),
  SumN: entry(ours.sum, PERIOD),
  TEMA: entry(ours.tema, PERIOD),
  Trix: entry(ours.trix, PERIOD),
  TrixSignal: entry(ours.trix, take('period', 'sigperiod'), 'trix', 'signal'),
  TSI: entry(ours.tsi, take('period1', 'period2')),
  UltimateOscillator: entry(ours.ultosc, take('p1', 'p2', 'p3')),
  UpMove: entry(ours.mom, () => [1]),
  Vortex: entry(ours.vortex, PERIOD, 'plus', 'minus'),
  WilliamsAD: entry(ours.williamsAd, none),
  WilliamsR: entry(ours.willr, PERIOD),
  WMA: entry(ours.wma, PERIOD),
  ZLEMA: entry(ours.zlema, PERIOD),
  ZeroLagIndicator: entry(ours.errorCorrecting, take('period', 'gainlimit')),
  ZLInd: entry(ours.errorCorrecting, take('period', 'gainlimit')),
};

/** Oscillators and envelopes of every average are named after it. */
function ofAverages(): Record<string, Entry> {
  const entries: Record<string, Entry> = {};
  for (const [name, average] of [
    ...AVERAGES.map((kind) => [kind.toUpperCase(), kind] as const),
    ['SMMA', 'rma'] as const,
  ]) {
    const options = { average };
    // Their oscillator is the average's distance from the price, counted from the price.
    entries[`${name}Osc`] = entry(ours.averageDistance, ({ period }) => [Number(period), options]);
    entries[`${name}Oscillator`] = entries[`${name}Osc`]!;
    entries[`${name}Envelope`] = entry(
      ours.envelope,
      ({ period, perc }) => [Number(period), Number(perc), options],
      'middle',
      'upper',
      'lower',
    );
  }
  return entries;
}

const TABLE: Readonly<Record<string, Entry>> = { ...BASIC, ...ofAverages() };

export function* backtraderCases(folder: string, root: string): Iterable<TruthCase> {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const cases = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Case[];
    // checkpoints_NAME.json goes with the bars NAME.txt.
    const barFile = file.replace(/^checkpoints_/, '').replace(/\.json$/, '.txt');
    const bars = barsOf(readCsv(join(root, '01_market_data/backtrader', barFile)));
    const last = bars['close'].length - 1;
    for (const one of cases) {
      const found = TABLE[one.indicator];
      if (found === undefined) {
        yield uncovered(one.id, `no indicator ${one.indicator}`);
        continue;
      }
      yield attempt(one.id, () => {
        const seen = view(found.indicator, bars, found.args(one.params));
        const expected = one.lines.flatMap(({ name, values }) =>
          one.checkpoints.map(({ bar_index_from_end }, i) => {
            const value = Number(values[i]);
            // Values are printed with six decimals.
            return { output: name, row: last + bar_index_from_end, value, tolerance: 1e-6 + 1e-9 * Math.abs(value) };
          }),
        );
        return judge(
          one.id,
          expected.filter(({ value }) => !Number.isNaN(value)),
          (output) => {
            const selector = found.lines[one.lines.findIndex(({ name }) => name === output)];
            if (selector === undefined) throw new Error(`no line ${output}`);
            return select(seen, selector);
          },
        );
      });
    }
  }
}
