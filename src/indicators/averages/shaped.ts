/**
 * Averages with weights of a shape: triangular, Hull, Arnaud Legoux, volume, zero lag, and Dickson's.
 */
import { factor, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';
import { emaStream, SEED, type SeedOptions, type Smoothing } from './ema.ts';
import { Sma } from './sma.ts';
import { Wma } from './wma.ts';

export class Trima extends Stream {
  private readonly inner: Sma;
  private readonly outer: Sma;

  constructor(rows: number) {
    super();
    this.inner = new Sma((rows + 1) >> 1);
    this.outer = new Sma((rows >> 1) + 1);
  }

  next(value: number): number {
    return this.outer.pass(this.inner.next(value));
  }
}

export class Hma extends Stream {
  private readonly half: Wma;
  private readonly whole: Wma;
  private readonly last: Wma;

  constructor(rows: number) {
    super();
    this.half = new Wma(Math.max(1, rows >> 1));
    this.whole = new Wma(rows);
    this.last = new Wma(hullRows(rows));
  }

  next(value: number): number {
    return this.last.pass(2 * this.half.next(value) - this.whole.next(value));
  }
}

function hullRows(rows: number): number {
  return Math.floor(Math.sqrt(rows));
}

class Alma extends Stream {
  private readonly ring: Ring;
  private readonly weights: Float64Array;

  constructor(rows: number, offset: number, sigma: number) {
    super();
    this.ring = new Ring(rows);
    const middle = offset * (rows - 1);
    const width = rows / sigma;
    const weights = Float64Array.from({ length: rows }, (_, i) => Math.exp(-((i - middle) ** 2) / (2 * width * width)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    this.weights = weights.map((weight) => weight / sum);
  }

  next(value: number): number {
    const { ring, weights } = this;
    ring.push(value);
    if (!ring.full) return Number.NaN;
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * ring.ago(weights.length - 1 - i);
    return sum;
  }
}

/** The mean of a series, weighted by a second one. */
export class WeightedMean extends Stream {
  private readonly products: Ring;
  private readonly weights: Ring;
  private product = 0;
  private weight = 0;

  constructor(rows: number) {
    super();
    this.products = new Ring(rows);
    this.weights = new Ring(rows);
  }

  next(value: number, weight: number): number {
    const product = value * weight;
    this.product += product - this.products.push(product);
    this.weight += weight - this.weights.push(weight);
    if (!this.weights.full) return Number.NaN;
    return this.weight === 0 ? value : this.product / this.weight;
  }
}

class Vwap extends Stream {
  private readonly mean: WeightedMean;

  constructor(rows: number) {
    super();
    this.mean = new WeightedMean(rows);
  }

  next(high: number, low: number, close: number, volume: number): number {
    return this.mean.next((high + low + close) / 3, volume);
  }
}

class AnchoredVwap extends Stream {
  private product = 0;
  private weight = 0;

  next(high: number, low: number, close: number, volume: number): number {
    const price = (high + low + close) / 3;
    this.product += price * volume;
    this.weight += volume;
    return this.weight === 0 ? price : this.product / this.weight;
  }
}

export class Zlema extends Stream {
  private readonly lag: number;
  private readonly ring: Ring;
  private readonly average: Smoothing;
  private readonly first: boolean;

  constructor(rows: number, options: SeedOptions) {
    super();
    this.lag = zeroLag(rows);
    this.ring = new Ring(Math.max(1, this.lag));
    this.average = emaStream(rows, options);
    this.first = options.seed === 'first';
  }

  next(value: number): number {
    const { ring, lag } = this;
    if (lag === 0) return this.average.next(value);
    const full = ring.full;
    const old = ring.push(value);
    if (full) return this.average.next(value + (value - old));
    // Seeded by a value, the average starts from the last one that has no value `lag` rows before it.
    return this.first && ring.full ? this.average.next(value) : Number.NaN;
  }
}

/** Returns by how many rows the zero-lag average looks back: half of its period. */
export function zeroLag(rows: number): number {
  return (rows - 1) >> 1;
}

/** Ehlers' error-correcting average: of many gains the one that leaves the smallest error. */
class ErrorCorrecting extends Stream {
  private readonly average: Smoothing;
  private readonly weight: number;
  private readonly limit: number;
  private value = Number.NaN;

  constructor(rows: number, limit: number) {
    super();
    this.average = emaStream(rows);
    this.weight = 2 / (rows + 1);
    this.limit = limit;
  }

  next(value: number): number {
    const mean = this.average.next(value);
    const before = this.value;
    if (mean !== mean) return mean;
    if (before !== before) return (this.value = mean);
    let least = Number.MAX_VALUE;
    let best = before;
    for (let tenths = -this.limit; tenths <= this.limit; tenths++) {
      const gain = tenths / 10;
      const candidate = this.weight * (mean + gain * (value - before)) + (1 - this.weight) * before;
      const error = Math.abs(value - candidate);
      if (error < least) {
        least = error;
        best = candidate;
      }
    }
    return (this.value = best);
  }
}

class Dickson extends Stream {
  private readonly zeroLag: ErrorCorrecting;
  private readonly hull: Hma;

  constructor(rows: number, limit: number, hull: number) {
    super();
    this.zeroLag = new ErrorCorrecting(rows, limit);
    this.hull = new Hma(hull);
  }

  next(value: number): number {
    return (this.zeroLag.next(value) + this.hull.next(value)) / 2;
  }
}

class Relative extends Stream {
  private readonly one: Sma;
  private readonly two: Sma;
  private readonly three: Sma;

  constructor(rows: number) {
    super();
    this.one = new Sma(rows);
    this.two = new Sma(2 * rows);
    this.three = new Sma(3 * rows);
  }

  next(value: number): number {
    return this.three.next(value) - this.two.next(value) + this.one.next(value);
  }
}

/** Relative moving average: the means over one and three periods, less the mean over two. */
export const relativeAverage = defineIndicator({
  name: 'relativeAverage',
  title: 'Relative moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['average'],
  parameters: [period('period', 20, 'rows of the shortest mean')],
  aliases: ['relative moving average'],
  warmUp: (rows) => 3 * rows - 1,
  create: (rows: number) => new Relative(rows),
});

/** Triangular moving average: a mean of means, the middle rows weighing most. */
export const trima = defineIndicator({
  name: 'trima',
  title: 'Triangular moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['trima'],
  parameters: [period('period', 20, 'rows averaged')],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Trima(rows),
  kernel: ([series], length, [out], rows) => {
    const stream = new Trima(rows);
    for (let i = 0; i < length; i++) out![i] = stream.next(series![i]!);
  },
});

/** Hull moving average: weighted averages arranged so that their lags cancel. Source: Hull, 2005. */
export const hma = defineIndicator({
  name: 'hma',
  title: 'Hull moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['hma'],
  parameters: [period('period', 20, 'rows averaged')],
  warmUp: (rows) => rows + hullRows(rows) - 2,
  create: (rows: number) => new Hma(rows),
  kernel: ([series], length, [out], rows) => {
    const stream = new Hma(rows);
    for (let i = 0; i < length; i++) out![i] = stream.next(series![i]!);
  },
});

/** Arnaud Legoux moving average: weights of a bell curve whose top is at `offset` of the window. */
export const alma = defineIndicator({
  name: 'alma',
  title: 'Arnaud Legoux moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['alma'],
  parameters: [
    period('period', 9, 'rows averaged'),
    factor('offset', 0.85, 'where the top of the bell is: 0 oldest, 1 newest', 0, 1),
    factor('sigma', 6, 'rows over the width of the bell', 0.1),
  ],
  warmUp: (rows) => rows - 1,
  create: (rows: number, offset: number, sigma: number) => new Alma(rows, offset, sigma),
});

/** Volume-weighted moving average of the close. */
export const vwma = defineIndicator({
  name: 'vwma',
  title: 'Volume-weighted moving average',
  family: 'moving averages',
  inputs: ['close', 'volume'],
  outputs: ['vwma'],
  parameters: [period('period', 20, 'rows averaged')],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new WeightedMean(rows),
  kernel: ([close, volume], length, [out], rows) => {
    const stream = new WeightedMean(rows);
    for (let i = 0; i < length; i++) out![i] = stream.next(close![i]!, volume![i]!);
  },
});

/** Volume-weighted average of the typical price over the last `period` rows. */
export const vwap = defineIndicator({
  name: 'vwap',
  title: 'Volume-weighted average price, moving',
  family: 'volume',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['vwap'],
  parameters: [period('period', 20, 'rows averaged')],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Vwap(rows),
});

/** Volume-weighted average of the typical price since the first row. Start a new stream where it is to begin anew. */
export const anchoredVwap = defineIndicator({
  name: 'anchoredVwap',
  title: 'Volume-weighted average price, anchored',
  family: 'volume',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['vwap'],
  parameters: [],
  warmUp: () => 0,
  create: () => new AnchoredVwap(),
});

/** Zero-lag exponential average: of each value plus its change over half a period. Source: Ehlers and Way, 2010. */
export const zlema = defineIndicator({
  name: 'zlema',
  title: 'Zero-lag exponential moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['zlema'],
  parameters: [period('period', 20, 'rows averaged')],
  options: [SEED],
  warmUp: (rows, options) => (options.seed === 'first' ? Math.max(0, zeroLag(rows) - 1) : zeroLag(rows) + rows - 1),
  create: (rows: number, options: SeedOptions) => new Zlema(rows, options),
});

/** Ehlers' error-correcting average: each row takes the gain, ±`gainLimit` tenths, that leaves the least error. */
export const errorCorrecting = defineIndicator({
  name: 'errorCorrecting',
  title: 'Error-correcting moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['average'],
  parameters: [period('period', 20, 'rows averaged'), period('gainLimit', 50, 'largest gain, in tenths')],
  aliases: ['zero lag indicator', 'zlind'],
  warmUp: (rows) => rows - 1,
  create: (rows: number, limit: number) => new ErrorCorrecting(rows, limit),
});

/** Dickson's average: the mean of a Hull and an error-correcting average. */
export const dickson = defineIndicator({
  name: 'dickson',
  title: 'Dickson moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['average'],
  parameters: [
    period('period', 20, 'rows of the error-correcting average'),
    period('gainLimit', 50, 'largest gain, in tenths'),
    period('hull', 7, 'rows of the Hull average'),
  ],
  aliases: ['dma', 'dickson moving average'],
  warmUp: (rows, _limit, hull) => Math.max(rows - 1, hull + hullRows(hull) - 2),
  create: (rows: number, limit: number, hull: number) => new Dickson(rows, limit, hull),
});
