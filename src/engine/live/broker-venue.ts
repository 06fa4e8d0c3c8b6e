/**
 * A broker as the deck's venue: approved orders become requests, and what the broker reports moves orders and books.
 *
 * It is pure. Requests wait in `requests` until whoever drives it has written them down and sends them; reports come
 * back through `report`. An order whose outcome is not known stays unknown, with its risk reserved, until there is
 * evidence: it is looked up, sent again under the same id while its decision is fresh, or kept as a tombstone until the
 * broker's day has ended. Shares that moved are booked in every state.
 */
import { assert } from '../../base/assert.ts';
import { sha256 } from '../../base/sha256.ts';
import type { Approved } from '../gate.ts';
import { ENTRY, type Journal } from '../journal.ts';
import { FINAL_STATES, nextStatus } from '../order-state.ts';
import type { Order } from '../order.ts';
import type { DeckVenue, OrderChange, VenueParts } from '../ports.ts';
import { Market } from '../sim/market.ts';
import { Moment } from '../sim/moment.ts';
import type { Settlement } from '../sim/settlement.ts';
import { isLive } from '../sim/working-orders.ts';
import { Alerts } from './alerts.ts';
import { BrokerOrders, type Wishes } from './broker-orders.ts';
import { Contact } from './contact.ts';
import { Executions } from './executions.ts';
import type { BrokerReport, OrderReport, OrderSnapshot } from './reports.ts';
import type { BrokerRequest } from './requests.ts';
import { replacementOf, submissionOf } from './wording.ts';
import { Ticket, type Terms } from './ticket.ts';

export interface BrokerVenueOptions {
  /** What makes ids of this journal's orders unlike those of any other: the hash of its beginning. */
  readonly genesis: string;
  /** Before the id, so that a person recognises whose order it is. */
  readonly prefix: string;
  /** Microseconds after its decision during which an order may be sent. */
  readonly decisionLifeUs: number;
}

export class BrokerVenue implements DeckVenue, Wishes {
  readonly markets: readonly Market[];
  readonly orders: BrokerOrders;
  /** A broker settles in its own books. */
  readonly settlement: Settlement | undefined = undefined;
  /** What is to be asked of the broker, oldest first; whoever sends it takes it out. */
  readonly requests: BrokerRequest[] = [];
  readonly alerts: Alerts;
  readonly tickets = new Map<string, Ticket>();
  /** Whether an order that was never seen at the broker may be sent again; whoever wires the venue decides. */
  mayPost: (order: Order) => boolean = () => true;
  private readonly ticketOf = new Map<Order, Ticket>();
  private readonly moment = new Moment();
  private readonly options: BrokerVenueOptions;
  private readonly journal: Journal;
  private readonly contact: Contact;
  private readonly executions: Executions;

  constructor(parts: VenueParts, options: BrokerVenueOptions) {
    const { instruments, conventions, journal, listener } = parts;
    this.options = options;
    this.journal = journal;
    this.alerts = new Alerts(journal);
    this.markets = instruments.map((instrument, index) => new Market(index, instrument));
    this.orders = new BrokerOrders(this, this.markets, conventions, journal, listener, this.moment);
    this.contact = new Contact(this, parts);
    this.executions = new Executions(this, parts);
  }

  get now(): number {
    return this.moment.now;
  }

  setNow(now: number): void {
    this.moment.now = now;
  }

  send(order: Approved): void {
    this.orders.enter(order, this.markets[order.instrument]);
    this.dispatch(order, this.moment.now);
  }

  /** Asks the broker for an order that works from here on in our books. */
  dispatch(order: Order, at: number): void {
    order.sequence = ++this.orders.sequence;
    const ticket = new Ticket(order, this.clientIdOf(order), at + this.options.decisionLifeUs);
    this.tickets.set(ticket.clientId, ticket);
    this.ticketOf.set(order, ticket);
    this.post(ticket);
  }

