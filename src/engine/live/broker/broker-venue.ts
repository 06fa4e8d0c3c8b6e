/**
 * A broker as the deck's venue: approved orders become requests, and what the broker reports moves orders and books.
 *
 * It is pure. Requests wait in `requests` until whoever drives it has written them down and sends them; reports come
 * back through `report`. An order whose outcome is not known stays unknown, with its risk reserved, until there is
 * evidence: it is looked up, sent again under the same id while its decision is fresh, or kept as a tombstone until the
 * broker's day has ended. Shares that moved are booked in every state.
 */
import { Fault } from '../../../base/fault.ts';
import type { CorporateAction } from '../../../market/actions.ts';
import type { Approved, Refusal } from '../../gate/gate.ts';
import { ENTRY, type Journal } from '../../journal/journal.ts';
import { FINAL_STATES } from '../../orders/order-state.ts';
import type { Order, OrderIntent } from '../../orders/order.ts';
import type { Package } from '../../orders/package.ts';
import type { DeckVenue, OrderChange, VenueParts, MarketHours } from '../../ports.ts';
import { Market } from '../../sim/market.ts';
import { Moment } from '../../sim/moment.ts';
import type { Settlement } from '../../sim/settlement.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { Activities } from '../books/activities.ts';
import { Alerts } from '../alerts.ts';
import { BrokerOrders, type Wishes } from './broker-orders.ts';
import { BrokerPackages, leaderOf } from './broker-packages.ts';
import { Cancels } from './cancels.ts';
import { Changes } from './changes.ts';
import { Closers } from './closers.ts';
import { Contact } from './contact.ts';
import { Decision } from './decision.ts';
import { Executions } from './executions.ts';
import { remarked } from './remarks.ts';
import { Following } from './following.ts';
import { Exercises } from './exercises.ts';
import { ExitGaps } from '../exits/exit-gaps.ts';
import { DeskExits } from '../exits/desk-exits.ts';
import { ExitGroups } from '../exits/exit-groups.ts';
import { HeldExits } from '../exits/held-exits.ts';
import type { BrokerReport } from './reports.ts';
import type { BrokerRequest } from './requests.ts';
import { restoreTickets, saveTickets, type SavedVenue } from '../saved.ts';
import type { BrokerVenueOptions } from './venue-options.ts';
import { clientIdOf, submissionOf, toDesk } from './wording.ts';
import { Ticket } from './ticket.ts';

export type { BrokerVenueOptions };

export class BrokerVenue implements DeckVenue, Wishes {
  /** A desk asks its own gate whether what it gets may go further: there nothing is lost on the way. */
  readonly isBroker: boolean;
  readonly markets: readonly Market[];
  readonly orders: BrokerOrders;
  /** A broker settles in its own books. */
  readonly settlement: Settlement | undefined = undefined;
  /** What is to be asked of the broker, oldest first; whoever sends it takes it out. */
  readonly requests: BrokerRequest[] = [];
  readonly alerts: Alerts;
  readonly tickets = new Map<string, Ticket>();
  /** What the desk closes itself, whatever its strategies want. */
  readonly forced = new WeakSet<Order>();
  /** Whether an order that was never seen at the broker may be sent again; whoever wires the venue decides. */
  mayPost: (order: Order) => boolean = () => true;
  /** The books are asked for later; set by whoever wires the venue. */
  askForBooksAt: (at: number) => void = () => undefined;
  /** When what is asked for now was decided. */
  readonly decision = new Decision();
  /** Books what happened without an order of ours; set by whoever wires the venue. */
  activities: Pick<Activities, 'take' | 'external' | 'books'> | undefined = undefined;
  private readonly ticketOf = new Map<Order, Ticket>();
  private readonly moment = new Moment();
  readonly options: BrokerVenueOptions;
  private saved: SavedVenue | undefined;
  /** Tickets of the session before, until this one has begun. */
  private resumed: readonly Ticket[] = [];
  readonly journal: Journal;
  private readonly hours: readonly MarketHours[];
  /** What is done about orders of which nothing is heard. */
  readonly contact: Contact;
  readonly executions: Executions;
  readonly changes: Changes;
  readonly cancels: Cancels;
  /** Several legs that are one order there. */
  readonly packages: BrokerPackages;
  readonly closers: Closers;
  /** Exits that the broker keeps. */
  readonly groups: ExitGroups;
  /** Exits that it does not keep. */
  readonly held: HeldExits;
  /** When nothing at the broker protects what is held. */
  readonly gaps: ExitGaps;
  /** What is being exercised. */
  readonly exercises: Exercises;
  private readonly following: Following;
  /** Exits where the broker is a desk. */
  readonly desk: DeskExits | undefined;

