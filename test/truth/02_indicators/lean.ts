/**
 * LEAN: files with prices and an expected column, by the C# constructor that made them.
 */
import { join } from 'node:path';
import * as ours from '../../../src/indicators/index.ts';
import type { TruthCase } from '../case.ts';
import { barsOf, column, type Csv, lastPlace, readCsv } from './csv.ts';
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
  type View,
  view,
} from './view.ts';
import { breadth, past, PROFILE, timed } from './volume.ts';
import { casesIn } from './cases.ts';

interface Case {
  readonly indicator: string;
  readonly file: string;
  readonly column: string | null;
  readonly constructor: string;
  readonly other_columns_tested: readonly string[];
  readonly tolerance_hint: readonly string[];
}

interface Call {
  readonly numbers: readonly number[];
  /** Words such as `MovingAverageType.Simple`, without what is before the dot, in lower case. */
  readonly words: readonly string[];
}

/** An output, or what is to be made of the outputs for a column of this name. */
type ColumnSelector = string | ((view: View, column: string) => Float64Array);

interface Entry {
  readonly indicator: ours.AnyIndicator;
  readonly args: (call: Call) => Argument[];
  /** Our outputs by a part of their column names in lower case, tried in this order. */
  readonly columns: readonly (readonly [string, ColumnSelector])[];
  readonly inputs?: (bars: Columns, csv: Csv) => Columns;
  /** A column that is summed up: half of its last printed places adds to the tolerance row by row. */
  readonly cumulative?: string;
  /** They are ready only after as many rows as the first number says. */
  readonly readyAfterPeriod?: boolean;
}

const TOLERANCE = 1e-3;

function entry(
  indicator: ours.AnyIndicator,
  args: Entry['args'] = numbers,
  ...columns: (readonly [string, ColumnSelector])[]
): Entry {
  return { indicator, args, columns: columns.length === 0 ? [['', indicator.outputs[0]]] : columns };
}

function numbers(call: Call): Argument[] {
  return [...call.numbers];
}

const none = (): Argument[] => [];
/** The named kind of average, where one is among the words. */
function averageOf({ words }: Call): string | undefined {
  const kinds: Readonly<Record<string, string>> = {
    simple: 'sma',
    exponential: 'ema',
    wilders: 'rma',
    linearweightedmovingaverage: 'wma',
    doubleexponential: 'dema',
    tripleexponential: 'tema',
    triangular: 'trima',
    t3: 't3',
    kama: 'kama',
    hull: 'hma',
  };
  const word = words.find((candidate) => kinds[candidate] !== undefined);
  return word === undefined ? undefined : kinds[word];
}
const withAverage =
  (initial: string): Entry['args'] =>
  (call) => [...call.numbers, { average: averageOf(call) ?? initial }];
const part =
  (output: string, factor: number): Selector =>
  ({ out }) =>
    made(out[output], (value) => factor * value);
/** Their true range starts with the range of the first row. */
const fromFirst = (call: Call): Argument[] => [...call.numbers, { firstRow: 'range' }];

/** Two symbols take turns in the rows: the asset first, then its market; expected values stand on the market's rows. */
function pairOf(bars: Columns, csv: Csv): Columns {
  const symbols = csv.rows.map((row) => row[0]);
  const series = new Float64Array(symbols.length).fill(Number.NaN);
  const other = series.slice();
  for (let row = 1; row < symbols.length; row++) {
    if (symbols[row] !== symbols[1] || symbols[row - 1] === symbols[row]) continue;
    series[row] = bars['close'][row - 1]!;
    other[row] = bars['close'][row]!;
  }
  return { series, other };
}

/** Their price of a row is the mean of all four. */
function averagePrices(bars: Columns): Columns {
  const { open, high, low, close, volume } = bars as Readonly<
    Record<'open' | 'high' | 'low' | 'close' | 'volume', Float64Array>
  >;
  return { close: ours.averagePrice({ open, high, low, close }), volume };
}

const BANDS = [
  ['upper', 'upper'],
  ['top', 'upper'],
  ['lower', 'lower'],
  ['bottom', 'lower'],
  ['mid', 'middle'],
  ['mean', 'middle'],
  ['', 'middle'],
] as const;

const DIRECTIONAL = [
  ['+di', 'plus'],
  ['plus', 'plus'],
  ['-di', 'minus'],
  ['minus', 'minus'],
  ['', 'adx'],
] as const;

const FILTERS = ['gauss', 'butter', 'highpass', 'twopolehighpass', 'bandpass'];
const FILTER_NAMES = ['gauss', 'butterworth', 'high-pass', 'two-pole-high-pass', 'band-pass'];

