/**
 * Very many orders in one market: found by price and by expiry instead of one by one.
 *
 * Most of what rests in a deep book are plain limits that no event reaches. They lie in two heaps by their limit, and
 * in one by their expiry, so that an event costs what it touches. All other orders are looked at with every event, as
 * they are in a market with few. What an event touches comes out in the order in which it came in: who looks sees no
 * difference to a market that asks every order.
 */
import { Heap } from '../../base/heap.ts';
import type { Order } from '../orders/order.ts';

/** An order in the index. What is no longer `live` lies in the heaps until it comes to their top. */
interface Resting {
  readonly order: Order;
  /** Place in the market's list: who came first has the lower one. */
  place: number;
  readonly price: number;
  readonly expireAt: number;
  live: boolean;
}

export class LimitIndex {
  private readonly entries = new Map<Order, Resting>();
  /** Limits that wait for prices to fall, highest first, and for prices to rise, lowest first. */
  private readonly buys = new Heap<Resting>((a, b) => a.price > b.price);
  private readonly sells = new Heap<Resting>((a, b) => a.price < b.price);
  private readonly expiries = new Heap<Resting>((a, b) => a.expireAt < b.expireAt);
  private readonly others = new Set<Resting>();
  private readonly isPlain: (order: Order) => boolean;
  /** How many entries in the heaps may be dead. */
  dead = 0;

  /** `isPlain` tells of which orders an event only needs to know the limit. */
  constructor(isPlain: (order: Order) => boolean) {
    this.isPlain = isPlain;
  }

  get size(): number {
    return this.entries.size;
  }

  add(order: Order, place: number): void {
    const entry = { order, place, price: order.limit, expireAt: order.expireAt, live: true };
    this.entries.set(order, entry);
    if (order.expireAt < Infinity) this.expiries.push(entry);
    this.file(entry);
  }

  /** Takes an order out and returns its place; −1 when it is not in. */
  remove(order: Order): number {
    const entry = this.entries.get(order);
    if (entry === undefined) return -1;
    this.entries.delete(order);
    this.others.delete(entry);
    entry.live = false;
    this.dead++;
    return entry.place;
  }

  /** Says that places have changed: `list` has the orders in their sequence. */
  replace(list: readonly (Order | undefined)[]): void {
    list.forEach((order, place) => {
      const entry = order === undefined ? undefined : this.entries.get(order);
      if (entry !== undefined) entry.place = place;
    });
  }

  /** The orders that are not plain limits; those that have become so are filed first. */
  *rest(): Generator<Order> {
    for (const entry of this.others) {
      if (this.isPlain(entry.order)) {
        this.others.delete(entry);
        this.file(entry);
      } else {
        yield entry.order;
      }
    }
  }

  /** The highest limit of a plain buy, −Infinity when there is none. */
  get highestBuy(): number {
    return top(this.buys)?.price ?? -Infinity;
  }

  /** The lowest limit of a plain sell, Infinity when there is none. */
  get lowestSell(): number {
    return top(this.sells)?.price ?? Infinity;
  }

  get nextExpiry(): number {
    return top(this.expiries)?.expireAt ?? Infinity;
  }

  /** What an event may touch whose prices lie between `low` and `high`, first come first. */
  touched(low: number, high: number): Order[] {
    const found: Resting[] = [...this.others];
    const take = (entry: Resting): void => void (entry.live && found.push(entry));
    this.buys.reach((entry) => entry.price >= low, take);
    this.sells.reach((entry) => entry.price <= high, take);
    return inSequence(found);
  }

  /** What expires at or before `at`, first come first. */
  expired(at: number): Order[] {
    const found: Resting[] = [];
    this.expiries.reach(
      (entry) => entry.expireAt <= at,
      (entry) => void (entry.live && found.push(entry)),
    );
    return inSequence(found);
  }

  private file(entry: Resting): void {
    if (!this.isPlain(entry.order)) this.others.add(entry);
    else (entry.order.side > 0 ? this.buys : this.sells).push(entry);
  }
}

function inSequence(found: Resting[]): Order[] {
  return found.sort((a, b) => a.place - b.place).map(({ order }) => order);
}

/** The first entry that is live; dead ones before it are dropped. */
function top(heap: Heap<Resting>): Resting | undefined {
  for (let entry = heap.peek(); entry !== undefined; entry = heap.peek()) {
    if (entry.live) return entry;
    heap.pop();
  }
  return undefined;
}
