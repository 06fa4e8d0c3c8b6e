/**
 * Which contracts were listed when: the memory that keeps a universe of the past from knowing the future.
 *
 * A listing is what one file says, with the instant from which anybody could have known it: the chain at the close of a
 * day is known at that close, open interest before the open that follows. The universe of a day is the newest listing
 * known before its open.
 */
import { calendar } from '../../time/calendars.ts';
import type { Instrument } from '../instrument.ts';
import { contractLife } from './life.ts';

/** One contract as a listing has it. */
export interface ListedContract {
  readonly instrument: Instrument;
  /** Contracts open; `undefined` where the listing does not say. */
  readonly openInterest: number | undefined;
  /** Contracts traded in the session of the listing's date; `undefined` where it does not say. */
  readonly volume: number | undefined;
}

export interface ChainListing {
  readonly underlying: string;
  /** The class that it lists: SPX and SPXW have a list each. */
  readonly root: string;
  /** The trade date that the facts are of, `YYYY-MM-DD`. */
  readonly date: string;
  /** First instant at which they could be known. */
  readonly knownAt: number;
  readonly contracts: readonly ListedContract[];
  /** The file or source, for findings. */
  readonly source: string;
}

/** Returns the newest listing of each class of an underlying that is known at an instant; none before the first. */
export function listingsAt(listings: readonly ChainListing[], underlying: string, at: number): ChainListing[] {
  const newest = new Map<string, ChainListing>();
  for (const listing of listings) {
    if (listing.underlying !== underlying || listing.knownAt > at) continue;
    const before = newest.get(listing.root);
    if (before === undefined || listing.knownAt > before.knownAt) newest.set(listing.root, listing);
  }
  return [...newest.values()];
}

/**
 * Returns the symbols in the newest listings known before the open of a trade date; `undefined` where there is none:
 * then nobody can say what was listed.
 */
export function listedBefore(
  listings: readonly ChainListing[],
  underlying: string,
  date: string,
): ReadonlySet<string> | undefined {
  const session = calendar('XNYS').session(date);
  if (session === undefined) return undefined;
  const known = listingsAt(listings, underlying, session.openAt);
  if (known.length === 0) return undefined;
  return new Set(known.flatMap(({ contracts }) => contracts.map(({ instrument }) => instrument.symbol)));
}

/**
 * Returns the contracts that a person could choose from on a trade date, before its open: those of the newest listing
 * known then that still trade on it. Nothing that is listed on the day itself is among them.
 */
export function universeOn(
  listings: readonly ChainListing[],
  underlying: string,
  date: string,
): readonly ListedContract[] {
  const session = calendar('XNYS').session(date);
  if (session === undefined) return [];
  const listed = listingsAt(listings, underlying, session.openAt).flatMap(({ contracts }) => contracts);
  const lasts = new Map<string, string>();
  return listed.filter(({ instrument }) => {
    const key = `${instrument.option!.root} ${instrument.option!.expiry}`;
    let last = lasts.get(key);
    if (last === undefined) lasts.set(key, (last = contractLife(instrument).lastTradingDate));
    return last >= date;
  });
}

/** What is listed now: contracts that can be traded by name, and those that cannot, with why. */
export interface ListedNow {
  readonly contracts: readonly Instrument[];
  readonly leftOut: readonly { readonly symbol: string; readonly reason: string }[];
}

/** Why a contract of another class is not traded: nothing in its name says what it delivers. */
export const ADJUSTED = 'an adjusted contract: what it delivers is not in its name, so it is not traded';

/** Which contracts of an underlying are asked of whoever lists them. */
export interface ListingQuery {
  readonly underlying: string;
  readonly right: 'call' | 'put' | 'both';
  /** Days since 1970, both included. */
  readonly expiryFrom: number;
  readonly expiryTo: number;
  readonly strikeFrom: number;
  readonly strikeTo: number;
}
