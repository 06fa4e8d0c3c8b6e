/** Recomputes everything learned from one file of features: linear models, classifiers, trees, components, tests. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TruthCase } from '../case.ts';
import { notCovered, numberOf, row } from '../05_performance/compare.ts';
import { column, type DatedReturns, readTable } from '../05_performance/series.ts';
import { correlation } from '../../../src/stats/benchmark.ts';
import { correlationMatrix, covarianceMatrix } from '../../../src/stats/covariance.ts';
import { eigenSymmetric } from '../../../src/stats/eigen.ts';
import { isotonic, isotonicValue } from '../../../src/stats/learners/isotonic.ts';
import {
  elasticNet,
  explained,
  type LinearModel,
  predict,
  ridge,
  ridgeBlend,
} from '../../../src/stats/learners/linear.ts';
import { averageRanks, classifierScores, logistic, probability } from '../../../src/stats/learners/logistic.ts';
import { expandingSplits, fitScaler, folds, scale } from '../../../src/stats/learners/scaler.ts';
import { regressionTree, type TreeNode } from '../../../src/stats/learners/tree.ts';
import { deviation } from '../../../src/stats/moments.ts';
import { mean } from '../../../src/stats/sum.ts';
import { neweyWestErrors, regress } from '../../../src/stats/regression.ts';
import { logReturns } from '../../../src/stats/returns.ts';
import { autocorrelation, jarqueBera, ljungBox } from '../../../src/stats/series/autocorrelation.ts';
import { dickeyFuller } from '../../../src/stats/series/unit-root.ts';

export interface FeatureFile {
  readonly input: string;
  readonly columns: { readonly X: readonly string[]; readonly y: string };
  readonly train_rows: number;
  readonly tolerance_rel?: number;
  readonly [figure: string]: unknown;
}

interface Data {
  readonly raw: readonly Float64Array[];
  readonly train: readonly Float64Array[];
  readonly test: readonly Float64Array[];
  readonly yTrain: Float64Array;
  readonly yTest: Float64Array;
  readonly scaler: ReturnType<typeof fitScaler>;
  /** Closes of the whole named span, where the bars are there. */
  readonly closes: Float64Array | undefined;
  readonly bars: { readonly times: Float64Array; readonly volumes: Float64Array } | undefined;
  /** The feature file's own rows: date, features, target. */
  readonly rows: readonly (readonly string[])[];
}

type Figures = Readonly<Record<string, number | readonly number[]>>;

export function* featureFile(file: string, content: FeatureFile, folder: string, root: string): Generator<TruthCase> {
  const path = join(folder, content.input);
  if (!existsSync(path)) {
    yield notCovered(file, `file not found: ${content.input}`);
    return;
  }
  const data = load(path, content, root);
  const tolerance = content.tolerance_rel ?? 1e-6;
  for (const [name, expected] of Object.entries(content)) {
    if (['input', 'columns', 'train_rows', 'test_rows', 'note', 'tolerance_rel'].includes(name)) continue;
    if (name === 'feature_pipeline_check') {
      yield pipeline(`${file}#${name}`, data, expected as PipelineCheck);
      continue;
    }
    const actual = figures(name, data, expected);
    if (actual === undefined) {
      yield notCovered(`${file}#${name}`, `no counterpart of ${name}`);
      continue;
    }
    const slope = name.startsWith('logistic_C') ? slopeAt(data, expected as LogisticFigures, name) : 0;
    for (const result of compare(`${file}#${name}`, actual, expected, tolerance, content.columns.X)) {
      // A published minimum that is not one cannot be reproduced to its tolerance, only passed by.
      const unsolved = slope > UNSOLVED && /\.(coef|intercept|prob_first5)$/.test(result.id);
      yield unsolved
        ? notCovered(result.id, `the reference stopped where the slope is still ${slope.toExponential(1)}`)
        : result;
    }
  }
}

interface LogisticFigures {
  readonly coef: readonly number[];
  readonly intercept: number;
}

/** A minimum is one when the slope of what is minimised is next to nothing. */
const UNSOLVED = 1e-4;

