/**
 * Relatives of the relative strength index: Connors', Laguerre, intraday momentum, relative momentum, DV2.
 */
import { factor, period } from '../arguments.ts';
import { rmaStream, type Smoothing } from '../averages/ema.ts';
import { Sma } from '../averages/sma.ts';
import { defineIndicator } from '../define.ts';
import { Rank } from '../statistics/ranks.ts';
import { Sum } from '../statistics/window.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';
import { Roc } from './momentum.ts';
import { Rsi } from './rsi.ts';

class Connors extends Stream {
  private readonly rsi: Rsi;
  private readonly streakRsi: Rsi;
  private readonly change = new Roc(1);
  private readonly rank: Rank;
  private before = Number.NaN;
  private streak = 0;

  constructor(rsi: number, streak: number, rank: number) {
    super(5);
    this.rsi = new Rsi(rsi);
    this.streakRsi = new Rsi(streak);
    this.rank = new Rank(rank, false);
  }

  next(value: number): number {
    const { out, before } = this;
    this.before = value;
    if (value > before) this.streak = Math.max(0, this.streak) + 1;
    else if (value < before) this.streak = Math.min(0, this.streak) - 1;
    else this.streak = 0;
    const rsi = this.rsi.next(value);
    const streakRsi = this.streakRsi.next(this.streak);
    const rank = 100 * this.rank.pass(this.change.next(value));
    out[1] = this.streak;
    out[2] = rsi;
    out[3] = streakRsi;
    out[4] = rank;
    return (rsi + streakRsi + rank) / 3;
  }
}

/** Four lags of a Laguerre filter, and the index of the moves between them. */
class Laguerre extends Stream {
  private readonly gamma: number;
  private readonly lags = new Float64Array(4);
  private started = false;

  constructor(gamma: number) {
    super();
    this.gamma = gamma;
  }

  next(value: number): number {
    const { lags, gamma } = this;
    if (!this.started) {
      lags.fill(value);
      this.started = true;
    }
    let before = lags[0];
    lags[0] = (1 - gamma) * value + gamma * before;
    for (let k = 1; k < 4; k++) {
      const old = lags[k];
      lags[k] = before - gamma * lags[k - 1] + gamma * old;
      before = old;
    }
    let up = 0;
    let down = 0;
    for (let k = 1; k < 4; k++) {
      const move = lags[k - 1] - lags[k];
      if (move > 0) up += move;
      else down -= move;
    }
    return up + down === 0 ? 50 : (100 * up) / (up + down);
  }
}

class IntradayMomentum extends Stream {
  private readonly net: Sum;
  private readonly moved: Sum;

  constructor(rows: number) {
    super();
    this.net = new Sum(rows);
    this.moved = new Sum(rows);
  }

  next(open: number, close: number): number {
    const net = this.net.next(close - open);
    const moved = this.moved.next(Math.abs(close - open));
    return moved <= 0 ? 50 : 50 + (50 * net) / moved;
  }
}

class RelativeMomentum extends Stream {
  private readonly ring: Ring;
  private readonly net: Smoothing;
  private readonly moved: Smoothing;

  constructor(rows: number, back: number) {
    super();
    this.ring = new Ring(back);
    this.net = rmaStream(rows);
    this.moved = rmaStream(rows);
  }

  next(value: number): number {
    const full = this.ring.full;
    const change = value - this.ring.push(value);
    if (!full) return Number.NaN;
    const net = this.net.next(change);
    const moved = this.moved.next(Math.abs(change));
    return moved === 0 ? 50 : 50 + (50 * net) / moved;
  }
}

class Dv2 extends Stream {
  private readonly mean: Sma;
  private readonly rank: Rank;

  constructor(rows: number, mean: number) {
    super();
    this.mean = new Sma(mean);
    this.rank = new Rank(rows, true);
  }

  next(high: number, low: number, close: number): number {
    return 100 * this.rank.pass(this.mean.next((2 * close) / (high + low)));
  }
}

/** Connors' index, 0 … 100: the mean of RSI, RSI of the streak, and percent rank of the change; and these parts. */
export const connorsRsi = defineIndicator({
  name: 'connorsRsi',
  title: "Connors' RSI",
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['connorsRsi', 'streak', 'rsi', 'streakRsi', 'rank'],
  parameters: [
    period('rsi', 3, 'rows of the relative strength index'),
    period('streak', 2, 'rows of the index of the streak'),
    period('rank', 100, 'changes ranked among'),
  ],
  aliases: ['crsi', 'connors rsi'],
  warmUp: (rsi, streak, rank) => Math.max(rsi, streak, rank + 1),
  create: (rsi: number, streak: number, rank: number) => new Connors(rsi, streak, rank),
});

/** Laguerre relative strength index, 0 … 100. Source: Ehlers, Cybernetic Analysis, 2004, chapter 14. */
export const laguerreRsi = defineIndicator({
  name: 'laguerreRsi',
  title: 'Laguerre RSI',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['rsi'],
  parameters: [factor('gamma', 0.5, 'damping', 0, 1)],
  aliases: ['lrsi'],
  warmUp: (_gamma) => 0,
  create: (gamma: number) => new Laguerre(gamma),
});

/** Intraday momentum index, 0 … 100: the part of candle bodies that is upward. */
export const intradayMomentum = defineIndicator({
  name: 'intradayMomentum',
  title: 'Intraday momentum index',
  family: 'oscillators',
  inputs: ['open', 'close'],
  outputs: ['index'],
  parameters: [period('period', 14, 'rows summed')],
  aliases: ['imi'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new IntradayMomentum(rows),
});

/** Relative momentum index, 0 … 100: the relative strength index of changes over `back` rows. */
export const relativeMomentum = defineIndicator({
  name: 'relativeMomentum',
  title: 'Relative momentum index',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['index'],
  parameters: [period('period', 20, 'rows averaged'), period('back', 5, 'rows a change goes back')],
  aliases: ['rmi'],
  warmUp: (rows, back) => rows + back - 1,
  create: (rows: number, back: number) => new RelativeMomentum(rows, back),
});

/** DV2, 0 … 100: percent rank of the mean of close over median price. Source: Varadi. */
export const dv2 = defineIndicator({
  name: 'dv2',
  title: 'DV2',
  family: 'oscillators',
  inputs: ['high', 'low', 'close'],
  outputs: ['dv2'],
  parameters: [period('period', 252, 'rows ranked among'), period('mean', 2, 'rows averaged')],
  warmUp: (rows, mean) => rows + mean - 2,
  create: (rows: number, mean: number) => new Dv2(rows, mean),
});
