/**
 * What trading cost and what holding paid, in total and by instrument, in base currency.
 */
import { rateOf, type RunResult } from '../engine/result.ts';
import { worthOf } from './exposure.ts';
import type { ReportExtra } from './input.ts';

const ROWS_MAX = 40;

export interface CostRow {
  readonly symbol: string;
  readonly fills: number;
  /** Money that changed hands. */
  readonly traded: number;
  readonly fees: number;
  /** What slippage took, in the prices of the fills. */
  readonly slippage: number;
  /** Profit of closed trades after fees. */
  readonly profit: number;
}

export interface CostData {
  readonly fees: number;
  /** What slippage took, in the prices of the fills; null where nobody can know. */
  readonly slippage: number | null;
  readonly dividends: number;
  readonly interest: number;
  readonly traded: number;
  /** Fees over the profit before them; NaN without one. */
  readonly shareOfProfit: number | null;
  /** By instrument, most fees first. */
  readonly rows: readonly CostRow[];
  readonly rowsTotal: number;
  /** How fees and slippage were modelled, in words. */
  readonly models: readonly string[];
}

export function costsOf(result: RunResult, extra: Pick<ReportExtra, 'prices' | 'options'>): CostData {
  const rows = new Map<string, { -readonly [K in keyof CostRow]: CostRow[K] }>();
  const rowOf = (symbol: string) => {
    const known = rows.get(symbol) ?? {
      symbol,
      fills: 0,
      traded: 0,
      fees: 0,
      slippage: (result.slippage?.[symbol] ?? 0) * rateOf(result, symbol),
      profit: 0,
    };
    rows.set(symbol, known);
    return known;
  };
  for (const fill of result.fills) {
    const row = rowOf(fill.symbol);
    row.fills++;
    row.traded += worthOf(fill, extra, result);
    row.fees += fill.fee * rateOf(result, fill.symbol);
  }
  for (const trade of result.trades) rowOf(trade.symbol).profit += trade.profitInBase;
  const sorted = [...rows.values()].sort(
    (a, b) => b.fees - a.fees || b.traded - a.traded || (a.symbol < b.symbol ? -1 : 1),
  );
  const before = result.finalEquity - result.startingCash + result.fees;
  return {
    fees: result.fees,
    slippage: result.slippage === undefined ? null : sorted.reduce((total, row) => total + row.slippage, 0),
    dividends: result.dividends,
    interest: result.interest,
    traded: sorted.reduce((total, row) => total + row.traded, 0),
    shareOfProfit: before > 0 ? result.fees / before : null,
    rows: sorted.slice(0, ROWS_MAX),
    rowsTotal: sorted.length,
    models: result.assumptions.filter((sentence) =>
      /\b(fees?|commissions?|slippage|spread|costs?|liquidity|worse)\b/i.test(sentence),
    ),
  };
}
