/**
 * What a desk must know of an account before it trades, whoever the broker is.
 */

import type { Activity } from './reports.ts';

export interface AccountFacts {
  readonly number: string;
  readonly status: string;
  readonly currency: string;
  readonly cash: number;
  readonly equity: number;
  readonly buyingPower: number;
  readonly optionBuyingPower: number;
  /** 0 none, 1 covered calls and cash-secured puts, 2 long options, 3 spreads. */
  readonly optionLevel: number;
  readonly mayShort: boolean;
  /** How many times its equity it may hold, 1 without credit; left out where the broker does not say, as is what follows. */
  readonly multiplier?: number;
  /** Round trips within a day, of the last five days. */
  readonly dayTrades?: number;
  /** Whether the broker counts its owner as a pattern day trader. */
  readonly isDayTrader?: boolean;
  /** Why it may not trade; undefined when it may. */
  readonly blocked: string | undefined;
}

export interface MarketClock {
  /** Now by the broker, an Instant. */
  readonly at: number;
  readonly isOpen: boolean;
  readonly nextOpen: number;
  readonly nextClose: number;
}

/** The whole of an account as its broker tells it at about one moment, for whoever only looks on. */
export interface AccountBooks {
  /** By the broker's clock, an Instant. */
  readonly at: number;
  readonly number: string;
  readonly cash: number;
  readonly equity: number;
  /** Signed units, and what they are worth in the account's currency. */
  readonly positions: readonly { readonly symbol: string; readonly quantity: number; readonly value: number }[];
  /** The newest orders and all that work; legs and exits by themselves, a package not beside its legs. */
  readonly orders: readonly BookedOrder[];
  /** Executions since the instant that was asked for, oldest first; `money` is what they moved. */
  readonly fills: readonly BookedFill[];
  /** What else was booked since then. */
  readonly bookings: readonly Activity[];
}

export interface BookedOrder {
  readonly id: string;
  readonly symbol: string;
  readonly status: string;
  readonly isOpen: boolean;
  readonly filled: number;
}

export interface BookedFill {
  readonly id: string;
  readonly orderId: string;
  readonly symbol: string;
  /** Signed units. */
  readonly quantity: number;
  readonly money: number;
}

/** What is announced of a share. */
export interface AnnouncedAction {
  readonly symbol: string;
  /** In words, as `a dividend of 0.25`. */
  readonly what: string;
  /** The trade date from which it counts, YYYY-MM-DD. */
  readonly date: string;
}
