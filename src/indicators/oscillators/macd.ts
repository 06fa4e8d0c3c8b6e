/**
 * Moving average convergence and divergence: the distance of two averages, and the average of that distance.
 */
import { period } from '../arguments.ts';
import { emaStream, SEED, type SeedOptions, seedWarmUp, type Smoothing } from '../averages/ema.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';

export class Macd extends Stream {
  private readonly fast: Smoothing;
  private readonly slow: Smoothing;
  private readonly signal: Smoothing;
  private skip: number;

  constructor(fast: number, slow: number, signal: number, options: SeedOptions) {
    super(3);
    this.fast = emaStream(fast, options);
    this.slow = emaStream(slow, options);
    this.signal = emaStream(signal, options);
    // Both averages are seeded on the same row, as in TA-Lib: the fast one starts later.
    this.skip = options.seed === 'first' ? 0 : Math.max(0, slow - fast);
  }

  next(value: number): number {
    const { out } = this;
    const slow = this.slow.next(value);
    if (this.skip > 0) {
      this.skip--;
      out[1] = out[2] = Number.NaN;
      return Number.NaN;
    }
    const macd = this.fast.next(value) - slow;
    const signal = macd === macd ? this.signal.next(macd) : macd;
    out[1] = signal;
    out[2] = macd - signal;
    return macd;
  }
}

/** MACD: fast less slow exponential average, its signal average, and the histogram, their difference. */
export const macd = defineIndicator({
  name: 'macd',
  title: 'Moving average convergence/divergence',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['macd', 'signal', 'histogram'],
  parameters: [
    period('fast', 12, 'rows of the fast average'),
    period('slow', 26, 'rows of the slow average'),
    period('signal', 9, 'rows of the signal average'),
  ],
  options: [SEED],
  warmUp: (fast, slow, _signal, options) => seedWarmUp(Math.max(fast, slow), options),
  create: (fast: number, slow: number, signal: number, options: SeedOptions) => new Macd(fast, slow, signal, options),
});
