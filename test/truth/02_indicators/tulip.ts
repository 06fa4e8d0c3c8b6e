/**
 * Tulip Indicators: its own sample runs and figures from books, by its function names.
 */
import * as ours from '../../../src/indicators/index.ts';
import type { TruthCase } from '../case.ts';
import { type Argument, attempt, type Columns, judge, made, type Selector, uncovered, view, select } from './view.ts';
import { casesIn } from './cases.ts';

interface Case {
  readonly id: string;
  readonly indicator: string;
  readonly options: Readonly<Record<string, number>>;
  readonly inputs: Readonly<Record<string, number[]>>;
  readonly outputs: Readonly<Record<string, number[]>>;
}

type Options = readonly number[];

interface Entry {
  readonly indicator: ours.AnyIndicator;
  readonly args?: (options: Options) => Argument[];
  /** One selector per output, in their order; the first output of ours when left out. */
  readonly select?: (options: Options) => Selector[];
  /** Their first values that are only a seed, which our indicator keeps to itself. */
  readonly skip?: number;
}

const FIRST = { seed: 'first' };
const STAGGERED = { seed: 'staggered' };

function entry(indicator: ours.AnyIndicator, args?: Entry['args'], selectors?: Selector[] | Entry['select']): Entry {
  const chosen = typeof selectors === 'function' || selectors === undefined ? selectors : (): Selector[] => selectors;
  return { indicator, ...(args === undefined ? {} : { args }), ...(chosen === undefined ? {} : { select: chosen }) };
}

const same = (options: Options): Argument[] => [...options];
const seeded =
  (seed: object) =>
  (options: Options): Argument[] => [...options, seed];

const TABLE: Readonly<Record<string, Entry>> = {
  ad: entry(ours.ad),
  adosc: entry(ours.adosc, same),
  adx: entry(ours.adx, seeded({ seed: 'early' })),
  adxr: entry(ours.adx, seeded({ seed: 'early' }), ['adxr']),
  ao: entry(ours.awesome),
  apo: entry(ours.macd, ([fast, slow]) => [fast, slow, 1, FIRST]),
  aroon: entry(ours.aroon, same, ['down', 'up']),
  aroonosc: entry(ours.aroon, same, ['oscillator']),
  atr: entry(ours.averageRange, same),
  avgprice: entry(ours.averagePrice),
  bbands: entry(ours.bollinger, same, ['lower', 'middle', 'upper']),
  bop: entry(ours.balanceOfPower),
  cci: entry(ours.cci, same),
  cmo: entry(ours.cmo, seeded({ smoothing: 'sum' })),
  crossany: entry(ours.crossover, () => [{ direction: 'any' }]),
  crossover: entry(ours.crossover),
  cvi: entry(ours.chaikinVolatility, ([rows]) => [rows, rows, FIRST]),
  decay: entry(ours.decay, same),
  dema: entry(ours.dema, seeded(STAGGERED)),
  di: entry(ours.directionalIndicators, seeded({ seed: 'early' }), ['plus', 'minus']),
  dm: entry(ours.directionalMovement, same, ['plus', 'minus']),
  dpo: entry(ours.dpo, same),
  dx: entry(ours.dx, seeded({ seed: 'early' })),
  edecay: entry(ours.decay, seeded({ shape: 'exponential' })),
  ema: entry(ours.ema, seeded(FIRST)),
  emv: entry(ours.easeOfMovement, () => [1, 10_000]),
  fisher: entry(ours.fisher, same, ['fisher', 'signal']),
  fosc: entry(ours.forecast, same, ['oscillator']),
  hma: entry(ours.hma, same),
  kama: { ...entry(ours.kama, same), skip: 1 },
  kvo: entry(ours.kvo, ([fast, slow]) => [fast, slow, 13, FIRST]),
  lag: entry(ours.lag, same),
  linreg: entry(ours.linearRegression, same),
  linregintercept: entry(ours.linearRegression, same, ['intercept']),
  linregslope: entry(ours.linearRegression, same, ['slope']),
  macd: entry(ours.macd, seeded(STAGGERED), ['macd', 'signal', 'histogram']),
  marketfi: entry(ours.marketFacilitation),
  mass: entry(ours.massIndex, ([rows]) => [9, rows]),
  max: entry(ours.highest, same),
  md: entry(ours.meanDeviation, same),
  medprice: entry(ours.medianPrice),
  mfi: entry(ours.mfi, same),
  min: entry(ours.lowest, same),
  mom: entry(ours.mom, same),
  natr: entry(ours.averageRange, same, [
    ({ out, bars }) => made(out['range'], (range, close) => (100 * range) / close, bars['close']),
  ]),
  nvi: entry(ours.nvi),
  obv: entry(ours.obv, undefined, [({ out, bars }) => made(out['obv'], (obv) => obv - bars['volume'][0])]),
  ppo: entry(
    ours.macd,
    ([fast, slow]) => [fast, slow, 1, FIRST],
    ([, slow]) => [
      ({ out, bars }) =>
        made(out['macd'], (macd, average) => (100 * macd) / average, ours.ema(bars['series'], slow, { seed: 'first' })),
    ],
  ),
  psar: entry(ours.sar, seeded({ start: 'middle' })),
  pvi: entry(ours.pvi),
  qstick: entry(ours.qstick, same),
  roc: entry(ours.rocFraction, same),
  rocr: entry(ours.rocRatio, same),
  rsi: entry(ours.rsi, same),
  sma: entry(ours.sma, same),
  stddev: entry(ours.deviation, same),
  stderr: entry(ours.deviation, same, ([rows]) => [
    ({ out }) => made(out['deviation'], (value) => value / Math.sqrt(rows)),
  ]),
  stoch: entry(ours.stoch, same, ['k', 'd']),
  stochrsi: entry(ours.stochRsi, ([rows]) => [rows, rows, 1, 1], [({ out }) => made(out['k'], (k) => k / 100)]),
  sum: entry(ours.sum, same),
  tema: entry(ours.tema, seeded(STAGGERED)),
  tr: entry(ours.averageRange, () => [1]),
  trima: entry(ours.trima, same),
  trix: entry(ours.trix, ([rows]) => [rows, 1, STAGGERED]),
  tsf: entry(ours.forecast, same),
  typprice: entry(ours.typicalPrice),
  ultosc: entry(ours.ultosc, same),
  var: entry(ours.variance, same),
  vhf: entry(ours.verticalHorizontalFilter, same),
  vidya: entry(ours.vidya, same),
  volatility: entry(ours.historicalVolatility, ([rows]) => [rows, 252, { returns: 'simple' }]),
  vosc: entry(ours.pvo, ([fast, slow]) => [fast, slow, 1, { average: 'sma' }]),
  vwma: entry(ours.vwma, same),
  wad: entry(ours.williamsAd),
  wcprice: entry(ours.weightedClose),
  wilders: entry(ours.rma, same),
  willr: entry(ours.willr, same),
  wma: entry(ours.wma, same),
  zlema: entry(ours.zlema, seeded(FIRST)),
};

