/**
 * What a desk must know of an account before it trades, whoever the broker is.
 */

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
