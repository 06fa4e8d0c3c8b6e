/**
 * Orders that go on when what the broker had of them has ended: exits of a group that ended as a whole, orders that filled in
 * part and are to be changed where nobody says how that counts. Each is asked for anew, under an id of its own, for what
 * is still held. Nothing of it leaves before the broker has said that all that came before has ended, or two requests
 * could close the same.
 */
import { ENTRY, type Journal } from '../../journal/journal.ts';
import type { Order } from '../../orders/order.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';
import type { ExitGroup, ExitGroups } from './exit-groups.ts';
import type { Ticket } from '../broker/ticket.ts';

export class ExitRenewals {
  private readonly venue: BrokerVenue;
  private readonly groups: ExitGroups;
  private readonly journal: Journal;
  /** Exits that have ended at the broker and go on here, oldest first. */
  private over: Ticket[] = [];

  constructor(venue: BrokerVenue, groups: ExitGroups, journal: Journal) {
    this.venue = venue;
    this.groups = groups;
    this.journal = journal;
  }

  /** The exits of a group must be other ones: those that are there end first. */
  want(group: ExitGroup): void {
    group.isRenewed = true;
    this.askToEnd(group.leader);
  }

  /** An order without a group must be another one. */
  wantOne(ticket: Ticket): void {
    ticket.isRenewed = true;
    this.askToEnd(ticket);
  }

  /** An exit has ended there, and goes on. */
  add(ticket: Ticket): void {
    ticket.isOver = true;
    ticket.awaited.clear();
    this.over.push(ticket);
    this.venue.gaps.begin(ticket.order, this.venue.now);
  }

  /**
   * The broker has ended an order: whether it goes on nevertheless, because nobody wanted its end. It was ended for the
   * sake of another of its group, or to be renewed; what somebody else ended there has ended.
   */
  keeps(ticket: Ticket, event: 'cancel' | 'expire' | 'reject'): boolean {
    const { group, order, cancelCode, isFormer, isOver } = ticket;
    // Of what was renewed only its fills are news.
    if (isFormer || isOver) return true;
    if (this.venue.held.keeps(ticket, event)) return true;
    if (event !== 'cancel' || cancelCode !== undefined || !isLive(order)) return false;
    const isKept = group !== undefined && order.children === undefined && this.isWanted(ticket, group);
    if (!isKept && !ticket.isRenewed) return false;
    this.add(ticket);
    return true;
  }

  private isWanted(ticket: Ticket, { kind, leader, exits, isRenewed }: ExitGroup): boolean {
    const others = exits.filter((exit) => exit !== ticket);
    if (!isRenewed && others.some(({ order }) => order.status === 'filled')) return false;
    if (isRenewed) return true;
    // What ended the entry took them along; for what it had filled they are needed. While it works nobody knows yet.
    if (kind !== 'oco' && leader.order.status !== 'filled') return true;
    return others.some(({ cancelCode }) => cancelCode !== undefined && cancelCode !== 'one-cancels-other');
  }

  /** Asks for those that may go: all of their group have ended there, and their entry fills no more. */
  release(groups: Iterable<ExitGroup>, at: number): void {
    for (const group of groups) if (group.isRenewed) this.endWhatIsDone(group);
    if (this.over.length === 0) return;
    const waiting = this.over.filter(({ order }) => isLive(order));
    this.over = [];
    // Those of a group go, or wait, together and once.
    const looked = new Set<Ticket>();
    for (const ticket of waiting) {
      if (ticket.isFormer || looked.has(ticket)) continue;
      looked.add(ticket);
      const { group } = ticket;
      if (group === undefined) {
        this.renew([ticket], at);
        continue;
      }
      const together = group.exits.filter(({ order, isFormer }) => isLive(order) && !isFormer);
      const isEntering = group.kind !== 'oco' && isLive(group.leader.order);
      if (isEntering || together.some((exit) => !exit.isOver)) this.over.push(ticket);
      else {
        for (const exit of together) looked.add(exit);
        this.renew(together, at);
      }
    }
  }

  /** Takes up again what waited when a session ended. */
  restore(tickets: readonly Ticket[]): void {
    this.over = tickets.filter(({ order, isOver, isFormer }) => isOver && !isFormer && !this.venue.held.isHere(order));
  }

  private renew(exits: readonly Ticket[], at: number): void {
    const { venue } = this;
    for (const { group, order, wanted, asked, inForce } of exits) {
      if (group === undefined) order.units = (wanted ?? asked ?? inForce ?? order).units;
    }
    const goOn = exits.filter(({ order, cancelCode }) => {
      if (cancelCode === undefined && order.remainingUnits <= 0) {
        // More filled before it ended than was wanted of it by then: it is done.
        order.units = order.filledUnits;
        venue.orders.completeIfFilled(order);
        return false;
      }
      if (!order.reduceOnly && cancelCode === undefined) return true;
      const held = venue.closers.sizes.heldAgainst(order);
      const code = cancelCode ?? (held <= 0 ? 'nothing-to-reduce' : undefined);
      if (code !== undefined) venue.orders.conclude(order, 'cancel', code, at);
      else if (this.mustWait(order)) return true;
      else order.units = order.filledUnits + Math.min(order.remainingUnits, held);
      return code === undefined;
    });
    if (goOn.some(({ order }) => this.mustWait(order))) {
      this.over.push(...goOn);
      return;
    }
    for (const ticket of goOn) this.retire(ticket, at);
    if (goOn.length > 0)
      this.groups.send(
        goOn.map(({ order }) => order),
        at,
      );
  }

  /** Whether it waits for others that may close the same. */
  private mustWait(order: Order): boolean {
    if (!order.reduceOnly) return false;
    const { closers } = this.venue;
    return order.parent === undefined ? closers.isBehind(order) : closers.isExitBehind(order);
  }

  /** Its order gets another ticket. What was wanted of it is in what is asked for now. */
  retire(ticket: Ticket, at: number): void {
    const { order, wanted, asked } = ticket;
    const terms = wanted ?? asked;
    if (terms !== undefined) {
      order.limit = terms.limit;
      order.stop = terms.stop;
    }
    this.venue.orders.follow(order, order.status === 'pending-cancel' ? 'refuse-cancel' : 'update');
    ticket.retire();
    const { id, instrument, strategy, side, units, limit, stop } = order;
    const price = limit === limit ? limit : stop;
    this.journal.write(ENTRY.updated, at, id, instrument, strategy, side * units, price, 0, 0, 'asked for anew');
  }

  /** It is canceled there; one of a group is, which ends all; where it may not, each is. */
  askToEnd(ticket: Ticket): void {
    const { group } = ticket;
    if (group === undefined) {
      if (!ticket.isOver) this.venue.cancels.ask(ticket);
      return;
    }
    const { exits } = group;
    const there = exits.filter(({ order, isOver, isFormer }) => isLive(order) && !isOver && !isFormer);
    if (this.venue.options.exits?.endTogether === false) {
      for (const exit of there) if (!this.groups.isAsleep(exit)) this.venue.cancels.ask(exit);
      return;
    }
    if (there.length < exits.length || there.some(({ awaited }) => awaited.has('cancel'))) return;
    if (!this.groups.isAsleep(there[0])) this.venue.cancels.ask(there[0]);
  }

  /** What has filled as far as it was asked for has ended, although more is wanted by now. */
  private endWhatIsDone({ exits }: ExitGroup): void {
    for (const exit of exits) {
      const isDone = exit.sentUnits > 0 && exit.countedUnits >= exit.sentUnits;
      if (isDone && isLive(exit.order) && !exit.isOver && !exit.isFormer) this.add(exit);
    }
  }
}
