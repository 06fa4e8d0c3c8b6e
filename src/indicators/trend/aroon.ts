/**
 * Trends by the age and order of extremes: Aroon, Vortex, vertical filter, mass, Qstick.
 */
import { type IndicatorOption, period } from '../arguments.ts';
import { emaStream, type Smoothing } from '../averages/ema.ts';
import { Sma } from '../averages/sma.ts';
import { defineIndicator } from '../define.ts';
import { Sum } from '../statistics/window.ts';
import { Stream } from '../stream.ts';
import { TrueRange } from '../volatility/atr.ts';
import { Highest, Lowest, type Ties } from '../windows.ts';
import { runAroon } from './aroon-batch.ts';

export interface AroonOptions {
  /** Which of equal extremes counts: the `newest` (default) or the `oldest`. */
  readonly ties?: Ties;
}

const TIES: IndicatorOption = {
  name: 'ties',
  values: ['newest', 'oldest'],
  description: 'which of equal extremes counts',
};

class Aroon extends Stream {
  private readonly highest: Highest;
  private readonly lowest: Lowest;
  private readonly rows: number;

  constructor(rows: number, options: AroonOptions) {
    super(3);
    this.highest = new Highest(rows + 1, options.ties);
    this.lowest = new Lowest(rows + 1, options.ties);
    this.rows = rows;
  }

  next(high: number, low: number): number {
    const { out, rows, highest, lowest } = this;
    const top = highest.next(high);
    lowest.next(low);
    if (top !== top) return (out[1] = out[2] = Number.NaN);
    const up = (100 * (rows - highest.rowsAgo())) / rows;
    const down = (100 * (rows - lowest.rowsAgo())) / rows;
    out[1] = down;
    out[2] = up - down;
    return up;
  }
}

class Vortex extends Stream {
  private readonly range = new TrueRange();
  private readonly plus: Sum;
  private readonly minus: Sum;
  private readonly ranges: Sum;
  private high = Number.NaN;
  private low = Number.NaN;

  constructor(rows: number) {
    super(2);
    this.plus = new Sum(rows);
    this.minus = new Sum(rows);
    this.ranges = new Sum(rows);
  }

  next(high: number, low: number, close: number): number {
    const ranges = this.ranges.pass(this.range.next(high, low, close));
    const plus = this.plus.pass(Math.abs(high - this.low));
    const minus = this.minus.pass(Math.abs(low - this.high));
    this.high = high;
    this.low = low;
    this.out[1] = ranges === 0 ? 0 : minus / ranges;
    return ranges === 0 ? 0 : plus / ranges;
  }
}

class VerticalFilter extends Stream {
  private readonly highest: Highest;
  private readonly lowest: Lowest;
  private readonly path: Sum;
  private before = Number.NaN;

  constructor(rows: number) {
    super();
    this.highest = new Highest(rows);
    this.lowest = new Lowest(rows);
    this.path = new Sum(rows);
  }

  next(value: number): number {
    const way = this.highest.next(value) - this.lowest.next(value);
    const path = this.path.pass(Math.abs(value - this.before));
    this.before = value;
    return path <= 0 ? 0 : way / path;
  }
}

class MassIndex extends Stream {
  private readonly single: Smoothing;
  private readonly double: Smoothing;
  private readonly sum: Sum;

  constructor(average: number, rows: number) {
    super();
    this.single = emaStream(average);
    this.double = emaStream(average);
    this.sum = new Sum(rows);
  }

  next(high: number, low: number): number {
    const single = this.single.next(high - low);
    const double = this.double.pass(single);
    return this.sum.pass(double === 0 ? 1 : single / double);
  }
}

class Qstick extends Stream {
  private readonly mean: Sma;

  constructor(rows: number) {
    super();
    this.mean = new Sma(rows);
  }

  next(open: number, close: number): number {
    return this.mean.next(close - open);
  }
}

/** Aroon, 0 … 100: how fresh the highest high and the lowest low of `period` + 1 rows are; and their difference. */
export const aroon = defineIndicator({
  name: 'aroon',
  title: 'Aroon',
  family: 'trend',
  inputs: ['high', 'low'],
  outputs: ['up', 'down', 'oscillator'],
  parameters: [period('period', 14, 'oldest age counted, in rows')],
  options: [TIES],
  aliases: ['aroonosc', 'aroon oscillator'],
  warmUp: (rows) => rows,
  create: (rows: number, options: AroonOptions) => new Aroon(rows, options),
  fits: (_rows, options) => options.ties !== 'oldest',
  checks: true,
  kernel: ([high, low], length, [up, down, oscillator], rows) =>
    runAroon([high, low], length, [up, down, oscillator], rows),
});

/** Vortex: movement from low to next high, and from high to next low, over the true range. Source: TASC 2010. */
export const vortex = defineIndicator({
  name: 'vortex',
  title: 'Vortex',
  family: 'trend',
  inputs: ['high', 'low', 'close'],
  outputs: ['plus', 'minus'],
  parameters: [period('period', 14, 'rows summed')],
  aliases: ['vtx'],
  warmUp: (rows) => rows,
  create: (rows: number) => new Vortex(rows),
  kernel: ([high, low, close], length, [first, second], rows) => {
    const stream = new Vortex(rows);
    for (let i = 0; i < length; i++) {
      first[i] = stream.next(high[i], low[i], close[i]);
      second[i] = stream.out[1]!;
    }
  },
});

/** Vertical horizontal filter, 0 … 1: the range of `period` values over the sum of `period` changes. */
export const verticalHorizontalFilter = defineIndicator({
  name: 'verticalHorizontalFilter',
  title: 'Vertical horizontal filter',
  family: 'trend',
  inputs: ['series'],
  outputs: ['filter'],
  parameters: [period('period', 28, 'rows looked at')],
  aliases: ['vhf'],
  warmUp: (rows) => rows,
  create: (rows: number) => new VerticalFilter(rows),
});

/** Mass index: the sum over `period` rows of an average of ranges over the average of that average. */
export const massIndex = defineIndicator({
  name: 'massIndex',
  title: 'Mass index',
  family: 'trend',
  inputs: ['high', 'low'],
  outputs: ['mass'],
  parameters: [period('average', 9, 'rows of the averages'), period('period', 25, 'rows summed')],
  aliases: ['mass'],
  warmUp: (average, rows) => 2 * (average - 1) + rows - 1,
  create: (average: number, rows: number) => new MassIndex(average, rows),
});

/** Qstick: the mean of close less open. */
export const qstick = defineIndicator({
  name: 'qstick',
  title: 'Qstick',
  family: 'trend',
  inputs: ['open', 'close'],
  outputs: ['qstick'],
  parameters: [period('period', 14, 'rows averaged')],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Qstick(rows),
});
