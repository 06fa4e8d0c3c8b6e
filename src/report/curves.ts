/**
 * The curves of a run on one footing: account, drawdown and benchmark, per step for the eye, per session for statistics.
 */
import type { Curve, RunResult } from '../engine/result.ts';
import { drawdowns, equityDrawdownSeries, worstDrawdowns } from '../stats/drawdown.ts';
import { returnsFromEquity, simpleReturns } from '../stats/returns.ts';
import type { ReportExtra } from './input.ts';
import { packTimes, pick, sampledAt, telling, type PackedTimes, type Shown } from './series.ts';

const BUCKETS = 3000;
const YEAR = 365.25 * 86_400_000_000;

/** Everything per session, the base of all statistics. */
export interface Sessions {
  readonly time: Float64Array;
  readonly returns: Float64Array;
  readonly equity: Float64Array;
  /** Of the benchmark, aligned with `returns`; undefined without one. */
  readonly benchmark: Float64Array | undefined;
  /** The benchmark's deepest fall over every step while the run lasted, a fraction at or below 0. */
  readonly benchmarkDrawdown: number;
  readonly periodsPerYear: number;
  /** From first to last session. */
  readonly years: number;
}

export interface CurveData {
  readonly time: PackedTimes;
  readonly equity: readonly Shown[];
  /** Fractions at or below 0. */
  readonly drawdown: readonly Shown[];
  /** Worth of the starting cash in the benchmark. */
  readonly benchmark?: readonly Shown[];
  readonly benchmarkDrawdown?: readonly Shown[];
  /** Steps of the run that the points stand for. */
  readonly steps: number;
}

export interface DrawdownRow {
  /** When the peak was made; the start of the run when the starting cash was the peak. */
  readonly peakAt: number;
  readonly valleyAt: number;
  /** Null while it lasts. */
  readonly recoveredAt: number | null;
  readonly depth: number;
}

export function sessionsOf(result: RunResult, extra: ReportExtra): Sessions {
  const { time, value } = result.sessions;
  const years = time.length < 2 ? 0 : (time.at(-1)! - time[0]) / YEAR;
  const { benchmark } = extra;
  return {
    time,
    equity: value,
    returns: returnsFromEquity(value, result.startingCash),
    benchmark: benchmark === undefined ? undefined : benchmarkReturns(benchmark.curve, time),
    benchmarkDrawdown: benchmark === undefined ? Number.NaN : deepest(benchmark.curve, result),
    periodsPerYear: extra.periodsPerYear ?? periodsPerYear(time.length, years),
    years,
  };
}

/** The benchmark's return in each session, the first from its first value; NaN before it begins. */
function benchmarkReturns(curve: Curve, times: Float64Array): Float64Array {
  const levels = sampledAt(curve, times);
  const returns = new Float64Array(times.length).fill(Number.NaN);
  if (times.length === 0) return returns;
  returns.set(simpleReturns(levels), 1);
  returns[0] = levels[0] / firstNumber(curve.value) - 1;
  return returns;
}

function deepest(curve: Curve, { startAt, endAt }: RunResult): number {
  const during = curve.value.filter((_, i) => curve.time[i] >= startAt && curve.time[i] <= endAt);
  return equityDrawdownSeries(during).reduce((low, depth) => (depth < low ? depth : low), 0);
}

/** The habit of the field that is nearest to how often the run has a session. */
function periodsPerYear(count: number, years: number): number {
  const habits = [365, 252, 52, 12, 4, 1];
  if (count < 3 || years <= 0) return 252;
  const perYear = (count - 1) / years;
  return habits.reduce((best, habit) =>
    Math.abs(Math.log(perYear / habit)) < Math.abs(Math.log(perYear / best)) ? habit : best,
  );
}

export function curvesOf(result: RunResult, extra: ReportExtra): CurveData {
  const { time, value } = result.equity;
  const drawdown = equityDrawdownSeries(value, result.startingCash);
  const rows = telling([value, drawdown], BUCKETS);
  const shownTimes = rows.map((row) => time[row]);
  const base = {
    time: packTimes(shownTimes),
    equity: pick(value, rows, 8),
    drawdown: pick(drawdown, rows, 5),
    steps: value.length,
  };
  if (extra.benchmark === undefined) return base;
  const { curve } = extra.benchmark;
  const scale = result.startingCash / firstNumber(curve.value);
  const fall = equityDrawdownSeries(curve.value);
  return {
    ...base,
    benchmark: pick(
      sampledAt(curve, shownTimes).map((each) => each * scale),
      shownTimes.map((_, i) => i),
    ),
    benchmarkDrawdown: pick(
      sampledAt({ time: curve.time, value: fall }, shownTimes),
      shownTimes.map((_, i) => i),
      5,
    ),
  };
}

function firstNumber(values: Float64Array): number {
  return values.find((value) => value === value) ?? Number.NaN;
}

/** The deepest drawdowns over every step of the run. */
export function worstOf(result: RunResult, limit: number): DrawdownRow[] {
  const { time, value } = result.equity;
  const found = worstDrawdowns(drawdowns(equityDrawdownSeries(value, result.startingCash)), limit);
  return found.map(({ peak, valley, recovery, depth }) => ({
    peakAt: peak < 0 ? time[0] : time[peak],
    valleyAt: time[valley],
    recoveredAt: recovery === undefined ? null : time[recovery],
    depth,
  }));
}
