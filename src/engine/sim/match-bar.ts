/**
 * Where in a bar an order fills: one function per question, no state.
 *
 * A bar gives four prices and hides their order. What is certain is used (the open comes first, the close last);
 * where it is not, the answer that is worse for the order is taken. Sells are matched as buys of the negated bar, so
 * every rule is written once.
 */
import type { Order } from '../orders/order.ts';
import type { Conventions } from './conventions.ts';

/** A bar as an order sees it. */
export interface BarView {
  open: number;
  high: number;
  low: number;
  close: number;
  /** The order came after the open: only the close is known to lie ahead of it. */
  late: boolean;
  /** The first, and the last, bar of a session. */
  first: boolean;
  last: boolean;
  /** No trade made it: it carries the last price forward, and is no news. */
  stale: boolean;
}

/** Which step of the bar's life an order belongs to. */
export type MatchStep = 'open' | 'stop' | 'limit' | 'close';

export function stepOf(order: Order): MatchStep {
  switch (order.type) {
    case 'market':
    case 'market-on-open':
    case 'limit-on-open':
      return 'open';
    case 'market-on-close':
    case 'limit-on-close':
      return 'close';
    case 'stop':
    case 'trailing-stop':
      // A stop that was hit before is a market order: it goes on with the open.
      return order.triggered ? 'open' : 'stop';
    case 'stop-limit':
    case 'trailing-stop-limit':
      return order.triggered ? 'limit' : 'stop';
    case 'market-if-touched':
      return order.triggered ? 'open' : 'limit';
    default:
      return 'limit';
  }
}

/** Whether the first price of the bar alone decides that a limit, a stop or a touch order fills. */
export function fillsAtOpen(order: Order, bar: BarView, rules: Conventions): boolean {
  if (bar.late || order.wokenBy !== undefined) return false;
  const open = order.side * bar.open;
  switch (order.type) {
    case 'limit':
      return isPassed(open, order.side * order.limit, rules);
    case 'stop':
    case 'trailing-stop':
      return open >= order.side * order.stop;
    case 'market-if-touched':
      return open <= order.side * order.stop;
    default:
      return false;
  }
}

/** Whether the first price takes a limit: one that only touches it does where a touch is enough. */
function isPassed(open: number, limit: number, { limits }: Conventions): boolean {
  return limits === 'penetrate' ? open < limit : open <= limit;
}

/** Whether a fill at `price` is one at the open of the bar; what happened inside it is known at its end. */
export function isAtOpen(order: Order, price: number, bar: BarView, { limits }: Conventions): boolean {
  if (price !== bar.open || bar.late || wokeInside(order)) return false;
  const step = stepOf(order);
  if (step === 'open' || step === 'close') return step === 'open';
  // A limit at the open that had to be traded through was reached later.
  return limits === 'touch' || price !== order.limit;
}

/**
 * Returns the price at which the order would fill in this bar, NaN when it does not. May trigger the order or move its
 * trailing stop. The price is before slippage; `resting` says whether the order was hit rather than hitting.
 */
export function matchBar(order: Order, bar: BarView, rules: Conventions): number {
  const side = order.side;
  const late = bar.late;
  // In the mirrored world of a sell, a rise is a fall: from here on everything is a buy.
  const close = side * bar.close;
  // For an order that woke inside the bar, the bar begins where its parent filled.
  const open = late ? close : side * (wokeInside(order) ? order.wokenPrice : bar.open);
  const high = late ? close : side > 0 ? bar.high : -bar.low;
  const low = late ? close : side > 0 ? bar.low : -bar.high;
  switch (order.type) {
    case 'market':
      return side * open;
    case 'market-on-open':
      return bar.first && !late ? side * open : Number.NaN;
    case 'limit-on-open':
      return bar.first && !late && open <= side * order.limit ? side * open : Number.NaN;
    case 'market-on-close':
      return bar.last ? side * close : Number.NaN;
    case 'limit-on-close':
      return bar.last && close <= side * order.limit ? side * close : Number.NaN;
    case 'limit':
      return side * buyLimit(side * order.limit, open, low, close, order, rules);
    case 'stop':
      return side * triggering(order, open, buyStop(side * order.stop, open, high, close, order, rules));
    case 'stop-limit':
      return side * buyStopLimit(order, open, high, low, close, rules);
    case 'market-if-touched':
      return side * triggering(order, open, buyTouched(side * order.stop, open, low));
    case 'limit-if-touched':
      return side * buyLimitIfTouched(order, open, low, close, rules);
    case 'trailing-stop':
    case 'trailing-stop-limit':
      return side * buyTrailing(order, open, high, low, close, rules);
    case 'combo':
    case 'exercise':
      return Number.NaN;
  }
}

