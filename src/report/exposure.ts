/**
 * How much of the account was in the market, and how much of it was turned over, session by session.
 *
 * The price of a sold option says little about what it puts at stake: it counts with the money that the account ties up
 * for it, and in the net with what it moves like (its delta). A bought one counts with its price.
 */
import { rateOf, type FillRecord, type RunResult } from '../engine/result.ts';
import { periodKey } from '../stats/calendar-returns.ts';
import { sharesOf } from './held.ts';
import type { PriceInput, ReportExtra } from './input.ts';
import type { BookColumns } from './options/book.ts';
import { packTimes, pick, sampledAt, telling, type PackedTimes, type Shown } from './series.ts';

const BUCKETS = 700;

export interface ExposureData {
  readonly time: PackedTimes;
  /** Sum of the sizes of all positions over equity, sold options with their collateral. */
  readonly gross: readonly Shown[];
  /** Long less short over equity, options by their delta. */
  readonly net: readonly Shown[];
  /** Share of sessions that ended with a position, 0 … 1. */
  readonly share: number;
  readonly averageGross: number;
  /** Half of what was bought and sold over equity, by month. */
  readonly turnover: readonly { readonly at: number; readonly value: number }[];
  /** Half of what was bought and sold over average equity, per year: 1 is the account turned over once. */
  readonly annualTurnover: number;
  /** Whether options were sold, so that collateral is part of the sizes. */
  readonly hasCollateral: boolean;
  /** False where no bars were at hand and positions are marked at their last fill. */
  readonly marked: boolean;
}

/** Returns exposure at the end of each session and turnover by month; undefined without sessions. */
export function exposureOf(
  result: RunResult,
  extra: Pick<ReportExtra, 'prices' | 'options'>,
  years: number,
  book?: BookColumns,
): ExposureData | undefined {
  const { prices = [], options } = extra;
  const { time, value: equity } = result.sessions;
  if (time.length === 0) return undefined;
  const gross = new Float64Array(time.length);
  const net = new Float64Array(time.length);
  let marked = true;
  const bySymbol = Map.groupBy(result.fills, (fill) => `${fill.strategy} ${fill.symbol}`);
  for (const fills of bySymbol.values()) {
    const { symbol } = fills[0];
    // Options are in the book, with what they tie up.
    if (book !== undefined && options?.instruments.get(symbol)?.option !== undefined) continue;
    const bars = prices.find((each) => each.symbol === symbol);
    marked &&= bars !== undefined;
    const marks =
      bars === undefined
        ? sampledAt({ time: fills.map((fill) => fill.at), value: fills.map((fill) => fill.price) }, time)
        : sampledAt({ time: bars.columns.time, value: bars.columns.close }, time);
    const held = positionsAt(fills, time, bars?.splits);
    const multiplier = (bars?.multiplier ?? options?.instruments.get(symbol)?.multiplier ?? 1) * rateOf(result, symbol);
    for (let i = 0; i < time.length; i++) {
      const worth = held[i] * marks[i] * multiplier;
      if (worth !== worth) continue;
      gross[i] += Math.abs(worth);
      net[i] += worth;
    }
  }
  if (book !== undefined) addOptions(book, gross, net);
  let held = 0;
  let total = 0;
  for (let i = 0; i < time.length; i++) {
    if (gross[i] !== 0) held++;
    gross[i] = equity[i] > 0 ? gross[i] / equity[i] : 0;
    net[i] = equity[i] > 0 ? net[i] / equity[i] : 0;
    total += gross[i];
  }
  const rows = telling([gross, net], BUCKETS);
  const average = equity.reduce((sum, each) => sum + each, 0) / equity.length;
  const traded = result.fills.reduce((sum, fill) => sum + worthOf(fill, extra, result), 0);
  return {
    time: packTimes(rows.map((row) => time[row])),
    gross: pick(gross, rows, 4),
    net: pick(net, rows, 4),
    share: held / time.length,
    averageGross: total / time.length,
    turnover: monthlyTurnover(result, extra),
    annualTurnover: average > 0 && years > 0 ? traded / 2 / average / years : Number.NaN,
    hasCollateral: book !== undefined && book.collateral.some((money) => money > 0),
    marked,
  };
}

/** The position after the last of `fills` at each of `times`, in the shares of then; NaN before the first. */
export function positionsAt(
  fills: readonly FillRecord[],
  times: Float64Array,
  splits: PriceInput['splits'],
): Float64Array {
  const at = fills.map((fill) => fill.at);
  const held = sampledAt({ time: at, value: fills.map((fill) => fill.position) }, times);
  if (splits === undefined || splits.length === 0) return held;
  const since = sampledAt({ time: at, value: at }, times);
  return held.map((position, i) => position * sharesOf(splits, since[i], times[i]));
}

/** Adds collateral and bought options to the sizes, and what options move like to the net. */
function addOptions({ collateral, bought, optionDelta }: BookColumns, gross: Float64Array, net: Float64Array): void {
  let [lastBought, lastDelta] = [0, 0];
  for (let i = 0; i < gross.length; i++) {
    // Sessions that were not valued have what the one before had.
    if (bought[i] === bought[i]) lastBought = bought[i];
    if (optionDelta[i] === optionDelta[i]) lastDelta = optionDelta[i];
    gross[i] += lastBought + (collateral[i] > 0 ? collateral[i] : 0);
    net[i] += 100 * lastDelta;
  }
}

/** Money that a fill moved in base currency, unsigned. */
export function worthOf(
  fill: FillRecord,
  { prices, options }: Pick<ReportExtra, 'prices' | 'options'>,
  result: Pick<RunResult, 'rates'>,
): number {
  const bars = prices?.find((each) => each.symbol === fill.symbol);
  const multiplier = bars?.multiplier ?? options?.instruments.get(fill.symbol)?.multiplier ?? 1;
  return Math.abs(fill.quantity * fill.price) * multiplier * rateOf(result, fill.symbol);
}

function monthlyTurnover(
  result: RunResult,
  extra: Pick<ReportExtra, 'prices' | 'options'>,
): { at: number; value: number }[] {
  const { time, value } = result.sessions;
  const months: { at: number; value: number; equity: number; count: number; key: number }[] = [];
  for (let i = 0; i < time.length; i++) {
    const key = periodKey(time[i], 'month');
    if (months.at(-1)?.key !== key) months.push({ at: time[i], value: 0, equity: 0, count: 0, key });
    const month = months.at(-1)!;
    month.equity += value[i];
    month.count++;
  }
  const byKey = new Map(months.map((month) => [month.key, month]));
  for (const fill of result.fills) {
    const month = byKey.get(periodKey(fill.at, 'month'));
    if (month !== undefined) month.value += worthOf(fill, extra, result);
  }
  return months.map(({ at, value: traded, equity, count }) => ({
    at,
    value: equity > 0 ? Number(((traded * count) / 2 / equity).toPrecision(4)) : 0,
  }));
}
