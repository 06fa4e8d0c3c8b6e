/** Recomputes whole tear sheets of real series: one row for each figure of each library. */
import type { TruthCase } from '../case.ts';
import {
  alphaBeta,
  battingAverage,
  beta,
  informationRatio,
  marketCapture,
  rSquared,
  trackingError,
  treynor,
  upDownCapture,
} from '../../../src/stats/benchmark.ts';
import { periodReturns } from '../../../src/stats/calendar-returns.ts';
import { drawdownSeries, drawdowns, maxDrawdown, ulcerIndex, worstDrawdowns } from '../../../src/stats/drawdown.ts';
import { kurtosis, skewness } from '../../../src/stats/moments.ts';
import { probabilisticSharpe, sharpeSample } from '../../../src/stats/overfitting/sharpe-odds.ts';
import * as ratios from '../../../src/stats/ratios.ts';
import { annualReturn, geometricMean, totalReturn } from '../../../src/stats/returns.ts';
import { rollingSharpe, rollingVolatility } from '../../../src/stats/rolling.ts';
import * as tails from '../../../src/stats/tail-risk.ts';
import * as wins from '../../../src/stats/wins.ts';
import { notCovered, numberOf, row } from './compare.ts';
import { namedSeries, pairUp } from './series.ts';

export interface TearSheet {
  readonly input: string;
  readonly periods_per_year: number;
  readonly n_returns: number;
  readonly first: string;
  readonly last: string;
  readonly tolerance_rel?: number;
  readonly [library: string]: unknown;
}

interface Sheet {
  readonly r: Float64Array;
  /** Empty without a benchmark. */
  readonly b: Float64Array;
  readonly times: Float64Array;
  readonly periods: number;
}

type Figure = (sheet: Sheet) => number;

const EMPYRICAL: Readonly<Record<string, Figure>> = {
  cum_return_final: ({ r }) => totalReturn(r),
  annual_return: ({ r, periods }) => annualReturn(r, periods),
  annual_volatility: ({ r, periods }) => ratios.annualVolatility(r, periods),
  sortino_mar0: ({ r, periods }) => ratios.sortino(r, 0, periods),
  calmar: ({ r, periods }) => ratios.calmar(r, periods),
  omega_rf0_req0: ({ r, periods }) => ratios.omega(r, 0, 0, periods),
  max_drawdown: ({ r }) => maxDrawdown(r),
  downside_risk: ({ r, periods }) => ratios.downsideRisk(r, 0, periods),
  stability_r2_of_cum_log_returns: ({ r }) => ratios.stability(r),
  tail_ratio_95_5: ({ r }) => ratios.tailRatio(r),
  var_5pct: ({ r }) => tails.valueAtRisk(r),
  cvar_5pct: ({ r }) => tails.conditionalValueAtRisk(r),
  skew_biased: ({ r }) => skewness(r),
  kurtosis_fisher_biased: ({ r }) => kurtosis(r),
  alpha_annual: ({ r, b, periods }) => alphaBeta(r, b, 0, periods).alpha,
  beta: ({ r, b }) => beta(r, b),
  up_capture: ({ r, b, periods }) => marketCapture(r, b, 'up', periods),
  down_capture: ({ r, b, periods }) => marketCapture(r, b, 'down', periods),
  up_down_capture: ({ r, b, periods }) => upDownCapture(r, b, periods),
  excess_sharpe_information: ({ r, b }) => informationRatio(r, b),
  tracking_std_daily: ({ r, b }) => trackingError(r, b),
};

