/**
 * Orders that only close: when they leave. How large they are is in `closing-sizes.ts`.
 *
 * None leaves for the broker while others that are on their way, or are being canceled, might close the same: all of them
 * could fill, and what was to be flat would be short. Nor what is to rest before orders that come first have filled what it
 * is to close; nor what the desk closes while a sold call needs it for its cover.
 *
 * It waits in our books until the broker has said what became of those, and then goes out for what is still held: no longer
 * than a decision lives, but what a person or a loss closes waits as long as it must. At a simulated venue a cancel is done at
 * once, and nothing has to wait.
 */
import { ENTRY, type Journal } from '../../journal/journal.ts';
import type { Order } from '../../orders/order.ts';
import type { OrderEntry } from '../../orders/order-entry.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Wakes } from '../../play/wakes.ts';
import type { VenueParts } from '../../ports.ts';
import { isLive } from '../../sim/working-orders.ts';
import { MINUTE } from '../../../time/instant.ts';
import type { BrokerVenue } from './broker-venue.ts';
import { ClosingSizes } from './closing-sizes.ts';

/** What the desk closes waits so long before people are told: mostly it is over within a second. */
const TOLD_AFTER_US = MINUTE;

export class Closers {
  readonly sizes: ClosingSizes;
  private readonly venue: BrokerVenue;
  private readonly ledger: Ledger;
  private readonly wakes: Wakes;
  private readonly journal: Journal;
  /** Whether what an order sells could leave a sold call without cover; set by whoever wires the venue. */
  uncovers: OrderEntry['uncovers'] = () => false;
  /** Oldest first. */
  private waiting: Order[] = [];
  /** When those were decided. */
  private readonly decidedAt = new WeakMap<Order, number>();
  /** Of those that wait, what waits for a purchase to fill. */
  private readonly early = new WeakSet<Order>();

  constructor(venue: BrokerVenue, parts: VenueParts) {
    const { ledger, wakes, journal } = parts;
    this.venue = venue;
    this.ledger = ledger;
    this.wakes = wakes;
    this.journal = journal;
    this.sizes = new ClosingSizes(venue, parts, (order) => this.isWaiting(order));
  }

  /** Sends an order that closes, at once or when it may go. */
  send(order: Order): void {
    const { now, decision, forced, desk } = this.venue;
    // A desk takes requests one after the other, as they were decided, and looks itself: there nothing has to wait.
    if (desk !== undefined) this.venue.dispatch(order, now);
    else if (!this.waits(order)) this.go(order, now, now);
    else {
      this.decidedAt.set(order, decision.at(order.submittedAt));
      if (forced.has(order)) this.wakes.at(now + TOLD_AFTER_US, (at) => this.tell(order, at));
      else this.wakes.at(this.tooOldAt(order), (at) => this.expire(at));
    }
  }

  /** Whether it waits here, and the broker has nothing of it. */
  isWaiting(order: Order): boolean {
    return this.waiting.includes(order);
  }

  private go(order: Order, at: number, decidedAt: number): void {
    const held = this.sizes.heldAgainst(order);
    if (order.reduceOnly && held <= 0) {
      this.venue.orders.conclude(order, 'cancel', 'nothing-to-reduce', at);
      return;
    }
    if (order.reduceOnly && order.remainingUnits > held) this.sizes.trim(order, held);
    this.venue.dispatch(order, at, undefined, decidedAt);
  }

  /** Whether others may yet close what it would. */
  isBehind(order: Order): boolean {
    return this.isTooMuch(order, this.othersOf(order));
  }

  /**
   * The same of an exit that is asked for anew: it waits for what is on its way and will be answered soon. What rests, or
   * waits here, may do so for long, and until then nothing would protect the position.
   */
  isExitBehind(order: Order): boolean {
    return this.isTooMuch(order, this.othersOf(order, true));
  }

  /** Lets go what may go now: after every report. */
  release(at: number): void {
    if (this.waiting.length === 0) return;
    this.expire(at);
    const { waiting, venue } = this;
    this.waiting = [];
    for (const order of waiting) {
      if (!isLive(order)) this.told(order, at);
      if (!isLive(order)) continue;
      if (this.early.has(order) && !this.isEarly(order)) this.isDue(order, at);
      if (this.waits(order)) continue;
      this.told(order, at);
      this.go(order, at, venue.forced.has(order) ? at : this.decided(order));
    }
  }

  /** Somebody should know that what was to be closed is not, and why. */
  private tell(order: Order, at: number): void {
    if (!isLive(order) || !this.isWaiting(order)) return;
    const { venue } = this;
    const why = this.isBehind(order)
      ? 'it is not known what became of another order that closes the same'
      : 'a call that was sold, or could be, needs it for its cover';
    const quantity = order.remainingUnits / this.ledger.units[order.instrument].quantityScale;
    const what = `order ${order.id}: ${quantity} ${venue.markets[order.instrument].symbol}`;
    venue.alerts.raise('order.waiting', `${what} to be closed wait here: ${why}`, at);
  }

