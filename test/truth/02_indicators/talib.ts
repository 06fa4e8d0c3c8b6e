/**
 * TA-Lib: the figures of its regression test over 252 bars, by its function names.
 */
import { join } from 'node:path';
import * as ours from '../../../src/indicators/index.ts';
import type { TruthCase } from '../case.ts';
import { barsOf, readCsv } from './csv.ts';
import {
  type Argument,
  attempt,
  type Columns,
  type Expected,
  judge,
  made,
  type Selector,
  select,
  uncovered,
  view,
} from './view.ts';
import { casesIn } from './cases.ts';

interface Case {
  readonly id: string;
  readonly function: string;
  readonly params: Readonly<Record<string, number | string>>;
  readonly beg_idx: number;
  readonly nb_element: number;
  readonly expected: readonly { readonly output: string; readonly bar: number; readonly value: number }[];
}

type Parameters = Readonly<Record<string, number | string>>;

interface Entry {
  readonly indicator: ours.AnyIndicator;
  readonly args: (parameters: Parameters) => Argument[];
  /** Our outputs by the names the cases give; unnamed outputs are taken in this order. */
  readonly outputs: Readonly<Record<string, Selector>>;
  readonly inputs?: (bars: Columns) => Columns;
}

const TOLERANCE = 0.01;

/** The numbers of the parameters in the order they are written; 0 or less means the default of the function. */
function numbers(parameters: Parameters): Argument[] {
  return Object.values(parameters).filter((value): value is number => typeof value === 'number' && value > 0);
}

/** The name of a moving average among the parameters, in our words. */
function average(parameters: Parameters): { average: string } | undefined {
  const name = Object.values(parameters).find((value) => typeof value === 'string');
  return name === undefined ? undefined : { average: name.toLowerCase() };
}

function withAverage(parameters: Parameters): Argument[] {
  const kind = average(parameters);
  return kind === undefined ? numbers(parameters) : [...numbers(parameters), kind];
}

function entry(
  indicator: ours.AnyIndicator,
  outputs: Readonly<Record<string, Selector>> | Selector = indicator.outputs[0],
  args: Entry['args'] = numbers,
  inputs?: Entry['inputs'],
): Entry {
  const named = typeof outputs === 'object' ? outputs : { real: outputs };
  return { indicator, outputs: named, args, ...(inputs === undefined ? {} : { inputs }) };
}

const none = (): Argument[] => [];
const highLow = (bars: Columns): Columns => ({ series: bars['high'], other: bars['low'] });
/** Their market comes first. */
const lowHigh = (bars: Columns): Columns => ({ series: bars['low'], other: bars['high'] });
/** The regression test feeds extremes with opens, and cycles with median prices. */
const opens = (bars: Columns): Columns => ({ series: bars['open'] });
const middles = (bars: Columns): Columns => ({ series: ours.medianPrice({ high: bars['high'], low: bars['low'] }) });
/** Of a single row, their directional indicators are fractions, not per cent. */
const ofOneRow =
  (output: string): Selector =>
  ({ out, args }) =>
    args[0] === 1 ? made(out[output], (value) => value / 100) : out[output];
const times =
  (output: string, factor: number): Selector =>
  ({ out }) =>
    made(out[output], (value) => factor * value);

/** Bands around an average other than the simple one, of the deviation from the simple mean. */
function bands(side: number): Selector {
  return ({ bars, args }) => {
    const [rows, up, down, kind] = args as [number, number, number, { average?: ours.AverageKind } | undefined];
    const middle = ours.envelope(bars['close'], rows, 0, { average: kind?.average ?? 'sma' }).middle;
    const width = side > 0 ? up : -down;
    return side === 0 ? middle : made(middle, (a, b) => a + width * b, ours.deviation(bars['close'], rows));
  };
}

function bollinger(parameters: Parameters): Argument[] {
  return withAverage(parameters);
}

