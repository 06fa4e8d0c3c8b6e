/**
 * Everything that can happen on a tape, as one closed union: market data, corporate actions, and what venues say.
 *
 * Recorded tapes keep market data as columns (`columns.ts`) and never build these objects; live tapes, journals and
 * strategies in other processes speak in them.
 */
import type { CorporateAction } from './actions.ts';
import type { Instant } from '../time/instant.ts';

export interface BarEvent {
  readonly kind: 'bar';
  readonly symbol: string;
  readonly timeFrame: string;
  readonly at: Instant;
  readonly openAt: Instant;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export interface QuoteEvent {
  readonly kind: 'quote';
  readonly symbol: string;
  readonly at: Instant;
  /** `undefined` where that side is missing. */
  readonly bid: number | undefined;
  readonly ask: number | undefined;
  readonly bidSize: number;
  readonly askSize: number;
}

export interface TradeEvent {
  readonly kind: 'trade';
  readonly symbol: string;
  readonly at: Instant;
  readonly price: number;
  readonly size: number;
}

export type MarketEvent = BarEvent | QuoteEvent | TradeEvent | CorporateAction;
