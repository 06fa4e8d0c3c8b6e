/**
 * The relative strength index: which part of the recent movement was upward.
 */
import { type IndicatorOption, period } from '../arguments.ts';
import { Blend } from '../averages/ema.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';

export interface RsiOptions {
  /**
   * `average` (default): the mean of the first `period` changes; `first-difference`: the first change, from which
   * pandas' `ewm(adjust=False)` starts; `zero`: no change, from which it starts where the first row counts as flat.
   */
  readonly seed?: 'average' | 'first-difference' | 'zero';
}

const SEED: IndicatorOption = {
  name: 'seed',
  values: ['average', 'first-difference', 'zero'],
  description: 'what the averages start from: the mean of the first changes, the first change, or none',
};

export class Rsi extends Stream {
  // Average gain and loss are (moved ± net) / 2, so the two averages of these need no decision per row.
  private readonly net: Blend;
  private readonly moved: Blend;
  private before = Number.NaN;

  constructor(rows: number, options: RsiOptions = {}) {
    super();
    const seed = options.seed === 'first-difference' ? 1 : rows;
    this.net = new Blend(seed, 1 / rows);
    this.moved = new Blend(seed, 1 / rows);
    if (options.seed === 'zero') {
      this.net.startFrom(0);
      this.moved.startFrom(0);
    }
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

/** How many changes the averages start from. */
function seedRows(rows: number, options: RsiOptions): number {
  return (options.seed ?? 'average') === 'average' ? rows : 1;
}

function runRsi(series: Float64Array, length: number, out: Float64Array, rows: number, options: RsiOptions): void {
  const weight = 1 / rows;
  const keep = 1 - weight;
  const warm = seedRows(rows, options);
  let net = 0;
  let moved = 0;
  let before = series[0];
  for (let i = 1; i <= warm; i++) {
    const change = series[i] - before;
    before = series[i]!;
    net += change;
    moved += Math.abs(change);
  }
  net = options.seed === 'zero' ? weight * net : net / warm;
  moved = options.seed === 'zero' ? weight * moved : moved / warm;
  out.fill(Number.NaN, 0, warm);
  out[warm] = moved === 0 ? 50 : 50 + (50 * net) / moved;
  for (let i = warm + 1; i < length; i++) {
    const value = series[i];
    const change = value - before;
    before = value;
    net = keep * net + weight * change;
    moved = keep * moved + weight * Math.abs(change);
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
  warmUp: (rows, options) => seedRows(rows, options),
  create: (rows: number, options: RsiOptions) => new Rsi(rows, options),
  spreads: true,
  kernel: ([series], length, [out], rows, options) => runRsi(series, length, out, rows, options),
});
