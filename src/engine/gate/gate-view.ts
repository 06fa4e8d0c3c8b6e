/**
 * What the controls of the gate are shown: one object, filled in anew for every intent.
 *
 * It is a class and not a literal, because engines give up on literals with getters: they turn into dictionaries, in
 * which every look is a search.
 */
import type { Deck } from '../deck.ts';
import type { GateView } from './gate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Order, OrderIntent } from '../orders/order.ts';
import type { MarketHours } from '../ports.ts';
import type { Market } from '../sim/market.ts';

export class ViewNow implements GateView {
  readonly ledger: Ledger;
  // Not 0: what begins as a small whole number has to be made over when fractions come.
  now = Number.NaN;
  units = Number.NaN;
  mark = Number.NaN;
  warming = true;
  tradable = true;
  workingOrders = 0;
  /** The order that is being changed: it does not count beside what it becomes. */
  changing: Order | undefined = undefined;
  /** Orders at work that do not count. */
  isLeftOut: ((order: Order) => boolean) | undefined = undefined;
  isReshaped = false;
  exits = 0;
  pack: readonly OrderIntent[] | undefined = undefined;
  market: Market;
  readonly markets: readonly Market[];
  readonly hours: readonly MarketHours[];
  private readonly deck: Deck;

  constructor(deck: Deck) {
    this.deck = deck;
    this.ledger = deck.ledger;
    this.markets = deck.markets;
    this.hours = deck.hours;
    this.market = deck.markets[0];
  }

  get isForBroker(): boolean {
    return this.deck.venue.isBroker === true;
  }

  get peak(): number {
    return this.deck.peak();
  }

  pendingLimit(order: Order): number {
    return this.deck.venue.pendingLimit?.(order) ?? Number.NaN;
  }

  readonly working = (instrument: number): readonly Order[] => {
    const { working } = this.deck.markets[instrument];
    const { changing, isLeftOut } = this;
    if (changing === undefined && isLeftOut === undefined) return working;
    return working.filter((order) => order !== changing && isLeftOut?.(order) !== true);
  };
}
