/**
 * Where an order fills against a quote or a trade: no state, one answer.
 *
 * A missing side is NaN, every comparison with it is false, and so nothing fills on it.
 */
import type { Order } from '../orders/order.ts';

/**
 * Returns the price of a fill against the quote, NaN when there is none. May trigger the order or move its trail.
 * A resting limit fills at its limit when the other side comes to it, a newly arrived one at the quote.
 */
export function matchQuote(order: Order, bid: number, ask: number, arriving: boolean): number {
  const side = order.side;
  const far = side > 0 ? ask : bid;
  switch (order.type) {
    case 'market':
      return far;
    case 'limit':
      return limitAt(order, side, far, arriving);
    case 'stop':
    case 'stop-limit':
      if (!order.triggered) {
        if (!(side * far >= side * order.stop)) return Number.NaN;
        order.triggered = true;
        return order.type === 'stop' ? far : limitAt(order, side, far, true);
      }
      return order.type === 'stop' ? far : limitAt(order, side, far, arriving);
    case 'market-if-touched':
    case 'limit-if-touched':
      if (!order.triggered) {
        if (!(side * far <= side * order.stop)) return Number.NaN;
        order.triggered = true;
        return order.type === 'market-if-touched' ? far : limitAt(order, side, far, true);
      }
      return order.type === 'market-if-touched' ? far : limitAt(order, side, far, arriving);
    case 'trailing-stop':
    case 'trailing-stop-limit':
      return trailAt(order, side, far, arriving);
    case 'market-on-open':
    case 'market-on-close':
      return far;
    case 'limit-on-open':
    case 'limit-on-close':
      // The venue shows it nothing before the auction.
      return limitAt(order, side, far, true);
    case 'combo':
    case 'exercise':
      // Legs of a package are matched together, and exercises never are.
      return Number.NaN;
  }
}

/** Returns the price at which a resting limit fills because a trade went through it: its limit, or NaN. */
export function matchTrade(order: Order, price: number): number {
  const resting = order.type === 'limit' || (order.triggered && order.type === 'stop-limit');
  return resting && order.side * price < order.side * order.limit ? order.limit : Number.NaN;
}

function limitAt(order: Order, side: number, far: number, arriving: boolean): number {
  if (!(side * far <= side * order.limit)) return Number.NaN;
  return arriving ? far : order.limit;
}

function trailAt(order: Order, side: number, far: number, arriving: boolean): number {
  const limited = order.type === 'trailing-stop-limit';
  if (order.triggered) return limited ? limitAt(order, side, far, arriving) : far;
  if (side * far >= side * order.stop) {
    order.triggered = true;
    if (!limited) return far;
    order.limit = order.stop + side * order.limitOffset;
    return limitAt(order, side, far, true);
  }
  const distance = order.trailIsFraction ? far * order.trail : order.trail;
  const moved = far + side * distance;
  if (far === far && !(side * moved >= side * order.stop)) order.stop = moved;
  return Number.NaN;
}
