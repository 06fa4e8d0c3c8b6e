/**
 * Change over a number of rows: momentum, rates of change, Chande's oscillator, momersion.
 */
import { type IndicatorOption, period } from '../arguments.ts';
import { rmaStream } from '../averages/ema.ts';
import { defineIndicator } from '../define.ts';
import { Sum } from '../statistics/window.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';

class Momentum extends Stream {
  private readonly ring: Ring;

  constructor(rows: number) {
    super();
    this.ring = new Ring(rows);
  }

  next(value: number): number {
    const full = this.ring.full;
    const old = this.ring.push(value);
    return full ? value - old : Number.NaN;
  }
}

/** The change over `period` rows as a multiple of `unit`: 1 for a fraction, 100 for per cent. */
export class Roc extends Stream {
  private readonly ring: Ring;
  private readonly unit: number;
  private readonly base: number;

  constructor(rows: number, unit = 100, base = 0) {
    super();
    this.ring = new Ring(rows);
    this.unit = unit;
    this.base = base;
  }

  next(value: number): number {
    const full = this.ring.full;
    const old = this.ring.push(value);
    if (!full) return Number.NaN;
    return old === 0 ? this.base : this.base + (this.unit * (value - old)) / old;
  }
}

/**
 * The batch half of `Roc` with base 0: two divisions at a time, which the processor overlaps. A zero or a value that is
 * not finite makes a quotient that is not; the stream sees to both.
 */
function runRoc(series: Float64Array, length: number, out: Float64Array, rows: number, unit: number): boolean {
  out.fill(Number.NaN, 0, rows);
  let rest = 0;
  for (let i = 0; i < rows; i++) rest += series[i] - series[i];
  let i = rows;
  for (; i + 1 < length; i += 2) {
    const old = series[i - rows];
    const next = series[i + 1 - rows];
    const first = (unit * (series[i] - old)) / old;
    const second = (unit * (series[i + 1] - next)) / next;
    out[i] = first;
    out[i + 1] = second;
    rest += first - first + (second - second);
  }
  if (i < length) {
    const old = series[i - rows];
    out[i] = (unit * (series[i] - old)) / old;
    rest += out[i] - out[i];
  }
  return rest === 0;
}

export interface CmoOptions {
  /** `wilder` (default): by Wilder's averages, as TA-Lib does; `sum`: by sums over the period, as Chande wrote it. */
  readonly smoothing?: 'wilder' | 'sum';
}

const SMOOTHING: IndicatorOption = {
  name: 'smoothing',
  values: ['wilder', 'sum'],
  description: "Wilder's averages of the changes, or their sums over the period",
};

class Cmo extends Stream {
  private readonly net: Stream;
  private readonly moved: Stream;
  private before = Number.NaN;

  constructor(rows: number, options: CmoOptions) {
    super();
    const summed = options.smoothing === 'sum';
    this.net = summed ? new Sum(rows) : rmaStream(rows);
    this.moved = summed ? new Sum(rows) : rmaStream(rows);
  }

  next(value: number): number {
    const change = value - this.before;
    this.before = value;
    const net = this.net.pass(change);
    const moved = this.moved.pass(Math.abs(change));
    return moved <= 0 ? 0 : (100 * net) / moved;
  }
}

class Momersion extends Stream {
  private readonly continued: Sum;
  private readonly turned: Sum;
  private before = Number.NaN;
  private move = Number.NaN;

  constructor(rows: number) {
    super();
    this.continued = new Sum(rows);
    this.turned = new Sum(rows);
  }

  next(value: number): number {
    const product = (value - this.before) * this.move;
    this.move = value - this.before;
    this.before = value;
    if (product !== product) return Number.NaN;
    const continued = this.continued.next(product > 0 ? 1 : 0);
    const turned = this.turned.next(product < 0 ? 1 : 0);
    if (continued !== continued) return continued;
    return continued + turned === 0 ? 50 : (100 * continued) / (continued + turned);
  }
}

const BACK = 'rows back';

/** Momentum: the change over `period` rows, in the units of the series. */
export const mom = defineIndicator({
  name: 'mom',
  title: 'Momentum',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['momentum'],
  parameters: [period('period', 10, BACK)],
  aliases: ['momentum'],
  warmUp: (rows) => rows,
  create: (rows: number) => new Momentum(rows),
  checks: true,
  kernel: ([series], length, [out], rows) => {
    out.fill(Number.NaN, 0, rows);
    let rest = 0;
    for (let i = 0; i < rows; i++) rest += series[i] - series[i];
    for (let i = rows; i < length; i++) {
      const moved = series[i] - series[i - rows];
      out[i] = moved;
      rest += moved - moved;
    }
    return rest === 0;
  },
});

/** Rate of change over `period` rows, in per cent. */
export const roc = defineIndicator({
  name: 'roc',
  title: 'Rate of change, per cent',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['roc'],
  parameters: [period('period', 10, BACK)],
  aliases: ['rate of change'],
  warmUp: (rows) => rows,
  create: (rows: number) => new Roc(rows),
  checks: true,
  kernel: ([series], length, [out], rows) => runRoc(series, length, out, rows, 100),
});

/** Rate of change over `period` rows, as a fraction. */
export const rocFraction = defineIndicator({
  name: 'rocFraction',
  title: 'Rate of change, fraction',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['roc'],
  parameters: [period('period', 10, BACK)],
  aliases: ['rocp', 'pctchange'],
  warmUp: (rows) => rows,
  create: (rows: number) => new Roc(rows, 1),
  checks: true,
  kernel: ([series], length, [out], rows) => runRoc(series, length, out, rows, 1),
});

/** The value divided by the value `period` rows ago. */
export const rocRatio = defineIndicator({
  name: 'rocRatio',
  title: 'Rate of change, ratio',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['roc'],
  parameters: [period('period', 10, BACK)],
  aliases: ['rocr'],
  warmUp: (rows) => rows,
  create: (rows: number) => new Roc(rows, 1, 1),
  checks: true,
  kernel: ([series], length, [out], rows) => {
    const isDone = runRoc(series, length, out, rows, 1);
    for (let i = rows; i < length; i++) out[i] = 1 + out[i];
    return isDone;
  },
});

/** Chande's momentum oscillator, −100 … 100: net change over the sum of changes. */
export const cmo = defineIndicator({
  name: 'cmo',
  title: "Chande's momentum oscillator",
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['cmo'],
  parameters: [period('period', 14, 'changes looked at')],
  options: [SMOOTHING],
  aliases: ['chande momentum oscillator'],
  warmUp: (rows) => rows,
  create: (rows: number, options: CmoOptions) => new Cmo(rows, options),
  kernel: ([series], length, [out], rows, options) => {
    const stream = new Cmo(rows, options);
    for (let i = 0; i < length; i++) out[i] = stream.next(series[i]);
  },
});

/** Momersion, 0 … 100: how often a move continued, of all rows where it continued or turned. */
export const momersion = defineIndicator({
  name: 'momersion',
  title: 'Momersion',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['momersion'],
  parameters: [period('period', 20, 'rows looked at')],
  warmUp: (rows) => rows + 1,
  create: (rows: number) => new Momersion(rows),
});
