/**
 * Averages with weights of a shape: triangular, Hull, Arnaud Legoux, relative.
 */
import { factor, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';
import { Sma } from './sma.ts';
import { Wma } from './wma.ts';

export class Trima extends Stream {
  private readonly inner: Sma;
  private readonly outer: Sma;

  constructor(rows: number) {
    super();
    this.inner = new Sma((rows + 1) >> 1);
    this.outer = new Sma((rows >> 1) + 1);
  }

  next(value: number): number {
    return this.outer.pass(this.inner.next(value));
  }
}

/** The batch half of `Trima`: the means that the outer sum lets go of wait in a ring. */
function runTrima(series: Float64Array, length: number, out: Float64Array, inner: number, outer: number): void {
  const means = new Float64Array(outer);
  const warm = inner + outer - 2;
  let sum = 0;
  let total = 0;
  let slot = 0;
  for (let i = 0; i < inner; i++) sum += series[i];
  for (let i = inner - 1; i < length; i++) {
    if (i >= inner) sum += series[i] - series[i - inner];
    const mean = sum / inner;
    total += mean - means[slot];
    means[slot] = mean;
    slot = slot + 1 === outer ? 0 : slot + 1;
    out[i] = total / outer;
  }
  out.fill(Number.NaN, 0, warm);
}

export class Hma extends Stream {
  private readonly half: Wma;
  private readonly whole: Wma;
  private readonly last: Wma;

  constructor(rows: number) {
    super();
    this.half = new Wma(Math.max(1, rows >> 1));
    this.whole = new Wma(rows);
    this.last = new Wma(hullRows(rows));
  }

  next(value: number): number {
    return this.last.pass(2 * this.half.next(value) - this.whole.next(value));
  }
}

export function hullRows(rows: number): number {
  return Math.floor(Math.sqrt(rows));
}

class Alma extends Stream {
  private readonly ring: Ring;
  private readonly weights: Float64Array;

  constructor(rows: number, offset: number, sigma: number) {
    super();
    this.ring = new Ring(rows);
    const middle = offset * (rows - 1);
    const width = rows / sigma;
    const weights = Float64Array.from({ length: rows }, (_, i) => Math.exp(-((i - middle) ** 2) / (2 * width * width)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    this.weights = weights.map((weight) => weight / sum);
  }

  next(value: number): number {
    const { ring, weights } = this;
    ring.push(value);
    if (!ring.full) return Number.NaN;
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i] * ring.ago(weights.length - 1 - i);
    return sum;
  }
}

class Relative extends Stream {
  private readonly one: Sma;
  private readonly two: Sma;
  private readonly three: Sma;

  constructor(rows: number) {
    super();
    this.one = new Sma(rows);
    this.two = new Sma(2 * rows);
    this.three = new Sma(3 * rows);
  }

  next(value: number): number {
    return this.three.next(value) - this.two.next(value) + this.one.next(value);
  }
}

/** Relative moving average: the means over one and three periods, less the mean over two. */
export const relativeAverage = defineIndicator({
  name: 'relativeAverage',
  title: 'Relative moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['average'],
  parameters: [period('period', 20, 'rows of the shortest mean')],
  aliases: ['relative moving average'],
  warmUp: (rows) => 3 * rows - 1,
  create: (rows: number) => new Relative(rows),
});

/** Triangular moving average: a mean of means, the middle rows weighing most. */
export const trima = defineIndicator({
  name: 'trima',
  title: 'Triangular moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['trima'],
  parameters: [period('period', 20, 'rows averaged')],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Trima(rows),
  spreads: true,
  kernel: ([series], length, [out], rows) => runTrima(series, length, out, (rows + 1) >> 1, (rows >> 1) + 1),
});

/** Hull moving average: weighted averages arranged so that their lags cancel. Source: Hull, 2005. */
export const hma = defineIndicator({
  name: 'hma',
  title: 'Hull moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['hma'],
  parameters: [period('period', 20, 'rows averaged')],
  warmUp: (rows) => rows + hullRows(rows) - 2,
  create: (rows: number) => new Hma(rows),
  kernel: ([series], length, [out], rows) => {
    const stream = new Hma(rows);
    for (let i = 0; i < length; i++) out[i] = stream.next(series[i]);
  },
});

/** Arnaud Legoux moving average: weights of a bell curve whose top is at `offset` of the window. */
export const alma = defineIndicator({
  name: 'alma',
  title: 'Arnaud Legoux moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['alma'],
  parameters: [
    period('period', 9, 'rows averaged'),
    factor('offset', 0.85, 'where the top of the bell is: 0 oldest, 1 newest', 0, 1),
    factor('sigma', 6, 'rows over the width of the bell', 0.1),
  ],
  warmUp: (rows) => rows - 1,
  create: (rows: number, offset: number, sigma: number) => new Alma(rows, offset, sigma),
});
