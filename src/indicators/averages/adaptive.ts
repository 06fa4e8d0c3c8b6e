/**
 * Averages that adapt their speed to the market: KAMA, VIDYA, FRAMA and McGinley's dynamic.
 */
import { factor, type IndicatorOption, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Moments } from '../statistics/deviation.ts';
import { Stream } from '../stream.ts';
import { Highest, Lowest, Ring } from '../windows.ts';
import { Sma } from './sma.ts';
import { SEED, type SeedOptions, seedWarmUp, Smoothing } from './ema.ts';

/** Kaufman's efficiency ratio: how far a price came, over how far it went. */
export class Efficiency extends Stream {
  private readonly ring: Ring;
  private readonly steps: Ring;
  private path = 0;
  private before = Number.NaN;

  constructor(rows: number) {
    super();
    this.ring = new Ring(rows);
    this.steps = new Ring(rows);
  }

  next(value: number): number {
    const { ring, before } = this;
    const full = ring.full;
    const old = ring.push(value);
    this.before = value;
    if (before !== before) return Number.NaN;
    const step = Math.abs(value - before);
    this.path += step - this.steps.push(step);
    if (!full) return Number.NaN;
    const way = Math.abs(value - old);
    // Rounding may leave a path of nothing or one just shorter than the way; both mean full efficiency.
    return this.path <= way ? (way === 0 ? 0 : 1) : way / this.path;
  }
}

export interface KamaOptions {
  /** `price` (default): the value before the first ratio; `average`: the mean of the last `period` values at it. */
  readonly seed?: 'price' | 'average';
}

const KAMA_SEED: IndicatorOption = {
  name: 'seed',
  values: ['price', 'average'],
  description: 'what the average starts from: the value before, or the mean of the rows so far',
};

export class Kama extends Stream {
  private readonly efficiency: Efficiency;
  private readonly slow: number;
  private readonly span: number;
  private readonly mean: Sma | undefined;
  private value = Number.NaN;
  private started = false;

  constructor(rows: number, fast: number, slow: number, options: KamaOptions) {
    super();
    this.efficiency = new Efficiency(rows);
    this.slow = 2 / (slow + 1);
    this.span = 2 / (fast + 1) - this.slow;
    this.mean = options.seed === 'average' ? new Sma(rows) : undefined;
  }

  next(value: number): number {
    const ratio = this.efficiency.next(value);
    const mean = this.mean === undefined ? Number.NaN : this.mean.next(value);
    if (ratio !== ratio) {
      this.value = value;
      return ratio;
    }
    if (!this.started) {
      this.started = true;
      if (this.mean !== undefined) return (this.value = mean);
    }
    const weight = ratio * this.span + this.slow;
    return (this.value += weight * weight * (value - this.value));
  }
}

/** The batch half of `Kama`; `fast` and `slow` are weights. */
function runKama(
  series: Float64Array,
  length: number,
  out: Float64Array,
  rows: number,
  fast: number,
  slow: number,
  options: KamaOptions,
): void {
  const span = fast - slow;
  let path = 0;
  for (let i = 1; i <= rows; i++) path += Math.abs(series[i] - series[i - 1]);
  let average = series[rows - 1];
  let first = rows;
  out.fill(Number.NaN, 0, rows);
  if (options.seed === 'average') {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += series[i];
    sum += series[rows] - series[0];
    out[first++] = average = sum / rows;
  }
  for (let i = first; i < length; i++) {
    const value = series[i];
    const old = series[i - rows];
    if (i > rows) path += Math.abs(value - series[i - 1]) - Math.abs(old - series[i - rows - 1]);
    const way = Math.abs(value - old);
    const ratio = path <= way ? (way === 0 ? 0 : 1) : way / path;
    const weight = ratio * span + slow;
    average += weight * weight * (value - average);
    out[i] = average;
  }
}

class Vidya extends Stream {
  private readonly short: Moments;
  private readonly long: Moments;
  private readonly rows: number;
  private readonly weight: number;
  private count = 0;
  private value = 0;

  constructor(short: number, long: number, weight: number) {
    super();
    this.short = new Moments(short);
    this.long = new Moments(long);
    this.rows = Math.max(short, long);
    this.weight = weight;
  }

  next(value: number): number {
    const { short, long } = this;
    short.push(value);
    long.push(value);
    if (++this.count < this.rows - 1) return Number.NaN;
    if (this.count <= this.rows - 1 || this.rows === 1) return (this.value = value);
    const wide = Math.sqrt(long.squares / long.period);
    const ratio = wide === 0 ? 0 : Math.sqrt(short.squares / short.period) / wide;
    return (this.value += this.weight * ratio * (value - this.value));
  }
}

class McGinley extends Stream {
  private readonly seed: Smoothing;
  private readonly rows: number;
  private readonly share: number;
  private value = Number.NaN;