const TABLE: Readonly<Record<string, Entry>> = {
  AbsolutePriceOscillator: entry(ours.apo, withAverage('sma')),
  AccumulationDistribution: { ...entry(ours.ad, none), cumulative: 'volume' },
  AccumulationDistributionOscillator: entry(ours.adosc),
  AlphaIndicator: { ...entry(ours.beta, ({ numbers: [rows] }) => [rows], ['', 'alpha']), inputs: pairOf },
  ArnaudLegouxMovingAverage: entry(ours.alma, ({ numbers: [rows, sigma, offset] }) => [
    rows,
    offset ?? 0.85,
    sigma ?? 6,
  ]),
  AroonOscillator: entry(
    ours.aroon,
    ({ numbers: [rows] }) => [rows],
    ['up', 'up'],
    ['down', 'down'],
    ['', 'oscillator'],
  ),
  AverageDirectionalIndex: entry(ours.adx, ({ numbers: [rows] }) => [rows, { seed: 'full' }], ...DIRECTIONAL),
  AverageDirectionalMovementIndexRating: entry(ours.adx, numbers, ['', 'adxr']),
  AverageTrueRange: entry(ours.averageRange, withAverage('rma')),
  AwesomeOscillator: entry(ours.awesome),
  BalanceOfPower: entry(ours.balanceOfPower, none),
  BetaIndicator: { ...entry(ours.beta, ({ numbers: [rows] }) => [rows]), inputs: pairOf },
  Beta: { ...entry(ours.beta, ({ numbers: [rows] }) => [rows]), inputs: pairOf },
  BollingerBands: entry(ours.bollinger, numbers, ...BANDS),
  ChaikinMoneyFlow: entry(ours.cmf),
  ChaikinOscillator: entry(ours.adosc),
  ChandeKrollStop: entry(ours.chandeKroll, fromFirst, ['short', 'short'], ['long', 'long']),
  ChandeMomentumOscillator: entry(ours.cmo),
  ChoppinessIndex: entry(ours.choppiness),
  CommodityChannelIndex: entry(ours.cci),
  ConnorsRelativeStrengthIndex: entry(ours.connorsRsi),
  CoppockCurve: entry(ours.coppock),
  Correlation: { ...entry(ours.correlation), inputs: pairOf },
  Delay: entry(ours.lag),
  DerivativeOscillator: entry(ours.derivative),
  DetrendedPriceOscillator: entry(ours.dpo),
  DonchianChannel: entry(ours.donchian, numbers, ...BANDS),
  DoubleExponentialMovingAverage: entry(ours.dema),
  EaseOfMovementValue: entry(ours.easeOfMovement, ({ numbers: [rows, scale] }) => [rows ?? 1, scale ?? 10_000]),
  ExponentialMovingAverage: entry(ours.ema),
  FisherTransform: entry(ours.fisher),
  ForceIndex: entry(ours.force),
  FractalAdaptiveMovingAverage: entry(ours.frama),
  HeikinAshi: entry(
    ours.heikinAshi,
    none,
    ['open', 'open'],
    ['high', 'high'],
    ['low', 'low'],
    ['close', 'close'],
    ['volume', ({ bars }) => bars['volume']],
  ),
  HilbertTransform: entry(
    ours.hilbert,
    numbers,
    ['inphase', 'inPhase'],
    ['quadrature', 'quadrature'],
    ['close', ({ bars }) => bars['close']],
  ),
  HullMovingAverage: entry(ours.hma),
  HurstExponent: entry(ours.hurst),
  IchimokuKinkoHyo: entry(
    ours.ichimoku,
    ({ numbers: [tenkan, kijun, , , spanB] }) => [tenkan, kijun, spanB],
    ['tenkan', 'tenkan'],
    ['kijun', 'kijun'],
    ['senkoua', 'spanA'],
    ['senkoub', 'spanB'],
  ),
  InternalBarStrength: entry(ours.barStrength, none),
  KaufmanAdaptiveMovingAverage: entry(ours.kama),
  KaufmanEfficiencyRatio: entry(ours.efficiencyRatio),
  KeltnerChannels: entry(
    ours.keltner,
    ({ numbers: [rows, width], words }) => [rows, width, rows, { average: averageOf({ numbers: [], words }) ?? 'sma' }],
    ...BANDS,
  ),
  KlingerVolumeOscillator: entry(
    ours.kvo,
    ({ numbers: [fast, slow, signal] }) => [fast, slow, signal ?? 13, { force: 'distance' }],
    ['signal', 'signal'],
    ['', 'kvo'],
  ),
  KnowSureThing: entry(ours.kst, numbers, ['signal', 'signal'], ['', 'kst']),
  LeastSquaresMovingAverage: entry(ours.linearRegression),
  LinearWeightedMovingAverage: entry(ours.wma),
  LogReturn: entry(ours.logReturn),
  MassIndex: entry(ours.massIndex),
  Maximum: entry(ours.highest),
  McClellanOscillator: {
    ...entry(ours.mcclellan, numbers, ['', past('oscillator', false)]),
    inputs: breadth,
  },
  McClellanSummationIndex: {
    ...entry(ours.mcclellan, numbers, ['', past('summation', true)]),
    inputs: breadth,
  },
  McGinleyDynamic: entry(ours.mcginley),
  MeanAbsoluteDeviation: entry(ours.meanDeviation),
  MesaAdaptiveMovingAverage: entry(ours.mama, numbers, ['fama', 'fama'], ['', 'mama']),
  MidPoint: entry(ours.midpoint),
  MidPrice: entry(ours.midprice),
  Minimum: entry(ours.lowest),
  Momentum: entry(ours.mom),
  MomentumPercent: entry(ours.roc),
  MomersionIndicator: entry(ours.momersion),
  MoneyFlowIndex: entry(ours.mfi),
  MovingAverageConvergenceDivergence: entry(
    ours.macd,
    ({ numbers: values }) => [...values, { start: 'apart' }],
    ['signal', 'signal'],
    ['hist', 'histogram'],
    ['', 'macd'],
  ),
  NormalizedAverageTrueRange: entry(ours.natr),
  OnBalanceVolume: { ...entry(ours.obv, none), cumulative: 'volume' },
  ParabolicStopAndReverse: entry(ours.sar, ({ numbers: [start, , limit] }) => [start ?? 0.02, limit ?? 0.2]),
  PercentagePriceOscillator: entry(ours.ppo, ({ numbers: [fast, slow], words }) => [
    fast,
    slow,
    1,
    { average: averageOf({ numbers: [], words }) ?? 'sma' },
  ]),
  PremierStochasticOscillator: entry(ours.premierStochastic),
  PythonIndicator: entry(ours.sma, ({ numbers: [rows] }) => [rows ?? 14]),
  RateOfChange: entry(ours.rocFraction, numbers, ['%', part('roc', 100)], ['', 'roc']),
  RateOfChangePercent: entry(ours.roc),
  RateOfChangeRatio: entry(ours.rocRatio),
  RelativeDailyVolume: { ...entry(ours.relativeVolume), inputs: timed },
  RelativeMovingAverage: entry(ours.relativeAverage),
  RelativeStrengthIndex: entry(ours.rsi),
  RelativeVigorIndex: entry(ours.relativeVigor, ({ numbers: [rows] }) => [rows], ['signal', 'signal'], ['', 'vigor']),
  SchaffTrendCycle: entry(ours.stc),
  SharpeRatio: entry(ours.rollingSharpe),
  SimpleMovingAverage: entry(ours.sma),
  SortinoRatio: entry(
    ours.rollingSortino,
    numbers,
    ['rf_0_', 'sortino'],
    [
      'rf_',
      ({ bars, args }, name) =>
        ours.rollingSortino(bars['close'], Number(args[0]), Number(/rf_([\d.]+)/.exec(name)?.[1] ?? 0)),
    ],
    ['', 'sortino'],
  ),
  StandardDeviation: entry(
    ours.deviation,
    numbers,
    ['var', ({ out }) => made(out['deviation'], (value) => value * value)],
    ['', 'deviation'],
  ),
  Stochastic: entry(ours.stoch, ({ numbers: [rows, k, d] }) => [rows, k, d], ['%d', 'd'], ['d', 'd'], ['', 'k']),
  StochasticRelativeStrengthIndex: entry(ours.stochRsi, numbers, ['d', 'd'], ['k', 'k']),
  Sum: entry(ours.sum),
  SuperTrend: entry(ours.superTrend, fromFirst),
  SwissArmyKnife: {
    ...entry(ours.ehlersFilter, ({ numbers: [rows, delta], words }) => {
      const filter = FILTER_NAMES[FILTERS.findIndex((name) => words.includes(name))] ?? 'gauss';
      return [rows, delta, { filter, start: 'zero' }];
    }),
    readyAfterPeriod: true,
  },
  T3MovingAverage: entry(ours.t3),
  TimeProfile: entry(ours.timeProfile, numbers, ...PROFILE),
  TimeSeriesForecast: entry(ours.forecast),
  TomDemarkSequential: entry(ours.sequential, none),
  TriangularMovingAverage: entry(ours.trima),
  TripleExponentialMovingAverage: entry(ours.tema),
  Trix: entry(ours.trix),
  TrueRange: entry(ours.averageRange, () => [1]),
  TrueStrengthIndex: entry(ours.tsi, numbers, ['signal', 'signal'], ['', 'tsi']),
  UlcerIndex: entry(ours.ulcer),
  UltimateOscillator: entry(ours.ultosc),
  Variance: entry(ours.variance),
  VolumeProfile: entry(ours.volumeProfile, numbers, ...PROFILE),
  VolumeWeightedAveragePriceIndicator: { ...entry(ours.vwma), inputs: averagePrices },
  VolumeWeightedMovingAverage: entry(ours.vwma),
  Vortex: entry(ours.vortex, numbers, ['plus', 'plus'], ['minus', 'minus']),
  WaveTrendOscillator: entry(ours.waveTrend, numbers, ['wt1', 'wave'], ['wt2', 'signal']),
  WilderMovingAverage: entry(ours.rma),
  WilliamsPercentR: entry(ours.willr),
  ZeroLagExponentialMovingAverage: entry(ours.zlema),
};

