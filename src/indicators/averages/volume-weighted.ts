/**
 * Averages weighted by volume: moving and anchored.
 */
import { period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';

/** The mean of a series, weighted by a second one. */
export class WeightedMean extends Stream {
  private readonly products: Ring;
  private readonly weights: Ring;
  private product = 0;
  private weight = 0;

  constructor(rows: number) {
    super();
    this.products = new Ring(rows);
    this.weights = new Ring(rows);
  }

  next(value: number, weight: number): number {
    const product = value * weight;
    this.product += product - this.products.push(product);
    this.weight += weight - this.weights.push(weight);
    if (!this.weights.full) return Number.NaN;
    return this.weight === 0 ? value : this.product / this.weight;
  }
}

class Vwap extends Stream {
  private readonly mean: WeightedMean;

  constructor(rows: number) {
    super();
    this.mean = new WeightedMean(rows);
  }

  next(high: number, low: number, close: number, volume: number): number {
    return this.mean.next((high + low + close) / 3, volume);
  }
}

class AnchoredVwap extends Stream {
  private product = 0;
  private weight = 0;

  next(high: number, low: number, close: number, volume: number): number {
    const price = (high + low + close) / 3;
    this.product += price * volume;
    this.weight += volume;
    return this.weight === 0 ? price : this.product / this.weight;
  }
}

/** Volume-weighted moving average of the close. */
export const vwma = defineIndicator({
  name: 'vwma',
  title: 'Volume-weighted moving average',
  family: 'moving averages',
  inputs: ['close', 'volume'],
  outputs: ['vwma'],
  parameters: [period('period', 20, 'rows averaged')],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new WeightedMean(rows),
  kernel: ([close, volume], length, [out], rows) => {
    const stream = new WeightedMean(rows);
    for (let i = 0; i < length; i++) out[i] = stream.next(close[i], volume[i]);
  },
});

/** Volume-weighted average of the typical price over the last `period` rows. */
export const vwap = defineIndicator({
  name: 'vwap',
  title: 'Volume-weighted average price, moving',
  family: 'volume',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['vwap'],
  parameters: [period('period', 20, 'rows averaged')],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Vwap(rows),
});

/** Volume-weighted average of the typical price since the first row. Start a new stream where it is to begin anew. */
export const anchoredVwap = defineIndicator({
  name: 'anchoredVwap',
  title: 'Volume-weighted average price, anchored',
  family: 'volume',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['vwap'],
  parameters: [],
  warmUp: () => 0,
  create: () => new AnchoredVwap(),
});
