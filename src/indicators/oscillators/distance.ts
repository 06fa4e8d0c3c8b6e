/**
 * Distances of two averages: APO, PPO, PVO, Awesome, detrended price.
 */
import { type IndicatorOption, period } from '../arguments.ts';
import { SEED, type SeedOptions } from '../averages/ema.ts';
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
import { Ring } from '../windows.ts';

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
    for (let i = 0; i < length; i++) out[i] = stream.next(series[i]);
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
      first[i] = stream.next(series[i]);
      second[i] = stream.out[1]!;
      third[i] = stream.out[2]!;
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
