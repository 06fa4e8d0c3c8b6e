/**
 * No order of the account meets another of its own: such a trade moves nothing and is forbidden (FINRA 5210), and brokers
 * refuse it as a potential wash trade.
 */
import type { Control } from '../gate.ts';
import type { Order, OrderIntent } from '../order.ts';
import { refuse } from './format.ts';

/**
 * Refuses a limit that would cross an own one on the other side, of whatever strategy, and any order without a limit on
 * both sides: where it trades is not known.
 */
export const noSelfCross: Control = {
  name: 'self-cross',
  sentence: 'No order crosses an order of the account that works on the other side.',
  check(intent, view) {
    if (intent.type === 'combo' || intent.type === 'exercise') return undefined;
    const working = view.working(intent.instrument);
    for (let i = 0; i < working.length; i++) {
      const own = working[i];
      if (own.side === intent.side || own.type === 'combo' || !meets(intent, own, view.pendingLimit(own))) continue;
      const price = own.limit === own.limit ? `at ${own.limit}` : `(${own.type})`;
      const side = own.side > 0 ? 'purchase' : 'sale';
      return refuse(
        'order.self-cross',
        `it could meet order ${own.id}, the account's own ${side} ${price} in ${view.market.symbol}; cancel that one first`,
      );
    }
    return undefined;
  },
};

/** Whether the two could trade, at the limit that the own order has, or at the one that it is being changed to. */
function meets({ side, type, limit }: OrderIntent, own: Order, pending: number): boolean {
  if (!isLimit(type) || !isLimit(own.type)) return true;
  return side * (limit - own.limit) >= 0 || side * (limit - pending) >= 0;
}

function isLimit(type: string): boolean {
  return type === 'limit';
}
