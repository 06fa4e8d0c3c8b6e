/**
 * Where what strategies want enters: intents go through the gate, and what comes out goes to the venue.
 *
 * Everything that is asked, refused or sent is written into the journal here, in the order in which it happened.
 */
import { wholeLots } from '../../market/instrument.ts';
import type { Deck } from '../deck.ts';
import type { Approved, Control, Gate, LimitUse, Refusal } from '../gate/gate.ts';
import { ViewNow } from '../gate/gate-view.ts';
import { ENTRY } from '../journal/journal.ts';
import { NAKED, uncovers } from '../limits/option-limits.ts';
import { intentLike, plainMarket } from './intents.ts';
import { Order, type OrderIntent, type Side } from './order.ts';
import type { OrderChange } from '../ports.ts';

const NO_EXITS: Approved[] = [];

export class OrderEntry {
  readonly gate: Gate;
  /** Counts by outcome. */
  readonly counts = { submitted: 0, filled: 0, canceled: 0, expired: 0, rejected: 0, refused: 0 };
  private readonly deck: Deck;
  private readonly view: ViewNow;

  constructor(deck: Deck, gate: Gate) {
    this.deck = deck;
    this.gate = gate;
    this.view = new ViewNow(deck);
  }

  /** Asks the gate for one order, as a leg of `pack` where it is one. What it approves is not sent yet. */
  approve(intent: OrderIntent, pack?: readonly OrderIntent[]): Approved | Refusal {
    this.prepareView(intent, this.unitsOf(intent), this.deck.hosts[intent.strategy]?.warming ?? true);
    this.view.pack = pack;
    const result = this.gate.approve(intent, this.view);
    this.view.pack = undefined;
    return result;
  }

  private unitsOf({ instrument, quantity }: OrderIntent): number {
    const { lot } = this.deck.markets[instrument].instrument;
    if (lot === 1) return Math.floor(quantity + 1e-9);
    return wholeLots(quantity, lot) * this.deck.markets[instrument].lotUnits;
  }

  submit(intent: OrderIntent, children?: readonly OrderIntent[]): Order | undefined {
    const { deck, gate, view } = this;
    deck.sync();
    const units = this.unitsOf(intent);
    this.prepareView(intent, units, deck.hosts[intent.strategy]?.warming ?? true);
    if (children !== undefined) view.exits = children.length;
    const refusal = gate.refusal(intent, view);
    if (refusal !== undefined) {
      this.refuse(intent, units, refusal);
      return undefined;
    }
    const approved = gate.releaseAsSent(intent, view);
    const exits = children === undefined ? NO_EXITS : this.approveExits(intent, units, children);
    if (exits === undefined) return undefined;
    this.recordSubmitted(approved);
    this.pass(intent, units, approved);
    const { venue } = deck;
    venue.setNow(deck.at);
    if (children !== undefined) {
      for (const [i, exit] of exits.entries()) {
        this.recordSubmitted(exit);
        this.pass(children[i], units, exit);
        exit.parent = approved;
        exit.siblings = exits.filter((other) => other !== exit);
      }
      approved.children = exits;
    }
    venue.send(approved);
    const market = deck.markets[intent.instrument];
    if (market.quoted && intent.type.endsWith('on-close')) {
      deck.wakes.at(approved.activeAt, (due) => venue.onClose(market, due));
    }
    return approved;
  }

  /** The exits of an entry, or nothing: an entry whose exit cannot be placed would be an entry without one. */
  private approveExits(intent: OrderIntent, units: number, children: readonly OrderIntent[]): Approved[] | undefined {
    const exits: Approved[] = [];
    for (const child of children) {
      // How much a fraction of the account buys is known when it fills: its exits are sized then.
      this.prepareView(child, intent.fraction === intent.fraction ? this.unitsOf(child) : units, false);
      const exit = this.gate.approve(child, this.view);
      if (!(exit instanceof Order)) {
        this.refuse(intent, units, { code: exit.code, message: `${child.reason}: ${exit.message}` });
        return undefined;
      }
      exits.push(exit);
    }
    return exits;
  }

