/**
 * True range and its averages: how far a price moves in a row, gaps included.
 */
import { period } from '../arguments.ts';
import { rmaStream, type Smoothing } from '../averages/ema.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';

/** The true range, from the second row on. */
export class TrueRange extends Stream {
  private before = Number.NaN;

  next(high: number, low: number, close: number): number {
    const range = Math.max(high, this.before) - Math.min(low, this.before);
    this.before = close;
    return range;
  }
}

export class Atr extends Stream {
  private readonly range = new TrueRange();
  private readonly average: Smoothing;

  constructor(rows: number) {
    super();
    this.average = rmaStream(rows);
  }

  next(high: number, low: number, close: number): number {
    const range = this.range.next(high, low, close);
    return range === range ? this.average.next(range) : range;
  }
}

function runAtr(columns: readonly Float64Array[], length: number, out: Float64Array, rows: number): void {
  const [high, low, close] = columns as readonly [Float64Array, Float64Array, Float64Array];
  const weight = 1 / rows;
  let before = close[0]!;
  let average = 0;
  for (let i = 1; i <= rows; i++) {
    average += Math.max(high[i]!, before) - Math.min(low[i]!, before);
    before = close[i]!;
  }
  out.fill(Number.NaN, 0, rows);
  out[rows] = average /= rows;
  for (let i = rows + 1; i < length; i++) {
    const range = Math.max(high[i]!, before) - Math.min(low[i]!, before);
    before = close[i]!;
    average += weight * (range - average);
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
});

/** Average true range: Wilder's average of the true range, first at row `period`. */
export const atr = defineIndicator({
  name: 'atr',
  title: 'Average true range',
  family: 'volatility',
  inputs: ['high', 'low', 'close'],
  outputs: ['atr'],
  parameters: [period('period', 14, 'rows averaged')],
  warmUp: (rows) => rows,
  create: (rows: number) => new Atr(rows),
  kernel: (columns, length, [out], rows) => runAtr(columns, length, out!, rows),
});
