/**
 * The figures of a run: from its sessions, trades and benchmark to the metrics that terminal, file and page show.
 */
import { rateOf, type Curve, type RunResult } from '../../engine/result.ts';
import { positionsAt, worthOf } from '../../report/exposure.ts';
import type { Metric, PriceInput, ReportExtra } from '../../report/input.ts';
import type { OptionInput } from '../../report/options/input.ts';
import { optionPositions } from '../../report/options/positions.ts';
import { premiumFigures, premiumMetrics } from '../../report/options/premium.ts';
import { sampledAt } from '../../report/series.ts';
import { metricCatalogue, type MetricId } from '../../stats/metric.ts';
import { performance } from '../../stats/performance.ts';
import type { TradeColumns } from '../../stats/trades.ts';

export interface FigureInput {
  readonly result: RunResult;
  readonly prices: readonly PriceInput[];
  /** The contracts that were traded; left out where there are none. */
  readonly options?: OptionInput;
  readonly benchmark: Curve | undefined;
  /** 252 for sessions, 365 for markets that never close. */
  readonly periodsPerYear: number;
}

const UNITS = { ratio: 'ratio', percent: 'fraction', money: 'money', days: 'days', count: 'count' } as const;

/** Groups whose figures a benchmark that is held has too. */
const SHARED: ReadonlySet<string> = new Set(['return', 'risk', 'reward for risk', 'drawdown', 'days']);
/** Figures that a benchmark would only repeat. */
const OWN: ReadonlySet<MetricId> = new Set<MetricId>(['endEquity', 'peakEquity', 'profit', 'exposure', 'turnover']);

/** Returns every metric that the run allows, in the catalogue's order; a run of fewer than two sessions has none. */
export function metricsOf({ result, prices, options, benchmark, periodsPerYear }: FigureInput): Metric[] {
  const { time: times, value: equity } = result.sessions;
  if (times.length < 2) return [];
  const levels = benchmark === undefined ? undefined : sampledAt(benchmark, times);
  const exposure = exposureAt(result, prices);
  const own = performance({
    times,
    equity,
    initialCapital: result.startingCash,
    periodsPerYear,
    ...(levels === undefined ? {} : { benchmark: levels }),
    ...(exposure === undefined ? {} : { exposure }),
    trades: tradeColumns(result),
    traded: tradedAt(result, { prices, ...(options === undefined ? {} : { options }) }),
  });
  const held = levels === undefined ? undefined : performance({ times, equity: levels, periodsPerYear });
  const shared = metricCatalogue.flatMap(({ id, title, group, unit, explanation }) => {
    const value = own.metrics[id];
    if (value === undefined) return [];
    const other = SHARED.has(group) && !OWN.has(id) ? held?.metrics[id] : undefined;
    return [
      {
        name: id,
        label: title,
        group,
        unit: UNITS[unit],
        sentence: explanation,
        value,
        ...(other === undefined ? {} : { benchmark: other }),
      },
    ];
  });
  if (options === undefined) return shared;
  return [...shared, ...premiumMetrics(premiumFigures(optionPositions(result, options), options))];
}

/** The trades as columns, profits in base currency. */
function tradeColumns(result: RunResult): TradeColumns {
  const { trades } = result;
  const { length } = trades;
  const column = (): Float64Array => new Float64Array(length);
  const [profits, returns, entryTimes, exitTimes] = [column(), column(), column(), column()];
  const [adverseExcursions, favourableExcursions] = [column(), column()];
  for (let i = 0; i < length; i++) {
    const trade = trades[i];
    profits[i] = trade.profitInBase;
    returns[i] = trade.return;
    entryTimes[i] = trade.entryAt;
    exitTimes[i] = trade.exitAt;
    adverseExcursions[i] = trade.worst / trade.paid;
    favourableExcursions[i] = trade.best / trade.paid;
  }
  return { profits, returns, entryTimes, exitTimes, adverseExcursions, favourableExcursions };
}

/** Money bought and sold up to each session's end, since the one before. */
function tradedAt(result: RunResult, extra: Pick<ReportExtra, 'prices' | 'options'>): Float64Array {
  const { time } = result.sessions;
  const traded = new Float64Array(time.length);
  const last = time.length - 1;
  let session = 0;
  for (const fill of result.fills) {
    while (session < last && time[session] < fill.at) session++;
    traded[session] += worthOf(fill, extra, result);
  }
  return traded;
}

/** Value of all positions over equity at each session's end; `undefined` where the bars of what traded are not at hand. */
function exposureAt(result: RunResult, prices: readonly PriceInput[]): Float64Array | undefined {
  const { time, value: equity } = result.sessions;
  const exposure = new Float64Array(time.length);
  for (const [symbol, fills] of bySymbol(result.fills)) {
    const bars = prices.find((price) => price.symbol === symbol);
    if (bars === undefined) return undefined;
    const multiplier = (bars.multiplier ?? 1) * rateOf(result, symbol);
    const closes = sampledAt({ time: bars.columns.time, value: bars.columns.close }, time);
    const positions = positionsAt(fills, time, bars.splits);
    for (let i = 0; i < time.length; i++) {
      if (Math.abs(positions[i]) > 0) exposure[i] += (positions[i] * closes[i] * multiplier) / equity[i];
    }
  }
  return exposure;
}

function bySymbol(fills: RunResult['fills']): Map<string, RunResult['fills'][number][]> {
  const groups = new Map<string, RunResult['fills'][number][]>();
  for (const fill of fills) {
    const group = groups.get(fill.symbol);
    if (group === undefined) groups.set(fill.symbol, [fill]);
    else group.push(fill);
  }
  return groups;
}
