/**
 * What options on broad indices made, by year, as the United States tax them (Internal Revenue Code § 1256): sixty parts of a
 * hundred as if held for long and forty as if for short, however long they were, and what is open at the end of a year as if it
 * had been sold then. Information, and indicative: the value of what is open is not in it.
 */
import type { RunResult } from '../engine/result.ts';
import { optionClass } from '../market/option/roots.ts';
import { parseOcc } from '../options/occ.ts';
import { formatDate } from '../time/instant.ts';

export interface TaxYear {
  readonly year: string;
  /** Trades that were closed in it, and what they made, in base currency. */
  readonly trades: number;
  readonly profit: number;
  readonly longTerm: number;
  readonly shortTerm: number;
}

export interface Section1256 {
  readonly years: readonly TaxYear[];
  /** Positions that are open at the end. */
  readonly open: number;
}

const LONG_SHARE = 0.6;

/** The share or index that a contract is on; undefined of what is none. */
export function underlyingOf(symbol: string): string | undefined {
  const terms = parseOcc(symbol);
  return terms.ok ? optionClass(terms.root).underlying : undefined;
}

/** Whether it is an option on a broad index; all classes that are settled in cash are on one. */
export function isSection1256(symbol: string): boolean {
  const terms = parseOcc(symbol);
  return terms.ok && optionClass(terms.root).settlement === 'cash';
}

/** Returns what was found; null where there is nothing of the kind, or the account is not one in dollars. */
export function section1256Of(result: Pick<RunResult, 'trades' | 'holdings' | 'currency'>): Section1256 | null {
  if (result.currency !== 'USD') return null;
  const trades = result.trades.filter(({ symbol }) => isSection1256(symbol));
  const open = result.holdings.filter(({ symbol }) => isSection1256(symbol)).length;
  if (trades.length === 0 && open === 0) return null;
  const years = [...Map.groupBy(trades, ({ exitAt }) => formatDate(exitAt).slice(0, 4))].map(([year, own]) => {
    const profit = own.reduce((sum, { profitInBase }) => sum + profitInBase, 0);
    const longTerm = LONG_SHARE * profit;
    return { year, trades: own.length, profit, longTerm, shortTerm: profit - longTerm };
  });
  return { years: years.sort((a, b) => a.year.localeCompare(b.year)), open };
}
