/**
 * How much prices move: normalised and average ranges, ulcer index, historical, range and Chaikin volatility.
 */
import { factor, type IndicatorOption, period } from '../arguments.ts';
import { emaStream, SEED, type SeedOptions, type Smoothing } from '../averages/ema.ts';
import { type AverageOptions, averageOption, averageStream, averageWarmUp } from '../averages/kinds.ts';
import { defineIndicator } from '../define.ts';
import { type DeviationOptions, DEVIATION, Moments } from '../statistics/deviation.ts';
import { Sum } from '../statistics/window.ts';
import { Stream } from '../stream.ts';
import { Highest, Lowest, Ring } from '../windows.ts';
import { Atr, runAtr, TrueRange } from './atr.ts';

/** The mean of true ranges, where the first row counts with its own range. */
class MeanRange extends Stream {
  private readonly range = new TrueRange();
  private readonly average: Stream;

  constructor(average: Stream) {
    super();
    this.average = average;
  }

  next(high: number, low: number, close: number): number {
    const range = this.range.next(high, low, close);
    return this.average.pass(range === range ? range : high - low);
  }
}

class Natr extends Stream {
  private readonly atr: Atr;

  constructor(rows: number) {
    super();
    this.atr = new Atr(rows);
  }

  next(high: number, low: number, close: number): number {
    const atr = this.atr.next(high, low, close);
    return close === 0 && atr === atr ? 0 : (100 * atr) / close;
  }
}

class Ulcer extends Stream {
  private readonly ring: Ring;

  constructor(rows: number) {
    super();
    this.ring = new Ring(rows);
  }

  next(value: number): number {
    const { ring } = this;
    ring.push(value);
    if (!ring.full) return Number.NaN;
    let peak = ring.ago(ring.size - 1);
    let sum = 0;
    for (let ago = ring.size - 1; ago >= 0; ago--) {
      const price = ring.ago(ago);
      if (price > peak) peak = price;
      const drawdown = peak === 0 ? 0 : (100 * (price - peak)) / peak;
      sum += drawdown * drawdown;
    }
    return Math.sqrt(sum / ring.size);
  }
}

export interface VolatilityOptions extends DeviationOptions {
  /** `log` (default): logarithmic returns; `simple`: simple returns. */
  readonly returns?: 'log' | 'simple';
}

const RETURNS: IndicatorOption = {
  name: 'returns',
  values: ['log', 'simple'],
  description: 'deviation of logarithmic or of simple returns',
};

class Volatility extends Stream {
  private readonly moments: Moments;
  private readonly factor: number;
  private readonly simple: boolean;
  private before = Number.NaN;

  constructor(rows: number, yearly: number, options: VolatilityOptions) {
    super();
    this.moments = new Moments(rows);
    this.factor = yearly / (options.deviation === 'sample' ? rows - 1 : rows);
    this.simple = options.returns === 'simple';
  }

  next(value: number): number {
    const ratio = value / this.before;
    this.before = value;
    if (ratio !== ratio) return Number.NaN;
    const full = this.moments.push(this.simple ? ratio - 1 : Math.log(ratio));
    return full ? Math.sqrt(this.moments.squares * this.factor) : Number.NaN;
  }
}

/** Volatility of ranges by Parkinson, of open, high, low and close by Garman and Klass or Rogers and Satchell. */
class RangeVolatility extends Stream {
  private readonly sum: Sum;
  private readonly rows: number;
  private readonly yearly: number;
  private readonly kind: NonNullable<RangeVolatilityOptions['estimator']>;

  constructor(rows: number, yearly: number, options: RangeVolatilityOptions) {
    super();
    this.sum = new Sum(rows);
    this.rows = rows;
    this.yearly = yearly;
    this.kind = options.estimator ?? 'garman-klass';
  }

  next(open: number, high: number, low: number, close: number): number {
    const sum = this.sum.next(this.term(open, high, low, close));
    return Math.sqrt(Math.max(0, (sum / this.rows) * this.yearly));
  }

  private term(open: number, high: number, low: number, close: number): number {
    const range = Math.log(high / low);
    if (this.kind === 'parkinson') return (range * range) / (4 * Math.LN2);
    const body = Math.log(close / open);
    if (this.kind === 'garman-klass') return (range * range) / 2 - (2 * Math.LN2 - 1) * body * body;
    return Math.log(high / close) * Math.log(high / open) + Math.log(low / close) * Math.log(low / open);
  }
}

export interface RangeVolatilityOptions {
  readonly estimator?: 'garman-klass' | 'parkinson' | 'rogers-satchell';
}

const ESTIMATOR: IndicatorOption = {
  name: 'estimator',
  values: ['garman-klass', 'parkinson', 'rogers-satchell'],
  description: 'which estimator',
};

class ChaikinVolatility extends Stream {
  private readonly average: Smoothing;
  private readonly ring: Ring;
  private silent: number;

  constructor(rows: number, back: number, options: SeedOptions) {
    super();
    this.average = emaStream(rows, options);
    this.ring = new Ring(back);
    this.silent = rows - 1;
  }

  next(high: number, low: number): number {
    const average = this.average.next(high - low);
    if (this.silent > 0) {
      this.silent--;
      return Number.NaN;
    }
    const full = this.ring.full;
    const old = this.ring.push(average);
    return full ? (old === 0 ? 0 : (100 * (average - old)) / old) : Number.NaN;
  }
}

