/**
 * What the account owns: cash and positions, moved only by fills, exercises, corporate actions and bookings, exactly.
 */
import { divide, moneyOf, type Money } from './amounts.ts';
import type { Listing } from './listing.ts';

export class Position {
  readonly listing: Listing;
  /** Signed, in units of quantity. */
  quantity = 0;
  /** Signed like the quantity: what was paid for what is still held. */
  cost: Money = 0n;
  /** Quantity and cost of what came in since the session began, for the figures of the day. */
  quantityAtOpen = 0;

  constructor(listing: Listing) {
    this.listing = listing;
  }

  get marketValue(): Money {
    return moneyOf(this.listing.mark, this.quantity, this.listing.multiplier);
  }

  /** What it adds to the account: of a future, what it has gained since it was opened. */
  get worth(): Money {
    return this.listing.future === undefined ? this.marketValue : this.marketValue - this.cost;
  }
}

export class Holdings {
  cash: Money;
  readonly positions = new Map<Listing, Position>();

  constructor(cash: Money) {
    this.cash = cash;
  }

  /** The positions as a list that stays as it is while they change. */
  list(): Position[] {
    return [...this.positions.values()];
  }

  quantityOf(listing: Listing): number {
    return this.positions.get(listing)?.quantity ?? 0;
  }

  /** Books a trade: a signed quantity at a price in units of price. */
  trade(listing: Listing, quantity: number, price: number): void {
    const value = moneyOf(price, quantity, listing.multiplier);
    const before = this.positions.get(listing)?.cost ?? 0n;
    this.move(listing, quantity, value);
    // A future costs nothing to open: closing pays out, or takes, what it gained.
    const kept = listing.future === undefined ? 0n : (this.positions.get(listing)?.cost ?? 0n) - before;
    this.cash -= value - kept;
  }

  /** Moves a signed quantity in or out with the cost that comes with it, without touching cash. */
  move(listing: Listing, quantity: number, value: Money): void {
    if (quantity === 0) return;
    let position = this.positions.get(listing);
    if (position === undefined) {
      position = new Position(listing);
      this.positions.set(listing, position);
    }
    const before = position.quantity;
    const after = before + quantity;
    if (before === 0 || Math.sign(before) === Math.sign(quantity)) position.cost += value;
    else if (Math.sign(after) === Math.sign(before)) {
      // What leaves takes its part of the cost with it.
      position.cost -= divide(position.cost * BigInt(-quantity), BigInt(before));
    } else position.cost = after === 0 ? 0n : divide(value * BigInt(after), BigInt(quantity));
    position.quantity = after;
    if (after === 0) this.positions.delete(listing);
  }

  /** Takes a position out whole and returns its signed quantity. */
  remove(listing: Listing): number {
    const quantity = this.quantityOf(listing);
    this.positions.delete(listing);
    return quantity;
  }

  /** Turns a position into another number of shares of the same cost: a split. */
  rescale(listing: Listing, quantity: number): void {
    const position = this.positions.get(listing);
    if (position !== undefined) position.quantity = quantity;
  }
}