/** The price of an order that becomes a market order once it is hit: what volume left over then fills at any price. */
function triggering(order: Order, open: number, price: number): number {
  if (order.triggered) return open;
  if (price === price) order.triggered = true;
  return price;
}

function wokeInside(order: Order): boolean {
  return order.wokenBy !== undefined && order.wokenBy !== 'open';
}

/** Whether the lows of the bar in which `order` woke are known to come after it woke. */
function lowsAreLater(order: Order): boolean {
  if (!wokeInside(order)) return true;
  return order.side > 0 ? order.wokenBy === 'falling' : order.wokenBy === 'rising';
}

function buyLimit(limit: number, open: number, low: number, close: number, order: Order, rules: Conventions): number {
  if (isPassed(open, limit, rules)) return open;
  const lowest = lowsAreLater(order) ? low : close;
  if (rules.limits === 'penetrate' ? lowest < limit : lowest <= limit) return limit;
  return Number.NaN;
}

/** Whether a path through the bar is assumed, so that an extreme may lie before an order. */
function followsPath({ path }: Conventions): boolean {
  return path !== 'adverse' && path !== 'one-by-one';
}

function buyStop(stop: number, open: number, high: number, close: number, order: Order, rules: Conventions): number {
  if (open >= stop) return open;
  const highest = wokeInside(order) && followsPath(rules) && lowsAreLater(order) ? close : high;
  return highest >= stop ? stop : Number.NaN;
}

function buyTouched(touch: number, open: number, low: number): number {
  if (open <= touch) return open;
  return low <= touch ? touch : Number.NaN;
}

function buyStopLimit(
  order: Order,
  open: number,
  high: number,
  low: number,
  close: number,
  rules: Conventions,
): number {
  const stop = order.side * order.stop;
  const limit = order.side * order.limit;
  if (order.triggered) return buyLimit(limit, open, low, close, order, rules);
  if (rules.stopLimitInTriggerBar === 'waits') {
    if (high < stop) return Number.NaN;
    order.triggered = true;
    // No price outside the bar was ever to be had.
    return limit > stop && low <= limit ? Math.max(stop, low) : Number.NaN;
  }
  if (open >= stop) {
    order.triggered = true;
    return buyLimit(limit, open, low, close, order, rules);
  }
  if (high < stop) return Number.NaN;
  order.triggered = true;
  if (limit >= stop) return stop;
  // Triggered on the way up with the limit below: only the close is known to come after the trigger.
  if (rules.stopLimitInTriggerBar === 'turned-bar') return open > close && close <= limit ? limit : Number.NaN;
  return close < limit ? limit : Number.NaN;
}

function buyLimitIfTouched(order: Order, open: number, low: number, close: number, rules: Conventions): number {
  const touch = order.side * order.stop;
  const limit = order.side * order.limit;
  if (!order.triggered) {
    if (open > touch && low > touch) return Number.NaN;
    order.triggered = true;
    if (open > touch) {
      if (touch <= limit) return touch;
      return (rules.limits === 'penetrate' ? low < limit : low <= limit) ? limit : Number.NaN;
    }
  }
  return buyLimit(limit, open, low, close, order, rules);
}

/** The stop follows the low; it is tested with its old level first, and with the new one only against the close. */
function buyTrailing(order: Order, open: number, high: number, low: number, close: number, rules: Conventions): number {
  const side = order.side;
  const limited = order.type === 'trailing-stop-limit';
  if (order.triggered) {
    return limited ? buyLimit(side * order.limit, open, low, close, order, rules) : open;
  }
  const stop = side * order.stop;
  if (stop === stop) {
    if (open >= stop) {
      triggerTrailing(order, stop, limited);
      return limited ? buyLimit(side * order.limit, open, low, close, order, rules) : open;
    }
    if (high >= stop) return triggerTrailing(order, stop, limited);
  }
  // A stop that woke inside the bar does not follow an extreme that may have come before it.
  const lowest = rules.trailing === 'extremes' && lowsAreLater(order) ? low : close;
  const distance = order.trailIsFraction ? Math.abs(lowest) * order.trail : order.trail;
  const moved = lowest + distance;
  if (!(moved >= stop)) order.stop = side * moved;
  const level = side * order.stop;
  return close >= level && lowest < level ? triggerTrailing(order, level, limited) : Number.NaN;
}

/** The limit is away from the stop, not from where a gap began: it is what one will not go beyond. */
function triggerTrailing(order: Order, stop: number, limited: boolean): number {
  order.triggered = true;
  if (limited) order.limit = order.side * (stop + order.limitOffset);
  return stop;
}
