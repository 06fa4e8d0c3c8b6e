/**
 * What is done about an order whose outcome is not known: it is looked up at growing intervals, sent again under the
 * same id while its decision is fresh, and otherwise given up without being forgotten.
 *
 * A "not found" proves nothing while the request may be on its way; a second submission is safe only because the id is
 * the same, so that a broker that enforces unique ids accepts it at most once. To one that does not, nothing is sent twice.
 */
import { ENTRY } from '../../journal/journal.ts';
import { FINAL_STATES } from '../../orders/order-state.ts';
import type { VenueParts } from '../../ports.ts';
import type { BrokerVenue } from './broker-venue.ts';
import type { Ticket } from './ticket.ts';

const SECOND = 1_000_000;
/** When to look an order up after contact was lost, each counted from the look before. */
export const LOOKUP_DELAYS_US: readonly number[] = [0.5, 0.5, 1, 2, 4, 7, 15].map((seconds) => seconds * SECOND);
/** Submissions under one id, the first included. */
export const POSTS_MAX = 3;
/** How long after the close of its session a broker may still bring up an order that it was never seen to have. */
const DAY_END_US = 5 * 3600 * SECOND;
/** After how long an order of unknown outcome is raised. */
const RAISED_AFTER_US = 30 * SECOND;

export class Contact {
  private readonly venue: BrokerVenue;
  private readonly parts: VenueParts;

  constructor(venue: BrokerVenue, parts: VenueParts) {
    this.venue = venue;
    this.parts = parts;
  }

  /** No answer: from here on nothing is known, and everything is possible. */
  lose(ticket: Ticket, cause: string, at: number): void {
    const { order, awaited } = ticket;
    if (ticket.lostAt !== ticket.lostAt) ticket.lostAt = at;
    if (awaited.has('submit') && this.venue.orders.follow(order, 'lose-contact')) {
      const { id, instrument, strategy } = order;
      this.parts.journal.write(ENTRY.unknown, at, id, instrument, strategy, 0, Number.NaN, 0, 0, cause);
    }
    if (awaited.has('submit')) this.venue.groups.lose(ticket, cause, at);
    if (awaited.has('replace')) ticket.changeLostAt = at;
    awaited.clear();
    this.beginLooking(ticket, at);
  }

  /** Goes on with what the session before had not settled. */
  resume(ticket: Ticket, at: number): void {
    if (ticket.lostAt !== ticket.lostAt) return;
    if (ticket.isTombstone) this.buryAfter(ticket, ticket.lostAt, at);
    else this.beginLooking(ticket, at);
  }

  /** There is evidence again. */
  regain(ticket: Ticket, at: number): void {
    if (ticket.lostAt === ticket.lostAt) {
      this.venue.alerts.settle('order.unknown', `order ${ticket.order.id}:`, at);
    }
    ticket.lostAt = Number.NaN;
    ticket.probes = 0;
  }

  /** Asks at once what became of it, and goes on asking. */
  lookUp(ticket: Ticket): void {
    if (ticket.lostAt !== ticket.lostAt) {
      ticket.lostAt = this.venue.now;
      this.beginLooking(ticket, this.venue.now);
    }
    this.ask(ticket);
  }

  /** A cancel was refused: asked at once the first time, and less and less often when it is refused again and again. */
  lookAfterRefusal(ticket: Ticket, at: number): void {
    const count = ++ticket.refusals;
    if (count === 1) {
      this.lookUp(ticket);
      return;
    }
    this.parts.wakes.at(at + LOOKUP_DELAYS_US[Math.min(count - 1, LOOKUP_DELAYS_US.length) - 1], () => {
      if (ticket.refusals === count && !FINAL_STATES.has(ticket.order.status)) this.lookUp(ticket);
    });
  }

  /** Asks once more after a while. */
  lookAgain(ticket: Ticket, at: number): void {
    const { round } = ticket;
    this.parts.wakes.at(at + LOOKUP_DELAYS_US.at(-1)!, () => {
      if (ticket.round === round && ticket.asked !== undefined) this.lookUp(ticket);
    });
  }

