/**
 * What the broker tells those who listen: changes of orders, bookings, and the market as it moves.
 */
import type { Activity } from './activities.ts';
import type { BarRow, QuoteRow, TradeRow } from './history.ts';
import type { Listing } from './listing.ts';
import type { Order } from './order.ts';

export type TradeEventName =
  | 'new'
  | 'accepted'
  | 'pending_new'
  | 'fill'
  | 'partial_fill'
  | 'canceled'
  | 'expired'
  | 'replaced'
  | 'rejected'
  | 'pending_cancel'
  | 'pending_replace'
  | 'order_replace_rejected'
  | 'order_cancel_rejected';

export interface TradeUpdate {
  readonly kind: 'trade-update';
  readonly at: number;
  /** The event's number, from which its id is made. */
  readonly ordinal: number;
  readonly event: TradeEventName;
  readonly order: Order;
  readonly executionId?: string;
  /** In units of price and of quantity. */
  readonly price?: number;
  readonly quantity?: number;
  /** Signed position after the fill, in units. */
  readonly positionQuantity?: number;
  /** Of a multi-leg order: its legs' executions. */
  readonly legs?: readonly LegExecution[];
}

export interface LegExecution {
  readonly order: Order;
  readonly executionId: string;
  readonly price: number;
  readonly quantity: number;
  readonly positionQuantity: number;
}

export type BrokerEvent =
  | TradeUpdate
  | { readonly kind: 'activity'; readonly at: number; readonly activity: Activity }
  | { readonly kind: 'quote'; readonly at: number; readonly listing: Listing; readonly row: QuoteRow }
  | { readonly kind: 'trade'; readonly at: number; readonly listing: Listing; readonly row: TradeRow }
  | { readonly kind: 'bar'; readonly at: number; readonly listing: Listing; readonly row: BarRow }
  /** A minute that was told is told again, with trades that came late or were corrected. */
  | { readonly kind: 'updated-bar'; readonly at: number; readonly listing: Listing; readonly row: BarRow }
  /** A trade of others was corrected; `after` is undefined where it was taken back. */
  | {
      readonly kind: 'corrected-trade';
      readonly at: number;
      readonly listing: Listing;
      readonly before: TradeRow;
      readonly after: TradeRow | undefined;
    }
  /** Between which prices a share may trade. */
  | {
      readonly kind: 'band';
      readonly at: number;
      readonly listing: Listing;
      readonly up: number;
      readonly down: number;
    }
  | {
      readonly kind: 'status';
      readonly at: number;
      readonly listing: Listing;
      readonly code: string;
      readonly message: string;
      readonly reason: string;
      readonly reasonMessage: string;
    };
