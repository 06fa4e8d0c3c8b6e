/**
 * Exits that a broker does not keep, because it takes only one of a position, or none: they are held here. The one that
 * protects rests at the broker where it can; the others are watched by the session (see `exit-watch.ts`). When one of them
 * is reached, what rests there is canceled first, and only when the broker has said that it ended the other goes out, for
 * what is left: never do two work there that could close the same.
 *
 * What is held here protects only while the session lives and hears prices: who runs it is told when it goes down.
 */
import type { Instrument } from '../../../market/instrument.ts';
import { ENTRY, type Journal } from '../../journal/journal.ts';
import type { Order, OrderType } from '../../orders/order.ts';
import type { OrderChange, VenueParts } from '../../ports.ts';
import type { Market } from '../../sim/market.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { Wakes } from '../../play/wakes.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';
import { protects } from './exit-gaps.ts';
import { ExitWatch } from './exit-watch.ts';
import type { Refused } from '../broker/reports.ts';
import { firedAs } from '../broker/wording.ts';
import type { Terms, Ticket } from '../broker/ticket.ts';

/** Which exit a broker takes alone, where another one of the same position is refused while it rests. */
export interface SingleExit {
  readonly kinds: readonly Instrument['kind'][];
  readonly types: readonly OrderType[];
}

/** Exits of one position that are tied to each other. */
interface HeldSet {
  readonly exits: readonly Order[];
  /** The one that the market reached, and that is to be at the broker in place of the one that rests there. */
  fired: Order | undefined;
  /** Nothing is sent before. */
  notBefore: number;
}

/** What the next session must know, by ids of orders. */
export interface SavedHeldSet {
  readonly exits: readonly number[];
  readonly fired: number | null;
  /** Exits that the broker refused to let rest. */
  readonly unwanted: readonly number[];
}

/** Whether the session may act now; set by whoever wires the venue. */
export interface ExitLeave {
  /** An exit may go out to rest. */
  mayRest(): boolean;
  /** What is held of an instrument may be closed at an Instant. */
  mayClose(instrument: number, at: number): boolean;
}

/** A process that is gone for less is not worth a word. */
const UNWATCHED_US = 5_000_000;
/** After how long an exit is tried again that this desk could not send. */
const AGAIN_US = 5_000_000;

export class HeldExits {
  leave: ExitLeave = { mayRest: () => true, mayClose: () => true };
  private readonly sets = new Set<HeldSet>();
  private readonly setOf = new Map<Order, HeldSet>();
  /** Exits that the broker refused to let rest. */
  private readonly unwanted = new Set<Order>();
  /** Since when nobody watched, an Instant; Infinity before the first start. */
  private aloneSince = Infinity;
  private readonly watch: ExitWatch;
  private readonly venue: BrokerVenue;
  private readonly journal: Journal;
  private readonly wakes: Wakes;

  constructor(venue: BrokerVenue, { journal, wakes, hours }: VenueParts) {
    this.venue = venue;
    this.journal = journal;
    this.wakes = wakes;
    this.watch = new ExitWatch(wakes, hours, {
      reached: (order, at) => this.fire(order, at),
      left: (order, at) => this.goBack(order, at, 'the market has left it'),
    });
  }

  /** Takes exits whose entry has filled, or that are asked for anew; false where the broker takes each, or one is no exit. */
  takes(exits: readonly Order[], why: string, at: number): boolean {
    if (this.venue.options.exits?.single === undefined || exits.some(({ parent }) => parent === undefined))
      return false;
    const known = exits.map((exit) => this.setOf.get(exit)).find((set) => set !== undefined);
    const set = known ?? { exits, fired: undefined, notBefore: -Infinity };
    if (known === undefined) this.found(set);
    for (const exit of exits) {
      exit.sequence = ++this.venue.orders.sequence;
    }
    this.settle(set, at);
    for (const exit of exits) {
      if (exit.status !== 'submitted' || !this.isHere(exit)) continue;
      this.venue.orders.follow(exit, 'accept');
      const { id, instrument, strategy } = exit;
      this.journal.write(ENTRY.accepted, at, id, instrument, strategy, 0, Number.NaN, 0, 0, '');
      this.tell(exit, `it is held here, and not at the broker: ${why}`, at);
    }
    return true;
  }

