/**
 * Oscillators of a row and its average: Elder ray, relative vigor, wave trend, pretty good, derivative.
 */
import { period } from '../arguments.ts';
import { emaStream, SEED, type SeedOptions, seedWarmUp, type Smoothing } from '../averages/ema.ts';
import { Sma } from '../averages/sma.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Atr } from '../volatility/atr.ts';
import { Rsi } from './rsi.ts';

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
