/**
 * A package: several orders that fill together, in fixed proportions and for one net price, or not at all.
 *
 * Each leg is an order of its own, approved, numbered and journaled like any other; what ends one of them ends all. The
 * net price is money per share of one package: above 0 it is paid (a debit), below 0 it is received (a credit).
 */
import type { Order, OrderIntent, TimeInForce } from './order.ts';

/** What a strategy asks for. */
export interface PackageIntent {
  /** One intent per leg, for all packages together. */
  readonly legs: readonly OrderIntent[];
  /** Units of each leg's instrument in one package; positive. */
  readonly ratios: readonly number[];
  /** Packages. */
  readonly quantity: number;
  /** Net price; NaN for a package at the market. */
  readonly limit: number;
  readonly timeInForce: TimeInForce;
  /** What it is called: `iron-condor`. */
  readonly name: string;
  readonly reason: string;
}

export class Package {
  readonly legs: readonly Order[];
  readonly ratios: readonly number[];
  /** Packages asked for. */
  readonly quantity: number;
  /** Net price; NaN at the market. */
  limit: number;
  readonly name: string;
  readonly reason: string;
  /** Money per point and unit of each leg. */
  readonly multipliers: readonly number[];
  /** Money per point of the net price: the multiplier of its options, 1 without any. */
  readonly points: number;
  /** Whether it has met the quotes since it came: from then on it rests. */
  rested = false;

  constructor(
    legs: readonly Order[],
    intent: Omit<PackageIntent, 'legs' | 'timeInForce'>,
    multipliers: readonly number[],
    points: number,
  ) {
    this.legs = legs;
    this.multipliers = multipliers;
    this.ratios = intent.ratios;
    this.quantity = intent.quantity;
    this.limit = intent.limit;
    this.name = intent.name;
    this.reason = intent.reason;
    this.points = points;
    for (const leg of legs) leg.pack = this;
  }

  /** Derived: that of its first leg. */
  get id(): number {
    return this.legs[0].id;
  }

  get status(): Order['status'] {
    return this.legs[0].status;
  }

  /** Packages that have filled. */
  get filled(): number {
    const [leg] = this.legs;
    return leg.units === 0 ? 0 : (this.quantity * leg.filledUnits) / leg.units;
  }

  /** Net price of what has filled, per share of one package; NaN before the first. */
  get averagePrice(): number {
    if (this.legs.some(({ filledUnits }) => filledUnits === 0)) return Number.NaN;
    return this.net((leg) => this.legs[leg].averagePrice);
  }

  /** The net price that prices of the legs make. */
  net(priceOf: (leg: number) => number): number {
    let money = 0;
    for (let i = 0; i < this.legs.length; i++) {
      money += this.legs[i].side * this.ratios[i] * priceOf(i) * this.multipliers[i];
    }
    return money / this.points;
  }
}