  /** Whether an order waits here, and the broker has nothing of it. */
  isHere(order: Order): boolean {
    return this.setOf.has(order) && isLive(order) && !this.venue.isOut(order);
  }

  /** What waits here, oldest first. */
  get here(): readonly Order[] {
    return [...this.setOf.keys()].filter((order) => this.isHere(order));
  }

  /** Stops that protect only while this session lives: of each position the first that is held here, where none rests. */
  get onlyHere(): readonly Order[] {
    const isAlone = ({ exits }: HeldSet): boolean =>
      !exits.some((exit) => isLive(exit) && protects(exit) && !this.isHere(exit));
    return [...this.sets]
      .filter(isAlone)
      .flatMap(({ exits }) => exits.filter((exit) => isLive(exit) && protects(exit)).slice(0, 1));
  }

  /** Whether the broker refused to let it rest. */
  isUnwanted(order: Order): boolean {
    return this.unwanted.has(order);
  }

  /** A price was seen: a quote, or where there are none the price of a trade or bar on both sides. */
  onPrice(market: Market, bid: number, ask: number, at: number): void {
    if (this.sets.size === 0) return;
    for (const set of this.sets) {
      if (set.exits[0].instrument !== market.index) continue;
      for (const exit of set.exits) {
        if (this.isHere(exit)) this.watch.look(exit, bid, ask, at);
        else if (exit === set.fired && exit.type === 'limit') this.watch.lookBack(exit, bid, ask, at);
      }
      this.settle(set, at);
    }
  }

  /** After every input: sends what may go by now. */
  release(at: number): void {
    for (const set of this.sets) this.settle(set, at);
  }

  /** The newest price of an instrument is not what was told: what was seen of it confirms nothing. */
  amended(instrument: number): void {
    for (const order of this.setOf.keys()) if (order.instrument === instrument) this.watch.forget(order);
  }

  /** The process was gone since `from`: what was seen before confirms nothing. */
  restart(from: number): void {
    this.watch.forget();
    this.aloneSince = from;
  }

  /** Whoever runs the session hears of what nobody watched, where nobody told when it went down. */
  watchAgain(at: number): void {
    const { alerts } = this.venue;
    const since = this.aloneSince;
    if (alerts.isOpen('exits.unwatched')) alerts.settle('exits.unwatched', '', at);
    else if (at - since >= UNWATCHED_US)
      this.tellOf(since, `was not watched for ${Math.round((at - since) / 1e6)} s`, at);
  }

  /** The session ends: from here on nobody watches what is held here. */
  leaveAlone(at: number): void {
    this.tellOf(at, 'is held by this session, which ends: nobody watches it', at);
  }

  /** More of its entry filled, less is held, or another exit took a part. */
  resize(order: Order, units: number): void {
    order.units = Math.max(units, order.filledUnits);
  }

  /** Another price or size of what is held here: nobody has to be asked. */
  update(order: Order, units: number, { limit = order.limit, stop = order.stop }: OrderChange): void {
    Object.assign(order, { units, limit, stop });
    this.watch.forget(order);
    const { id, instrument, strategy, side } = order;
    const price = limit === limit ? limit : stop;
    this.journal.write(ENTRY.updated, this.venue.now, id, instrument, strategy, side * units, price, 0, 0, 'held here');
  }

  /**
   * An order has ended at the broker and goes on here: it made room for another, or was sent for the day and is wanted for
   * longer. Whether it is one of these.
   */
  keeps(ticket: Ticket, event: 'cancel' | 'expire' | 'reject'): boolean {
    const { order, isRenewed, as, cancelCode } = ticket;
    const set = this.setOf.get(order);
    if (set === undefined || cancelCode !== undefined || !isLive(order)) return false;
    const wasForTheDay = event !== 'reject' && as !== undefined && as.timeInForce !== order.timeInForce;
    if (!wasForTheDay && !(event === 'cancel' && isRenewed)) return false;
    if (set.fired === order && order.type === 'limit') set.fired = undefined;
    this.takeBack(ticket);
    return true;
  }