  /** Asks for the submission; again with the same id where it was asked for before. */
  post(ticket: Ticket): void {
    const { order } = ticket;
    ticket.posts++;
    ticket.awaited.add('submit');
    this.requests.push(submissionOf(ticket, this.markets[order.instrument]));
  }

  isOut(order: Order): boolean {
    return this.ticketOf.get(order)?.isOut === true;
  }

  cancel(order: Order, code: string, at = this.moment.now): void {
    const ticket = this.ticketOf.get(order);
    if (!isLive(order)) return;
    if (ticket === undefined) {
      this.orders.conclude(order, 'cancel', code, at);
      return;
    }
    ticket.cancelCode ??= code;
    this.askCancel(ticket);
  }

  /** Sends the cancel that is wanted, unless one is on its way or nobody knows of what. */
  askCancel(ticket: Ticket): void {
    const { order, clientId, brokerId, awaited } = ticket;
    if (awaited.has('cancel') || order.status === 'unknown') return;
    // Before the broker has answered there is nothing that it could cancel.
    if (order.status === 'submitted' && brokerId === undefined) return;
    if (order.status !== 'pending-cancel' && !this.orders.follow(order, 'request-cancel')) return;
    awaited.add('cancel');
    this.requests.push({ kind: 'cancel', clientId, order: order.id, ...(brokerId === undefined ? {} : { brokerId }) });
  }

  update(order: Order, change: OrderChange): string | undefined {
    const ticket = this.ticketOf.get(order);
    if (ticket === undefined || !isLive(order)) return `order.${order.status}`;
    const { scale } = this.markets[order.instrument];
    const units = change.quantity === undefined ? order.units : Math.round(change.quantity * scale);
    if (units <= order.filledUnits) return 'order.quantity-below-filled';
    const terms = { units, limit: change.limit ?? order.limit, stop: change.stop ?? order.stop };
    this.want(ticket, terms);
    return undefined;
  }

  resize(order: Order, units: number, at: number): void {
    const ticket = this.ticketOf.get(order);
    if (ticket === undefined) return;
    if (units <= order.filledUnits) {
      this.cancel(order, 'nothing-to-reduce', at);
      return;
    }
    this.want(ticket, { units, limit: order.limit, stop: order.stop });
  }

  /** From here on the larger size counts, whenever it can be asked for. */
  private want(ticket: Ticket, terms: Terms): void {
    const { order } = ticket;
    ticket.inForce ??= { units: order.units, limit: order.limit, stop: order.stop };
    ticket.wanted = terms;
    order.units = Math.max(ticket.inForce.units, ticket.asked?.units ?? 0, terms.units);
    this.askChange(ticket);
  }

  /** Sends the change that is wanted, as soon as the broker can take it. */
  askChange(ticket: Ticket): void {
    const { order, wanted } = ticket;
    if (wanted === undefined || ticket.asked !== undefined || ticket.cancelCode !== undefined) return;
    if (order.status === 'submitted' || order.status === 'unknown') return;
    if (nextStatus(order.status, 'request-update') === undefined) return;
    this.orders.follow(order, 'request-update');
    ticket.awaited.add('replace');
    ticket.wanted = undefined;
    ticket.asked = wanted;
    this.requests.push(replacementOf(ticket, this.markets[order.instrument], wanted));
  }

  /** One thing that the broker said. */
  report(report: BrokerReport, at: number): void {
    this.moment.now = at;
    switch (report.kind) {
      case 'bust':
        this.executions.bust(report.executionId, at);
        return;
      case 'snapshot':
        for (const happened of report.happened) this.report(happened, at);
        for (const order of report.orders) this.onOrder(order, at);
        return;
      case 'activity':
      case 'link':
        return;
      default:
        this.onOrder(report, at);
    }
  }

  /** Asks what became of an order. */
  lookUp(ticket: Ticket): void {
    this.contact.lookUp(ticket);
  }

  /** The process began anew: what was asked for and not answered may or may not have arrived. */
  restart(at: number): void {
    this.moment.now = at;
    for (const ticket of this.tickets.values()) {
      if (ticket.awaited.size > 0) this.contact.lose(ticket, 'the process ended before the answer came', at);
    }
  }

