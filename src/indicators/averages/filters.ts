/**
 * Digital filters by Ehlers: Gaussian, Butterworth, high pass, band pass, super smoother.
 */
import { factor, type IndicatorOption, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';

export interface FilterOptions {
  readonly filter?: FilterName;
  /** `level` (default): as if the first value had always been; `zero`: outputs start from nothing. */
  readonly start?: 'level' | 'zero';
}

export type FilterName =
  | 'gauss'
  | 'butterworth'
  | 'high-pass'
  | 'two-pole-high-pass'
  | 'band-pass'
  | 'band-stop'
  | 'super-smoother';

const NAMES: readonly FilterName[] = [
  'gauss',
  'butterworth',
  'high-pass',
  'two-pole-high-pass',
  'band-pass',
  'band-stop',
  'super-smoother',
];

const FILTER: IndicatorOption = { name: 'filter', values: NAMES, description: 'which filter' };

const START: IndicatorOption = {
  name: 'start',
  values: ['level', 'zero'],
  description: 'what the outputs start from: the level of the first value, or nothing',
};

/** Weights of the last three inputs and of the last two outputs. */
interface Weights {
  readonly inputs: readonly [number, number, number];
  readonly outputs: readonly [number, number];
}

/** The weights of a filter. Source: Ehlers, Swiss Army Knife Indicator, TASC January 2006; super smoother, 2013. */
function weightsOf(name: FilterName, rows: number, delta: number): Weights {
  const angle = (2 * Math.PI) / rows;
  const cosine = Math.cos(angle);
  const beta = 2.415 * (1 - cosine);
  const gauss = -beta + Math.sqrt(beta * beta + 2 * beta);
  const single = (cosine + Math.sin(angle) - 1) / cosine;
  const gamma = 1 / Math.cos(4 * Math.PI * (delta / rows));
  const band = gamma - Math.sqrt(gamma * gamma - 1);
  switch (name) {
    case 'gauss':
      return { inputs: [gauss * gauss, 0, 0], outputs: [2 * (1 - gauss), -(1 - gauss) * (1 - gauss)] };
    case 'butterworth': {
      const share = (gauss * gauss) / 4;
      return { inputs: [share, 2 * share, share], outputs: [2 * (1 - gauss), -(1 - gauss) * (1 - gauss)] };
    }
    case 'high-pass':
      return { inputs: [1 - single / 2, -(1 - single / 2), 0], outputs: [1 - single, 0] };
    case 'two-pole-high-pass': {
      const share = (1 - gauss / 2) * (1 - gauss / 2);
      return { inputs: [share, -2 * share, share], outputs: [2 * (1 - gauss), -(1 - gauss) * (1 - gauss)] };
    }
    case 'band-pass':
      return { inputs: [(1 - band) / 2, 0, -(1 - band) / 2], outputs: [cosine * (1 + band), -band] };
    case 'band-stop': {
      const share = (1 + band) / 2;
      return { inputs: [share, -2 * cosine * share, share], outputs: [cosine * (1 + band), -band] };
    }
    case 'super-smoother': {
      const decay = Math.exp((-Math.SQRT2 * Math.PI) / rows);
      const first = 2 * decay * Math.cos((Math.SQRT2 * Math.PI) / rows);
      const share = (1 - first + decay * decay) / 2;
      return { inputs: [share, share, 0], outputs: [first, -decay * decay] };
    }
  }
}

class Filter extends Stream {
  private readonly weights: Float64Array;
  private readonly past = new Float64Array(4);
  private started = false;
  private readonly level: number;

  constructor(name: FilterName, rows: number, delta: number, options: FilterOptions) {
    super();
    const { inputs, outputs } = weightsOf(name, rows, delta);
    this.weights = Float64Array.of(...inputs, ...outputs);
    // What passes a steady level starts from it; what removes one starts from nothing.
    const passes = Math.abs(inputs[0] + inputs[1] + inputs[2]) > 1e-9;
    this.level = passes && options.start !== 'zero' ? 1 : 0;
  }

  next(value: number): number {
    const { weights, past } = this;
    if (!this.started) {
      past.set([value, value, value * this.level, value * this.level]);
      this.started = true;
    }
    const filtered =
      weights[0] * value + weights[1] * past[0] + weights[2] * past[1] + weights[3] * past[2] + weights[4] * past[3];
    past[1] = past[0]!;
    past[0] = value;
    past[3] = past[2]!;
    past[2] = filtered;
    return filtered;
  }
}

/** Ehlers' filters of a period in rows; `delta` is the relative width of the band-pass and band-stop filters. */
export const ehlersFilter = defineIndicator({
  name: 'ehlersFilter',
  title: "Ehlers' filters",
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['filtered'],
  parameters: [
    period('period', 20, 'rows of the critical period', 3),
    factor('delta', 0.1, 'width of a band', 0.001, 0.4),
  ],
  options: [FILTER, START],
  aliases: ['swiss', 'super smoother'],
  warmUp: (_rows, _delta) => 0,
  create: (rows: number, delta: number, options: FilterOptions) =>
    new Filter(options.filter ?? 'gauss', rows, delta, options),
});