const QUANTSTATS: Readonly<Record<string, Figure>> = {
  comp: ({ r }) => totalReturn(r),
  sharpe: ({ r, periods }) => ratios.sharpe(r, 0, periods),
  smart_sharpe: ({ r, periods }) => wins.smartSharpe(r, 0, periods),
  sortino: ({ r, periods }) => ratios.sortino(r, 0, periods),
  adjusted_sortino: ({ r, periods }) => wins.adjustedSortino(r, 0, periods),
  smart_sortino: ({ r, periods }) => wins.smartSortino(r, 0, periods),
  probabilistic_sharpe_ratio: ({ r }) => probabilisticSharpe(sharpeSample(r, 'quantstats')),
  omega: ({ r, periods }) => ratios.omega(r, 0, 0, periods),
  gain_to_pain_ratio_daily: ({ r }) => wins.gainToPain(r),
  max_drawdown: ({ r }) => maxDrawdown(r),
  volatility_ann: ({ r, periods }) => ratios.annualVolatility(r, periods),
  calmar: ({ r, periods }) => ratios.calmar(r, periods),
  skew_pandas_unbiased: ({ r }) => skewness(r, 'unbiased'),
  kurtosis_pandas_unbiased_excess: ({ r }) => kurtosis(r, 'unbiased'),
  win_rate: ({ r }) => wins.winRate(r),
  avg_win: ({ r }) => wins.averageWin(r),
  avg_loss: ({ r }) => wins.averageLoss(r),
  avg_return: ({ r }) => wins.averageActiveReturn(r),
  payoff_ratio: ({ r }) => wins.payoffRatio(r),
  profit_factor: ({ r }) => wins.profitFactor(r),
  profit_ratio: ({ r }) => wins.profitRatio(r),
  cpc_index: ({ r }) => wins.cpcIndex(r),
  common_sense_ratio: ({ r }) => wins.commonSenseRatio(r),
  outlier_win_ratio: ({ r }) => wins.outlierWinRatio(r),
  outlier_loss_ratio: ({ r }) => wins.outlierLossRatio(r),
  recovery_factor: ({ r }) => wins.recoveryFactor(r),
  risk_return_ratio: ({ r }) => ratios.riskReturnRatio(r),
  ulcer_index: ({ r }) => ulcerIndex(drawdownSeries(r), 1),
  ulcer_performance_index: ({ r }) => wins.ulcerPerformanceIndex(r),
  serenity_index: ({ r }) => wins.serenityIndex(r),
  risk_of_ruin: ({ r }) => wins.riskOfRuin(r),
  value_at_risk_gaussian_95: ({ r }) => tails.parametricValueAtRisk(r),
  cvar_95: ({ r }) => tails.meanBeyondParametricValueAtRisk(r),
  tail_ratio: ({ r }) => ratios.tailRatio(r),
  kelly_criterion: ({ r }) => wins.kellyFraction(wins.winRate(r), wins.payoffRatio(r)),
  expected_return_daily: ({ r }) => geometricMean(r),
  geometric_mean: ({ r }) => geometricMean(r),
  ghpr: ({ r }) => geometricMean(r),
  best_day: ({ r }) => wins.winsAndLosses(r).best,
  worst_day: ({ r }) => wins.winsAndLosses(r).worst,
  consecutive_wins: ({ r }) => wins.winsAndLosses(r).longestWinStreak,
  consecutive_losses: ({ r }) => wins.winsAndLosses(r).longestLossStreak,
  exposure: ({ r }) => Math.ceil(wins.activeShare(r) * 100) / 100,
  rar: ({ r, periods }) => wins.returnOverExposure(r, periods),
  autocorr_penalty: ({ r }) => wins.autocorrelationPenalty(r),
  information_ratio: ({ r, b }) => informationRatio(r, b),
  r_squared: ({ r, b }) => rSquared(r, b),
  alpha_ann: ({ r, b, periods }) => alphaBeta(r, b, 0, periods, 'simple').alpha,
  beta: ({ r, b }) => beta(r, b),
  treynor_ratio: ({ r, b }) => treynor(r, b, 0, 'total'),
};

/** The reference says of these two that its library returned the day's figure; they are no reference. */
const DISOWNED = new Set(['best_month', 'worst_month']);

function figure(library: string, name: string): Figure | undefined {
  if (library.startsWith('empyrical')) {
    const rate = /^sharpe_rf(?:_daily)?_?(\d+)(?:_(\d+))?$/.exec(name);
    if (rate !== null) {
      const riskFree = Number(`${rate[1]}.${rate[2] ?? '0'}`);
      return ({ r, periods }) => ratios.sharpe(r, riskFree, periods);
    }
    return EMPYRICAL[name];
  }
  if (name.startsWith('cagr')) return ({ r, periods }) => annualReturn(r, periods);
  return QUANTSTATS[name];
}