  private told({ id }: Order, at: number): void {
    this.venue.alerts.settle('order.waiting', `order ${id}: `, at);
  }

  /** What was decided too long ago is not sent any more: its strategy decides anew. */
  private expire(at: number): void {
    const isTooOld = (order: Order): boolean => isLive(order) && !this.early.has(order) && at >= this.tooOldAt(order);
    const old = this.waiting.filter(isTooOld);
    if (old.length === 0) return;
    this.waiting = this.waiting.filter((order) => !old.includes(order));
    for (const order of old) this.venue.orders.conclude(order, 'cancel', 'desk.too-old', at);
  }

  private tooOldAt(order: Order): number {
    return this.venue.forced.has(order) ? Infinity : this.decided(order) + this.venue.options.decisionLifeUs + 1;
  }

  private decided(order: Order): number {
    return this.decidedAt.get(order) ?? order.submittedAt;
  }

  /** What waited when a session ended is too old to be sent by the next one: its strategy decides anew. */
  forget(at: number): void {
    for (const { working } of this.venue.markets) {
      for (const order of working.slice()) {
        const { venue } = this;
        const isKept = venue.groups.isWaiting(order) || venue.held.isHere(order);
        const isWaiting = this.waiting.includes(order) || venue.isOut(order) || isKept;
        if (isLive(order) && order.reduceOnly && !isWaiting) {
          this.venue.orders.conclude(order, 'cancel', 'desk.too-old', at);
        }
      }
    }
  }

  private waits(order: Order): boolean {
    const isEarly = this.isEarly(order);
    const waits = isEarly || this.isBehind(order) || this.isCover(order);
    if (waits) this.waiting.push(order);
    if (isEarly && !this.early.has(order)) {
      this.early.add(order);
      const { id, instrument, strategy } = order;
      const text = 'it waits here until orders before it have filled what it is to close';
      this.journal.write(ENTRY.note, this.venue.now, id, instrument, strategy, 0, Number.NaN, 0, 0, text);
    }
    return waits;
  }

  /** What it protects has been bought, or never will be: it is as fresh as an exit that wakes. */
  private isDue(order: Order, at: number): void {
    this.early.delete(order);
    this.decidedAt.set(order, this.venue.decision.at(at));
    this.wakes.at(this.tooOldAt(order), (due) => this.expire(due));
  }

  /** Whether it is to rest, and nothing is held for it yet, which orders that came before it may change. */
  isEarly(order: Order): boolean {
    const { timeInForce, limit, stop, trail, strategy, side } = order;
    const hasPrice = limit === limit || stop === stop || trail === trail;
    const rests = hasPrice && timeInForce !== 'IOC' && timeInForce !== 'FOK';
    if (!rests || !order.reduceOnly || this.sizes.heldAgainst(order) > 0) return false;
    return this.venue.markets[order.instrument].working.some((other) => {
      const isEntry = other.strategy === strategy && other.side === -side && !other.reduceOnly;
      return isEntry && other.id < order.id && isLive(other);
    });
  }

  /**
   * Whether it closes for the desk, which asks no control, what covers a sold call or one that could be sold yet: those are
   * bought back or known to have ended first. A strategy's order passed the gate, where the same is asked.
   */
  private isCover(order: Order): boolean {
    return this.venue.forced.has(order) && this.uncovers(order, (other) => this.waiting.includes(other));
  }

  private isTooMuch(order: Order, others: number): boolean {
    return others > 0 && order.remainingUnits > this.sizes.heldAgainst(order) - others;
  }

  /** Units that the others on its side may still close, those before it among the waiting included; what is tied once. */
  private othersOf(order: Order, onItsWay = false): number {
    const { working } = this.venue.markets[order.instrument];
    const others = working.filter((other) => this.mayClose(other, order, onItsWay));
    let units = 0;
    for (const other of others) {
      const tied = others.filter((each) => other.siblings?.includes(each) === true);
      // Of exits that end each other the largest counts, the first of equals.
      const isLess = tied.some(({ id, remainingUnits: left }) => {
        return left > other.remainingUnits || (left === other.remainingUnits && id < other.id);
      });
      if (!isLess) units += other.remainingUnits;
    }
    return units;
  }

  /** Whether another order may close what an order is to close. */
  private mayClose(other: Order, order: Order, onItsWay: boolean): boolean {
    const isSame = other.strategy === order.strategy && other.side === order.side;
    // What is tied to it ends or shrinks with its fills.
    const isTied = order.siblings?.includes(other) === true;
    // What was decided later and may open was let pass with this one in mind.
    const mayOpen = other.id > order.id && !other.reduceOnly;
    if (other === order || !isSame || isTied || mayOpen || !isLive(other)) return false;
    const isOut = this.venue.isOut(other);
    const isMoving = other.status === 'submitted' || other.status === 'pending-cancel';
    return onItsWay ? isOut && isMoving : isOut || this.waiting.includes(other);
  }
}
