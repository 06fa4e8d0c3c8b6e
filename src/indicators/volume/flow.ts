/**
 * Money flow: volume weighted by where in its range, or in which direction, a row closed.
 */
import { period } from '../arguments.ts';
import { emaStream, type SeedOptions, SEED, type Smoothing } from '../averages/ema.ts';
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

/** The batch half of `MoneyFlowIndex`; rising and falling rows are told apart by numbers, not by a decision. */
function runMoneyFlowIndex(
  [high, low, close, volume]: readonly Float64Array[],
  length: number,
  out: Float64Array,
  rows: number,
): void {
  const ups = new Float64Array(rows);
  const downs = new Float64Array(rows);
  let before = (high[0] + low[0] + close[0]) / 3;
  let up = 0;
  let down = 0;
  let slot = 0;
  for (let i = 1; i < length; i++) {
    const price = (high[i] + low[i] + close[i]) / 3;
    const traded = price * volume[i];
    const rise = traded * Number(price > before);
    const fall = traded * Number(price < before);
    before = price;
    up += rise - ups[slot];
    down += fall - downs[slot];
    ups[slot] = rise;
    downs[slot] = fall;
    slot = slot + 1 === rows ? 0 : slot + 1;
    const both = up + down;
    out[i] = both <= 0 ? 50 : (100 * up) / both;
  }
  out.fill(Number.NaN, 0, rows);
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
    for (let i = 0; i < length; i++) out[i] = stream.next(high[i], low[i], close[i], volume[i]);
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
    for (let i = 0; i < length; i++) out[i] = stream.next(high[i], low[i], close[i], volume[i]);
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
  spreads: true,
  kernel: (columns, length, [out], rows) => runMoneyFlowIndex(columns, length, out, rows),
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
