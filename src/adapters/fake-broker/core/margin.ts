/**
 * What positions and orders tie up: Regulation T for shares, the universal spread rule for options of one underlying.
 *
 * Options on a share are taken together: shares cover short calls first, and what is left requires its greatest loss over
 * the prices at which a strike is reached. A loss without bound is not allowed at any level here.
 */
import { divide, moneyOf, SHARE, type Money } from './amounts.ts';
import { CONTRACT, type Listing, type OptionTerms } from './listing.ts';

export interface Lot {
  readonly listing: Listing;
  /** Signed, in units of quantity. */
  readonly quantity: number;
}

export interface Requirement {
  readonly initial: Money;
  readonly maintenance: Money;
  /** Short calls that are covered by nothing, in contracts. */
  readonly uncovered: number;
}

/** Returns what a set of holdings requires. `multiplier` is the account's: 2 ties up half of what shares are worth. */
export function requirement(lots: Iterable<Lot>, multiplier: number): Requirement {
  let initial = 0n;
  let maintenance = 0n;
  let uncovered = 0;
  const groups = new Map<Listing, { shares: number; options: Lot[] }>();
  for (const lot of lots) {
    const { listing, quantity } = lot;
    if (listing.future !== undefined) {
      initial += moneyOf(listing.future.initialMargin, Math.abs(quantity));
      maintenance += moneyOf(listing.future.maintenanceMargin, Math.abs(quantity));
      continue;
    }
    const root = listing.option?.underlying ?? listing;
    let group = groups.get(root);
    if (group === undefined) groups.set(root, (group = { shares: 0, options: [] }));
    if (listing.option !== undefined) group.options.push(lot);
    else {
      group.shares += quantity;
      const value = moneyOf(listing.mark, Math.abs(quantity));
      // A short sale ties up half of its worth in a margin account.
      initial += quantity > 0 ? divide(value, BigInt(multiplier)) : divide(value, 2n);
      maintenance += divide(value * 30n, 100n);
    }
  }
  for (const { shares, options } of groups.values()) {
    if (options.length === 0) continue;
    const group = optionLoss(shares, options);
    initial += group.loss;
    maintenance += group.loss;
    uncovered += group.uncovered;
  }
  return { initial, maintenance, uncovered };
}

/** Returns the shares that short calls need as cover, in units of quantity. */
export function sharesCovering(underlying: Listing, lots: Iterable<Lot>): number {
  const calls = [...lots].filter(({ listing }) => listing.option?.underlying === underlying).map(toLeg);
  return unprotected(calls, 'call').reduce((sum, { leg, count }) => sum + count * leg.option.size * SHARE, 0);
}

/** Returns what a set of options sells beyond what it protects itself: all that it can take from others. */
export function netSold(lots: readonly Lot[]): Lot[] {
  const legs = lots.map((lot) => ({ ...toLeg(lot), listing: lot.listing }));
  return (['call', 'put'] as const).flatMap((right) =>
    unprotected(legs, right).map(({ leg, count }) => ({
      listing: legs.find((one) => one === leg)!.listing,
      quantity: -count * SHARE,
    })),
  );
}

interface Leg {
  readonly option: OptionTerms;
  /** Contracts, signed. */
  contracts: number;
}

function toLeg({ listing, quantity }: Lot): Leg {
  return { option: listing.option!, contracts: quantity / SHARE };
}

/** The greatest loss of options on one share, with `shares` (units of quantity) that may cover calls. */
function optionLoss(shares: number, lots: readonly Lot[]): { loss: Money; uncovered: number } {
  const legs = lots.map(toLeg);
  let free = Math.floor(Math.max(0, shares) / SHARE);
  let uncovered = 0;
  for (const { leg, count } of unprotected(legs, 'call')) {
    const byShares = Math.min(count, Math.floor(free / leg.option.size));
    free -= byShares * leg.option.size;
    uncovered += count - byShares;
    // A call that shares cover can lose no more than they gain.
    leg.contracts += byShares;
  }
  const counted = legs.filter((leg) => leg.contracts < 0 || outlivesShorts(leg, legs));
  let worst = 0;
  for (const price of [0, ...counted.map(({ option }) => (option.strike * CONTRACT) / option.size)]) {
    worst = Math.min(worst, payoff(counted, price));
  }
  return { loss: moneyOf(Math.round(-worst), SHARE), uncovered };
}

/** An option protects only what ends no later than itself. */
function outlivesShorts({ option }: Leg, legs: readonly Leg[]): boolean {
  return legs.every((other) => {
    return other.contracts >= 0 || other.option.right !== option.right || other.option.expiryDay <= option.expiryDay;
  });
}

/** The short options of one right that no long one of the same or a later end protects, those that end last first. */
function unprotected(legs: readonly Leg[], right: 'call' | 'put'): { leg: Leg; count: number }[] {
  const sorted = legs
    .filter(({ option }) => option.right === right)
    .sort((a, b) => b.option.expiryDay - a.option.expiryDay || b.contracts - a.contracts);
  let long = 0;
  return sorted.flatMap((leg) => {
    if (leg.contracts >= 0) {
      long += leg.contracts;
      return [];
    }
    const count = Math.max(0, -leg.contracts - long);
    long = Math.max(0, long + leg.contracts);
    return count > 0 ? [{ leg, count }] : [];
  });
}

/** What the legs are worth at expiry for a price of the share, in units of price. */
function payoff(legs: readonly Leg[], price: number): number {
  let sum = 0;
  for (const { option, contracts } of legs) {
    const { right, strike, size } = option;
    const gain = price * size - strike * CONTRACT;
    sum += contracts * Math.max(0, right === 'call' ? gain : -gain);
  }
  return sum;
}
