/**
 * Variance and standard deviation of a window, and the Bollinger bands made of them.
 *
 * The sum of squared deviations is carried from row to row (Welford's update, for a window), so that prices far from
 * zero lose no digits as they would in a mean of squares.
 */
import { factor, type IndicatorOption, period, SCALE } from '../arguments.ts';
import { type ScaleOptions, sma, smaStream } from '../averages/sma.ts';
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
  /** Of each change, what the mean takes: to multiply is quicker than to divide. */
  private readonly share: number;
  private readonly ring: Ring;

  constructor(rows: number) {
    this.period = rows;
    this.share = 1 / rows;
    this.ring = new Ring(rows);
  }

  /** Takes a value; answers whether the window is full. */
  push(value: number): boolean {
    const { ring, mean } = this;
    if (ring.count === this.period) {
      const old = ring.push(value);
      const moved = value - old;
      const now = mean + moved * this.share;
      const squares = this.squares + moved * (value - now + (old - mean));
      this.mean = now;
      this.squares = squares < 0 ? 0 : squares;
      return true;
    }
    ring.push(value);
    const now = mean + (value - mean) / ring.count;
    this.squares += (value - mean) * (value - now);
    this.mean = now;
    return ring.full;
  }
}

/** One over what squared deviations are divided by: to multiply is quicker than to divide. */
function weightOf(rows: number, { deviation: kind }: DeviationOptions): number {
  return 1 / (kind === 'sample' ? rows - 1 : rows);
}

class Variance extends Stream {
  private readonly moments: Moments;
  private readonly weight: number;

  constructor(rows: number, options: DeviationOptions) {
    super();
    this.moments = new Moments(rows);
    this.weight = weightOf(rows, options);
  }

  next(value: number): number {
    return this.moments.push(value) ? this.moments.squares * this.weight : Number.NaN;
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
  /** Gives the middle where the inputs have a scale. */
  private readonly average: Stream | undefined;
  private readonly weight: number;

  constructor(rows: number, width: number, options: DeviationOptions & ScaleOptions) {
    super(3);
    this.moments = new Moments(rows);
    this.width = width;
    this.average = options.scale === undefined ? undefined : smaStream(rows, options);
    this.weight = weightOf(rows, options);
  }

  next(value: number): number {
    const { out, moments } = this;
    const full = moments.push(value);
    const middle = this.average === undefined ? moments.mean : this.average.pass(value);
    if (!full) return (out[1] = out[2] = Number.NaN);
    const reach = this.width * Math.sqrt(moments.squares * this.weight);
    out[1] = middle;
    out[2] = middle - reach;
    return middle + reach;
  }
}

// The batch halves of `Moments`, to the same bits. Each is one loop with nothing to decide in it, begins with numbers of
// its own and takes the root at once: what the processor can overlap, it then does, twice as fast as through a function
// or with a choice in between.

function runVariance(series: Float64Array, length: number, out: Float64Array, rows: number, weight: number): void {
  const share = 1 / rows;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    const value = series[i];
    const now = mean + (value - mean) / (i + 1);
    squares += (value - mean) * (value - now);
    mean = now;
  }
  out.fill(Number.NaN, 0, rows - 1);
  out[rows - 1] = squares * weight;
  for (let i = rows; i < length; i++) {
    const value = series[i];
    const old = series[i - rows];
    const moved = value - old;
    const now = mean + moved * share;
    squares += moved * (value - now + (old - mean));
    if (squares < 0) squares = 0;
    mean = now;
    out[i] = squares * weight;
  }
}

function runDeviation(series: Float64Array, length: number, out: Float64Array, rows: number, weight: number): void {
  const share = 1 / rows;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    const value = series[i];
    const now = mean + (value - mean) / (i + 1);
    squares += (value - mean) * (value - now);
    mean = now;
  }
  out.fill(Number.NaN, 0, rows - 1);
  out[rows - 1] = Math.sqrt(squares * weight);
  for (let i = rows; i < length; i++) {
    const value = series[i];
    const old = series[i - rows];
    const moved = value - old;
    const now = mean + moved * share;
    squares += moved * (value - now + (old - mean));
    if (squares < 0) squares = 0;
    mean = now;
    out[i] = Math.sqrt(squares * weight);
  }
}

/** Bands around the mean, for which `middle` is filled. */
function runBands(
  series: Float64Array,
  length: number,
  [upper, middle, lower]: readonly [Float64Array, Float64Array, Float64Array],
  rows: number,
  width: number,
  weight: number,
): void {
  const share = 1 / rows;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    const value = series[i];
    const now = mean + (value - mean) / (i + 1);
    squares += (value - mean) * (value - now);
    mean = now;
  }
  for (const column of [upper, middle, lower]) column.fill(Number.NaN, 0, rows - 1);
  const first = width * Math.sqrt(squares * weight);
  upper[rows - 1] = mean + first;
  middle[rows - 1] = mean;
  lower[rows - 1] = mean - first;
  for (let i = rows; i < length; i++) {
    const value = series[i];
    const old = series[i - rows];
    const moved = value - old;
    const now = mean + moved * share;
    squares += moved * (value - now + (old - mean));
    if (squares < 0) squares = 0;
    mean = now;
    const reach = width * Math.sqrt(squares * weight);
    upper[i] = now + reach;
    middle[i] = now;
    lower[i] = now - reach;
  }
}

function runBollinger(
  series: Float64Array,
  length: number,
  out: readonly [Float64Array, Float64Array, Float64Array],
  rows: number,
  width: number,
  options: DeviationOptions & ScaleOptions,
): void {
  const weight = weightOf(rows, options);
  if (options.scale === undefined) {
    runBands(series, length, out, rows, width, weight);
    return;
  }
  const [upper, middle, lower] = out;
  runDeviation(series, length, upper, rows, weight);
  sma.run([series], length, [rows, { scale: options.scale }], [middle]);
  for (let i = 0; i < length; i++) {
    const reach = width * upper[i];
    upper[i] = middle[i] + reach;
    lower[i] = middle[i] - reach;
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
  spreads: true,
  kernel: ([series], length, [out], rows, options) => runVariance(series, length, out, rows, weightOf(rows, options)),
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
  spreads: true,
  kernel: ([series], length, [out], rows, options) => runDeviation(series, length, out, rows, weightOf(rows, options)),
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
  spreads: true,
  kernel: ([series], length, out, rows, width, options) =>
    runBollinger(series, length, [out[0], out[1], out[2]], rows, width, options),
});
