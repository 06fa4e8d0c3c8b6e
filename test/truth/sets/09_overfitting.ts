/** Overfitting odds: published cases of the papers, and real panels of returns with all their figures. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TruthCase, TruthSet } from '../case.ts';
import { guarded, guardedCase } from '../guarded.ts';
import { notCovered, row } from '../05_performance/compare.ts';
import { readTable } from '../05_performance/series.ts';
import { deviation } from '../../../src/stats/moments.ts';
import { CrossValidatedTrials } from '../../../src/stats/overfitting/backtest-overfitting.ts';
import * as odds from '../../../src/stats/overfitting/sharpe-odds.ts';
import { TrialCorrelation } from '../../../src/stats/overfitting/trials.ts';

interface Published {
  readonly id: string;
  readonly quantity: string;
  readonly inputs: Readonly<Record<string, number | string>>;
  readonly expected: number;
  readonly tol: number;
}

interface Panel {
  readonly input: string;
  readonly expected: Readonly<Record<string, unknown>>;
}

const overfitting: TruthSet = function* (folder): Generator<TruthCase> {
  if (!existsSync(folder)) return;
  const names = readdirSync(folder).sort();
  for (const file of names.filter((name) => name.endsWith('.json'))) {
    yield* guarded(file, () => casesOf(file, folder, names));
  }
};

function* casesOf(file: string, folder: string, names: readonly string[]): Generator<TruthCase> {
  const content: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  if (!Array.isArray(content)) {
    yield* panel(file, content as Panel, folder);
    return;
  }
  for (const [i, each] of (content as Published[]).entries()) {
    yield guardedCase(`${file}#${each.id ?? i}`, () => published(file, each, folder, names));
  }
}

/** A number, or a small quotient such as `1.585/sqrt(12)`. */
function value(input: number | string | undefined): number | undefined {
  if (input === undefined || typeof input === 'number') return input;
  const [top, bottom] = input.split('/').map((part) => part.trim());
  const root = /^sqrt\(([\d.]+)\)$/.exec(bottom ?? '');
  return Number(top) / (bottom === undefined ? 1 : root === null ? Number(bottom) : Math.sqrt(Number(root[1])));
}

function published(file: string, each: Published, folder: string, names: readonly string[]): TruthCase {
  const id = `${file}#${each.id}`;
  const read = (name: string): number | undefined => value(each.inputs[name]);
  const kind = `${each.id} ${each.quantity}`;
  const periods = read('periods');
  const scale = periods === undefined ? 1 : Math.sqrt(periods);
  const trials = read('trials') ?? read('N');
  const ratio = read('sr') ?? (read('sr_annual') ?? Number.NaN) / scale;
  const variance = read('var_sr') ?? (read('var_sr_annual') ?? Number.NaN) / scale ** 2;
  const sample = Number.isNaN(ratio)
    ? fixtureSample(folder, names)
    : {
        sharpe: ratio,
        periods: read('n') ?? Number.NaN,
        skewness: read('skew') ?? 0,
        kurtosis: read('kurtosis') ?? 3,
      };
  const check = (actual: number): TruthCase => row(id, [actual], [each.expected], 0, each.tol);
  const benchmark = read('sr_benchmark') ?? 0;
  if (/expected.?max/i.test(kind) && trials !== undefined) return check(odds.expectedMaximumNormal(trials));
  if (sample === undefined) return notCovered(id, 'no returns to measure');
  if (/dsr|deflated/i.test(kind) && trials !== undefined) {
    return check(odds.deflatedSharpe(sample, trials, Math.sqrt(variance)));
  }
  if (/min\w*\s?t(rack|rl)|minimum track/i.test(kind)) {
    const length = odds.minimumTrackRecord(sample, benchmark, read('prob') ?? 0.95);
    // "in years of monthly SR" asks for twelfths.
    return check(/years of monthly/i.test(kind) ? length / 12 : length);
  }
  if (/psr/i.test(kind)) return check(odds.probabilisticSharpe(sample, benchmark));
  return notCovered(id, `an unknown quantity: ${each.quantity}`);
}

/** The published cases without numbers of their own are about the one file that is a bare column of returns. */
function fixtureSample(folder: string, names: readonly string[]): odds.SharpeSample | undefined {
  for (const name of names.filter((each) => each.endsWith('.csv'))) {
    const lines = readFileSync(join(folder, name), 'utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '');
    const numbers = lines.map(Number).filter((each) => !Number.isNaN(each));
    if (numbers.length >= lines.length - 1) return odds.sharpeSample(Float64Array.from(numbers));
  }
  return undefined;
}

const RELATIVE = 1e-8;

function* panel(file: string, content: Panel, folder: string): Generator<TruthCase> {
  const name = /[\w./-]+\.csv(?:\.gz)?/.exec(content.input)?.[0];
  const path = join(folder, name ?? '');
  if (name === undefined || !existsSync(path)) {
    yield notCovered(file, `file not found: ${content.input}`);
    return;
  }
  const table = readTable(path);
  const columns = table.header.slice(1).map((_, k) => Float64Array.from(table.rows, (cells) => Number(cells[k + 1])));
  const trials = new TrialCorrelation(table.rows.length);
  for (const column of columns) trials.add(column);
  const samples = new Map(table.header.slice(1).map((label, k) => [label, odds.sharpeSample(columns[k])]));
  const independent = trials.effectiveTrials();
  const spread = deviation(trials.sharpeRatios);
  const best = [...samples].reduce((a, b) => (b[1].sharpe > a[1].sharpe ? b : a));
  const each: Readonly<Record<string, (sample: odds.SharpeSample) => number>> = {
    sharpe: (sample) => sample.sharpe,
    sr_std: odds.sharpeStandardError,
    psr_vs_0: (sample) => odds.probabilisticSharpe(sample),
    min_trl_95_vs_0: (sample) => odds.minimumTrackRecord(sample),
  };
  const whole: Readonly<Record<string, number>> = {
    num_independent_trials: independent,
    expected_maximum_sr: odds.expectedMaximumSharpe(independent, spread),
    deflated_sharpe_of_best: odds.deflatedSharpe(best[1], independent, spread),
  };
  for (const [figure, expected] of Object.entries(content.expected)) {
    const id = `${file}#${figure}`;
    if (figure in each) {
      const wanted = Object.entries(expected as Record<string, number>);
      const actual = wanted.map(([label]) => each[figure](samples.get(label) as odds.SharpeSample));
      yield row(
        id,
        actual,
        wanted.map(([, number]) => number),
        RELATIVE,
      );
    } else if (figure === 'best') {
      yield row(id, [best[0] === expected ? 1 : 0], [1], 0);
    } else if (figure === 'pbo_cscv') {
      for (const split of expected as Record<string, number>[]) yield crossValidated(id, split, columns);
    } else if (figure in whole) {
      yield row(id, [whole[figure]], [expected as number], RELATIVE);
    } else yield notCovered(id, 'an unknown figure');
  }
}

function crossValidated(id: string, split: Record<string, number>, columns: readonly Float64Array[]): TruthCase {
  const trials = new CrossValidatedTrials(columns[0].length, split['S']);
  for (const column of columns) trials.add(column);
  const { rowsUsed, probability, splits, meanLogit, probabilityOfLoss } = trials.result();
  const names = ['rows_used', 'pbo', 'n_combinations', 'mean_logit', 'prob_oos_loss'];
  const actual = [rowsUsed, probability, splits, meanLogit, probabilityOfLoss];
  return row(
    `${id}.S${split['S']}`,
    actual,
    names.map((name) => split[name]),
    RELATIVE,
  );
}

export default overfitting;
