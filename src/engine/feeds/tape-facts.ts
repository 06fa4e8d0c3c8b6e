/**
 * What a strategy may ask of a tape before it is played: whether it can ever trade on it.
 */
import type { Instrument } from '../../market/instrument.ts';
import type { ChainListing } from '../../market/option/listing.ts';
import type { StreamSlice } from '../../market/tape.ts';

/** What is known of a tape and an account before the first row is played. */
export interface TapeFacts {
  readonly instruments: readonly Instrument[];
  /** `from` and `to` are the instants of the first row and the last, where the tape knows them before it is played. */
  readonly streams: readonly {
    readonly kind: StreamSlice['kind'];
    readonly symbol: string;
    readonly from?: number;
    readonly to?: number;
  }[];
  /** Lists of contracts that the tape has. */
  readonly listings: readonly ChainListing[];
  /** Money at the start, and its currency. */
  readonly cash: number;
  readonly currency: string;
  /** Whether nothing is held at the start. */
  readonly isFlat: boolean;
}
