/**
 * True range and its averages: how far a price moves in a row, gaps included.
 */
import { type IndicatorOption, period } from '../arguments.ts';
import { Blend } from '../averages/ema.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';

export interface FirstRowOptions {
  /** `none` (default): the first row has no true range; `range`: it has its own range. */
  readonly firstRow?: 'none' | 'range';
}

export const FIRST_ROW: IndicatorOption = {
  name: 'firstRow',
  values: ['none', 'range'],
  description: 'whether the first row, which has none before it, has a true range',
};

/** How many rows an average true range is silent. */
export function atrWarmUp(rows: number, options: FirstRowOptions): number {
  return options.firstRow === 'range' ? rows - 1 : rows;
}

/**
 * The range of a row and the gap to the close before it. Half of |x| + x is x where it is positive and nothing where
 * it is not: without a decision, the processor never guesses wrong.
 */
export function rangeOf(high: number, low: number, before: number): number {
  const up = low - before;
  const down = before - high;
  return high - low + 0.5 * (Math.abs(up) + up + (Math.abs(down) + down));
}

/** The true range, from the second row on. */
export class TrueRange extends Stream {
  private before = Number.NaN;

  next(high: number, low: number, close: number): number {
    const range = rangeOf(high, low, this.before);
    this.before = close;
    return range;
  }
}

export class Atr extends Stream {
  private readonly range = new TrueRange();
  private readonly average: Blend;
  private readonly fromFirst: boolean;

  constructor(rows: number, options: FirstRowOptions = {}) {
    super();
    this.average = new Blend(rows, 1 / rows);
    this.fromFirst = options.firstRow === 'range';
  }

  next(high: number, low: number, close: number): number {
    const range = this.range.next(high, low, close);
    if (range === range) return this.average.next(range);
    return this.fromFirst ? this.average.next(high - low) : range;
  }
}

export function runAtr(
  columns: readonly Float64Array[],
  length: number,
  out: Float64Array,
  rows: number,
  options: FirstRowOptions,
): void {
  const [high, low, close] = columns as readonly [Float64Array, Float64Array, Float64Array];
  const weight = 1 / rows;
  const keep = 1 - weight;
  const warm = atrWarmUp(rows, options);
  let before = close[0];
  let average = options.firstRow === 'range' ? high[0] - low[0] : 0;
  for (let i = 1; i <= warm; i++) {
    average += rangeOf(high[i], low[i], before);
    before = close[i]!;
  }
  out.fill(Number.NaN, 0, warm);
  out[warm] = average /= rows;
  for (let i = warm + 1; i < length; i++) {
    const range = rangeOf(high[i], low[i], before);
    before = close[i]!;
    average = keep * average + weight * range;
    out[i] = average;
  }
}

/** True range: the span of the row and the close before it. The first row has none. */
export const trueRange = defineIndicator({
  name: 'trueRange',
  title: 'True range',
  family: 'volatility',
  inputs: ['high', 'low', 'close'],
  outputs: ['trueRange'],
  parameters: [],
  aliases: ['tr', 'trange'],
  warmUp: () => 1,
  create: () => new TrueRange(),
  kernel: ([high, low, close], length, [out]) => {
    const stream = new TrueRange();
    for (let i = 0; i < length; i++) out[i] = stream.next(high[i], low[i], close[i]);
  },
});

/** Average true range: Wilder's average of the true range, first at row `period`. */
export const atr = defineIndicator({
  name: 'atr',
  title: 'Average true range',
  family: 'volatility',
  inputs: ['high', 'low', 'close'],
  outputs: ['atr'],
  parameters: [period('period', 14, 'rows averaged')],
  options: [FIRST_ROW],
  aliases: ['average true range'],
  warmUp: atrWarmUp,
  create: (rows: number, options: FirstRowOptions) => new Atr(rows, options),
  spreads: true,
  kernel: (columns, length, [out], rows, options) => runAtr(columns, length, out, rows, options),
});
