/**
 * Where a price is in its recent range: stochastics, Williams' %R, commodity channel, ultimate oscillator.
 */
import { factor, type IndicatorOption, period } from '../arguments.ts';
import {
  type AverageKind,
  type AverageOptions,
  averageOption,
  averageStream,
  averageWarmUp,
} from '../averages/kinds.ts';
import { Sma } from '../averages/sma.ts';
import { defineIndicator } from '../define.ts';
import { MeanDeviation, Sum } from '../statistics/window.ts';
import { Stream } from '../stream.ts';
import { Highest, Lowest } from '../windows.ts';
import { runCci, runPlace, runStochastic, runUltimate } from './range-batch.ts';
import { Rsi } from './rsi.ts';

/** Where a value is between the lowest and the highest of the last rows, 0 … `top`; 0 where there is no range. */
export class RangePlace extends Stream {
  private readonly highest: Highest;
  private readonly lowest: Lowest;
  private readonly top: number;

  constructor(rows: number, top = 100) {
    super();
    this.highest = new Highest(rows);
    this.lowest = new Lowest(rows);
    this.top = top;
  }

  next(high: number, low: number, value: number): number {
    const highest = this.highest.next(high);
    const lowest = this.lowest.next(low);
    const range = highest - lowest;
    return range === 0 ? 0 : (this.top * (value - lowest)) / range;
  }
}

class Stochastic extends Stream {
  private readonly place: RangePlace;
  private readonly slowing: Stream;
  private readonly average: Stream;

  constructor(rows: number, slowing: number, signal: number, kind: AverageKind) {
    super(3);
    this.place = new RangePlace(rows);
    this.slowing = averageStream(kind, slowing);
    this.average = averageStream(kind, signal);
  }

  next(high: number, low: number, close: number): number {
    const k = this.slowing.pass(this.place.next(high, low, close));
    const d = this.average.pass(k);
    this.out[1] = d;
    this.out[2] = 3 * k - 2 * d;
    return k;
  }
}

class StochasticRsi extends Stream {
  private readonly rsi: Rsi;
  private readonly place: RangePlace;
  private readonly slowing: Sma;
  private readonly average: Sma;

  constructor(rsi: number, rows: number, slowing: number, signal: number) {
    super(2);
    this.rsi = new Rsi(rsi);
    this.place = new RangePlace(rows);
    this.slowing = new Sma(slowing);
    this.average = new Sma(signal);
  }

  next(value: number): number {
    const rsi = this.rsi.next(value);
    const k = rsi === rsi ? this.slowing.pass(this.place.next(rsi, rsi, rsi)) : rsi;
    this.out[1] = this.average.pass(k);
    return k;
  }
}

class WilliamsR extends Stream {
  private readonly place: RangePlace;

  constructor(rows: number) {
    super();
    this.place = new RangePlace(rows);
  }

  next(high: number, low: number, close: number): number {
    return this.place.next(high, low, close) - 100;
  }
}

export interface CciOptions {
  /** `window` (default): mean distance from the newest mean; `moving`: mean of each row's distance from its own mean. */
  readonly deviation?: 'window' | 'moving';
}

const CCI_DEVIATION: IndicatorOption = {
  name: 'deviation',
  values: ['window', 'moving'],
  description: 'mean distance from the newest mean, or mean of distances from the mean of each row',
};

class Cci extends Stream {
  private readonly deviation: MeanDeviation;
  private readonly mean: Sma | undefined;
  private readonly share: number;

  constructor(rows: number, share: number, options: CciOptions) {
    super();
    this.deviation = new MeanDeviation(rows);
    this.mean = options.deviation === 'moving' ? new Sma(rows) : undefined;
    this.share = share;
  }

  next(high: number, low: number, close: number): number {
    const price = (high + low + close) / 3;
    const window = this.deviation.next(price);
    const distance = price - this.deviation.mean;
    const deviation = this.mean === undefined ? window : this.mean.pass(Math.abs(distance));
    // A deviation of rounding noise alone is none.
    return deviation <= 1e-14 * Math.abs(price) ? 0 : distance / (this.share * deviation);
  }
}

class Ultimate extends Stream {
  private readonly pressures: Sum[];
  private readonly ranges: Sum[];
  private before = Number.NaN;

  constructor(periods: readonly number[]) {
    super();
    this.pressures = periods.map((rows) => new Sum(rows));
    this.ranges = periods.map((rows) => new Sum(rows));
  }

