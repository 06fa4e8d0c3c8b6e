/**
 * Logistic regression and the scores of a classifier: from features to a probability that can be held to its word.
 */
import { assert } from '../../base/assert.ts';
import { cholesky, solveCholesky } from '../linear-algebra.ts';
import { type LinearModel, predict } from './linear.ts';

/**
 * Minimises strength·Σ log loss + ½·Σw² over `labels` (0 or 1), the intercept being free, by Newton's method.
 * `strength` is the inverse of the penalty: 1 is usual, larger holds the coefficients back less.
 */
export function logistic(columns: readonly Float64Array[], labels: Float64Array, strength = 1): LinearModel {
  const n = labels.length;
  const design = [new Float64Array(n).fill(1), ...columns];
  const k = design.length;
  const weights = new Float64Array(k);
  for (let step = 0; step < 100; step++) {
    const model = { coefficients: weights.subarray(1), intercept: weights[0] };
    const probabilities = probability(model, columns);
    const slope = new Float64Array(k);
    const curve = new Float64Array(k * k);
    for (let a = 0; a < k; a++) {
      slope[a] = a === 0 ? 0 : weights[a];
      for (let i = 0; i < n; i++) slope[a] += strength * (probabilities[i] - labels[i]) * design[a][i];
      for (let b = 0; b < k; b++) {
        let value = a === b && a > 0 ? 1 : 0;
        for (let i = 0; i < n; i++) {
          value += strength * probabilities[i] * (1 - probabilities[i]) * design[a][i] * design[b][i];
        }
        curve[a * k + b] = value;
      }
    }
    const factor = cholesky(curve, k);
    assert(factor !== undefined, 'one label only: there is nothing to tell apart');
    const move = solveCholesky(factor, slope);
    let largest = 0;
    for (let a = 0; a < k; a++) {
      weights[a] -= move[a];
      largest = Math.max(largest, Math.abs(move[a]));
    }
    if (largest < 1e-13) break;
  }
  return { coefficients: weights.slice(1), intercept: weights[0] };
}

/** Returns the probability of label 1 for every row, 0 … 1. */
export function probability(model: LinearModel, columns: readonly Float64Array[]): Float64Array {
  return predict(model, columns).map((value) => 1 / (1 + Math.exp(-value)));
}

export interface ClassifierScores {
  /** Probability that a row of label 1 is scored above one of label 0; ties count half. */
  readonly areaUnderCurve: number;
  readonly logLoss: number;
  /** Mean squared distance of probability and label. */
  readonly brier: number;
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Matthews' correlation, −1 … 1. */
  readonly matthews: number;
  readonly trueNegatives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly truePositives: number;
}

/** Scores probabilities against labels (0 or 1); a probability above one half says 1. */
export function classifierScores(labels: Float64Array, probabilities: Float64Array): ClassifierScores {
  const counts = [0, 0, 0, 0];
  let logLoss = 0;
  let brier = 0;
  for (let i = 0; i < labels.length; i++) {
    const p = Math.min(Math.max(probabilities[i], 1e-15), 1 - 1e-15);
    logLoss -= labels[i] === 1 ? Math.log(p) : Math.log1p(-p);
    brier += (probabilities[i] - labels[i]) ** 2;
    counts[labels[i] * 2 + (probabilities[i] > 0.5 ? 1 : 0)]++;
  }
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts;
  const precision = truePositives / (truePositives + falsePositives);
  const recall = truePositives / (truePositives + falseNegatives);
  const margins =
    (truePositives + falsePositives) *
    (truePositives + falseNegatives) *
    (trueNegatives + falsePositives) *
    (trueNegatives + falseNegatives);
  return {
    areaUnderCurve: areaUnderCurve(labels, probabilities),
    logLoss: logLoss / labels.length,
    brier: brier / labels.length,
    accuracy: (truePositives + trueNegatives) / labels.length,
    precision,
    recall,
    f1: (2 * precision * recall) / (precision + recall),
    matthews: (truePositives * trueNegatives - falsePositives * falseNegatives) / Math.sqrt(margins),
    trueNegatives,
    falsePositives,
    falseNegatives,
    truePositives,
  };
}

function areaUnderCurve(labels: Float64Array, scores: Float64Array): number {
  const ranks = averageRanks(scores);
  let positives = 0;
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 1) continue;
    positives++;
    total += ranks[i];
  }
  return (total - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}

/** Returns the rank of every value, counted from 1; equal values share their mean rank. */
export function averageRanks(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}
