/**
 * The same indicators in JavaScript libraries and in TA-Lib's build for WebAssembly. Arguments: the file of columns, the
 * folder of packages, and which library. Each is given its rows in the shape that it asks for, made beforehand.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { answer, type Work } from '../answering.ts';
import { readColumns } from './columns.ts';

const [file, folder, library] = process.argv.slice(2) as [string, string, string];
const columns = readColumns(file);
const rows = columns.close.length;
const load = createRequire(join(folder, 'package.json'));
const [open, high, low, close, volume] = (['open', 'high', 'low', 'close', 'volume'] as const).map((name) =>
  Array.from(columns[name]),
) as [number[], number[], number[], number[], number[]];

/** A value, or the first number of a record. */
type Value = number | Readonly<Record<string, number>> | null | undefined;

function number(value: Value, field: string | undefined): number {
  if (value === null || value === undefined) return Number.NaN;
  return typeof value === 'number' ? value : value[field!];
}

/** The last value and the one of the middle row, of a column that ends with the newest row. */
function ends(values: ArrayLike<Value>, field?: string): { last: number; middle: number } {
  const back = rows - (rows >> 1);
  return { last: number(values[values.length - 1], field), middle: number(values[values.length - back], field) };
}

interface Streaming {
  add(row: unknown): Value;
}

/** trading-signals takes a row at a time; its values go into an array, as those of the others do. */
function tradingSignals(): Record<string, Work> {
  const { SMA, EMA, WMA, DEMA, TEMA, KAMA, MACD, RSI, BollingerBands, ATR, StochasticOscillator, CCI, WilliamsR, MFI } =
    load('trading-signals');
  const { OBV, ADX, Aroon, PSAR, ROC } = load('trading-signals');
  const bars = close.map((price, i) => ({
    open: open[i],
    high: high[i],
    low: low[i],
    close: price,
    volume: volume[i],
  }));
  const over =
    (inputs: readonly unknown[], make: () => Streaming, field?: string): Work =>
    () => {
      const indicator = make();
      const values: Value[] = Array.from({ length: rows });
      for (let i = 0; i < rows; i++) values[i] = indicator.add(inputs[i]);
      return ends(values, field);
    };
  return {
    sma: over(close, () => new SMA(20)),
    ema: over(close, () => new EMA(20)),
    wma: over(close, () => new WMA(20)),
    dema: over(close, () => new DEMA(20)),
    tema: over(close, () => new TEMA(20)),
    kama: over(close, () => new KAMA(10)),
    macd: over(close, () => new MACD(new EMA(12), new EMA(26), new EMA(9)), 'macd'),
    rsi: over(close, () => new RSI(14)),
    bollinger: over(close, () => new BollingerBands(20, 2), 'upper'),
    atr: over(bars, () => new ATR(14)),
    stoch: over(bars, () => new StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 }), 'stochK'),
    cci: over(bars, () => new CCI(20)),
    willr: over(bars, () => new WilliamsR(14)),
    mfi: over(bars, () => new MFI(14)),
    obv: over(bars, () => new OBV(2)),
    adx: over(bars, () => new ADX(14)),
    aroon: over(bars, () => new Aroon(14), 'aroonUp'),
    sar: over(bars, () => new PSAR({ accelerationStep: 0.02, accelerationMax: 0.2 })),
    roc: over(close, () => new ROC(10)),
  };
}

function technicalIndicators(): Record<string, Work> {
  const library = load('technicalindicators');
  const over =
    (name: string, input: object, field?: string): Work =>
    () =>
      ends(library[name].calculate(input) as Value[], field);
  const bars = { high, low, close };
  return {
    sma: over('SMA', { period: 20, values: close }),
    ema: over('EMA', { period: 20, values: close }),
    wma: over('WMA', { period: 20, values: close }),
    macd: over(
      'MACD',
      { values: close, fastPeriod: 12, slowPeriod: 26, signalPeriod: 9, SimpleMAOscillator: false },
      'MACD',
    ),
    rsi: over('RSI', { period: 14, values: close }),
    bollinger: over('BollingerBands', { period: 20, stdDev: 2, values: close }, 'upper'),
    deviation: over('SD', { period: 20, values: close }),
    atr: over('ATR', { ...bars, period: 14 }),
    stoch: over('Stochastic', { ...bars, period: 14, signalPeriod: 3 }, 'k'),
    cci: over('CCI', { ...bars, period: 20 }),
    willr: over('WilliamsR', { ...bars, period: 14 }),
    mfi: over('MFI', { ...bars, volume, period: 14 }),
    obv: over('OBV', { close, volume }),
    adx: over('ADX', { ...bars, period: 14 }, 'adx'),
    sar: over('PSAR', { high, low, step: 0.02, max: 0.2 }),
    roc: over('ROC', { period: 10, values: close }),
  };
}

