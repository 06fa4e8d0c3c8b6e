/**
 * Two series together: correlation, beta, alpha, and relative strength.
 */
import { factor, type IndicatorOption, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';

/** Means, and sums of squared and mixed deviations, of the last `period` pairs. */
export class PairMoments {
  meanX = 0;
  meanY = 0;
  squaresX = 0;
  squaresY = 0;
  mixed = 0;
  private readonly xs: Ring;
  private readonly ys: Ring;
  private readonly rows: number;

  constructor(rows: number) {
    this.rows = rows;
    this.xs = new Ring(rows);
    this.ys = new Ring(rows);
  }

  /** Takes a pair; answers whether the window is full. */
  push(x: number, y: number): boolean {
    const { xs, ys, rows, meanX, meanY } = this;
    if (xs.count < rows) {
      xs.push(x);
      ys.push(y);
      this.meanX = meanX + (x - meanX) / xs.count;
      this.meanY = meanY + (y - meanY) / xs.count;
      this.squaresX += (x - meanX) * (x - this.meanX);
      this.squaresY += (y - meanY) * (y - this.meanY);
      this.mixed += (x - meanX) * (y - this.meanY);
      return xs.full;
    }
    const oldX = xs.push(x);
    const oldY = ys.push(y);
    const movedX = x - oldX;
    const movedY = y - oldY;
    this.meanX = meanX + movedX / rows;
    this.meanY = meanY + movedY / rows;
    this.squaresX = Math.max(0, this.squaresX + movedX * (x - this.meanX + (oldX - meanX)));
    this.squaresY = Math.max(0, this.squaresY + movedY * (y - this.meanY + (oldY - meanY)));
    this.mixed += movedX * (y - this.meanY) + movedY * (oldX - meanX);
    return true;
  }
}

class Correlation extends Stream {
  private readonly moments: PairMoments;
  private readonly rows: number;

  constructor(rows: number) {
    super(3);
    this.moments = new PairMoments(rows);
    this.rows = rows;
  }

  next(x: number, y: number): number {
    const { moments, out } = this;
    if (!moments.push(x, y)) return Number.NaN;
    const scale = Math.sqrt(moments.squaresX) * Math.sqrt(moments.squaresY);
    const correlation = scale === 0 ? 0 : Math.min(1, Math.max(-1, moments.mixed / scale));
    out[1] = moments.mixed / this.rows;
    out[2] = correlation * correlation;
    return correlation;
  }
}

class Beta extends Stream {
  private readonly moments: PairMoments;
  private readonly rate: number;
  private beforeX = Number.NaN;
  private beforeY = Number.NaN;

  constructor(rows: number, rate: number) {
    super(2);
    this.moments = new PairMoments(rows);
    this.rate = rate;
  }

  next(asset: number, market: number): number {
    const { moments, out, beforeX, beforeY, rate } = this;
    this.beforeX = asset;
    this.beforeY = market;
    out[1] = Number.NaN;
    if (beforeX !== beforeX) return Number.NaN;
    const full = moments.push(
      beforeX === 0 ? 0 : (asset - beforeX) / beforeX,
      beforeY === 0 ? 0 : (market - beforeY) / beforeY,
    );
    if (!full) return Number.NaN;
    const beta = moments.squaresY === 0 ? 0 : moments.mixed / moments.squaresY;
    out[1] = moments.meanX - (rate + beta * (moments.meanY - rate));
    return beta;
  }
}

class RelativeStrength extends Stream {
  private readonly assets: Ring;
  private readonly bases: Ring;

  constructor(rows: number) {
    super(2);
    this.assets = new Ring(rows);
    this.bases = new Ring(rows);
  }

  next(asset: number, base: number): number {
    const full = this.assets.full;
    const oldAsset = this.assets.push(asset);
    const oldBase = this.bases.push(base);
    const known = full && oldAsset !== 0 && oldBase !== 0;
    this.out[1] = known ? (asset - oldAsset) / oldAsset - (base - oldBase) / oldBase : Number.NaN;
    return base === 0 ? 0 : asset / base;
  }
}

class Cross extends Stream {
  private readonly any: boolean;
  private before = Number.NaN;

  constructor(any: boolean) {
    super();
    this.any = any;
  }

  next(a: number, b: number): number {
    const { before } = this;
    const now = a - b;
    this.before = now;
    if (before !== before) return Number.NaN;
    if (now > 0 && before <= 0) return 1;
    return this.any && now < 0 && before >= 0 ? 1 : 0;
  }
}

export interface CrossOptions {
  /** `up` (default): only from below; `any`: from either side. */
  readonly direction?: 'up' | 'any';
}

const DIRECTION: IndicatorOption = {
  name: 'direction',
  values: ['up', 'any'],
  description: 'count crossings from below, or from either side',
};

/** Pearson's correlation of two series over `period` rows, with their covariance (population) and its square. */
export const correlation = defineIndicator({
  name: 'correlation',
  title: 'Correlation',
  family: 'statistics',
  inputs: ['series', 'other'],
  outputs: ['correlation', 'covariance', 'rSquared'],
  parameters: [period('period', 20, 'rows looked at')],
  aliases: ['correl', 'corr'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Correlation(rows),
  kernel: ([series, other], length, [first, second, third], rows) => {
    const stream = new Correlation(rows);
    for (let i = 0; i < length; i++) {
      first[i] = stream.next(series[i], other[i]);
      second[i] = stream.out[1]!;
      third[i] = stream.out[2]!;
    }
  },
});

/**
 * Beta of a series against another, the market, by the simple returns of `period` rows; and Jensen's alpha per row
 * for a riskless `rate` per row.
 */
export const beta = defineIndicator({
  name: 'beta',
  title: 'Beta and alpha',
  family: 'statistics',
  inputs: ['series', 'other'],
  outputs: ['beta', 'alpha'],
  parameters: [period('period', 50, 'returns looked at', 2), factor('rate', 0, 'riskless return per row', -1, 1)],
  warmUp: (rows) => rows,
  create: (rows: number, rate: number) => new Beta(rows, rate),
});

/** Price relative: a series divided by another, and how much more it gained over `period` rows (a fraction). */
export const relativeStrength = defineIndicator({
  name: 'relativeStrength',
  title: 'Price relative strength',
  family: 'statistics',
  inputs: ['series', 'other'],
  outputs: ['ratio', 'excess'],
  parameters: [period('period', 20, 'rows of the gain')],
  aliases: ['prs', 'price relative strength'],
  warmUp: (_rows) => 0,
  create: (rows: number) => new RelativeStrength(rows),
});

/** 1 on the row where a series comes above another (or, on request, crosses it either way), else 0. */
export const crossover = defineIndicator({
  name: 'crossover',
  title: 'Crossover',
  family: 'statistics',
  inputs: ['series', 'other'],
  outputs: ['crossed'],
  parameters: [],
  options: [DIRECTION],
  warmUp: (_options) => 1,
  create: (options: CrossOptions) => new Cross(options.direction === 'any'),
});
