/**
 * Distances of two averages: APO, PPO, PVO, Awesome, detrended price, and their relatives.
 */
import { type IndicatorOption, period } from '../arguments.ts';
import { emaStream, SEED, type SeedOptions, seedWarmUp, type Smoothing } from '../averages/ema.ts';
import {
  type AverageKind,
  type AverageOptions,
  averageOption,
  averageStream,
  averageWarmUp,
} from '../averages/kinds.ts';
import { Sma } from '../averages/sma.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Atr } from '../volatility/atr.ts';
import { Ring } from '../windows.ts';
import { Rsi } from './rsi.ts';

class Apo extends Stream {
  private readonly fast: Stream;
  private readonly slow: Stream;

  constructor(fast: Stream, slow: Stream) {
    super();
    this.fast = fast;
    this.slow = slow;
  }

  next(value: number): number {
    return this.fast.pass(value) - this.slow.pass(value);
  }
}

export interface PpoOptions extends AverageOptions, SeedOptions {
  /** `slow` (default): per cent of the slow average; `fast`: of the fast one. */
  readonly base?: 'slow' | 'fast';
}

const BASE: IndicatorOption = {
  name: 'base',
  values: ['slow', 'fast'],
  description: 'which average the distance is a percentage of',
};

class Ppo extends Stream {
  private readonly fast: Stream;
  private readonly slow: Stream;
  private readonly signal: Stream;
  private readonly ofFast: boolean;

  constructor(fast: number, slow: number, signal: number, options: PpoOptions) {
    super(3);
    const kind: AverageKind = options.average ?? 'ema';
    this.fast = averageStream(kind, fast, options);
    this.slow = averageStream(kind, slow, options);
    this.signal = averageStream(kind, signal, options);
    this.ofFast = options.base === 'fast';
  }

  next(value: number): number {
    const fast = this.fast.pass(value);
    const slow = this.slow.pass(value);
    const base = this.ofFast ? fast : slow;
    const distance = fast - slow;
    const ppo = base === 0 && distance === distance ? 0 : (100 * distance) / base;
    const signal = this.signal.pass(ppo);
    this.out[1] = signal;
    this.out[2] = ppo - signal;
    return ppo;
  }
}

class Awesome extends Stream {
  private readonly fast: Sma;
  private readonly slow: Sma;
  private readonly mean: Sma;

  constructor(fast: number, slow: number, rows: number) {
    super(2);
    this.fast = new Sma(fast);
    this.slow = new Sma(slow);
    this.mean = new Sma(rows);
  }

  next(high: number, low: number): number {
    const middle = (high + low) / 2;
    const awesome = this.fast.next(middle) - this.slow.next(middle);
    this.out[1] = awesome - this.mean.pass(awesome);
    return awesome;
  }
}

class Dpo extends Stream {
  private readonly mean: Sma;
  private readonly earlier: Ring;

  constructor(rows: number) {
    super();
    this.mean = new Sma(rows);
    this.earlier = new Ring((rows >> 1) + 1);
  }

  next(value: number): number {
    const full = this.earlier.full;
    const old = this.earlier.push(value);
    const mean = this.mean.next(value);
    return full ? old - mean : Number.NaN;
  }
}

class ElderRay extends Stream {
  private readonly average: Smoothing;

  constructor(rows: number, options: SeedOptions) {
    super(3);
    this.average = emaStream(rows, options);
  }

  next(high: number, low: number, close: number): number {
    const average = this.average.next(close);
    this.out[1] = low - average;
    this.out[2] = average;
    return high - average;
  }
}

/** Weights 1, 2, 2, 1 over four rows. */
class Symmetric extends Stream {
  private one = Number.NaN;
  private two = Number.NaN;
  private three = Number.NaN;

  next(value: number): number {
    const sum = (value + 2 * this.one + 2 * this.two + this.three) / 6;
    this.three = this.two;
    this.two = this.one;
    this.one = value;
    return sum;
  }
}

class RelativeVigor extends Stream {
  private readonly body = new Symmetric();
  private readonly range = new Symmetric();
  private readonly bodies: Sma;
  private readonly ranges: Sma;
  private readonly signal = new Symmetric();

  constructor(rows: number) {
    super(2);
    this.bodies = new Sma(rows);
    this.ranges = new Sma(rows);
  }

  next(open: number, high: number, low: number, close: number): number {
    const bodies = this.bodies.pass(this.body.next(close - open));
    const ranges = this.ranges.pass(this.range.next(high - low));
    const vigor = ranges === 0 ? 0 : bodies / ranges;
    this.out[1] = vigor === vigor ? this.signal.next(vigor) : vigor;
    return vigor;
  }
}

