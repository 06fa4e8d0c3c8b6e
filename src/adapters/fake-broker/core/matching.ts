/**
 * The venue: resting orders meet the best bid and offer, as the vendor's paper market has it.
 *
 * An order that can trade does so at the far side, whatever size is shown there, except that some are filled in part
 * first. Stops are touched by the far side of the quote, so that a gap fills where the market is and not at the stop.
 */
import { DOLLAR, SHARE } from './amounts.ts';
import { executeMultiLeg, executeOrder } from './executing.ts';
import { endOrder } from './lifecycle.ts';
import type { Listing } from './listing.ts';
import { meetsMarket, waitsForPrice, type Order } from './order.ts';
import { marketNet } from './placing.ts';
import type { BrokerState } from './state.ts';

/** How far above its stop a stop order to buy may fill: it becomes a limit order there. */
const STOP_COLLARS = { below: 50 * DOLLAR, cheap: 1.04, dear: 1.025 };

/** Has the orders that rest on a listing, and on the contracts of a share, meet its new price. */
export function meetListing(state: BrokerState, listing: Listing): void {
  if (listing.working.length > 0) for (const order of listing.working.slice()) meetOrder(state, order);
  if (listing.watched.size === 0) return;
  for (const contract of listing.watched) {
    if (!contract.isModelled) continue;
    state.refresh(contract);
    for (const order of contract.working.slice()) meetOrder(state, order);
  }
}

/** Has one order meet the market as it stands. */
export function meetOrder(state: BrokerState, order: Order): void {
  if (!meetsMarket(order) || order.lateFills > 0 || state.now < order.restUntil || !isMarketOpen(state, order)) return;
  if (order.terms.timeInForce === 'cls') return;
  if (order.isMultiLeg) meetMultiLeg(state, order);
  else meetSingle(state, order, order.listing!);
}

function isMarketOpen(state: BrokerState, { terms, legs, listing }: Order): boolean {
  const isHalted = listing === undefined ? legs.some((leg) => leg.listing!.isHalted) : listing.isHalted;
  if (isHalted) return false;
  if (state.phase === 'core') return true;
  return state.phase !== 'closed' && terms.extendedHours;
}

function meetSingle(state: BrokerState, order: Order, listing: Listing): void {
  const { side, timeInForce } = order.terms;
  const isOnce = timeInForce === 'ioc' || timeInForce === 'fok' || timeInForce === 'opg';
  if (listing.option !== undefined) state.refresh(listing);
  follow(state, order, listing);
  const far = side === 'buy' ? listing.ask : listing.bid;
  // An order for the open waits for the first price of the session.
  if (timeInForce === 'opg' && listing.quoteAt < order.updatedAt) return;
  if (far <= 0 || !isWilling(order, far)) {
    if (isOnce) endOrder(state, order, 'cancel');
    return;
  }
  const shown = (side === 'buy' ? listing.askSize : listing.bidSize) * SHARE;
  const quantity = fillQuantity(state, order, far, shown);
  if (timeInForce === 'fok' && quantity < order.remaining) {
    endOrder(state, order, 'cancel');
    return;
  }
  if (quantity > 0) executeOrder(state, order, quantity, far);
  if (!meetsMarket(order)) return;
  if (isOnce) endOrder(state, order, 'cancel');
  else comeBack(state, order);
}

/** Moves the stop of a trailing order, and notes when a stop is touched. */
function follow(state: BrokerState, order: Order, listing: Listing): void {
  const { type, side, trailPrice, trailPercent, isTouch, limitOffset } = order.terms;
  if (order.isTriggered || !waitsForPrice(order.terms)) return;
  const price = side === 'buy' ? listing.ask : listing.bid;
  if (price <= 0) return;
  if (isTouch === true) {
    order.isTriggered = side === 'buy' ? price <= order.stop! : price >= order.stop!;
    return;
  }
  if (type === 'trailing_stop') {
    const best = order.highWater ?? price;
    const water = side === 'sell' ? Math.max(best, price) : Math.min(best, price);
    order.highWater = water;
    const trail = trailPrice ?? Math.round((water * trailPercent!) / (100 * DOLLAR));
    order.stop = side === 'sell' ? water - trail : water + trail;
  }
  order.isTriggered = side === 'buy' ? price >= order.stop! : price <= order.stop!;
  if (order.isTriggered && limitOffset !== undefined) order.limit = order.stop! + order.sign * limitOffset;
  if (!order.isTriggered || type !== 'stop' || side !== 'buy' || !state.config.stopCollars) return;
  const collar = order.stop! < STOP_COLLARS.below ? STOP_COLLARS.cheap : STOP_COLLARS.dear;
  order.limit = Math.round((order.stop! * collar) / 100) * 100;
}

function isWilling(order: Order, far: number): boolean {
  const { side } = order.terms;
  if (waitsForPrice(order.terms) && !order.isTriggered) return false;
  return order.limit === undefined || (side === 'buy' ? far <= order.limit : far >= order.limit);
}

/** How much fills now: all, what is shown, or by chance only a part. */
function fillQuantity(state: BrokerState, order: Order, price: number, shown: number): number {
  const { notional } = order.terms;
  // A notional order buys what its dollars buy at the price that it meets.
  if (notional !== undefined && order.filled === 0) {
    order.quantity = Number((BigInt(Math.round(Number(notional) * DOLLAR)) * BigInt(SHARE)) / BigInt(price));
  }
  if (state.config.liquidity === 'displayed') return Math.min(order.remaining, shown);
  const whole = Math.floor(order.remaining / SHARE);
  const isPart =
    whole > 1 && order.terms.timeInForce !== 'fok' && state.chance.fills.uniform() < state.config.partialFills;
  return isPart ? (1 + state.chance.fills.below(whole - 1)) * SHARE : order.remaining;
}

/** After a fill in part the rest waits a moment before it meets the market again. */
function comeBack(state: BrokerState, order: Order): void {
  if (state.config.liquidity === 'displayed') return;
  order.restUntil = Number.POSITIVE_INFINITY;
  state.after(state.config.delays.rest, () => {
    order.restUntil = 0;
    meetOrder(state, order);
  });
}

function meetMultiLeg(state: BrokerState, order: Order): void {
  const legs = order.legs.map((leg) => ({ listing: leg.listing!, side: leg.terms.side, ratio: leg.terms.ratio }));
  const net = marketNet(state, legs);
  if (legs.some(({ listing, side }) => (side === 'buy' ? listing.ask : listing.bid) <= 0)) return;
  if (order.limit !== undefined && net > order.limit) return;
  executeMultiLeg(state, order, fillQuantity(state, order, 0, order.remaining), net);
  if (meetsMarket(order)) comeBack(state, order);
}

/** Fills the orders for the close at the last price; what does not fit it is cancelled. */
export function closingAuction(state: BrokerState): void {
  for (const order of state.openOrders()) {
    if (order.terms.timeInForce !== 'cls' || !meetsMarket(order)) continue;
    const { last } = order.listing!;
    const isIn =
      last > 0 &&
      (order.limit === undefined || (order.terms.side === 'buy' ? last <= order.limit : last >= order.limit));
    if (isIn) executeOrder(state, order, order.remaining, last);
    else endOrder(state, order, 'cancel');
  }
}
