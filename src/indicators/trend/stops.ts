/**
 * Lines that follow a trend and turn with it: SuperTrend, and stops by the average true range.
 */
import { factor, type IndicatorOption, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Atr, atrWarmUp, FIRST_ROW, type FirstRowOptions } from '../volatility/atr.ts';
import { Highest, Lowest } from '../windows.ts';

class SuperTrend extends Stream {
  private readonly atr: Atr;
  private readonly width: number;
  private upper = Number.NaN;
  private lower = Number.NaN;
  private close = Number.NaN;
  private rising = false;

  constructor(rows: number, width: number, options: FirstRowOptions) {
    super(4);
    this.atr = new Atr(rows, options);
    this.width = width;
  }

  next(high: number, low: number, close: number): number {
    const { out } = this;
    const atr = this.atr.next(high, low, close);
    const before = this.close;
    this.close = close;
    out.fill(Number.NaN);
    if (atr !== atr) return Number.NaN;
    const middle = (high + low) / 2;
    const upper = middle + this.width * atr;
    const lower = middle - this.width * atr;
    const first = this.upper !== this.upper;
    if (first) this.rising = close >= middle;
    if (first || upper < this.upper || before > this.upper) this.upper = upper;
    if (first || lower > this.lower || before < this.lower) this.lower = lower;
    this.rising = this.rising ? close > this.lower : close > this.upper;
    out[1] = this.upper;
    out[2] = this.lower;
    out[3] = this.rising ? 1 : -1;
    return this.rising ? this.lower : this.upper;
  }
}

export interface AtrStopOptions {
  /** `close` (default): the stop is measured from the close; `extreme`: from the high or low. */
  readonly from?: 'close' | 'extreme';
}

const FROM: IndicatorOption = {
  name: 'from',
  values: ['close', 'extreme'],
  description: 'what the stop is measured from: the close, or the high or low',
};

class AtrStop extends Stream {
  private readonly atr: Atr;
  private readonly width: number;
  private readonly byClose: boolean;
  private upper = Number.NaN;
  private lower = Number.NaN;
  private close = Number.NaN;
  private rising = true;

  constructor(rows: number, width: number, options: AtrStopOptions) {
    super(3);
    this.atr = new Atr(rows);
    this.width = width;
    this.byClose = options.from !== 'extreme';
  }

  next(high: number, low: number, close: number): number {
    const { out } = this;
    const atr = this.atr.next(high, low, close);
    const before = this.close;
    this.close = close;
    out[1] = out[2] = Number.NaN;
    if (atr !== atr) return Number.NaN;
    const upper = (this.byClose ? close : high) + this.width * atr;
    const lower = (this.byClose ? close : low) - this.width * atr;
    const first = this.upper !== this.upper;
    if (first) this.rising = close >= before;
    if (first || upper < this.upper || before > this.upper) this.upper = upper;
    if (first || lower > this.lower || before < this.lower) this.lower = lower;
    this.rising = close > (this.rising ? this.lower : this.upper);
    out[1] = this.rising ? 1 : -1;
    out[2] = atr;
    return this.rising ? this.lower : this.upper;
  }
}

class Chandelier extends Stream {
  private readonly atr: Atr;
  private readonly width: number;
  private readonly highest: Highest;
  private readonly lowest: Lowest;

  constructor(rows: number, width: number) {
    super(2);
    this.atr = new Atr(rows);
    this.width = width;
    this.highest = new Highest(rows);
    this.lowest = new Lowest(rows);
  }

  next(high: number, low: number, close: number): number {
    const reach = this.width * this.atr.next(high, low, close);
    this.out[1] = this.lowest.next(low) + reach;
    return this.highest.next(high) - reach;
  }
}

class ChandeKroll extends Stream {
  private readonly atr: Stream;
  private readonly width: number;
  private readonly highest: Highest;
  private readonly lowest: Lowest;
  private readonly shorts: Highest;
  private readonly longs: Lowest;

  constructor(atr: Stream, rows: number, width: number, stop: number) {
    super(2);
    this.atr = atr;
    this.width = width;
    this.highest = new Highest(rows);
    this.lowest = new Lowest(rows);
    this.shorts = new Highest(stop);
    this.longs = new Lowest(stop);
  }

  next(high: number, low: number, close: number): number {
    const reach = this.width * this.atr.next(high, low, close, 0, 0);
    this.out[1] = this.longs.pass(this.lowest.next(low) + reach);
    return this.shorts.pass(this.highest.next(high) - reach);
  }
}

class VolatilityStop extends Stream {
  private readonly atr: Atr;
  private readonly width: number;
  private readonly rows: number;
  private rising = true;
  private extreme = Number.NaN;
  private reach = Number.NaN;
  private first = Number.NaN;
  private count = 0;

