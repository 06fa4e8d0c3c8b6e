/**
 * Exits that a broker keeps itself: sent with their entry, or two of one position in one request, of which one fills and
 * the other ends there. A broker that lets one exit hold all the shares takes them in no other way.
 *
 * Each order keeps its own ticket. The broker knows the leader by our id and the others only by its own ids, which are
 * learnt from its books. What a group cannot do there (grow, lose one of two, outlive an entry that ended half filled) is
 * done by asking for its exits anew once they have ended: see `exit-renewals.ts`.
 */
import { ENTRY, type Journal } from '../../journal/journal.ts';
import type { InstrumentKind } from '../../../market/instrument.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Order, OrderType, TimeInForce } from '../../orders/order.ts';
import type { OrderChange } from '../../ports.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { Wakes } from '../../play/wakes.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';
import type { SingleExit } from './held-exits.ts';
import { ExitRenewals } from './exit-renewals.ts';
import type { ExitsRequest } from '../broker/requests.ts';
import type { Ticket } from '../broker/ticket.ts';
import { clientIdOf, priceText } from '../broker/wording.ts';

/** Which exits a broker keeps: whole shares only, and all orders of a group stand equally long. */
export interface ExitRules {
  /** Types of entries that take their exits with them. */
  readonly entries: readonly OrderType[];
  readonly timesInForce: readonly TimeInForce[];
  /** Kinds of instruments; shares and funds unless told. */
  readonly kinds?: readonly InstrumentKind[];
  /** Whether such an entry must open the position, with nothing else at work in its symbol. */
  readonly mustOpen: boolean;
  /** Whether canceling one of a group ends the others; yes unless told. */
  readonly endTogether?: boolean;
  /**
   * Which exit it takes alone, where it refuses a second one of what the first would close: the others are held here, see
   * `held-exits.ts`. Left out where each can rest beside others.
   */
  readonly single?: SingleExit;
  /** How far the stop lies from the entry's limit and from the target, at least. */
  readonly stopDistance: number;
}

/** `bracket` is an entry with both exits, `oto` with one, `oco` both exits of what is held. */
export type GroupKind = 'bracket' | 'oto' | 'oco';

export interface ExitGroup {
  readonly kind: GroupKind;
  /** The order with our id: the entry, or of two exits the target. */
  readonly leader: Ticket;
  /** Of an OCO the leader is one of them. */
  readonly exits: readonly Ticket[];
  /** Whether its exits are to end there and be asked for anew. */
  isRenewed: boolean;
  /** Whether its entry fills no more, so that its exits can be changed; of an OCO always. */
  isAwake: boolean;
}

/** After how long the books are asked about an exit that its other side has ended: not every broker tells. */
const LOOK_AFTER_US = 2_000_000;

export class ExitGroups {
  readonly renewals: ExitRenewals;
  /** Groups with an order that has not ended. */
  private readonly groups = new Set<ExitGroup>();
  private readonly venue: BrokerVenue;
  private readonly ledger: Ledger;
  private readonly journal: Journal;
  private readonly wakes: Wakes;

  constructor(venue: BrokerVenue, ledger: Ledger, journal: Journal, wakes: Wakes) {
    this.venue = venue;
    this.ledger = ledger;
    this.journal = journal;
    this.wakes = wakes;
    this.renewals = new ExitRenewals(venue, this, journal);
  }

  /** An entry goes out: whether its exits go with it. */
  accompany(leader: Ticket, at: number): void {
    const { order, clientId } = leader;
    const rules = this.venue.options.exits;
    // What goes on as another order has its exits already.
    if (rules === undefined || order.children === undefined || order.filledUnits > 0) return;
    const why = this.whyAlone(rules, order, order.children);
    if (why !== undefined) {
      this.tell(order, `exits are sent when it fills: ${why}`, at);
      return;
    }
    const exits = order.children.map((exit) => this.venue.note(exit, `${clientId}/${roleOf(exit)}`, at));
    const kind = exits.length > 1 ? 'bracket' : 'oto';
    this.found({ kind, leader, exits, isRenewed: false, isAwake: false });
    this.tell(order, `exits are kept by the broker: ${kind}`, at);
  }

