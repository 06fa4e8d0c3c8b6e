/**
 * Controls with a number: how large an order, a position, or all of them together may be.
 *
 * None of them keeps a position from being closed: orders that only reduce pass. What orders at work may still fill
 * counts as if it were held, or ten orders of one instant would each be within a limit that together they break.
 */
import type { Control, GateView } from '../gate/gate.ts';
import type { Order, OrderIntent } from '../orders/order.ts';
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
      const value = valueOf(quantityOf(intent, view), view.ledger, intent.instrument, view.mark);
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
      if (growthOf(intent, view) <= 0) return undefined;
      const quantity = largest(intent.instrument, view, intent);
      if (quantity <= largest(intent.instrument, view)) return undefined;
      const value = valueOf(quantity, ledger, intent.instrument, view.mark);
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
      if (growthOf(intent, view) <= 0) return undefined;
      let after = 0;
      for (let instrument = 0; instrument < ledger.instruments.length; instrument++) {
        const quantity = largest(instrument, view, instrument === intent.instrument ? intent : undefined);
        if (quantity > 0) after += valueOf(quantity, ledger, instrument, ledger.marks[instrument]);
      }
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

/**
 * The largest position, long or short, that can come of what is held and what is at work, with `added` at work too.
 *
 * Market orders are taken as filled: a rotation that sells before it buys needs room for one portfolio, not for two.
 * Of the others, those on one side may all fill and those on the other side none, whichever gives more. Orders that
 * only reduce, and fractions that become quantities when they fill, are left out.
 */
function largest(instrument: number, view: GateView, added?: OrderIntent): number {
  const { ledger } = view;
  const { quantityScale } = ledger.units[instrument];
  let certain = atMarket(instrument, view);
  let bought = 0;
  let sold = 0;
  const take = ({ side, reduceOnly }: Pick<Order, 'side' | 'reduceOnly'>, quantity: number): void => {
    if (reduceOnly) return;
    if (side > 0) bought += quantity;
    else sold += quantity;
  };
  for (const order of view.working(instrument)) {
    if (order.type !== 'market' && order.fraction !== order.fraction) take(order, order.remainingUnits / quantityScale);
  }
  if (added?.type === 'market') certain += added.side * quantityOf(added, view);
  else if (added !== undefined) take(added, quantityOf(added, view));
  return Math.max(certain + bought, sold - certain, 0);
}

/** What is held once the market orders at work have filled, signed. */
function atMarket(instrument: number, { ledger, working }: GateView): number {
  const { quantityScale } = ledger.units[instrument];
  let quantity = ledger.netQuantity(instrument);
  for (const order of working(instrument)) {
    const isKnown = order.type === 'market' && order.fraction !== order.fraction;
    if (isKnown) quantity += (order.side * order.remainingUnits) / quantityScale;
  }
  return quantity;
}

/** What an order is for; a fraction of the account is turned into a quantity at the last price. */
export function quantityOf(intent: OrderIntent, view: GateView): number {
  if (intent.fraction !== intent.fraction) return intent.quantity;
  return (intent.fraction * view.ledger.equity()) / valueOf(1, view.ledger, intent.instrument, view.mark);
}

/** By how much the order would grow the net position, market orders at work included; 0 or less when it only reduces. */
function growthOf(intent: OrderIntent, view: GateView): number {
  if (intent.reduceOnly) return 0;
  const before = atMarket(intent.instrument, view);
  return Math.abs(before + intent.side * quantityOf(intent, view)) - Math.abs(before);
}

/** Money in base currency that a quantity stands for at a price: of a future, the value of its contracts. */
export function valueOf(quantity: number, ledger: GateView['ledger'], instrument: number, price: number): number {
  const rate = ledger.rates[ledger.currencyOf[instrument]];
  return quantity * price * ledger.instruments[instrument].multiplier * rate;
}
