/**
 * Exits where the broker is a desk of ours: they go along with their entry, whatever they are, each under an id of its own,
 * so that they protect what it buys whether or not their strategy still runs.
 *
 * The desk wakes, shrinks and ends them as it does for every strategy, and says so; here they only follow.
 */
import { isLive } from '../../sim/working-orders.ts';
import type { Order } from '../../orders/order.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';
import type { ExitsRequest } from '../broker/requests.ts';
import type { Ticket } from '../broker/ticket.ts';
import { priceText } from '../broker/wording.ts';
import { resize } from './exit-groups.ts';

export class DeskExits {
  private readonly venue: BrokerVenue;

  constructor(venue: BrokerVenue) {
    this.venue = venue;
  }

  /** An entry goes out: its exits are known by its id and what they are. */
  accompany({ order, clientId }: Ticket, at: number): void {
    for (const exit of order.children ?? []) this.venue.note(exit, `${clientId}/${roleOf(exit)}`, at);
  }

  /** What goes along with an order. */
  requestOf({ order }: Ticket): { readonly exits: ExitsRequest } | undefined {
    const { children } = order;
    if (children === undefined) return undefined;
    const exits: { -readonly [K in keyof ExitsRequest]: ExitsRequest[K] } = {
      kind: children.length > 1 ? 'bracket' : 'oto',
    };
    for (const exit of children) {
      const market = this.venue.markets[exit.instrument];
      const { limit, stop, trail, trailIsFraction: isFraction } = exit;
      const limitText = limit === limit ? priceText(limit, market) : undefined;
      if (trail === trail) exits.trail = { trail: isFraction ? String(trail) : priceText(trail, market), isFraction };
      else if (stop !== stop) exits.target = { limit: limitText! };
      else exits.stop = { stop: priceText(stop, market), ...(limitText === undefined ? {} : { limit: limitText }) };
    }
    return { exits };
  }

  /** Their entry has filled: from here on they work. */
  wake(exits: readonly Order[], at: number): void {
    const { venue } = this;
    for (const exit of exits) {
      exit.sequence = ++venue.orders.sequence;
      const ticket = venue.ticketFor(exit);
      if (ticket?.brokerId !== undefined) venue.adopt(ticket, at);
    }
  }

  /** More of the entry filled. */
  grow(exit: Order, units: number): void {
    const ticket = this.venue.ticketFor(exit);
    if (ticket !== undefined) resize(ticket, units);
  }

  /** One of the exits of an entry filled: the desk shrinks or ends the others. Whether that is what they are. */
  shrinks(order: Order, sibling: Order, units: number): boolean {
    const ticket = this.venue.ticketFor(sibling);
    if (ticket === undefined || order.parent === undefined || order.parent !== sibling.parent) return false;
    if (sibling.remainingUnits > units) resize(ticket, -units);
    else ticket.cancelCode ??= 'one-cancels-other';
    return true;
  }

  /** Whether the desk ends an order without being asked: it was to go with an entry that has ended. */
  ends({ parent }: Order): boolean {
    return parent !== undefined && !isLive(parent) && parent.filledUnits === 0;
  }
}

function roleOf({ trail, stop }: Order): 'trail' | 'stop' | 'target' {
  if (trail === trail) return 'trail';
  return stop === stop ? 'stop' : 'target';
}