  /** `saved` is what the session before left; its orders come back through `resume`. */
  constructor(parts: VenueParts, options: BrokerVenueOptions, saved?: SavedVenue) {
    const { instruments, conventions, journal, ledger, listener } = parts;
    this.options = options;
    this.isBroker = options.isDesk !== true;
    this.saved = saved;
    this.journal = journal;
    this.hours = parts.hours;
    this.alerts = new Alerts(journal);
    this.markets = instruments.map((instrument, index) => new Market(index, instrument));
    this.orders = new BrokerOrders(this, this.markets, conventions, journal, listener, this.moment);
    this.contact = new Contact(this, parts);
    this.executions = new Executions(this, parts);
    this.changes = new Changes(this, journal);
    this.cancels = new Cancels(this);
    this.packages = new BrokerPackages(this, this.executions, ledger);
    this.closers = new Closers(this, parts);
    this.exercises = new Exercises(this, ledger);
    this.gaps = new ExitGaps(this, parts);
    this.held = new HeldExits(this, parts);
    this.groups = new ExitGroups(this, ledger, journal, parts.wakes);
    this.following = new Following(this, this.executions, this.changes);
    this.desk = options.isDesk === true ? new DeskExits(this) : undefined;
  }

  get now(): number {
    return this.moment.now;
  }

  setNow(now: number): void {
    this.moment.now = now;
  }

  send(order: Approved, isClosing = order.reduceOnly): void {
    this.orders.enter(order, this.markets[order.instrument]);
    if (isClosing) this.closers.send(order);
    else this.dispatch(order, this.moment.now);
  }

  /** Asks the broker for an order that works from here on in our books, decided now unless told. */
  dispatch(order: Order, at: number, clientId = clientIdOf(order, this.options), decidedAt = at): void {
    order.sequence = ++this.orders.sequence;
    const ticket = this.note(order, clientId, decidedAt);
    (this.desk ?? this.groups).accompany(ticket, at);
    this.post(ticket);
  }

  /** Begins to know an order under an id. */
  note(order: Order, clientId: string, at: number): Ticket {
    const ticket = new Ticket(order, clientId, this.decision.at(at) + this.options.decisionLifeUs);
    if (this.ticketOf.has(order)) ticket.before = { units: order.filledUnits, value: order.filledValue };
    this.tickets.set(clientId, ticket);
    this.ticketOf.set(order, ticket);
    return ticket;
  }

  /** Asks for the submission; again with the same id where it was asked for before. */
  post(ticket: Ticket): void {
    const { order } = ticket;
    ticket.posts++;
    ticket.awaited.add('submit');
    for (const each of ticket.group?.exits ?? [ticket]) each.sentUnits = order.units - ticket.before.units;
    const asked = order.pack === undefined ? undefined : this.packages.submissionOf(ticket, order.pack);
    const plain = asked ?? submissionOf(ticket, this.markets[order.instrument], this.hours[order.instrument]);
    const along = (this.desk ?? this.groups).requestOf(ticket);
    const more = this.desk === undefined ? along : { ...toDesk(order), ...along };
    this.requests.push(more === undefined ? plain : { ...plain, ...more });
  }

  isOut(order: Order): boolean {
    const ticket = this.ticketOf.get(leaderOf(order));
    // What goes along with another order is there once that one was asked for, told or not.
    const isAsked = ticket?.isOut === true || ticket?.group?.leader.isOut === true;
    return isAsked && !ticket.isFormer && this.groups.isThere(ticket);
  }

  refusesExercise(intent: OrderIntent): Refusal | undefined {
    return this.exercises.refusal(intent);
  }

  sendPackage(pack: Package): void {
    this.packages.send(pack);
  }

  /** Where the broker does not say that it changes packages, one is canceled and another sent. */
  updatePackage(pack: Package, limit: number): string | undefined {
    return this.packages.update(pack, limit);
  }

