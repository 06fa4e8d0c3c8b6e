/**
 * Does the winner stand on a plateau or on a needle? A rule that works only at exactly 17 days is a coincidence.
 */
import { assert } from '../../base/assert.ts';
import { median } from '../quantile.ts';
import { mean } from '../sum.ts';

/** One trial of a sweep over numbers: the same parameter names in every trial. */
export interface ParameterTrial {
  readonly parameters: Readonly<Record<string, number>>;
  /** Higher is better: a Sharpe ratio, for example. */
  readonly score: number;
}

export interface Neighbourhood {
  /** Position of the winner in the list that was given. */
  readonly best: number;
  readonly bestScore: number;
  /** How many trials differ from the winner by at most one grid step in every parameter. */
  readonly neighbours: number;
  readonly meanScore: number;
  readonly medianScore: number;
  readonly worstScore: number;
  /** Median of the neighbours / winner: near 1 on a plateau; NaN without neighbours or a positive winner. */
  readonly plateau: number;
  /** Share of neighbours with a score above 0, 0 … 1. */
  readonly sharePositive: number;
}

/** Looks around the best of `trials` (at least one, none with a NaN score), on the grid that the trials span. */
export function neighbourhood(trials: readonly ParameterTrial[]): Neighbourhood {
  assert(trials.length > 0, 'a neighbourhood needs at least one trial');
  const names = Object.keys(trials[0].parameters);
  // The step of a parameter is its rank among the values tried, so grids need not be even.
  const ranks = names.map((name) => {
    const values = [...new Set(trials.map((trial) => trial.parameters[name]))].sort((a, b) => a - b);
    return new Map(values.map((value, rank) => [value, rank]));
  });
  const best = trials.reduce((top, trial, i) => (trial.score > trials[top].score ? i : top), 0);
  const rankOf = (trial: ParameterTrial, k: number): number => ranks[k].get(trial.parameters[names[k]]) ?? Number.NaN;
  const near = trials.filter(
    (trial, i) => i !== best && names.every((_, k) => Math.abs(rankOf(trial, k) - rankOf(trials[best], k)) <= 1),
  );
  const scores = Float64Array.from(near, (trial) => trial.score);
  const bestScore = trials[best].score;
  const medianScore = median(scores);
  return {
    best,
    bestScore,
    neighbours: near.length,
    meanScore: mean(scores),
    medianScore,
    worstScore: near.length === 0 ? Number.NaN : scores.reduce((low, score) => Math.min(low, score)),
    plateau: bestScore > 0 ? medianScore / bestScore : Number.NaN,
    sharePositive: scores.filter((score) => score > 0).length / scores.length,
  };
}
