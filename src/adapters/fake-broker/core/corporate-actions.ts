/**
 * What a split, a dividend or a new name does to positions and to the orders that rest over night.
 */
import { noteBooking } from './activities.ts';
import { DOLLAR, roughMoney, SHARE } from './amounts.ts';
import type { Listing } from './listing.ts';
import { adjustContracts } from './option-adjustment.ts';
import { isOpen, type Order } from './order.ts';
import type { CorporateAction } from '../../../market/actions.ts';
import type { BrokerState } from './state.ts';

/** Applies an action on the morning of its day. */
export function applyCorporateAction(state: BrokerState, action: CorporateAction, day: number): void {
  const listing = state.listings.get(action.symbol);
  if (listing === undefined) return;
  switch (action.kind) {
    case 'split':
      split(state, listing, action.ratio, day);
      break;
    case 'dividend':
      dividend(state, listing, action.amount, day);
      break;
    case 'symbol-change':
      rename(state, listing, action.to, day);
      break;
    case 'delisting':
      listing.tradable = false;
      listing.isActive = false;
  }
}

/** Shares times the ratio, prices through it; a part of a share that is left over is paid in cash. */
function split(state: BrokerState, listing: Listing, ratio: number, day: number): void {
  const before = state.holdings.quantityOf(listing);
  const after = Math.trunc(Math.round(before * ratio) / SHARE) * SHARE;
  const rest = (before * ratio - after) / SHARE;
  const price = (value: number): number => Math.round(value / ratio);
  listing.bid = price(listing.bid);
  listing.ask = price(listing.ask);
  listing.last = price(listing.last);
  listing.previousClose = price(listing.previousClose);
  for (const order of restingOn(state, listing)) {
    order.limit = order.limit === undefined ? undefined : toCent(order.limit / ratio);
    order.stop = order.stop === undefined ? undefined : toCent(order.stop / ratio);
    // What was filled has been in old shares; only what is left becomes new ones.
    order.quantity = order.filled + Math.max(SHARE, Math.trunc((order.remaining * ratio) / SHARE) * SHARE);
  }
  adjustContracts(state, listing, ratio, day);
  if (before === 0) return;
  state.holdings.rescale(listing, after);
  if (after === 0) state.holdings.remove(listing);
  const cash = roughMoney((rest * listing.last) / DOLLAR);
  state.holdings.cash += cash;
  noteBooking(state, {
    type: 'SPLIT',
    subType: ratio > 1 ? 'FSPLIT' : 'RSPLIT',
    day,
    listing,
    quantity: after - before,
    netAmount: cash,
  });
}

/** Cash per share to who holds, from who is short; a paper account gets none. Resting bids go down by it. */
function dividend(state: BrokerState, listing: Listing, perShare: number, day: number): void {
  for (const order of restingOn(state, listing)) {
    const { side, type } = order.terms;
    // The exchange's rule: buy limits and sell stops that rest are lowered by the dividend, rounded down to a cent.
    if (side === 'buy' && order.limit !== undefined)
      order.limit = Math.max(100, floorToCent(order.limit - perShare * DOLLAR));
    if (side === 'sell' && order.stop !== undefined && type !== 'trailing_stop') {
      order.stop = Math.max(100, floorToCent(order.stop - perShare * DOLLAR));
    }
  }
  const quantity = state.holdings.quantityOf(listing);
  if (quantity === 0 || state.config.paper) return;
  const amount = roughMoney((quantity / SHARE) * perShare);
  state.holdings.cash += amount;
  const perShareUnits = Math.round(perShare * DOLLAR);
  noteBooking(state, {
    type: 'DIV',
    subType: 'CDIV',
    day,
    listing,
    quantity,
    perShare: perShareUnits,
    netAmount: amount,
  });
}

function rename(state: BrokerState, listing: Listing, to: string, day: number): void {
  state.listings.delete(listing.symbol);
  listing.symbol = to;
  state.listings.set(to, listing);
  const quantity = state.holdings.quantityOf(listing);
  if (quantity !== 0) noteBooking(state, { type: 'NC', subType: 'SNC', day, listing, quantity, netAmount: 0n });
}

function restingOn(state: BrokerState, listing: Listing): Order[] {
  return state
    .openOrders()
    .filter((order) => order.listing === listing && isOpen(order) && order.terms.timeInForce === 'gtc');
}

function toCent(price: number): number {
  return Math.max(100, Math.round(price / 100) * 100);
}

function floorToCent(price: number): number {
  return Math.floor((price + 1e-6) / 100) * 100;
}
