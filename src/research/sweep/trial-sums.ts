/**
 * What the odds need of every trial, gathered while the trials run: in any order, in any number of threads, in one
 * session or several, always with the same bits.
 *
 * How alike the trials are follows from the sum of their standardised returns. The sums are kept in whole numbers (a
 * standardised return times 2^22, rounded), because sums of whole numbers do not depend on their order.
 */
import { assert } from '../../base/assert.ts';
import {
  blockMoments,
  CrossValidatedTrials,
  effectiveTrials,
  mean,
  meanAndVariance,
  variance,
} from '../../stats/index.ts';
import type { ReturnMoments } from './figures.ts';

const SCALE = 2 ** 22;
/** Work that the splits of the cross-validation may take: trials times splits. */
const SPLIT_STEPS_MAX = 6_000_000;
/** Number of ways to choose half of so many blocks. */
const SPLITS: readonly (readonly [blocks: number, splits: number])[] = [
  [16, 12_870],
  [14, 3432],
  [12, 924],
  [10, 252],
  [8, 70],
  [6, 20],
];

/** Returns into how many blocks the sessions are cut: 16, or fewer for many trials or few sessions. */
export function blocksFor(trials: number, periods: number): number {
  const fits = SPLITS.find(([blocks, splits]) => trials * splits <= SPLIT_STEPS_MAX && periods >= 2 * blocks);
  return (fits ?? SPLITS.at(-1)!)[0];
}

/** Numbers of one trial: its Sharpe ratio per period, then mean and sum of squares of each block. */
export function momentsPerTrial(blocks: number): number {
  return 1 + 2 * blocks;
}

/** Adds up trials. `periods` is how many returns a full run has; a run that ended early has returns of nought after it. */
export class TrialSums {
  readonly periods: number;
  readonly blocks: number;
  /** Σ of the standardised returns of each period, times 2^22. */
  readonly total: Float64Array;
  private readonly padded: Float64Array;

  constructor(periods: number, blocks: number) {
    this.periods = periods;
    this.blocks = blocks;
    this.total = new Float64Array(periods);
    this.padded = new Float64Array(periods);
  }

  /** Adds the returns of a trial and writes its numbers to `moments[at …]`; `known` are mean and variance of `given`. */
  add(given: Float64Array, moments: Float64Array, at: number, known?: ReturnMoments): void {
    const { periods, total, blocks } = this;
    const isFull = given.length === periods;
    const returns = isFull ? given : this.pad(given);
    const { mean, variance: square } = (isFull ? known : undefined) ?? meanAndVariance(returns);
    const deviation = Math.sqrt((square * (periods - 1)) / periods);
    moments[at] = mean / Math.sqrt(square);
    if (deviation > 0) {
      const factor = SCALE / deviation;
      for (let i = 0; i < periods; i++) total[i] += Math.floor((returns[i] - mean) * factor + 0.5);
    }
    if (periods >= 2 * blocks) blockMoments(returns, blocks, moments, at + 1);
  }

  /** Adds the sums that another thread or session made. */
  merge(total: Float64Array): void {
    assert(total.length === this.periods, 'sums of one sweep have one length');
    for (let i = 0; i < total.length; i++) this.total[i] += total[i];
  }

  private pad(returns: Float64Array): Float64Array {
    assert(returns.length < this.periods, () => `a run has at most ${this.periods} sessions, got ${returns.length}`);
    this.padded.fill(0);
    this.padded.set(returns);
    return this.padded;
  }
}

/** How many trials there were, what they are worth, and how they are spread. */
export interface TrialSpread {
  readonly trials: number;
  readonly effectiveTrials: number;
  /** Of all pairs of trials that were not flat. */
  readonly meanCorrelation: number;
  /** Mean and deviation of the Sharpe ratios per period of the trials that have one; NaN and 0 where none has. */
  readonly sharpeMean: number;
  readonly sharpeDeviation: number;
}

/** What the trials of a sweep have in common. */
export interface TrialStatistics extends TrialSpread {
  readonly blocks: number;
  /** `undefined` with one trial or too few sessions. */
  readonly overfitting: ReturnType<CrossValidatedTrials['result']> | undefined;
}

/** Returns the statistics of all trials from their sums and, row by row in the order of their numbers, their moments. */
export function trialStatistics(sums: TrialSums, moments: Float64Array): TrialStatistics {
  const { periods, blocks } = sums;
  const spread = trialSpread(sums, moments);
  const { trials } = spread;
  return {
    ...spread,
    blocks,
    overfitting: trials < 2 || periods < 2 * blocks ? undefined : crossValidated(periods, blocks, moments, trials),
  };
}

/**
 * Returns how the trials are spread, from the same.
 *
 * A trial that never traded drew nothing from the lottery of which the odds speak: counted with a Sharpe ratio of 0 it
 * would narrow the spread that luck is measured by, and make the winner look better. All that were flat are one attempt.
 */
export function trialSpread({ total, periods, blocks }: TrialSums, moments: Float64Array): TrialSpread {
  const width = momentsPerTrial(blocks);
  const trials = moments.length / width;
  const sharpes = Float64Array.from({ length: trials }, (_, trial) => moments[trial * width]);
  const ratios = sharpes.filter((ratio) => Number.isFinite(ratio));
  const live = ratios.length;
  let square = 0;
  for (let i = 0; i < periods; i++) square += (total[i] / SCALE) ** 2;
  const meanCorrelation = live < 2 ? Number.NaN : (square / periods - live) / (live * (live - 1));
  const independent = live < 2 ? live : Math.max(1, Math.min(live, effectiveTrials(live, meanCorrelation)));
  return {
    trials,
    effectiveTrials: independent + (live < trials ? 1 : 0),
    meanCorrelation,
    sharpeMean: mean(ratios),
    sharpeDeviation: live < 2 ? 0 : Math.sqrt(variance(ratios)),
  };
}

function crossValidated(periods: number, blocks: number, moments: Float64Array, trials: number) {
  const splits = new CrossValidatedTrials(periods, blocks);
  const width = momentsPerTrial(blocks);
  for (let trial = 0; trial < trials; trial++) splits.addMoments(moments, trial * width + 1);
  return splits.result();
}

/** Sharpe ratios per year of each trial in the two halves of the history; NaN for a trial that was flat there. */
export interface SharpeHalves {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Returns the Sharpe ratios of all trials by halves of the blocks; `undefined` with too few sessions. */
export function sharpeHalves(
  { periods, blocks }: TrialSums,
  moments: Float64Array,
  periodsPerYear: number,
): SharpeHalves | undefined {
  if (periods < 2 * blocks) return undefined;
  const width = momentsPerTrial(blocks);
  const trials = moments.length / width;
  const rows = Math.floor(periods / blocks);
  const half = (from: number): Float64Array =>
    Float64Array.from({ length: trials }, (_, trial) => {
      const at = trial * width + 1 + from;
      let mean = 0;
      for (let k = 0; k < blocks / 2; k++) mean += moments[at + k] / (blocks / 2);
      let square = 0;
      for (let k = 0; k < blocks / 2; k++) square += moments[at + blocks + k] + rows * (moments[at + k] - mean) ** 2;
      return (mean / Math.sqrt(square / ((rows * blocks) / 2 - 1))) * Math.sqrt(periodsPerYear);
    });
  return { first: half(0), second: half(blocks / 2) };
}