class Choppiness extends Stream {
  private readonly range = new TrueRange();
  private readonly sum: Sum;
  private readonly highest: Highest;
  private readonly lowest: Lowest;
  private readonly scale: number;
  private before = Number.NaN;

  constructor(rows: number) {
    super();
    this.sum = new Sum(rows);
    this.highest = new Highest(rows);
    this.lowest = new Lowest(rows);
    this.scale = 100 / Math.log(rows);
  }

  next(high: number, low: number, close: number): number {
    const sum = this.sum.pass(this.range.next(high, low, close));
    const { before } = this;
    this.before = close;
    if (before !== before) return before;
    const span = this.highest.next(Math.max(high, before)) - this.lowest.next(Math.min(low, before));
    return span === 0 ? 0 : this.scale * Math.log(sum / span);
  }
}

const YEARLY = 'rows in a year: 252 for days; 1 for a figure per row';

/** The mean of true ranges by a named average; unlike `atr`, the first row counts, with its own range. */
export const averageRange = defineIndicator({
  name: 'averageRange',
  title: 'Average true range by any average',
  family: 'volatility',
  inputs: ['high', 'low', 'close'],
  outputs: ['range'],
  parameters: [period('period', 14, 'rows averaged')],
  options: [averageOption('rma')],
  warmUp: (rows, options) => averageWarmUp(options.average ?? 'rma', rows),
  create: (rows: number, options: AverageOptions) => new MeanRange(averageStream(options.average ?? 'rma', rows)),
});

/** Average true range in per cent of the close. */
export const natr = defineIndicator({
  name: 'natr',
  title: 'Normalised average true range',
  family: 'volatility',
  inputs: ['high', 'low', 'close'],
  outputs: ['natr'],
  parameters: [period('period', 14, 'rows averaged')],
  aliases: ['normalized average true range'],
  warmUp: (rows) => rows,
  create: (rows: number) => new Natr(rows),
  kernel: ([high, low, close], length, [out], rows) => {
    runAtr([high, low, close], length, out, rows, {});
    for (let i = rows; i < length; i++) out[i] = close[i] === 0 ? 0 : (100 * out[i]) / close[i];
  },
});

/** Ulcer index: the root mean square of drawdowns, in per cent, within the last `period` values. */
export const ulcer = defineIndicator({
  name: 'ulcer',
  title: 'Ulcer index',
  family: 'volatility',
  inputs: ['series'],
  outputs: ['ulcer'],
  parameters: [period('period', 14, 'rows looked at')],
  aliases: ['ulcer index', 'ui'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Ulcer(rows),
});

/** Historical volatility: deviation of `period` returns, times the root of `yearly`; 0.25 is 25 %. */
export const historicalVolatility = defineIndicator({
  name: 'historicalVolatility',
  title: 'Historical volatility',
  family: 'volatility',
  inputs: ['series'],
  outputs: ['volatility'],
  parameters: [period('period', 20, 'returns looked at', 2), factor('yearly', 252, YEARLY)],
  options: [DEVIATION, RETURNS],
  aliases: ['volatility', 'hv'],
  warmUp: (rows) => rows,
  create: (rows: number, yearly: number, options: VolatilityOptions) => new Volatility(rows, yearly, options),
});

/** Volatility from the range of rows: Garman and Klass (1980), Parkinson (1980), or Rogers and Satchell (1991). */
export const rangeVolatility = defineIndicator({
  name: 'rangeVolatility',
  title: 'Volatility from ranges',
  family: 'volatility',
  inputs: ['open', 'high', 'low', 'close'],
  outputs: ['volatility'],
  parameters: [period('period', 20, 'rows looked at'), factor('yearly', 252, YEARLY)],
  options: [ESTIMATOR],
  aliases: ['parkinson', 'garman-klass', 'rogers-satchell'],
  warmUp: (rows) => rows - 1,
  create: (rows: number, yearly: number, options: RangeVolatilityOptions) => new RangeVolatility(rows, yearly, options),
});

/** Chaikin volatility: the change, in per cent over `back` rows, of the average range. */
export const chaikinVolatility = defineIndicator({
  name: 'chaikinVolatility',
  title: 'Chaikin volatility',
  family: 'volatility',
  inputs: ['high', 'low'],
  outputs: ['volatility'],
  parameters: [period('period', 10, 'rows of the average'), period('back', 10, 'rows of the change')],
  options: [SEED],
  aliases: ['cvi'],
  warmUp: (rows, back, _options) => rows - 1 + back,
  create: (rows: number, back: number, options: SeedOptions) => new ChaikinVolatility(rows, back, options),
});

/** Choppiness index, 0 … 100: the sum of true ranges over the whole range, on a logarithmic scale. */
export const choppiness = defineIndicator({
  name: 'choppiness',
  title: 'Choppiness index',
  family: 'volatility',
  inputs: ['high', 'low', 'close'],
  outputs: ['choppiness'],
  parameters: [period('period', 14, 'rows looked at', 2)],
  aliases: ['chop', 'choppiness index'],
  warmUp: (rows) => rows,
  create: (rows: number) => new Choppiness(rows),
});