/** Rows before the first value, by the arguments below. */
const WARM_UPS: Readonly<Record<string, number>> = {
  SMA: 19,
  EMA: 19,
  WMA: 19,
  DEMA: 38,
  TEMA: 57,
  KAMA: 10,
  MACD: 33,
  RSI: 14,
  BBANDS: 19,
  STDDEV: 19,
  ATR: 14,
  STOCH: 17,
  CCI: 19,
  WILLR: 13,
  MFI: 14,
  OBV: 0,
  ADX: 27,
  AROON: 14,
  SAR: 1,
  ROC: 10,
};

async function talibWeb(): Promise<Record<string, Work>> {
  const library = load('talib-web');
  const code = readFileSync(join(folder, 'node_modules/talib-web/lib/talib.wasm')).toString('base64');
  await library.init(`data:application/wasm;base64,${code}`);
  // Values come from the first row on; those that their warm-up leaves out are missing at the end.
  const over =
    (name: string, input: object, output = 'output', warmUp = WARM_UPS[name]): Work =>
    () => {
      const values = library[name](input)[output] as number[];
      return { last: values[rows - 1 - warmUp], middle: values[(rows >> 1) - warmUp] };
    };
  const series = { inReal: close };
  const bars = { high, low, close };
  const stochastic = { fastK_Period: 14, slowK_Period: 3, slowK_MAType: 0, slowD_Period: 3, slowD_MAType: 0 };
  return {
    sma: over('SMA', { ...series, timePeriod: 20 }),
    ema: over('EMA', { ...series, timePeriod: 20 }),
    wma: over('WMA', { ...series, timePeriod: 20 }),
    dema: over('DEMA', { ...series, timePeriod: 20 }),
    tema: over('TEMA', { ...series, timePeriod: 20 }),
    kama: over('KAMA', { ...series, timePeriod: 10 }),
    macd: over('MACD', { ...series, fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 }, 'MACD'),
    rsi: over('RSI', { ...series, timePeriod: 14 }),
    bollinger: over('BBANDS', { ...series, timePeriod: 20, nbDevUp: 2, nbDevDn: 2, MAType: 0 }, 'upperBand'),
    deviation: over('STDDEV', { ...series, timePeriod: 20, nbDev: 1 }),
    atr: over('ATR', { ...bars, timePeriod: 14 }),
    stoch: over('STOCH', { ...bars, ...stochastic }, 'slowK'),
    cci: over('CCI', { ...bars, timePeriod: 20 }),
    willr: over('WILLR', { ...bars, timePeriod: 14 }),
    mfi: over('MFI', { ...bars, volume, timePeriod: 14 }),
    obv: over('OBV', { ...series, volume }),
    adx: over('ADX', { ...bars, timePeriod: 14 }),
    aroon: over('AROON', { high, low, timePeriod: 14 }, 'aroonUp'),
    sar: over('SAR', { high, low, acceleration: 0.02, maximum: 0.2 }),
    roc: over('ROC', { ...series, timePeriod: 10 }),
  };
}

const works =
  library === 'trading-signals'
    ? tradingSignals()
    : library === 'technicalindicators'
      ? technicalIndicators()
      : await talibWeb();
const manifest = readFileSync(join(folder, 'node_modules', library, 'package.json'), 'utf8');
const { version } = JSON.parse(manifest) as { version: string };
await answer(works, { [library]: version });
