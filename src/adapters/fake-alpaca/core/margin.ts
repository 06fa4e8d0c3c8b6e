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
  /** Whether a short call somewhere is covered by nothing. */
  readonly isUncovered: boolean;
}

/** Returns what a set of holdings requires. `multiplier` is the account's: 2 ties up half of what shares are worth. */
export function requirement(lots: Iterable<Lot>, multiplier: number): Requirement {
  let initial = 0n;
  let maintenance = 0n;
  let isUncovered = false;
  const groups = new Map<Listing, { shares: number; options: Lot[] }>();
  for (const lot of lots) {
    const { listing, quantity } = lot;
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
    const { loss, isUnbounded } = optionLoss(shares, options);
    initial += loss;
    maintenance += loss;
    isUncovered ||= isUnbounded;
  }
  return { initial, maintenance, isUncovered };
}

/** Returns the shares that short calls need as cover, in units of quantity. */
export function sharesCovering(underlying: Listing, lots: Iterable<Lot>): number {
  let calls = 0;
  for (const { listing, quantity } of lots) {
    if (listing.option?.underlying === underlying && listing.option.right === 'call')
      calls += quantity * listing.option.size;
  }
  return Math.max(0, -calls);
}

interface Leg {
  readonly option: OptionTerms;
  /** Contracts, signed. */
  contracts: number;
}

/** The greatest loss of options on one share, with `shares` (units of quantity) that may cover calls. */
function optionLoss(shares: number, lots: readonly Lot[]): { loss: Money; isUnbounded: boolean } {
  const lastShort = Math.max(
    ...lots.map(({ listing, quantity }) => (quantity < 0 ? listing.option!.expiryDay : -Infinity)),
  );
  // A long option that ends before a short one protects nothing.
  const legs: Leg[] = lots
    .filter(({ listing, quantity }) => quantity < 0 || listing.option!.expiryDay >= lastShort)
    .map(({ listing, quantity }) => ({ option: listing.option!, contracts: quantity / SHARE }));
  let covered = Math.floor(Math.max(0, shares) / SHARE);
  const netCalls = legs.reduce((sum, { option, contracts }) => sum + (option.right === 'call' ? contracts : 0), 0);
  let toCover = Math.max(0, -netCalls);
  for (const leg of [...legs].sort((a, b) => a.option.strike - b.option.strike)) {
    if (leg.option.right !== 'call' || leg.contracts >= 0 || toCover === 0) continue;
    const count = Math.min(-leg.contracts, toCover, Math.floor(covered / leg.option.size));
    leg.contracts += count;
    covered -= count * leg.option.size;
    toCover -= count;
  }
  let worst = 0;
  for (const price of [0, ...legs.map(({ option }) => (option.strike * CONTRACT) / option.size)]) {
    worst = Math.min(worst, payoff(legs, price));
  }
  return { loss: moneyOf(Math.round(-worst), SHARE), isUnbounded: toCover > 0 };
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
