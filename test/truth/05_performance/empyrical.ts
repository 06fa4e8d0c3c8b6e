/** Plays recorded calls of empyrical's functions through ours: `{ id, function, args, result }`. */
import type { TruthCase } from '../case.ts';
import {
  alphaBeta,
  battingAverage,
  beta,
  betaFragility,
  capture,
  informationRatio,
  marketCapture,
  trackingError,
  treynor,
  upDownCapture,
} from '../../../src/stats/benchmark.ts';
import { type CalendarPeriod, periodReturns } from '../../../src/stats/calendar-returns.ts';
import { maxDrawdown } from '../../../src/stats/drawdown.ts';
import { paretoTail } from '../../../src/stats/extreme-value.ts';
import { deviation } from '../../../src/stats/moments.ts';
import {
  annualVolatility,
  calmar,
  downsideRisk,
  omega,
  type Rate,
  sharpe,
  sortino,
  stability,
  tailRatio,
} from '../../../src/stats/ratios.ts';
import {
  annualReturn,
  cumulativeReturns,
  type PeriodName,
  PERIODS_PER_YEAR,
  simpleReturns,
  totalReturn,
} from '../../../src/stats/returns.ts';
import {
  rolling,
  rollingAlphaBeta,
  rollingMarketCapture,
  rollingMaxDrawdown,
  rollingPair,
  rollingSharpe,
  rollingUpDownCapture,
  rollingVolatility,
} from '../../../src/stats/rolling.ts';
import { conditionalValueAtRisk, valueAtRisk } from '../../../src/stats/tail-risk.ts';
import { notCovered, numberOf, row } from './compare.ts';

interface RecordedArray {
  readonly type: 'series' | 'array' | 'frame';
  readonly index?: readonly (string | number)[];
  readonly values: readonly unknown[];
}

export interface RecordedCall {
  readonly id: string;
  readonly function: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly result: unknown;
}

const TOLERANCE = 1e-8;

function isRecorded(value: unknown): value is RecordedArray {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'values' in value;
}

/** The columns of a recorded series, array or frame. */
function columnsOf(value: unknown): Float64Array[] {
  const rows = Array.isArray(value) ? value : (value as RecordedArray).values;
  if (rows.length === 0 || !Array.isArray(rows[0])) return [Float64Array.from(rows, numberOf)];
  return (rows[0] as unknown[]).map((_, k) => Float64Array.from(rows as unknown[][], (each) => numberOf(each[k])));
}

function isTable(value: unknown): boolean {
  const rows = Array.isArray(value) ? value : isRecorded(value) ? value.values : [];
  return rows.length > 0 && Array.isArray(rows[0]);
}

/** Two labelled series on the union of their labels, as pandas joins them; unlabelled ones as they are. */
function pair(a: unknown, b: unknown): [Float64Array, Float64Array] {
  const [x] = columnsOf(a);
  const [y] = columnsOf(b);
  const left = isRecorded(a) ? a.index : undefined;
  const right = isRecorded(b) ? b.index : undefined;
  if (left === undefined || right === undefined || (x.length === y.length && left.every((at, i) => at === right[i]))) {
    return [x, y];
  }
  const labels = [...new Set([...left, ...right])].sort((a, b) => (a < b ? -1 : 1));
  const spread = (values: Float64Array, at: readonly (string | number)[]): Float64Array => {
    const byLabel = new Map(at.map((label, i) => [label, values[i]]));
    return Float64Array.from(labels, (label) => byLabel.get(label) ?? Number.NaN);
  };
  return [spread(x, left), spread(y, right)];
}

type Measure = (returns: Float64Array, call: Arguments) => number | readonly number[];

class Arguments {
  readonly args: Readonly<Record<string, unknown>>;
  constructor(args: Readonly<Record<string, unknown>>) {
    this.args = args;
  }
  number(name: string, otherwise: number): number {
    const value = this.args[name];
    return value === undefined || value === null ? otherwise : numberOf(value);
  }
  rate(name: string): Rate {
    const value = this.args[name];
    return isRecorded(value) || Array.isArray(value) ? columnsOf(value)[0] : this.number(name, 0);
  }
  get periods(): number {
    const given = this.args['annualization'];
    if (typeof given === 'number') return given;
    return PERIODS_PER_YEAR[(this.args['period'] ?? 'daily') as PeriodName];
  }
  get factors(): Float64Array {
    return columnsOf(this.args['factor_returns'])[0];
  }
  get window(): number {
    return this.number('window', 0);
  }
}

const UNITS: Readonly<Record<string, CalendarPeriod>> = {
  weekly: 'week',
  monthly: 'month',
  quarterly: 'quarter',
  yearly: 'year',
};

