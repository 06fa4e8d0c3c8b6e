/**
 * Arming: orders for money leave only after somebody confirmed that this deck, as it is, may send them; and the first of
 * them are small, so that what is wrong shows while it is cheap.
 */
import type { Control } from '../gate/gate.ts';
import { quantityOf, valueOf } from './exposure.ts';
import { refuse } from './format.ts';

/** Refuses everything while nobody has confirmed the deck. */
export const notArmed: Control = {
  name: 'armed',
  sentence: 'Nothing is sent before somebody has confirmed the deck for live trading.',
  check: () => refuse('arming.not-armed', 'nobody has confirmed this deck for live trading'),
};

/** Refuses orders that open above a share of the account, until so many have passed. */
export function canary(orders: number, share: number): Control {
  let passed = 0;
  return {
    name: 'canary',
    sentence: `The first ${orders} orders are worth at most ${share * 100} % of the account each.`,
    check(intent, view) {
      if (passed >= orders || intent.reduceOnly) return undefined;
      const value = valueOf(quantityOf(intent, view), view.ledger, intent.instrument, view.mark);
      const limit = share * view.ledger.equity();
      return value > limit
        ? refuse(
            'arming.canary',
            `order value ${value.toFixed(2)} is above ${limit.toFixed(2)}, the limit of the first ${orders} orders; ${passed} have passed`,
          )
        : undefined;
    },
    memory: {
      passed() {
        passed++;
      },
      save: () => passed,
      restore: (saved) => {
        passed = saved as number; // What `save` gave.
      },
    },
  };
}
