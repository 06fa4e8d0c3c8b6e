/**
 * Follows what the broker says of single orders: acceptances, refusals, fills, ends, and its books.
 *
 * Whose order it is is looked at first. Of an order whose place another one has taken only fills are news.
 */
import { ENTRY } from '../../journal/journal.ts';
import type { Changes } from './changes.ts';
import { ENDS } from './broker-orders.ts';
import type { BrokerVenue } from './broker-venue.ts';
import type { Executions } from './executions.ts';
import { foreignBecause, tellForeign } from './foreign.ts';
import { refusalOf } from './leaving.ts';
import type { OrderReport, OrderSnapshot } from './reports.ts';
import type { Ticket } from './ticket.ts';
import { isLive } from '../../sim/working-orders.ts';

export class Following {
  private readonly venue: BrokerVenue;
  private readonly executions: Executions;
  private readonly changes: Changes;

  constructor(venue: BrokerVenue, executions: Executions, changes: Changes) {
    this.venue = venue;
    this.executions = executions;
    this.changes = changes;
  }

  /** One report of one order. */
  take(report: OrderReport, at: number): void {
    const ticket = this.venue.tickets.get(report.clientId);
    if (ticket === undefined) {
      tellForeign(report, this.venue, at);
      return;
    }
    ticket.touchedAt = at;
    // Whether an order in the broker's books is ours at all is looked at first.
    if (report.kind !== 'order' && report.brokerId !== undefined) ticket.brokerId = report.brokerId;
    if (this.venue.packages.take(ticket, report, at)) return;
    const { order } = ticket;
    switch (report.kind) {
      case 'accepted':
        this.venue.adopt(ticket, at);
        this.venue.askNext(ticket);
        return;
      case 'refused':
        // Of an order that was sent before, the repetition is what was refused: the first may yet arrive.
        if (ticket.posts > 1 && ticket.countedUnits === 0) {
          this.venue.contact.lose(ticket, `${report.code}: ${report.message}`, at);
          return;
        }
        ticket.awaited.delete('submit');
        this.venue.contact.regain(ticket, at);
        ticket.isRefused = true;
        if (this.venue.held.wasRefused(ticket, report, at)) return;
        if (ticket.countedUnits === 0)
          this.venue.end(ticket, refusalOf(report), `${report.code}: ${report.message}`, at);
        return;
      case 'lost':
        if (report.request === 'lookup') this.venue.contact.noNews(ticket, at);
        else this.venue.contact.lose(ticket, report.cause, at);
        return;
      case 'absent':
        this.venue.contact.absent(ticket, at);
        return;
      case 'duplicate':
        // It was accepted before: what became of it is asked, and only an order that is ours is adopted.
        ticket.awaited.delete('submit');
        this.venue.contact.lookUp(ticket);
        return;
      case 'order':
        this.onSnapshot(ticket, report, at);
        return;
      case 'fill':
        this.venue.contact.regain(ticket, at);
        this.executions.fill(ticket, report, at);
        return;
      case 'canceled':
      case 'expired':
      case 'rejected':
        this.venue.contact.regain(ticket, at);
        // What ended there was there.
        ticket.isTombstone = false;
        this.executions.untilEnd(ticket, report, at);
        this.venue.end(ticket, ENDS[report.kind], report.reason, at);
        return;
      case 'cancel-refused':
        ticket.awaited.delete('cancel');
        this.venue.orders.follow(order, 'refuse-cancel');
        // A cancel is refused for what has ended: the books say how.
        if (isLive(order)) this.venue.contact.lookAfterRefusal(ticket, at);
        return;
      case 'replaced':
        ticket.seenAt = Math.max(ticket.seenAt, report.updatedAt);
        this.changes.answered(ticket, true, at);
        return;
      case 'replace-refused':
        this.changes.answered(ticket, false, at);
        this.venue.closers.sizes.cutAnew(ticket);
    }
  }

  /** The price that it waited for was reached: what had no limit until then has one. */
  private trigger({ order }: Ticket, { limit = Number.NaN }: OrderSnapshot, at: number): void {
    if (order.triggered || !this.venue.orders.follow(order, 'trigger')) return;
    order.triggered = true;
    if (order.limit !== order.limit) order.limit = limit;
    const { id, instrument, strategy, stop } = order;
    this.venue.journal.write(ENTRY.triggered, at, id, instrument, strategy, 0, stop, 0, 0, '');
  }

  private onSnapshot(ticket: Ticket, report: OrderSnapshot, at: number): void {
    const { order } = ticket;
    const market = this.venue.markets[order.instrument];
    const foreign = foreignBecause(report, ticket, market);
    if (foreign !== undefined) {
      this.venue.alerts.raise('order.foreign-id', foreign, at);
      // An id belongs to one order: ours never was, and never will be.
      const wasNeverThere = order.status === 'submitted' || order.status === 'unknown';
      if (wasNeverThere && order.filledUnits === 0) this.venue.end(ticket, 'reject', 'order.foreign-id', at);
      return;
    }
    // What was replaced is ours, and may have filled; it says nothing of what works in its place.
    const isFormer = report.status === 'replaced';
    if (report.brokerId !== undefined && !isFormer) ticket.brokerId = report.brokerId;
    if (report.updatedAt < ticket.seenAt) return;
    if (!isFormer) ticket.seenAt = report.updatedAt;
    this.venue.adopt(ticket, at);
    const hasEnded = report.status !== 'working' && !isFormer;
    this.executions.upTo(ticket, report.filled, report.averagePrice, at, report.updatedAt, hasEnded);
    if (report.status !== 'working') this.executions.corrections.counted(ticket);
    if (ticket.isFormer || ticket.isOver) return;
    this.changes.follow(ticket, report, at);
    if (report.isTriggered === true) this.trigger(ticket, report, at);
    if (report.status === 'canceled' || report.status === 'expired' || report.status === 'rejected') {
      this.venue.end(ticket, ENDS[report.status], report.reason ?? report.status, at);
    } else if (report.status === 'filled') {
      // The broker has it for what filled, whatever change was under way.
      if (isLive(order)) order.units = order.filledUnits;
      this.venue.orders.completeIfFilled(order);
    } else {
      if (report.status === 'working') ticket.awaited.delete('cancel');
      if (report.status === 'working' && !isLive(order)) this.venue.cancels.again(ticket);
      else this.venue.askNext(ticket);
    }
  }
}
