/**
 * An option chain: the contracts on one underlying with what was quoted for them at one instant.
 *
 * It holds what markets say and no opinion: implied vols and greeks are computed when asked for (`value.ts`), because
 * the columns of vendors come from mids of unknown age, rates and dividends.
 */
import type { Instrument, OptionTerms } from '../instrument.ts';

/** What is known of one contract. `undefined` means that nobody said, which is not 0. */
export interface ContractQuote {
  readonly instrument: Instrument;
  readonly terms: OptionTerms;
  /** Money per share; `undefined` where that side is missing. */
  readonly bid: number | undefined;
  readonly ask: number | undefined;
  /** Contracts. */
  readonly bidSize: number | undefined;
  readonly askSize: number | undefined;
  /** Price of the last trade. */
  readonly last: number | undefined;
  /** Contracts traded so far in the session; where only listings tell, in the session of the newest one. */
  readonly volume: number | undefined;
  /** Contracts open at the start of the session. */
  readonly openInterest: number | undefined;
  /** When it was quoted; the chain's instant unless it is older. */
  readonly quotedAt: number;
  /**
   * Whether the newest listing known before the day's open has it, so that it could have been chosen that morning;
   * `undefined` where nobody lists.
   */
  readonly isListed: boolean | undefined;
}

export interface OptionChain {
  readonly underlying: string;
  /** The instant it speaks of: nothing in it is newer. */
  readonly at: number;
  /** The trade date that days to expiry count from, `YYYY-MM-DD`. */
  readonly date: string;
  /** Price of the underlying, above 0. */
  readonly spot: number;
  /** By expiry, then strike, then calls before puts. */
  readonly contracts: readonly ContractQuote[];
  /** Where the quotes come from, in words. */
  readonly source: string;
  /** Whether quotes were made by a model and nobody ever offered them. */
  readonly isModel: boolean;
}

/** Puts contracts in the order of a chain. */
export function inChainOrder(contracts: readonly ContractQuote[]): ContractQuote[] {
  return [...contracts].sort((a, b) => compareContracts(a.terms, b.terms));
}

/** The order of a chain: by expiry, class, strike, and calls before puts. */
export function compareContracts(a: OptionTerms, b: OptionTerms): number {
  const first = compare(a.expiry, b.expiry) || compare(a.root, b.root);
  return first || a.strike - b.strike || compare(a.right, b.right);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Returns the expiries of a chain, soonest first. */
export function expiriesOf(chain: OptionChain): string[] {
  return [...new Set(chain.contracts.map(({ terms }) => terms.expiry))].sort();
}

/** Returns the strikes of one expiry, lowest first. */
export function strikesOf(chain: OptionChain, expiry: string): number[] {
  const some = chain.contracts.filter(({ terms }) => terms.expiry === expiry);
  return [...new Set(some.map(({ terms }) => terms.strike))].sort((a, b) => a - b);
}

/** Whether both sides are there, above 0 and not crossed: only then is there a price in between. */
export function isTwoSided({ bid, ask }: Pick<ContractQuote, 'bid' | 'ask'>): boolean {
  return bid !== undefined && ask !== undefined && bid > 0 && ask >= bid;
}

/** Returns the middle of a two-sided quote; `undefined` where one side is missing or they cross. */
export function midOf(quote: Pick<ContractQuote, 'bid' | 'ask'>): number | undefined {
  return isTwoSided(quote) ? (quote.bid! + quote.ask!) / 2 : undefined;
}
