/**
 * How large orders that only close are at a broker. A simulated venue fills no more of them than is held; a broker fills
 * what it was asked for, and opens the other side. So each leaves for no more than is held, is cut when that becomes less,
 * grows again with it, and ends when nothing is.
 */
import { ENTRY, type Journal } from '../../journal/journal.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Order, Side } from '../../orders/order.ts';
import type { VenueParts } from '../../ports.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { BrokerVenue } from './broker-venue.ts';
import type { Ticket } from './ticket.ts';

export class ClosingSizes {
  private readonly venue: BrokerVenue;
  private readonly ledger: Ledger;
  private readonly journal: Journal;
  /** Whether an order waits here: it goes out for what is held then. */
  private readonly isWaiting: (order: Order) => boolean;
  /** Units that orders were for before they were cut to what is held. */
  private readonly wished = new WeakMap<Order, number>();

  constructor(venue: BrokerVenue, { ledger, journal }: VenueParts, isWaiting: (order: Order) => boolean) {
    this.venue = venue;
    this.ledger = ledger;
    this.journal = journal;
    this.isWaiting = isWaiting;
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

  /** It is for so many units, and nobody has been asked for more; it grows when more is held. */
  trim(order: Order, units: number): void {
    this.wished.set(order, order.units);
    order.units = order.filledUnits + units;
    const { id, instrument, strategy, side, limit, stop } = order;
    const price = limit === limit ? limit : stop;
    const quantity = side * order.units;
    const text = 'cut to what is held';
    this.journal.write(ENTRY.updated, this.venue.now, id, instrument, strategy, quantity, price, 0, 0, text);
  }

  /** Whether it would close more than is held by now: what is sent again under the same id goes for as much as at first. */
  isTooLarge(order: Order): boolean {
    return order.reduceOnly && order.remainingUnits > this.heldAgainst(order);
  }

  /**
   * What is held of an instrument has changed: orders that only close are cut to it, the newest first, and those that were
   * cut before grow again, up to what they were for; of exits that end each other the largest counts. A simulated venue
   * fills no more of them than is held; a broker would, and open the other side. A strategy behind a door leaves it to its
   * desk, which does the same.
   */
  fit(strategy: number, instrument: number, at: number): void {
    const { desk, markets } = this.venue;
    if (desk !== undefined || markets[instrument].exits === 0) return;
    this.fitSide(strategy, instrument, 1, at);
    this.fitSide(strategy, instrument, -1, at);
  }

  /** The same of everything: what is held changes by bookings, too. */
  fitAll(at: number): void {
    for (const { index } of this.venue.markets) {
      for (let strategy = 0; strategy < this.ledger.positions.length; strategy++) this.fit(strategy, index, at);
    }
  }

  private fitSide(strategy: number, instrument: number, side: Side, at: number): void {
    const { venue } = this;
    let left = Math.max(0, -side * this.ledger.positions[strategy][instrument].quantityUnits);
    const exits = venue.markets[instrument].working.filter((order) => {
      // An instruction to exercise takes what is held by then, and is no order that could be made smaller.
      const isOne = order.reduceOnly && order.type !== 'exercise' && order.strategy === strategy && order.side === side;
      return isOne && isLive(order) && !this.isWaiting(order);
    });
    const sets: Order[][] = [];
    for (const exit of exits) {
      const tied = exits.filter((other) => other === exit || exit.siblings?.includes(other) === true);
      // Together, and once: with the first of them.
      if (tied[0] !== exit) continue;
      let most = 0;
      for (const each of tied) most = Math.max(most, this.cutOne(each, left, at));
      left -= most;
      sets.push(tied);
    }
    // Nothing grows at the cost of another, and what ends a loss comes before what takes a profit.
    const stopsFirst = sets.toSorted(([one], [other]) => Number(hasStop(other)) - Number(hasStop(one)));
    for (const tied of stopsFirst) {
      const before = Math.max(...tied.map((each) => this.goalOf(each)));
      let most = before;
      for (const each of tied) most = Math.max(most, this.growOne(each, before + left, at));
      left -= most - before;
    }
  }

  /** Makes one of them no larger than what is left, and returns how large it is to be. */
  private cutOne(exit: Order, left: number, at: number): number {
    const { venue } = this;
    const goal = this.goalOf(exit);
    if (goal <= left) return goal;
    if (exit.filledUnits + goal > (this.wished.get(exit) ?? 0)) this.wished.set(exit, exit.filledUnits + goal);
    if (left === 0) venue.orders.end(exit, 'cancel', 'nothing-to-reduce', at);
    else if (!venue.groups.cut(exit)) venue.resize(exit, exit.filledUnits + left, at);
    return left;
  }

  /** Makes one that was cut larger, up to `most`; what the broker keeps in a group has its size. */
  private growOne(exit: Order, most: number, at: number): number {
    const { venue } = this;
    const goal = this.goalOf(exit);
    const wished = Math.min(most, (this.wished.get(exit) ?? 0) - exit.filledUnits);
    const ticket = venue.ticketFor(exit);
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
}

/** Whether it ends a loss: it has a price at which it wakes, or follows one. */
function hasStop({ stop, trail }: Order): boolean {
  return stop === stop || trail === trail;
}
