/**
 * Whether the market has reached an exit that no broker watches.
 *
 * One price proves nothing: a bad print lasts for one tick. It has reached an exit when two prices of different instants
 * say so, one after the other, or when one that says so still stands two seconds later. Only prices of the regular hours
 * count, and of a quote only one with two sides that do not cross: a stop is reached by the price that one would get.
 */
import type { Order } from '../../orders/order.ts';
import type { MarketHours } from '../../ports.ts';
import type { Wakes } from '../../play/wakes.ts';

/** How long one price must stand where no second one comes. */
const STANDS_US = 2_000_000;
/** How long the market must have left a target that went out before what protects takes its place again. */
const LEFT_US = 10_000_000;

interface Listener {
  reached(order: Order, at: number): void;
  left(order: Order, at: number): void;
}

export class ExitWatch {
  private readonly wakes: Wakes;
  private readonly hours: readonly MarketHours[];
  private readonly listener: Listener;
  /** From when on each price has said that an exit is reached. */
  private readonly since = new Map<Order, number>();
  /** From when on each price has said that the market has left a target. */
  private readonly leftAt = new Map<Order, number>();
  /** The price before, of exits that trail. */
  private readonly before = new Map<Order, number>();

  constructor(wakes: Wakes, hours: readonly MarketHours[], listener: Listener) {
    this.wakes = wakes;
    this.hours = hours;
    this.listener = listener;
  }

  /** Nothing that was seen of it counts any more; of none where it is left out. */
  forget(order?: Order): void {
    for (const seen of [this.since, this.leftAt, this.before]) {
      if (order === undefined) seen.clear();
      else seen.delete(order);
    }
  }

  /** A price of an exit that is held here. */
  look(order: Order, bid: number, ask: number, at: number): void {
    if (!this.counts(order, bid, ask, at)) return;
    const far = order.side > 0 ? ask : bid;
    if (!isReached(order, far)) {
      this.since.delete(order);
      this.trail(order, far);
      return;
    }
    const since = this.since.get(order);
    if (since !== undefined) {
      if (at > since) this.listener.reached(order, at);
      return;
    }
    this.since.set(order, at);
    this.wakes.at(at + STANDS_US, (due) => {
      if (this.since.get(order) !== at) return;
      // What was seen last before the close is no price of the next day.
      if (this.isOpen(order.instrument, due)) this.listener.reached(order, due);
      else this.since.delete(order);
    });
  }

  /** A price of a target that went out because it was reached. */
  lookBack(order: Order, bid: number, ask: number, at: number): void {
    if (!this.counts(order, bid, ask, at)) return;
    if (isReached(order, order.side > 0 ? ask : bid)) {
      this.leftAt.delete(order);
      return;
    }
    const since = this.leftAt.get(order) ?? at;
    this.leftAt.set(order, since);
    if (at - since >= LEFT_US) this.listener.left(order, at);
  }

  /** Whether the market of an instrument is in its regular hours. */
  isOpen(instrument: number, at: number): boolean {
    const { regular } = this.hours[instrument];
    return (regular ?? this.hours[instrument]).isOpen(at);
  }

  private counts({ instrument }: Order, bid: number, ask: number, at: number): boolean {
    return bid > 0 && ask >= bid && this.isOpen(instrument, at);
  }

  /** Moves a trailing stop: by the worse of two prices in a row, for a bad print must not drag it. */
  private trail(order: Order, far: number): void {
    const { side, trail, trailIsFraction, stop } = order;
    if (trail !== trail) return;
    const before = this.before.get(order);
    this.before.set(order, far);
    if (before === undefined) return;
    const best = side > 0 ? Math.max(before, far) : Math.min(before, far);
    const moved = best + side * (trailIsFraction ? best * trail : trail);
    if (!(side * moved >= side * stop)) order.stop = moved;
  }
}

function isReached({ type, side, limit, stop }: Order, far: number): boolean {
  return type === 'limit' ? side * far <= side * limit : side * far >= side * stop;
}
