/**
 * What the page of a sweep is made of, as plain shapes: this room does not know who played the runs.
 */
import type { Verdict } from '../../stats/index.ts';

export interface PageRow {
  readonly index: number;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  readonly figures: Readonly<Record<string, number | undefined>>;
}

/** One figure of the odds. */
export interface PageLine {
  readonly title: string;
  readonly shown: string;
  readonly sentence: string;
  readonly verdict: Verdict;
  /** Between alarm (0 … 1/3), doubt and reassurance (2/3 … 1). */
  readonly standing: number | undefined;
}

export interface PagePaths {
  readonly paths: number;
  readonly drawdownActual: number;
  readonly drawdownMedian: number;
  readonly drawdown95: number;
  readonly bands: readonly { readonly probability: number; readonly wealth: Float64Array }[];
}

/** A curve by session. */
export interface PageCurve {
  readonly times: Float64Array;
  readonly equity: Float64Array;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

export interface PageFold {
  readonly number: number;
  readonly trained: readonly Span[];
  readonly judged: readonly Span[];
  readonly chosen: Readonly<Record<string, number | string | boolean>> | undefined;
  readonly inSample: Readonly<Record<string, number | undefined>>;
  readonly outOfSample: Readonly<Record<string, number | undefined>>;
}

/** How choices did on sessions that they had not seen. */
export interface PageValidation {
  /** How it was done, in words. */
  readonly method: string;
  readonly folds: readonly PageFold[];
  readonly headline: PageCurve;
  readonly figures: Readonly<Record<string, number | undefined>>;
  /** Every history, where there are several. */
  readonly paths: readonly { readonly path: PageCurve; readonly sharpe: number; readonly totalReturn: number }[];
  readonly inSampleReturn: number;
  readonly inSampleSharpe: number;
  readonly drift: readonly {
    readonly name: string;
    readonly drift: number;
    readonly values: readonly (number | string | boolean | undefined)[];
  }[];
  readonly resampled: PagePaths | undefined;
  readonly lines: readonly PageLine[];
  readonly verdict: Verdict;
  readonly conclusion: string;
  readonly idle: string | undefined;
  readonly assumptions: readonly string[];
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
  readonly lines: readonly PageLine[];
  readonly overfitting: { readonly splits: number } | undefined;
  readonly realityTrials: number;
  readonly monteCarlo: PagePaths | undefined;
  readonly resampledTrades: PagePaths | undefined;
  readonly conclusion: string;
  readonly verdict: Verdict;
}

export interface PageObjective {
  readonly id: string;
  readonly title: string;
  readonly sign: 1 | -1;
}

export interface SweepPageInput {
  readonly title: string;
  readonly strategy: string;
  readonly source: string;
  readonly simulated: boolean;
  readonly isComplete: boolean;
  /** Runs that were played, those that were stopped early among them. */
  readonly runs: number;
  /** Sentences that belong beside the odds. */
  readonly caveats: readonly string[];
  /** Why there is no winner; `undefined` where there is one. */
  readonly unjudged: string | undefined;
  /** Those that were played to their end, in the order of the points. */
  readonly rows: readonly PageRow[];
  /** Best first. */
  readonly ranked: readonly PageRow[];
  readonly axes: readonly { readonly name: string }[];
  /** The first of the objectives. */
  readonly objective: PageObjective;
  readonly objectives: readonly PageObjective[];
  /** With several objectives, the rows that no other beats in one without losing in another. */
  readonly front: readonly PageRow[];
  readonly validation: PageValidation | undefined;
  /** Figures of every row, with the titles that people read. */
  readonly figures: readonly { readonly id: string; readonly title: string; readonly unit: string }[];
  readonly odds: PageOdds | undefined;
  /** Sharpe ratio per year of each row in the first and in the second half of the sessions; NaN for none. */
  readonly halves: { readonly first: Float64Array; readonly second: Float64Array } | undefined;
  readonly winner: PageCurve | undefined;
  readonly css: string;
}
