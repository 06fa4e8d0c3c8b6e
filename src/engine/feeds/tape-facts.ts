/**
 * What a strategy may ask of a tape before it is played: whether it can ever trade on it.
 */
import type { CorporateAction } from '../../market/actions.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { ChainListing } from '../../market/option/listing.ts';
import type { StreamSlice } from '../../market/tape.ts';
import type { StreamShape } from './feeds.ts';

/** What is known of a tape and an account before the first row is played. */
export interface TapeFacts {
  readonly instruments: readonly Instrument[];
  /** With all their rows, or, where these are still to come, without any. */
  readonly streams: readonly (StreamSlice | StreamShape)[];
  readonly actions: readonly CorporateAction[];
  /** Lists of contracts that the tape has. */
  readonly listings: readonly ChainListing[];
  /** Calendar days to expiry of the contracts that a live tape lists each day; the rows of a recorded one tell. */
  readonly listedDays?: { readonly least: number; readonly most: number } | undefined;
  /** Money at the start. */
  readonly cash: number;
  /** Whether it earns interest, so that it may be more before anything is traded. */
  readonly earnsInterest: boolean;
  /** Whether nothing is held at the start. */
  readonly isFlat: boolean;
}
