/**
 * Volume indices: ease of movement, negative and positive volume, price volume trend, facilitation, force.
 */
import { period } from '../arguments.ts';
import { emaStream, type SeedOptions, SEED, seedWarmUp, type Smoothing } from '../averages/ema.ts';
import { Sma } from '../averages/sma.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';

class Force extends Stream {
  private readonly average: Smoothing;
  private before = Number.NaN;

  constructor(rows: number, options: SeedOptions) {
    super();
    this.average = emaStream(rows, options);
  }

  next(close: number, volume: number): number {
    const force = (close - this.before) * volume;
    this.before = close;
    return this.average.pass(force);
  }
}

class EaseOfMovement extends Stream {
  private readonly mean: Sma;
  private readonly scale: number;
  private middle = Number.NaN;

  constructor(rows: number, scale: number) {
    super(2);
    this.mean = new Sma(rows);
    this.scale = scale;
  }

  next(high: number, low: number, volume: number): number {
    const middle = (high + low) / 2;
    const moved = middle - this.middle;
    this.middle = middle;
    const ease = volume === 0 && moved === moved ? 0 : (moved * (high - low) * this.scale) / volume;
    this.out[1] = ease;
    return this.mean.pass(ease);
  }
}

class VolumeIndex extends Stream {
  private readonly onRise: boolean;
  private value = 1000;
  private close = Number.NaN;
  private volume = 0;

  constructor(onRise: boolean) {
    super();
    this.onRise = onRise;
  }

  next(close: number, volume: number): number {
    const { close: before } = this;
    const counts = this.onRise ? volume > this.volume : volume < this.volume;
    if (before === before && before !== 0 && counts) this.value += (this.value * (close - before)) / before;
    this.close = close;
    this.volume = volume;
    return this.value;
  }
}

class PriceVolumeTrend extends Stream {
  private total = 0;
  private before = Number.NaN;

  next(close: number, volume: number): number {
    const { before } = this;
    this.before = close;
    if (before === before && before !== 0) this.total += ((close - before) / before) * volume;
    return this.total;
  }
}

class FacilitationIndex extends Stream {
  next(high: number, low: number, volume: number): number {
    return volume === 0 ? 0 : (high - low) / volume;
  }
}

/** Force index: the exponential average of change times volume. Source: Elder, Trading for a Living, 1993. */
export const force = defineIndicator({
  name: 'force',
  title: 'Force index',
  family: 'volume',
  inputs: ['close', 'volume'],
  outputs: ['force'],
  parameters: [period('period', 13, 'rows averaged')],
  options: [SEED],
  aliases: ['force index', 'fi', 'forceindex'],
  warmUp: (rows, options) => 1 + seedWarmUp(rows, options),
  create: (rows: number, options: SeedOptions) => new Force(rows, options),
  kernel: ([close, volume], length, [out], rows, options) => {
    const stream = new Force(rows, options);
    for (let i = 0; i < length; i++) out[i] = stream.next(close[i], volume[i]);
  },
});

/** Ease of movement: change of the middle times range over volume, times `scale`; its mean, and the raw value. */
export const easeOfMovement = defineIndicator({
  name: 'easeOfMovement',
  title: 'Ease of movement',
  family: 'volume',
  inputs: ['high', 'low', 'volume'],
  outputs: ['ease', 'raw'],
  parameters: [
    period('period', 14, 'rows averaged'),
    { name: 'scale', default: 1e8, min: 1, max: 1e15, integer: false, description: 'brings the values near 1' },
  ],
  aliases: ['eom', 'emv', 'ease of movement'],
  warmUp: (rows) => rows,
  create: (rows: number, scale: number) => new EaseOfMovement(rows, scale),
});

/** Negative volume index: it starts at 1000 and moves with the price on rows of falling volume. */
export const nvi = defineIndicator({
  name: 'nvi',
  title: 'Negative volume index',
  family: 'volume',
  inputs: ['close', 'volume'],
  outputs: ['nvi'],
  parameters: [],
  warmUp: () => 0,
  create: () => new VolumeIndex(false),
});

/** Positive volume index: it starts at 1000 and moves with the price on rows of rising volume. */
export const pvi = defineIndicator({
  name: 'pvi',
  title: 'Positive volume index',
  family: 'volume',
  inputs: ['close', 'volume'],
  outputs: ['pvi'],
  parameters: [],
  warmUp: () => 0,
  create: () => new VolumeIndex(true),
});

/** Price volume trend: the running sum of volume times the simple return. */
export const pvt = defineIndicator({
  name: 'pvt',
  title: 'Price volume trend',
  family: 'volume',
  inputs: ['close', 'volume'],
  outputs: ['pvt'],
  parameters: [],
  aliases: ['vpt', 'price volume trend'],
  warmUp: () => 0,
  create: () => new PriceVolumeTrend(),
});

/** Market facilitation index: the range per unit of volume. */
export const marketFacilitation = defineIndicator({
  name: 'marketFacilitation',
  title: 'Market facilitation index',
  family: 'volume',
  inputs: ['high', 'low', 'volume'],
  outputs: ['index'],
  parameters: [],
  aliases: ['marketfi'],
  warmUp: () => 0,
  create: () => new FacilitationIndex(),
});
