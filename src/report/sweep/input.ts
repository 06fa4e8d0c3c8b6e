/**
 * What the page of a sweep is made of, as plain shapes: this room does not know who played the runs.
 */
import type { Verdict } from '../../stats/index.ts';

export interface PageRow {
  readonly index: number;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  readonly figures: Readonly<Record<string, number | undefined>>;
}

export interface PageOdds {
  readonly trials: number;
  readonly effectiveTrials: number;
  /** Attempts on the same data in other sessions. */
  readonly earlier: { readonly trials: number; readonly effectiveTrials: number };
  readonly sharpe: number;
  readonly expectedMaximumSharpe: number;
  readonly years: number;
  readonly yearsNeeded: number;
  readonly lines: readonly {
    readonly title: string;
    readonly shown: string;
    readonly sentence: string;
    readonly verdict: Verdict;
  }[];
  readonly overfitting: { readonly splits: number } | undefined;
  readonly realityTrials: number;
  readonly monteCarlo:
    | {
        readonly paths: number;
        readonly drawdownActual: number;
        readonly drawdownMedian: number;
        readonly drawdown95: number;
      }
    | undefined;
  readonly conclusion: string;
  readonly verdict: Verdict;
}

export interface SweepPageInput {
  readonly title: string;
  readonly strategy: string;
  readonly source: string;
  readonly simulated: boolean;
  readonly isComplete: boolean;
  /** In the order of the points. */
  readonly rows: readonly PageRow[];
  /** Best first. */
  readonly ranked: readonly PageRow[];
  readonly axes: readonly { readonly name: string }[];
  readonly objective: { readonly id: string; readonly title: string; readonly sign: 1 | -1 };
  /** Figures of every row, with the titles that people read. */
  readonly figures: readonly { readonly id: string; readonly title: string; readonly unit: string }[];
  readonly odds: PageOdds | undefined;
  /** Sharpe ratio per year of each row in the first and in the second half of the sessions; NaN for none. */
  readonly halves: { readonly first: Float64Array; readonly second: Float64Array } | undefined;
  readonly winner: { readonly times: Float64Array; readonly equity: Float64Array } | undefined;
  readonly css: string;
}
