/**
 * Change over rows, smoothed: KST, Coppock, price momentum, true strength.
 */
import { period } from '../arguments.ts';
import { emaStream, type SeedOptions, Smoothing } from '../averages/ema.ts';
import { Sma } from '../averages/sma.ts';
import { Wma } from '../averages/wma.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Roc } from './momentum.ts';

class Kst extends Stream {
  private readonly rates: Roc[];
  private readonly averages: Sma[];
  private readonly signal: Sma;

  constructor(rates: readonly number[], averages: readonly number[], signal: number) {
    super(2);
    this.rates = rates.map((rows) => new Roc(rows));
    this.averages = averages.map((rows) => new Sma(rows));
    this.signal = new Sma(signal);
  }

  next(value: number): number {
    let sum = 0;
    for (let i = 0; i < 4; i++) sum += (i + 1) * this.averages[i].pass(this.rates[i].next(value));
    this.out[1] = this.signal.pass(sum);
    return sum;
  }
}

class Coppock extends Stream {
  private readonly short: Roc;
  private readonly long: Roc;
  private readonly average: Wma;

  constructor(short: number, long: number, rows: number) {
    super();
    this.short = new Roc(short);
    this.long = new Roc(long);
    this.average = new Wma(rows);
  }

  next(value: number): number {
    return this.average.pass(this.short.next(value) + this.long.next(value));
  }
}

/** Price momentum oscillator: the change in per cent, smoothed twice by averages of weight 2 / period. */
class Pmo extends Stream {
  private readonly rate = new Roc(1);
  private readonly first: Smoothing;
  private readonly second: Smoothing;
  private readonly signal: Smoothing;

  constructor(first: number, second: number, signal: number) {
    super(2);
    this.first = new Smoothing(first, 2 / first);
    this.second = new Smoothing(second, 2 / second);
    this.signal = emaStream(signal);
  }

  next(value: number): number {
    const pmo = this.second.pass(10 * this.first.pass(this.rate.next(value)));
    this.out[1] = this.signal.pass(pmo);
    return pmo;
  }
}

/** True strength index: a change, smoothed twice, over its size, smoothed twice. */
class Tsi extends Stream {
  private readonly net: Smoothing;
  private readonly netAgain: Smoothing;
  private readonly moved: Smoothing;
  private readonly movedAgain: Smoothing;
  private readonly signal: Smoothing;
  private before = Number.NaN;

  constructor(long: number, short: number, signal: number, options: SeedOptions) {
    super(2);
    this.net = emaStream(long, options);
    this.netAgain = emaStream(short, options);
    this.moved = emaStream(long, options);
    this.movedAgain = emaStream(short, options);
    this.signal = emaStream(signal, options);
  }

  next(value: number): number {
    const change = value - this.before;
    this.before = value;
    const net = this.netAgain.pass(this.net.pass(change));
    const moved = this.movedAgain.pass(this.moved.pass(Math.abs(change)));
    const tsi = moved === 0 ? 0 : (100 * net) / moved;
    this.out[1] = this.signal.pass(tsi);
    return tsi;
  }
}

/** Know sure thing: four smoothed rates of change, weighted 1 … 4, and their mean. Source: Pring, TASC 1992. */
export const kst = defineIndicator({
  name: 'kst',
  title: 'Know sure thing',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['kst', 'signal'],
  parameters: [
    period('roc1', 10, 'rows of the first rate of change'),
    period('roc2', 15, 'rows of the second rate of change'),
    period('roc3', 20, 'rows of the third rate of change'),
    period('roc4', 30, 'rows of the fourth rate of change'),
    period('sma1', 10, 'rows of the first average'),
    period('sma2', 10, 'rows of the second average'),
    period('sma3', 10, 'rows of the third average'),
    period('sma4', 15, 'rows of the fourth average'),
    period('signal', 9, 'rows of the signal average'),
  ],
  aliases: ['know sure thing'],
  warmUp: (r1, r2, r3, r4, a1, a2, a3, a4) => Math.max(r1 + a1, r2 + a2, r3 + a3, r4 + a4) - 1,
  create: (
    roc1: number,
    roc2: number,
    roc3: number,
    roc4: number,
    sma1: number,
    sma2: number,
    sma3: number,
    sma4: number,
    signal: number,
  ) => new Kst([roc1, roc2, roc3, roc4], [sma1, sma2, sma3, sma4], signal),
});

/** Coppock's curve: the weighted average of two rates of change. Source: Coppock, Barron's 1962. */
export const coppock = defineIndicator({
  name: 'coppock',
  title: 'Coppock curve',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['coppock'],
  parameters: [
    period('short', 11, 'rows of the short rate of change'),
    period('long', 14, 'rows of the long rate of change'),
    period('period', 10, 'rows of the weighted average'),
  ],
  aliases: ['coppock curve'],
  warmUp: (short, long, rows) => Math.max(short, long) + rows - 1,
  create: (short: number, long: number, rows: number) => new Coppock(short, long, rows),
});

/** Price momentum oscillator: the change in per cent, smoothed twice, times 10, and its signal average. */
export const pmo = defineIndicator({
  name: 'pmo',
  title: 'Price momentum oscillator',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['pmo', 'signal'],
  parameters: [
    period('first', 35, 'rows of the first average', 2),
    period('second', 20, 'rows of the second average', 2),
    period('signal', 10, 'rows of the signal average'),
  ],
  aliases: ['price momentum oscillator'],
  warmUp: (first, second) => first + second - 1,
  create: (first: number, second: number, signal: number) => new Pmo(first, second, signal),
});

/** True strength index, −100 … 100, and its signal average. Source: Blau, TASC 1991. */
export const tsi = defineIndicator({
  name: 'tsi',
  title: 'True strength index',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['tsi', 'signal'],
  parameters: [
    period('long', 25, 'rows of the first average'),
    period('short', 13, 'rows of the second average'),
    period('signal', 7, 'rows of the signal average'),
  ],
  options: [{ name: 'seed', values: ['average', 'first'], description: 'mean of the first rows, or the first value' }],
  aliases: ['true strength index'],
  warmUp: (long, short, _signal, options) => (options.seed === 'first' ? 1 : long + short - 1),
  create: (long: number, short: number, signal: number, options: SeedOptions) => new Tsi(long, short, signal, options),
});
