/**
 * How far a Sharpe ratio can be believed, given how long it was observed and how its returns are shaped.
 *
 * All Sharpe ratios here are per period, not annualised; kurtosis is the plain one (3 for a normal distribution).
 * Source: D. H. Bailey and M. López de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15 (2012), and
 * "The Deflated Sharpe Ratio", Journal of Portfolio Management 40 (2014).
 */
import { assert } from '../../base/assert.ts';
import { normalCdf, normalInverse } from '../../base/normal.ts';
import { kurtosis, skewness } from '../moments.ts';
import { sharpe } from '../ratios.ts';
import { count } from '../sum.ts';

/** The Euler–Mascheroni constant. */
export const EULER_GAMMA = 0.5772156649015329;

/** What the odds need to know of a track record. */
export interface SharpeSample {
  /** Sharpe ratio per period. */
  readonly sharpe: number;
  /** Number of periods. */
  readonly periods: number;
  /** 0 for a normal distribution; the default. */
  readonly skewness?: number;
  /** 3 for a normal distribution; the default. */
  readonly kurtosis?: number;
}

/**
 * Which shape goes into the odds. `published` is the papers' (biased skewness, plain kurtosis). `quantstats` and `lean`
 * put the *excess* kurtosis (unbiased) in the place of the plain one, which makes the odds a little too good; LEAN asks
 * in addition whether an annual Sharpe ratio of 1 is beaten: a `benchmark` of 1/√252 per session.
 */
export type OddsConvention = 'published' | 'quantstats' | 'lean';

/** Returns Sharpe (ddof 1), length, skewness and kurtosis of periodic returns; NaN returns are missing. */
export function sharpeSample(returns: Float64Array, convention: OddsConvention = 'published'): Required<SharpeSample> {
  const published = convention === 'published';
  return {
    sharpe: sharpe(returns, 0, 1),
    periods: count(returns),
    skewness: skewness(returns, published ? 'biased' : 'unbiased'),
    kurtosis: published ? kurtosis(returns) + 3 : kurtosis(returns, 'unbiased'),
  };
}

/** The variance of one Sharpe estimate times its degrees of freedom: 1 − γ3·SR + (γ4 − 1)/4·SR². */
function shapeFactor({ sharpe: ratio, skewness: skew = 0, kurtosis: tails = 3 }: SharpeSample): number {
  return 1 - skew * ratio + ((tails - 1) / 4) * ratio * ratio;
}

/** Returns the standard error of the Sharpe ratio, per period; NaN with fewer than two periods. */
export function sharpeStandardError(sample: SharpeSample): number {
  return Math.sqrt(shapeFactor(sample) / (sample.periods - 1));
}

/**
 * Returns the probabilistic Sharpe ratio: the probability, 0 … 1, that the true Sharpe ratio is above `benchmark`
 * (per period).
 */
export function probabilisticSharpe(sample: SharpeSample, benchmark = 0): number {
  return normalCdf((sample.sharpe - benchmark) / sharpeStandardError(sample));
}

/**
 * Returns the minimum track record length in periods: how many are needed before the Sharpe ratio is above `benchmark`
 * with the given `confidence`. For a ratio *below* the benchmark the same formula gives how many are needed to be that
 * sure of the opposite; it is ∞ where the two are equal.
 */
export function minimumTrackRecord(sample: SharpeSample, benchmark = 0, confidence = 0.95): number {
  assert(confidence > 0 && confidence < 1, () => `confidence must be inside 0…1, was ${confidence}`);
  return 1 + shapeFactor(sample) * (normalInverse(confidence) / (sample.sharpe - benchmark)) ** 2;
}

/**
 * Returns the expected largest of `trials` independent standard normal draws, in standard deviations; 0 for one trial.
 * (1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e)).
 */
export function expectedMaximumNormal(trials: number): number {
  assert(trials >= 1, () => `trials must be at least 1, was ${trials}`);
  if (trials === 1) return 0;
  // The tails are asked for by their small probabilities, which 1 − 1/N would round.
  return -(1 - EULER_GAMMA) * normalInverse(1 / trials) - EULER_GAMMA * normalInverse(1 / (trials * Math.E));
}

/**
 * Returns the Sharpe ratio per period that the best of `trials` worthless strategies is expected to show, when the
 * trials' Sharpe ratios have the standard deviation `sharpeDeviation` (per period) around `center`.
 */
export function expectedMaximumSharpe(trials: number, sharpeDeviation: number, center = 0): number {
  return center + sharpeDeviation * expectedMaximumNormal(trials);
}

/**
 * Returns the deflated Sharpe ratio: the probability, 0 … 1, that the true Sharpe ratio of the best trial is above
 * nought, after allowing for having picked the best of `trials`.
 */
export function deflatedSharpe(sample: SharpeSample, trials: number, sharpeDeviation: number): number {
  return probabilisticSharpe(sample, expectedMaximumSharpe(trials, sharpeDeviation));
}

/**
 * Returns the minimum backtest length in years: below it, the best of `trials` worthless strategies is expected to
 * show an annual Sharpe ratio of `annualSharpe`.
 * Source: Bailey, Borwein, López de Prado, Zhu, "Pseudo-Mathematics and Financial Charlatanism", Notices of the AMS 61
 * (2014), theorem 1.
 */
export function minimumBacktestYears(trials: number, annualSharpe = 1): number {
  return (expectedMaximumNormal(trials) / annualSharpe) ** 2;
}
