/**
 * Money flow: volume weighted by where in its range, or in which direction, a row closed.
 */
import { type IndicatorOption, period } from '../arguments.ts';
import { emaStream, type SeedOptions, SEED, seedWarmUp, type Smoothing } from '../averages/ema.ts';
import { Sma } from '../averages/sma.ts';
import { defineIndicator } from '../define.ts';
import { Sum } from '../statistics/window.ts';
import { Stream } from '../stream.ts';

/** Volume times where the close is in the range, −1 … 1. */
function flow(high: number, low: number, close: number, volume: number): number {
  return high === low ? 0 : ((close - low - (high - close)) / (high - low)) * volume;
}

class Accumulation extends Stream {
  private total = 0;

  next(high: number, low: number, close: number, volume: number): number {
    return (this.total += flow(high, low, close, volume));
  }
}

class ChaikinOscillator extends Stream {
  private readonly line = new Accumulation();
  private readonly fast: Smoothing;
  private readonly slow: Smoothing;

  constructor(fast: number, slow: number, options: SeedOptions) {
    super();
    this.fast = emaStream(fast, options);
    this.slow = emaStream(slow, options);
  }

  next(high: number, low: number, close: number, volume: number): number {
    const line = this.line.next(high, low, close, volume);
    return this.fast.next(line) - this.slow.next(line);
  }
}

class MoneyFlow extends Stream {
  private readonly flows: Sum;
  private readonly volumes: Sum;

  constructor(rows: number) {
    super();
    this.flows = new Sum(rows);
    this.volumes = new Sum(rows);
  }

  next(high: number, low: number, close: number, volume: number): number {
    const flows = this.flows.next(flow(high, low, close, volume));
    const volumes = this.volumes.next(volume);
    return volumes === 0 ? 0 : flows / volumes;
  }
}

class MoneyFlowIndex extends Stream {
  private readonly up: Sum;
  private readonly down: Sum;
  private before = Number.NaN;

  constructor(rows: number) {
    super();
    this.up = new Sum(rows);
    this.down = new Sum(rows);
  }

  next(high: number, low: number, close: number, volume: number): number {
    const price = (high + low + close) / 3;
    const change = price - this.before;
    this.before = price;
    if (change !== change) return Number.NaN;
    const up = this.up.next(change > 0 ? price * volume : 0);
    const down = this.down.next(change < 0 ? price * volume : 0);
    const both = up + down;
    return both <= 0 ? 50 : (100 * up) / both;
  }
}

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

class WilliamsAccumulation extends Stream {
  private total = 0;
  private before = Number.NaN;

  next(high: number, low: number, close: number): number {
    const { before } = this;
    this.before = close;
    if (before !== before) return before;
    if (close > before) this.total += close - Math.min(low, before);
    else if (close < before) this.total += close - Math.max(high, before);
    return this.total;
  }
}

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

class FacilitationIndex extends Stream {
  next(high: number, low: number, volume: number): number {
    return volume === 0 ? 0 : (high - low) / volume;
  }
}

class BalanceOfPower extends Stream {
  private readonly mean: Sma;

  constructor(rows: number) {
    super();
    this.mean = new Sma(rows);
  }

  next(open: number, high: number, low: number, close: number): number {
    return this.mean.next(high === low ? 0 : (close - open) / (high - low));
  }
}

/** Accumulation/distribution line: the running sum of money flow. */
export const ad = defineIndicator({
  name: 'ad',
  title: 'Accumulation/distribution line',
  family: 'volume',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['ad'],
  parameters: [],
  aliases: ['adl', 'accumulation distribution'],
  warmUp: () => 0,
  create: () => new Accumulation(),
  kernel: ([high, low, close, volume], length, [out]) => {
    const stream = new Accumulation();
    for (let i = 0; i < length; i++) out![i] = stream.next(high![i]!, low![i]!, close![i]!, volume![i]!);
  },
});

/** Chaikin oscillator: fast less slow average of the accumulation/distribution line. TA-Lib seeds by first values. */
export const adosc = defineIndicator({
  name: 'adosc',
  title: 'Chaikin oscillator',
  family: 'volume',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['adosc'],
  parameters: [period('fast', 3, 'rows of the fast average'), period('slow', 10, 'rows of the slow average')],
  options: [{ ...SEED, values: ['first', 'average'] }],
  aliases: ['chaikin-osc', 'chaikin oscillator'],
  warmUp: (fast, slow) => Math.max(fast, slow) - 1,
  create: (fast: number, slow: number, options: SeedOptions) => {
    const oscillator = new ChaikinOscillator(fast, slow, { seed: options.seed ?? 'first' });
    return options.seed === 'average' ? oscillator : new Silent(oscillator, Math.max(fast, slow) - 1);
  },
});

/** A stream that keeps silent for its first rows, though it has values. */
class Silent extends Stream {
  private readonly inner: Stream;
  private rows: number;

  constructor(inner: Stream, rows: number) {
    super();
    this.inner = inner;
    this.rows = rows;
  }

  next(a: number, b: number, c: number, d: number, e: number): number {
    const value = this.inner.next(a, b, c, d, e);
    if (this.rows === 0) return value;
    this.rows--;
    return Number.NaN;
  }
}

/** Chaikin money flow, −1 … 1: money flow over volume, both summed over `period` rows. */
export const cmf = defineIndicator({
  name: 'cmf',
  title: 'Chaikin money flow',
  family: 'volume',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['cmf'],
  parameters: [period('period', 20, 'rows summed')],
  aliases: ['chaikin money flow'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new MoneyFlow(rows),
  kernel: ([high, low, close, volume], length, [out], rows) => {
    const stream = new MoneyFlow(rows);
    for (let i = 0; i < length; i++) out![i] = stream.next(high![i]!, low![i]!, close![i]!, volume![i]!);
  },
});

/** Money flow index, 0 … 100: the part of the traded value on rows whose typical price rose; 50 where none moved. */
export const mfi = defineIndicator({
  name: 'mfi',
  title: 'Money flow index',
  family: 'volume',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['mfi'],
  parameters: [period('period', 14, 'rows summed')],
  aliases: ['money flow index'],
  warmUp: (rows) => rows,
  create: (rows: number) => new MoneyFlowIndex(rows),
  kernel: ([high, low, close, volume], length, [out], rows) => {
    const stream = new MoneyFlowIndex(rows);
    for (let i = 0; i < length; i++) out![i] = stream.next(high![i]!, low![i]!, close![i]!, volume![i]!);
  },
});

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
    for (let i = 0; i < length; i++) out![i] = stream.next(close![i]!, volume![i]!);
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

/** Williams' accumulation/distribution: the running sum of moves from the true low or high. */
export const williamsAd = defineIndicator({
  name: 'williamsAd',
  title: "Williams' accumulation/distribution",
  family: 'volume',
  inputs: ['high', 'low', 'close'],
  outputs: ['ad'],
  parameters: [],
  aliases: ['wad'],
  warmUp: () => 1,
  create: () => new WilliamsAccumulation(),
});

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

/** Balance of power, −1 … 1: the body over the range, averaged over `period` rows. */
export const balanceOfPower = defineIndicator({
  name: 'balanceOfPower',
  title: 'Balance of power',
  family: 'oscillators',
  inputs: ['open', 'high', 'low', 'close'],
  outputs: ['balance'],
  parameters: [period('period', 1, 'rows averaged')],
  aliases: ['bop', 'balance of power'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new BalanceOfPower(rows),
});