  refuse(intent: OrderIntent, units: number, { code, message, cancels }: Refusal, order = 0): void {
    this.counts.refused++;
    const { instrument, strategy, side, limit } = intent;
    this.deck.journal.write(
      ENTRY.refused,
      this.deck.at,
      order,
      instrument,
      strategy,
      side * units,
      limit,
      0,
      0,
      `${code}: ${message}`,
    );
    if (cancels !== undefined) {
      this.deck.venue.setNow(this.deck.at);
      for (const met of cancels) this.deck.venue.cancel(met, code);
    }
    this.deck.hosts[strategy]?.handlers.onOrderEnd?.(undefined, code);
  }

  /** Exercises bought contracts at once, where the gate and the venue let it. */
  exercise(intent: OrderIntent): Order | undefined {
    this.deck.sync();
    const { options } = this.deck;
    if (options !== undefined) return options.exercise(intent);
    const { venue } = this.deck;
    const nothing: Refusal = { code: 'option.exercise', message: 'there is nothing to exercise at this venue' };
    const refusal = venue.refusesExercise === undefined ? nothing : venue.refusesExercise(intent);
    // A broker is told like of any other order; what it delivers it books.
    if (refusal === undefined) return this.submit(intent);
    this.refuse(intent, this.unitsOf(intent), refusal);
    return undefined;
  }

  cancel(order: Order): void {
    this.deck.sync();
    this.deck.venue.setNow(this.deck.at);
    this.deck.venue.cancel(order, 'strategy');
  }

  update(order: Order, change: OrderChange): boolean {
    this.deck.sync();
    this.deck.venue.setNow(this.deck.at);
    const { quantityScale } = this.deck.ledger.units[order.instrument];
    const { lot } = this.deck.tape.instruments[order.instrument];
    const quantity = change.quantity ?? order.units / quantityScale;
    const limit = change.limit ?? order.limit;
    const stop = change.stop ?? order.stop;
    // A price that the type of the order does not have cannot be changed.
    if (change.limit !== undefined && order.limit !== order.limit) return false;
    if (change.stop !== undefined && order.stop !== order.stop) return false;
    // What an order is changed into passes the same controls as a new one.
    const left = quantity - order.filledUnits / quantityScale;
    const intent = intentOf(order, left, limit, stop);
    const units = wholeLots(left, lot) * Math.round(lot * quantityScale);
    this.prepareView(intent, units, this.deck.hosts[order.strategy].warming);
    this.view.workingOrders--;
    this.view.changing = order;
    this.view.exits = order.children?.length ?? 0;
    const refusal = this.gate.refusal(intent, this.view);
    this.view.changing = undefined;
    if (refusal !== undefined) {
      this.refuse(intent, units, refusal, order.id);
      return false;
    }
    if (this.deck.venue.update(order, change) !== undefined) return false;
    this.pass(intent, units, order, order);
    return true;
  }

  /**
   * Why an order that was approved must not leave at `now`, or `undefined`: what may have changed since is asked again.
   * `terms` are what it is to be changed into, where it is.
   */
  againstLeaving(
    order: Order,
    now: number,
    terms: Pick<Order, 'units' | 'limit' | 'stop'> = order,
  ): Refusal | undefined {
    const { view, gate } = this;
    const { quantityScale } = this.deck.ledger.units[order.instrument];
    const units = terms.units - order.filledUnits;
    const intent = intentOf(order, units / quantityScale, terms.limit, terms.stop);
    this.prepareView(intent, units, false);
    view.now = now;
    view.changing = order;
    view.isReshaped = gate.reshaped.has(order);
    const refusal = gate.againstLeaving(intent, view);
    view.changing = undefined;
    view.isReshaped = false;
    return refusal;
  }

  /** Whether no call may be sold that nothing covers. */
  get keepsCover(): boolean {
    return this.deck.ledger.options !== undefined && (this.gate.limits?.optionLevel ?? 0) < NAKED;
  }

