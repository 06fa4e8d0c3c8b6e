/**
 * Orders that only close. A simulated venue fills no more of them than is held; a broker fills what it was asked for, and
 * opens the other side. So each leaves for no more than is held, is cut when that becomes less, grows again with
 * it, and ends when nothing is.
 *
 * None leaves while others that are on their way, or are being canceled, might close the same: all of them could fill, and
 * what was to be flat would be short. Nor what is to rest before orders that come first have filled what it is to close; nor
 * what the desk closes while a sold call needs it for its cover.
 *
 * It waits in our books until the broker has said what became of those, and then goes out for what is still held: no longer
 * than a decision lives, but what a person or a loss closes waits as long as it must. At a simulated venue a cancel is done at
 * once, and nothing has to wait.
 */
import { ENTRY, type Journal } from '../../journal/journal.ts';
import type { Order, Side } from '../../orders/order.ts';
import type { OrderEntry } from '../../orders/order-entry.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Wakes } from '../../play/wakes.ts';
import type { VenueParts } from '../../ports.ts';
import { isLive } from '../../sim/working-orders.ts';
import { MINUTE } from '../../../time/instant.ts';
import type { BrokerVenue } from './broker-venue.ts';
import type { Ticket } from './ticket.ts';

/** What the desk closes waits so long before people are told: mostly it is over within a second. */
const TOLD_AFTER_US = MINUTE;

export class Closers {
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
  /** Units that orders were for before they were cut to what is held. */
  private readonly wished = new WeakMap<Order, number>();
  /** Of those that wait, what waits for a purchase to fill. */
  private readonly early = new WeakSet<Order>();

