/**
 * What must hold of a stop that follows the price and is held here: it is no further from the worse of two prices in a row than
 * its distance (I28).
 */
import type { Input, LiveSession } from '../../src/engine/live/index.ts';
import type { Order } from '../../src/engine/orders/order.ts';
import type { Occurrences } from './occurrences.ts';

/** What a tick and its rounding may add. */
const SLACK = 0.011;

export class TrailingStops {
  /** Far sides of the quotes that each was held here at, in a row. */
  private readonly seen = new Map<Order, number[]>();
  private readonly occurrences: Occurrences;
  private readonly fail: (text: string) => void;

  constructor(occurrences: Occurrences, fail: (text: string) => void) {
    this.occurrences = occurrences;
    this.fail = fail;
  }

  /** A session took an input. */
  taken({ venue, deck }: LiveSession, input: Input): void {
    if (input.kind === 'start') this.seen.clear();
    if (input.kind !== 'market' || venue === undefined) return;
    const here = venue.held.here.filter((order) => order.trail === order.trail && !order.triggered);
    for (const order of this.seen.keys()) if (!here.includes(order)) this.seen.delete(order);
    for (const order of here) {
      const { bid, ask, symbol } = deck.markets[order.instrument];
      if (input.rows.some((row) => row[1] === symbol) && bid > 0 && ask >= bid)
        this.look(order, order.side > 0 ? ask : bid);
    }
  }

  private look(order: Order, far: number): void {
    const { id, side, stop, trail, trailIsFraction } = order;
    const seen = this.seen.get(order) ?? [];
    this.seen.set(order, seen);
    seen.push(far);
    // The first may have been seen before it was held here, and what reaches a stop does not move it.
    if (seen.length < 4 || seen.slice(-2).some((price) => side * price >= side * stop)) return;
    const worse = side > 0 ? Math.max(...seen.slice(-2)) : Math.min(...seen.slice(-2));
    const furthest = worse + side * ((trailIsFraction ? worse * trail : trail) + SLACK);
    this.occurrences.add('stops held here that follow');
    if (side * stop > side * furthest) this.fail(`I28 the stop of order ${id} is at ${stop}, the price was ${worse}`);
  }
}
