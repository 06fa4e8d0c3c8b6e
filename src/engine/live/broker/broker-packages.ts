/**
 * Packages at a broker: several legs that are one order there, with one id, one answer and one end, while each leg fills
 * and is booked by itself.
 *
 * The first leg leads: its ticket is that of the order at the broker, and what is not known of it is not known of any. The
 * others have tickets only for what they alone have, their executions.
 */
import { formatUnits, toUnits } from '../../../base/fixed.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { FINAL_STATES } from '../../orders/order-state.ts';
import type { Order } from '../../orders/order.ts';
import type { Package } from '../../orders/package.ts';
import type { Market } from '../../sim/market.ts';
import { isLive } from '../../sim/working-orders.ts';
import { ENDS } from './broker-orders.ts';
import type { BrokerVenue } from './broker-venue.ts';
import type { Executions } from './executions.ts';
import type { OrderReport, OrderSnapshot } from './reports.ts';
import type { SubmitRequest } from './requests.ts';
import { clientIdOf } from './wording.ts';
import type { Ticket } from './ticket.ts';

/** The order that the broker knows: of a leg, the first of its package. */
export function leaderOf(order: Order): Order {
  return order.pack?.legs[0] ?? order;
}

export class BrokerPackages {
  private readonly venue: BrokerVenue;
  private readonly executions: Executions;
  private readonly ledger: Ledger;
  private all: Package[] = [];

  constructor(venue: BrokerVenue, executions: Executions, ledger: Ledger) {
    this.venue = venue;
    this.executions = executions;
    this.ledger = ledger;
  }

  /** Those that have not ended. */
  get waiting(): readonly Package[] {
    this.all = this.all.filter(({ legs }) => legs.some(isLive));
    return this.all;
  }

  /** The broker matches. */
  match(): void {}

  clear(instruments: ReadonlySet<number>, code: string, at: number): void {
    for (const { legs } of this.waiting) {
      if (legs.some(({ instrument }) => instruments.has(instrument))) this.venue.cancel(legs[0], code, at);
    }
  }

  /** Takes back what worked at the broker since the session before; tickets and legs are there. */
  resume(packs: readonly Package[]): void {
    this.all = [...packs];
  }

  /** Legs enter the books, and the package is asked for. */
  send(pack: Package): void {
    const { venue } = this;
    const [leader, ...others] = pack.legs;
    this.all.push(pack);
    for (const leg of pack.legs) venue.orders.enter(leg, venue.markets[leg.instrument]);
    const clientId = clientIdOf(leader, venue.options);
    for (const [index, leg] of others.entries()) {
      leg.sequence = ++venue.orders.sequence;
      venue.note(leg, `${clientId}/${index + 2}`, venue.now);
    }
    venue.dispatch(leader, venue.now);
  }

  /** The whole package in one request. */
  submissionOf(ticket: Ticket, pack: Package): SubmitRequest {
    const { markets } = this.venue;
    const { order, clientId, posts, sendBy } = ticket;
    const { limit, quantity, ratios, legs } = pack;
    return {
      kind: 'submit',
      clientId,
      order: order.id,
      posts,
      strategy: order.strategy,
      symbol: '',
      side: 1,
      quantity: String(quantity),
      type: limit === limit ? 'limit' : 'market',
      timeInForce: order.timeInForce,
      ...(limit === limit ? { limit: netText(limit, markets[order.instrument]) } : {}),
      reduceOnly: false,
      sendBy,
      legs: legs.map(({ instrument, side }, i) => ({
        symbol: markets[instrument].symbol,
        side,
        ratio: ratios[i],
        // The account is one: what closes is what its net position says.
        isOpening: this.ledger.netQuantity(instrument) * side >= 0,
      })),
    };
  }

  /** See `DeckVenue.updatePackage`; what is asked for is what the text of the price says. */
  update(pack: Package, limit: number): string | undefined {
    const { venue } = this;
    if (venue.options.changesPackages !== true) return 'combo.fixed';
    const [leader] = pack.legs;
    const ticket = venue.ticketFor(leader);
    if (ticket === undefined) return `order.${leader.status}`;
    return venue.changes.updatePackage(ticket, Number(netText(limit, venue.markets[leader.instrument])));
  }

