/**
 * The orders that work at the venue, from their acceptance to their end, and what ties them to each other.
 *
 * Every change of state goes through the state table here, and every end is written into the journal and told.
 */
import { assert } from '../../base/assert.ts';
import type { Booking } from '../ledger/booking.ts';
import { ENTRY, type Journal } from '../journal/journal.ts';
import { EVENT, FIRST_FINAL, nextState, type OrderEventKind } from '../orders/order-state.ts';
import type { Order } from '../orders/order.ts';
import type { Conventions } from './conventions.ts';
import type { Market } from './market.ts';
import { stepOf } from './match-bar.ts';
import type { Moment } from './moment.ts';

/** Told about everything that happens to an order. */
export interface VenueListener {
  /** The fill is told as it was booked, in an object that the next fill uses again. */
  onFill(order: Order, booking: Booking): void;
  onOrderEvent(order: Order, at: number, code: string): void;
}

export class WorkingOrders {
  /** Number of the newest order that came. */
  sequence = 0;
  /** Orders that are working, over all markets. */
  count = 0;
  /** The same by strategy. */
  readonly countOf: number[] = [];
  protected readonly markets: readonly Market[];
  private readonly conventions: Conventions;
  private readonly journal: Journal;
  private readonly listener: VenueListener;
  readonly moment: Moment;

  constructor(
    markets: readonly Market[],
    conventions: Conventions,
    journal: Journal,
    listener: VenueListener,
    moment: Moment,
  ) {
    this.markets = markets;
    this.conventions = conventions;
    this.journal = journal;
    this.listener = listener;
    this.moment = moment;
  }

  enter(order: Order, market: Market): void {
    market.add(order);
    this.count++;
    this.countOf[order.strategy] = (this.countOf[order.strategy] ?? 0) + 1;
  }

  trigger(order: Order, at: number): void {
    this.change(order, 'trigger');
    this.journal.write(ENTRY.triggered, at, order.id, order.instrument, order.strategy, 0, order.stop, 0, 0, '');
  }

  /** One of several fills: the others shrink by what it took, and end when nothing is left. */
  reduceSiblings(order: Order, units: number, at: number): void {
    for (const sibling of order.siblings!) {
      if (!isLive(sibling)) continue;
      if (sibling.remainingUnits <= units || !sibling.reduceOnly) this.end(sibling, 'cancel', 'one-cancels-other', at);
      else sibling.units -= units;
    }
  }

  /** A parent filled: its children start to work, for the quantity that filled. */
  wakeChildren(order: Order, market: Market, units: number, at: number, price: number): void {
    const waking = order.children!;
    // After an entry at the close of a bar, nothing of that bar is left for the exits.
    const atClose = this.moment.matching && (this.moment.bar.late || stepOf(order) === 'close');
    const atOpen = !this.moment.matching || this.moment.atOpen;
    const rising = (stepOf(order) === 'stop') === order.side > 0;
    for (const child of waking) {
      if (!isLive(child)) continue;
      const fresh = child.sequence === 0;
      if (fresh) child.units = units;
      else child.units += units;
      if (!fresh) continue;
      child.sequence = ++this.sequence;
      this.change(child, 'accept');
      child.activeAt = at;
      child.wokenAt = this.moment.now;
      child.wokenPrice = price;
      if (child.trail === child.trail)
        child.stop = price + child.side * (child.trailIsFraction ? price * child.trail : child.trail);
      this.enter(child, market);
      const waits = atClose || this.waitsForNextBar(order);
      if (this.moment.matching && !waits) {
        child.wokenBy = atOpen ? 'open' : rising ? 'rising' : 'falling';
        this.moment.woken.push(child);
      } else if (this.moment.matching) {
        child.activeAt = this.moment.now;
        child.wokenAt = Number.NaN;
      }
    }
  }

  /** Whether the conventions keep the exits of an entry out of its bar, because the bar does not tell what came first. */
  private waitsForNextBar({ type, side, children }: Order): boolean {
    const { childrenInEntryBar } = this.conventions;
    if (childrenInEntryBar === 'certain' || !this.moment.matching) return false;
    if (childrenInEntryBar === 'next-bar') return true;
    if (type === 'market' || type === 'market-on-open') return false;
    if (type !== 'stop') return true;
    // A stop and the target beyond it lie in one direction: both in the bar, and the stop loss not, leaves no doubt.
    const { high, low } = this.moment.bar;
    const [best, worst] = side > 0 ? [high, low] : [-low, -high];
    const isReached = children!.some((exit) => exit.type === 'limit' && side * exit.limit <= best);
    const isStopped = children!.some((exit) => exit.type !== 'limit' && !(side * exit.stop < worst));
    return !isReached || isStopped;
  }

  /** The position is flat: orders that could only have closed it have nothing left to do. */
  dropExits(order: Order, market: Market, at: number): void {
    for (const other of market.working.slice()) {
      if (other.reduceOnly && other.strategy === order.strategy && isLive(other)) {
        this.end(other, 'cancel', 'nothing-to-reduce', at);
      }
    }
  }

  expire(market: Market, at: number): void {
    for (const order of market.expiring(at)) {
      if (order.expireAt <= at) this.end(order, 'expire', 'time-in-force', order.expireAt);
    }
    market.watchAll();
  }

  /** Ends an order for good and takes it out of the book. */
  end(order: Order, event: 'cancel' | 'expire' | 'reject', code: string, at: number): void {
    if (!isLive(order)) return;
    // What has partly filled can no longer be rejected: the rest of it is canceled.
    if (event === 'reject' && order.filledUnits > 0) event = 'cancel';
    this.change(order, event);
    const kind = event === 'cancel' ? ENTRY.canceled : event === 'expire' ? ENTRY.expired : ENTRY.rejected;
    this.journal.write(kind, at, order.id, order.instrument, order.strategy, 0, Number.NaN, 0, 0, code);
    this.leave(order, this.markets[order.instrument]);
    if (order.children !== undefined) this.endAsleep(order, 'parent-ended', at);
    this.listener.onOrderEvent(order, at, code);
    // A package is whole or nothing: what ends one leg ends all.
    if (order.pack !== undefined) for (const leg of order.pack.legs) this.end(leg, event, code, at);
  }

  /** Ends exits that no fill of their entry has woken. */
  protected endAsleep({ children = [] }: Order, code: string, at: number): void {
    for (const child of children) if (child.sequence === 0) this.end(child, 'cancel', code, at);
  }

  leave(order: Order, market: Market): void {
    if (!market.remove(order)) return;
    this.count--;
    this.countOf[order.strategy]--;
  }

  /** Ends orders of which a split left nothing. */
  dropEmpty(market: Market): void {
    for (const order of market.working.slice()) {
      if (order.remainingUnits <= 0 && order.fraction !== order.fraction)
        this.end(order, 'cancel', 'split', this.moment.now);
    }
  }

  change(order: Order, event: OrderEventKind): void {
    this.step(order, EVENT[event]);
  }

  /** Changes the state of an order by an event's number; see `EVENT`. */
  step(order: Order, event: number): void {
    const next = nextState(order.state, event);
    if (next < 0) assert(false, `order ${order.id}: ${Object.keys(EVENT)[event]} while ${order.status}`);
    order.state = next;
  }
}

/** Whether the order can still fill. */
export function isLive(order: Order): boolean {
  return order.state < FIRST_FINAL;
}