  // The broker fills; what the market does is only looked at.
  onBar(): void {}
  onQuote(): void {}
  onTrade(): void {}
  onClose(): void {}

  clear(market: Market, code: string, strategy?: number): void {
    for (const order of market.working.slice()) {
      if (strategy === undefined || order.strategy === strategy) this.cancel(order, code);
    }
  }

  /** A broker closes nothing because we say so: the order goes out like any other. */
  forceFill(order: Approved): void {
    this.send(order);
  }

  /** Orders of an earlier session cannot be taken back yet, and are never forgotten in silence. */
  resume(orders: readonly Order[]): void {
    assert(orders.length === 0, () => `${orders.length} orders of an earlier session work at the broker`);
  }

  private onOrder(report: OrderReport, at: number): void {
    const ticket = this.tickets.get(report.clientId);
    if (ticket === undefined) {
      this.onForeign(report, at);
      return;
    }
    if ('brokerId' in report && report.brokerId !== undefined) ticket.brokerId = report.brokerId;
    const { order } = ticket;
    switch (report.kind) {
      case 'accepted':
        this.onAccepted(ticket, at);
        return;
      case 'refused':
        ticket.awaited.delete('submit');
        this.contact.regain(ticket);
        if (order.filledUnits === 0) this.end(ticket, 'reject', `${report.code}: ${report.message}`, at);
        return;
      case 'lost':
        if (report.request === 'lookup') this.contact.noNews(ticket, at);
        else this.contact.lose(ticket, report.cause, at);
        return;
      case 'absent':
        this.contact.absent(ticket, at);
        return;
      case 'duplicate':
        // It was accepted before: what became of it is asked, and only an order that is ours is adopted.
        ticket.awaited.delete('submit');
        this.contact.lookUp(ticket);
        return;
      case 'order':
        this.onSnapshot(ticket, report, at);
        return;
      case 'fill':
        this.contact.regain(ticket);
        this.executions.fill(ticket, report, at);
        return;
      case 'canceled':
      case 'expired':
      case 'rejected':
        this.contact.regain(ticket);
        this.executions.upTo(ticket, report.filled, report.averagePrice, at);
        this.end(ticket, EVENTS[report.kind], report.reason, at);
        return;
      case 'cancel-refused':
        ticket.awaited.delete('cancel');
        this.orders.follow(order, 'refuse-cancel');
        // A cancel is refused for what has ended: the books say how.
        if (isLive(order)) this.contact.lookUp(ticket);
        return;
      case 'replaced':
        ticket.seenAt = Math.max(ticket.seenAt, report.updatedAt);
        this.onReplaced(ticket, true, at);
        return;
      case 'replace-refused':
        this.onReplaced(ticket, false, at);
    }
  }

  private onAccepted(ticket: Ticket, at: number): void {
    this.adopt(ticket, at);
    this.askNext(ticket);
  }

  /** Sends what was wanted while nothing could be asked for. */
  private askNext(ticket: Ticket): void {
    if (!isLive(ticket.order)) return;
    if (ticket.cancelCode !== undefined) this.askCancel(ticket);
    else this.askChange(ticket);
  }

  /** The broker has it. */
  private adopt(ticket: Ticket, at: number): void {
    const { order } = ticket;
    ticket.awaited.delete('submit');
    this.contact.regain(ticket);
    if (order.status === 'submitted' || order.status === 'unknown') {
      this.orders.follow(order, 'accept');
      const text = ticket.brokerId ?? '';
      this.journal.write(ENTRY.accepted, at, order.id, order.instrument, order.strategy, 0, Number.NaN, 0, 0, text);
    }
    if (ticket.isTombstone) {
      ticket.isTombstone = false;
      this.alerts.raise('order.zombie', `order ${order.id} that was given up works at the broker; it is canceled`, at);
      ticket.cancelCode ??= 'zombie';
    }
  }

