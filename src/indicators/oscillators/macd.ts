/**
 * Moving average convergence and divergence: the distance of two averages, and the average of that distance.
 */
import { type IndicatorOption, period } from '../arguments.ts';
import { emaStream, Smoothing } from '../averages/ema.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';

export interface MacdOptions {
  /**
   * `average` (default): each average starts from the mean of its first rows; `first`: from the first value, without
   * warm-up; `staggered`: as `first`, but silent until row `slow` − 1, where the signal starts.
   */
  readonly seed?: 'average' | 'first' | 'staggered';
  /** `together` (default): both averages are seeded on the same row, as in TA-Lib; `apart`: each as early as it can. */
  readonly start?: 'together' | 'apart';
  /** How much a new value counts in the fast average, in place of 2 / (fast + 1): 0.15 in Appel's own formula. */
  readonly fastWeight?: number;
  /** The same of the slow average: 0.075 in Appel's. Both are what TA-Lib's MACDFIX takes, of 12 and 26 rows. */
  readonly slowWeight?: number;
}

const FAST_WEIGHT: IndicatorOption = {
  name: 'fastWeight',
  values: 'share',
  description: 'how much a new value counts in the fast average, in place of 2 / (fast + 1)',
};

const SLOW_WEIGHT: IndicatorOption = {
  name: 'slowWeight',
  values: 'share',
  description: 'how much a new value counts in the slow average, in place of 2 / (slow + 1)',
};

const START: IndicatorOption = {
  name: 'start',
  values: ['together', 'apart'],
  description: 'whether both averages are seeded on the same row, or each as early as it can',
};

const SEED: IndicatorOption = {
  name: 'seed',
  values: ['average', 'first', 'staggered'],
  description: 'what the averages start from: means, the first value, or the first value with a later signal',
};

function weighted(rows: number, seed: 'average' | 'first', weight: number | undefined): Smoothing {
  return weight === undefined ? emaStream(rows, { seed }) : new Smoothing(seed === 'first' ? 1 : rows, weight);
}

export class Macd extends Stream {
  private readonly fast: Smoothing;
  private readonly slow: Smoothing;
  private readonly signal: Smoothing;
  private late: number;
  private silent: number;

  constructor(fast: number, slow: number, signal: number, options: MacdOptions) {
    super(3);
    const seed = options.seed === undefined || options.seed === 'average' ? 'average' : 'first';
    this.fast = weighted(fast, seed, options.fastWeight);
    this.slow = weighted(slow, seed, options.slowWeight);
    this.signal = emaStream(signal, { seed });
    // Seeded on the same row, the fast average starts later.
    this.late = seed === 'first' || options.start === 'apart' ? 0 : Math.max(0, slow - fast);
    this.silent = options.seed === 'staggered' ? Math.max(fast, slow) - 1 : 0;
  }

  next(value: number): number {
    const { out } = this;
    const slow = this.slow.next(value);
    let fast = Number.NaN;
    if (this.late > 0) this.late--;
    else fast = this.fast.next(value);
    if (this.silent > 0) {
      this.silent--;
      out[1] = out[2] = Number.NaN;
      return Number.NaN;
    }
    const macd = fast - slow;
    const signal = macd === macd ? this.signal.next(macd) : macd;
    out[1] = signal;
    out[2] = macd - signal;
    return macd;
  }
}

/** The batch half for averages that are seeded on the same row, which is what is mostly asked for. */
function runMacd(
  series: Float64Array,
  length: number,
  [line, signal, histogram]: readonly [Float64Array, Float64Array, Float64Array],
  [fastRows, slowRows, signalRows]: readonly [number, number, number],
): void {
  const fastWeight = 2 / (fastRows + 1);
  const slowWeight = 2 / (slowRows + 1);
  const signalWeight = 2 / (signalRows + 1);
  const start = slowRows - 1;
  const late = slowRows - fastRows;
  let fast = 0;
  let slow = 0;
  for (let i = 0; i < slowRows; i++) slow += series[i];
  for (let i = late; i < slowRows; i++) fast += series[i];
  slow /= slowRows;
  fast /= fastRows;
  line.fill(Number.NaN, 0, start);
  line[start] = fast - slow;
  for (let i = slowRows; i < length; i++) {
    const value = series[i];
    fast += fastWeight * (value - fast);
    slow += slowWeight * (value - slow);
    line[i] = fast - slow;
  }
  const first = Math.min(length, start + signalRows - 1);
  signal.fill(Number.NaN, 0, first);
  histogram.fill(Number.NaN, 0, first);
  if (first === length) return;
  let average = 0;
  for (let i = start; i <= first; i++) average += line[i];
  average /= signalRows;
  signal[first] = average;
  histogram[first] = line[first] - average;
  for (let i = first + 1; i < length; i++) {
    average += signalWeight * (line[i] - average);
    signal[i] = average;
    histogram[i] = line[i] - average;
  }
}

/** MACD: fast less slow exponential average, its signal average, and the histogram, their difference. */
export const macd = defineIndicator({
  name: 'macd',
  title: 'Moving average convergence/divergence',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['macd', 'signal', 'histogram'],
  parameters: [
    period('fast', 12, 'rows of the fast average'),
    period('slow', 26, 'rows of the slow average'),
    period('signal', 9, 'rows of the signal average'),
  ],
  options: [SEED, START, FAST_WEIGHT, SLOW_WEIGHT],
  warmUp: (fast, slow, _signal, options) => (options.seed === 'first' ? 0 : Math.max(fast, slow) - 1),
  create: (fast: number, slow: number, signal: number, options: MacdOptions) => new Macd(fast, slow, signal, options),
  fits: (fast, slow, _signal, options) =>
    fast <= slow &&
    (options.seed ?? 'average') === 'average' &&
    options.start !== 'apart' &&
    options.fastWeight === undefined &&
    options.slowWeight === undefined,
  spreads: true,
  kernel: ([series], length, out, fast, slow, signal) =>
    runMacd(series, length, [out[0], out[1], out[2]], [fast, slow, signal]),
});