const TABLE: Readonly<Record<string, Entry>> = {
  ACCBANDS: entry(ours.accelerationBands, { real: 'middle', upper: 'upper', middle: 'middle', lower: 'lower' }),
  AD: entry(ours.ad, 'ad', none),
  ADOSC: entry(ours.adosc),
  ADX: entry(ours.adx),
  ADXR: entry(ours.adx, 'adxr'),
  APO: entry(ours.apo, 'apo', withAverage),
  AROON: entry(ours.aroon, { real: 'down', down: 'down', up: 'up' }),
  AROON_DOWN: entry(ours.aroon, 'down'),
  AROON_UP: entry(ours.aroon, 'up'),
  AROONOSC: entry(ours.aroon, 'oscillator'),
  ATR: entry(ours.atr),
  AVGDEV: entry(ours.meanDeviation),
  AVGPRICE: entry(ours.averagePrice, 'price', none),
  BBANDS: {
    indicator: ours.sma,
    args: bollinger,
    outputs: { upper: bands(1), middle: bands(0), lower: bands(-1), real: bands(1) },
  },
  BETA: entry(ours.beta, 'beta', numbers, lowHigh),
  BOP: entry(ours.balanceOfPower, 'balance', none),
  CCI: entry(ours.cci),
  CMO: entry(ours.cmo),
  CORREL: entry(ours.correlation, 'correlation', numbers, highLow),
  DEMA: entry(ours.dema),
  DX: entry(ours.dx),
  EMA: entry(ours.ema),
  HT_DCPERIOD: entry(ours.dominantCycle, 'period', none, middles),
  HT_DCPHASE: entry(ours.cyclePhase, 'phase', none, middles),
  HT_PHASOR: entry(
    ours.dominantCycle,
    { real: 'inPhase', inPhase: 'inPhase', quadrature: 'quadrature' },
    none,
    middles,
  ),
  HT_SINE: entry(ours.cyclePhase, { real: 'sine', sine: 'sine', leadSine: 'leadSine' }, none, middles),
  HT_TRENDLINE: entry(ours.cyclePhase, 'trendLine', none, middles),
  HT_TRENDMODE: entry(ours.cyclePhase, 'trendMode', none, middles),
  IMI: entry(ours.intradayMomentum),
  KAMA: entry(ours.kama),
  LINEARREG: entry(ours.linearRegression),
  LINEARREG_ANGLE: entry(ours.linearRegression, ({ out }) =>
    made(out['slope'], (slope) => (Math.atan(slope) * 180) / Math.PI),
  ),
  LINEARREG_INTERCEPT: entry(ours.linearRegression, 'intercept'),
  LINEARREG_SLOPE: entry(ours.linearRegression, 'slope'),
  MA: entry(ours.envelope, 'middle', (parameters) => [numbers(parameters)[0], 0, average(parameters) ?? {}]),
  MACD: entry(ours.macd, { real: 'macd', macd: 'macd', signal: 'signal', hist: 'histogram' }),
  MACDFIX: entry(ours.macd, { macd: 'macd', signal: 'signal', hist: 'histogram' }, (parameters) => [
    12,
    26,
    numbers(parameters).at(-1) ?? 9,
    { fastWeight: 0.15, slowWeight: 0.075 },
  ]),
  MAMA: entry(ours.mama, { real: 'mama', mama: 'mama', fama: 'fama' }, none, middles),
  MAX: entry(ours.highest, undefined, numbers, opens),
  MAXINDEX: entry(ours.extremes, ({ out }) => out['highestAge'].map((age, row) => row - age), numbers, opens),
  MEDPRICE: entry(ours.medianPrice, 'price', none),
  MFI: entry(ours.mfi),
  MIDPOINT: entry(ours.midpoint),
  MIDPRICE: entry(ours.midprice),
  MIN: entry(ours.lowest, undefined, numbers, opens),
  MININDEX: entry(ours.extremes, ({ out }) => out['lowestAge'].map((age, row) => row - age), numbers, opens),
  MINMAX: entry(ours.extremes, { real: 'lowest', min: 'lowest', max: 'highest' }, numbers, opens),
  MINMAXINDEX: entry(
    ours.extremes,
    {
      real: ({ out }) => out['lowestAge'].map((age, row) => row - age),
      max: ({ out }) => out['highestAge'].map((age, row) => row - age),
    },
    numbers,
    opens,
  ),
  MINUS_DI: entry(ours.directionalIndicators, ofOneRow('minus')),
  MINUS_DM: entry(ours.directionalMovement, 'minus'),
  MOM: entry(ours.mom),
  NATR: entry(ours.natr),
  OBV: entry(ours.obv, 'obv', none),
  PLUS_DI: entry(ours.directionalIndicators, ofOneRow('plus')),
  PLUS_DM: entry(ours.directionalMovement, 'plus'),
  PPO: entry(ours.ppo, 'ppo', (parameters) => {
    const [fast, slow] = numbers(parameters);
    return [fast, slow, 1, average(parameters) ?? {}];
  }),
  ROC: entry(ours.roc),
  ROCP: entry(ours.rocFraction),
  ROCR: entry(ours.rocRatio),
  ROCR100: entry(ours.rocRatio, times('roc', 100)),
  RSI: entry(ours.rsi),
  SAR: entry(ours.sar),
  SMA: entry(ours.sma),
  STDDEV: entry(ours.deviation, ({ out, args }) => made(out['deviation'], (value) => Number(args[1] ?? 1) * value)),
  STOCH: entry(ours.stoch, { slowK: 'k', slowD: 'd', real: 'k' }, (parameters) => [
    ...numbers(parameters),
    average(parameters) ?? {},
  ]),
  STOCHF: entry(ours.stoch, { fastK: 'k', fastD: 'd', real: 'k' }, (parameters) => {
    const [rows, signal] = numbers(parameters);
    return [rows, 1, signal, average(parameters) ?? {}];
  }),
  STOCHRSI: entry(ours.stochRsi, { fastK: 'k', fastD: 'd', real: 'k' }, (parameters) => {
    const [rsi, rows, signal] = numbers(parameters);
    return [rsi, rows, 1, signal];
  }),
  SUM: entry(ours.sum),
  T3: entry(ours.t3),
  TEMA: entry(ours.tema),
  TRANGE: entry(ours.trueRange, 'trueRange', none),
  TRIMA: entry(ours.trima),
  TRIX: entry(ours.trix),
  TSF: entry(ours.forecast),
  TYPPRICE: entry(ours.typicalPrice, 'price', none),
  ULTOSC: entry(ours.ultosc),
  VAR: entry(ours.variance, 'variance', (parameters) => [numbers(parameters)[0]]),
  WCLPRICE: entry(ours.weightedClose, 'price', none),
  WILLR: entry(ours.willr),
  WMA: entry(ours.wma),
};