  private onSnapshot(ticket: Ticket, report: OrderSnapshot, at: number): void {
    const { order } = ticket;
    const market = this.markets[order.instrument];
    if (report.symbol !== market.symbol || report.side !== order.side) {
      const rule = `the broker's order ${report.clientId} is ${report.symbol}, ours is ${market.symbol}`;
      this.alerts.raise('order.foreign-id', rule, at);
      return;
    }
    if (report.updatedAt < ticket.seenAt) return;
    ticket.seenAt = report.updatedAt;
    this.adopt(ticket, at);
    this.executions.upTo(ticket, report.filled, report.averagePrice, at, report.updatedAt);
    this.settleChange(ticket, Math.round(report.quantity * market.scale), at);
    if (report.status === 'canceled' || report.status === 'expired' || report.status === 'rejected') {
      this.end(ticket, EVENTS[report.status], report.reason ?? report.status, at);
    } else if (report.status === 'filled') {
      // The broker has it for what filled, whatever change was under way.
      if (isLive(order)) order.units = order.filledUnits;
      this.orders.completeIfFilled(order);
    } else {
      if (report.status === 'working') ticket.awaited.delete('cancel');
      this.askNext(ticket);
    }
  }

  /** What the broker's books say of the size: the truth, unless a change may still be on its way. */
  private settleChange(ticket: Ticket, units: number, at: number): void {
    const { order, asked, awaited } = ticket;
    if (awaited.has('replace')) return;
    if (asked === undefined) {
      if (isLive(order) && units > order.filledUnits && ticket.wanted === undefined) order.units = units;
    } else if (units === asked.units) this.onReplaced(ticket, true, at);
    else if (at - ticket.changeLostAt >= CHANGE_LIFE_US) this.onReplaced(ticket, false, at);
    else this.contact.lookAgain(ticket, at);
  }

  private onReplaced(ticket: Ticket, isInForce: boolean, at: number): void {
    const { order, inForce, asked, wanted } = ticket;
    ticket.awaited.delete('replace');
    if (inForce === undefined || asked === undefined) return;
    const terms: Terms = isInForce ? asked : inForce;
    ticket.asked = undefined;
    ticket.inForce = wanted === undefined ? undefined : terms;
    order.units = Math.max(terms.units, wanted?.units ?? 0, order.filledUnits);
    order.limit = terms.limit;
    order.stop = terms.stop;
    this.orders.follow(order, isInForce ? 'update' : 'refuse-update');
    if (isInForce) {
      const price = order.limit === order.limit ? order.limit : order.stop;
      const { id, instrument, strategy, side, units } = order;
      this.journal.write(ENTRY.updated, at, id, instrument, strategy, side * units, price, 0, 0, '');
    }
    this.orders.completeIfFilled(order);
    this.askNext(ticket);
  }

  private end(ticket: Ticket, event: 'cancel' | 'expire' | 'reject', reason: string, at: number): void {
    ticket.awaited.clear();
    this.orders.conclude(ticket.order, event, ticket.cancelCode ?? reason, at);
  }

  /** Reports of orders that this desk never made. */
  private onForeign(report: OrderReport, at: number): void {
    if (report.kind === 'fill' || (report.kind === 'order' && report.status === 'working')) {
      this.alerts.raise('order.external', `${report.symbol}: an order ${report.clientId} that is not ours`, at);
    }
  }

  private clientIdOf(order: Order): string {
    const { prefix, genesis } = this.options;
    return `${prefix}-${order.id}-${sha256(`${genesis}|${order.id}`).slice(0, 20)}`;
  }

  /** Tickets whose order has not ended, or may yet be found to work. */
  get open(): readonly Ticket[] {
    return [...this.tickets.values()].filter(({ order }) => !FINAL_STATES.has(order.status));
  }
}

/** How long a change that was asked for and not answered may still come into force. */
const CHANGE_LIFE_US = 60_000_000;

const EVENTS = { canceled: 'cancel', expired: 'expire', rejected: 'reject' } as const;
