/**
 * Variance and standard deviation of a window, and the Bollinger bands made of them.
 *
 * The sum of squared deviations is carried from row to row (Welford's update, for a window), so that prices far from
 * zero lose no digits as they would in a mean of squares.
 */
import { factor, type IndicatorOption, period, SCALE } from '../arguments.ts';
import type { ScaleOptions } from '../averages/sma.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';

export interface DeviationOptions {
  /** `population` (default) divides by the number of rows, `sample` by one less. */
  readonly deviation?: 'population' | 'sample';
}

export const DEVIATION: IndicatorOption = {
  name: 'deviation',
  values: ['population', 'sample'],
  description: 'divide squared deviations by the number of rows, or by one less',
};

/** Mean and sum of squared deviations of the last `period` values. */
export class Moments {
  readonly period: number;
  mean = 0;
  squares = 0;
  private readonly ring: Ring;

  constructor(rows: number) {
    this.period = rows;
    this.ring = new Ring(rows);
  }

  /** Takes a value; answers whether the window is full. */
  push(value: number): boolean {
    const { ring, mean } = this;
    if (ring.count === this.period) {
      const old = ring.push(value);
      const moved = value - old;
      const now = mean + moved / this.period;
      const squares = this.squares + moved * (value - now + (old - mean));
      this.mean = now;
      this.squares = squares > 0 ? squares : 0;
      return true;
    }
    ring.push(value);
    const now = mean + (value - mean) / ring.count;
    this.squares += (value - mean) * (value - now);
    this.mean = now;
    return ring.full;
  }
}

class Variance extends Stream {
  private readonly moments: Moments;
  private readonly divisor: number;

  constructor(rows: number, options: DeviationOptions) {
    super();
    this.moments = new Moments(rows);
    this.divisor = options.deviation === 'sample' ? rows - 1 : rows;
  }

  next(value: number): number {
    return this.moments.push(value) ? this.moments.squares / this.divisor : Number.NaN;
  }
}

export class Deviation extends Variance {
  override next(value: number): number {
    return Math.sqrt(super.next(value));
  }
}

class Bollinger extends Stream {
  private readonly moments: Moments;
  private readonly width: number;
  private readonly ring: Ring;
  private readonly scale: number;
  private sum = 0;
  private readonly divisor: number;

  constructor(rows: number, width: number, options: DeviationOptions & ScaleOptions) {
    super(3);
    this.moments = new Moments(rows);
    this.width = width;
    this.ring = new Ring(rows);
    this.scale = options.scale ?? 0;
    this.divisor = options.deviation === 'sample' ? rows - 1 : rows;
  }

  next(value: number): number {
    const { out, moments, scale } = this;
    const full = moments.push(value);
    if (scale !== 0) {
      const units = Math.round(value * scale);
      this.sum += units - this.ring.push(units);
    }
    if (!full) return (out[1] = out[2] = Number.NaN);
    const middle = scale === 0 ? moments.mean : this.sum / (moments.period * scale);
    const reach = this.width * Math.sqrt(moments.squares / this.divisor);
    out[1] = middle;
    out[2] = middle - reach;
    return middle + reach;
  }
}

/** Variance of the last `period` values, population by default. */
export const variance = defineIndicator({
  name: 'variance',
  title: 'Variance',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['variance'],
  parameters: [period('period', 20, 'rows looked at')],
  options: [DEVIATION],
  aliases: ['var'],
  warmUp: (rows) => rows - 1,
  create: (rows: number, options: DeviationOptions) => new Variance(rows, options),
});

/** Standard deviation of the last `period` values, population by default. */
export const deviation = defineIndicator({
  name: 'deviation',
  title: 'Standard deviation',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['deviation'],
  parameters: [period('period', 20, 'rows looked at')],
  options: [DEVIATION],
  aliases: ['stddev', 'stdev', 'standard deviation'],
  warmUp: (rows) => rows - 1,
  create: (rows: number, options: DeviationOptions) => new Deviation(rows, options),
});

/** Bollinger bands: the mean of the last `period` values, and `width` standard deviations above and below it. */
export const bollinger = defineIndicator({
  name: 'bollinger',
  title: 'Bollinger bands',
  family: 'volatility',
  inputs: ['series'],
  outputs: ['upper', 'middle', 'lower'],
  parameters: [
    period('period', 20, 'rows looked at'),
    factor('width', 2, 'standard deviations from the middle to a band'),
  ],
  options: [DEVIATION, SCALE],
  aliases: ['bbands', 'bb', 'bollinger bands'],
  warmUp: (rows) => rows - 1,
  create: (rows: number, width: number, options: DeviationOptions & ScaleOptions) =>
    new Bollinger(rows, width, options),
});
