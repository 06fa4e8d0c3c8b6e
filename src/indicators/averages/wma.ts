/**
 * The weighted moving average: weights fall in a straight line from the newest row to the oldest.
 */
import { period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';

export class Wma extends Stream {
  private readonly ring: Ring;
  private readonly period: number;
  private readonly divisor: number;
  private sum = 0;
  private weighted = 0;

  constructor(rows: number) {
    super();
    this.ring = new Ring(rows);
    this.period = rows;
    this.divisor = (rows * (rows + 1)) / 2;
  }

  next(value: number): number {
    // While the ring fills, each value enters with the weight of its place; then all weights fall by one.
    if (!this.ring.full) {
      this.ring.push(value);
      this.sum += value;
      this.weighted += this.ring.count * value;
      return this.ring.full ? this.weighted / this.divisor : Number.NaN;
    }
    this.weighted += this.period * value - this.sum;
    this.sum += value - this.ring.push(value);
    return this.weighted / this.divisor;
  }
}

function runWma(series: Float64Array, length: number, out: Float64Array, rows: number): void {
  const divisor = (rows * (rows + 1)) / 2;
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < rows; i++) {
    sum += series[i];
    weighted += (i + 1) * series[i];
  }
  out.fill(Number.NaN, 0, rows - 1);
  out[rows - 1] = weighted / divisor;
  for (let i = rows; i < length; i++) {
    const value = series[i];
    weighted += rows * value - sum;
    sum += value - series[i - rows];
    out[i] = weighted / divisor;
  }
}

/** Weighted moving average: the newest of `period` values has weight `period`, the oldest 1. */
export const wma = defineIndicator({
  name: 'wma',
  title: 'Weighted moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['wma'],
  parameters: [period('period', 20, 'rows averaged')],
  aliases: ['lwma', 'linear weighted moving average'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Wma(rows),
  spreads: true,
  kernel: ([series], length, [out], rows) => runWma(series, length, out, rows),
});