/** Reads the numbers and words of a constructor call; names, quoted or of symbols, are not among them. */
function callOf(text: string): Call {
  const inside = /\((.*)\)\s*$/s.exec(text)?.[1] ?? '';
  const args = inside.split(',').map((arg) => arg.trim().replace(/^\w+:\s*/, ''));
  const plain = args.map((arg) => /^(-?[\d.]+)[mdf]?$/i.exec(arg)?.[1]).filter((arg) => arg !== undefined);
  const words = args.filter((arg) => /^\w+\.\w+/.test(arg)).map((arg) => arg.split('.').at(-1)!.toLowerCase());
  return { numbers: plain.map(Number), words };
}

export function* leanCases(folder: string): Iterable<TruthCase> {
  const cases = casesIn<Case>(folder);
  for (const one of cases) {
    const id = `lean/${one.file}#${one.indicator}`;
    const found = TABLE[one.indicator];
    if (found === undefined) {
      yield uncovered(id, `no indicator ${one.indicator}`);
      continue;
    }
    yield attempt(id, () => {
      const csv = readCsv(join(folder, one.file));
      const bars = found.inputs?.(barsOf(csv), csv) ?? barsOf(csv);
      const seen = view(found.indicator, bars, found.args(callOf(one.constructor)));
      const hint = Number(one.tolerance_hint[0] ?? TOLERANCE);
      const period = callOf(one.constructor).numbers[0];
      const names = [...new Set([one.column, ...one.other_columns_tested])]
        .filter((name) => name !== null)
        // A column may carry the period that the case leaves out.
        .map((name) => (column(csv, name) === undefined ? `${name}_${period}` : name));
      const oursOf = (name: string): Float64Array => {
        const selector = found.columns.find(([piece]) => name.toLowerCase().includes(piece))?.[1];
        if (selector === undefined) throw new Error(`no output for column ${name}`);
        return typeof selector === 'string' ? select(seen, selector) : selector(seen, name);
      };
      const expected = names.flatMap((name) => {
        const first = Math.max(warmRow(oursOf(name)), found.readyAfterPeriod === true ? period - 1 : 0);
        return rowsOf(csv, name, hint, found.cumulative).filter(({ row }) => row >= first);
      });
      if (expected.length === 0) return uncovered(id, 'no row to compare');
      // Where two symbols take turns, every second row is ours.
      const compared =
        found.inputs === pairOf ? expected.filter(({ row }) => !Number.isNaN(seen.bars['series'][row])) : expected;
      return judge(id, compared, oursOf);
    });
  }
}

/** The first row with a value: expected values before it come from rows that the file does not have. */
function warmRow(values: Float64Array): number {
  const row = values.findIndex((value) => !Number.isNaN(value));
  return row === -1 ? values.length : row;
}

function rowsOf(csv: Csv, output: string, hint: number, cumulative: string | undefined): Expected[] {
  const values = column(csv, output);
  if (values === undefined) throw new Error(`no column ${output}`);
  const index = csv.header.findIndex((title) => title.toLowerCase() === output.trim().toLowerCase());
  const expected: Expected[] = [];
  const summed = cumulative === undefined ? -1 : csv.header.findIndex((title) => title.toLowerCase() === cumulative);
  let rounding = 0;
  values.forEach((value, row) => {
    if (summed !== -1) rounding += lastPlace(csv.rows[row][summed]) / 2;
    if (Number.isNaN(value)) return;
    const printed = lastPlace(csv.rows[row][index]);
    expected.push({ output, row, value, tolerance: Math.max(hint, printed, 1e-6 * Math.abs(value)) + rounding });
  });
  return expected;
}
