/**
 * StockCharts' spreadsheets: the last rows of their columns.
 */
import { join } from 'node:path';
import * as ours from '../../../src/indicators/index.ts';
import type { TruthCase } from '../case.ts';
import { barsOf, type Csv, lastPlace, readCsv } from './csv.ts';
import {
  type Argument,
  attempt,
  type Expected,
  judge,
  made,
  type Selector,
  select,
  uncovered,
  view,
  type View,
} from './view.ts';
import { casesIn } from './cases.ts';

interface Case {
  readonly test: string;
  readonly indicator: string;
  readonly file: string;
  readonly params: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly compare_last_rows: readonly string[];
}

type Parameters = Case['params'];

interface Entry {
  readonly indicator: ours.AnyIndicator;
  readonly args: (parameters: Parameters) => Argument[];
  /** Significant digits that agree: five, or fewer where the sheet itself rounds its weights. */
  readonly digits?: number;
  /** Our outputs by their column names in lower case; a single output goes with any name. */
  readonly columns: Readonly<Record<string, Selector>> | Selector;
}

function take(...names: string[]): Entry['args'] {
  return (parameters) => names.map((name) => Number(parameters[name] ?? DEFAULTS[name]));
}

/** As `take`, with exponential averages that start from a first value, as the sheets and pandas have them. */
function seeded(seed: string, ...names: string[]): Entry['args'] {
  return (parameters) => [...take(...names)(parameters), { seed }];
}

/** Defaults of parameters that a case may leave out. */
const DEFAULTS: Readonly<Record<string, number>> = {
  window_sign: 9,
  window_dev: 2,
  window_atr: 10,
  multiplier: 2,
  smooth_window: 3,
  smooth1: 3,
  smooth2: 3,
  cycle: 10,
  constant: 0.015,
  step: 0.02,
  max_step: 0.2,
  nsig: 9,
};

function entry(
  indicator: ours.AnyIndicator,
  args: Entry['args'],
  columns: Entry['columns'] = indicator.outputs[0],
): Entry {
  return { indicator, args, columns };
}

const WINDOW = take('window');
const none = (): Argument[] => [];
const reach = ({ out }: View): Float64Array => made(out['upper'], (upper, lower) => upper - lower, out['lower']);
const bandWidth: Selector = (seen) => made(reach(seen), (value, middle) => (100 * value) / middle, seen.out['middle']);
/** The width of a Donchian channel is in per cent of the mean close. */
const donchianWidth: Selector = (seen) =>
  made(reach(seen), (value, mean) => (100 * value) / mean, ours.sma(seen.bars['close'], Number(seen.args[0])));
const place: Selector = (seen) =>
  made(
    made(seen.bars['close'], (close, lower) => close - lower, seen.out['lower']),
    (above, value) => above / value,
    reach(seen),
  );
const above: Selector = ({ out, bars }) => made(bars['close'], (close, upper) => (close > upper ? 1 : 0), out['upper']);
const below: Selector = ({ out, bars }) => made(bars['close'], (close, lower) => (close < lower ? 1 : 0), out['lower']);

const BANDS: Readonly<Record<string, Selector>> = {
  highband: 'upper',
  middleband: 'middle',
  lowband: 'lower',
  upper_band: 'upper',
  middle_band: 'middle',
  lower_band: 'lower',
  widthband: bandWidth,
  dc_band_width: donchianWidth,
  kc_band_width: bandWidth,
  percentageband: place,
  dc_percentage: place,
  kc_percentage: place,
  crossup: above,
  crossdown: below,
  kc_high_indicator: above,
  kc_low_indicator: below,
};

