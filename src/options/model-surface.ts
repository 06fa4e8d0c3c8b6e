/**
 * A volatility surface for times without quotes, driven by one number: a volatility index or realised vol.
 *
 * It is a model and says so (`isModel`): the level is the driver pulled to a long-run mean with time, the skew a
 * straight line in standardised moneyness, the smile a parabola, both cut where nobody quotes. What it flatters:
 * skew steepens in a crisis more than here, and spreads are not in it at all.
 */
import { assert } from '../base/assert.ts';
import type { VolSurface } from './surface.ts';

export interface ModelSurfaceOptions {
  /** At-the-money vol per year at 30 days: an index level of 20 is 0.2. */
  readonly level: number;
  /** Mean to which long expiries are pulled; `level` unless told, which is a flat term structure. */
  readonly longRun?: number;
  /** Speed of that pull per year; 3 unless told, which halves a gap in 84 days. */
  readonly meanReversion?: number;
  /** Change of vol, as a part of the level, per standard deviation of moneyness; −0.12 unless told (equity index). */
  readonly skew?: number;
  /** Curvature, as a part of the level, per standard deviation squared; 0.02 unless told. */
  readonly smile?: number;
}

/** Days at which an index such as VIX speaks. */
const INDEX_YEARS = 30 / 365;
/** Beyond so many standard deviations the smile is flat. */
const MONEYNESS_MAX = 4;
/** Vol never falls below this part of the at-the-money vol. */
const FLOOR = 0.3;

export class ModelSurface implements VolSurface {
  readonly isModel = true;
  readonly level: number;
  private readonly longRun: number;
  private readonly meanReversion: number;
  private readonly skew: number;
  private readonly smile: number;

  constructor(options: ModelSurfaceOptions) {
    const { level, longRun = level, meanReversion = 3, skew = -0.12, smile = 0.02 } = options;
    assert(
      level > 0 && longRun > 0 && meanReversion > 0,
      () => `vol levels must be above 0, were ${level}, ${longRun}`,
    );
    this.level = level;
    this.longRun = longRun;
    this.meanReversion = meanReversion;
    this.skew = skew;
    this.smile = smile;
  }

  /**
   * At-the-money vol per year: the mean variance of a variance that reverts to its long run, so that total variance
   * never falls with time.
   */
  atTheMoneyVol(years: number): number {
    const long = this.longRun * this.longRun;
    const share = (time: number): number => -Math.expm1(-this.meanReversion * time) / (this.meanReversion * time);
    // The variance now that makes the 30-day mean equal the index, never below a tenth of the long run.
    const now = Math.max(0.1 * long, long + (this.level * this.level - long) / share(INDEX_YEARS));
    return Math.sqrt(long + (now - long) * (years > 0 ? share(years) : 1));
  }

  vol(strike: number, forward: number, years: number): number {
    const centre = this.atTheMoneyVol(years);
    const time = Math.max(years, 1 / 365);
    const moneyness = Math.log(strike / forward) / (centre * Math.sqrt(time));
    const x = Math.max(-MONEYNESS_MAX, Math.min(MONEYNESS_MAX, moneyness));
    return centre * Math.max(FLOOR, 1 + this.skew * x + this.smile * x * x);
  }
}

/** A volatility index level (in points, such as 17.35) as the model's level: by default the points in percent. */
export function surfaceFromIndex(points: number, options: Omit<ModelSurfaceOptions, 'level'> = {}): ModelSurface {
  return new ModelSurface({ ...options, level: points / 100 });
}

/**
 * Realised vol as the model's level: options cost more than what is realised, by `premium` (1.2 unless told, near the
 * long mean of index over realised vol in US shares).
 */
export function surfaceFromRealised(
  realisedVol: number,
  premium = 1.2,
  options: Omit<ModelSurfaceOptions, 'level'> = {},
): ModelSurface {
  return new ModelSurface({ ...options, level: realisedVol * premium });
}

/**
 * Returns realised vol per year from closing prices, oldest first: the root mean square of log returns, no mean taken
 * off, times the root of `periodsPerYear`. NaN with fewer than two prices.
 */
export function realisedVol(prices: ArrayLike<number>, periodsPerYear = 252): number {
  let sum = 0;
  for (let i = 1; i < prices.length; i++) sum += Math.log(prices[i] / prices[i - 1]) ** 2;
  return Math.sqrt((sum / (prices.length - 1)) * periodsPerYear);
}
