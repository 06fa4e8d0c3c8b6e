/**
 * No order of the account meets another of its own: such a trade moves nothing and is forbidden (FINRA 5210), and brokers
 * refuse it as a potential wash trade.
 */
import type { Control, GateView } from '../gate/gate.ts';
import type { Order, OrderIntent } from '../orders/order.ts';
import { refuse } from './format.ts';

/**
 * Refuses a limit that would cross an own one on the other side, of whatever strategy, and any order without a limit on
 * both sides: where it trades is not known. With `cancel-oldest` those that it could meet are canceled as well, so that
 * it may be sent again once they are over: at a broker both would be at work until then. Exits are never given up for it.
 */
export function noSelfCross(policy: 'refuse' | 'cancel-oldest'): Control {
  return {
    name: 'self-cross',
    sentence: `No order crosses an order of the account that works on the other side${policy === 'refuse' ? '' : '; the older one is canceled'}.`,
    check(intent, view) {
      if (intent.type === 'combo' || intent.type === 'exercise') return undefined;
      const working = view.working(intent.instrument);
      for (let i = 0; i < working.length; i++) {
        const own = working[i];
        if (!crosses(intent, own, view)) continue;
        const met = policy === 'refuse' ? NONE : working.filter((each) => crosses(intent, each, view));
        const isGivenUp = met.length > 0 && !met.some(protects);
        const price = own.limit === own.limit ? `at ${own.limit}` : `(${own.type})`;
        const side = own.side > 0 ? 'purchase' : 'sale';
        const advice = isGivenUp ? 'that one is canceled, send it again when it is over' : 'cancel that one first';
        const rule = `it could meet order ${own.id}, the account's own ${side} ${price} in ${view.market.symbol}; ${advice}`;
        return { ...refuse('order.self-cross', rule), ...(isGivenUp ? { cancels: met } : {}) };
      }
      return undefined;
    },
  };
}

const NONE: readonly Order[] = [];

function crosses(intent: OrderIntent, own: Order, view: GateView): boolean {
  return own.side !== intent.side && own.type !== 'combo' && meets(intent, own, view.pendingLimit(own));
}

/** An exit, and whatever may only close, is the protection of what is held. */
function protects({ parent, reduceOnly, siblings }: Order): boolean {
  return parent !== undefined || siblings !== undefined || reduceOnly;
}

/** Whether the two could trade, at the limit that the own order has, or at the one that it is being changed to. */
function meets({ side, type, limit }: OrderIntent, own: Order, pending: number): boolean {
  if (!isLimit(type) || !isLimit(own.type)) return true;
  return side * (limit - own.limit) >= 0 || side * (limit - pending) >= 0;
}

function isLimit(type: string): boolean {
  return type === 'limit';
}
