/**
 * Places in a range, put through another transform: Fisher, premier stochastic, momentum index, trend cycle.
 */
import { factor, type IndicatorOption, period } from '../arguments.ts';
import { emaStream, type Smoothing } from '../averages/ema.ts';
import { Sma } from '../averages/sma.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Highest, Lowest } from '../windows.ts';
import { RANGE, RangePlace } from './range.ts';

class Fisher extends Stream {
  private readonly place: RangePlace;
  private value = 0;
  private fisher = 0;

  constructor(rows: number) {
    super(2);
    this.place = new RangePlace(rows, 1);
  }

  next(high: number, low: number): number {
    const middle = (high + low) / 2;
    const place = this.place.next(middle, middle, middle);
    if (place !== place) return (this.out[1] = place);
    const value = 0.66 * (place - 0.5) + 0.67 * this.value;
    this.value = Math.min(0.999, Math.max(-0.999, value));
    this.out[1] = this.fisher;
    this.fisher = 0.5 * Math.log((1 + this.value) / (1 - this.value)) + 0.5 * this.fisher;
    return this.fisher;
  }
}

class Smi extends Stream {
  private readonly highest: Highest;
  private readonly lowest: Lowest;
  private readonly distance: Smoothing[];
  private readonly range: Smoothing[];
  private readonly signal: Smoothing;

  constructor(rows: number, first: number, second: number, signal: number) {
    super(2);
    this.highest = new Highest(rows);
    this.lowest = new Lowest(rows);
    this.distance = [emaStream(first, FIRST), emaStream(second, FIRST)];
    this.range = [emaStream(first, FIRST), emaStream(second, FIRST)];
    this.signal = emaStream(signal, FIRST);
  }

  next(high: number, low: number, close: number): number {
    const highest = this.highest.next(high);
    const lowest = this.lowest.next(low);
    const distance = this.distance[1].pass(this.distance[0].pass(close - (highest + lowest) / 2));
    const range = this.range[1].pass(this.range[0].pass(highest - lowest));
    const smi = range === 0 ? 0 : (200 * distance) / range;
    this.out[1] = this.signal.pass(smi);
    return smi;
  }
}

const FIRST = { seed: 'first' } as const;

class PremierStochastic extends Stream {
  private readonly place: RangePlace;
  private readonly first: Smoothing;
  private readonly second: Smoothing;

  constructor(rows: number, average: number) {
    super();
    this.place = new RangePlace(rows);
    this.first = emaStream(average);
    this.second = emaStream(average);
  }

  next(high: number, low: number, close: number): number {
    const place = 0.1 * (this.place.next(high, low, close) - 50);
    const raised = Math.exp(this.second.pass(this.first.pass(place)));
    return (raised - 1) / (raised + 1);
  }
}

/** Schaff's trend cycle: MACD put through a stochastic, smoothed, twice over. */
class SchaffCycle extends Stream {
  private readonly fast: Smoothing;
  private readonly slow: Smoothing;
  private readonly first: RangePlace;
  private readonly second: RangePlace;
  private readonly weight: number;
  private readonly mean: Sma | undefined;
  private one = Number.NaN;
  private two = Number.NaN;

  constructor(rows: number, fast: number, slow: number, weight: number, options: SchaffOptions) {
    super();
    this.fast = emaStream(fast);
    this.slow = emaStream(slow);
    this.first = new RangePlace(rows);
    this.second = new RangePlace(rows);
    this.weight = weight;
    this.mean = options.method === 'single' ? new Sma(3) : undefined;
  }

  next(value: number): number {
    const macd = this.fast.next(value) - this.slow.next(value);
    if (macd !== macd) return macd;
    const first = this.first.next(macd, macd, macd);
    if (first !== first) return first;
    if (this.mean !== undefined) return this.mean.next(first);
    this.one = this.one === this.one ? this.one + this.weight * (first - this.one) : first;
    const second = this.second.next(this.one, this.one, this.one);
    if (second !== second) return second;
    return (this.two = this.two === this.two ? this.two + this.weight * (second - this.two) : second);
  }
}

export interface SchaffOptions {
  /** `double` (default): two stochastics, each smoothed by `weight`; `single`: one stochastic and a mean of three. */
  readonly method?: 'double' | 'single';
}

const METHOD: IndicatorOption = {
  name: 'method',
  values: ['double', 'single'],
  description: 'two smoothed stochastics, or one stochastic and a mean of three rows',
};

/** Fisher transform of the place of the median price in its range, and its value one row before. Source: Ehlers. */
export const fisher = defineIndicator({
  name: 'fisher',
  title: 'Fisher transform',
  family: 'oscillators',
  inputs: ['high', 'low'],
  outputs: ['fisher', 'signal'],
  parameters: [period('period', 10, RANGE)],
  aliases: ['fisher transform'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Fisher(rows),
});

/** Stochastic momentum index, −100 … 100, and its signal average. Source: Blau, 1993. */
export const smi = defineIndicator({
  name: 'smi',
  title: 'Stochastic momentum index',
  family: 'oscillators',
  inputs: ['high', 'low', 'close'],
  outputs: ['smi', 'signal'],
  parameters: [
    period('period', 13, RANGE),
    period('first', 25, 'rows of the first average'),
    period('second', 2, 'rows of the second average'),
    period('signal', 3, 'rows of the signal average'),
  ],
  aliases: ['stochastic momentum index'],
  warmUp: (rows) => rows - 1,
  create: (rows: number, first: number, second: number, signal: number) => new Smi(rows, first, second, signal),
});

/** Premier stochastic oscillator, −1 … 1: the stochastic, smoothed twice and squeezed. Source: Leibfarth, TASC 2008. */
export const premierStochastic = defineIndicator({
  name: 'premierStochastic',
  title: 'Premier stochastic oscillator',
  family: 'oscillators',
  inputs: ['high', 'low', 'close'],
  outputs: ['oscillator'],
  parameters: [period('period', 8, RANGE), period('average', 5, 'rows of both averages')],
  aliases: ['pso'],
  warmUp: (rows, average) => rows - 1 + 2 * (average - 1),
  create: (rows: number, average: number) => new PremierStochastic(rows, average),
});

/** Schaff's trend cycle, 0 … 100. */
export const stc = defineIndicator({
  name: 'stc',
  title: 'Schaff trend cycle',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['stc'],
  parameters: [
    period('cycle', 10, 'rows of the stochastics'),
    period('fast', 23, 'rows of the fast average'),
    period('slow', 50, 'rows of the slow average'),
    factor('weight', 0.5, 'weight of a new value in the smoothing', 0, 1),
  ],
  options: [METHOD],
  aliases: ['schaff', 'schaff trend cycle'],
  warmUp: (cycle, fast, slow, _weight, options) =>
    Math.max(fast, slow) - 1 + (options.method === 'single' ? cycle + 1 : 2 * (cycle - 1)),
  create: (cycle: number, fast: number, slow: number, weight: number, options: SchaffOptions) =>
    new SchaffCycle(cycle, fast, slow, weight, options),
});
