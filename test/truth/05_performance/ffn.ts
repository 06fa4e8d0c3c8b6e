/** Recomputes ffn's performance statistics of price columns: one row for each figure. */
import { join } from 'node:path';
import type { TruthCase } from '../case.ts';
import { type FrequencyStats, type PricePerformance, pricePerformance } from '../../../src/stats/ffn.ts';
import { notCovered, numberOf, row } from './compare.ts';
import { column, readTable } from './series.ts';
import { existsSync } from 'node:fs';

const FIGURES: Readonly<Record<string, (stats: PricePerformance) => number>> = {
  start: (stats) => stats.start / 1000,
  end: (stats) => stats.end / 1000,
  total_return: (stats) => stats.totalReturn,
  cagr: (stats) => stats.cagr,
  incep: (stats) => stats.cagr,
  max_drawdown: (stats) => stats.maxDrawdown,
  calmar: (stats) => stats.calmar,
  mtd: (stats) => stats.monthToDate,
  three_month: (stats) => stats.threeMonths,
  six_month: (stats) => stats.sixMonths,
  ytd: (stats) => stats.yearToDate,
  one_year: (stats) => stats.oneYear,
  three_year: (stats) => stats.threeYears,
  five_year: (stats) => stats.fiveYears,
  ten_year: (stats) => stats.tenYears,
  best_day: (stats) => stats.daily.best,
  worst_day: (stats) => stats.daily.worst,
  best_month: (stats) => stats.monthly.best,
  worst_month: (stats) => stats.monthly.worst,
  best_year: (stats) => stats.yearly.best,
  worst_year: (stats) => stats.yearly.worst,
  avg_drawdown: (stats) => stats.averageDrawdown,
  avg_drawdown_days: (stats) => stats.averageDrawdownDays,
  avg_up_month: (stats) => stats.averageUpMonth,
  avg_down_month: (stats) => stats.averageDownMonth,
  win_year_perc: (stats) => stats.winningYears,
  twelve_month_win_perc: (stats) => stats.winningTwelveMonths,
};

const PART: Readonly<Record<string, (stats: FrequencyStats) => number>> = {
  sharpe: (stats) => stats.sharpe,
  sortino: (stats) => stats.sortino,
  mean: (stats) => stats.mean,
  vol: (stats) => stats.volatility,
  skew: (stats) => stats.skewness,
  kurt: (stats) => stats.kurtosis,
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface FfnFile {
  readonly input: string;
  readonly [column: string]: unknown;
}

export function* ffn(file: string, content: FfnFile, folders: readonly string[]): Generator<TruthCase> {
  const path = folders.map((folder) => join(folder, content.input)).find((each) => existsSync(each));
  if (path === undefined) {
    yield notCovered(file, `file not found: ${content.input}`);
    return;
  }
  const table = readTable(path);
  for (const [name, expected] of Object.entries(content)) {
    if (typeof expected !== 'object' || expected === null) continue;
    const { times, values } = column(table, name, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    const stats = pricePerformance(times, values);
    for (const [figure, value] of Object.entries(expected))
      yield check(`${file}#${name}.${figure}`, figure, value, stats);
  }
}

function check(id: string, figure: string, expected: unknown, stats: PricePerformance): TruthCase {
  if (figure === 'return_table') {
    const years = Object.entries(expected as Record<string, Record<string, unknown>>);
    const actual = stats.table.flatMap(({ year, months, total }) => [year, ...months, total]);
    const wanted = years.flatMap(([year, row]) => [Number(year), ...[...MONTHS, 'YTD'].map((at) => numberOf(row[at]))]);
    return row(id, actual, wanted, 1e-8);
  }
  const part = /^(daily|monthly|yearly)_(\w+)$/.exec(figure);
  const measure = part === null ? undefined : PART[part[2]];
  if (part !== null && measure !== undefined) {
    return row(id, [measure(stats[part[1] as 'daily' | 'monthly' | 'yearly'])], [numberOf(expected)], 1e-8);
  }
  const whole = FIGURES[figure];
  if (whole === undefined) return notCovered(id, `no counterpart of ${figure}`);
  const wanted = typeof expected === 'string' ? Date.parse(expected) : numberOf(expected);
  return row(id, [whole(stats)], [wanted], 1e-8);
}
