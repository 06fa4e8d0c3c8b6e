/**
 * A tape: a sequence of market events, recorded as columns, one stream per instrument and kind of data.
 *
 * A recorded tape is read in slices. All streams of a slice cover the same span of time, the slices follow each other,
 * and within a stream rows are in time order. A tape that fits in memory is one slice; one of a billion rows is many,
 * of which the engine holds one at a time.
 */
import type { CorporateAction } from './actions.ts';
import type { BarColumns, QuoteBarColumns, QuoteColumns, TradeColumns } from './columns.ts';
import type { Instrument } from './instrument.ts';
import type { ChainListing } from './option/listing.ts';

export type StreamColumns =
  | { readonly kind: 'bars'; readonly columns: BarColumns }
  | { readonly kind: 'quotes'; readonly columns: QuoteColumns }
  | { readonly kind: 'trades'; readonly columns: TradeColumns }
  | { readonly kind: 'quote-bars'; readonly columns: QuoteBarColumns };

/** The rows of one instrument and kind that fall into a slice. */
export type StreamSlice = StreamColumns & {
  readonly symbol: string;
  /** `1d`, `1h`, `5m` … for bars; left out for quotes and trades. */
  readonly timeFrame?: string;
};

export interface TapeSlice {
  readonly streams: readonly StreamSlice[];
}

/** One thing that is wrong with the data: named so that a person finds it. */
export interface Finding {
  readonly rule:
    | 'gap'
    | 'duplicate'
    | 'out-of-order'
    | 'not-finite'
    | 'not-positive'
    | 'high-below-low'
    | 'outside-range'
    | 'jump'
    | 'stale'
    | 'zero-volume'
    | 'off-session'
    | 'crossed-quote'
    | 'adjusted-contract'
    | 'bad-contract'
    | 'expiry-no-session'
    | 'no-underlying'
    | 'unlisted-contract'
    | 'absurd-quote'
    | 'after-expiry'
    | 'before-expiry'
    | 'one-sided'
    | 'stale-quote';
  /** A fatal finding stops a run unless it was explicitly allowed. */
  readonly severity: 'note' | 'warning' | 'fatal';
  readonly file: string;
  /** 1-based line of the file, or row of the data set. */
  readonly row: number;
  readonly symbol: string;
  readonly at?: number;
  readonly value: string;
  readonly message: string;
}

export interface TapeInfo {
  /** Where the prices come from, in words: `SPY daily, data/spy.csv`. */
  readonly source: string;
  /** Simulated prices are labelled so everywhere they appear. */
  readonly simulated: boolean;
  /** What a reader must know of these prices before they believe a result, in sentences. */
  readonly notes?: readonly string[];
  readonly instruments: readonly Instrument[];
  readonly actions: readonly CorporateAction[];
  readonly findings: readonly Finding[];
  /** Which option contracts were listed when, with their open interest; left out where nobody says. */
  readonly listings?: readonly ChainListing[];
  /** A content hash of everything on the tape, in hexadecimal. */
  readonly fingerprint: string;
  /** How prices relate to corporate actions: as traded, or adjusted for splits (and dividends). */
  readonly adjustment: 'raw' | 'split-adjusted' | 'fully-adjusted';
}

/** A tape that fits in memory. */
export interface RecordedTape extends TapeInfo {
  readonly slice: TapeSlice;
}

/** A tape of any length: slices are asked for one after the other, and let go of. */
export interface StreamedTape extends TapeInfo {
  /** Number of rows over all slices, when known, for progress. */
  readonly rows: number | undefined;
  slices(): AsyncIterable<TapeSlice>;
}
