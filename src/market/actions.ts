/**
 * Corporate actions: what happens to an instrument outside the market, each at the instant it takes effect.
 *
 * An action is applied before the first market event at or after its instant; nobody sees it earlier. A delisting comes
 * after the events of its instant: at a close, that of the last session is its last price.
 */
import type { Instant } from '../time/instant.ts';

/** `ratio` new shares for each old one: 4 for a 4-for-1 split, 0.1 for a 1-for-10 reverse split. */
export interface Split {
  readonly kind: 'split';
  readonly symbol: string;
  readonly at: Instant;
  readonly ratio: number;
}

/** Cash per share, paid to who holds at the ex-date and by who is short. */
export interface Dividend {
  readonly kind: 'dividend';
  readonly symbol: string;
  readonly at: Instant;
  readonly amount: number;
  readonly currency?: string;
  /** Outside the usual course: then strikes of options are lowered by it. */
  readonly special?: boolean;
}

export interface SymbolChange {
  readonly kind: 'symbol-change';
  readonly symbol: string;
  readonly at: Instant;
  readonly to: string;
}

/** The last session is over: open orders end, a position is closed at `price` (or the last price when left out). */
export interface Delisting {
  readonly kind: 'delisting';
  readonly symbol: string;
  readonly at: Instant;
  readonly price?: number;
}

export type CorporateAction = Split | Dividend | SymbolChange | Delisting;