const SINGLE: Readonly<Record<string, Measure>> = {
  simple_returns: (prices) => [...simpleReturns(prices)],
  cum_returns: (r, a) => [...cumulativeReturns(r, a.number('starting_value', 0))],
  cum_returns_final: (r, a) => totalReturn(r, a.number('starting_value', 0)),
  annual_return: (r, a) => annualReturn(r, a.periods),
  cagr: (r, a) => annualReturn(r, a.periods),
  annual_volatility: (r, a) =>
    a.number('alpha_', 2) === 2
      ? annualVolatility(r, a.periods)
      : deviation(r) * a.periods ** (1 / a.number('alpha_', 2)),
  max_drawdown: (r) => maxDrawdown(r),
  calmar_ratio: (r, a) => calmar(r, a.periods),
  omega_ratio: (r, a) => omega(r, a.rate('risk_free'), a.number('required_return', 0), a.periods),
  sharpe_ratio: (r, a) => sharpe(r, a.rate('risk_free'), a.periods),
  sortino_ratio: (r, a) => sortino(r, a.rate('required_return'), a.periods),
  downside_risk: (r, a) => downsideRisk(r, a.rate('required_return'), a.periods),
  stability_of_timeseries: (r) => stability(r),
  tail_ratio: (r) => tailRatio(r),
  value_at_risk: (r, a) => valueAtRisk(r, a.number('cutoff', 0.05)),
  conditional_value_at_risk: (r, a) => conditionalValueAtRisk(r, a.number('cutoff', 0.05)),
  gpd_risk_estimates: gpd,
  gpd_risk_estimates_aligned: gpd,
  roll_max_drawdown: (r, a) => [...rollingMaxDrawdown(r, a.window)],
  roll_sharpe_ratio: (r, a) => [...rollingSharpe(r, a.window)],
  roll_annual_volatility: (r, a) => [...rollingVolatility(r, a.window)],
  roll_sortino_ratio: (r, a) => [...rolling(r, a.window, (w) => sortino(w))],
};

function gpd(returns: Float64Array, call: Arguments): number[] {
  const tail = paretoTail(returns, call.number('var_p', 0.01));
  return [tail.threshold, tail.scale, tail.shape, tail.valueAtRisk, tail.expectedShortfall];
}

type PairMeasure = (returns: Float64Array, benchmark: Float64Array, call: Arguments) => number | readonly number[];

const PAIRED: Readonly<Record<string, PairMeasure>> = {
  alpha: (r, b, a) => alphaBeta(r, b, a.number('risk_free', 0), a.periods).alpha,
  beta: (r, b) => beta(r, b),
  alpha_beta: (r, b, a) => {
    const fitted = alphaBeta(r, b, a.number('risk_free', 0), a.periods);
    return [fitted.alpha, fitted.beta];
  },
  excess_sharpe: (r, b) => informationRatio(r, b),
  tracking_error: (r, b, a) => trackingError(r, b, a.periods),
  treynor_ratio: (r, b, a) => treynor(r, b, a.number('risk_free', 0), 'annual', a.periods),
  batting_average: (r, b) => {
    const { all, up, down } = battingAverage(r, b);
    return [all, up, down];
  },
  beta_fragility_heuristic: (r, b) => betaFragility(r, b),
  capture: (r, b, a) => capture(r, b, a.periods),
  up_capture: (r, b, a) => marketCapture(r, b, 'up', a.periods),
  down_capture: (r, b, a) => marketCapture(r, b, 'down', a.periods),
  up_down_capture: (r, b, a) => upDownCapture(r, b, a.periods),
  roll_alpha_beta: (r, b, a) => {
    const { alpha, beta: slopes } = rollingAlphaBeta(r, b, a.window);
    return Array.from(alpha).flatMap((value, i) => [value, slopes[i]]);
  },
  roll_alpha: (r, b, a) => [...rollingAlphaBeta(r, b, a.window).alpha],
  roll_beta: (r, b, a) => [...rollingPair(r, b, a.window, beta)],
  roll_up_capture: (r, b, a) => [...rollingMarketCapture(r, b, a.window, 'up')],
  roll_down_capture: (r, b, a) => [...rollingMarketCapture(r, b, a.window, 'down')],
  roll_up_down_capture: (r, b, a) => [...rollingUpDownCapture(r, b, a.window)],
};

/** Expected numbers in row order. */
function flatten(result: unknown): number[] {
  if (isRecorded(result)) return result.values.flatMap(flatten);
  if (Array.isArray(result)) return result.flatMap(flatten);
  if (typeof result === 'object' && result !== null && !('special' in result))
    return Object.values(result).map(numberOf);
  return [numberOf(result)];
}

export function replay(file: string, call: RecordedCall): TruthCase {
  const id = `${file}#${call.id}`;
  const actual = answer(call);
  if (actual === undefined) return notCovered(id, `no counterpart of ${call.function}`);
  return row(id, actual, flatten(call.result), TOLERANCE);
}

function answer(call: RecordedCall): readonly number[] | undefined {
  const name = call.function;
  const args = new Arguments(call.args);
  const input = Object.values(call.args)[0];
  if (name === 'aggregate_returns') {
    const times = Float64Array.from((input as RecordedArray).index as string[], (at) => Date.parse(`${at}Z`) * 1000);
    const unit = UNITS[String(call.args['convert_to'])];
    return periodReturns(times, columnsOf(input)[0], unit).map((each) => each.value);
  }
  const paired = PAIRED[name.replace(/_aligned$/, '')];
  if (paired !== undefined) {
    const factor = call.args['factor_returns'];
    if (typeof factor === 'number' && name === 'excess_sharpe') {
      // A constant benchmark: the information ratio is then a Sharpe ratio per period.
      return [sharpe(columnsOf(input)[0], factor, 1)];
    }
    return [paired(...pair(input, factor), args)].flat();
  }
  const single = SINGLE[name];
  if (single === undefined) return undefined;
  if (!isTable(input)) return [single(columnsOf(input)[0], args)].flat();
  // A table is measured column by column; a measure that gives series is written out row by row.
  const columns = columnsOf(input).map((column) => single(column, args));
  if (typeof columns[0] === 'number') return columns as number[];
  return (columns[0] as number[]).flatMap((_, i) => columns.map((column) => (column as number[])[i]));
}