export function* tearSheet(file: string, sheet: TearSheet, folders: readonly string[]): Generator<TruthCase> {
  const series = namedSeries(sheet.input, folders);
  if (typeof series === 'string') {
    yield notCovered(file, series);
    return;
  }
  const paired = series.benchmark === undefined ? undefined : pairUp(series.returns, series.benchmark);
  const { times, values: r } = paired?.returns ?? series.returns;
  const data: Sheet = { r, b: paired?.benchmark.values ?? new Float64Array(0), times, periods: sheet.periods_per_year };
  const tolerance = sheet.tolerance_rel ?? 1e-8;
  const ends = [dayText(times[0]), dayText(times[times.length - 1])].map(Date.parse);
  yield row(
    `${file}#input`,
    [r.length, ...ends],
    [sheet.n_returns, Date.parse(sheet.first), Date.parse(sheet.last)],
    0,
  );
  for (const [library, figures] of Object.entries(sheet)) {
    if (typeof figures !== 'object' || figures === null) continue;
    for (const [name, expected] of Object.entries(figures)) {
      if (!DISOWNED.has(name)) yield check(`${file}#${library}.${name}`, library, name, expected, data, tolerance);
    }
  }
}

function check(
  id: string,
  library: string,
  name: string,
  expected: unknown,
  sheet: Sheet,
  tolerance: number,
): TruthCase {
  if (Array.isArray(expected)) return drawdownRow(id, expected as DrawdownRow[], sheet, tolerance);
  if (name === 'batting_average') {
    const { all, up, down } = battingAverage(sheet.r, sheet.b);
    return row(id, [all, up, down], Object.values(expected as object).map(numberOf), tolerance);
  }
  if (typeof expected === 'object' && expected !== null && !('special' in expected)) {
    const actual = datedFigures(name, sheet);
    if (actual === undefined) return notCovered(id, `no counterpart of ${name}`);
    const wanted = Object.entries(expected);
    // A table of periods must be complete; rolling figures are samples of the whole.
    if (!name.startsWith('rolling') && wanted.length !== actual.size) {
      return row(id, [actual.size], [wanted.length], 0);
    }
    const values = wanted.map(([at]) => actual.get(at) ?? Number.NaN);
    return row(
      id,
      values,
      wanted.map(([, value]) => numberOf(value)),
      tolerance,
    );
  }
  const measure = figure(library, name);
  if (measure === undefined) return notCovered(id, `no counterpart of ${name}`);
  return row(id, [measure(sheet)], [numberOf(expected)], tolerance);
}

function datedFigures(name: string, { r, times, periods }: Sheet): Map<string, number> | undefined {
  const window = Number(/\d+/.exec(name)?.[0] ?? 0);
  const endOf = (value: number, i: number): [string, number] => [dayText(times[i + window - 1]), value];
  if (name.startsWith('rolling_sharpe')) return new Map(Array.from(rollingSharpe(r, window, 0, periods), endOf));
  if (name.startsWith('rolling_vol')) return new Map(Array.from(rollingVolatility(r, window, periods), endOf));
  if (name === 'monthly_returns') {
    const months = periodReturns(times, r, 'month');
    return new Map(months.map(({ year, month, value }) => [`${year}-${String(month).padStart(2, '0')}`, value]));
  }
  if (name === 'yearly_returns') {
    return new Map(periodReturns(times, r, 'year').map(({ year, value }) => [String(year), value]));
  }
  return undefined;
}

interface DrawdownRow {
  readonly start: string;
  readonly valley: string;
  readonly end: string;
  readonly days: number;
  readonly max_drawdown_pct: number;
}

/** Start and end are the first and last day below the peak, both counted. */
function drawdownRow(id: string, expected: readonly DrawdownRow[], sheet: Sheet, tolerance: number): TruthCase {
  const list = worstDrawdowns(drawdowns(drawdownSeries(sheet.r)), expected.length);
  const { times } = sheet;
  const actual = list.flatMap((each) => [
    times[each.start] / 1000,
    times[each.valley] / 1000,
    times[each.last] / 1000,
    Math.round((times[each.last] - times[each.start]) / 86_400_000_000) + 1,
    each.depth * 100,
  ]);
  const wanted = expected.flatMap((each) => [
    Date.parse(each.start),
    Date.parse(each.valley),
    Date.parse(each.end),
    each.days,
    each.max_drawdown_pct,
  ]);
  return row(id, actual, wanted, Math.min(tolerance, 1e-8));
}

function dayText(time: number): string {
  return new Date(time / 1000).toISOString().slice(0, 10);
}