  constructor(rows: number, share: number, options: SeedOptions) {
    super();
    this.seed = new Smoothing(options.seed === 'first' ? 1 : rows, 0);
    this.rows = rows;
    this.share = share;
  }

  next(value: number): number {
    const before = this.value;
    if (before !== before) return (this.value = this.seed.next(value));
    const ratio = value / before;
    const square = ratio * ratio;
    return (this.value = before + (value - before) / (this.share * this.rows * square * square));
  }
}

class Frama extends Stream {
  private readonly half: number;
  private readonly halfHigh: Highest;
  private readonly halfLow: Lowest;
  private readonly high: Highest;
  private readonly low: Lowest;
  private readonly earlier: Ring;
  private readonly exponent: number;
  private value = Number.NaN;

  constructor(rows: number, long: number) {
    super();
    this.half = rows >> 1;
    this.halfHigh = new Highest(this.half);
    this.halfLow = new Lowest(this.half);
    this.high = new Highest(2 * this.half);
    this.low = new Lowest(2 * this.half);
    this.earlier = new Ring(this.half);
    this.exponent = Math.log(2 / (long + 1));
  }

  next(high: number, low: number): number {
    const { half } = this;
    const price = (high + low) / 2;
    const recent = (this.halfHigh.next(high) - this.halfLow.next(low)) / half;
    const earlier = this.earlier.push(recent);
    const whole = (this.high.next(high) - this.low.next(low)) / (2 * half);
    if (whole !== whole) return Number.NaN;
    const rough = whole > 0 && recent + earlier > 0;
    const dimension = rough ? (Math.log(recent + earlier) - Math.log(whole)) / Math.LN2 : 1;
    const weight = Math.min(1, Math.max(0.01, Math.exp(this.exponent * (dimension - 1))));
    if (this.value !== this.value) return (this.value = price);
    return (this.value += weight * (price - this.value));
  }
}

/** Kaufman's efficiency ratio, 0 … 1: the net change over `period` rows divided by the sum of all changes. */
export const efficiencyRatio = defineIndicator({
  name: 'efficiencyRatio',
  title: "Kaufman's efficiency ratio",
  family: 'trend',
  inputs: ['series'],
  outputs: ['ratio'],
  parameters: [period('period', 10, 'changes looked at')],
  aliases: ['ker', 'er'],
  warmUp: (rows) => rows,
  create: (rows: number) => new Efficiency(rows),
});

/** Kaufman's adaptive moving average. Source: Kaufman, Smarter Trading, 1995. */
export const kama = defineIndicator({
  name: 'kama',
  title: "Kaufman's adaptive moving average",
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['kama'],
  parameters: [
    period('period', 10, 'changes in the efficiency ratio'),
    period('fast', 2, 'rows of the fastest average'),
    period('slow', 30, 'rows of the slowest average'),
  ],
  options: [KAMA_SEED],
  warmUp: (rows) => rows,
  create: (rows: number, fast: number, slow: number, options: KamaOptions) => new Kama(rows, fast, slow, options),
  spreads: true,
  kernel: ([series], length, [out], rows, fast, slow, options) =>
    runKama(series, length, out, rows, 2 / (fast + 1), 2 / (slow + 1), options),
});

/** Variable index dynamic average: speed by the ratio of short to long deviation. Source: Chande, TASC 1992. */
export const vidya = defineIndicator({
  name: 'vidya',
  title: 'Variable index dynamic average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['vidya'],
  parameters: [
    period('short', 9, 'rows of the short deviation'),
    period('long', 30, 'rows of the long deviation'),
    factor('weight', 0.2, 'weight of a new value where both deviations are equal', 0, 1),
  ],
  warmUp: (short, long) => Math.max(0, Math.max(short, long) - 2),
  create: (short: number, long: number, weight: number) => new Vidya(short, long, weight),
});

/** McGinley's dynamic: it follows falling prices faster than rising ones. `share` is the part of the period used. */
export const mcginley = defineIndicator({
  name: 'mcginley',
  title: 'McGinley dynamic',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['mcginley'],
  parameters: [
    period('period', 14, 'rows'),
    factor('share', 1, 'part of the period used; 0.6 is often taken', 0.01, 10),
  ],
  options: [SEED],
  aliases: ['dynamic', 'mcginley dynamic'],
  warmUp: (rows, _share, options) => seedWarmUp(rows, options),
  create: (rows: number, share: number, options: SeedOptions) => new McGinley(rows, share, options),
});

/** Fractal adaptive moving average of the middle price. Source: Ehlers, TASC October 2005. */
export const frama = defineIndicator({
  name: 'frama',
  title: 'Fractal adaptive moving average',
  family: 'moving averages',
  inputs: ['high', 'low'],
  outputs: ['frama'],
  parameters: [
    period('period', 16, 'rows, taken in two halves', 2),
    period('long', 198, 'rows of the slowest average'),
  ],
  warmUp: (rows) => 2 * (rows >> 1) - 1,
  create: (rows: number, long: number) => new Frama(rows, long),
});