  /** Takes what is said of a package otherwise than of an order; whether it was that. */
  take(ticket: Ticket, report: OrderReport, at: number): boolean {
    const legs = this.ticketsOf(ticket);
    if (legs === undefined) return false;
    switch (report.kind) {
      case 'fill': {
        const leg = legs.find(({ order }) => this.venue.markets[order.instrument].symbol === report.symbol);
        if (leg === undefined) {
          const rule = `order ${ticket.order.id}: a fill of ${report.symbol}, which is no leg of it`;
          this.venue.alerts.raise('order.foreign-id', rule, at);
          return true;
        }
        this.venue.contact.regain(ticket, at);
        this.executions.fill(leg, report, at);
        return true;
      }
      case 'accepted':
        this.adopt(ticket, legs, at);
        this.venue.askNext(ticket);
        return true;
      case 'order':
        this.follow(ticket, legs, report, at);
        return true;
      case 'canceled':
      case 'expired':
      case 'rejected':
        // Their figures are of packages; what each leg has is in the books.
        this.venue.contact.regain(ticket, at);
        this.conclude(ticket, legs, report.kind, report.reason, at);
        return true;
      default:
        return false;
    }
  }

  /** The broker's books of a package: each leg by its own figures. */
  private follow(ticket: Ticket, legs: readonly Ticket[], report: OrderSnapshot, at: number): void {
    const { venue } = this;
    const { status, updatedAt } = report;
    const parts = legs.map(({ order }) => {
      const { symbol } = venue.markets[order.instrument];
      return report.legs?.find((leg) => leg.symbol === symbol && leg.side === order.side);
    });
    if (parts.includes(undefined)) {
      venue.alerts.raise('order.foreign-id', `the broker's order ${report.clientId} has other legs than ours`, at);
      if (FINAL_STATES.has(ticket.order.status) || ticket.order.status === 'accepted') return;
      venue.end(ticket, 'reject', 'order.foreign-id', at);
      return;
    }
    if (updatedAt < ticket.seenAt) return;
    ticket.seenAt = updatedAt;
    if (report.brokerId !== undefined) ticket.brokerId = report.brokerId;
    this.adopt(ticket, legs, at);
    for (const [i, leg] of legs.entries()) {
      this.executions.upTo(leg, parts[i]!.filled, parts[i]!.averagePrice, at, updatedAt);
    }
    if (status === 'canceled' || status === 'expired' || status === 'rejected') {
      this.conclude(ticket, legs, status, report.reason ?? status, at);
    } else if (status === 'working') {
      ticket.awaited.delete('cancel');
      venue.changes.followPackage(ticket, report, at);
      venue.askNext(ticket);
    }
  }

  private adopt(ticket: Ticket, legs: readonly Ticket[], at: number): void {
    const { orders } = this.venue;
    this.venue.adopt(ticket, at);
    for (const { order } of legs) if (order.status === 'submitted') orders.follow(order, 'accept');
  }

  private conclude(
    ticket: Ticket,
    legs: readonly Ticket[],
    status: 'canceled' | 'expired' | 'rejected',
    reason: string,
    at: number,
  ): void {
    for (const leg of legs) this.venue.end(leg, ENDS[status], ticket.cancelCode ?? reason, at);
  }

  /** Tickets of all legs, the leader's first; undefined where it is no package. */
  private ticketsOf(ticket: Ticket): readonly Ticket[] | undefined {
    if (!ticket.mayLead) return undefined;
    const legs = [ticket];
    for (let number = 2; ; number++) {
      const leg = this.venue.tickets.get(`${ticket.clientId}/${number}`);
      if (leg === undefined) return legs.length > 1 ? legs : undefined;
      legs.push(leg);
    }
  }
}

function netText(limit: number, { instrument: { priceDecimals } }: Market): string {
  return formatUnits(toUnits(limit, priceDecimals), priceDecimals);
}
