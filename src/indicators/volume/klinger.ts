/**
 * Klinger's volume oscillator: volume weighed by the trend and by how much of the range is new.
 */
import { type IndicatorOption, period } from '../arguments.ts';
import { emaStream, type SeedOptions, SEED, seedWarmUp, type Smoothing } from '../averages/ema.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';

/** Klinger's volume force, as Klinger wrote it: volume by the trend and by how much of the range is new. */
class Klinger extends Stream {
  private readonly fast: Smoothing;
  private readonly slow: Smoothing;
  private readonly signal: Smoothing;
  private readonly kind: NonNullable<KlingerOptions['force']>;
  private sum = Number.NaN;
  private range = 0;
  private cumulative = 0;
  private trend = 0;

  constructor(fast: number, slow: number, signal: number, options: KlingerOptions) {
    super(2);
    this.fast = emaStream(fast, options);
    this.slow = emaStream(slow, options);
    this.signal = emaStream(signal, options);
    this.kind = options.force ?? 'range';
  }

  next(high: number, low: number, close: number, volume: number): number {
    const force =
      this.kind === 'signed' ? this.signedForce(high, low, close, volume) : this.force(high, low, close, volume);
    const kvo = this.fast.pass(force) - this.slow.pass(force);
    this.out[1] = this.signal.pass(kvo);
    return kvo;
  }

  private force(high: number, low: number, close: number, volume: number): number {
    const sum = high + low + close;
    const range = high - low;
    const before = this.sum;
    const beforeRange = this.range;
    this.sum = sum;
    this.range = range;
    if (before !== before) return before;
    const late = this.kind === 'distance' && this.trend === 0;
    const trend = sum > before ? 1 : -1;
    const turned = trend !== this.trend;
    this.trend = trend;
    if (late) return Number.NaN;
    if (turned || this.cumulative === 0) this.cumulative = beforeRange;
    this.cumulative += range;
    const share = this.cumulative === 0 ? 0.5 : range / this.cumulative;
    const weight = this.kind === 'distance' ? 2 * (share - 1) : 2 * share - 1;
    return volume * Math.abs(weight) * trend * 100;
  }

  private signedForce(high: number, low: number, close: number, volume: number): number {
    const sum = high + low + close;
    const before = this.sum;
    this.sum = sum;
    if (before !== before) return before;
    return sum > before ? volume : -volume;
  }
}

export interface KlingerOptions extends SeedOptions {
  /**
   * `range` (default): volume · |2 · range / travel − 1|, where travel is the sum of ranges since the trend turned;
   * `distance`: volume · |2 · (range / travel − 1)|, from the third row; `signed`: the whole volume, by direction.
   */
  readonly force?: 'range' | 'distance' | 'signed';
}

const FORCE: IndicatorOption = {
  name: 'force',
  values: ['range', 'distance', 'signed'],
  description: 'how volume is weighed: by the share of the range that is new, by its distance, or only by direction',
};

/** Klinger's volume oscillator and its signal average. Source: Klinger, TASC 1997. */
export const kvo = defineIndicator({
  name: 'kvo',
  title: 'Klinger volume oscillator',
  family: 'volume',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['kvo', 'signal'],
  parameters: [
    period('fast', 34, 'rows of the fast average'),
    period('slow', 55, 'rows of the slow average'),
    period('signal', 13, 'rows of the signal average'),
  ],
  options: [SEED, FORCE],
  aliases: ['klinger', 'klinger volume oscillator'],
  warmUp: (fast, slow, _signal, options) =>
    (options.force === 'distance' ? 2 : 1) + seedWarmUp(Math.max(fast, slow), options),
  create: (fast: number, slow: number, signal: number, options: KlingerOptions) =>
    new Klinger(fast, slow, signal, options),
});
