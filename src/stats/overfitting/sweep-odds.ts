/**
 * The odds that the winner of a sweep is luck, gathered while the trials come in one by one.
 */
import { CrossValidatedTrials, type BacktestOverfitting } from './backtest-overfitting.ts';
import { haircutSharpe } from './haircut.ts';
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeSample,
  type SharpeSample,
} from './sharpe-odds.ts';
import { TrialCorrelation } from './trials.ts';
import { variance } from '../moments.ts';

export interface SweepOdds {
  readonly trials: number;
  /** How many independent attempts they are worth. */
  readonly effectiveTrials: number;
  /** Position of the trial with the highest Sharpe ratio, in the order added. */
  readonly best: number;
  /** Sharpe ratio, length and shape of the best trial, per period. */
  readonly sample: Required<SharpeSample>;
  /** The Sharpe ratio per period that the best of as many worthless trials would show. */
  readonly expectedMaximum: number;
  readonly probabilisticSharpe: number;
  readonly deflatedSharpe: number;
  /** Periods needed to be 95 % sure that the best trial beats the expected maximum; ∞ or NaN when it never will. */
  readonly minimumTrackRecord: number;
  /** Sharpe ratio per period after Bonferroni's correction for the effective trials. */
  readonly haircutSharpe: number;
  /** `undefined` when there are too few periods for the blocks, or only one trial. */
  readonly overfitting: BacktestOverfitting | undefined;
}

/** Feed it every trial's returns; it keeps the best one and a few numbers of each other. */
export class SweepJudge {
  private readonly correlation: TrialCorrelation;
  private readonly splits: CrossValidatedTrials | undefined;
  private best: { index: number; sample: Required<SharpeSample> } | undefined;

  /** `periods` returns a trial; `blocks` as in `CrossValidatedTrials`. */
  constructor(periods: number, blocks = 16) {
    this.correlation = new TrialCorrelation(periods);
    if (periods >= 2 * blocks) this.splits = new CrossValidatedTrials(periods, blocks);
  }

  /** Adds the periodic returns of one trial, without NaN, flat periods included. */
  add(returns: Float64Array): void {
    const index = this.correlation.count;
    this.correlation.add(returns);
    this.splits?.add(returns);
    const sample = sharpeSample(returns);
    if (this.best === undefined || sample.sharpe > this.best.sample.sharpe || Number.isNaN(this.best.sample.sharpe)) {
      this.best = { index, sample };
    }
  }

  /** Returns the odds of what was added so far, or `undefined` before the first trial. */
  odds(): SweepOdds | undefined {
    const { best } = this;
    if (best === undefined) return undefined;
    const trials = this.correlation.count;
    const effective = this.correlation.effectiveTrials();
    // A flat trial has no Sharpe ratio. With one of 0 it would narrow the spread that luck is measured by.
    const ratios = this.correlation.sharpeRatios.filter((ratio) => Number.isFinite(ratio));
    const spread = ratios.length < 2 ? 0 : Math.sqrt(variance(ratios));
    const expectedMaximum = expectedMaximumSharpe(effective, spread);
    return {
      trials,
      effectiveTrials: effective,
      best: best.index,
      sample: best.sample,
      expectedMaximum,
      probabilisticSharpe: probabilisticSharpe(best.sample),
      deflatedSharpe: deflatedSharpe(best.sample, effective, spread),
      minimumTrackRecord:
        best.sample.sharpe > expectedMaximum
          ? minimumTrackRecord(best.sample, expectedMaximum)
          : Number.POSITIVE_INFINITY,
      haircutSharpe: haircutSharpe(best.sample.sharpe, best.sample.periods, effective),
      overfitting: trials < 2 ? undefined : this.splits?.result(),
    };
  }
}