  /** Sends exits of what is held: two that the broker can keep in one request, others each for itself. */
  send(exits: readonly Order[], at: number): void {
    const rules = this.venue.options.exits;
    const why = rules === undefined ? '' : this.whyApart(rules, exits);
    if (why !== undefined && this.venue.held.takes(exits, why, at)) return;
    for (const exit of exits) this.venue.gaps.begin(exit, at);
    if (why !== undefined) {
      for (const exit of exits) this.venue.dispatch(exit, at, this.freshId(exit));
      if (why !== '' && exits.length > 1) this.tell(exits[0], `exits are tied here: ${why}`, at);
      return;
    }
    const [stop, target] = exits.toSorted((a, b) => (roleOf(a) === 'stop' ? -1 : 0) - (roleOf(b) === 'stop' ? -1 : 0));
    for (const exit of exits) exit.sequence = ++this.venue.orders.sequence;
    const leader = this.venue.note(target, this.freshId(target), at);
    const leg = this.venue.note(stop, `${leader.clientId}/stop`, at);
    this.found({ kind: 'oco', leader, exits: [leader, leg], isRenewed: false, isAwake: true });
    this.venue.post(leader);
    this.tell(target, 'exits are kept by the broker: oco', at);
  }

  /** An entry has filled: exits that are at the broker already begin to count; whether they are. */
  wake(exits: readonly Order[], at: number): boolean {
    const isThere = exits.every((exit) => {
      const group = this.venue.ticketFor(exit)?.group;
      return group !== undefined && group.kind !== 'oco';
    });
    if (!isThere) return false;
    for (const exit of exits) {
      exit.sequence = ++this.venue.orders.sequence;
      const ticket = this.venue.ticketFor(exit)!;
      if (ticket.isOut) this.venue.adopt(ticket, at);
    }
    return true;
  }

  /** More of the entry filled; whether that is all there is to do about the exit. */
  grow(exit: Order, units: number): boolean {
    const ticket = this.venue.ticketFor(exit);
    if (ticket?.group === undefined && ticket?.isOver !== true) return false;
    resize(ticket, units);
    if (ticket.group?.kind === 'oco' && !ticket.isOver) this.renewals.want(ticket.group);
    return true;
  }

  /** Less is held than an exit would close: whether it is asked for anew, because its size is fixed there. */
  cut(exit: Order): boolean {
    const ticket = this.venue.ticketFor(exit);
    if (ticket?.group === undefined) return ticket?.isOver === true && !this.venue.held.isHere(exit);
    if (!ticket.isOver) this.renewals.want(ticket.group);
    return true;
  }

  /** One of two exits filled: whether the broker shrinks or ends the other. */
  shrink(order: Order, sibling: Order, units: number, at: number): boolean {
    this.venue.closers.sizes.took(sibling, units);
    const [filled, other] = [this.venue.ticketFor(order), this.venue.ticketFor(sibling)];
    if (other?.group === undefined || filled?.group !== other.group) return false;
    if (sibling.remainingUnits > units) {
      resize(other, -units);
      other.sentUnits -= units;
    } else {
      other.cancelCode ??= 'one-cancels-other';
      // What waits to be asked for anew is not there to be ended.
      if (other.isOver) this.venue.orders.conclude(sibling, 'cancel', other.cancelCode, at);
      else this.lookLater(other, at);
    }
    return true;
  }

  /** Whether an order cannot be changed or canceled there yet: its entry has not filled, or its id is not known. */
  isAsleep({ group, order, brokerId, isOver }: Ticket): boolean {
    if (group === undefined || order === group.leader.order) return isOver;
    return isOver || brokerId === undefined || (group.kind !== 'oco' && isLive(group.leader.order));
  }

  /** Whether the broker ends it without being asked, because the other exit has filled. */
  endsByItself(ticket: Ticket): boolean {
    const { group, order } = ticket;
    if (group === undefined || order.children !== undefined) return false;
    return group.exits.some((exit) => exit.order !== order && exit.order.status === 'filled');
  }

  /** Whether the broker may have it: what waits to be asked for anew, or lost an entry that never filled, is not there. */
  isThere({ group, isOver }: Ticket): boolean {
    if (isOver) return false;
    if (group === undefined || group.kind === 'oco') return true;
    const entry = group.leader.order;
    return isLive(entry) || entry.filledUnits > 0;
  }

