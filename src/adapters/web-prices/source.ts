/**
 * What every source of prices on the web says of itself, and what it is asked: one shape, so that they can be exchanged.
 */
import type { InstrumentOptions } from '../../market/instrument.ts';
import type { WebOptions } from './request.ts';

/** What whoever uses the prices has to know of them. */
export interface SourceTerms {
  /** Name for people, in messages and as the source of a tape. */
  readonly title: string;
  /** Begins the codes of its faults. */
  readonly code: string;
  /** How late its prices are at the earliest. */
  readonly delay: 'minutes' | 'end-of-day' | 'next-day';
  /** Which corporate actions are in its prices already. */
  readonly adjustment: 'raw' | 'split-adjusted';
  /** IANA zone in which its days are days. */
  readonly timeZone: string;
  /** What one may do with them, in words. */
  readonly licence: string;
  /** The environment variable with the key; `undefined` where none is needed. */
  readonly keyName: string | undefined;
  /** All its machines have their names below it; the key goes to no other. */
  readonly domain: string;
  /** Bars it has. */
  readonly timeFrames: readonly string[];
}

export interface PriceRequest extends WebOptions {
  /** `1d` when left out. */
  readonly timeFrame?: string;
  /** Instants: the first, and the one before which the last row lies. */
  readonly from?: number;
  readonly to?: number;
  readonly instrument?: Partial<InstrumentOptions>;
  /** The present instant: a bar that is not complete yet is left out. The clock when left out. */
  readonly now?: number;
}