  pendingLimit(order: Order): number {
    return this.ticketOf.get(order)?.pendingLimit ?? Number.NaN;
  }

  cancel(order: Order, code: string, at = this.moment.now): void {
    this.cancels.want(order, code, at);
  }

  /** What is known of an order at the broker; of a leg, what is known of it alone. */
  ticketFor(order: Order): Ticket | undefined {
    return this.ticketOf.get(order);
  }

  get hasUniqueIds(): boolean {
    return this.options.hasUniqueIds !== false;
  }

  update(order: Order, change: OrderChange): string | undefined {
    const ticket = this.ticketOf.get(order);
    if (this.held.isHere(order)) return this.changes.updateHere(order, change);
    if (ticket === undefined || !isLive(order)) return `order.${order.status}`;
    if (order.pack !== undefined) return 'combo.leg';
    return this.changes.update(ticket, change);
  }

  resize(order: Order, units: number, at: number): void {
    const ticket = this.ticketOf.get(order);
    if (this.held.isHere(order)) this.held.resize(order, units);
    if (ticket === undefined || ticket.isOver) return;
    ticket.changeBy = Number.NaN;
    if (units <= order.filledUnits) this.cancel(order, 'nothing-to-reduce', at);
    else this.changes.want(ticket, { units, limit: order.limit, stop: order.stop });
  }

  dispatchExits(exits: readonly Order[], at: number): void {
    if (this.desk !== undefined) this.desk.wake(exits, at);
    else if (!this.groups.wake(exits, at)) this.groups.send(exits, at);
  }

  grow(exit: Order, units: number, at: number): void {
    if (this.desk !== undefined) this.desk.grow(exit, units);
    else if (!this.groups.grow(exit, units)) this.resize(exit, exit.units + units, at);
  }

  closable(exit: Order, units: number): number {
    return this.closers.sizes.closable(exit, units);
  }

  shrinks(order: Order, sibling: Order, units: number, at: number): boolean {
    return this.desk?.shrinks(order, sibling, units) ?? this.groups.shrink(order, sibling, units, at);
  }

  /** When an instrument filled last; −Infinity where it never did in this session. */
  filledAt(instrument: number): number {
    return this.executions.filledAt.get(instrument) ?? -Infinity;
  }

  /** One thing that the broker said. */
  report(report: BrokerReport, at: number): void {
    this.moment.now = at;
    switch (report.kind) {
      case 'bust':
        this.executions.bust(report, at);
        return;
      case 'commission':
        this.executions.commission(report.executionId, report.fee, at);
        return;
      case 'snapshot':
        for (const happened of report.happened) this.report(happened, at);
        for (const order of report.orders) this.following.take(order, at);
        this.executions.corrections.read(report.at ?? at, at);
        return;
      case 'activity':
        this.activities?.take(report, at);
        return;
      case 'link':
        return;
      case 'remark':
        remarked(report, this, at);
        return;
      case 'instruction':
        this.alerts.raise(report.isTaken ? 'option.instructed' : 'option.not-instructed', report.text, at);
        return;
      default:
        this.following.take(report, at);
    }
  }

  /** The process began anew: what was asked for and not answered may or may not have arrived. */
  restart(at: number): void {
    this.moment.now = at;
    for (const ticket of this.tickets.values()) {
      if (ticket.awaited.size > 0) this.contact.lose(ticket, 'the process ended before the answer came', at);
    }
    // Timers of the session before went with it.
    for (const ticket of this.resumed) this.contact.resume(ticket, at);
    this.resumed = [];
  }

  onBar(market: Market, _openAt: number, at: number, _o: number, _h: number, _l: number, close: number): void {
    this.held.onPrice(market, close, close, at);
  }

  onQuote(market: Market, at: number): void {
    this.held.onPrice(market, market.bid, market.ask, at);
  }

  onTrade(market: Market, at: number, price: number): void {
    if (!market.quoted) this.held.onPrice(market, price, price, at);
  }

  onClose(): void {}

  clear(market: Market, code: string, strategy?: number): void {
    for (const order of market.working.slice()) {
      if (strategy === undefined || order.strategy === strategy) this.cancel(order, code);
    }
  }

