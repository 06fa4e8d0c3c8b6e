/**
 * Breadth of a market: whether many or few take part in a move, from how many rose and fell.
 */
import { period } from '../arguments.ts';
import { emaStream, type SeedOptions, SEED, seedWarmUp, type Smoothing } from '../averages/ema.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';

class McClellan extends Stream {
  private readonly fast: Smoothing;
  private readonly slow: Smoothing;
  private total = 0;

  constructor(fast: number, slow: number, options: SeedOptions) {
    super(2);
    this.fast = emaStream(fast, options);
    this.slow = emaStream(slow, options);
  }

  next(advances: number): number {
    const oscillator = this.fast.next(advances) - this.slow.next(advances);
    if (oscillator === oscillator) this.total += oscillator;
    this.out[1] = oscillator === oscillator ? this.total : Number.NaN;
    return oscillator;
  }
}

/**
 * McClellan's oscillator, and the summation index that adds it up, from the net advances of each row: how many rose
 * less how many fell. Divide these by their sum for the ratio-adjusted form.
 * Source: S. and M. McClellan, Patterns for Profit (1970): averages of 10 % and 5 %, which are 19 and 39 rows.
 */
export const mcclellan = defineIndicator({
  name: 'mcclellan',
  title: 'McClellan oscillator and summation index',
  family: 'volume',
  inputs: ['series'],
  outputs: ['oscillator', 'summation'],
  parameters: [period('fast', 19, 'rows of the fast average'), period('slow', 39, 'rows of the slow average')],
  options: [SEED],
  warmUp: (fast: number, slow: number, options: SeedOptions) => seedWarmUp(Math.max(fast, slow), options),
  create: (fast: number, slow: number, options: SeedOptions) => new McClellan(fast, slow, options),
});
