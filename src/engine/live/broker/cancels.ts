/**
 * Cancels of orders at a broker: wanted at once, sent when there is something that the broker could cancel, and over only
 * when it says so.
 */
import type { Order } from '../../orders/order.ts';
import { isLive } from '../../sim/working-orders.ts';
import { leaderOf } from './broker-packages.ts';
import type { BrokerVenue } from './broker-venue.ts';
import type { Ticket } from './ticket.ts';
import { cancellationOf } from './wording.ts';

export class Cancels {
  private readonly venue: BrokerVenue;

  constructor(venue: BrokerVenue) {
    this.venue = venue;
  }

  /** Somebody wants it; the first reason counts. A leg is canceled with its package. */
  want(wanted: Order, code: string, at: number): void {
    const order = leaderOf(wanted);
    const ticket = this.venue.ticketFor(order);
    if (!isLive(order)) return;
    // Of an order that no book shows, a person's word is the only end.
    // An instruction about contracts that have ended has ended with them.
    const isOver = order.type === 'exercise' && code === 'option.expired';
    const isHere = this.venue.held.isHere(order);
    if (isOver || isHere || ticket === undefined || (ticket.isTombstone && code === 'operator')) {
      this.venue.orders.conclude(order, 'cancel', code, at);
      return;
    }
    ticket.cancelCode ??= code;
    this.ask(ticket);
  }

  /** Sends a cancel, unless one is on its way, nobody knows of what, or the broker does it unasked. */
  ask(ticket: Ticket): void {
    const { order, brokerId, awaited } = ticket;
    const { orders, requests, groups, markets, desk } = this.venue;
    if (awaited.has('cancel') || order.status === 'unknown') return;
    if (groups.isAsleep(ticket) || groups.endsByItself(ticket) || desk?.ends(ticket.order) === true) return;
    // Before the broker has answered there is nothing that it could cancel.
    if (order.status === 'submitted' && brokerId === undefined) return;
    if (order.status !== 'pending-cancel' && !orders.follow(order, 'request-cancel')) return;
    awaited.add('cancel');
    requests.push(cancellationOf(ticket, markets[order.instrument]));
  }

  /** Here the order has ended by somebody's word, and there it works: it is canceled as often as it is seen. */
  again(ticket: Ticket): void {
    const { requests, markets } = this.venue;
    requests.push(cancellationOf(ticket, markets[ticket.order.instrument]));
  }
}