  /**
   * A broker closes nothing because we say so: the order goes out like any other. What is free is no trade: the broker
   * has told of it, and it is booked.
   */
  forceFill(order: Approved, price: number, at: number, isFree = false): void {
    if (isFree) this.executions.settle(order, price, at);
    else this.sendForced(order);
  }

  sendForced(order: Approved): void {
    this.forced.add(order);
    this.send(order, true);
  }

  /** What an order to exercise delivered is booked beside it. */
  settle(order: Order, price: number, at: number): void {
    this.executions.settle(order, price, at);
  }

  books(action: CorporateAction, instrument: number): boolean {
    return this.activities?.books(action, instrument) ?? true;
  }

  /** Takes back what works at the broker since the session before, with all that is known of it. */
  resume(orders: readonly Order[], sequence: number, now: number, all: readonly Order[] = orders): void {
    const { saved } = this;
    this.saved = undefined;
    this.moment.now = now;
    this.orders.sequence = sequence;
    if (saved === undefined && orders.length > 0) {
      const rule = `${orders.length} orders of the session before worked at a simulated venue: no broker has them`;
      throw new Fault('state.not-at-broker', rule, {}, 'let them end there first');
    }
    for (const order of orders) this.orders.enter(order, this.markets[order.instrument]);
    if (saved === undefined) return;
    this.resumed = restoreTickets(saved, all, this.forced);
    for (const ticket of this.resumed) {
      this.tickets.set(ticket.clientId, ticket);
      if (!ticket.isFormer) this.ticketOf.set(ticket.order, ticket);
      if (ticket.group?.leader === ticket) this.groups.found(ticket.group);
    }
    this.held.restore(saved.held ?? [], orders);
    this.groups.renewals.restore(this.resumed);
    this.executions.restore(saved, this.resumed);
  }

  /** What the next session must know. */
  save(at: number): SavedVenue {
    const held = this.held.save();
    const here = held.length === 0 ? {} : { held };
    return { ...saveTickets(this.tickets.values(), this.forced, at), ...this.executions.save(), ...here };
  }

  /** Sends what was wanted while nothing could be asked for. */
  askNext(ticket: Ticket): void {
    if (!isLive(ticket.order) || ticket.isFormer) return;
    if (ticket.cancelCode !== undefined) this.cancels.ask(ticket);
    else if (ticket.isRenewed || ticket.group?.isRenewed === true) this.groups.renewals.askToEnd(ticket);
    else this.changes.ask(ticket);
  }

  /** The broker has it. */
  adopt(ticket: Ticket, at: number): void {
    const { order } = ticket;
    ticket.awaited.delete('submit');
    // What went along with another order is there from here on.
    if ((ticket.group !== undefined || this.desk !== undefined) && ticket.posts === 0) ticket.posts = 1;
    this.contact.regain(ticket, at);
    // An exit that sleeps works from the fill of its entry: until then that one stands for it.
    if (order.parent !== undefined && order.sequence === 0) return;
    if (order.status === 'submitted' || order.status === 'unknown') {
      this.orders.follow(order, 'accept');
      const text = ticket.brokerId ?? '';
      this.journal.write(ENTRY.accepted, at, order.id, order.instrument, order.strategy, 0, Number.NaN, 0, 0, text);
    }
    if (!ticket.isOver) this.gaps.end(order, at);
    if (ticket.isTombstone) {
      ticket.isTombstone = false;
      const rule = `order ${order.id} that was given up works at the broker; it is canceled`;
      this.alerts.raise('order.zombie', rule, at);
      this.executions.wronged.set(order.strategy, rule);
      ticket.cancelCode ??= 'zombie';
    }
  }

  end(ticket: Ticket, event: 'cancel' | 'expire' | 'reject', reason: string, at: number): void {
    if (this.groups.renewals.keeps(ticket, event)) return;
    ticket.awaited.clear();
    this.gaps.drop(ticket.order, event, ticket.cancelCode !== undefined, at);
    this.orders.conclude(ticket.order, event, ticket.cancelCode ?? reason, at);
  }

  /** Tickets whose order has not ended, or may yet be found to work. */
  get open(): readonly Ticket[] {
    return [...this.tickets.values()].filter(({ order, isFormer }) => !isFormer && !FINAL_STATES.has(order.status));
  }
}
