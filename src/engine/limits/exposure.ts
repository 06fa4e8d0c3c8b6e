/**
 * Controls with a number: how large an order, a position, or all of them together may be.
 */
import type { Control } from '../gate.ts';
import { refuse } from './format.ts';

/** Refuses an order for more than `maximum` shares, contracts or coins. */
export function orderQuantityLimit(maximum: number): Control {
  return {
    name: 'order-quantity',
    sentence: `No order is for more than ${maximum} units.`,
    check: (intent) =>
      intent.quantity > maximum
        ? refuse('order.quantity', `order quantity ${intent.quantity} is above the limit of ${maximum}`)
        : undefined,
  };
}

/** Refuses an order worth more than `maximum` in base currency at the last price. */
export function orderValueLimit(maximum: number): Control {
  return {
    name: 'order-value',
    sentence: `No order is worth more than ${maximum}.`,
    check(intent, { ledger, mark }) {
      const value = valueOf(intent.quantity, mark, ledger, intent.instrument);
      return value > maximum
        ? refuse('order.value', `order value ${value.toFixed(2)} is above the limit of ${maximum}`)
        : undefined;
    },
  };
}

/** Refuses an order after which the position would be worth more than `share` of the account. */
export function positionShareLimit(share: number): Control {
  return {
    name: 'position-share',
    sentence: `No position grows beyond ${share * 100} % of the account.`,
    check(intent, { ledger, mark }) {
      const after = ledger.netQuantity(intent.instrument) + intent.side * intent.quantity;
      const before = ledger.netQuantity(intent.instrument);
      if (Math.abs(after) <= Math.abs(before)) return undefined;
      const value = valueOf(Math.abs(after), mark, ledger, intent.instrument);
      const limit = share * ledger.equity();
      return value > limit
        ? refuse(
            'position.share',
            `the position would be worth ${value.toFixed(2)}, above the limit of ${limit.toFixed(2)}`,
          )
        : undefined;
    },
  };
}

/** Refuses an order after which all positions together would be worth more than `multiple` of the account. */
export function grossExposureLimit(multiple: number): Control {
  return {
    name: 'gross-exposure',
    sentence: `All positions together stay within ${multiple} times the account.`,
    check(intent, { ledger, mark }) {
      let gross = 0;
      for (const position of ledger.openPositions()) gross += Math.abs(ledger.positionValue(position));
      const before = ledger.netQuantity(intent.instrument);
      const growth = Math.abs(before + intent.side * intent.quantity) - Math.abs(before);
      if (growth <= 0) return undefined;
      const after = gross + valueOf(growth, mark, ledger, intent.instrument);
      const limit = multiple * ledger.equity();
      return after > limit
        ? refuse(
            'exposure.gross',
            `gross exposure would be ${after.toFixed(2)}, above the limit of ${limit.toFixed(2)}`,
          )
        : undefined;
    },
  };
}

/** Refuses new orders while `maximum` of the strategy are working. */
export function workingOrderLimit(maximum: number): Control {
  return {
    name: 'working-orders',
    sentence: `At most ${maximum} orders are working at once.`,
    check: (_intent, view) =>
      view.workingOrders >= maximum
        ? refuse('orders.working', `${view.workingOrders} orders are working, the limit is ${maximum}`)
        : undefined,
  };
}

/** Refuses orders that open or grow a position once the account has lost `share` from its highest value. */
export function drawdownLimit(share: number): Control {
  let peak = -Infinity;
  return {
    name: 'drawdown',
    sentence: `Nothing is opened once the account is ${share * 100} % below its peak.`,
    check(intent, { ledger }) {
      const equity = ledger.equity();
      if (equity > peak) peak = equity;
      const before = ledger.netQuantity(intent.instrument);
      if (Math.abs(before + intent.side * intent.quantity) <= Math.abs(before)) return undefined;
      const floor = peak * (1 - share);
      return equity < floor
        ? refuse(
            'loss.drawdown',
            `the account at ${equity.toFixed(2)} is below ${floor.toFixed(2)}, its drawdown limit`,
          )
        : undefined;
    },
  };
}

function valueOf(
  quantity: number,
  mark: number,
  ledger: Parameters<Control['check']>[1]['ledger'],
  instrument: number,
): number {
  const rate = ledger.rates[ledger.currencyOf[instrument]!]!;
  return quantity * mark * ledger.instruments[instrument]!.multiplier * rate;
}
