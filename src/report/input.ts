/**
 * What a report is made from, besides the result of the run: prices to draw, a benchmark, metrics, the journal.
 */
import type { Entry } from '../engine/journal/journal.ts';
import type { Curve, RunResult } from '../engine/result.ts';
import type { BarColumns } from '../market/columns.ts';
import type { OptionInput } from './options/input.ts';

/** Bars of one instrument, with the indicators that a strategy followed on them. */
export interface PriceInput {
  readonly symbol: string;
  readonly timeFrame: string;
  readonly columns: BarColumns;
  readonly lines: readonly { readonly name: string; readonly values: Float64Array }[];
  /** Money per point and unit; 1 when left out. */
  readonly multiplier?: number;
  /** What happened to it while it was played, by time; nothing when left out. Its columns are as traded. */
  readonly splits?: readonly { readonly at: number; readonly ratio: number }[];
  /** Per share, in its own currency. */
  readonly dividends?: readonly { readonly at: number; readonly amount: number }[];
}

/** One figure about a run, with its meaning in a sentence. */
export interface Metric {
  readonly name: string;
  readonly label: string;
  readonly group: string;
  readonly value: number;
  readonly unit: 'fraction' | 'ratio' | 'money' | 'count' | 'days';
  readonly sentence: string;
  /** The same figure of the benchmark. */
  readonly benchmark?: number;
}

export interface JournalInput {
  readonly entries: Iterable<Entry>;
  /** By index of the instrument. */
  readonly symbols: readonly string[];
  /** Whole units of one unit of the instrument, by index. */
  readonly quantityScales: readonly number[];
}

/** What makes a run repeatable; each as text, shown as it is. */
export interface Reproduction {
  readonly seed?: string;
  readonly version?: string;
  readonly codeHash?: string;
  readonly journalHash?: string;
  readonly configHash?: string;
  readonly command?: string;
}

export interface ReportExtra {
  /** One sentence about the strategy. */
  readonly description?: string;
  readonly prices?: readonly PriceInput[];
  /** What the account is held against; its curve needs no common scale with the account. */
  readonly benchmark?: { readonly name: string; readonly curve: Curve };
  readonly metrics?: readonly Metric[];
  readonly journal?: JournalInput;
  /** The contracts that were traded; left out where there are none. */
  readonly options?: OptionInput;
  /** 252 for sessions, 365 for markets without a close; guessed from the sessions when left out. */
  readonly periodsPerYear?: number;
  /** Before this instant the indicators warmed up and nothing was decided. */
  readonly firstDecisionAt?: number;
  readonly reproduction?: Reproduction;
}

export interface ReportInput {
  readonly result: RunResult;
  readonly extra: ReportExtra;
}
