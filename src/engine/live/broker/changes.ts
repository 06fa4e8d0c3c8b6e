/**
 * Changes of orders that work at a broker: what is wanted, what was asked for, and what is in force.
 *
 * While a change is under way the order counts with the larger of its sizes, and the broker's books are the truth about
 * everything that nobody here is changing.
 */
import { ENTRY, type Journal } from '../../journal/journal.ts';
import { nextStatus } from '../../orders/order-state.ts';
import type { Order } from '../../orders/order.ts';
import type { OrderChange } from '../../ports.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { BrokerVenue } from './broker-venue.ts';
import type { OrderSnapshot } from './reports.ts';
import type { Terms, Ticket } from './ticket.ts';
import { replacementOf } from './wording.ts';

/** How long a change that was asked for and not answered may still come into force. */
const CHANGE_LIFE_US = 60_000_000;

export class Changes {
  private readonly venue: BrokerVenue;
  private readonly journal: Journal;

  constructor(venue: BrokerVenue, journal: Journal) {
    this.venue = venue;
    this.journal = journal;
  }

  /** See `Venue.update`; the order lives. */
  update(ticket: Ticket, change: OrderChange): string | undefined {
    const { order } = ticket;
    const { scale } = this.venue.markets[order.instrument];
    const { groups, closers } = this.venue;
    // A change of the price alone keeps the size that is on its way.
    const size = (ticket.wanted ?? ticket.asked ?? order).units;
    const units =
      change.quantity === undefined ? size : closers.sizes.atMost(order, Math.round(change.quantity * scale));
    if (units <= order.filledUnits) return 'order.quantity-below-filled';
    const fixed = groups.fixed(ticket, change);
    if (fixed !== undefined) return fixed;
    if (groups.takesAnew(ticket, change)) return undefined;
    ticket.changeBy = this.venue.decision.at(this.venue.now) + this.venue.options.decisionLifeUs;
    this.want(ticket, { units, limit: change.limit ?? order.limit, stop: change.stop ?? order.stop });
    return undefined;
  }

  /** The same of an exit that is held here: nobody has to be asked. */
  updateHere(order: Order, change: OrderChange): string | undefined {
    const { scale } = this.venue.markets[order.instrument];
    const units = change.quantity === undefined ? order.units : Math.round(change.quantity * scale);
    if (units <= order.filledUnits) return 'order.quantity-below-filled';
    this.venue.held.update(order, units, change);
    return undefined;
  }

  /** See `DeckVenue.updatePackage`: another net price, and nothing else. `ticket` is that of its first leg. */
  updatePackage(ticket: Ticket, limit: number): string | undefined {
    const { order, cancelCode } = ticket;
    if (!isLive(order)) return `order.${order.status}`;
    if (cancelCode !== undefined) return 'order.pending-cancel';
    ticket.changeBy = this.venue.decision.at(this.venue.now) + this.venue.options.decisionLifeUs;
    this.want(ticket, { units: order.units, limit, stop: order.stop });
    return undefined;
  }

  /** From here on the larger size counts, whenever it can be asked for. */
  want(ticket: Ticket, terms: Terms): void {
    const { order } = ticket;
    ticket.inForce ??= { units: order.units, limit: limitOf(order), stop: order.stop };
    ticket.wanted = terms;
    order.units = Math.max(ticket.inForce.units, ticket.asked?.units ?? 0, terms.units);
    this.ask(ticket);
  }

  /** Sends the change that is wanted, as soon as the broker can take it. */
  ask(ticket: Ticket): void {
    const { order, wanted } = ticket;
    if (wanted === undefined || ticket.asked !== undefined || ticket.cancelCode !== undefined) return;
    if (order.status === 'submitted' || order.status === 'unknown') return;
    const { groups, options } = this.venue;
    if (groups.isAsleep(ticket)) return;
    if (options.replacesPartFilled === false && ticket.countedUnits > 0 && ticket.group === undefined) {
      groups.renewals.wantOne(ticket);
      return;
    }
    if (nextStatus(order.status, 'request-update') === undefined) return;
    this.venue.orders.follow(order, 'request-update');
    ticket.awaited.add('replace');
    ticket.wanted = undefined;
    ticket.asked = wanted;
    const market = this.venue.markets[order.instrument];
    const { pack } = order;
    const request = replacementOf(ticket, market, wanted);
    this.venue.requests.push(pack === undefined ? request : { ...request, quantity: String(pack.quantity) });
  }

  /** The broker's books show the order as it is there. */
  follow(ticket: Ticket, report: OrderSnapshot, at: number): void {
    // A former shape of the order says nothing of the one in its place.
    if (report.status === 'replaced') {
      this.venue.contact.lookAgain(ticket, at);
      return;
    }
    const { order, group } = ticket;
    const units = Math.round(report.quantity * this.venue.markets[order.instrument].scale) + ticket.before.units;
    // The size of an exit that the broker keeps is the broker's: it sleeps whole, and shrinks by what the other fills.
    const isExit = group !== undefined && order.children === undefined;
    this.settle(ticket, isExit ? sizeOf(ticket, report) : units, report, at);
    this.followPrices(ticket, report, at);
  }

