/**
 * The contracts that were really sold, from fills alone, with what was true when they were; and what they tie up.
 *
 * An order that was accepted is no position: its collateral is reserved for as long as it works, and only what fills of
 * it becomes a position with the premium that was paid. Puts tie up cash, calls tie up shares.
 */
import type { Asset, ContractEvent, Fill, OrderView } from '../../engine/strategy/strategy.ts';
import type { EntryFacts } from './exits.ts';

export type Right = 'call' | 'put';

export interface Entry extends Omit<EntryFacts, 'premium'> {
  readonly symbol: string;
  readonly underlying: string;
  readonly right: Right;
  readonly expiry: string;
}

export interface OpenContract extends Entry {
  readonly openedAt: number;
}

interface AtWork {
  readonly entry: Entry;
  readonly id: number;
  readonly quantity: number;
  filled: number;
}

/** What became of all contracts of one right, in money and contracts. */
export interface Tally {
  /** Money that sales brought and buying back cost. */
  premium: number;
  paid: number;
  /** Contracts that ended in the money, delivered or paid in cash, and worthless. */
  assigned: number;
  lapsed: number;
  /** Money that those in the money were worth. */
  ended: number;
}

/** What a restart needs. */
export interface BookState {
  readonly open: readonly OpenContract[];
  readonly atWork: readonly Readonly<AtWork>[];
  readonly put: Readonly<Tally>;
  readonly call: Readonly<Tally>;
}

export class Book {
  readonly open = new Map<string, OpenContract>();
  readonly tallies: Readonly<Record<Right, Tally>> = { put: emptyTally(), call: emptyTally() };
  private readonly assetOf: (symbol: string) => Asset;
  private atWork: AtWork[] = [];
  /** Money of the fill before: when it was the end of a contract in cash, that is told only afterwards. */
  private lastPaid = 0;

  constructor(assetOf: (symbol: string) => Asset) {
    this.assetOf = assetOf;
  }

  /** Reserves what an order that was sent may tie up. */
  sent(entry: Entry, order: OrderView, quantity: number): void {
    this.atWork.push({ entry, id: order.id, quantity, filled: 0 });
  }

  /** Takes a fill of one of the contracts. */
  filled({ symbol, order, side, quantity, price, time }: Fill): void {
    const { instrument } = this.assetOf(symbol);
    if (instrument.option === undefined) return;
    const money = quantity * price * instrument.multiplier;
    const tally = this.tallies[instrument.option.right];
    const own = this.atWork.find(({ id }) => id === order.id);
    if (side === -1) {
      tally.premium += money;
      if (own === undefined) return;
      own.filled += quantity;
      if (!this.open.has(symbol)) this.open.set(symbol, { ...own.entry, openedAt: time });
      return;
    }
    tally.paid += money;
    this.lastPaid = money;
    this.forgetWhenFlat(symbol);
  }

  /** The share of a sold contract was split, or paid a special dividend: what was true of it then is told in its terms. */
  adjusted({ asset, strike, adjustment }: ContractEvent): void {
    const own = this.open.get(asset.symbol);
    if (own === undefined || adjustment === undefined) return;
    this.open.set(asset.symbol, { ...own, strike, price: own.price * adjustment.factor - adjustment.fall });
  }

  /** A sold contract came to its end. The fill that closed it was told before: only its terms are at hand. */
  ended({ kind, asset, quantity, price, strike }: ContractEvent): void {
    const { instrument, symbol } = asset;
    const { right } = instrument.option!;
    const tally = this.tallies[right];
    if (kind === 'lapsed') tally.lapsed -= quantity;
    else if (kind === 'settled') {
      // Nobody bought it back: its fill was the payment at the end.
      tally.assigned -= quantity;
      tally.paid -= this.lastPaid;
      tally.ended += this.lastPaid;
    } else {
      tally.assigned -= quantity;
      const worth = right === 'put' ? strike - price : price - strike;
      tally.ended -= quantity * instrument.multiplier * Math.max(0, worth);
    }
    this.forgetWhenFlat(symbol);
  }

  forgetWhenFlat(symbol: string): void {
    if (this.assetOf(symbol).position.isFlat) this.open.delete(symbol);
  }

  /** Contracts of a right by symbol that are open or may still be sold by orders at work. */
  symbolsOn(underlying: string, right: Right): Set<string> {
    const all = [...this.open.values(), ...this.atWork.map(({ entry }) => entry)];
    const own = all.filter((each) => each.underlying === underlying && each.right === right);
    return new Set(own.map(({ symbol }) => symbol));
  }

  /** How many different puts are open or may still be sold. */
  get puts(): number {
    const open = [...this.open.values(), ...this.atWork.map(({ entry }) => entry)];
    return new Set(open.filter(({ right }) => right === 'put').map(({ symbol }) => symbol)).size;
  }

  /** Money under sold puts, and under orders that may still sell some. */
  committed(): { readonly held: number; readonly working: number } {
    let [held, working] = [0, 0];
    for (const { symbol, strike, right } of this.open.values()) {
      if (right === 'put') held += this.soldOf(symbol) * strike * this.assetOf(symbol).instrument.multiplier;
    }
    for (const { entry, quantity, filled } of this.atWork) {
      if (entry.right === 'call') continue;
      working += (quantity - filled) * entry.strike * this.assetOf(entry.symbol).instrument.multiplier;
    }
    return { held, working };
  }

  /** Shares under sold calls on an underlying, orders that may still sell some included. */
  sharesUnderCalls(underlying: string): number {
    let shares = 0;
    for (const { symbol, right, underlying: own } of this.open.values()) {
      if (right === 'call' && own === underlying)
        shares += this.soldOf(symbol) * this.assetOf(symbol).instrument.multiplier;
    }
    for (const { entry, quantity, filled } of this.atWork) {
      if (entry.right !== 'call' || entry.underlying !== underlying) continue;
      shares += (quantity - filled) * this.assetOf(entry.symbol).instrument.multiplier;
    }
    return shares;
  }

  /** Whether any contract on an underlying is open or may still be sold. */
  isBusy(underlying: string): boolean {
    const all = [...this.open.values(), ...this.atWork.map(({ entry }) => entry)];
    return all.some((each) => each.underlying === underlying);
  }

  private soldOf(symbol: string): number {
    return Math.max(0, -this.assetOf(symbol).position.quantity);
  }

  save(): BookState {
    const { put, call } = this.tallies;
    return {
      open: [...this.open.values()],
      atWork: this.atWork.map((each) => ({ ...each })),
      put: { ...put },
      call: { ...call },
    };
  }

  restore({ open, atWork, put, call }: BookState): void {
    for (const each of open) this.open.set(each.symbol, known(each));
    this.atWork = atWork.map((each) => ({ ...each, entry: known(each.entry) }));
    Object.assign(this.tallies.put, put);
    Object.assign(this.tallies.call, call);
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

/** On the disk a number that nobody knew is null, which is not finite either. */
function known<E extends Entry>(entry: E): E {
  return { ...entry, volatility: Number.isFinite(entry.volatility) ? entry.volatility : Number.NaN };
}

function emptyTally(): Tally {
  return { premium: 0, paid: 0, assigned: 0, lapsed: 0, ended: 0 };
}
