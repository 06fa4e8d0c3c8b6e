/**
 * Whom something concerns that the broker booked without an order: who holds the instrument in our books, or ordered it last.
 */
import type { Deck } from '../../deck.ts';
import type { Position } from '../../ledger/position.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';

export class Holders {
  private readonly deck: Deck;
  private readonly venue: BrokerVenue;

  constructor(deck: Deck, venue: BrokerVenue) {
    this.deck = deck;
    this.venue = venue;
  }

  /** The holders of `quantity` on a side and what each gives of it, in the order of strategies; undefined when too few. */
  shareOut(instrument: number, quantity: number, side: number): [Position, number][] | undefined {
    const parts: [Position, number][] = [];
    let left = quantity;
    for (const position of this.all(instrument)) {
      if (position.quantity * side <= 0 || left <= 0) continue;
      const part = Math.min(left, Math.abs(position.quantity));
      parts.push([position, part]);
      left -= part;
    }
    return left <= 1e-9 && parts.length > 0 ? parts : undefined;
  }

  /** Who holds any of an instrument, in the order of strategies. */
  all(instrument: number): Position[] {
    return this.deck.ledger.positions.map((own) => own[instrument]).filter(({ quantityUnits }) => quantityUnits !== 0);
  }

  /** Whom money of an instrument concerns: who holds it, or ordered it last; the first strategy where nobody did. */
  holderOf(instrument: number): number {
    if (instrument < 0) return 0;
    const [holder] = this.all(instrument);
    if (holder !== undefined) return holder.strategy;
    return (
      [...this.venue.tickets.values()].findLast(({ order }) => order.instrument === instrument)?.order.strategy ?? 0
    );
  }

  /** By the name it trades under, or was listed under. */
  instrumentOf(symbol: string): number {
    const { markets } = this.deck;
    const now = markets.findIndex((market) => market.symbol === symbol);
    return now >= 0 ? now : markets.findIndex(({ instrument }) => instrument.symbol === symbol);
  }
}