  /** The broker's books show a package: whether the price that was asked for is in force there. */
  followPackage(ticket: Ticket, report: OrderSnapshot, at: number): void {
    const { order } = ticket;
    this.settle(ticket, report.quantity === order.pack?.quantity ? order.units : 0, report, at);
  }

  /** What the broker's books say of the size: the truth, unless a change may still be on its way. */
  private settle(ticket: Ticket, units: number, report: OrderSnapshot, at: number): void {
    const { order, asked, awaited } = ticket;
    if (awaited.has('replace')) return;
    if (asked === undefined) {
      if (!isLive(order) || units <= order.filledUnits || ticket.wanted !== undefined) return;
      const isCountedAnew = units > order.units && order.units === ticket.agreedUnits && order.filledUnits > 0;
      if (isCountedAnew && this.venue.options.replacesPartFilled === false) this.cutBack(ticket, units, at);
      else order.units = units;
    } else if (shows(report, units, ticket)) this.answered(ticket, true, at);
    else if (at - ticket.changeLostAt >= CHANGE_LIFE_US) this.answered(ticket, false, at);
    else this.venue.contact.lookAgain(ticket, at);
  }

  /** It filled in part while its change was under way, and the broker counts anew what it was to be in all. */
  private cutBack(ticket: Ticket, units: number, at: number): void {
    const { order } = ticket;
    const { id, limit, stop } = order;
    const wanted = { units: order.units, limit, stop };
    order.units = units;
    this.venue.alerts.raise(
      'order.overfill',
      `order ${id} became larger at the broker than it was to be; it is cut`,
      at,
    );
    this.want(ticket, wanted);
  }

  /** A broker changes prices that rest, for a dividend or a split: ours follow, unless we have asked for others. */
  private followPrices({ order, asked, wanted, awaited }: Ticket, report: OrderSnapshot, at: number): void {
    if (!isLive(order) || report.status !== 'working' || asked !== undefined || wanted !== undefined) return;
    if (awaited.has('replace') || order.trail === order.trail) return;
    const limit = order.limit === order.limit ? (report.limit ?? order.limit) : order.limit;
    const stop = order.stop === order.stop ? (report.stop ?? order.stop) : order.stop;
    if (same(limit, order.limit) && same(stop, order.stop)) return;
    order.limit = limit;
    order.stop = stop;
    const { id, instrument, strategy, side, units } = order;
    const price = limit === limit ? limit : stop;
    this.journal.write(ENTRY.updated, at, id, instrument, strategy, side * units, price, 0, 0, 'by the broker');
  }

  /** The change came into force, or was refused. */
  answered(ticket: Ticket, isInForce: boolean, at: number): void {
    const { order, inForce, asked, wanted } = ticket;
    ticket.awaited.delete('replace');
    // What has lost its place changes nothing of what has taken it.
    if (ticket.isFormer || inForce === undefined || asked === undefined) return;
    const terms: Terms = isInForce ? asked : inForce;
    ticket.asked = undefined;
    if (isInForce) ticket.agreedUnits = terms.units;
    ticket.inForce = wanted === undefined ? undefined : terms;
    order.units = Math.max(terms.units, wanted?.units ?? 0, order.filledUnits);
    if (order.pack === undefined) order.limit = terms.limit;
    else order.pack.limit = terms.limit;
    order.stop = terms.stop;
    this.venue.orders.follow(order, isInForce ? 'update' : 'refuse-update');
    if (isInForce) {
      const { id, instrument, strategy, side, units, pack } = order;
      const limit = limitOf(order);
      const price = limit === limit ? limit : order.stop;
      const [size, text] = pack === undefined ? [side * units, ''] : [pack.quantity, pack.name];
      this.journal.write(ENTRY.updated, at, id, instrument, strategy, size, price, 0, 0, text);
    }
    this.venue.orders.completeIfFilled(order);
    this.venue.askNext(ticket);
  }
}

/** The limit that rests at the broker: of a package its net price, of which its legs know nothing. */
function limitOf({ pack, limit }: Order): number {
  return pack === undefined ? limit : pack.limit;
}

/** What says whether a change of an exit has come into force: its prices. */
function sizeOf({ order, asked }: Ticket, { limit, stop }: OrderSnapshot): number {
  if (asked === undefined) return order.units;
  return same(limit ?? Number.NaN, asked.limit) && same(stop ?? Number.NaN, asked.stop) ? asked.units : -1;
}

/** Whether the books show that what was asked for is in force: by a size that is new, and where it is not, by prices. */
function shows({ limit, stop }: OrderSnapshot, units: number, { asked, inForce }: Ticket): boolean {
  if (asked === undefined || units !== asked.units) return false;
  if (inForce?.units !== units) return true;
  const tellsPrices = limit !== undefined || stop !== undefined;
  return tellsPrices && same(limit ?? Number.NaN, asked.limit) && same(stop ?? Number.NaN, asked.stop);
}

function same(a: number, b: number): boolean {
  return a === b || (a !== a && b !== b);
}
