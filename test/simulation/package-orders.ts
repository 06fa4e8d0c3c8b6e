/** Orders of several legs in a simulated broker's books: legs fill together, in packages, and each is told by itself. */
import type { LegRequest } from '../../src/engine/live/broker/requests.ts';
import type { Side } from '../../src/engine/orders/order.ts';
import type { BookedOrder } from './booked.ts';
import type { SimulatedBroker } from './broker.ts';
import type { Faults } from './faults.ts';

/** A leg as it was asked for, and what of it has filled. */
export interface BookedLeg {
  readonly symbol: string;
  readonly side: Side;
  readonly ratio: number;
  filled: number;
  /** Σ price · quantity. */
  value: number;
}

type Books = Pick<SimulatedBroker, 'quotes' | 'halted' | 'execute' | 'leave' | 'happen'>;

export class PackageOrders {
  /** Those that work. */
  readonly live = new Set<BookedOrder>();
  /** How often one filled in part, and how often the price of one was changed. */
  filledInPart = 0;
  changed = 0;
  private readonly faults: Faults;
  private readonly books: Books;

  constructor(faults: Faults, books: Books) {
    this.faults = faults;
    this.books = books;
  }

  add(order: BookedOrder, legs: readonly LegRequest[]): void {
    order.legs = legs.map((leg) => ({ ...leg, filled: 0, value: 0 }));
    this.live.add(order);
  }

  /** A leg may have a new price. */
  quoted(symbol: string): void {
    for (const order of this.live) {
      if (order.legs!.some((leg) => leg.symbol === symbol)) this.match(order, order.legs!);
    }
  }

  /** It fills whole or in part, each leg of a part at once; they are told one by one. */
  match(order: BookedOrder, legs: readonly BookedLeg[]): void {
    const { books } = this;
    if (order.status !== 'working' || legs.some(({ symbol }) => books.halted.has(symbol))) return;
    const net = this.netOf(legs);
    if (!(order.type === 'market' ? net === net : net <= order.limit)) return;
    const left = order.quantity - order.filled;
    const count = left > 1 && this.faults.strikes('partialFill') ? Math.ceil(left / 2) : left;
    if (count < left) this.filledInPart++;
    const fills = legs.map((leg) => {
      const { bid, ask } = books.quotes.get(leg.symbol)!;
      return books.execute(order, count * leg.ratio, leg.side > 0 ? ask : bid, leg);
    });
    order.filled += count;
    order.value += count * net;
    if (order.filled >= order.quantity) {
      order.status = 'filled';
      books.leave(order);
    }
    for (const fill of fills) books.happen(fill);
  }

  /** What one would cost now, per unit; NaN where a leg has no quote. Below 0 it is received. */
  private netOf(legs: readonly BookedLeg[]): number {
    let net = 0;
    for (const { symbol, side, ratio } of legs) {
      const quote = this.books.quotes.get(symbol);
      net += quote === undefined ? Number.NaN : side * ratio * (side > 0 ? quote.ask : quote.bid);
    }
    return Math.round(net * 100) / 100;
  }
}
