/**
 * The exponential moving average, seeded with the mean of the first rows, or with the first value on request.
 */
import { type IndicatorOption, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';

export interface SeedOptions {
  /** `average` (default): the mean of the first `period` values; `first`: the first value, without warm-up. */
  readonly seed?: 'average' | 'first';
}

export const SEED: IndicatorOption = {
  name: 'seed',
  values: ['average', 'first'],
  description: 'what the average starts from: the mean of its first rows, or the first value',
};

/** An average that moves by `weight` of the distance to each new value, after a seed of `rows` values. */
export class Smoothing extends Stream {
  protected readonly rows: number;
  protected readonly weight: number;
  protected count = 0;
  protected value = 0;

  constructor(rows: number, weight: number) {
    super();
    this.rows = rows;
    this.weight = weight;
  }

  /** Starts from `value`, as if the seed were complete. */
  startFrom(value: number): void {
    this.value = value;
    this.count = this.rows;
  }

  override get hasBlock(): boolean {
    return true;
  }

  override block(inputs: readonly Float64Array[], outputs: readonly Float64Array[], from: number, to: number): void {
    const series = inputs[0];
    const out = outputs[0];
    const { weight } = this;
    let row = from;
    for (; row < to && this.count < this.rows; row++) out[row] = this.update(series[row]);
    let average = this.value;
    for (; row < to; row++) {
      const value = series[row];
      if (value !== value) break;
      average += weight * (value - average);
      out[row] = average;
    }
    this.value = average;
    for (; row < to; row++) out[row] = this.update(series[row]);
  }

  next(value: number): number {
    if (this.count >= this.rows) return (this.value += this.weight * (value - this.value));
    this.value += value;
    this.count++;
    if (this.count < this.rows) return Number.NaN;
    return (this.value /= this.rows);
  }
}

/**
 * As `Smoothing`, by shares of old and new instead of a distance. A new value's share does not wait for the old value,
 * which makes batches half as fast again; in return, the average of a steady series may be off by its last bit.
 */
export class Blend extends Smoothing {
  private readonly keep: number;

  constructor(rows: number, weight: number) {
    super(rows, weight);
    this.keep = 1 - weight;
  }

  override next(value: number): number {
    if (this.count < this.rows) return super.next(value);
    return (this.value = this.keep * this.value + this.weight * value);
  }
}

/** Returns an exponential average of weight 2 / (period + 1). */
export function emaStream(rows: number, options: SeedOptions = {}): Smoothing {
  return new Smoothing(options.seed === 'first' ? 1 : rows, 2 / (rows + 1));
}

/** Returns Wilder's average, of weight 1 / period. */
export function rmaStream(rows: number, options: SeedOptions = {}): Smoothing {
  return new Smoothing(options.seed === 'first' ? 1 : rows, 1 / rows);
}

/** How many rows the average is silent. */
export function seedWarmUp(rows: number, options: SeedOptions): number {
  return options.seed === 'first' ? 0 : rows - 1;
}

/** The batch half of `Smoothing`. */
export function runSmoothing(
  series: Float64Array,
  length: number,
  out: Float64Array,
  rows: number,
  weight: number,
): void {
  let value = 0;
  for (let i = 0; i < rows; i++) value += series[i];
  out.fill(Number.NaN, 0, rows - 1);
  out[rows - 1] = value /= rows;
  for (let i = rows; i < length; i++) {
    value += weight * (series[i] - value);
    out[i] = value;
  }
}

/** As `runSmoothing`, of a column whose first value is in row `from`, which may be beyond its end. */
export function runSmoothingFrom(
  values: Float64Array,
  from: number,
  length: number,
  out: Float64Array,
  rows: number,
  weight: number,
): void {
  const first = Math.min(length, from + rows - 1);
  out.fill(Number.NaN, 0, first);
  if (first === length) return;
  let value = 0;
  for (let i = from; i <= first; i++) value += values[i];
  out[first] = value /= rows;
  for (let i = first + 1; i < length; i++) {
    value += weight * (values[i] - value);
    out[i] = value;
  }
}

/** Exponential moving average of weight 2 / (period + 1). */
export const ema = defineIndicator({
  name: 'ema',
  title: 'Exponential moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['ema'],
  parameters: [period('period', 20, 'rows; the weight of a new value is 2 / (period + 1)')],
  options: [SEED],
  warmUp: seedWarmUp,
  create: (rows: number, options: SeedOptions) => emaStream(rows, options),
  spreads: true,
  kernel: ([series], length, [out], rows, options) =>
    runSmoothing(series, length, out, options.seed === 'first' ? 1 : rows, 2 / (rows + 1)),
});

/** Wilder's moving average of weight 1 / period: the average inside RSI, ATR and ADX. */
export const rma = defineIndicator({
  name: 'rma',
  title: "Wilder's moving average",
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['rma'],
  parameters: [period('period', 14, 'rows; the weight of a new value is 1 / period')],
  options: [SEED],
  aliases: ['smma', 'wilders', 'smoothed moving average'],
  warmUp: seedWarmUp,
  create: (rows: number, options: SeedOptions) => rmaStream(rows, options),
  spreads: true,
  kernel: ([series], length, [out], rows, options) =>
    runSmoothing(series, length, out, options.seed === 'first' ? 1 : rows, 1 / rows),
});