  /** Why an order cannot get another size there; undefined where it can. */
  fixed({ group, order, countedUnits }: Ticket, { quantity }: OrderChange): string | undefined {
    if (group === undefined) return undefined;
    if (quantity !== undefined) return 'exit.fixed-size';
    // An entry that ends takes its exits along: it is not asked for anew.
    const isFilling = group.kind !== 'oco' && order === group.leader.order && countedUnits > 0;
    return isFilling && !this.replacesPart ? 'exit.entry-filling' : undefined;
  }

  /** Changes the price of an exit that the broker lets nobody change: it ends there, and is asked for anew. */
  takesAnew(ticket: Ticket, { limit = ticket.order.limit, stop = ticket.order.stop }: OrderChange): boolean {
    const { group, order, countedUnits } = ticket;
    if (group === undefined || order.children !== undefined) return false;
    if (group.kind !== 'oto' && (this.replacesPart || countedUnits === 0)) return false;
    order.limit = limit;
    order.stop = stop;
    this.renewals.want(group);
    return true;
  }

  /** Whether an exit is between two requests. */
  isWaiting(order: Order): boolean {
    return this.venue.ticketFor(order)?.isOver === true;
  }

  /** What the broker is to keep beside an order, with the prices of when it was asked for first. */
  requestOf({ group, clientId }: Ticket): { readonly exits: ExitsRequest } | undefined {
    if (group === undefined || group.leader.clientId !== clientId) return undefined;
    const exits: { -readonly [K in keyof ExitsRequest]: ExitsRequest[K] } = { kind: group.kind };
    for (const ticket of group.exits) {
      const market = this.venue.markets[ticket.order.instrument];
      const { limit, stop } = ticket.inForce ?? ticket.order;
      const limitText = limit === limit ? priceText(limit, market) : undefined;
      if (roleOf(ticket.order) === 'target') exits.target = { limit: limitText! };
      else exits.stop = { stop: priceText(stop, market), ...(limitText === undefined ? {} : { limit: limitText }) };
    }
    return { exits };
  }

  /** Nothing is known of a leader: nothing is known of who goes with it. */
  lose({ group, clientId }: Ticket, cause: string, at: number): void {
    if (group?.kind !== 'oco' || group.leader.clientId !== clientId) return;
    for (const { order } of group.exits) {
      if (order === group.leader.order || !this.venue.orders.follow(order, 'lose-contact')) continue;
      const { id, instrument, strategy } = order;
      this.journal.write(ENTRY.unknown, at, id, instrument, strategy, 0, Number.NaN, 0, 0, cause);
    }
  }

  /** After every report: what became possible by it. */
  release(at: number): void {
    for (const group of this.groups) {
      const { leader, exits, kind } = group;
      const hasEnded = leader.isFormer || !isLive(leader.order);
      if (hasEnded && exits.every(({ order, isFormer }) => isFormer || !isLive(order))) {
        this.groups.delete(group);
        continue;
      }
      if (!group.isAwake && hasEnded) {
        group.isAwake = true;
        for (const exit of exits) this.venue.askNext(exit);
      }
      const neverCame = leader.isRefused || leader.isTombstone;
      if (kind === 'oco' && hasEnded && neverCame) this.abandon(group, at);
    }
    this.renewals.release(this.groups, at);
  }

  /** Takes a group up again, as it was saved. */
  found(group: ExitGroup): void {
    this.groups.add(group);
    group.leader.group = group;
    for (const exit of group.exits) exit.group = group;
  }

  /** An id that no request for the order had. */
  freshId(order: Order): string {
    const id = clientIdOf(order, this.venue.options);
    let fresh = id;
    for (let number = 2; this.venue.tickets.has(fresh); number++) fresh = `${id}.${number}`;
    return fresh;
  }

  /** The leader never got there: where it was refused the stop goes alone, otherwise it has ended too. */
  private abandon({ leader, exits }: ExitGroup, at: number): void {
    for (const exit of exits) {
      if (exit === leader || exit.isOver || !isLive(exit.order) || exit.seenAt !== -Infinity) continue;
      if (leader.isRefused) this.renewals.add(exit);
      else this.venue.orders.conclude(exit.order, 'cancel', 'order.never-seen', at);
    }
  }