const TABLE: Readonly<Record<string, Entry>> = {
  ADXIndicator: entry(ours.adx, ({ window }) => [Number(window), { seed: 'full' }], {
    adx: 'adx',
    '+di14': 'plus',
    '-di14': 'minus',
  }),
  AccDistIndexIndicator: entry(ours.ad, none),
  AroonIndicator: entry(ours.aroon, WINDOW, { up: 'up', down: 'down', ind: 'oscillator' }),
  AverageTrueRange: entry(ours.averageRange, WINDOW),
  AwesomeOscillatorIndicator: entry(ours.awesome, take('window1', 'window2')),
  BollingerBands: entry(ours.bollinger, take('window', 'window_dev'), BANDS),
  CCIIndicator: entry(ours.cci, take('window', 'constant')),
  ChaikinMoneyFlowIndicator: entry(ours.cmf, WINDOW),
  DPOIndicator: entry(ours.dpo, WINDOW),
  DonchianChannel: entry(ours.donchian, WINDOW, BANDS),
  EMAIndicator: entry(ours.ema, WINDOW),
  EaseOfMovementIndicator: entry(ours.easeOfMovement, WINDOW, { emv: 'raw', sma_emv: 'ease' }),
  ForceIndexIndicator: entry(ours.force, seeded('first', 'window')),
  IchimokuIndicator: entry(ours.ichimoku, take('window1', 'window2', 'window3'), {
    conv: 'tenkan',
    base: 'kijun',
    a: 'spanA',
    b: 'spanB',
  }),
  KAMAIndicator: entry(ours.kama, take('window', 'pow1', 'pow2')),
  KSTIndicator: entry(
    ours.kst,
    take('roc1', 'roc2', 'roc3', 'roc4', 'window1', 'window2', 'window3', 'window4', 'nsig'),
    { kst: 'kst', kst_sig: 'signal' },
  ),
  KeltnerChannel: entry(
    ours.keltner,
    (parameters) => [...take('window', 'multiplier', 'window_atr')(parameters), { seed: 'first', firstRow: 'range' }],
    BANDS,
  ),
  MACD: entry(ours.macd, seeded('first', 'window_fast', 'window_slow', 'window_sign'), {
    macd_line: 'macd',
    macd_signal: 'signal',
    macd_diff: 'histogram',
  }),
  MFIIndicator: entry(ours.mfi, WINDOW),
  MassIndex: entry(ours.massIndex, take('window_fast', 'window_slow')),
  NegativeVolumeIndexIndicator: entry(ours.nvi, none),
  OnBalanceVolumeIndicator: entry(ours.obv, none),
  PSARIndicator: entry(ours.sar, take('step', 'max_step'), { psar: 'sar' }),
  PercentagePriceOscillator: entry(ours.ppo, seeded('first', 'window_fast', 'window_slow', 'window_sign'), {
    ppo: 'ppo',
    ppo_signal_line: 'signal',
    ppo_histogram: 'histogram',
  }),
  PercentageVolumeOscillator: entry(ours.pvo, seeded('first', 'window_fast', 'window_slow', 'window_sign'), {
    pvo: 'pvo',
    pvo_signal_line: 'signal',
    pvo_histogram: 'histogram',
  }),
  ROCIndicator: entry(ours.roc, WINDOW),
  RSIIndicator: entry(ours.rsi, seeded('zero', 'window')),
  SMAIndicator: entry(ours.sma, WINDOW),
  STCIndicator: entry(ours.stc, take('cycle', 'window_fast', 'window_slow')),
  StochRSIIndicator: entry(
    ours.stochRsi,
    ({ window }) => [Number(window), Number(window), 1, 1],
    ({ out }) => made(out['k'], (value) => value / 100),
  ),
  StochasticOscillator: entry(
    ours.stoch,
    (parameters) => [Number(parameters['window']), 1, ...take('smooth_window')(parameters)],
    {
      so: 'k',
      so_sig: 'd',
      '%k': 'k',
      '%d': 'd',
    },
  ),
  TRIXIndicator: entry(ours.trix, WINDOW),
  TSIIndicator: {
    ...entry(ours.tsi, (parameters) => [...take('window_slow', 'window_fast')(parameters), 7, { seed: 'first' }]),
    digits: 3,
  },
  UlcerIndex: entry(ours.ulcer, WINDOW),
  UltimateOscillator: entry(ours.ultosc, take('window1', 'window2', 'window3')),
  VolumeWeightedAveragePrice: entry(ours.vwap, WINDOW),
  VortexIndicator: entry(ours.vortex, WINDOW, { '+vi14': 'plus', '-vi14': 'minus' }),
  WMAIndicator: entry(ours.wma, WINDOW),
  WilliamsRIndicator: entry(ours.willr, take('lbp')),
};

export function* stockchartsCases(folder: string): Iterable<TruthCase> {
  const cases = casesIn<Case>(folder);
  for (const one of cases) {
    const id = `stockcharts/${one.file}#${one.indicator}`;
    const found = TABLE[one.indicator];
    if (found === undefined) {
      yield uncovered(id, `no indicator ${one.indicator}`);
      continue;
    }
    yield attempt(id, () => {
      const csv = readCsv(join(folder, one.file));
      const seen = view(found.indicator, filled(barsOf(csv)), found.args(one.params));
      const expected = one.columns.flatMap((name) =>
        lastRows(csv, name, Number(one.compare_last_rows[0]), found.digits ?? 5),
      );
      return judge(id, expected, (output) => {
        const { columns } = found;
        const selector = typeof columns === 'object' ? columns[output.toLowerCase()] : columns;
        if (selector === undefined) throw new Error(`no column ${output}`);
        return select(seen, selector);
      });
    });
  }
}

/**
 * Cells that a sheet leaves empty because it does not need them yet: a close is put in the middle of its row, a volume
 * is nothing.
 */
function filled(bars: Record<string, Float64Array>): Record<string, Float64Array> {
  const { high, low, close, volume } = bars;
  const whole = { ...bars };
  if (volume !== undefined) whole['volume'] = volume.map((value) => (Number.isNaN(value) ? 0 : value));
  if (high !== undefined && low !== undefined && close !== undefined) {
    whole['close'] = close.map((value, row) => (Number.isNaN(value) ? (high[row] + low[row]) / 2 : value));
  }
  return whole;
}

/** The last values of a column, each good to its last printed place and to a number of digits. */
function lastRows(csv: Csv, output: string, count: number, digits: number): Expected[] {
  const index = csv.header.indexOf(output);
  const expected: Expected[] = [];
  for (let row = csv.rows.length - count; row < csv.rows.length; row++) {
    const cell = csv.rows[row][index] ?? '';
    if (cell === '') continue;
    const value = Number(cell);
    expected.push({ output, row, value, tolerance: Math.max(lastPlace(cell), 10 ** -digits * Math.abs(value)) });
  }
  return expected;
}