  /** Something refused an exit before it worked: whether it is held here from now on. */
  wasRefused(ticket: Ticket, { code, message }: Refused, at: number): boolean {
    const { order, cancelCode, countedUnits } = ticket;
    const set = this.setOf.get(order);
    if (set === undefined || cancelCode !== undefined || countedUnits > 0 || !isLive(order)) return false;
    const isOwn = /^(desk|state|symbol)\./.test(code) && code !== 'desk.unsupported';
    if (!isOwn && (set.fired === order || !protects(order))) return false;
    this.takeBack(ticket);
    if (isOwn) {
      set.notBefore = at + AGAIN_US;
      this.wakes.at(set.notBefore, (due) => this.settle(set, due));
      return true;
    }
    this.unwanted.add(order);
    this.venue.gaps.refused(order, `${code}: ${message}`, at);
    return true;
  }

  save(): readonly SavedHeldSet[] {
    return [...this.sets].map(({ exits, fired }) => {
      const live = exits.filter(isLive);
      const unwanted = live.filter((exit) => this.unwanted.has(exit)).map(({ id }) => id);
      return { exits: live.map(({ id }) => id), fired: fired?.id ?? null, unwanted };
    });
  }

  restore(saved: readonly SavedHeldSet[], orders: readonly Order[]): void {
    const byId = new Map(orders.map((order) => [order.id, order]));
    for (const { exits, fired, unwanted } of saved) {
      const found = exits.flatMap((id) => byId.get(id) ?? []);
      if (found.length === 0) continue;
      this.found({ exits: found, fired: fired === null ? undefined : byId.get(fired), notBefore: -Infinity });
      for (const exit of found) if (unwanted.includes(exit.id)) this.unwanted.add(exit);
    }
  }

  /** Tells of stops whose market was open then. */
  private tellOf(when: number, what: string, at: number): void {
    for (const { id, instrument, stop } of this.onlyHere) {
      if (!this.watch.isOpen(instrument, when)) continue;
      const { symbol } = this.venue.markets[instrument];
      this.venue.alerts.raise('exits.unwatched', `${symbol}: order ${id}, its stop at ${stop}, ${what}`, at);
    }
  }

  private found(set: HeldSet): void {
    this.sets.add(set);
    for (const exit of set.exits) this.setOf.set(exit, set);
  }

  /** The market reached what is held here. */
  private fire(order: Order, at: number): void {
    const set = this.setOf.get(order);
    if (set === undefined || set.fired === order || !this.isHere(order)) return;
    // What ends a loss comes before what takes a profit.
    if (set.fired !== undefined && isLive(set.fired) && protects(set.fired)) return;
    if (!this.mayFire(order.instrument, at)) {
      this.venue.gaps.stuck(order, at);
      return;
    }
    set.fired = order;
    const other = set.exits.find((exit) => exit !== order && isLive(exit) && this.venue.isOut(exit));
    if (protects(order) && !order.triggered) {
      order.triggered = true;
      this.venue.orders.trigger(order, at);
    }
    this.tell(order, `it was reached: ${other === undefined ? 'it goes' : `order ${other.id} is canceled first`}`, at);
    this.settle(set, at);
  }

  /** A target that was reached does not go, or has gone and the market has left it: what protects takes its place again. */
  private goBack(order: Order, at: number, why: string): void {
    const set = this.setOf.get(order);
    if (set?.fired !== order) return;
    set.fired = undefined;
    this.tell(order, `${why}: it is held here again`, at);
    this.settle(set, at);
  }

  /** Which exit is to be at the broker now; undefined where none. */
  private wishOf({ exits, fired }: HeldSet): Order | undefined {
    if (fired !== undefined && isLive(fired)) return fired;
    const live = exits.filter(isLive);
    const stops = live.filter((exit) => protects(exit));
    return (stops.length > 0 ? stops : live).find((exit) => this.canRest(exit));
  }

