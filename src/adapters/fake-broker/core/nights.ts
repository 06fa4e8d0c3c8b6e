/**
 * What happens outside the market: expiry, exercise, assignment, splits, dividends and renamings. On paper they show the
 * next morning, before the extended session begins, and never on the stream of trades.
 */
import { moneyOf, roughMoney, type Money } from './amounts.ts';
import { noteBooking } from './activities.ts';
import { cancelOrder, endOrder } from './lifecycle.ts';
import { CONTRACT, type Listing } from './listing.ts';
import { isOpen } from './order.ts';
import { placeOrder } from './placing.ts';
import type { OrderRequest } from './order-request.ts';
import { uuid } from './random-ids.ts';
import { Refusal } from './refusal.ts';
import type { TradingDay } from './sessions.ts';
import type { BrokerState, NightEvent } from './state.ts';
import { applyCorporateAction } from './corporate-actions.ts';

/** An option in the money by less is left to expire: one cent, in units of price. */
const EXERCISE_FROM = 100;
/** Time value below which a short option may be assigned early: five cents. */
const TIME_VALUE_MAX = 500;

/** How far an option is in the money at the share's last price, in units of price. */
function moneyness(contract: Listing): number {
  const { right, strike, underlying, size } = contract.option!;
  const gain = (underlying.mark * size) / CONTRACT - strike;
  return right === 'call' ? gain : -gain;
}

/** At the close of a day: decides what becomes of the contracts that end today, and of early assignments. */
export function settleExpiry(state: BrokerState, day: TradingDay): void {
  const events = state.nightEvents;
  // Of several words on a contract the last one counts.
  const words = new Map(state.exercises.map(({ contract, exercise }) => [contract, exercise]));
  for (const [contract, isWanted] of words) {
    const held = state.holdings.quantityOf(contract);
    if (isWanted && held > 0 && contract.option!.expiryDay > day.session.day) {
      events.push({ contract, quantity: held, type: 'OPEXC' });
    }
  }
  for (const { listing, quantity } of state.holdings.list()) {
    if (listing.future !== undefined && listing.future.lastDay <= day.session.day) {
      state.holdings.trade(listing, -quantity, listing.mark);
    }
    if (listing.option === undefined) continue;
    if (listing.option.expiryDay <= day.session.day) events.push(atExpiry(state, listing, quantity));
    else if (quantity < 0 && isAssignedEarly(state, listing))
      events.push({ contract: listing, quantity, type: 'OPASN' });
  }
  state.exercises = [];
  for (const order of state.openOrders()) {
    const expiry = order.listing?.option?.expiryDay;
    if (expiry !== undefined && expiry <= day.session.day && isOpen(order) && order.parent?.isMultiLeg !== true) {
      endOrder(state, order, 'expire');
    }
  }
}

function atExpiry(state: BrokerState, contract: Listing, quantity: number): NightEvent {
  const note = state.exercises.findLast((one) => one.contract === contract);
  const isIn = moneyness(contract) >= EXERCISE_FROM;
  const isUsed = quantity > 0 ? (note?.exercise ?? isIn) : isIn;
  return { contract, quantity, type: isUsed ? (quantity > 0 ? 'OPEXC' : 'OPASN') : 'OPEXP' };
}

function isAssignedEarly(state: BrokerState, contract: Listing): boolean {
  const { earlyAssignment } = state.config;
  if (earlyAssignment === 0) return false;
  state.refresh(contract);
  const inside = moneyness(contract);
  const timeValue = contract.mark - inside;
  return inside > 0 && timeValue < TIME_VALUE_MAX && state.chance.nights.uniform() < earlyAssignment;
}

/** Before the first hour of a day: books what the night brought. */
export function bookNight(state: BrokerState, day: TradingDay): void {
  for (const action of state.corporateActions) {
    if (action.at > day.openAt || state.appliedActions.has(action.id)) continue;
    state.appliedActions.add(action.id);
    applyCorporateAction(state, action, day.session.day);
  }
  for (const event of state.nightEvents.splice(0)) bookOption(state, event, day.session.day);
}

