/**
 * Fat fingers: orders so large that nobody can have meant them, by units, by money, by the account, and by what trades in
 * a day. An order that only closes is never too large.
 */
import type { Control, GateView } from '../gate/gate.ts';
import type { OrderIntent } from '../orders/order.ts';
import { quantityOf, valueOf } from './exposure.ts';
import { farSideOf } from './far-side.ts';
import { refuse } from './format.ts';
import { onlyReduces } from './reduces.ts';
import { kindOf, type ByKind } from './settings.ts';

/** Refuses orders for less than `least` in base currency: a broker takes none that are worth nothing. */
export function leastValue(least: number): Control {
  return {
    name: 'least-value',
    sentence: `No order that opens is worth less than ${least}.`,
    check(intent, view) {
      if (!opens(intent, view)) return undefined;
      const value = orderValue(intent, view);
      return !(value >= least)
        ? refuse('format.value', `order value ${value.toFixed(2)} is below the least of ${least}`)
        : undefined;
    },
  };
}

/** Refuses orders that open for more units than the kind of instrument allows. */
export function largestQuantity(most: ByKind): Control {
  return {
    name: 'order-quantity',
    sentence: `No order that opens is for more than ${most.shares} units, or ${most.options} option contracts.`,
    check(intent, view) {
      const limit = kindOf(most, view.market.instrument.option !== undefined);
      const quantity = quantityOf(intent, view);
      return quantity > limit && opens(intent, view)
        ? refuse('order.quantity', `order quantity ${quantity} is above the limit of ${limit}`)
        : undefined;
    },
  };
}

/** Refuses orders that open and are worth more than `most` in base currency. */
export function largestValue(most: number): Control {
  return {
    name: 'order-value',
    sentence: `No order that opens is worth more than ${most}.`,
    check(intent, view) {
      const value = orderValue(intent, view);
      return !(value <= most) && opens(intent, view)
        ? refuse('order.value', `order value ${value.toFixed(2)} is above the limit of ${most}`)
        : undefined;
    },
  };
}

/** Refuses orders that open and are worth more than a share of the account. */
export function largestShare(share: number): Control {
  return {
    name: 'order-share',
    sentence: `No order that opens is worth more than ${share * 100} % of the account.`,
    check(intent, view) {
      const value = orderValue(intent, view);
      const limit = share * view.ledger.equity();
      return !(value <= limit) && opens(intent, view)
        ? refuse(
            'order.share',
            `order value ${value.toFixed(2)} is above the limit of ${limit.toFixed(2)}, ${share * 100} % of the account`,
          )
        : undefined;
    },
  };
}

/**
 * Refuses orders that open and are for more than a share of what trades in a day. `averageVolume` gives that in units of
 * the instrument, NaN where it is not known: then there is nothing to compare with, and a session says so when it begins.
 */
export function largestVolume(share: number, averageVolume: (instrument: number, now: number) => number): Control {
  return {
    name: 'order-volume',
    sentence: `No order that opens is for more than ${share * 100} % of an average day's volume.`,
    check(intent, view) {
      const limit = share * averageVolume(intent.instrument, view.now);
      const quantity = quantityOf(intent, view);
      return quantity > limit && opens(intent, view)
        ? refuse(
            'order.volume',
            `order quantity ${quantity} is above the limit of ${Math.floor(limit)}, ${share * 100} % of an average day`,
          )
        : undefined;
    },
  };
}

/** What the order would cost at its own limit, or at the far side, whichever is more. */
function orderValue(intent: OrderIntent, view: GateView): number {
  const far = farSideOf(view.market, intent.side, view.mark);
  const { limit } = intent;
  const price = limit > far ? limit : far;
  return valueOf(quantityOf(intent, view), view.ledger, intent.instrument, price);
}

function opens(intent: OrderIntent, view: GateView): boolean {
  return !onlyReduces(intent, view.ledger);
}
