/**
 * Questions about the orders that wait in a market, and the order in which they are served.
 */
import type { Ledger } from '../ledger/ledger.ts';
import type { Order } from '../orders/order.ts';
import type { Market } from './market.ts';
import { stepOf } from './match-bar.ts';

/** Whether all that works in a market are sales of what is held, or purchases of what is short, at the next open. */
export function freesCash(market: Market, ledger: Ledger): boolean {
  return market.working.every((order) => {
    const { quantityUnits } = ledger.positions[order.strategy][order.instrument];
    return stepOf(order) === 'open' && quantityUnits * order.side < 0;
  });
}

export function closingFirst(working: readonly Order[], ledger: Ledger): Order[] {
  const closes = (order: Order): boolean =>
    ledger.positions[order.strategy][order.instrument].quantityUnits * order.side < 0 && order.reduceOnly;
  const closing = working.filter(closes).sort((a, b) => entryOf(b) - entryOf(a) || a.sequence - b.sequence);
  return [...closing, ...working.filter((order) => !closes(order))];
}

/** Exits of one entry stay together, in their order. */
function entryOf({ parent, sequence }: Order): number {
  return parent?.sequence ?? sequence;
}

/** Whether the order meets the next event and ends with it. */
export function isOnce(order: Order): boolean {
  return order.timeInForce === 'IOC' || order.timeInForce === 'FOK';
}

/**
 * Whether a bar only carries the last price forward: no volume and one price, on a tape that has volume. It is no news:
 * nothing fills on it, and who waits for a fresh bar goes on waiting.
 */
export function isFillForward(market: Market, at: number, high: number, low: number, volume: number): boolean {
  return volume === 0 && high === low && at > market.volumeFrom;
}

export function isAuction(order: Order): boolean {
  return stepOf(order) === 'close' || order.type.endsWith('on-open');
}
