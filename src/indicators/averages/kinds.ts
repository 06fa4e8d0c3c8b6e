/**
 * A moving average by its name, for the indicators that let their user choose one.
 */
import { factor, type IndicatorOption, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Kama } from './adaptive.ts';
import { emaStream, rmaStream, type SeedOptions } from './ema.ts';
import { Hma, Trima } from './shaped.ts';
import { Sma } from './sma.ts';
import { DEMA_WEIGHTS, Staged, t3Weights, TEMA_WEIGHTS } from './stages.ts';
import { Wma } from './wma.ts';

export type AverageKind = 'sma' | 'ema' | 'rma' | 'wma' | 'dema' | 'tema' | 'trima' | 'kama' | 'hma' | 't3';

const KINDS: readonly AverageKind[] = ['sma', 'ema', 'rma', 'wma', 'dema', 'tema', 'trima', 'kama', 'hma', 't3'];

export interface AverageOptions {
  /** Which moving average. */
  readonly average?: AverageKind;
}

/** Declares the option `average`, with its default first. */
export function averageOption(initial: AverageKind): IndicatorOption {
  return {
    name: 'average',
    values: [initial, ...KINDS.filter((kind) => kind !== initial)],
    description: 'which moving average',
  };
}

/** Returns the stream of the named average; `options` say how exponential ones are seeded. */
export function averageStream(kind: AverageKind, rows: number, options: SeedOptions = {}): Stream {
  switch (kind) {
    case 'sma':
      return new Sma(rows);
    case 'ema':
      return emaStream(rows, options);
    case 'rma':
      return rmaStream(rows, options);
    case 'wma':
      return new Wma(rows);
    case 'dema':
      return new Staged(rows, DEMA_WEIGHTS, {});
    case 'tema':
      return new Staged(rows, TEMA_WEIGHTS, {});
    case 'trima':
      return new Trima(rows);
    case 'kama':
      return new Kama(rows, 2, 30, {});
    case 'hma':
      return new Hma(rows);
    case 't3':
      return new Staged(rows, t3Weights(0.7), {});
  }
}

/** How many rows the named average is silent. */
export function averageWarmUp(kind: AverageKind, rows: number, options: SeedOptions = {}): number {
  switch (kind) {
    case 'ema':
    case 'rma':
      return options.seed === 'first' ? 0 : rows - 1;
    case 'dema':
      return 2 * (rows - 1);
    case 'tema':
      return 3 * (rows - 1);
    case 't3':
      return 6 * (rows - 1);
    case 'kama':
      return rows;
    case 'hma':
      return rows + Math.floor(Math.sqrt(rows)) - 2;
    default:
      return rows - 1;
  }
}

class Envelope extends Stream {
  private readonly average: Stream;
  private readonly share: number;

  constructor(rows: number, percent: number, kind: AverageKind) {
    super(3);
    this.average = averageStream(kind, rows);
    this.share = percent / 100;
  }

  next(value: number): number {
    const middle = this.average.pass(value);
    this.out[1] = middle;
    this.out[2] = middle * (1 - this.share);
    return middle * (1 + this.share);
  }
}

class Oscillator extends Stream {
  private readonly average: Stream;

  constructor(rows: number, kind: AverageKind) {
    super();
    this.average = averageStream(kind, rows);
  }

  next(value: number): number {
    return value - this.average.pass(value);
  }
}

/** Moving-average envelope: an average and lines `percent` per cent above and below it. */
export const envelope = defineIndicator({
  name: 'envelope',
  title: 'Moving-average envelope',
  family: 'volatility',
  inputs: ['series'],
  outputs: ['upper', 'middle', 'lower'],
  parameters: [period('period', 20, 'rows averaged'), factor('percent', 2.5, 'distance of the lines, in per cent')],
  options: [averageOption('sma')],
  aliases: ['ma-env', 'moving average envelope'],
  warmUp: (rows, _percent, options) => averageWarmUp(options.average ?? 'sma', rows),
  create: (rows: number, percent: number, options: AverageOptions) =>
    new Envelope(rows, percent, options.average ?? 'sma'),
});

/** The distance of a series from its moving average. */
export const averageDistance = defineIndicator({
  name: 'averageDistance',
  title: 'Distance from a moving average',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['distance'],
  parameters: [period('period', 20, 'rows averaged')],
  options: [averageOption('sma')],
  aliases: ['oscillator'],
  warmUp: (rows, options) => averageWarmUp(options.average ?? 'sma', rows),
  create: (rows: number, options: AverageOptions) => new Oscillator(rows, options.average ?? 'sma'),
});
