/**
 * The simple moving average: the mean of the last rows, exact on tick prices when told their scale.
 */
import { period, SCALE } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';

export interface ScaleOptions {
  /** Every input times this is a whole number (100 for prices in cents); sums are then exact. */
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

/** The nearest whole number of `value` times `scale`; `Math.floor` is one instruction, `Math.round` is several. */
export function toUnits(value: number, scale: number): number {
  return Math.floor(value * scale + 0.5);
}

/** Sums whole numbers, so the mean is rounded once and does not depend on what left the window before. */
class ExactSma extends Stream {
  private readonly ring: Ring;
  private readonly scale: number;
  private readonly divisor: number;
  private sum = 0;

  constructor(rows: number, scale: number) {
    super();
    this.ring = new Ring(rows);
    this.scale = scale;
    this.divisor = rows * scale;
  }

  next(value: number): number {
    const units = toUnits(value, this.scale);
    this.sum += units - this.ring.push(units);
    return this.ring.full ? this.sum / this.divisor : Number.NaN;
  }
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
  if (options.scale === undefined) runPlain(series!, length, out!, rows);
  else runExact(series!, length, out!, rows, options.scale);
}

function runPlain(series: Float64Array, length: number, out: Float64Array, rows: number): void {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += series[i]!;
  out.fill(Number.NaN, 0, rows - 1);
  out[rows - 1] = sum / rows;
  for (let i = rows; i < length; i++) {
    sum += series[i]! - series[i - rows]!;
    out[i] = sum / rows;
  }
}

/** Adding and taking away 1.5 · 2^52 rounds a float to a whole number. */
const ROUNDER = 6755399441055744;

function runExact(series: Float64Array, length: number, out: Float64Array, rows: number, scale: number): void {
  const divisor = rows * scale;
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += toUnits(series[i]!, scale);
  out.fill(Number.NaN, 0, rows - 1);
  out[rows - 1] = sum / divisor;
  for (let i = rows; i < length; i++) {
    // The difference of two whole numbers of ticks is one, up to float noise that this addition rounds away.
    sum += (series[i]! - series[i - rows]!) * scale + ROUNDER - ROUNDER;
    out[i] = sum / divisor;
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