class WaveTrend extends Stream {
  private readonly channel: Smoothing;
  private readonly distance: Smoothing;
  private readonly average: Smoothing;
  private readonly signal: Sma;

  constructor(channel: number, average: number, signal: number, options: SeedOptions) {
    super(2);
    this.channel = emaStream(channel, options);
    this.distance = emaStream(channel, options);
    this.average = emaStream(average, options);
    this.signal = new Sma(signal);
  }

  next(high: number, low: number, close: number): number {
    const price = (high + low + close) / 3;
    const center = this.channel.next(price);
    const distance = this.distance.pass(Math.abs(price - center));
    const index = distance === 0 ? 0 : (price - center) / (0.015 * distance);
    const wave = this.average.pass(index);
    this.out[1] = this.signal.pass(wave);
    return wave;
  }
}

class PrettyGood extends Stream {
  private readonly mean: Sma;
  private readonly atr: Atr;
  private readonly average: Smoothing;

  constructor(rows: number) {
    super();
    this.mean = new Sma(rows);
    this.atr = new Atr(1);
    this.average = emaStream(rows);
  }

  next(high: number, low: number, close: number): number {
    const distance = close - this.mean.next(close);
    const range = this.average.pass(this.atr.next(high, low, close));
    return range === 0 ? 0 : distance / range;
  }
}

class Derivative extends Stream {
  private readonly rsi: Rsi;
  private readonly first: Smoothing;
  private readonly second: Smoothing;
  private readonly signal: Sma;

  constructor(rsi: number, first: number, second: number, signal: number) {
    super();
    this.rsi = new Rsi(rsi);
    this.first = emaStream(first);
    this.second = emaStream(second);
    this.signal = new Sma(signal);
  }

  next(value: number): number {
    const smooth = this.second.pass(this.first.pass(this.rsi.next(value)));
    return smooth - this.signal.pass(smooth);
  }
}

const FAST = period('fast', 12, 'rows of the fast average');
const SLOW = period('slow', 26, 'rows of the slow average');
const SIGNAL = period('signal', 9, 'rows of the signal average');

/** Absolute price oscillator: fast less slow average. */
export const apo = defineIndicator({
  name: 'apo',
  title: 'Absolute price oscillator',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['apo'],
  parameters: [FAST, SLOW],
  options: [averageOption('ema')],
  aliases: ['priceosc', 'absolute price oscillator'],
  warmUp: (fast, slow, options) =>
    Math.max(averageWarmUp(options.average ?? 'ema', fast), averageWarmUp(options.average ?? 'ema', slow)),
  create: (fast: number, slow: number, options: AverageOptions) =>
    new Apo(averageStream(options.average ?? 'ema', fast), averageStream(options.average ?? 'ema', slow)),
  kernel: ([series], length, [out], fast, slow, options) => {
    const stream = new Apo(
      averageStream(options.average ?? 'ema', fast),
      averageStream(options.average ?? 'ema', slow),
    );
    for (let i = 0; i < length; i++) out![i] = stream.next(series![i]!);
  },
});

/** Percentage price oscillator: fast less slow average in per cent of one of them, its signal, and the difference. */
export const ppo = defineIndicator({
  name: 'ppo',
  title: 'Percentage price oscillator',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['ppo', 'signal', 'histogram'],
  parameters: [FAST, SLOW, SIGNAL],
  options: [averageOption('ema'), SEED, BASE],
  aliases: ['percentage price oscillator'],
  warmUp: (fast, slow, _signal, options) => averageWarmUp(options.average ?? 'ema', Math.max(fast, slow), options),
  create: (fast: number, slow: number, signal: number, options: PpoOptions) => new Ppo(fast, slow, signal, options),
  kernel: ([series], length, [first, second, third], fast, slow, signal, options) => {
    const stream = new Ppo(fast, slow, signal, options);
    for (let i = 0; i < length; i++) {
      first![i] = stream.next(series![i]!);
      second![i] = stream.out[1]!;
      third![i] = stream.out[2]!;
    }
  },
});

/** Percentage volume oscillator: as the percentage price oscillator, of volume. */
export const pvo = defineIndicator({
  name: 'pvo',
  title: 'Percentage volume oscillator',
  family: 'volume',
  inputs: ['volume'],
  outputs: ['pvo', 'signal', 'histogram'],
  parameters: [FAST, SLOW, SIGNAL],
  options: [averageOption('ema'), SEED, BASE],
  aliases: ['vosc', 'percentage volume oscillator'],
  warmUp: (fast, slow, _signal, options) => averageWarmUp(options.average ?? 'ema', Math.max(fast, slow), options),
  create: (fast: number, slow: number, signal: number, options: PpoOptions) => new Ppo(fast, slow, signal, options),
});

