/**
 * Prices made of a row's prices: typical, median, weighted and average price, Heikin-Ashi candles, earlier rows.
 */
import { period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';

class Typical extends Stream {
  next(high: number, low: number, close: number): number {
    return (high + low + close) / 3;
  }
}

class Middle extends Stream {
  next(high: number, low: number): number {
    return (high + low) / 2;
  }
}

class WeightedClose extends Stream {
  next(high: number, low: number, close: number): number {
    return (high + low + 2 * close) / 4;
  }
}

class Average extends Stream {
  next(open: number, high: number, low: number, close: number): number {
    return (open + high + low + close) / 4;
  }
}

class HeikinAshi extends Stream {
  private open = Number.NaN;
  private close = Number.NaN;

  constructor() {
    super(4);
  }

  next(open: number, high: number, low: number, close: number): number {
    const { out } = this;
    const first = this.open !== this.open;
    const newOpen = first ? (open + close) / 2 : (this.open + this.close) / 2;
    const newClose = (open + high + low + close) / 4;
    this.open = newOpen;
    this.close = newClose;
    out[1] = Math.max(high, newOpen, newClose);
    out[2] = Math.min(low, newOpen, newClose);
    out[3] = newClose;
    return newOpen;
  }
}

class Lag extends Stream {
  private readonly ring: Ring;

  constructor(rows: number) {
    super();
    this.ring = new Ring(rows);
  }

  next(value: number): number {
    const full = this.ring.full;
    const old = this.ring.push(value);
    return full ? old : Number.NaN;
  }
}

class BarStrength extends Stream {
  next(high: number, low: number, close: number): number {
    return high === low ? 1 : (close - low) / (high - low);
  }
}

/** Typical price: the mean of high, low and close. */
export const typicalPrice = defineIndicator({
  name: 'typicalPrice',
  title: 'Typical price',
  family: 'price transforms',
  inputs: ['high', 'low', 'close'],
  outputs: ['price'],
  parameters: [],
  aliases: ['typprice', 'hlc3'],
  warmUp: () => 0,
  create: () => new Typical(),
  kernel: ([high, low, close], length, [out]) => {
    const stream = new Typical();
    for (let i = 0; i < length; i++) out[i] = stream.next(high[i], low[i], close[i]);
  },
});

/** Median price: halfway between high and low. */
export const medianPrice = defineIndicator({
  name: 'medianPrice',
  title: 'Median price',
  family: 'price transforms',
  inputs: ['high', 'low'],
  outputs: ['price'],
  parameters: [],
  aliases: ['medprice', 'hl2'],
  warmUp: () => 0,
  create: () => new Middle(),
  kernel: ([high, low], length, [out]) => {
    const stream = new Middle();
    for (let i = 0; i < length; i++) out[i] = stream.next(high[i], low[i]);
  },
});

/** Weighted close: the mean of high, low and twice the close. */
export const weightedClose = defineIndicator({
  name: 'weightedClose',
  title: 'Weighted close',
  family: 'price transforms',
  inputs: ['high', 'low', 'close'],
  outputs: ['price'],
  parameters: [],
  aliases: ['wclprice', 'wcprice'],
  warmUp: () => 0,
  create: () => new WeightedClose(),
  kernel: ([high, low, close], length, [out]) => {
    const stream = new WeightedClose();
    for (let i = 0; i < length; i++) out[i] = stream.next(high[i], low[i], close[i]);
  },
});

/** Average price: the mean of open, high, low and close. */
export const averagePrice = defineIndicator({
  name: 'averagePrice',
  title: 'Average price',
  family: 'price transforms',
  inputs: ['open', 'high', 'low', 'close'],
  outputs: ['price'],
  parameters: [],
  aliases: ['avgprice', 'ohlc4'],
  warmUp: () => 0,
  create: () => new Average(),
  kernel: ([open, high, low, close], length, [out]) => {
    const stream = new Average();
    for (let i = 0; i < length; i++) out[i] = stream.next(open[i], high[i], low[i], close[i]);
  },
});

/** Heikin-Ashi candles: each opens in the middle of the one before. The first opens in the middle of its own body. */
export const heikinAshi = defineIndicator({
  name: 'heikinAshi',
  title: 'Heikin-Ashi candles',
  family: 'price transforms',
  inputs: ['open', 'high', 'low', 'close'],
  outputs: ['open', 'high', 'low', 'close'],
  parameters: [],
  aliases: ['heikin-ashi'],
  warmUp: () => 0,
  create: () => new HeikinAshi(),
});

/** The value `period` rows ago. */
export const lag = defineIndicator({
  name: 'lag',
  title: 'Lag',
  family: 'price transforms',
  inputs: ['series'],
  outputs: ['value'],
  parameters: [period('period', 1, 'rows back')],
  aliases: ['delay'],
  warmUp: (rows) => rows,
  create: (rows: number) => new Lag(rows),
});

/** Internal bar strength, 0 … 1: where in the row's range the close is; 1 where there is no range. */
export const barStrength = defineIndicator({
  name: 'barStrength',
  title: 'Internal bar strength',
  family: 'price transforms',
  inputs: ['high', 'low', 'close'],
  outputs: ['strength'],
  parameters: [],
  aliases: ['ibs', 'internal bar strength'],
  warmUp: () => 0,
  create: () => new BarStrength(),
});