  /** The broker does not know it. */
  absent(ticket: Ticket, at: number): void {
    // What has ended was there: it is neither sent again nor given up.
    if (FINAL_STATES.has(ticket.order.status) || ticket.isOver) return;
    // A desk takes what it is asked in order: what it does not know when it is asked about it never came.
    if (this.venue.desk !== undefined) {
      this.venue.orders.conclude(ticket.order, 'cancel', 'order.never-seen', at);
      return;
    }
    if (ticket.lostAt !== ticket.lostAt || ticket.isTombstone) return;
    if (ticket.probes < LOOKUP_DELAYS_US.length) return;
    // What goes with a leader is neither sent nor given up alone.
    if (ticket.group === undefined || ticket.group.leader === ticket) this.decide(ticket, at);
  }

  /** The question itself was lost; the next one is due anyway. */
  noNews(ticket: Ticket, at: number): void {
    if (ticket.lostAt === ticket.lostAt && ticket.probes >= LOOKUP_DELAYS_US.length) {
      // Without an answer nothing is decided: asking goes on at the longest interval.
      ticket.probes = LOOKUP_DELAYS_US.length - 1;
      this.later(ticket, at);
    }
  }

  /** One round of looks; a new one takes the place of what is left of the last. */
  private beginLooking(ticket: Ticket, at: number): void {
    ticket.probes = 0;
    ticket.round++;
    this.later(ticket, at);
  }

  private later(ticket: Ticket, at: number): void {
    const { round } = ticket;
    const delay = LOOKUP_DELAYS_US[Math.min(ticket.probes, LOOKUP_DELAYS_US.length - 1)];
    this.parts.wakes.at(at + delay, (due) => {
      // Evidence may have come in the meantime, or another round begun.
      if (ticket.round === round && ticket.lostAt === ticket.lostAt && !ticket.isTombstone) this.probe(ticket, due);
    });
  }

  private probe(ticket: Ticket, at: number): void {
    const { order } = ticket;
    if (at - ticket.lostAt >= RAISED_AFTER_US) {
      this.venue.alerts.raise('order.unknown', `order ${order.id}: its outcome is not known`, at);
    }
    ticket.probes++;
    this.ask(ticket);
    if (ticket.probes < LOOKUP_DELAYS_US.length) this.later(ticket, at);
  }

  /** An exit whose id there is not known yet is found with its leader. */
  private ask(ticket: Ticket): void {
    const {
      clientId,
      order: { id: order },
      brokerId,
    } = ticket.brokerId === undefined ? (ticket.group?.leader ?? ticket) : ticket;
    this.venue.requests.push({ kind: 'lookup', clientId, order, ...(brokerId === undefined ? {} : { brokerId }) });
  }

  /** It was looked for long enough. A decision that is still fresh is sent again; an old one is given up. */
  private decide(ticket: Ticket, at: number): void {
    const { order } = ticket;
    if (
      ticket.cancelCode === undefined &&
      at <= ticket.sendBy &&
      ticket.posts < POSTS_MAX &&
      this.venue.hasUniqueIds &&
      this.venue.mayPost(order) &&
      !this.venue.closers.sizes.isTooLarge(order)
    ) {
      ticket.lostAt = Number.NaN;
      ticket.probes = 0;
      this.venue.post(ticket);
      return;
    }
    ticket.isTombstone = true;
    // What was to come with it is given up with it.
    if (ticket.group?.kind === 'oco') for (const exit of ticket.group.exits) exit.isTombstone = true;
    this.venue.alerts.raise('order.tombstone', `order ${order.id} was never seen at the broker and is given up`, at);
    this.buryAfter(ticket, at, at);
  }

  /** What was given up `since` has certainly never been once the broker's day is over. */
  private buryAfter(ticket: Ticket, since: number, at: number): void {
    const { order } = ticket;
    // A broker that does not know our ids proves nothing by silence: a person decides, and the risk stays reserved.
    if (!this.venue.hasUniqueIds) return;
    const hours = this.parts.hours[order.instrument];
    this.parts.wakes.at(Math.max(hours.closeAfter(since + 1) + DAY_END_US, at + 1), (due) => {
      if (ticket.isTombstone) this.venue.orders.conclude(order, 'cancel', 'order.never-seen', due);
    });
  }
}