/** Closes contracts, and moves the shares and the cash that they deliver. */
function bookOption(state: BrokerState, { contract, quantity, type }: NightEvent, day: number): void {
  const { right, strike, underlying, size } = contract.option!;
  const held = state.holdings.quantityOf(contract);
  const count =
    Math.sign(quantity) * Math.min(Math.abs(quantity), Math.sign(held) === Math.sign(quantity) ? Math.abs(held) : 0);
  if (count === 0) return;
  // Orders that would close what is closed already go with it.
  for (const order of state.openOrders()) {
    const isSettling = order.status === 'pending_cancel' || order.status === 'pending_replace';
    if (order.listing === contract && order.parent === undefined && !isSettling) cancelOrder(state, order);
  }
  state.holdings.move(contract, -count, 0n);
  const groupId = uuid(state.chance.ids);
  noteBooking(state, { type, day, listing: contract, quantity: -count, netAmount: 0n, groupId, price: 0 });
  if (type === 'OPEXP') return;
  // A call that is held brings shares, one that is owed takes them; a put the other way round.
  const sign = right === 'call' ? 1 : -1;
  const shares = sign * count * size;
  const value = moneyOf(strike, sign * count, CONTRACT);
  state.holdings.cash -= value;
  state.holdings.move(underlying, shares, value);
  noteBooking(state, {
    type: 'OPTRD',
    day,
    listing: underlying,
    quantity: shares,
    price: strike,
    netAmount: -value,
    groupId,
  });
}

/** An hour before the close of their last day, options that the account could not pay for are closed by the broker. */
export function liquidateBeforeExpiry(state: BrokerState, day: TradingDay): void {
  for (const { listing, quantity } of state.holdings.list()) {
    const { option } = listing;
    if (option === undefined || option.expiryDay !== day.session.day || moneyness(listing) < EXERCISE_FROM) continue;
    if (!isShort(state, listing, quantity)) continue;
    try {
      placeOrder(state, marketClose(listing, quantity), 'liquidation');
    } catch (error) {
      // What the customer's own orders stand in the way of, the broker leaves to them, and says so.
      if (!(error instanceof Refusal)) throw error;
      state.notes.push(`${listing.symbol} could not be closed before expiry: ${error.message}`);
    }
  }
}

/** Whether exercise or assignment would need cash or shares that are not there. */
function isShort(state: BrokerState, listing: Listing, quantity: number): boolean {
  const { right, strike, underlying, size } = listing.option!;
  const takesShares = (right === 'call') === quantity > 0;
  if (takesShares) return moneyOf(strike, Math.abs(quantity), CONTRACT) > state.holdings.cash;
  return state.holdings.quantityOf(underlying) < Math.abs(quantity) * size;
}

/** An order that closes a position at the market. */
export function marketClose(listing: Listing, quantity: number): OrderRequest {
  return {
    symbol: listing.symbol,
    quantity: Math.abs(quantity),
    notional: undefined,
    side: quantity > 0 ? 'sell' : 'buy',
    type: 'market',
    timeInForce: 'day',
    orderClass: '',
    limit: undefined,
    stop: undefined,
    trailPrice: undefined,
    trailPercent: undefined,
    extendedHours: false,
    clientOrderId: undefined,
    intent: undefined,
    takeProfit: undefined,
    stopLoss: undefined,
    legs: [],
  };
}

/** Pays (or takes) money that has nothing to do with a trade: a deposit, a fee. */
export function bookCash(state: BrokerState, day: number, dollarsMoved: number, type: 'JNLC' | 'FEE'): Money {
  const amount = roughMoney(dollarsMoved);
  state.holdings.cash += amount;
  noteBooking(state, { type, day, netAmount: amount });
  return amount;
}