/** Largest component of the gradient of the penalised log loss at the published coefficients. */
function slopeAt({ train, yTrain }: Data, { coef, intercept }: LogisticFigures, name: string): number {
  const strength = Number(/C([\d.]+)/.exec(name)?.[1]);
  const wanted = labels(yTrain);
  const given = probability({ coefficients: Float64Array.from(coef), intercept }, train);
  const excess = given.map((value, row) => value - wanted[row]);
  const sums = train.map((column, k) =>
    column.reduce((sum, value, row) => sum + strength * excess[row] * value, coef[k]),
  );
  return Math.max(Math.abs(strength * excess.reduce((sum, value) => sum + value, 0)), ...sums.map(Math.abs));
}

/** One row for each number or list below a name. */
function* compare(
  id: string,
  actual: Figures,
  expected: unknown,
  tolerance: number,
  features: readonly string[],
): Generator<TruthCase> {
  const wanted = typeof expected === 'object' && !Array.isArray(expected) ? (expected as object) : { value: expected };
  for (const [key, value] of Object.entries(wanted)) {
    if (key === 'description') continue;
    const name = key === 'value' ? id : `${id}.${key}`;
    const ours = actual[key];
    if (ours === undefined) yield notCovered(name, `no counterpart of ${key}`);
    else yield row(name, [ours].flat(), flat(value, features), tolerance);
  }
}

/** All numbers of a value in order; a feature's name is its position, and a tree's leaf has none (−2). */
function flat(value: unknown, features: readonly string[]): number[] {
  if (Array.isArray(value)) return value.flatMap((each) => flat(each, features));
  if (value === null) return [-2];
  if (typeof value === 'string') return [features.indexOf(value)];
  if (typeof value === 'object' && !('special' in value)) {
    return Object.values(value).flatMap((each) => flat(each, features));
  }
  return [numberOf(value)];
}

function load(path: string, content: FeatureFile, root: string): Data {
  const table = readTable(path);
  const yName = content.columns.y.split(' ')[0];
  const read = (name: string): Float64Array => {
    const at = table.header.indexOf(name);
    return Float64Array.from(table.rows, (cells) => Number(cells[at]));
  };
  const cut = content.train_rows;
  const raw = content.columns.X.map(read);
  const y = read(yName);
  const scaler = fitScaler(raw.map((each) => each.subarray(0, cut)));
  const scaled = scale(scaler, raw);
  return {
    raw: raw.map((each) => each.slice(0, cut)),
    train: scaled.map((each) => each.slice(0, cut)),
    test: scaled.map((each) => each.slice(cut)),
    yTrain: y.slice(0, cut),
    yTest: y.slice(cut),
    scaler,
    closes: barsOf(path, root, 'close')?.values,
    bars: volumesOf(path, root),
    rows: table.rows,
  };
}

/** `spy_2008_2014_features.csv` was made from the daily bars of SPY in these years. */
function barsOf(path: string, root: string, name: string): DatedReturns | undefined {
  const named = /([a-z]+)_(\d{4})_(\d{4})_features\.csv$/i.exec(path);
  if (named === null) return undefined;
  const bars = join(root, '01_market_data/equity_daily', `${named[1].toUpperCase()}.csv`);
  if (!existsSync(bars)) return undefined;
  const micros = (date: string): number => Date.parse(`${date}T00:00:00Z`) * 1000;
  return column(readTable(bars), name, micros(`${named[2]}-01-01`), micros(`${named[3]}-12-31`));
}

function volumesOf(path: string, root: string): Data['bars'] {
  const bars = barsOf(path, root, 'volume');
  return bars === undefined ? undefined : { times: bars.times, volumes: bars.values };
}

interface PipelineCheck {
  readonly rows: number;
  readonly first_date: string;
  readonly last_date: string;
}