  constructor(rows: number, width: number) {
    super(2);
    this.atr = new Atr(rows);
    this.width = width;
    this.rows = rows;
  }

  next(high: number, low: number, close: number): number {
    const { out, rows } = this;
    const reach = this.reach;
    const atr = this.atr.next(high, low, close);
    this.reach = this.width * atr;
    const row = this.count++;
    if (row === 0) this.first = close;
    out[1] = Number.NaN;
    if (row < rows) {
      if (row === rows - 1) this.rising = close > this.first;
      this.extreme = row === 0 ? close : this.rising ? Math.max(this.extreme, close) : Math.min(this.extreme, close);
      return Number.NaN;
    }
    this.extreme = this.rising ? Math.max(this.extreme, close) : Math.min(this.extreme, close);
    if (reach !== reach) return Number.NaN;
    const stop = this.rising ? this.extreme - reach : this.extreme + reach;
    if (this.rising ? close < stop : close > stop) {
      this.rising = !this.rising;
      this.extreme = close;
    }
    out[1] = this.rising ? 1 : -1;
    return stop;
  }
}

const WIDTH = 'average true ranges between price and line';

/** SuperTrend: the band, `width` average true ranges from the median price, that the trend has not broken. */
export const superTrend = defineIndicator({
  name: 'superTrend',
  title: 'SuperTrend',
  family: 'trend',
  inputs: ['high', 'low', 'close'],
  outputs: ['superTrend', 'upper', 'lower', 'trend'],
  parameters: [period('period', 10, 'rows of the average true range'), factor('width', 3, WIDTH)],
  options: [FIRST_ROW],
  warmUp: (rows, _width, options) => atrWarmUp(rows, options),
  create: (rows: number, width: number, options: FirstRowOptions) => new SuperTrend(rows, width, options),
  kernel: ([high, low, close], length, [first, second, third, fourth], rows, width, options) => {
    const stream = new SuperTrend(rows, width, options);
    for (let i = 0; i < length; i++) {
      first[i] = stream.next(high[i], low[i], close[i]);
      second[i] = stream.out[1]!;
      third[i] = stream.out[2]!;
      fourth[i] = stream.out[3]!;
    }
  },
});

/** Trailing stop, `width` average true ranges from the close; with the trend and the average true range. */
export const atrStop = defineIndicator({
  name: 'atrStop',
  title: 'Average true range trailing stop',
  family: 'trend',
  inputs: ['high', 'low', 'close'],
  outputs: ['stop', 'trend', 'atr'],
  parameters: [period('period', 21, 'rows of the average true range'), factor('width', 3, WIDTH)],
  options: [FROM],
  aliases: ['atr-stop'],
  warmUp: (rows) => rows,
  create: (rows: number, width: number, options: AtrStopOptions) => new AtrStop(rows, width, options),
});

/** Chandelier exits: `width` average true ranges below the highest high (long) and above the lowest low (short). */
export const chandelier = defineIndicator({
  name: 'chandelier',
  title: 'Chandelier exit',
  family: 'trend',
  inputs: ['high', 'low', 'close'],
  outputs: ['long', 'short'],
  parameters: [period('period', 22, 'rows looked at'), factor('width', 3, WIDTH)],
  aliases: ['chexit', 'chandelier exit'],
  warmUp: (rows) => rows,
  create: (rows: number, width: number) => new Chandelier(rows, width),
});

/** Chande Kroll stops: extremes, over `stop` rows, of prices `width` average true ranges inside the range. */
export const chandeKroll = defineIndicator({
  name: 'chandeKroll',
  title: 'Chande Kroll stop',
  family: 'trend',
  inputs: ['high', 'low', 'close'],
  outputs: ['short', 'long'],
  parameters: [
    period('period', 10, 'rows of range and average true range'),
    factor('width', 1, WIDTH),
    period('stop', 9, 'rows of the stop'),
  ],
  aliases: ['cksp', 'chande kroll stop'],
  options: [FIRST_ROW],
  warmUp: (rows, _width, stop, options) => atrWarmUp(rows, options) + stop - 1,
  create: (rows: number, width: number, stop: number, options: FirstRowOptions) =>
    new ChandeKroll(new Atr(rows, options), rows, width, stop),
});

/** Wilder's volatility stop: `width` average true ranges from the best close of the trend, of the row before. */
export const volatilityStop = defineIndicator({
  name: 'volatilityStop',
  title: 'Volatility stop',
  family: 'trend',
  inputs: ['high', 'low', 'close'],
  outputs: ['stop', 'trend'],
  parameters: [period('period', 7, 'rows of the average true range'), factor('width', 3, WIDTH)],
  aliases: ['vol-stop', 'volatility stop'],
  warmUp: (rows) => rows + 1,
  create: (rows: number, width: number) => new VolatilityStop(rows, width),
});
