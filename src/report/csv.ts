/**
 * A run's trades and equity as CSV, and its metrics as JSON: files for other programs, with full precision.
 */
import type { RunResult } from '../engine/result.ts';
import { equityDrawdownSeries } from '../stats/drawdown.ts';
import { formatInstant } from '../time/instant.ts';
import type { Metric } from './input.ts';
import { roundTripsOf } from './round-trips.ts';

const TRADE_FIELDS = [
  'symbol',
  'quantity',
  'entry_time',
  'entry_price',
  'exit_time',
  'exit_price',
  'profit',
  'return',
  'fees',
  'bars',
  'worst',
  'best',
  'entry_reason',
  'exit_reason',
  'entry_rate',
  'exit_rate',
  'profit_base',
] as const;

const LINES_AT_ONCE = 1024;

/**
 * One row for each closed trade, in the order they closed. Times are ISO 8601 in UTC; an unknown number is empty. Money is
 * in the instrument's currency but for `profit_base`, which the rates at entry and exit made base currency.
 */
export function tradesCsv(result: RunResult): string {
  const rows = result.trades.map((trade) => [
    trade.symbol,
    trade.quantity,
    formatInstant(trade.entryAt),
    trade.entryPrice,
    formatInstant(trade.exitAt),
    trade.exitPrice,
    trade.profit,
    trade.return,
    trade.fees,
    trade.bars,
    trade.worst,
    trade.best,
    trade.entryReason,
    trade.exitReason,
    trade.entryRate,
    trade.exitRate,
    trade.profitInBase,
  ]);
  return csv(TRADE_FIELDS, rows);
}

/** One row for each round trip, from flat to flat, in the order they ended. */
export function roundTripsCsv(result: RunResult): string {
  const fields = ['symbol', 'quantity', 'opened', 'closed', 'trades', 'profit', 'return', 'fees', 'profit_base'];
  const rows = roundTripsOf(result).map((trip) => [
    trip.symbol,
    trip.quantity,
    formatInstant(trip.openedAt),
    formatInstant(trip.closedAt),
    trip.trades,
    trip.profit,
    trip.return,
    trip.fees,
    trip.profitInBase,
  ]);
  return csv(fields, rows);
}

/** Time, equity and drawdown (a fraction at or below 0) at every step that was kept. */
export function equityCsv(result: Pick<RunResult, 'equity' | 'startingCash'>): string {
  const { time, value } = result.equity;
  const drawdown = equityDrawdownSeries(value, result.startingCash);
  const parts = ['time,equity,drawdown'];
  // Some lines are joined at a time: a hundred thousand small texts at once would be copied by each collection.
  for (let from = 0; from < time.length; from += LINES_AT_ONCE) {
    const lines: string[] = [];
    const to = Math.min(from + LINES_AT_ONCE, time.length);
    for (let i = from; i < to; i++) lines.push(`${formatInstant(time[i])},${value[i]},${drawdown[i]}`);
    parts.push(lines.join('\n'));
  }
  return `${parts.join('\n')}\n`;
}

/** The metrics by name: value, the benchmark's value, unit and meaning. A number that is not finite is null. */
export function metricsJson(metrics: readonly Metric[]): string {
  const byName = Object.fromEntries(
    metrics.map(({ name, value, benchmark, unit, sentence }) => [
      name,
      { value: finite(value), ...(benchmark === undefined ? {} : { benchmark: finite(benchmark) }), unit, sentence },
    ]),
  );
  return `${JSON.stringify(byName, null, 2)}\n`;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function csv(fields: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return `${[fields, ...rows].map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

function cell(value: string | number): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  // A spreadsheet would run a text that begins like a formula.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
