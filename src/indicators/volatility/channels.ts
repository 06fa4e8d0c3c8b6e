/**
 * Bands around a price: Donchian, Keltner, STARC, acceleration bands, deviation channels.
 */
import { factor, type IndicatorOption, period } from '../arguments.ts';
import { SEED, type SeedOptions } from '../averages/ema.ts';
import { type AverageOptions, averageOption, averageStream, averageWarmUp } from '../averages/kinds.ts';
import { Sma } from '../averages/sma.ts';
import { defineIndicator } from '../define.ts';
import { Line } from '../statistics/regression.ts';
import { Stream } from '../stream.ts';
import { Highest, Lowest, runHighest, runLowest } from '../windows.ts';
import { Atr, atrWarmUp, FIRST_ROW, type FirstRowOptions } from './atr.ts';

export interface DonchianOptions {
  /** `self` (default): the row itself counts; `before`: only rows before it, so that a break-out can be seen. */
  readonly window?: 'self' | 'before';
}

const WINDOW: IndicatorOption = {
  name: 'window',
  values: ['self', 'before'],
  description: 'whether the row itself counts, or only the rows before it',
};

class Donchian extends Stream {
  private readonly highest: Highest;
  private readonly lowest: Lowest;
  private readonly delayed: boolean;
  private upper = Number.NaN;
  private lower = Number.NaN;

  constructor(rows: number, options: DonchianOptions) {
    super(3);
    this.highest = new Highest(rows);
    this.lowest = new Lowest(rows);
    this.delayed = options.window === 'before';
  }

  next(high: number, low: number): number {
    const { out, delayed } = this;
    let { upper, lower } = this;
    this.upper = this.highest.next(high);
    this.lower = this.lowest.next(low);
    if (!delayed) ({ upper, lower } = this);
    out[1] = (upper + lower) / 2;
    out[2] = lower;
    return upper;
  }
}

/** A middle line and a reach in average true ranges. */
class RangeBands extends Stream {
  private readonly average: Stream;
  private readonly atr: Stream;
  private readonly width: number;

  constructor(average: Stream, width: number, atr: Stream) {
    super(3);
    this.average = average;
    this.atr = atr;
    this.width = width;
  }

  next(high: number, low: number, close: number): number {
    const middle = this.average.pass(close);
    const reach = this.width * this.atr.next(high, low, close, 0, 0);
    this.out[1] = middle;
    this.out[2] = middle - reach;
    return middle + reach;
  }
}

class AccelerationBands extends Stream {
  private readonly upper: Sma;
  private readonly middle: Sma;
  private readonly lower: Sma;

  constructor(rows: number) {
    super(3);
    this.upper = new Sma(rows);
    this.middle = new Sma(rows);
    this.lower = new Sma(rows);
  }

  next(high: number, low: number, close: number): number {
    const both = high + low;
    const stretch = both === 0 ? 0 : (4 * (high - low)) / both;
    this.out[1] = this.middle.next(close);
    this.out[2] = this.lower.next(low * (1 - stretch));
    return this.upper.next(high * (1 + stretch));
  }
}

class DeviationChannel extends Stream {
  private readonly line: Line;
  private readonly width: number;
  private readonly rows: number;

  constructor(rows: number, width: number) {
    super(3);
    this.line = new Line(rows);
    this.width = width;
    this.rows = rows;
  }

  next(value: number): number {
    const { out, line, rows } = this;
    if (!line.push(value)) return (out[1] = out[2] = Number.NaN);
    const middle = line.at(rows - 1);
    const reach = this.width * Math.sqrt(line.squares / rows);
    out[1] = middle;
    out[2] = middle - reach;
    return middle + reach;
  }
}

export interface KeltnerOptions extends AverageOptions, SeedOptions, FirstRowOptions {}

const WIDTH = 'average true ranges from the middle to a band';

/** Donchian channel: highest high, lowest low, and their middle, of `period` rows. */
export const donchian = defineIndicator({
  name: 'donchian',
  title: 'Donchian channel',
  family: 'volatility',
  inputs: ['high', 'low'],
  outputs: ['upper', 'middle', 'lower'],
  parameters: [period('period', 20, 'rows looked at')],
  options: [WINDOW],
  aliases: ['donchian channel', 'dc'],
  warmUp: (rows, options) => (options.window === 'before' ? rows : rows - 1),
  create: (rows: number, options: DonchianOptions) => new Donchian(rows, options),
  fits: (_rows, options) => options.window !== 'before',
  kernel: ([high, low], length, [upper, middle, lower], rows) => {
    runHighest(high, length, rows, upper);
    runLowest(low, length, rows, lower);
    for (let i = 0; i < length; i++) middle[i] = (upper[i] + lower[i]) / 2;
  },
});

/** Keltner channel: an average of the close, and `width` average true ranges above and below it. */
export const keltner = defineIndicator({
  name: 'keltner',
  title: 'Keltner channel',
  family: 'volatility',
  inputs: ['high', 'low', 'close'],
  outputs: ['upper', 'middle', 'lower'],
  parameters: [
    period('period', 20, 'rows of the middle line'),
    factor('width', 2, WIDTH),
    period('atrPeriod', 10, 'rows of the average true range'),
  ],
  options: [averageOption('ema'), SEED, FIRST_ROW],
  aliases: ['keltner channel', 'kc'],
  warmUp: (rows, _width, atrRows, options) =>
    Math.max(averageWarmUp(options.average ?? 'ema', rows, options), atrWarmUp(atrRows, options)),
  create: (rows: number, width: number, atrRows: number, options: KeltnerOptions) => {
    const atr = new Atr(atrRows, options);
    return new RangeBands(averageStream(options.average ?? 'ema', rows, options), width, atr);
  },
});

/** STARC bands: a simple mean of the close, and `width` average true ranges above and below it. */
export const starc = defineIndicator({
  name: 'starc',
  title: 'STARC bands',
  family: 'volatility',
  inputs: ['high', 'low', 'close'],
  outputs: ['upper', 'middle', 'lower'],
  parameters: [
    period('period', 5, 'rows of the middle line'),
    factor('width', 2, WIDTH),
    period('atrPeriod', 10, 'rows of the average true range'),
  ],
  warmUp: (rows, _width, atrRows) => Math.max(rows - 1, atrRows),
  create: (rows: number, width: number, atrRows: number) => new RangeBands(new Sma(rows), width, new Atr(atrRows)),
});

/** Acceleration bands: means of prices stretched by their relative range. Source: Headley, Big Trends, 2002. */
export const accelerationBands = defineIndicator({
  name: 'accelerationBands',
  title: 'Acceleration bands',
  family: 'volatility',
  inputs: ['high', 'low', 'close'],
  outputs: ['upper', 'middle', 'lower'],
  parameters: [period('period', 20, 'rows averaged')],
  aliases: ['accbands', 'abands'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new AccelerationBands(rows),
});

/** Deviation channel: the end of the regression line, and `width` standard deviations of the values around it. */
export const deviationChannel = defineIndicator({
  name: 'deviationChannel',
  title: 'Standard deviation channel',
  family: 'volatility',
  inputs: ['series'],
  outputs: ['upper', 'middle', 'lower'],
  parameters: [
    period('period', 20, 'rows the line goes through', 2),
    factor('width', 2, 'standard deviations to a line'),
  ],
  aliases: ['stdev-channels'],
  warmUp: (rows) => rows - 1,
  create: (rows: number, width: number) => new DeviationChannel(rows, width),
});
