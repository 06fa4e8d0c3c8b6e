/**
 * Figures of a window that need all of it at once: median, skew and kurtosis, rank; and a trace that decays.
 */
import { type IndicatorOption, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';

class Median extends Stream {
  private readonly ring: Ring;

  constructor(rows: number) {
    super();
    this.ring = new Ring(rows);
  }

  next(value: number): number {
    this.ring.push(value);
    if (!this.ring.full) return Number.NaN;
    const sorted = this.ring.values.toSorted();
    const half = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}

class Shape extends Stream {
  private readonly ring: Ring;
  private total = 0;

  constructor(rows: number) {
    super(2);
    this.ring = new Ring(rows);
  }

  next(value: number): number {
    const { ring, out } = this;
    this.total += value - ring.push(value);
    if (!ring.full) return (out[1] = Number.NaN);
    const { values, size } = ring;
    const mean = this.total / size;
    let second = 0;
    let third = 0;
    let fourth = 0;
    for (let i = 0; i < size; i++) {
      const distance = values[i] - mean;
      const square = distance * distance;
      second += square;
      third += square * distance;
      fourth += square * square;
    }
    second /= size;
    // Below this a window is flat up to rounding, and its shape would be noise.
    const flat = second <= 1e-24 * mean * mean;
    out[1] = flat ? 0 : fourth / size / (second * second) - 3;
    return flat ? 0 : third / size / (second * Math.sqrt(second));
  }
}

/** The part of a window that a value is above, 0 … 1. */
export class Rank extends Stream {
  private readonly ring: Ring;
  private readonly withSelf: boolean;

  constructor(rows: number, withSelf: boolean) {
    super();
    this.ring = new Ring(rows);
    this.withSelf = withSelf;
  }

  next(value: number): number {
    const { ring } = this;
    if (this.withSelf) ring.push(value);
    const full = ring.full;
    let below = 0;
    if (full) for (let i = 0; i < ring.size; i++) if (ring.values[i] < value) below++;
    if (!this.withSelf) ring.push(value);
    return full ? below / ring.size : Number.NaN;
  }
}

class Decay extends Stream {
  private readonly share: number;
  private readonly step: number;
  private value = 0;

  constructor(rows: number, exponential: boolean) {
    super();
    this.share = exponential ? 1 - 1 / rows : 1;
    this.step = exponential ? 0 : 1 / rows;
  }

  next(value: number): number {
    return (this.value = Math.max(value, this.value * this.share - this.step));
  }
}

export interface DecayOptions {
  /** `linear` (default): 1 / period less each row; `exponential`: 1 − 1 / period of the value before. */
  readonly shape?: 'linear' | 'exponential';
}

export interface RankOptions {
  /** `self` (default): the window ends with the value itself; `before`: it ends with the row before. */
  readonly window?: 'self' | 'before';
}

const SHAPE: IndicatorOption = {
  name: 'shape',
  values: ['linear', 'exponential'],
  description: 'how a value fades',
};

const WINDOW: IndicatorOption = {
  name: 'window',
  values: ['self', 'before'],
  description: 'whether the value itself is in the window it is ranked in',
};

/** The median of the last `period` values. */
export const median = defineIndicator({
  name: 'median',
  title: 'Median',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['median'],
  parameters: [period('period', 20, 'rows looked at')],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Median(rows),
});

/** Skewness and excess kurtosis (population) of the last `period` values; 0 in a flat window. */
export const shape = defineIndicator({
  name: 'shape',
  title: 'Skewness and kurtosis',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['skewness', 'kurtosis'],
  parameters: [period('period', 20, 'rows looked at', 2)],
  aliases: ['skewness', 'kurtosis'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Shape(rows),
});

/** The part of a window of `period` rows that the newest value is above, 0 … 1. */
export const percentRank = defineIndicator({
  name: 'percentRank',
  title: 'Percent rank',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['rank'],
  parameters: [period('period', 50, 'rows looked at')],
  options: [WINDOW],
  aliases: ['pctrank'],
  warmUp: (rows, options) => (options.window === 'before' ? rows : rows - 1),
  create: (rows: number, options: RankOptions) => new Rank(rows, options.window !== 'before'),
});

/** A trace of past values that fades: the newest value, or what is left of the one before, whichever is higher. */
export const decay = defineIndicator({
  name: 'decay',
  title: 'Decay',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['decay'],
  parameters: [period('period', 5, 'rows in which a value of 1 fades')],
  options: [SHAPE],
  warmUp: (_rows) => 0,
  create: (rows: number, options: DecayOptions) => new Decay(rows, options.shape === 'exponential'),
});
