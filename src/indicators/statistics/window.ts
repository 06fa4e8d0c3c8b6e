/**
 * Figures of a window: its sum, middle, mean deviation, z-score, and where its extremes are.
 */
import { period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Highest, Lowest, Ring } from '../windows.ts';
import { type DeviationOptions, DEVIATION, Moments } from './deviation.ts';

export class Sum extends Stream {
  private readonly ring: Ring;
  private total = 0;

  constructor(rows: number) {
    super();
    this.ring = new Ring(rows);
  }

  next(value: number): number {
    this.total += value - this.ring.push(value);
    return this.ring.full ? this.total : Number.NaN;
  }
}

/** The sum of distances from `mean`, in four sums that do not wait for each other. */
export function distanceSum(values: Float64Array, size: number, mean: number): number {
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  let i = 0;
  for (; i + 3 < size; i += 4) {
    one += Math.abs(values[i] - mean);
    two += Math.abs(values[i + 1] - mean);
    three += Math.abs(values[i + 2] - mean);
    four += Math.abs(values[i + 3] - mean);
  }
  for (; i < size; i++) one += Math.abs(values[i] - mean);
  return one + two + (three + four);
}

/** The mean distance of the last values from their mean. */
export class MeanDeviation extends Stream {
  private readonly ring: Ring;
  private total = 0;
  /** The mean that the deviation is from. */
  mean = Number.NaN;

  constructor(rows: number) {
    super();
    this.ring = new Ring(rows);
  }

  next(value: number): number {
    const { ring } = this;
    this.total += value - ring.push(value);
    if (!ring.full) return Number.NaN;
    const { values, size } = ring;
    const mean = this.total / size;
    this.mean = mean;
    return distanceSum(values, size, mean) / size;
  }
}

class Midpoint extends Stream {
  private readonly highest: Highest;
  private readonly lowest: Lowest;

  constructor(rows: number) {
    super();
    this.highest = new Highest(rows);
    this.lowest = new Lowest(rows);
  }

  next(high: number, low: number): number {
    return (this.highest.next(high) + this.lowest.next(low)) / 2;
  }
}

class SeriesMidpoint extends Midpoint {
  override next(value: number): number {
    return super.next(value, value);
  }
}

class Range extends Stream {
  private readonly highest: Highest;
  private readonly lowest: Lowest;

  constructor(rows: number) {
    super(4);
    this.highest = new Highest(rows);
    this.lowest = new Lowest(rows);
  }

  next(value: number): number {
    const { out, highest, lowest } = this;
    const high = highest.next(value);
    out[1] = lowest.next(value);
    const warm = high === high;
    out[2] = warm ? highest.rowsAgo() : Number.NaN;
    out[3] = warm ? lowest.rowsAgo() : Number.NaN;
    return high;
  }
}

class ZScore extends Stream {
  private readonly moments: Moments;
  private readonly divisor: number;

  constructor(rows: number, options: DeviationOptions) {
    super();
    this.moments = new Moments(rows);
    this.divisor = options.deviation === 'sample' ? rows - 1 : rows;
  }

  next(value: number): number {
    const { moments } = this;
    if (!moments.push(value)) return Number.NaN;
    return moments.squares === 0 ? 0 : (value - moments.mean) / Math.sqrt(moments.squares / this.divisor);
  }
}

/** The sum of the last `period` values. */
export const sum = defineIndicator({
  name: 'sum',
  title: 'Sum',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['sum'],
  parameters: [period('period', 20, 'rows summed')],
  aliases: ['sumn'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Sum(rows),
});

/** The mean distance from the mean, over `period` rows. */
export const meanDeviation = defineIndicator({
  name: 'meanDeviation',
  title: 'Mean deviation',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['deviation'],
  parameters: [period('period', 20, 'rows looked at')],
  aliases: ['md', 'mad', 'mean absolute deviation', 'avgdev'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new MeanDeviation(rows),
});

/** Halfway between the highest and lowest of the last `period` values. */
export const midpoint = defineIndicator({
  name: 'midpoint',
  title: 'Midpoint',
  family: 'price transforms',
  inputs: ['series'],
  outputs: ['midpoint'],
  parameters: [period('period', 14, 'rows looked at')],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new SeriesMidpoint(rows),
});

/** Halfway between the highest high and the lowest low of the last `period` rows. */
export const midprice = defineIndicator({
  name: 'midprice',
  title: 'Midprice',
  family: 'price transforms',
  inputs: ['high', 'low'],
  outputs: ['midprice'],
  parameters: [period('period', 14, 'rows looked at')],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Midpoint(rows),
});

/** Highest and lowest of the last `period` values, and how many rows ago they were (the newest of equal ones). */
export const extremes = defineIndicator({
  name: 'extremes',
  title: 'Extremes and their age',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['highest', 'lowest', 'highestAge', 'lowestAge'],
  parameters: [period('period', 20, 'rows looked at')],
  aliases: ['minmax'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Range(rows),
});

/** How many standard deviations the newest value is from the mean of the last `period`. */
export const zScore = defineIndicator({
  name: 'zScore',
  title: 'Z-score',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['zScore'],
  parameters: [period('period', 20, 'rows looked at', 2)],
  options: [DEVIATION],
  warmUp: (rows) => rows - 1,
  create: (rows: number, options: DeviationOptions) => new ZScore(rows, options),
  kernel: ([series], length, [out], rows, options) => {
    const stream = new ZScore(rows, options);
    for (let i = 0; i < length; i++) out[i] = stream.next(series[i]);
  },
});