/** Builds every feature anew from the bars, as the file defines them, and compares all rows to their ten decimals. */
function pipeline(id: string, { closes, bars, rows }: Data, expected: PipelineCheck): TruthCase {
  if (closes === undefined || bars === undefined) return notCovered(id, 'the bars are not there');
  const { times, volumes } = bars;
  const made: number[] = [];
  const log = closes.map(Math.log);
  const window = (values: Float64Array, end: number, size: number): Float64Array =>
    values.subarray(end - size + 1, end + 1);
  const step = logReturns(closes);
  for (let i = 49; i + 5 < closes.length; i++) {
    const recent = window(volumes, i, 21);
    made.push(
      times[i] / 1000,
      log[i] - log[i - 1],
      log[i] - log[i - 5],
      log[i] - log[i - 21],
      deviation(window(step, i - 1, 21)),
      closes[i] / mean(window(closes, i, 50)) - 1,
      (volumes[i] - mean(recent)) / deviation(recent),
      log[i + 5] - log[i],
    );
  }
  const wanted = rows.flatMap(([date, ...cells]) => [Date.parse(date), ...cells.map(Number)]);
  const ends = [rows.length, Date.parse(rows[0][0]), Date.parse(rows.at(-1)?.[0] ?? '')];
  const stated = [expected.rows, Date.parse(expected.first_date), Date.parse(expected.last_date)];
  return row(id, [...made, ...ends], [...wanted, ...stated], 0, 5.1e-11);
}

function figures(name: string, data: Data, expected: unknown): Figures | undefined {
  const ridgeName = /^ridge_alpha_([\d.]+)(_no_intercept)?$/.exec(name);
  if (ridgeName !== null)
    return linear(ridge(data.train, data.yTrain, Number(ridgeName[1]), ridgeName[2] === undefined), data);
  const lasso = /^lasso_alpha_([\d.]+)$/.exec(name);
  if (lasso !== null) return linear(elasticNet(data.train, data.yTrain, Number(lasso[1]), 1), data);
  const net = /^elasticnet_alpha_([\d.]+)_l1_([\d.]+)$/.exec(name);
  if (net !== null) return linear(elasticNet(data.train, data.yTrain, Number(net[1]), Number(net[2])), data);
  if (name === 'scaler') return { mean: [...data.scaler.means], scale: [...data.scaler.scales] };
  if (name === 'ols') return leastSquares(data);
  if (name.startsWith('logistic_C')) return classifier(data, Number(/C([\d.]+)/.exec(name)?.[1]));
  if (name.startsWith('isotonic')) return { value: calibrated(data).slice(0, (expected as unknown[]).length) };
  if (name.startsWith('cart_depth')) return tree(data, Number(/\d+/.exec(name)?.[0]));
  if (name.startsWith('pca')) return components(data);
  if (name === 'ridge_combination_of_signals') return blend(data, expected);
  if (name === 'splits') return splits(expected);
  return timeSeries(name, data);
}

function linear(model: LinearModel, { train, test, yTrain, yTest }: Data): Figures {
  const predicted = predict(model, test);
  return {
    coef: [...model.coefficients],
    intercept: model.intercept,
    r2_train: explained(yTrain, predict(model, train)),
    r2_test: explained(yTest, predicted),
    pred_first5: Array.from(predicted.subarray(0, 5)),
    ic_spearman_test: correlation(averageRanks(predicted), averageRanks(yTest)),
    ic_pearson_test: correlation(predicted, yTest),
  };
}

function leastSquares({ raw, yTrain }: Data): Figures | undefined {
  const fit = regress(yTrain, raw);
  if (fit === undefined) return undefined;
  return {
    params: [...fit.coefficients],
    bse: [...fit.standardErrors],
    tvalues: [...fit.tValues],
    pvalues: [...fit.pValues],
    rsquared: fit.rSquared,
    rsquared_adj: fit.rSquaredAdjusted,
    fvalue: fit.fValue,
    aic: fit.aic,
    bic: fit.bic,
    durbin_watson: fit.durbinWatson,
    hac5_bse: [...neweyWestErrors(fit, raw, 5)],
  };
}

function labels(y: Float64Array): Float64Array {
  return y.map((value) => (value > 0 ? 1 : 0));
}

