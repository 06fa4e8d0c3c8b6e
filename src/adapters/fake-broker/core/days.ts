/**
 * The day of the broker, from the first hour of the extended session to the night: what each hour does to orders.
 */
import { accountFigures } from './funds.ts';
import { beginWork, cancelOrder, endOrder, endsBy, routeOrder } from './lifecycle.ts';
import type { Listing } from './listing.ts';
import { closingAuction, meetListing } from './matching.ts';
import { bookNight, liquidateBeforeExpiry, settleExpiry } from './nights.ts';
import { meetsMarket } from './order.ts';
import { localInstant } from './random-ids.ts';
import { currentOrNextDay, nextDay, phaseAt, type TradingDay } from './sessions.ts';
import type { BrokerState } from './state.ts';

const HOUR = 3_600_000_000;

/** Schedules what is left of the present day, or the whole next one, and by it all days that follow. */
export function startDays(state: BrokerState): void {
  state.phase = phaseAt(state.now);
  scheduleDay(state, currentOrNextDay(state.now));
}

function scheduleDay(state: BrokerState, day: TradingDay): void {
  const at = (when: number, run: () => void): void => {
    if (when > state.now || (when === state.now && when === day.preOpenAt)) state.schedule(when, run);
  };
  at(day.preOpenAt, () => openExtended(state, day));
  at(day.openAt, () => open(state));
  at(day.closeAt - HOUR, () => liquidateBeforeExpiry(state, day));
  at(day.closeAt, () => close(state, day));
  at(localInstant(day.session.day, 16 * 60 + 15), () => endOldOrders(state));
  at(day.postCloseAt, () => {
    closeExtended(state, day);
    scheduleDay(state, nextDay(day.session.day));
  });
}

function openExtended(state: BrokerState, day: TradingDay): void {
  state.phase = 'pre';
  bookNight(state, day);
  for (const order of state.openOrders()) {
    if (order.status === 'accepted' && order.terms.extendedHours && order.parent === undefined)
      routeOrder(state, order);
  }
}

function open(state: BrokerState): void {
  state.phase = 'core';
  for (const order of state.openOrders()) {
    if (order.status !== 'accepted' || order.parent?.isMultiLeg === true) continue;
    if (order.terms.timeInForce === 'opg') beginWork(state, order);
    else routeOrder(state, order);
  }
  // What rested over the night meets the first prices; limits of good-till-canceled orders are at work already.
  for (const listing of workedOn(state)) meetListing(state, listing);
}

function workedOn(state: BrokerState): Listing[] {
  return [...state.listings.values()].filter(({ working }) => working.length > 0);
}

function close(state: BrokerState, day: TradingDay): void {
  for (const order of state.openOrders()) {
    if (order.terms.timeInForce === 'cls' && order.status === 'accepted') beginWork(state, order);
  }
  closingAuction(state);
  state.phase = 'post';
  for (const order of state.openOrders()) {
    const { parent } = order;
    if (parent?.isMultiLeg === true || order.terms.extendedHours || !state.open.has(order)) continue;
    if (endsBy(order, day, state.now)) endOrder(state, order, 'expire');
  }
  settleExpiry(state, day);
  const { equity } = accountFigures(state);
  state.equityCurve.push({ at: day.closeAt, equity });
}

function endOldOrders(state: BrokerState): void {
  for (const order of state.openOrders()) {
    if (order.expiresAt === undefined || order.expiresAt > state.now || order.parent?.isMultiLeg === true) continue;
    if (meetsMarket(order) && order.status !== 'pending_cancel' && order.status !== 'pending_replace')
      cancelOrder(state, order);
    else if (order.status === 'accepted') endOrder(state, order, 'cancel');
  }
}

function closeExtended(state: BrokerState, day: TradingDay): void {
  state.phase = 'closed';
  for (const order of state.openOrders()) {
    if (order.terms.extendedHours && state.open.has(order) && endsBy(order, day, state.now))
      endOrder(state, order, 'expire');
  }
  state.lastEquity = accountFigures(state).equity;
  for (const listing of state.listings.values()) {
    if (listing.mark > 0) listing.previousClose = listing.mark;
    if (listing.option !== undefined && listing.option.expiryDay <= day.session.day) listing.isActive = false;
  }
}
