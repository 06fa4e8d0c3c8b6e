/**
 * What shares need less because options of the same account protect them: FINRA 4210 lets a put below shares, a call
 * above shares sold short, a conversion and a collar stand for a part of the margin that the shares must keep.
 *
 * Each option protects, or caps, one lot and no other; where several ways lead, the one that saves most in its own pair
 * is taken first. The relief is of what must be kept, never of what must be put up to open.
 */
import type { MarginLeg } from './requirement.ts';

/** What a share must keep without protection: 25 % of long, 30 % of short ones under Regulation T. */
export interface ShareMargin {
  readonly long: number;
  readonly short: number;
}

export interface Relief {
  readonly name: 'protective-put' | 'protective-call' | 'collar' | 'conversion' | 'reversal';
  /** Lots of one contract's shares. */
  readonly lots: number;
  /** Money that must be kept less, all lots together. */
  readonly amount: number;
}

/** A lot of shares, what protects it, and what is sold against it. */
interface Combination {
  readonly name: Relief['name'];
  readonly bought: number;
  readonly sold: number;
  /** Money per lot. */
  readonly saved: number;
}

/**
 * Returns what `shares` (signed) at `spot` must keep less. Bought options that cover sales of options protect no shares:
 * hand in what is left of them; of `legs` only those whose contract delivers shares count.
 * Source: FINRA Rule 4210(f)(2)(H)(v) (long option offset, conversion, reverse conversion, collar).
 */
export function sharesRelief(
  legs: readonly MarginLeg[],
  shares: number,
  spot: number,
  { long, short }: ShareMargin,
): Relief[] {
  const isLong = shares > 0;
  const plain = legs.filter((leg) => !leg.isCashSettled && leg.shares === leg.multiplier);
  const protects = isLong ? 'put' : 'call';
  const left = plain.map(({ quantity }) => Math.abs(quantity));
  const bought = plain.map((leg, i) => ({ leg, i })).filter(({ leg }) => leg.quantity > 0 && leg.right === protects);
  const sold = plain.map((leg, i) => ({ leg, i })).filter(({ leg }) => leg.quantity < 0 && leg.right !== protects);
  const delivery = Math.max(0, ...bought.map(({ leg }) => leg.shares));
  if (shares === 0 || delivery === 0) return [];
  const combinations = bought.flatMap(({ leg, i }): Combination[] => {
    const before = (isLong ? long : short) * spot * leg.shares;
    const alone: Combination = {
      name: isLong ? 'protective-put' : 'protective-call',
      bought: i,
      sold: -1,
      saved: before - protectedNeed(leg, spot, before),
    };
    const pairs = sold
      .filter(({ leg: other }) => other.expiry === leg.expiry && other.shares === leg.shares)
      .flatMap((other) => pairOf(leg, other.leg, spot, isLong, long, before, i, other.i));
    return [...pairs, alone];
  });
  combinations.sort((a, b) => b.saved - a.saved);
  let lots = Math.floor(Math.abs(shares) / delivery + 1e-9);
  const found: Relief[] = [];
  for (const { name, bought: one, sold: other, saved } of combinations) {
    const count = Math.min(lots, left[one], other < 0 ? Infinity : left[other]);
    if (!(saved > 0) || count <= 0) continue;
    lots -= count;
    left[one] -= count;
    if (other >= 0) left[other] -= count;
    found.push({ name, lots: count, amount: saved * count });
  }
  return found;
}

/** Ten per cent of the strike and all that the option is out of the money, or what the shares need alone. */
function protectedNeed({ right, strike, shares }: MarginLeg, spot: number, before: number): number {
  const out = right === 'put' ? Math.max(0, spot - strike) : Math.max(0, strike - spot);
  return Math.min((0.1 * strike + out) * shares, before);
}

function pairOf(
  bought: MarginLeg,
  sold: MarginLeg,
  spot: number,
  isLong: boolean,
  long: number,
  before: number,
  boughtPlace: number,
  soldPlace: number,
): Combination[] {
  const { strike, shares } = bought;
  const places = { bought: boughtPlace, sold: soldPlace };
  if (sold.strike === strike) {
    // With both at one strike nothing is left to the market: 10 % of it; short, also what the call is in the money.
    const inside = isLong ? 0 : Math.max(0, strike - spot);
    const need = Math.min((0.1 * strike + inside) * shares, before);
    return [{ name: isLong ? 'conversion' : 'reversal', ...places, saved: before - need }];
  }
  if (!isLong || sold.strike < strike) return [];
  const need = Math.min(protectedNeed(bought, spot, before), long * sold.strike * shares);
  return [{ name: 'collar', ...places, saved: before - need }];
}
