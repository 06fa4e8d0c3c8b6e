/** Recomputes pairs, factor regressions and covariances of a panel of adjusted closes. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TruthCase } from '../case.ts';
import { notCovered, numberOf, row } from '../05_performance/compare.ts';
import { readTable } from '../05_performance/series.ts';
import { covarianceMatrix } from '../../../src/stats/covariance.ts';
import { eigenSymmetric } from '../../../src/stats/eigen.ts';
import { deviation } from '../../../src/stats/moments.ts';
import { neweyWestErrors, regress } from '../../../src/stats/regression.ts';
import { simpleReturns } from '../../../src/stats/returns.ts';
import { cointegration } from '../../../src/stats/series/unit-root.ts';
import {
  alphaOfHalfLife,
  alphaOfSpan,
  exponentialCovariance,
  ledoitWolf,
  oracleApproximating,
} from '../../../src/stats/shrinkage.ts';

export interface PanelFile {
  readonly input: string;
  readonly pair?: Readonly<Record<string, unknown>>;
  readonly market_model?: Readonly<Record<string, unknown>>;
  readonly multi_factor?: Readonly<Record<string, unknown>>;
  readonly covariance?: Readonly<Record<string, unknown>>;
  readonly tolerance_rel?: number;
  readonly [figure: string]: unknown;
}

export function* panelFile(file: string, content: PanelFile, root: string): Generator<TruthCase> {
  const folder = join(root, '01_market_data/skfolio');
  const years = /(\d{4})\.\.(\d{4})/.exec(content.input);
  if (!existsSync(folder) || years === null) {
    yield notCovered(file, `input not understood or not there: ${content.input}`);
    return;
  }
  const source = panelBetween(folder, years[1], years[2]);
  const columns = (content.covariance?.['columns'] ?? []) as string[];
  const panel = columns.map((name) => source.returns(name));
  const tolerance = content.tolerance_rel ?? 1e-6;
  const skipped = new Set(['a', 'b', 'stock', 'factors', 'columns']);
  for (const [name, expected] of Object.entries(content)) {
    if (name === 'input' || name === 'tolerance_rel') continue;
    const actual = figures(name, expected, source, panel, columns);
    const isTable = typeof expected === 'object' && !Array.isArray(expected);
    const wanted: object = isTable ? (expected as object) : { value: expected };
    for (const [key, value] of Object.entries(wanted)) {
      if (skipped.has(key)) continue;
      const id = `${file}#${name}${key === 'value' ? '' : `.${key}`}`;
      const ours = actual[key];
      if (ours === undefined) yield notCovered(id, `no counterpart of ${name}.${key}`);
      else yield row(id, [ours].flat(), flat(value), tolerance);
    }
  }
}

function flat(value: unknown): number[] {
  return Array.isArray(value) ? value.flatMap(flat) : [numberOf(value)];
}

/** The files' unit root tests all take five lags. */
const TEST_LAGS = 5;

/** Levels and returns of named columns in the named years; a return may reach back to the last row before them. */
interface Panel {
  levels(name: string): Float64Array;
  returns(name: string): Float64Array;
  /** Returns over the rows that all files have: the first row of the youngest file has none. */
  joined(name: string): Float64Array;
}

function panelBetween(folder: string, first: string, last: string): Panel {
  const tables = readdirSync(folder)
    .filter((name) => name.endsWith('.csv.gz'))
    .map((name) => readTable(join(folder, name)));
  const dates = tables.map(({ rows }) => new Set(rows.map(([date]) => date)));
  const isIn = (date: string): boolean => date.slice(0, 4) >= first && date.slice(0, 4) <= last;
  const read = (name: string, keep: (date: string) => boolean): { date: string; level: number }[] => {
    const table = tables.find(({ header }) => header.includes(name));
    const at = table?.header.indexOf(name) ?? -1;
    const rows = table?.rows.filter(([date]) => keep(date)) ?? [];
    return rows.map((cells) => ({ date: cells[0], level: Number(cells[at]) }));
  };
  const steps = (rows: readonly { date: string; level: number }[]): Float64Array => {
    const returns = simpleReturns(Float64Array.from(rows, ({ level }) => level));
    return returns.filter((_, i) => isIn(rows[i + 1].date));
  };
  return {
    levels: (name) => Float64Array.from(read(name, isIn), ({ level }) => level),
    returns: (name) => steps(read(name, () => true)),
    joined: (name) => steps(read(name, (date) => dates.every((each) => each.has(date)))),
  };
}

function figures(
  name: string,
  expected: unknown,
  source: Panel,
  panel: readonly Float64Array[],
  columns: readonly string[],
): Record<string, number | number[]> {
  const given = expected as Readonly<Record<string, string>>;
  if (name === 'pair') return pair(source.levels(given['a']).map(Math.log), source.levels(given['b']).map(Math.log));
  if (name === 'market_model') {
    return regression(source.joined(given['stock']), [source.joined('SP500')]);
  }
  if (name === 'multi_factor') {
    const factors = (expected as { factors: readonly string[] }).factors;
    // The stock is the one of the market model: the first of the panel.
    return regression(
      source.joined(columns[0]),
      factors.map((factor) => source.joined(factor)),
    );
  }
  if (name === 'covariance') {
    const shrunk = ledoitWolf(panel);
    const oracle = oracleApproximating(panel);
    return {
      ledoit_wolf_shrinkage: shrunk.shrinkage,
      ledoit_wolf_cov: [...shrunk.matrix],
      oas_shrinkage: oracle.shrinkage,
      oas_cov: [...oracle.matrix],
      sample_cov_ddof1: [...covarianceMatrix(panel)],
    };
  }
  if (name === 'pca_returns') {
    const { values, vectors } = eigenSymmetric(covarianceMatrix(panel), panel.length);
    const whole = values.reduce((total, value) => total + value, 0);
    return {
      explained_variance_ratio: Array.from(values, (value) => value / whole),
      pc1_abs: Array.from(vectors[0], Math.abs),
    };
  }
  const half = /^ewm_cov_halflife(\d+)_last$/.exec(name);
  if (half !== null) return { value: [...exponentialCovariance(panel, alphaOfHalfLife(Number(half[1])))] };
  const span = /^ewm_vol_span(\d+)_last$/.exec(name);
  if (span === null) return {};
  return Object.fromEntries(
    Object.keys(given).map((stock) => {
      const [variance] = exponentialCovariance([source.returns(stock)], alphaOfSpan(Number(span[1])));
      return [stock, Math.sqrt(variance)];
    }),
  );
}

function pair(a: Float64Array, b: Float64Array): Record<string, number | number[]> {
  const test = cointegration(a, b, TEST_LAGS);
  const spread = deviation(test.spread);
  return {
    engle_granger_t: test.statistic,
    pvalue: test.pValue,
    crit_1_5_10: [...test.critical],
    hedge_ratio: test.hedgeRatio,
    const: test.constant,
    spread_std_ddof1: spread,
    last_z: test.spread[test.spread.length - 1] / spread,
    half_life_days: test.halfLife,
  };
}

function regression(y: Float64Array, columns: readonly Float64Array[]): Record<string, number | number[]> {
  const fit = regress(y, columns);
  if (fit === undefined) return {};
  return {
    alpha: fit.coefficients[0],
    beta: fit.coefficients[1],
    t: [...fit.tValues],
    params: [...fit.coefficients],
    tvalues: [...fit.tValues],
    r2: fit.rSquared,
    r2_adj: fit.rSquaredAdjusted,
    n: fit.observations,
    hac5_bse: [...neweyWestErrors(fit, columns, 5)],
  };
}