  next(high: number, low: number, close: number): number {
    const { before } = this;
    this.before = close;
    if (before !== before) return before;
    const floor = Math.min(low, before);
    const range = Math.max(high, before) - floor;
    let sum = 0;
    let weight = 4;
    for (let i = 0; i < 3; i++) {
      const pressures = this.pressures[i].next(close - floor);
      const ranges = this.ranges[i].next(range);
      sum += ranges === 0 ? 0 : (weight * pressures) / ranges;
      weight /= 2;
    }
    return (100 * sum) / 7;
  }
}

export const RANGE = 'rows of the range';

/** Stochastic oscillator, 0 … 100: slowed %K, %D its average, and %J = 3 %K − 2 %D. `slowing` 1 is the fast one. */
export const stoch = defineIndicator({
  name: 'stoch',
  title: 'Stochastic oscillator',
  family: 'oscillators',
  inputs: ['high', 'low', 'close'],
  outputs: ['k', 'd', 'j'],
  parameters: [
    period('period', 14, RANGE),
    period('slowing', 3, 'rows that %K is averaged over'),
    period('signal', 3, 'rows of %D'),
  ],
  options: [averageOption('sma')],
  aliases: ['stochastic', 'stochf', 'kdj'],
  warmUp: (rows, slowing, _signal, options) => rows - 1 + averageWarmUp(options.average ?? 'sma', slowing),
  create: (rows: number, slowing: number, signal: number, options: AverageOptions) =>
    new Stochastic(rows, slowing, signal, options.average ?? 'sma'),
  fits: (_rows, _slowing, _signal, options) => (options.average ?? 'sma') === 'sma',
  checks: true,
  kernel: ([high, low, close], length, [k, d, j], rows, slowing, signal) =>
    runStochastic([high, low, close], length, [k, d, j], [rows, slowing, signal]),
});

/** Stochastic of the relative strength index, 0 … 100, slowed, and its average. `slowing` 1 leaves it raw. */
export const stochRsi = defineIndicator({
  name: 'stochRsi',
  title: 'Stochastic RSI',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['k', 'd'],
  parameters: [
    period('rsi', 14, 'rows of the relative strength index'),
    period('period', 14, RANGE),
    period('slowing', 3, 'rows that %K is averaged over'),
    period('signal', 3, 'rows of %D'),
  ],
  aliases: ['stoch-rsi'],
  warmUp: (rsi, rows, slowing) => rsi + rows - 1 + slowing - 1,
  create: (rsi: number, rows: number, slowing: number, signal: number) => new StochasticRsi(rsi, rows, slowing, signal),
});

/** Williams' %R, −100 … 0: where the close is in the range of `period` rows. */
export const willr = defineIndicator({
  name: 'willr',
  title: "Williams' %R",
  family: 'oscillators',
  inputs: ['high', 'low', 'close'],
  outputs: ['willr'],
  parameters: [period('period', 14, RANGE)],
  aliases: ['williamsr', 'williams %r', 'percentr'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new WilliamsR(rows),
  checks: true,
  kernel: ([high, low, close], length, [out], rows) => runPlace([high, low, close], length, rows, -100, out),
});

/** Commodity channel index: distance of the typical price from its mean, in 0.015 mean deviations. */
export const cci = defineIndicator({
  name: 'cci',
  title: 'Commodity channel index',
  family: 'oscillators',
  inputs: ['high', 'low', 'close'],
  outputs: ['cci'],
  parameters: [period('period', 20, 'rows looked at'), factor('share', 0.015, "Lambert's constant", 1e-6)],
  options: [CCI_DEVIATION],
  aliases: ['commodity channel index'],
  warmUp: (rows, _share, options) => (options.deviation === 'moving' ? 2 * rows - 2 : rows - 1),
  create: (rows: number, share: number, options: CciOptions) => new Cci(rows, share, options),
  fits: (_rows, _share, options) => options.deviation !== 'moving',
  spreads: true,
  kernel: (columns, length, [out], rows, share) => runCci(columns, length, out, rows, share),
});

/** Ultimate oscillator, 0 … 100: buying pressure over three spans, weighted 4, 2, 1. Source: Williams, TASC 1985. */
export const ultosc = defineIndicator({
  name: 'ultosc',
  title: 'Ultimate oscillator',
  family: 'oscillators',
  inputs: ['high', 'low', 'close'],
  outputs: ['ultosc'],
  parameters: [
    period('short', 7, 'rows of the short span'),
    period('middle', 14, 'rows of the middle span'),
    period('long', 28, 'rows of the long span'),
  ],
  aliases: ['ultimate oscillator', 'ultimate', 'uo'],
  warmUp: (short, middle, long) => Math.max(short, middle, long),
  create: (short: number, middle: number, long: number) => new Ultimate([short, middle, long]),
  spreads: true,
  kernel: (columns, length, [out], short, middle, long) => runUltimate(columns, length, out, [short, middle, long]),
});