  constructor(venue: BrokerVenue, { ledger, wakes, journal }: VenueParts) {
    this.venue = venue;
    this.ledger = ledger;
    this.wakes = wakes;
    this.journal = journal;
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

  private go(order: Order, at: number, decidedAt: number): void {
    const held = this.heldAgainst(order);
    if (order.reduceOnly && held <= 0) {
      this.venue.orders.conclude(order, 'cancel', 'nothing-to-reduce', at);
      return;
    }
    if (order.reduceOnly && order.remainingUnits > held) this.trim(order, held);
    this.venue.dispatch(order, at, undefined, decidedAt);
  }

  /** It is for so many units, and nobody has been asked for more; it grows when more is held. */
  private trim(order: Order, units: number): void {
    this.wished.set(order, order.units);
    order.units = order.filledUnits + units;
    const price = order.limit === order.limit ? order.limit : order.stop;
    this.write(ENTRY.updated, order, order.side * order.units, price, 'cut to what is held');
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

  /** Whether it would close more than is held by now: what is sent again under the same id goes for as much as at first. */
  isTooLarge(order: Order): boolean {
    return order.reduceOnly && order.remainingUnits > this.heldAgainst(order);
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
    if (!isLive(order) || !this.waiting.includes(order)) return;
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

  /**
   * What is held has changed: orders of `side` that only close are cut to it, the newest first, and those that were cut
   * before grow again, up to what they were for; of exits that end each other the largest counts. A simulated venue fills no
   * more of them than is held; a broker would, and open the other side.
   */
  fit(strategy: number, instrument: number, side: Side, at: number): void {
    const { venue } = this;
    let left = Math.max(0, -side * this.ledger.positions[strategy][instrument].quantityUnits);
    // What waits here goes out for what is held then.
    const exits = venue.markets[instrument].working.filter((order) => {
      const isOne = order.reduceOnly && order.strategy === strategy && order.side === side;
      return isOne && isLive(order) && !this.waiting.includes(order);
    });
    for (const exit of exits) {
      const tied = exits.filter((other) => other === exit || exit.siblings?.includes(other) === true);
      // Together, and once: with the first of them.
      if (tied[0] !== exit) continue;
      let most = 0;
      for (const each of tied) most = Math.max(most, this.fitOne(each, left, at));
      left -= most;
    }
  }

  /** The same of everything: what is held changes by bookings, too. */
  fitAll(at: number): void {
    if (this.venue.desk !== undefined) return;
    for (const { exits, working, index } of this.venue.markets) {
      if (exits === 0) continue;
      for (const { reduceOnly, strategy, side } of working.slice()) if (reduceOnly) this.fit(strategy, index, side, at);
    }
  }

  /** Makes one of them as large as it may be with so much left, and returns how large it is to be. */
  private fitOne(exit: Order, left: number, at: number): number {
    const { venue } = this;
    const goal = this.goalOf(exit);
    if (goal > left) {
      this.wish(exit, exit.filledUnits + goal);
      if (left === 0) venue.orders.end(exit, 'cancel', 'nothing-to-reduce', at);
      else if (!venue.groups.cut(exit)) venue.resize(exit, exit.filledUnits + left, at);
      return left;
    }
    const ticket = venue.ticketFor(exit);
    const wished = Math.min(left, (this.wished.get(exit) ?? 0) - exit.filledUnits);
    const isFixed = ticket?.group !== undefined || ticket?.isOver === true || ticket?.cancelCode !== undefined;
    if (wished <= goal || isFixed) return goal;
    venue.resize(exit, exit.filledUnits + wished, at);
    return wished;
  }

  /** Another exit, of which only one is to fill, took so many units. */
  took(order: Order, units: number): void {
    const wished = this.wished.get(order);
    if (wished !== undefined) this.wished.set(order, wished - units);
  }

  /** It was for so many units before it was cut. */
  private wish(order: Order, units: number): void {
    if (units > (this.wished.get(order) ?? 0)) this.wished.set(order, units);
  }

  /** A change was refused: what is for more than is held, and may not be made smaller, ends there and is asked for anew. */
  cutAnew(ticket: Ticket): void {
    const { order, wanted, cancelCode, group } = ticket;
    const { desk, mayPost, groups, contact } = this.venue;
    if (desk !== undefined || wanted !== undefined || cancelCode !== undefined || !isLive(order)) return;
    // What may not grow stays as it is.
    this.wished.delete(order);
    if (!this.isTooLarge(order)) return;
    // Where nothing could take its place it stays: too large is better than nothing. Mostly it has filled.
    if (!mayPost(order)) contact.lookUp(ticket);
    else if (group === undefined) groups.renewals.wantOne(ticket);
    else groups.renewals.want(group);
  }

  /** Units that are to be left of an order once the broker has done what it was asked for. */
  private goalOf(order: Order): number {
    const ticket = this.venue.ticketFor(order);
    if (ticket?.cancelCode !== undefined) return 0;
    return (ticket?.wanted ?? ticket?.asked ?? order).units - order.filledUnits;
  }

  private waits(order: Order): boolean {
    const isEarly = this.isEarly(order);
    const waits = isEarly || this.isBehind(order) || this.isCover(order);
    if (waits) this.waiting.push(order);
    if (isEarly && !this.early.has(order)) {
      this.early.add(order);
      this.write(
        ENTRY.note,
        order,
        0,
        Number.NaN,
        'it waits here until orders before it have filled what it is to close',
      );
    }
    return waits;
  }

  /** What it protects has been bought, or never will be: it is as fresh as an exit that wakes. */
  private isDue(order: Order, at: number): void {
    this.early.delete(order);
    this.decidedAt.set(order, this.venue.decision.at(at));
    this.wakes.at(this.tooOldAt(order), (due) => this.expire(due));
  }

  private write(kind: number, order: Order, quantity: number, price: number, text: string): void {
    const { id, instrument, strategy } = order;
    this.journal.write(kind, this.venue.now, id, instrument, strategy, quantity, price, 0, 0, text);
  }

  /** Whether it is to rest, and nothing is held for it yet, which orders that came before it may change. */
  isEarly(order: Order): boolean {
    const { timeInForce, limit, stop, trail, strategy, side } = order;
    const hasPrice = limit === limit || stop === stop || trail === trail;
    const rests = hasPrice && timeInForce !== 'IOC' && timeInForce !== 'FOK';
    if (!rests || !order.reduceOnly || this.heldAgainst(order) > 0) return false;
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
    return others > 0 && order.remainingUnits > this.heldAgainst(order) - others;
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

  /** Units that an order could close; below 0 where the position is on its own side. */
  heldAgainst({ strategy, instrument, side }: Order): number {
    return -side * this.ledger.positions[strategy][instrument].quantityUnits;
  }

  /**
   * Units, of those that an entry has bought, that are there for an exit to close: the rest closed what was held on the other
   * side. What the broker keeps it wakes whole; and which venue a desk has, a strategy behind its door does not know.
   */
  closable(exit: Order, units: number): number {
    const isTheirs = this.venue.desk !== undefined || this.venue.ticketFor(exit)?.group !== undefined;
    return isTheirs ? units : Math.min(units, this.heldAgainst(exit));
  }

  /** An order is to be of so many units: returns of how many it may be, for one that only closes no more than is held. */
  atMost(order: Order, units: number): number {
    if (!order.reduceOnly || this.venue.desk !== undefined) return units;
    this.wished.set(order, units);
    return Math.min(units, order.filledUnits + Math.max(0, this.heldAgainst(order)));
  }
}
