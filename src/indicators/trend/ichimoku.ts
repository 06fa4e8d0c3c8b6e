/**
 * Ichimoku and alligator: lines that charts draw ahead of or behind the row they belong to.
 *
 * Nothing here is displaced: each line has the value that is known on its row. A chart draws the spans `kijun` rows
 * later, the lagging line, the close, as many rows earlier, and the alligator's lines 8, 5 and 3 rows later.
 */
import { period } from '../arguments.ts';
import { rmaStream, type Smoothing } from '../averages/ema.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Highest, Lowest } from '../windows.ts';

class Ichimoku extends Stream {
  private readonly highs: Highest[];
  private readonly lows: Lowest[];

  constructor(periods: readonly number[]) {
    super(4);
    this.highs = periods.map((rows) => new Highest(rows));
    this.lows = periods.map((rows) => new Lowest(rows));
  }

  next(high: number, low: number): number {
    const { out } = this;
    const tenkan = this.middle(0, high, low);
    const kijun = this.middle(1, high, low);
    out[1] = kijun;
    out[2] = (tenkan + kijun) / 2;
    out[3] = this.middle(2, high, low);
    return tenkan;
  }

  private middle(line: number, high: number, low: number): number {
    return (this.highs[line].next(high) + this.lows[line].next(low)) / 2;
  }
}

class Alligator extends Stream {
  private readonly jaw: Smoothing;
  private readonly teeth: Smoothing;
  private readonly lips: Smoothing;

  constructor(jaw: number, teeth: number, lips: number) {
    super(3);
    this.jaw = rmaStream(jaw);
    this.teeth = rmaStream(teeth);
    this.lips = rmaStream(lips);
  }

  next(high: number, low: number): number {
    const middle = (high + low) / 2;
    this.out[1] = this.teeth.next(middle);
    this.out[2] = this.lips.next(middle);
    return this.jaw.next(middle);
  }
}

/** Bill Williams' fractals, told on the row that completes them: `wings` rows after the extreme. */
class Fractal extends Stream {
  private readonly wings: number;
  private readonly highs: Float64Array;
  private readonly lows: Float64Array;
  private rows = 0;
  private upper = Number.NaN;
  private lower = Number.NaN;

  constructor(wings: number) {
    super(4);
    this.wings = wings;
    this.highs = new Float64Array(2 * wings + 1);
    this.lows = new Float64Array(2 * wings + 1);
  }

  next(high: number, low: number): number {
    const { out, wings, highs, lows } = this;
    highs.copyWithin(0, 1);
    lows.copyWithin(0, 1);
    highs[2 * wings] = high;
    lows[2 * wings] = low;
    if (++this.rows <= 2 * wings) {
      out.fill(Number.NaN);
      return Number.NaN;
    }
    const top = highs[wings];
    const bottom = lows[wings];
    const isTop = highs.every((value, i) => i === wings || value < top);
    const isBottom = lows.every((value, i) => i === wings || value > bottom);
    if (isTop) this.upper = top;
    if (isBottom) this.lower = bottom;
    out[1] = isBottom ? 1 : 0;
    out[2] = this.upper;
    out[3] = this.lower;
    return isTop ? 1 : 0;
  }
}

/** Ichimoku: conversion line, base line, and the two leading spans, none of them displaced. */
export const ichimoku = defineIndicator({
  name: 'ichimoku',
  title: 'Ichimoku kinko hyo',
  family: 'trend',
  inputs: ['high', 'low'],
  outputs: ['tenkan', 'kijun', 'spanA', 'spanB'],
  parameters: [
    period('tenkan', 9, 'rows of the conversion line'),
    period('kijun', 26, 'rows of the base line; charts draw the spans this many rows later'),
    period('spanB', 52, 'rows of the second span'),
  ],
  aliases: ['ichimoku kinko hyo'],
  warmUp: (tenkan, _kijun, _spanB) => tenkan - 1,
  create: (tenkan: number, kijun: number, spanB: number) => new Ichimoku([tenkan, kijun, spanB]),
});

/** Alligator: three of Wilder's averages of the median price; charts draw them 8, 5 and 3 rows later. */
export const alligator = defineIndicator({
  name: 'alligator',
  title: 'Alligator',
  family: 'trend',
  inputs: ['high', 'low'],
  outputs: ['jaw', 'teeth', 'lips'],
  parameters: [
    period('jaw', 13, 'rows of the jaw'),
    period('teeth', 8, 'rows of the teeth'),
    period('lips', 5, 'rows of the lips'),
  ],
  warmUp: (jaw, _teeth, _lips) => jaw - 1,
  create: (jaw: number, teeth: number, lips: number) => new Alligator(jaw, teeth, lips),
});

/**
 * Fractals: 1 on the row that completes a top (or bottom), that is `wings` rows after it; with the last top and
 * bottom, the fractal chaos bands, which are absent until there is one.
 */
export const fractal = defineIndicator({
  name: 'fractal',
  title: 'Fractals and chaos bands',
  family: 'trend',
  inputs: ['high', 'low'],
  outputs: ['top', 'bottom', 'upper', 'lower'],
  parameters: [period('wings', 2, 'lower rows wanted on each side of a top')],
  aliases: ['fcb', 'williams fractal'],
  warmUp: (wings) => 2 * wings,
  create: (wings: number) => new Fractal(wings),
});
