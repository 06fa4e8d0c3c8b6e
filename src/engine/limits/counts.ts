/**
 * How many orders may be at work, and how many may be sent for each that fills.
 */
import type { Control, GateView } from '../gate/gate.ts';
import type { OrderIntent } from '../orders/order.ts';
import { refuse } from './format.ts';

/** Refuses orders that open while `most` of the strategy work. */
export function openOrders(most: number): Control {
  return {
    name: 'open-orders',
    sentence: `At most ${most} orders of a strategy are at work.`,
    check: (intent, view) =>
      !intent.reduceOnly && view.workingOrders >= most
        ? refuse('orders.working', `${view.workingOrders} orders are working, the limit is ${most}`)
        : undefined,
    use: (_idle, { workingOrders }) => [{ key: 'workingOrders', used: workingOrders, limit: most, unit: 'orders' }],
  };
}

/** Refuses orders that open while `most` of the strategy work in the symbol. */
export function openInSymbol(most: number): Control {
  return {
    name: 'open-in-symbol',
    sentence: `At most ${most} orders of a strategy are at work in one symbol.`,
    check(intent, view) {
      if (intent.reduceOnly) return undefined;
      const own = ownIn(intent, view);
      return own >= most
        ? refuse('orders.symbol', `${own} orders are working in ${view.market.symbol}, the limit is ${most}`)
        : undefined;
    },
  };
}

function ownIn({ strategy, instrument }: OrderIntent, view: GateView): number {
  const working = view.working(instrument);
  let own = 0;
  for (let i = 0; i < working.length; i++) if (working[i].strategy === strategy && !working[i].reduceOnly) own++;
  return own;
}

const SLOTS = 60;
const MINUTE_US = 60e6;

/** Events of the last hour, by minute. */
class Hour {
  private readonly counts = new Float64Array(SLOTS);
  private minute = -Infinity;
  private total = 0;

  at(now: number): number {
    this.turn(now);
    return this.total;
  }

  add(now: number): void {
    this.turn(now);
    this.counts[this.minute % SLOTS]++;
    this.total++;
  }

  private turn(now: number): void {
    const minute = Math.floor(now / MINUTE_US);
    if (minute === this.minute) return;
    if (minute - this.minute >= SLOTS) this.counts.fill(0);
    else for (let past = this.minute + 1; past <= minute; past++) this.counts[past % SLOTS] = 0;
    this.minute = minute;
    this.total = 0;
    for (let i = 0; i < SLOTS; i++) this.total += this.counts[i];
  }
}

/** Refuses orders of a strategy once it has sent `most` in an hour for each that filled. */
export function ordersPerFill(most: number): Control {
  const sent: Hour[] = [];
  const filled: Hour[] = [];
  const hourOf = (hours: Hour[], strategy: number): Hour => (hours[strategy] ??= new Hour());
  return {
    name: 'orders-per-fill',
    sentence: `A strategy sends at most ${most} orders an hour for each that fills.`,
    check(intent, { now }) {
      if (intent.reduceOnly) return undefined;
      const orders = hourOf(sent, intent.strategy).at(now);
      const fills = hourOf(filled, intent.strategy).at(now);
      return orders >= most * Math.max(1, fills)
        ? refuse('orders.per-fill', `${orders} orders in an hour for ${fills} fills, the limit is ${most} for one`)
        : undefined;
    },
    memory: {
      passed: (intent, { now }) => hourOf(sent, intent.strategy).add(now),
      filled(order, units, _price, at) {
        // Only the first fill of an order counts.
        if (order.filledUnits <= units) hourOf(filled, order.strategy).add(at);
      },
    },
  };
}
