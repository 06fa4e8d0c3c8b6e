/**
 * Wilder's directional movement: which way a market reaches beyond its last row, and how steadily.
 *
 * Source: Wilder, New Concepts in Technical Trading Systems, 1978, section IV.
 */
import { type IndicatorOption, period } from '../arguments.ts';
import { rmaStream, runSmoothingFrom, type Smoothing } from '../averages/ema.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { TrueRange } from '../volatility/atr.ts';
import { Ring } from '../windows.ts';
import { type DirectionalStart, runDirectional, runRating } from './directional-batch.ts';

export interface DirectionalOptions {
  /**
   * `short` (default): Wilder's sums start from `period` − 1 rows, as in TA-Lib; `full`: from `period` rows, as in
   * Wilder's book; `early`: as `short`, with the first values one row sooner.
   */
  readonly seed?: 'short' | 'full' | 'early';
}

const SEED: IndicatorOption = {
  name: 'seed',
  values: ['short', 'full', 'early'],
  description: "how many rows Wilder's sums start from: one less than the period, all of it, or one less and no wait",
};

/** Wilder's running sum: after its seed, each row lets go of one part in `period`. */
export class WilderSum extends Stream {
  private readonly keep: number;
  private readonly seed: number;
  private count = 0;
  private sum = 0;

  constructor(rows: number, seed: number) {
    super();
    this.keep = 1 - 1 / rows;
    this.seed = seed;
  }

  next(value: number): number {
    this.count++;
    if (this.count <= this.seed) this.sum += value;
    else this.sum = this.keep * this.sum + value;
    return this.count >= this.seed ? this.sum : Number.NaN;
  }
}

/** Directional movements of each row, up and down: at most one of them is not zero. */
class Movement {
  plus = 0;
  minus = 0;
  private high = Number.NaN;
  private low = Number.NaN;

  /** Takes a row; answers whether there is one before it. */
  push(high: number, low: number): boolean {
    const up = high - this.high;
    const down = this.low - low;
    this.high = high;
    this.low = low;
    this.plus = up > down && up > 0 ? up : 0;
    this.minus = down > up && down > 0 ? down : 0;
    return up === up;
  }
}

class MovementSums extends Stream {
  private readonly movement = new Movement();
  private readonly plus: WilderSum;
  private readonly minus: WilderSum;

  constructor(rows: number, options: DirectionalOptions) {
    super(2);
    const seed = options.seed === 'full' ? rows : rows - 1;
    this.plus = new WilderSum(rows, seed);
    this.minus = new WilderSum(rows, seed);
  }

  next(high: number, low: number): number {
    if (!this.movement.push(high, low)) return (this.out[1] = Number.NaN);
    this.out[1] = this.minus.next(this.movement.minus);
    return this.plus.next(this.movement.plus);
  }
}

/** The directional indicators +DI and −DI. */
class Indicators extends Stream {
  private readonly sums: MovementSums;
  private readonly range = new TrueRange();
  private readonly ranges: WilderSum;
  private readonly warmUp: number;
  private row = 0;

  constructor(rows: number, options: DirectionalOptions) {
    super(2);
    this.sums = new MovementSums(rows, options);
    this.ranges = new WilderSum(rows, options.seed === 'full' ? rows : rows - 1);
    this.warmUp = directionalWarmUp(rows, options);
  }

  next(high: number, low: number, close: number): number {
    const { out } = this;
    const plus = this.sums.next(high, low);
    const minus = this.sums.out[1];
    const range = this.ranges.pass(this.range.next(high, low, close));
    // With a short seed, the first value waits for the first row that lets something go.
    if (this.row++ < this.warmUp) return (out[1] = Number.NaN);
    const unit = range <= 0 ? 0 : 100 / range;
    out[1] = unit * minus;
    return unit * plus;
  }
}

/** How far apart the directional indicators are, 0 … 100. */
class Dx extends Stream {
  private readonly indicators: Indicators;

  constructor(rows: number, options: DirectionalOptions) {
    super(3);
    this.indicators = new Indicators(rows, options);
  }

  next(high: number, low: number, close: number): number {
    const plus = this.indicators.next(high, low, close);
    const minus = this.indicators.out[1];
    this.out[1] = plus;
    this.out[2] = minus;
    const both = plus + minus;
    return both === 0 ? 0 : (100 * Math.abs(plus - minus)) / both;
  }
}

