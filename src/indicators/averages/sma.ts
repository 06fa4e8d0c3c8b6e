/**
 * The simple moving average: the mean of the last rows, exact on tick prices when told their scale.
 */
import { period, SCALE } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';

export interface ScaleOptions {
  /**
   * As long as every input times this is a whole number (100 for prices in cents), sums are exact; from the first one
   * that is not, they are plain sums.
   */
  readonly scale?: number;
}

export class Sma extends Stream {
  private readonly ring: Ring;
  private readonly period: number;
  private sum = 0;

  constructor(rows: number) {
    super();
    this.period = rows;
    this.ring = new Ring(rows);
  }

  next(value: number): number {
    this.sum += value - this.ring.push(value);
    return this.ring.count === this.period ? this.sum / this.period : Number.NaN;
  }
}

/** Adding and taking away 1.5 · 2^52 rounds a float to a whole number. */
const ROUNDER = 6755399441055744;
/** Far above the rounding of a product below 2^31, far below one tick. */
const NOISE = 1e-6;

/**
 * Sums whole numbers, so the mean is rounded once and does not depend on what left the window before. What is not
 * whole ends that for good: whether a row is exact never depends on a later one.
 */
class ExactSma extends Stream {
  private readonly ring: Ring;
  private readonly period: number;
  private readonly scale: number;
  private isExact = true;
  private sum = 0;

  constructor(rows: number, scale: number) {
    super();
    this.period = rows;
    this.ring = new Ring(rows);
    this.scale = scale;
  }

  next(value: number): number {
    const { ring, scale, period: rows } = this;
    if (this.isExact && !isWhole(value * scale)) this.giveUp();
    const old = ring.push(value);
    this.sum += this.isExact ? (value - old) * scale + ROUNDER - ROUNDER : value - old;
    if (!ring.full) return Number.NaN;
    return this.sum / (this.isExact ? rows * scale : rows);
  }

  override get hasBlock(): boolean {
    return true;
  }

  override block(inputs: readonly Float64Array[], outputs: readonly Float64Array[], from: number, to: number): void {
    const series = inputs[0];
    const out = outputs[0];
    const { ring, period: rows } = this;
    let row = from;
    // The first rows push out what came before the block; those after them, what lies in it.
    let isFull = true;
    for (const end = Math.min(to, from + rows); row < end; row++) {
      const value = series[row];
      out[row] = this.update(value);
      isFull &&= value === value;
    }
    if (isFull && ring.full && row < to) {
      row = this.isExact ? this.sumExactly(series, out, row, to) : this.sumPlainly(series, out, row, to);
      for (let i = row - rows; i < row; i++) ring.push(series[i]);
    }
    for (; row < to; row++) out[row] = this.update(series[row]);
  }

  /** Goes on to the first row that is not whole, and returns it. */
  private sumExactly(series: Float64Array, out: Float64Array, from: number, to: number): number {
    const { period: rows, scale } = this;
    const divisor = rows * scale;
    let { sum } = this;
    let row = from;
    for (; row < to; row++) {
      const value = series[row];
      if (!isWhole(value * scale)) break;
      sum += (value - series[row - rows]) * scale + ROUNDER - ROUNDER;
      out[row] = sum / divisor;
    }
    this.sum = sum;
    return row;
  }

  /** Goes on to the first row that is NaN, and returns it. */
  private sumPlainly(series: Float64Array, out: Float64Array, from: number, to: number): number {
    const { period: rows } = this;
    let { sum } = this;
    let row = from;
    for (; row < to; row++) {
      const value = series[row];
      if (value !== value) break;
      sum += value - series[row - rows];
      out[row] = sum / rows;
    }
    this.sum = sum;
    return row;
  }

  private giveUp(): void {
    this.isExact = false;
    this.sum = 0;
    for (let ago = this.ring.count - 1; ago >= 0; ago--) this.sum += this.ring.ago(ago);
  }
}

function isWhole(units: number): boolean {
  const away = units - (units + ROUNDER - ROUNDER);
  return away <= NOISE && away >= -NOISE;
}

/** Returns the stream of a simple mean, exact where `options` name a scale. */
export function smaStream(rows: number, options: ScaleOptions = {}): Stream {
  return options.scale === undefined ? new Sma(rows) : new ExactSma(rows, options.scale);
}

function runSma(
  [series]: readonly Float64Array[],
  length: number,
  [out]: readonly Float64Array[],
  rows: number,
  options: ScaleOptions,
): void {
  if (options.scale === undefined) runPlain(series, length, out, rows);
  else runExact(series, length, out, rows, options.scale);
}

function runPlain(series: Float64Array, length: number, out: Float64Array, rows: number): void {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += series[i];
  out.fill(Number.NaN, 0, rows - 1);
  out[rows - 1] = sum / rows;
  for (let i = rows; i < length; i++) {
    sum += series[i] - series[i - rows];
    out[i] = sum / rows;
  }
}

function runExact(series: Float64Array, length: number, out: Float64Array, rows: number, scale: number): void {
  const divisor = rows * scale;
  let sum = 0;
  let row = 0;
  for (; row < rows && isWhole(series[row] * scale); row++) sum += series[row] * scale + ROUNDER - ROUNDER;
  if (row < rows) {
    runPlain(series, length, out, rows);
    return;
  }
  out.fill(Number.NaN, 0, rows - 1);
  out[rows - 1] = sum / divisor;
  for (; row < length; row++) {
    const value = series[row];
    if (!isWhole(value * scale)) break;
    // The difference of two whole numbers of ticks is one, up to float noise that this addition rounds away.
    sum += (value - series[row - rows]) * scale + ROUNDER - ROUNDER;
    out[row] = sum / divisor;
  }
  if (row === length) return;
  sum = 0;
  for (let i = row - rows; i < row; i++) sum += series[i];
  for (; row < length; row++) {
    sum += series[row] - series[row - rows];
    out[row] = sum / rows;
  }
}

/** Simple moving average: the mean of the last `period` values. */
export const sma = defineIndicator({
  name: 'sma',
  title: 'Simple moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['sma'],
  parameters: [period('period', 20, 'rows averaged')],
  options: [SCALE],
  warmUp: (rows) => rows - 1,
  create: (rows: number, options: ScaleOptions) => smaStream(rows, options),
  spreads: true,
  kernel: runSma,
});
