/**
 * The data of a report: everything that the page and the terminal show, as plain JSON.
 *
 * The same result and extra input give the same data, byte for byte: nothing here asks for the time or for chance.
 * Long series are made short by `series.ts`, so that the report of a million bars is a few megabytes at most.
 */
import type { HoldingRecord, RunResult } from '../engine/result.ts';
import type { ParameterValue } from '../engine/strategy/parameters.ts';
import type { Finding } from '../market/tape.ts';
import { costsOf, type CostData } from './costs.ts';
import { curvesOf, sessionsOf, worstOf, type CurveData, type DrawdownRow } from './curves.ts';
import { readJournal, type DayEntries, type OutcomeReason } from './days.ts';
import { exposureOf, type ExposureData } from './exposure.ts';
import { benchmarkGrowth, growthOf, keyFigures, type KeyFigure } from './figures.ts';
import type { Metric, ReportExtra, Reproduction } from './input.ts';
import {
  distributionOf,
  rollingOf,
  yearsOf,
  type DistributionData,
  type RollingData,
  type YearData,
} from './returns.ts';
import { bookColumns } from './options/book.ts';
import { optionsData, type OptionsData } from './options/data.ts';
import { shown, type Shown } from './series.ts';
import { shownPrices, type PriceData } from './prices.ts';
import { tradeColumns, tradeFigures, type TradeColumns, type TradeFigures } from './trade-columns.ts';
import { section1256Of, type Section1256 } from './section-1256.ts';
import { washSalesOf, type WashSales } from './wash-sales.ts';

const FINDINGS_MAX = 200;
const DRAWDOWNS_MAX = 10;

export interface ReportData {
  /** Of this shape. */
  readonly format: 1;
  readonly mode: RunResult['mode'];
  readonly simulated: boolean;
  readonly strategies: readonly {
    readonly name: string;
    readonly parameters: Readonly<Record<string, ParameterValue>>;
  }[];
  readonly description: string;
  readonly source: string;
  readonly conventions: string;
  readonly currency: string;
  readonly startingCash: number;
  readonly finalEquity: number;
  readonly finalCash: number;
  readonly exactCash: Readonly<Record<string, string>>;
  readonly startAt: number | null;
  readonly endAt: number | null;
  readonly ruinedAt: number | null;
  /** How often the account did not back what it held, and some of that was closed. */
  readonly marginCalls: number;
  readonly firstDecisionAt: number | null;
  readonly events: number;
  readonly sessions: number;
  readonly periodsPerYear: number;
  /** Whether bars are shorter than a day, so that times are worth showing. */
  readonly intraday: boolean;
  readonly benchmarkName: string | null;
  readonly keyFigures: readonly KeyFigure[];
  readonly curves: CurveData;
  readonly years: readonly YearData[];
  readonly rolling: RollingData | null;
  readonly distribution: DistributionData | null;
  readonly exposure: ExposureData | null;
  readonly options: OptionsData | null;
  readonly drawdowns: readonly DrawdownRow[];
  readonly prices: readonly PriceData[];
  /** Instruments that traded; more than `prices` when not all could be drawn. */
  readonly tradedSymbols: number;
  readonly trades: TradeColumns;
  readonly tradeFigures: TradeFigures;
  readonly costs: CostData;
  /** Losses that were bought back; null where there are none. */
  readonly washSales: WashSales | null;
  /** What options on broad indices made, by year; null where there are none. */
  readonly section1256: Section1256 | null;
  readonly orders: RunResult['orders'];
  readonly reasons: readonly OutcomeReason[];
  readonly holdings: readonly { readonly [K in keyof HoldingRecord]: HoldingRecord[K] | null }[];
  readonly days: DayEntries | null;
  readonly findings: {
    readonly fatal: number;
    readonly warning: number;
    readonly note: number;
    readonly list: readonly Finding[];
  };
  readonly assumptions: readonly string[];
  readonly metrics: readonly MetricRow[];
  readonly fingerprint: string;
  readonly reproduction: Reproduction;
}

export type MetricRow = Omit<Metric, 'value' | 'benchmark'> & { readonly value: Shown; readonly benchmark: Shown };

/** Makes the data of a report. See `ReportExtra` for what may be left out, and what the page then lacks. */
export function reportData(result: RunResult, extra: ReportExtra = {}): ReportData {
  const prices = extra.prices ?? [];
  const sessions = sessionsOf(result, extra);
  const book = extra.options === undefined ? undefined : bookColumns(result, extra.options);
  const exposure = exposureOf(result, extra, sessions.years, book);
  const trades = tradeFigures(result);
  const journal = extra.journal === undefined ? undefined : readJournal(extra.journal);
  const count = (severity: Finding['severity']): number =>
    result.findings.filter((finding) => finding.severity === severity).length;
  return {
    format: 1,
    mode: result.mode,
    simulated: result.simulated,
    strategies: result.strategies.map(({ name, parameters }) => ({ name, parameters: { ...parameters } })),
    description: extra.description ?? '',
    source: result.source,
    conventions: result.conventions,
    currency: result.currency,
    startingCash: result.startingCash,
    finalEquity: result.finalEquity,
    finalCash: result.finalCash,
    exactCash: { ...result.exactCash },
    startAt: orNull(result.startAt),
    endAt: orNull(result.endAt),
    ruinedAt: orNull(result.ruinedAt),
    marginCalls: journal?.marginCalls ?? 0,
    firstDecisionAt: orNull(extra.firstDecisionAt),
    events: result.events,
    sessions: sessions.time.length,
    periodsPerYear: sessions.periodsPerYear,
    intraday: result.equity.time.length > 2 * sessions.time.length,
    benchmarkName: extra.benchmark?.name ?? null,
    keyFigures: keyFigures(growthOf(result, sessions), benchmarkGrowth(sessions), trades, exposure),
    curves: curvesOf(result, extra),
    years: yearsOf(sessions),
    rolling: rollingOf(sessions) ?? null,
    distribution: distributionOf(sessions) ?? null,
    exposure: exposure ?? null,
    options: (book === undefined ? undefined : optionsData(result, extra.options!, prices, book)) ?? null,
    drawdowns: worstOf(result, DRAWDOWNS_MAX),
    prices: shownPrices(result, prices),
    tradedSymbols: new Set(result.fills.map((fill) => fill.symbol)).size,
    trades: tradeColumns(result),
    tradeFigures: trades,
    costs: costsOf(result, extra),
    washSales: washSalesOf(result),
    section1256: section1256Of(result),
    orders: { ...result.orders },
    reasons: journal?.reasons ?? [],
    holdings: result.holdings.map((holding) => ({
      ...holding,
      averagePrice: orNull(holding.averagePrice),
      price: orNull(holding.price),
      value: orNull(holding.value),
    })),
    days: journal?.entries ?? null,
    findings: {
      fatal: count('fatal'),
      warning: count('warning'),
      note: count('note'),
      list: worstFirst(result.findings).slice(0, FINDINGS_MAX),
    },
    assumptions: [...result.assumptions],
    metrics: (extra.metrics ?? []).map((metric) => ({
      ...metric,
      value: shown(metric.value, 10),
      benchmark: shown(metric.benchmark ?? Number.NaN, 10),
    })),
    fingerprint: result.fingerprint,
    reproduction: { ...extra.reproduction },
  };
}

function worstFirst(findings: readonly Finding[]): Finding[] {
  const rank = { fatal: 0, warning: 1, note: 2 };
  return [...findings].sort((a, b) => rank[a.severity] - rank[b.severity]);
}

function orNull(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