export function* talibCases(folder: string): Iterable<TruthCase> {
  const cases = casesIn<Case>(folder);
  const bars = barsOf(readCsv(join(folder, 'reference_252_bars.csv')));
  const sarBars = barsOf(readCsv(join(folder, 'wilder_sar_bars.csv')));
  for (const one of cases) {
    // A name may carry its parameters, as in ADOSC_3_10.
    const [, name, built] = /^(.*?)((?:_\d+)*)$/.exec(one.function)!;
    const found = TABLE[name];
    if (found === undefined) {
      yield uncovered(one.id, `no indicator ${one.function}`);
      continue;
    }
    yield attempt(one.id, () => {
      const inName = built.split('_').filter((part) => part !== '');
      const parameters: Parameters =
        inName.length === 0 ? one.params : Object.fromEntries(inName.map(Number).entries());
      const source = one.beg_idx + one.nb_element === sarBars['high'].length ? sarBars : bars;
      return judgeCase(one, found, found.inputs?.(source) ?? source, found.args(parameters));
    });
  }
}

function judgeCase(one: Case, found: Entry, bars: Columns, args: Argument[]): TruthCase {
  // The deviation factor is not an argument of ours: the selector reads it.
  const ours = found.indicator.parameters.length;
  const passed = args.filter((arg, i) => typeof arg === 'object' || i < ours);
  const known = found.indicator.options.some((option) => option.name === 'average');
  const seen = view(
    found.indicator,
    bars,
    passed.filter((arg) => known || typeof arg !== 'object' || !('average' in arg)),
  );
  const full = { ...seen, args };
  const order = Object.values(found.outputs).filter((selector, i, all) => all.indexOf(selector) === i);
  const times = new Map<string, number>();
  const expected: Expected[] = one.expected.map(({ output, bar, value }) => {
    // An output named again for the same bar is the next output of the function.
    const key = `${output}@${bar}`;
    const time = times.get(key) ?? 0;
    times.set(key, time + 1);
    const tolerance = Math.max(TOLERANCE, 1e-6 * Math.abs(value));
    return { output: time === 0 ? output : `#${time}`, row: bar, value, tolerance };
  });
  return judge(one.id, expected, (output) => {
    const selector = output.startsWith('#') ? order[Number(output.slice(1))] : found.outputs[output];
    if (selector === undefined) throw new Error(`no output ${output}`);
    return select(full, selector);
  });
}