class Adx extends Stream {
  private readonly dx: Dx;
  private readonly average: Smoothing;
  private readonly earlier: Ring;

  constructor(rows: number, options: DirectionalOptions) {
    super(5);
    this.dx = new Dx(rows, options);
    this.average = rmaStream(rows);
    this.earlier = new Ring(Math.max(1, rows - 1));
  }

  next(high: number, low: number, close: number): number {
    const { out, earlier } = this;
    const dx = this.dx.next(high, low, close);
    const adx = this.average.pass(dx);
    out[1] = this.dx.out[1]!;
    out[2] = this.dx.out[2]!;
    out[3] = dx;
    out[4] = Number.NaN;
    if (adx === adx) {
      const full = earlier.full;
      const old = earlier.push(adx);
      if (full) out[4] = (adx + old) / 2;
    }
    return adx;
  }
}

function directionalWarmUp(rows: number, options: DirectionalOptions): number {
  return options.seed === 'early' ? Math.max(1, rows - 1) : rows;
}

function startOf(rows: number, options: DirectionalOptions): DirectionalStart {
  return { seed: options.seed === 'full' ? rows : rows - 1, warm: directionalWarmUp(rows, options) };
}

/** Directional movement, +DM and −DM, in Wilder's running sums. */
export const directionalMovement = defineIndicator({
  name: 'directionalMovement',
  title: 'Directional movement (+DM, −DM)',
  family: 'trend',
  inputs: ['high', 'low'],
  outputs: ['plus', 'minus'],
  parameters: [period('period', 14, 'rows of the sums')],
  options: [SEED],
  aliases: ['dm', 'plus_dm', 'minus_dm'],
  warmUp: (rows, options) => Math.max(1, options.seed === 'full' ? rows : rows - 1),
  create: (rows: number, options: DirectionalOptions) => new MovementSums(rows, options),
});

/** Directional indicators, +DI and −DI, 0 … 100: directional movement in per cent of the true range. */
export const directionalIndicators = defineIndicator({
  name: 'directionalIndicators',
  title: 'Directional indicators (+DI, −DI)',
  family: 'trend',
  inputs: ['high', 'low', 'close'],
  outputs: ['plus', 'minus'],
  parameters: [period('period', 14, 'rows of the sums')],
  options: [SEED],
  aliases: ['di', 'plus_di', 'minus_di'],
  warmUp: directionalWarmUp,
  create: (rows: number, options: DirectionalOptions) => new Indicators(rows, options),
  spreads: true,
  kernel: (columns, length, [plus, minus], rows, options) =>
    runDirectional(columns, length, [plus, minus, new Float64Array(length)], rows, startOf(rows, options)),
});

/** Directional movement index, 0 … 100: the distance of +DI and −DI in per cent of their sum. */
export const dx = defineIndicator({
  name: 'dx',
  title: 'Directional movement index',
  family: 'trend',
  inputs: ['high', 'low', 'close'],
  outputs: ['dx', 'plus', 'minus'],
  parameters: [period('period', 14, 'rows of the sums')],
  options: [SEED],
  warmUp: directionalWarmUp,
  create: (rows: number, options: DirectionalOptions) => new Dx(rows, options),
  spreads: true,
  kernel: (columns, length, [index, plus, minus], rows, options) =>
    runDirectional(columns, length, [plus, minus, index], rows, startOf(rows, options)),
});

/** Average directional index, with +DI, −DI, DX and ADXR, the mean of ADX now and `period` − 1 rows ago. */
export const adx = defineIndicator({
  name: 'adx',
  title: 'Average directional index',
  family: 'trend',
  inputs: ['high', 'low', 'close'],
  outputs: ['adx', 'plus', 'minus', 'dx', 'adxr'],
  parameters: [period('period', 14, 'rows of the sums and the average')],
  options: [SEED],
  aliases: ['adxr', 'average directional index'],
  warmUp: (rows, options) => directionalWarmUp(rows, options) + rows - 1,
  create: (rows: number, options: DirectionalOptions) => new Adx(rows, options),
  spreads: true,
  kernel: (columns, length, [average, plus, minus, index, rating], rows, options) => {
    const start = startOf(rows, options);
    runDirectional(columns, length, [plus, minus, index], rows, start);
    runSmoothingFrom(index, start.warm, length, average, rows, 1 / rows);
    runRating(average, length, rating, start.warm + rows - 1, Math.max(1, rows - 1));
  },
});
