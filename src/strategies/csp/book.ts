/**
 * The puts that were really sold, from fills alone, with what was true when they were; and what they tie up.
 *
 * An order that was accepted is no position: its collateral is reserved for as long as it works, and only what fills of
 * it becomes a position with the premium that was paid.
 */
import type { Asset, Fill, OrderView } from '../../engine/strategy.ts';
import type { EntryFacts } from './exits.ts';

export interface Entry extends Omit<EntryFacts, 'premium'> {
  readonly symbol: string;
  readonly underlying: string;
  readonly expiry: string;
}

export interface OpenPut extends Entry {
  readonly openedAt: number;
}

interface AtWork {
  readonly entry: Entry;
  readonly id: number;
  readonly quantity: number;
  filled: number;
}

/** What a restart needs. */
export interface BookState {
  readonly open: readonly OpenPut[];
  readonly atWork: readonly AtWork[];
  readonly ended: number;
  readonly premium: number;
  readonly paid: number;
  readonly assigned: number;
  readonly lapsed: number;
}

export class Book {
  readonly open = new Map<string, OpenPut>();
  /** Money: what sales brought and buying back cost. */
  premium = 0;
  paid = 0;
  /** Contracts that ended in the money, delivered or paid in cash, and worthless. */
  assigned = 0;
  lapsed = 0;
  /** Money that those in the money were worth. */
  ended = 0;
  private readonly assetOf: (symbol: string) => Asset;
  private atWork: AtWork[] = [];

  constructor(assetOf: (symbol: string) => Asset) {
    this.assetOf = assetOf;
  }

  /** Reserves the collateral of an order that was sent. */
  sent(entry: Entry, order: OrderView, quantity: number): void {
    this.atWork.push({ entry, id: order.id, quantity, filled: 0 });
  }

  /** Takes a fill of one of the contracts. */
  filled({ symbol, order, side, quantity, price, time }: Fill): void {
    const asset = this.assetOf(symbol);
    if (asset.instrument.option === undefined) return;
    const money = quantity * price * asset.instrument.multiplier;
    const own = this.atWork.find(({ id }) => id === order.id);
    if (side === -1) {
      this.premium += money;
      if (own === undefined) return;
      own.filled += quantity;
      if (!this.open.has(symbol)) this.open.set(symbol, { ...own.entry, openedAt: time });
      return;
    }
    this.paid += money;
    this.forgetWhenFlat(symbol);
  }

  forgetWhenFlat(symbol: string): void {
    if (this.assetOf(symbol).position.isFlat) this.open.delete(symbol);
  }

  /** Contracts by symbol that are open or may still be sold by orders at work. */
  symbolsOn(underlying: string): Set<string> {
    const all = [...this.open.values(), ...this.atWork.map(({ entry }) => entry)];
    return new Set(all.filter((each) => each.underlying === underlying).map(({ symbol }) => symbol));
  }

  get positions(): number {
    return new Set([...this.open.keys(), ...this.atWork.map(({ entry }) => entry.symbol)]).size;
  }

  /** Money under sold puts, and under orders that may still sell some. */
  committed(): { readonly held: number; readonly working: number } {
    let [held, working] = [0, 0];
    for (const { symbol, strike } of this.open.values()) {
      const { position, instrument } = this.assetOf(symbol);
      held += Math.max(0, -position.quantity) * strike * instrument.multiplier;
    }
    for (const { entry, quantity, filled } of this.atWork) {
      working += (quantity - filled) * entry.strike * this.assetOf(entry.symbol).instrument.multiplier;
    }
    return { held, working };
  }

  save(): BookState {
    const { atWork, premium, paid, assigned, lapsed, ended } = this;
    return {
      open: [...this.open.values()],
      atWork: atWork.map((each) => ({ ...each })),
      premium,
      paid,
      assigned,
      lapsed,
      ended,
    };
  }

  restore(state: BookState): void {
    for (const put of state.open) this.open.set(put.symbol, put);
    this.atWork = state.atWork.map((each) => ({ ...each }));
    const { premium, paid, assigned, lapsed, ended } = state;
    Object.assign(this, { premium, paid, assigned, lapsed, ended });
  }

  /**
   * Lets go of orders that are over. To be called when all fills have been told: an order that fills as it is sent is
   * over before its fill is known, and its collateral must not be free in between.
   */
  tidy(): void {
    this.atWork = this.atWork.filter(({ entry, id }) =>
      this.assetOf(entry.symbol).orders.some((order) => order.id === id),
    );
  }
}