  private canRest(order: Order): boolean {
    const { instrument, scale } = this.venue.markets[order.instrument];
    const single = this.venue.options.exits?.single;
    const isWhole = (order.units - order.filledUnits) % scale === 0;
    const fits = single?.kinds.includes(instrument.kind) === true && single.types.includes(order.type);
    return fits && isWhole && !this.unwanted.has(order);
  }

  /** Brings about what is wished, one step at a time: first nothing else works there, then it is asked for. */
  private settle(set: HeldSet, at: number): void {
    const live = set.exits.filter(isLive);
    if (live.length === 0) {
      this.sets.delete(set);
      for (const exit of set.exits) this.drop(exit);
      return;
    }
    const wish = this.wishOf(set);
    const there = live.filter((exit) => this.venue.isOut(exit));
    for (const exit of there) if (exit !== wish) this.askToEnd(exit);
    if (wish === undefined || there.length > 0 || at < set.notBefore) return;
    const isFired = wish === set.fired;
    // What takes a profit must not keep away what ends a loss.
    if (isFired && !protects(wish) && !this.leave.mayClose(wish.instrument, at)) {
      this.goBack(wish, at, 'it may not go now');
      return;
    }
    if (!(isFired ? this.mayFire(wish.instrument, at) : this.leave.mayRest())) return;
    if (this.venue.closers.isExitBehind(wish)) return;
    const held = this.venue.closers.sizes.heldAgainst(wish);
    if (held <= 0) {
      this.venue.orders.conclude(wish, 'cancel', 'nothing-to-reduce', at);
      return;
    }
    wish.units = wish.filledUnits + Math.min(wish.remainingUnits, held);
    this.send(wish, isFired, at);
  }

  /** What was reached goes while its market trades: what is left of it in the evening goes in the morning. */
  private mayFire(instrument: number, at: number): boolean {
    return this.leave.mayClose(instrument, at) && this.watch.isOpen(instrument, at);
  }

  private send(order: Order, isFired: boolean, at: number): void {
    const before = this.venue.ticketFor(order);
    if (before?.isOver === true) this.venue.groups.renewals.retire(before, at);
    this.watch.forget(order);
    this.venue.gaps.begin(order, at);
    const ticket = this.venue.note(order, this.venue.groups.freshId(order), at);
    if (isFired) ticket.as = firedAs(order, this.canRest(order));
    this.venue.post(ticket);
  }

  private askToEnd(order: Order): void {
    const ticket = this.venue.ticketFor(order);
    // What was asked once is asked again when there is news of it.
    if (ticket === undefined || ticket.isRenewed) return;
    ticket.isRenewed = true;
    this.venue.cancels.ask(ticket);
  }

  /** Nothing of it is there any more; what was wanted of it holds here at once. */
  private takeBack(ticket: Ticket): void {
    const { order, wanted, asked, inForce } = ticket;
    const terms: Terms = wanted ?? asked ?? inForce ?? order;
    order.units = Math.max(terms.units, order.filledUnits);
    order.limit = terms.limit;
    order.stop = terms.stop;
    ticket.wanted = ticket.asked = ticket.inForce = undefined;
    ticket.awaited.clear();
    ticket.isOver = true;
    this.venue.gaps.hold(order);
    const { status } = order;
    if (status === 'pending-cancel') this.venue.orders.follow(order, 'refuse-cancel');
    else if (status === 'pending-update') this.venue.orders.follow(order, 'refuse-update');
    else if (status === 'submitted' || status === 'unknown') this.venue.orders.follow(order, 'accept');
    // More filled before it ended than was wanted of it by then.
    this.venue.orders.completeIfFilled(order);
  }

  private drop(order: Order): void {
    this.setOf.delete(order);
    this.unwanted.delete(order);
    this.watch.forget(order);
  }

  private tell({ id, instrument, strategy }: Order, text: string, at: number): void {
    this.journal.write(ENTRY.note, at, id, instrument, strategy, 0, Number.NaN, 0, 0, text);
  }
}