function classifier({ train, test, yTrain, yTest }: Data, strength: number): Figures {
  const model = logistic(train, labels(yTrain), strength);
  const probabilities = probability(model, test);
  const scores = classifierScores(labels(yTest), probabilities);
  return {
    coef: [...model.coefficients],
    intercept: model.intercept,
    prob_first5: Array.from(probabilities.subarray(0, 5)),
    test_auc: scores.areaUnderCurve,
    test_logloss: scores.logLoss,
    test_brier: scores.brier,
    test_accuracy: scores.accuracy,
    precision: scores.precision,
    recall: scores.recall,
    f1: scores.f1,
    mcc: scores.matthews,
    confusion: [scores.trueNegatives, scores.falsePositives, scores.falseNegatives, scores.truePositives],
  };
}

function calibrated({ train, test, yTrain }: Data): number[] {
  const model = logistic(train, labels(yTrain));
  const curve = isotonic(probability(model, train), labels(yTrain));
  return Array.from(probability(model, test), (p) => isotonicValue(curve, p));
}

function tree({ raw, yTrain }: Data, depth: number): Figures {
  const nodes: TreeNode[] = [];
  const visit = (node: TreeNode): void => {
    nodes.push(node);
    if (node.split === undefined) return;
    visit(node.split.left);
    visit(node.split.right);
  };
  visit(regressionTree(raw, yTrain, depth));
  return {
    feature: nodes.map((node) => node.split?.feature ?? -2),
    threshold: nodes.map((node) => node.split?.threshold ?? -2),
    value: nodes.map((node) => node.value),
    n: nodes.map((node) => node.rows),
  };
}

function components({ train }: Data): Figures {
  const { values, vectors } = eigenSymmetric(covarianceMatrix(train), train.length);
  const whole = values.reduce((total, value) => total + value, 0);
  return {
    explained_variance_ddof1: [...values],
    explained_variance_ratio: Array.from(values, (value) => value / whole),
    first_component_abs: Array.from(vectors[0], Math.abs),
  };
}

function blend({ raw, yTrain }: Data, expected: unknown): Figures {
  const description = String((expected as { description?: string }).description);
  const lambda = Number(/lambda=([\d.]+\d)/.exec(description)?.[1]);
  const merits = Float64Array.from(raw, (each) => correlation(averageRanks(each), averageRanks(yTrain)));
  const matrix = correlationMatrix(raw);
  const weights = ridgeBlend(matrix, merits, lambda);
  const kept = weights.map((weight) => Math.max(weight, 0));
  const whole = kept.reduce((total, weight) => total + weight, 0);
  return {
    corr: [...matrix],
    ic: [...merits],
    w: [...weights],
    w_pos_norm: Array.from(kept, (weight) => weight / whole),
  };
}

function splits(expected: unknown): Figures {
  const found: Record<string, number[]> = {};
  for (const name of Object.keys(expected as object)) {
    const [count, rows] = (name.match(/\d+/g) ?? []).map(Number);
    found[name] = name.startsWith('kfold')
      ? folds(rows, count).flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))
      : expandingSplits(rows, count).flatMap(({ train, test }) => [train.from, train.to - 1, test.from, test.to - 1]);
  }
  return found;
}

function timeSeries(name: string, { closes }: Data): Figures | undefined {
  if (closes === undefined) return undefined;
  const returns = logReturns(closes);
  const dickey = /^adf_log_(close|return)_lag(\d+)_const$/.exec(name);
  if (dickey !== null) {
    const test = dickeyFuller(dickey[1] === 'close' ? closes.map(Math.log) : returns, Number(dickey[2]));
    return { stat: test.statistic, pvalue: test.pValue, crit: test.critical };
  }
  const lags = /^acf_returns_lags1_(\d+)$/.exec(name);
  if (lags !== null) return { value: [...autocorrelation(returns, Number(lags[1]))] };
  const box = /^ljung_box_(\d+)$/.exec(name);
  if (box !== null) {
    const { statistic, pValue } = ljungBox(returns, Number(box[1]));
    return { stat: statistic, pvalue: pValue };
  }
  if (name !== 'jarque_bera') return undefined;
  const { statistic, pValue } = jarqueBera(returns);
  return { stat: statistic, pvalue: pValue };
}
