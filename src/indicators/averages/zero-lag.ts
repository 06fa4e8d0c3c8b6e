/**
 * Averages that make good their lag: zero-lag, Ehlers' error-correcting, and Dickson's.
 */
import { period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';
import { emaStream, SEED, type SeedOptions, type Smoothing } from './ema.ts';
import { Hma, hullRows } from './shaped.ts';

export class Zlema extends Stream {
  private readonly lag: number;
  private readonly ring: Ring;
  private readonly average: Smoothing;
  private readonly first: boolean;

  constructor(rows: number, options: SeedOptions) {
    super();
    this.lag = zeroLag(rows);
    this.ring = new Ring(Math.max(1, this.lag));
    this.average = emaStream(rows, options);
    this.first = options.seed === 'first';
  }

  next(value: number): number {
    const { ring, lag } = this;
    if (lag === 0) return this.average.next(value);
    const full = ring.full;
    const old = ring.push(value);
    if (full) return this.average.next(value + (value - old));
    // Seeded by a value, the average starts from the last one that has no value `lag` rows before it.
    return this.first && ring.full ? this.average.next(value) : Number.NaN;
  }
}

/** Returns by how many rows the zero-lag average looks back: half of its period. */
export function zeroLag(rows: number): number {
  return (rows - 1) >> 1;
}

/** Ehlers' error-correcting average: of many gains the one that leaves the smallest error. */
class ErrorCorrecting extends Stream {
  private readonly average: Smoothing;
  private readonly weight: number;
  private readonly limit: number;
  private value = Number.NaN;

  constructor(rows: number, limit: number) {
    super();
    this.average = emaStream(rows);
    this.weight = 2 / (rows + 1);
    this.limit = limit;
  }

  next(value: number): number {
    const mean = this.average.next(value);
    const before = this.value;
    if (mean !== mean) return mean;
    if (before !== before) return (this.value = mean);
    let least = Number.MAX_VALUE;
    let best = before;
    for (let tenths = -this.limit; tenths <= this.limit; tenths++) {
      const gain = tenths / 10;
      const candidate = this.weight * (mean + gain * (value - before)) + (1 - this.weight) * before;
      const error = Math.abs(value - candidate);
      if (error < least) {
        least = error;
        best = candidate;
      }
    }
    return (this.value = best);
  }
}

class Dickson extends Stream {
  private readonly zeroLag: ErrorCorrecting;
  private readonly hull: Hma;

  constructor(rows: number, limit: number, hull: number) {
    super();
    this.zeroLag = new ErrorCorrecting(rows, limit);
    this.hull = new Hma(hull);
  }

  next(value: number): number {
    return (this.zeroLag.next(value) + this.hull.next(value)) / 2;
  }
}

/** Zero-lag exponential average: of each value plus its change over half a period. Source: Ehlers and Way, 2010. */
export const zlema = defineIndicator({
  name: 'zlema',
  title: 'Zero-lag exponential moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['zlema'],
  parameters: [period('period', 20, 'rows averaged')],
  options: [SEED],
  warmUp: (rows, options) => (options.seed === 'first' ? Math.max(0, zeroLag(rows) - 1) : zeroLag(rows) + rows - 1),
  create: (rows: number, options: SeedOptions) => new Zlema(rows, options),
});

/** Ehlers' error-correcting average: each row takes the gain, ±`gainLimit` tenths, that leaves the least error. */
export const errorCorrecting = defineIndicator({
  name: 'errorCorrecting',
  title: 'Error-correcting moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['average'],
  parameters: [period('period', 20, 'rows averaged'), period('gainLimit', 50, 'largest gain, in tenths')],
  aliases: ['zero lag indicator', 'zlind'],
  warmUp: (rows) => rows - 1,
  create: (rows: number, limit: number) => new ErrorCorrecting(rows, limit),
});

/** Dickson's average: the mean of a Hull and an error-correcting average. */
export const dickson = defineIndicator({
  name: 'dickson',
  title: 'Dickson moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['average'],
  parameters: [
    period('period', 20, 'rows of the error-correcting average'),
    period('gainLimit', 50, 'largest gain, in tenths'),
    period('hull', 7, 'rows of the Hull average'),
  ],
  aliases: ['dma', 'dickson moving average'],
  warmUp: (rows, _limit, hull) => Math.max(rows - 1, hull + hullRows(hull) - 2),
  create: (rows: number, limit: number, hull: number) => new Dickson(rows, limit, hull),
});
