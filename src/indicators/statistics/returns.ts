/**
 * Figures of the returns of a window: log return, Sharpe and Sortino ratios, value at risk, Hurst's exponent.
 */
import { factor, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';
import { Moments } from './deviation.ts';
import { Sum } from './window.ts';

/** The simple return since the row before, as a fraction. */
export class Return extends Stream {
  private before = Number.NaN;

  next(value: number): number {
    const { before } = this;
    this.before = value;
    return before === 0 ? 0 : (value - before) / before;
  }
}

class LogReturn extends Stream {
  private readonly ring: Ring;

  constructor(rows: number) {
    super();
    this.ring = new Ring(rows);
  }

  next(value: number): number {
    const full = this.ring.full;
    const old = this.ring.push(value);
    return full ? Math.log(value / old) : Number.NaN;
  }
}

class Sharpe extends Stream {
  private readonly change = new Return();
  private readonly moments: Moments;
  private readonly rate: number;

  constructor(rows: number, rate: number) {
    super();
    this.moments = new Moments(rows);
    this.rate = rate;
  }

  next(value: number): number {
    const change = this.change.next(value);
    if (change !== change || !this.moments.push(change)) return Number.NaN;
    const { mean, squares, period: rows } = this.moments;
    return squares === 0 ? 0 : (mean - this.rate) / Math.sqrt(squares / rows);
  }
}

class Sortino extends Stream {
  private readonly change = new Return();
  private readonly excess: Sum;
  private readonly downside: Sum;
  private readonly rate: number;
  private readonly rows: number;

  constructor(rows: number, rate: number) {
    super();
    this.excess = new Sum(rows);
    this.downside = new Sum(rows);
    this.rate = rate;
    this.rows = rows;
  }

  next(value: number): number {
    const change = this.change.next(value);
    if (change !== change) return Number.NaN;
    const excess = change - this.rate;
    const total = this.excess.next(excess);
    const squares = this.downside.next(excess < 0 ? excess * excess : 0);
    if (total !== total) return Number.NaN;
    return squares <= 0 ? 0 : total / this.rows / Math.sqrt(squares / this.rows);
  }
}

/**
 * Hurst's exponent by the growth of the deviation of differences with their lag: 0.5 for a random walk, more for a
 * trend, less for a return to the mean.
 */
class Hurst extends Stream {
  private readonly ring: Ring;
  private readonly lags: number;

  constructor(rows: number, lags: number) {
    super();
    this.ring = new Ring(rows);
    this.lags = lags;
  }

  next(value: number): number {
    const { ring, lags } = this;
    ring.push(value);
    if (!ring.full) return Number.NaN;
    let sumX = 0;
    let sumY = 0;
    let sumXX = 0;
    let sumXY = 0;
    let count = 0;
    for (let lag = 2; lag <= lags; lag++) {
      const deviation = this.deviationOf(lag);
      if (deviation === 0) continue;
      const x = Math.log(lag);
      const y = Math.log(deviation);
      sumX += x;
      sumY += y;
      sumXX += x * x;
      sumXY += x * y;
      count++;
    }
    const spread = count * sumXX - sumX * sumX;
    return count < 2 ? 0 : (count * sumXY - sumX * sumY) / spread;
  }

  private deviationOf(lag: number): number {
    const { ring } = this;
    const count = ring.size - lag;
    let mean = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const difference = ring.ago(i) - ring.ago(i + lag);
      const distance = difference - mean;
      mean += distance / (i + 1);
      squares += distance * (difference - mean);
    }
    return Math.sqrt(squares / count);
  }
}

/** The logarithm of the price over the price `period` rows ago. */
export const logReturn = defineIndicator({
  name: 'logReturn',
  title: 'Log return',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['return'],
  parameters: [period('period', 1, 'rows back')],
  aliases: ['logr'],
  warmUp: (rows) => rows,
  create: (rows: number) => new LogReturn(rows),
});

/** Rolling Sharpe ratio per row: mean return less `rate`, over the population deviation of `period` returns. */
export const rollingSharpe = defineIndicator({
  name: 'rollingSharpe',
  title: 'Rolling Sharpe ratio',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['sharpe'],
  parameters: [period('period', 20, 'returns looked at', 2), factor('rate', 0, 'riskless return per row', -1, 1)],
  aliases: ['sharpe', 'sharpe ratio', 'sr'],
  warmUp: (rows) => rows,
  create: (rows: number, rate: number) => new Sharpe(rows, rate),
});

/** Rolling Sortino ratio per row: mean return above `target`, over the root mean square of the shortfalls. */
export const rollingSortino = defineIndicator({
  name: 'rollingSortino',
  title: 'Rolling Sortino ratio',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['sortino'],
  parameters: [period('period', 20, 'returns looked at', 2), factor('target', 0, 'least wanted return per row', -1, 1)],
  aliases: ['sortino', 'sortino ratio'],
  warmUp: (rows) => rows,
  create: (rows: number, rate: number) => new Sortino(rows, rate),
});

/** Hurst's exponent from the deviations of differences over 2 … `lags` rows, in a window of `period`. */
export const hurst = defineIndicator({
  name: 'hurst',
  title: "Hurst's exponent",
  family: 'statistics',
  inputs: ['series'],
  outputs: ['exponent'],
  parameters: [period('period', 100, 'rows looked at', 4), period('lags', 20, 'longest difference, in rows', 3)],
  aliases: ['hurst exponent'],
  warmUp: (rows) => rows - 1,
  create: (rows: number, lags: number) => new Hurst(rows, Math.min(lags, rows - 2)),
});
