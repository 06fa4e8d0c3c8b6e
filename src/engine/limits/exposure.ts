/**
 * Controls with a number: how large an order, a position, or all of them together may be.
 *
 * None of them keeps a position from being closed: orders that only reduce pass.
 */
import type { Control, GateView } from '../gate.ts';
import type { OrderIntent } from '../order.ts';
import { refuse } from './format.ts';

/** Refuses an order for more than `maximum` shares, contracts or coins. */
export function orderQuantityLimit(maximum: number): Control {
  return {
    name: 'order-quantity',
    sentence: `No order that opens is for more than ${maximum} units.`,
    check(intent, view) {
      const quantity = quantityOf(intent, view);
      return quantity > maximum && !intent.reduceOnly
        ? refuse('order.quantity', `order quantity ${quantity} is above the limit of ${maximum}`)
        : undefined;
    },
  };
}

/** Refuses an order worth more than `maximum` in base currency at the last price. */
export function orderValueLimit(maximum: number): Control {
  return {
    name: 'order-value',
    sentence: `No order that opens is worth more than ${maximum}.`,
    check(intent, view) {
      const value = valueOf(quantityOf(intent, view), view, intent.instrument);
      return value > maximum && !intent.reduceOnly
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
    check(intent, view) {
      const { ledger } = view;
      const before = ledger.netQuantity(intent.instrument);
      const growth = growthOf(intent, view);
      if (growth <= 0) return undefined;
      const value = valueOf(Math.abs(before) + growth, view, intent.instrument);
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
    check(intent, view) {
      const { ledger } = view;
      const growth = growthOf(intent, view);
      if (growth <= 0) return undefined;
      let gross = 0;
      for (const { instrument, quantity } of ledger.openPositions()) {
        gross += worth(Math.abs(quantity), ledger.marks[instrument]!, ledger, instrument);
      }
      const after = gross + valueOf(growth, view, intent.instrument);
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
    check: (intent, view) =>
      view.workingOrders >= maximum && !intent.reduceOnly
        ? refuse('orders.working', `${view.workingOrders} orders are working, the limit is ${maximum}`)
        : undefined,
  };
}

/** Refuses orders that open or grow a position once the account has lost `share` from its highest value. */
export function drawdownLimit(share: number): Control {
  return {
    name: 'drawdown',
    sentence: `Nothing is opened once the account is ${share * 100} % below its peak.`,
    check(intent, view) {
      if (growthOf(intent, view) <= 0) return undefined;
      const equity = view.ledger.equity();
      const floor = view.peak * (1 - share);
      return equity < floor
        ? refuse(
            'loss.drawdown',
            `the account at ${equity.toFixed(2)} is below ${floor.toFixed(2)}, its drawdown limit`,
          )
        : undefined;
    },
  };
}

/** What an order is for; a fraction of the account is turned into a quantity at the last price. */
function quantityOf(intent: OrderIntent, view: GateView): number {
  if (intent.fraction !== intent.fraction) return intent.quantity;
  return (intent.fraction * view.ledger.equity()) / valueOf(1, view, intent.instrument);
}

/** By how much the order would grow the net position; 0 or less when it only reduces. */
function growthOf(intent: OrderIntent, view: GateView): number {
  if (intent.reduceOnly) return 0;
  const before = view.ledger.netQuantity(intent.instrument);
  return Math.abs(before + intent.side * quantityOf(intent, view)) - Math.abs(before);
}

function valueOf(quantity: number, { ledger, mark }: GateView, instrument: number): number {
  return worth(quantity, mark, ledger, instrument);
}

/** Money in base currency that a quantity stands for at a price: of a future, the value of its contracts. */
function worth(quantity: number, price: number, ledger: GateView['ledger'], instrument: number): number {
  const rate = ledger.rates[ledger.currencyOf[instrument]!]!;
  return quantity * price * ledger.instruments[instrument]!.multiplier * rate;
}
