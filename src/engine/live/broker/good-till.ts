/**
 * Orders that are good till an instant, at a broker that knows no such orders: they are sent for the day, and the session
 * cancels them when their time is over. What ends later than its day is not sent there, because nothing would end it while no
 * session lives.
 */
import type { Deck } from '../../deck.ts';
import type { Order } from '../../orders/order.ts';
import type { BrokerVenue } from './broker-venue.ts';
import type { BrokerRequest } from './requests.ts';

export class GoodTill {
  private readonly deck: Deck;
  private readonly venue: BrokerVenue;

  constructor(deck: Deck, venue: BrokerVenue) {
    this.deck = deck;
    this.venue = venue;
  }

  /** These were asked for: those that have an end are watched. */
  watch(requests: readonly BrokerRequest[], at: number): void {
    for (const request of requests) {
      if (request.kind !== 'submit' || request.goodTill === undefined) continue;
      const order = this.venue.tickets.get(request.clientId)?.order;
      if (order !== undefined) this.end(order, at);
    }
  }

  /** The process began anew: what an earlier one watched is watched again. */
  resume(at: number): void {
    for (const { order } of this.venue.open) if (order.expireAt === order.expireAt) this.end(order, at);
  }

  private end(order: Order, at: number): void {
    const { expireAt } = order;
    // Its cancel leaves with the next input where its time is over already.
    this.deck.wakes.at(Math.max(expireAt, at + 1), (due) => this.venue.cancel(order, 'order.expired', due));
  }
}
