/**
 * The relative strength index: which part of the recent movement was upward.
 */
import { type IndicatorOption, period } from '../arguments.ts';
import { rmaStream, type Smoothing } from '../averages/ema.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';

export interface RsiOptions {
  /**
   * `average` (default): the mean of the first `period` changes; `first-difference`: the first change, from which
   * pandas' `ewm(adjust=False)` starts.
   */
  readonly seed?: 'average' | 'first-difference';
}

const SEED: IndicatorOption = {
  name: 'seed',
  values: ['average', 'first-difference'],
  description: 'what the averages start from: the mean of the first changes, or the first change',
};

export class Rsi extends Stream {
  // Average gain and loss are (moved ± net) / 2, so the two averages of these need no decision per row.
  private readonly net: Smoothing;
  private readonly moved: Smoothing;
  private before = Number.NaN;

  constructor(rows: number, options: RsiOptions = {}) {
    super();
    const seed = options.seed === 'first-difference' ? 'first' : 'average';
    this.net = rmaStream(rows, { seed });
    this.moved = rmaStream(rows, { seed });
  }

  next(value: number): number {
    const change = value - this.before;
    this.before = value;
    if (change !== change) return Number.NaN;
    const net = this.net.next(change);
    const moved = this.moved.next(Math.abs(change));
    return moved === 0 ? 50 : 50 + (50 * net) / moved;
  }
}

function runRsi(series: Float64Array, length: number, out: Float64Array, rows: number, seedRows: number): void {
  const weight = 1 / rows;
  let net = 0;
  let moved = 0;
  let before = series[0]!;
  for (let i = 1; i <= seedRows; i++) {
    const change = series[i]! - before;
    before = series[i]!;
    net += change;
    moved += Math.abs(change);
  }
  net /= seedRows;
  moved /= seedRows;
  out.fill(Number.NaN, 0, seedRows);
  out[seedRows] = moved === 0 ? 50 : 50 + (50 * net) / moved;
  for (let i = seedRows + 1; i < length; i++) {
    const value = series[i]!;
    const change = value - before;
    before = value;
    net += weight * (change - net);
    moved += weight * (Math.abs(change) - moved);
    out[i] = moved === 0 ? 50 : 50 + (50 * net) / moved;
  }
}

/**
 * Relative strength index, 0 … 100: 100 · average gain / (average gain + average loss), by Wilder's averages.
 * It is 50 where nothing moved. Source: Wilder, New Concepts in Technical Trading Systems, 1978, section VI.
 */
export const rsi = defineIndicator({
  name: 'rsi',
  title: 'Relative strength index',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['rsi'],
  parameters: [period('period', 14, 'changes averaged')],
  options: [SEED],
  warmUp: (rows, options) => (options.seed === 'first-difference' ? 1 : rows),
  create: (rows: number, options: RsiOptions) => new Rsi(rows, options),
  kernel: ([series], length, [out], rows, options) =>
    runRsi(series!, length, out!, rows, options.seed === 'first-difference' ? 1 : rows),
});
