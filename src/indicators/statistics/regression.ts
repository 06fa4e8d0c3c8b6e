/**
 * The straight line through a window: its end, slope, start, forecast and fit.
 */
import { period } from '../arguments.ts';
import { Wma } from '../averages/wma.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Moments } from './deviation.ts';

/** The least-squares line through the last `period` values; the oldest row is x = 0. */
export class Line {
  slope = 0;
  /** The mean of the window, which the line passes in its middle. */
  mean = 0;
  private readonly moments: Moments;
  private readonly weighted: Wma;
  private readonly rows: number;
  /** Sum of squared distances of the row numbers from their mean. */
  private readonly spread: number;

  constructor(rows: number) {
    this.rows = rows;
    this.moments = new Moments(rows);
    this.weighted = new Wma(rows);
    this.spread = (rows * (rows * rows - 1)) / 12;
  }

  /** Takes a value; answers whether the window is full. */
  push(value: number): boolean {
    const { rows, moments, spread } = this;
    const full = moments.push(value);
    const weighted = this.weighted.next(value);
    if (!full) return false;
    this.mean = moments.mean;
    this.slope = spread === 0 ? 0 : ((weighted - moments.mean) * (rows * (rows + 1))) / 2 / spread;
    return true;
  }

  /** The value of the line at row `x`. */
  at(x: number): number {
    return this.mean + this.slope * (x - (this.rows - 1) / 2);
  }

  /** Sum of squared deviations of the values from their mean. */
  get squares(): number {
    return this.moments.squares;
  }

  /** The part of the variance that the line explains, 0 … 1. */
  get fit(): number {
    return this.squares === 0 ? 0 : Math.min(1, (this.slope * this.slope * this.spread) / this.squares);
  }

  /** Sum of squared distances of the values from the line. */
  get residual(): number {
    return Math.max(0, this.squares - this.slope * this.slope * this.spread);
  }
}

class Regression extends Stream {
  private readonly line: Line;
  private readonly rows: number;

  constructor(rows: number) {
    super(5);
    this.line = new Line(rows);
    this.rows = rows;
  }

  next(value: number): number {
    const { line, out, rows } = this;
    if (!line.push(value)) return Number.NaN;
    out[1] = line.slope;
    out[2] = line.at(0);
    out[3] = line.fit;
    out[4] = rows > 2 ? Math.sqrt(line.residual / (rows - 2)) : 0;
    return line.at(rows - 1);
  }
}

class Forecast extends Stream {
  private readonly line: Line;
  private readonly x: number;
  private forecast = Number.NaN;

  constructor(rows: number, ahead: number) {
    super(2);
    this.line = new Line(rows);
    this.x = rows - 1 + ahead;
  }

  next(value: number): number {
    const before = this.forecast;
    if (this.line.push(value)) this.forecast = this.line.at(this.x);
    this.out[1] = value === 0 ? 0 : (100 * (value - before)) / value;
    return this.forecast;
  }
}

/**
 * Linear regression over `period` rows: the end of the line, its slope per row, its value at the oldest row, the part
 * of the variance it explains, and the standard error of its residuals.
 */
export const linearRegression = defineIndicator({
  name: 'linearRegression',
  title: 'Linear regression',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['end', 'slope', 'intercept', 'rSquared', 'standardError'],
  parameters: [period('period', 14, 'rows the line goes through', 2)],
  aliases: ['linreg', 'lsma', 'epma', 'linearreg', 'least squares moving average'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Regression(rows),
  kernel: ([series], length, [first, second, third, fourth, fifth], rows) => {
    const stream = new Regression(rows);
    for (let i = 0; i < length; i++) {
      first[i] = stream.next(series[i]);
      second[i] = stream.out[1]!;
      third[i] = stream.out[2]!;
      fourth[i] = stream.out[3]!;
      fifth[i] = stream.out[4]!;
    }
  },
});

/** Time-series forecast: the regression line, `ahead` rows on; and by how many per cent the last forecast missed. */
export const forecast = defineIndicator({
  name: 'forecast',
  title: 'Time-series forecast',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['forecast', 'oscillator'],
  parameters: [
    period('period', 14, 'rows the line goes through', 2),
    period('ahead', 1, 'rows looked ahead of the last'),
  ],
  aliases: ['tsf', 'time series forecast'],
  warmUp: (rows) => rows - 1,
  create: (rows: number, ahead: number) => new Forecast(rows, ahead),
});
