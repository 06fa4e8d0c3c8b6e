/**
 * Which orders end when nobody is left to follow them: when a session ends, or the process of a strategy does.
 */
import type { LiveSession } from '../../engine/live/index.ts';
import type { Order } from '../../engine/orders/order.ts';
import { isLive } from '../../engine/sim/working-orders.ts';

/** What becomes of orders that work; exits are what only protects or closes what is held. */
export type AtEnd = 'keep' | 'keep-exits' | 'cancel';

/** Orders at work. Contracts that are being exercised wait for the broker's night, whoever ends. */
export function ordersAtWork({ deck }: LiveSession): readonly Order[] {
  return deck.markets.flatMap(({ working }) => working.filter((order) => isLive(order) && order.type !== 'exercise'));
}

/** Which of them end; those of one strategy where it is named. */
export function ordersToEnd(session: LiveSession, atEnd: AtEnd, strategy?: number): readonly Order[] {
  if (atEnd === 'keep') return [];
  return ordersAtWork(session).filter(
    (order) => (strategy === undefined || order.strategy === strategy) && (atEnd === 'cancel' || !protects(order)),
  );
}

/** An exit of a position, or whatever may only close one. */
function protects({ parent, siblings, reduceOnly }: Order): boolean {
  return parent !== undefined || siblings !== undefined || reduceOnly;
}
