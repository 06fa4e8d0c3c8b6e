/** What stopping an account with everything else dead has come to: each broker's kill says it in these words. */

/** An order that worked and does no more, as the broker's books have it. */
export interface KilledOrder {
  readonly id: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: number;
  /** Units that traded, also where the rest was canceled. */
  readonly filled: number;
  /** `unknown` where no book tells of its end. */
  readonly how: 'canceled' | 'filled' | 'rejected' | 'unknown';
}

/** What the account has told to be done with contracts that it holds; nobody's order, and left as it is. */
export interface StandingInstruction {
  readonly id: string;
  readonly symbol: string;
  readonly what: 'exercise' | 'lapse';
  readonly quantity: number;
}

/** What a broker has confirmed, and what it has not. */
export interface KillReport {
  /** New orders are blocked at the broker; undefined where the broker has no such thing. */
  readonly isSuspended?: boolean;
  /** The list of working orders was read, and was empty. */
  readonly isEmpty: boolean;
  /** How many orders were asked to end. */
  readonly asked: number;
  /** What became of those that work no more, where the broker's books were read for it. */
  readonly ended?: readonly KilledOrder[];
  readonly instructions?: readonly StandingInstruction[];
  /** Orders that worked when they were listed last. */
  readonly open: readonly { readonly id: string; readonly symbol: string; readonly status: string }[];
  /** Orders that were left at work because they only close; not among the open ones. */
  readonly kept?: number;
  /** What is held and no order at work closes, where exits were kept and positions could be read. */
  readonly unprotected?: readonly { readonly symbol: string; readonly quantity: number }[];
  /** What was asked to be closed, as it was held then, where positions were to be closed. */
  readonly closing?: readonly { readonly symbol: string; readonly quantity: number }[];
  /** What is held, where that was read. */
  readonly positions?: readonly { readonly symbol: string; readonly quantity: number }[] | undefined;
  /** What failed, and how. */
  readonly failures: readonly string[];
}

/** What stands in an account before anything is done; undefined what could not be read. */
export interface AccountLook {
  /** How many orders work. */
  readonly orders: number | undefined;
  readonly positions: readonly { readonly symbol: string; readonly quantity: number }[] | undefined;
  readonly failures: readonly string[];
}

/** The report of a broker that always says some of it. */
export type KillReportWith<K extends keyof KillReport> = KillReport & Required<Pick<KillReport, K>>;