  private lookLater(ticket: Ticket, at: number): void {
    this.wakes.at(at + LOOK_AFTER_US, () => {
      if (isLive(ticket.order) && !ticket.isFormer) this.venue.contact.lookUp(ticket);
    });
  }

  /** Why an entry goes without its exits, which are sent when it fills; undefined where they go along. */
  private whyAlone(rules: ExitRules, entry: Order, exits: readonly Order[]): string | undefined {
    const roles = new Set(exits.map(roleOf));
    if (roles.has(undefined) || roles.size < exits.length) return 'they are not one limit and one stop';
    if (!rules.entries.includes(entry.type)) return `its entry is a ${entry.type} order`;
    for (const each of [entry, ...exits]) {
      const why = this.whyUnfit(rules, each, entry);
      if (why !== undefined) return why;
    }
    if (rules.mustOpen && !this.opens(entry)) return 'something is held or at work there';
    const stop = exits.find((exit) => roleOf(exit) === 'stop');
    const target = exits.find((exit) => roleOf(exit) === 'target');
    const isRight = stop === undefined || [entry, target].every((base) => isApart(stop, base?.limit, rules));
    return isRight ? undefined : 'the stop is not on the losing side';
  }

  /** Why two exits are not one request. */
  private whyApart(rules: ExitRules, exits: readonly Order[]): string | undefined {
    const [stop, target] = ['stop', 'target'].map((role) => exits.find((exit) => roleOf(exit) === role));
    if (exits.length !== 2 || stop === undefined || target === undefined) return 'they are not one limit and one stop';
    const why = this.whyUnfit(rules, stop, target) ?? this.whyUnfit(rules, target, stop);
    if (why !== undefined) return why;
    if (target.remainingUnits !== stop.remainingUnits) return 'they are of different sizes';
    return isApart(stop, target.limit, rules) ? undefined : 'the stop is not on the losing side';
  }

  /** Why an order cannot be in a group with another at all. */
  private whyUnfit(rules: ExitRules, order: Order, other: Order): string | undefined {
    const { scale, instrument } = this.venue.markets[order.instrument];
    const kinds = rules.kinds ?? ['equity', 'etf'];
    if (!kinds.includes(instrument.kind)) return `it is of kind ${instrument.kind}`;
    const isWhole = (order.units - order.filledUnits) % scale === 0 && order.fraction !== order.fraction;
    if (!isWhole) return 'it is not of whole shares';
    if (order.timeInForce !== other.timeInForce) return `one stands ${order.timeInForce}, another ${other.timeInForce}`;
    return rules.timesInForce.includes(order.timeInForce) ? undefined : `it stands ${order.timeInForce}`;
  }

  private get replacesPart(): boolean {
    return this.venue.options.replacesPartFilled !== false;
  }

  /** Whether nothing is held of its symbol, and nothing else is at work there. */
  private opens(entry: Order): boolean {
    const { working } = this.venue.markets[entry.instrument];
    const isAlone = working.every((other) => other === entry || !isLive(other));
    return isAlone && this.ledger.netQuantity(entry.instrument) === 0;
  }

  /** Which way was taken, for whoever asks why. */
  private tell({ id, instrument, strategy }: Order, text: string, at: number): void {
    this.journal.write(ENTRY.note, at, id, instrument, strategy, 0, Number.NaN, 0, 0, text);
  }
}

/** What an exit is for, where it is one that brokers know: a limit takes the profit, a stop the loss. */
export function roleOf({ type, reduceOnly }: Order): 'target' | 'stop' | undefined {
  if (!reduceOnly) return undefined;
  if (type === 'limit') return 'target';
  return type === 'stop' || type === 'stop-limit' ? 'stop' : undefined;
}

/** The order is of so many units more, and with it whatever change of it is on its way. */
export function resize(ticket: Ticket, units: number): void {
  ticket.order.units += units;
  for (const name of ['inForce', 'asked', 'wanted'] as const) {
    const terms = ticket[name];
    if (terms !== undefined) ticket[name] = { ...terms, units: terms.units + units };
  }
}

/** Whether a stop is on the losing side of a price, far enough from it; where there is no price there is no distance. */
function isApart({ side, stop }: Order, price: number | undefined, { stopDistance }: ExitRules): boolean {
  return price === undefined || price !== price || -side * (price - stop) >= stopDistance - 1e-9;
}
