/**
 * Wilder's parabolic stop and reverse: a stop that speeds up as the trend makes new extremes.
 */
import { factor, type IndicatorOption } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';

export interface SarOptions {
  /**
   * `movement` (default): the first trend is up unless the second row moves down further than up, as in TA-Lib;
   * `middle`: it is up where the second row's middle is not below the first's.
   */
  readonly start?: 'movement' | 'middle';
}

const START: IndicatorOption = {
  name: 'start',
  values: ['movement', 'middle'],
  description: 'how the first trend is chosen: by directional movement, or by the middles of the first two rows',
};

/** Parabolic stop; a falling trend is kept upside down, so that one set of rules serves both. */
class Sar extends Stream {
  private readonly step: number;
  private readonly limit: number;
  private readonly byMiddle: boolean;
  private count = 0;
  private side = 1;
  private sar = 0;
  private extreme = 0;
  private speed = 0;
  private high = 0;
  private low = 0;

  constructor(step: number, limit: number, options: SarOptions) {
    super(2);
    this.step = step;
    this.limit = limit;
    this.byMiddle = options.start === 'middle';
  }

  next(high: number, low: number): number {
    const row = this.count++;
    if (row === 1) this.start(high, low);
    const { side, sar } = this;
    // In TA-Lib, the first row of the first trend has itself as the row before.
    const alone = row === 1 && !this.byMiddle;
    const beforeHigh = alone ? high : this.high;
    const beforeLow = alone ? low : this.low;
    this.high = high;
    this.low = low;
    if (row === 0) return (this.out[1] = Number.NaN);
    const front = side === 1 ? high : -low;
    const back = side === 1 ? low : -high;
    const frontBefore = side === 1 ? beforeHigh : -beforeLow;
    const backBefore = side === 1 ? beforeLow : -beforeHigh;
    if (back <= sar) {
      const turned = Math.max(this.extreme, frontBefore, front);
      this.side = -side;
      this.speed = Math.min(this.step, this.limit);
      this.extreme = -back;
      this.sar = Math.min(-turned + this.speed * (this.extreme + turned), -frontBefore, -front);
      this.out[1] = -side;
      return side * turned;
    }
    if (front > this.extreme) {
      this.extreme = front;
      this.speed = Math.min(this.limit, this.speed + this.step);
    }
    this.sar = Math.min(sar + this.speed * (this.extreme - sar), backBefore, back);
    this.out[1] = side;
    return side * sar;
  }

  private start(high: number, low: number): void {
    const up = high - this.high;
    const down = this.low - low;
    const falling = this.byMiddle ? up < down : down > 0 && down > up;
    this.side = falling ? -1 : 1;
    this.speed = Math.min(this.step, this.limit);
    this.sar = falling ? -this.high : this.low;
    if (this.byMiddle) this.extreme = falling ? -this.low : this.high;
    else this.extreme = falling ? -low : high;
  }
}

/** The batch half of `Sar`, in which nothing leaves the registers; it needs two rows. Answers whether all were finite. */
function runSar(
  [high, low]: readonly Float64Array[],
  length: number,
  [stops, trend]: readonly [Float64Array, Float64Array],
  step: number,
  limit: number,
  options: SarOptions,
): boolean {
  const byMiddle = options.start === 'middle';
  const slowest = Math.min(step, limit);
  const up = high[1] - high[0];
  const down = low[0] - low[1];
  const falling = byMiddle ? up < down : down > 0 && down > up;
  const first = byMiddle ? 0 : 1;
  let side = falling ? -1 : 1;
  let speed = slowest;
  let sar = falling ? -high[0] : low[0];
  let extreme = falling ? -low[first] : high[first];
  // Of the side that the trend is on: the row before, turned over where it falls.
  let frontBefore = falling ? -low[first] : high[first];
  let backBefore = falling ? -high[first] : low[first];
  stops[0] = trend[0] = Number.NaN;
  let rest = high[0] + low[0] - (high[0] + low[0]);
  for (let i = 1; i < length; i++) {
    const row = high[i] + low[i];
    rest += row - row;
    const front = side === 1 ? high[i] : -low[i];
    const back = side === 1 ? low[i] : -high[i];
    if (back <= sar) {
      const turned = Math.max(extreme, frontBefore, front);
      stops[i] = side * turned;
      trend[i] = -side;
      extreme = -back;
      speed = slowest;
      sar = Math.min(-turned + speed * (extreme + turned), -frontBefore, -front);
      side = -side;
      frontBefore = -back;
      backBefore = -front;
      continue;
    }
    stops[i] = side * sar;
    trend[i] = side;
    const further = Number(front > extreme);
    extreme = front * further + extreme * (1 - further);
    speed = Math.min(limit, speed + step * further);
    sar = Math.min(sar + speed * (extreme - sar), backBefore, back);
    frontBefore = front;
    backBefore = back;
  }
  return rest === 0;
}

/** Parabolic stop and reverse, and the trend, 1 or −1. Source: Wilder, 1978, section II. */
export const sar = defineIndicator({
  name: 'sar',
  title: 'Parabolic stop and reverse',
  family: 'trend',
  inputs: ['high', 'low'],
  outputs: ['sar', 'trend'],
  parameters: [
    factor('step', 0.02, 'acceleration at each new extreme', 0, 1),
    factor('limit', 0.2, 'highest acceleration', 0, 1),
  ],
  options: [START],
  aliases: ['psar', 'parabolic sar'],
  warmUp: (_step) => 1,
  create: (step: number, limit: number, options: SarOptions) => new Sar(step, limit, options),
  checks: true,
  kernel: (columns, length, [stops, trend], step, limit, options) =>
    runSar(columns, length, [stops, trend], step, limit, options),
});