  /**
   * Whether what an order sells could leave a sold call without cover, in an account that may sell none naked. Of what
   * works, orders that are left out do not count.
   */
  uncovers(order: Order, isLeftOut: (order: Order) => boolean): boolean {
    const { view } = this;
    const { ledger } = this.deck;
    if (!this.keepsCover) return false;
    const intent = intentLike(order, order.remainingUnits / ledger.units[order.instrument].quantityScale);
    this.prepareView(intent, order.remainingUnits, false);
    view.changing = order;
    view.isLeftOut = isLeftOut;
    const leaves = uncovers(intent, view);
    view.changing = undefined;
    view.isLeftOut = undefined;
    return leaves;
  }

  /** Controls that remember hear what goes out. */
  pass(intent: OrderIntent, units: number, order: Order, changing?: Order): void {
    const { memory } = this.gate;
    if (memory === undefined) return;
    this.prepareView(intent, units, false);
    this.view.changing = changing;
    memory.passed(intent, this.view, order);
    this.view.changing = undefined;
  }

  /** Closes a position at a price; what works there ends first. */
  forceClose(strategy: number, instrument: number, price: number, reason: string, at: number): void {
    const { quantity } = this.deck.ledger.positions[strategy][instrument];
    this.deck.venue.clear(this.deck.markets[instrument], reason, strategy);
    this.force(strategy, instrument, quantity > 0 ? -1 : 1, Math.abs(quantity), price, reason, at);
  }

  /**
   * Sends an order at the market that closes a position and may do nothing else; what works there for its strategy ends.
   * Of the controls only those of its market are `asked`; returns what they refuse.
   */
  close(strategy: number, instrument: number, reason: string, asked: readonly Control[]): Refusal | undefined {
    const { deck, view } = this;
    const { quantity, quantityUnits } = deck.ledger.positions[strategy][instrument];
    const side: Side = quantity > 0 ? -1 : 1;
    const size = Math.abs(quantity);
    const intent: OrderIntent = {
      ...plainMarket(instrument, strategy),
      side,
      quantity: size,
      reduceOnly: true,
      reason,
    };
    this.prepareView(intent, Math.abs(quantityUnits), false);
    for (const control of asked) {
      const refusal = control.check(intent, view);
      if (refusal !== undefined) return refusal;
    }
    const order = this.gate.releaseAsSent(intent, view);
    deck.venue.clear(deck.markets[instrument], reason, strategy);
    this.recordSubmitted(order);
    if (deck.venue.sendForced === undefined) deck.venue.send(order);
    else deck.venue.sendForced(order);
    return undefined;
  }

  /**
   * Books what no control may prevent: a margin call, a delisting, an assignment. Returns the id of its order.
   * `isFree` charges no fee.
   */
  force(
    strategy: number,
    instrument: number,
    side: Side,
    quantity: number,
    price: number,
    reason: string,
    at: number,
    isFree = false,
  ): number {
    const intent: OrderIntent = { ...plainMarket(instrument, strategy), side, quantity, reason };
    const { quantityScale } = this.deck.ledger.units[instrument];
    this.prepareView(intent, Math.round(quantity * quantityScale), false);
    const order = this.gate.releaseAsSent(intent, this.view);
    this.recordSubmitted(order);
    this.deck.venue.forceFill(order, price, at, isFree);
    return order.id;
  }

  /** How much of each limit of the deck is used now, for people. */
  uses(): readonly LimitUse[] {
    this.deck.sync();
    const idle: OrderIntent = { ...plainMarket(0, 0), side: 1, quantity: 0 };
    this.prepareView(idle, 0, false);
    return this.gate.uses(idle, this.view);
  }

  private prepareView(intent: OrderIntent, units: number, warming: boolean): void {
    const { view } = this;
    view.now = this.deck.at;
    view.units = units;
    view.exits = 0;
    view.market = this.deck.markets[intent.instrument];
    view.mark = this.deck.ledger.marks[intent.instrument]!;
    view.warming = warming;
    view.tradable = this.deck.delisted[intent.instrument] === 0;
    view.workingOrders = this.deck.venue.orders.countOf[intent.strategy] ?? 0;
  }

  recordSubmitted(order: Order): void {
    this.counts.submitted++;
    this.deck.journal.submitted(order);
  }
}

/** What is wanted by an order that is there, or by what it is to be changed into. */
function intentOf(order: Order, quantity: number, limit: number, stop: number): OrderIntent {
  return { ...intentLike(order, quantity), limit, stop };
}