/** Awesome oscillator: fast less slow mean of the median price; and its distance from its own mean. */
export const awesome = defineIndicator({
  name: 'awesome',
  title: 'Awesome and accelerator oscillator',
  family: 'oscillators',
  inputs: ['high', 'low'],
  outputs: ['awesome', 'accelerator'],
  parameters: [
    period('fast', 5, 'rows of the fast mean'),
    period('slow', 34, 'rows of the slow mean'),
    period('mean', 5, 'rows of the mean in the accelerator'),
  ],
  aliases: ['ao', 'awesome oscillator', 'accdecosc'],
  warmUp: (fast, slow) => Math.max(fast, slow) - 1,
  create: (fast: number, slow: number, rows: number) => new Awesome(fast, slow, rows),
});

/** Detrended price: the price half a period and one row ago, less the mean of the period that ends now. */
export const dpo = defineIndicator({
  name: 'dpo',
  title: 'Detrended price oscillator',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['dpo'],
  parameters: [period('period', 20, 'rows of the mean')],
  aliases: ['detrended price oscillator'],
  warmUp: (rows) => Math.max(rows - 1, (rows >> 1) + 1),
  create: (rows: number) => new Dpo(rows),
});

/** Elder ray: how far high (bulls) and low (bears) are from an exponential average of the close. */
export const elderRay = defineIndicator({
  name: 'elderRay',
  title: 'Elder ray',
  family: 'trend',
  inputs: ['high', 'low', 'close'],
  outputs: ['bull', 'bear', 'average'],
  parameters: [period('period', 13, 'rows averaged')],
  options: [SEED],
  aliases: ['elder-ray'],
  warmUp: seedWarmUp,
  create: (rows: number, options: SeedOptions) => new ElderRay(rows, options),
});

/** Relative vigor index: close less open over high less low, each weighted 1, 2, 2, 1 and averaged; and its signal. */
export const relativeVigor = defineIndicator({
  name: 'relativeVigor',
  title: 'Relative vigor index',
  family: 'oscillators',
  inputs: ['open', 'high', 'low', 'close'],
  outputs: ['vigor', 'signal'],
  parameters: [period('period', 10, 'rows averaged')],
  aliases: ['rvgi', 'relative vigor index'],
  warmUp: (rows) => rows + 2,
  create: (rows: number) => new RelativeVigor(rows),
});

/** Wave trend: the channel index of an exponential average, averaged; and its signal. */
export const waveTrend = defineIndicator({
  name: 'waveTrend',
  title: 'Wave trend oscillator',
  family: 'oscillators',
  inputs: ['high', 'low', 'close'],
  outputs: ['wave', 'signal'],
  parameters: [
    period('channel', 10, 'rows of the channel averages'),
    period('average', 21, 'rows of the wave'),
    period('signal', 4, 'rows of the signal mean'),
  ],
  options: [SEED],
  aliases: ['wto', 'wave trend oscillator'],
  warmUp: (channel, average, _signal, options) => (options.seed === 'first' ? 0 : 2 * (channel - 1) + average - 1),
  create: (channel: number, average: number, signal: number, options: SeedOptions) =>
    new WaveTrend(channel, average, signal, options),
});

/** Pretty good oscillator: distance of the close from its mean, in exponential averages of the true range. */
export const prettyGood = defineIndicator({
  name: 'prettyGood',
  title: 'Pretty good oscillator',
  family: 'oscillators',
  inputs: ['high', 'low', 'close'],
  outputs: ['oscillator'],
  parameters: [period('period', 14, 'rows averaged')],
  aliases: ['pgo'],
  warmUp: (rows) => rows,
  create: (rows: number) => new PrettyGood(rows),
});

/** Derivative oscillator: the relative strength index, smoothed twice, less its mean. Source: Brown, 1994. */
export const derivative = defineIndicator({
  name: 'derivative',
  title: 'Derivative oscillator',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['oscillator'],
  parameters: [
    period('rsi', 14, 'rows of the relative strength index'),
    period('first', 5, 'rows of the first smoothing'),
    period('second', 3, 'rows of the second smoothing'),
    period('signal', 9, 'rows of the mean'),
  ],
  aliases: ['derivative oscillator'],
  warmUp: (rsi, first, second, signal) => rsi + first + second + signal - 3,
  create: (rsi: number, first: number, second: number, signal: number) => new Derivative(rsi, first, second, signal),
});
