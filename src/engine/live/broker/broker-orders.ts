/**
 * The orders that work at a broker. What a simulated venue decides at once is only a wish here: an order ends when the
 * broker says so, and until then it works, with its risk.
 */
import { nextStatus, type OrderEventKind } from '../../orders/order-state.ts';
import type { Order } from '../../orders/order.ts';
import type { Market } from '../../sim/market.ts';
import { isLive, WorkingOrders } from '../../sim/working-orders.ts';

/** What only the broker's venue can do about an order. */
export interface Wishes {
  /** Whether the broker may have it. */
  isOut(order: Order): boolean;
  cancel(order: Order, code: string, at: number): void;
  /** Asks for another quantity, in whole units. */
  resize(order: Order, units: number, at: number): void;
  /** Sends exits whose entry has filled. */
  dispatchExits(exits: readonly Order[], at: number): void;
  /** Units more of its entry filled. */
  grow(exit: Order, units: number, at: number): void;
  /** Units of what its entry has bought that are there to be closed: the rest closed what was held on the other side. */
  closable(exit: Order, units: number): number;
  /** Its sibling filled: whether nothing is to be asked for, because the broker keeps the two together. */
  shrinks(order: Order, sibling: Order, units: number, at: number): boolean;
  /** Left out where what can close nothing any more is ended here; a desk of ours ends it itself. */
  readonly desk?: unknown;
}

/** How orders end at a broker, in the words of the state table. */
export const ENDS = { canceled: 'cancel', expired: 'expire', rejected: 'reject' } as const;

export class BrokerOrders extends WorkingOrders {
  /** Status changes that the state table has no cell for: old news, counted and not followed. */
  ignored = 0;
  private readonly wishes: Wishes;

  constructor(wishes: Wishes, ...parts: ConstructorParameters<typeof WorkingOrders>) {
    super(...parts);
    this.wishes = wishes;
  }

  override end(order: Order, event: 'cancel' | 'expire' | 'reject', code: string, at: number): void {
    if (event === 'cancel' && this.wishes.isOut(order)) this.wishes.cancel(order, code, at);
    else super.end(order, event, code, at);
  }

  /** The broker said so: it has ended. */
  conclude(order: Order, event: 'cancel' | 'expire' | 'reject', code: string, at: number): void {
    // What ends one leg of a package ends all.
    for (const each of order.pack?.legs ?? [order]) {
      const allowed = isLive(each) && nextStatus(each.status, event) === undefined ? 'cancel' : event;
      super.end(each, allowed, code, at);
    }
  }

  /** An order that became no larger than what filled is filled. */
  completeIfFilled(order: Order): void {
    if (!isLive(order) || order.filledUnits < order.units) return;
    this.follow(order, 'fill-rest');
    this.leave(order, this.markets[order.instrument]);
    // It fills no more: exits of what it only closed have nothing to close.
    this.endAsleep(order, 'nothing-to-reduce', this.moment.now);
  }

  /** Moves an order where the table allows it; otherwise the news is old, and is counted. */
  follow(order: Order, event: OrderEventKind): boolean {
    const status = nextStatus(order.status, event);
    if (status === undefined) {
      this.ignored++;
      return false;
    }
    order.status = status;
    return true;
  }

  /** An entry filled: its exits start to work, for as much as filled. */
  override wakeChildren(order: Order, market: Market, units: number, at: number, price: number): void {
    const woken: Order[] = [];
    for (const child of order.children!) {
      if (!isLive(child)) continue;
      if (child.sequence !== 0) {
        const more = Math.min(units, this.wishes.closable(child, child.remainingUnits + units) - child.remainingUnits);
        if (more > 0) this.wishes.grow(child, more, at);
        continue;
      }
      const closable = this.wishes.closable(child, order.filledUnits);
      if (closable <= 0) continue;
      child.units = closable;
      child.activeAt = at;
      if (child.trail === child.trail) {
        child.stop = price + child.side * (child.trailIsFraction ? price * child.trail : child.trail);
      }
      this.enter(child, market);
      woken.push(child);
    }
    if (woken.length > 0) this.wishes.dispatchExits(woken, at);
    if (!isLive(order)) this.endAsleep(order, 'nothing-to-reduce', at);
  }

  override dropExits(order: Order, market: Market, at: number): void {
    if (this.wishes.desk === undefined) super.dropExits(order, market, at);
  }

  /** One of several filled: the others shrink by what it took, and end when nothing is left. */
  override reduceSiblings(order: Order, units: number, at: number): void {
    for (const sibling of order.siblings!) {
      if (!isLive(sibling) || this.wishes.shrinks(order, sibling, units, at)) continue;
      if (sibling.remainingUnits <= units || !sibling.reduceOnly) this.end(sibling, 'cancel', 'one-cancels-other', at);
      else this.wishes.resize(sibling, sibling.units - units, at);
    }
  }
}