/** Returns the inputs under our names: two reals are a pair, a close is made up where only its rows count. */
function columnsOf(inputs: Case['inputs']): Columns {
  const columns: Record<string, Float64Array> = {};
  for (const [name, values] of Object.entries(inputs)) {
    const ours = name === 'real' || name === 'real0' ? 'series' : name === 'real1' ? 'other' : name;
    columns[ours] = Float64Array.from(values);
  }
  // Their directional index leaves out the close; ratios of directional movement do not depend on the true range.
  const { high, low } = columns;
  if (columns['close'] === undefined && high !== undefined && low !== undefined)
    columns['close'] = made(high, (a, b) => (a + b) / 2, low);
  return columns;
}

export function* tulipCases(folder: string): Iterable<TruthCase> {
  const cases = casesIn<Case>(folder);
  for (const { id, indicator, options, inputs, outputs } of cases) {
    const found = TABLE[indicator];
    if (found === undefined) {
      yield uncovered(id, `no indicator ${indicator}`);
      continue;
    }
    yield attempt(id, () => {
      const numbers = Object.values(options);
      const bars = columnsOf(inputs);
      const seen = view(found.indicator, bars, found.args?.(numbers) ?? []);
      const selectors = found.select?.(numbers) ?? [found.indicator.outputs[0]];
      const length = Object.values(bars)[0].length;
      const names = Object.keys(outputs);
      const expected = names.flatMap((output) => {
        const values = outputs[output];
        return values.slice(found.skip ?? 0).map((value, i, { length: count }) => ({
          output,
          row: length - count + i,
          value,
          tolerance: Math.max(1e-3, 1e-6 * Math.abs(value)),
        }));
      });
      return judge(id, expected, (output) => select(seen, selectors[names.indexOf(output)]));
    });
  }
}
