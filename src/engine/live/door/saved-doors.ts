/**
 * What doors leave to the next session: which ids were asked for, with which words and answers, and what was told of them.
 * An id that was used yesterday makes no second order today.
 */
import type { Deck } from '../../deck.ts';
import { FINAL_STATES } from '../../orders/order-state.ts';
import type { Order } from '../../orders/order.ts';
import { REMEMBERED_US } from '../saved.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';
import { snapshotOf, type Link } from './links.ts';

export type SavedLink = Omit<Link, 'order' | 'pack' | 'change'>;

export interface SavedDoor {
  readonly strategy: number;
  readonly links: readonly SavedLink[];
  /** Bookings that were told, and what moved without a fill, in base currency. */
  readonly bookings: number;
  readonly moved: number;
}

/** The links that matter from `at` on. */
export function saveLinks(links: Iterable<Link>, deck: Deck, at: number): readonly SavedLink[] {
  const saved: SavedLink[] = [];
  for (const link of links) {
    const { clientId, body, answers, orderId, order, fills, count, touchedAt, reason } = link;
    const isOver = order === undefined || FINAL_STATES.has(order.status);
    if (isOver && touchedAt < at - REMEMBERED_US) continue;
    const last = isOver ? snapshotOf(link, deck.markets, at) : undefined;
    const known = { clientId, body, answers, orderId, fills, count, touchedAt };
    saved.push({ ...known, ...(reason === undefined ? {} : { reason }), ...(last === undefined ? {} : { last }) });
  }
  return saved;
}

/** The same with the orders that are still there. */
export function restoreLinks(saved: readonly SavedLink[], deck: Deck, venue: BrokerVenue | undefined): readonly Link[] {
  const orders = new Map<number, Order>();
  const reached = new Set(deck.markets.flatMap(({ working }) => [...working]));
  for (const { order } of venue?.tickets.values() ?? []) reached.add(order);
  for (const order of reached) {
    orders.set(order.id, order);
    for (const tied of [...(order.children ?? []), ...(order.siblings ?? []), order.parent]) {
      if (tied !== undefined) reached.add(tied);
    }
  }
  return saved.map((link) => {
    // Of what the desk has done itself only the fills are told, as on the day it was done.
    const order = link.reason === undefined ? orders.get(link.orderId) : undefined;
    return { ...link, fills: [...link.fills], order, pack: order?.pack };
  });
}
