/**
 * What the broker checks before it takes an order: the asset, the hours, the kind of order, and whether it would trade
 * with itself. Each rule refuses with the vendor's own words; money and shares are `funds.ts`.
 */
import { DOLLAR, quantityText, SHARE } from './amounts.ts';
import type { Listing } from './listing.ts';
import { isOpen, type Order, type Side } from './order.ts';
import type { OrderRequest } from './order-request.ts';
import { forbidden, invalid, Refusal, unprocessable } from './refusal.ts';
import { isTooLateForClose, isTooLateForOpen } from './sessions.ts';
import type { BrokerState } from './state.ts';

/** Refuses what the state of the account forbids. */
export function checkAccount({ flags }: BrokerState): void {
  if (flags.accountBlocked || flags.status !== 'ACTIVE') throw forbidden('account is not allowed to trade');
  if (flags.tradingBlocked) throw forbidden('trading is blocked for this account');
  if (flags.suspendedByUser) throw forbidden('new orders are rejected by user request');
}

/** Returns the share or contract that an order names. */
export function listingOf(state: BrokerState, symbol: string): Listing {
  const listing = state.find(symbol);
  if (listing === undefined) throw unprocessable(`asset "${symbol}" not found`);
  if (!listing.isActive) throw unprocessable(`asset ${symbol} is not active`);
  if (!listing.tradable) throw unprocessable(`asset ${symbol} is not tradable`);
  return listing;
}

/** Checks the kind of order against what it is for. */
export function checkKind(state: BrokerState, request: OrderRequest, listing: Listing): void {
  if (request.orderClass === 'mleg') return;
  if (listing.option === undefined) checkShareOrder(state, request, listing);
  else checkOptionOrder(state, request, listing);
  checkTime(state, request);
  if (isAdvanced(request)) checkExits(state, request, listing);
  else if (request.takeProfit !== undefined || request.stopLoss !== undefined) {
    throw invalid('take_profit and stop_loss are only allowed with order_class bracket, oco or oto');
  }
}

function isAdvanced({ orderClass }: OrderRequest): boolean {
  return orderClass === 'bracket' || orderClass === 'oco' || orderClass === 'oto';
}

function checkShareOrder(state: BrokerState, request: OrderRequest, listing: Listing): void {
  const { quantity, notional, type, timeInForce, extendedHours } = request;
  const isFractional = notional !== undefined || (quantity !== undefined && quantity % SHARE !== 0);
  if (isFractional) {
    if (!listing.fractionable) throw forbidden(`asset "${listing.symbol}" is not fractionable`);
    if (timeInForce !== 'day') throw unprocessable('fractional orders must be DAY orders');
    if (isAdvanced(request)) throw unprocessable('fractional orders must be simple orders');
    if (notional !== undefined && type !== 'market') throw unprocessable('notional orders must be market orders');
    if (type === 'trailing_stop' || (type !== 'market' && !state.config.fractionalLimits)) {
      throw unprocessable(
        `fractional orders must be ${state.config.fractionalLimits ? 'market, limit or stop' : 'market'} orders`,
      );
    }
  }
  if (extendedHours && (type !== 'limit' || (timeInForce !== 'day' && timeInForce !== 'gtc'))) {
    throw unprocessable('extended hours order must be DAY or GTC limit orders');
  }
  if (extendedHours && isAdvanced(request)) throw unprocessable('complex orders are not supported in extended hours');
  if (type === 'trailing_stop' && timeInForce !== 'day' && timeInForce !== 'gtc') {
    throw unprocessable('trailing stop orders must be DAY or GTC orders');
  }
}

function checkOptionOrder(state: BrokerState, request: OrderRequest, listing: Listing): void {
  const { quantity, type, timeInForce, extendedHours } = request;
  if (state.config.optionsLevel === 0) throw forbidden('account not eligible to trade options');
  if (quantity === undefined) throw unprocessable('notional orders are not supported for options');
  if (quantity % SHARE !== 0) throw unprocessable('qty must be a whole number for options orders');
  if (extendedHours) throw unprocessable('extended hours are not supported for options orders');
  if (isAdvanced(request)) throw unprocessable('complex orders not supported for options trading');
  const isWide = state.config.optionRules === 'wide';
  if (timeInForce !== 'day' && !(isWide && timeInForce === 'gtc')) {
    throw unprocessable(`invalid time_in_force for options order: ${timeInForce}`);
  }
  if (type !== 'market' && type !== 'limit' && !(isWide && type !== 'trailing_stop')) {
    throw unprocessable(`invalid order type for options trading: ${type}`);
  }
  if (type === 'market' && state.phase !== 'core') {
    throw unprocessable('options market orders are only allowed during market hours');
  }
  const { expiryDay } = listing.option!;
  if (expiryDay * 86_400_000_000 + 86_400_000_000 < state.now) throw unprocessable('contract has expired');
}

function checkTime(state: BrokerState, { timeInForce, type }: OrderRequest): void {
  if ((timeInForce === 'opg' || timeInForce === 'cls') && type !== 'market' && type !== 'limit') {
    throw unprocessable(`${type} orders do not support time_in_force ${timeInForce}`);
  }
  if (timeInForce === 'opg' && isTooLateForOpen(state.now)) {
    throw unprocessable('OPG orders are rejected between 9:28am and 7:00pm ET');
  }
  if (timeInForce === 'cls' && isTooLateForClose(state.now)) {
    throw unprocessable('CLS orders are rejected between 3:50pm and 7:00pm ET');
  }
  if ((timeInForce === 'ioc' || timeInForce === 'fok') && type !== 'market' && type !== 'limit') {
    throw unprocessable(`${type} orders do not support time_in_force ${timeInForce}`);
  }
}

/** Checks the exits of a bracket, OCO or OTO order. */
function checkExits(state: BrokerState, request: OrderRequest, listing: Listing): void {
  const { orderClass, takeProfit, stopLoss, timeInForce, side, type, limit } = request;
  if (timeInForce !== 'day' && timeInForce !== 'gtc') throw unprocessable('complex orders must be DAY or GTC orders');
  if (orderClass !== 'oto' && (takeProfit === undefined || stopLoss === undefined)) {
    throw invalid(`${orderClass} orders require take_profit.limit_price and stop_loss.stop_price`);
  }
  if (orderClass === 'oto' && (takeProfit === undefined) === (stopLoss === undefined)) {
    throw invalid('oto orders require one of take_profit or stop_loss');
  }
  if (orderClass === 'oco' && type !== 'limit') throw unprocessable('oco orders must be limit orders');
  if (orderClass !== 'oco') checkEntry(state, request, listing);
  // An OCO is an exit itself, so that its side is the exits' side; those of a bracket are on the other side.
  const exitsSell = orderClass === 'oco' ? side === 'sell' : side === 'buy';
  if (takeProfit !== undefined && stopLoss !== undefined) {
    const isRight = exitsSell ? takeProfit.limit > stopLoss.stop : takeProfit.limit < stopLoss.stop;
    if (!isRight) {
      throw unprocessable(`take_profit.limit_price must be ${exitsSell ? '>' : '<'} stop_loss.stop_price`);
    }
  }
  if (stopLoss === undefined) return;
  // A stop is reckoned from the entry's limit, or the target of an OCO, and from the market of now.
  const market = exitsSell ? listing.bid : listing.ask;
  for (const base of [orderClass === 'oco' ? takeProfit?.limit : limit, market]) {
    if (base === undefined || base <= 0) continue;
    const away = exitsSell ? base - stopLoss.stop : stopLoss.stop - base;
    if (away >= DOLLAR / 100) continue;
    throw unprocessable(
      `stop_loss.stop_price must be ${exitsSell ? '<=' : '>='} base_price ${exitsSell ? '-' : '+'} 0.01`,
    );
  }
}

/** An entry with exits opens a position from nothing, at the market or at a limit. */
function checkEntry(state: BrokerState, { orderClass, type }: OrderRequest, listing: Listing): void {
  if (type !== 'market' && type !== 'limit') throw invalid(`${orderClass} orders must be market or limit orders`);
  const isBusy = [...state.open].some((order) => order.listing === listing && isOpen(order));
  if (isBusy || state.holdings.quantityOf(listing) !== 0)
    throw unprocessable(`${orderClass} orders must be entry orders`);
}

/**
 * Refuses an order that could trade with one of the customer's own: a market or stop order against any opposite order
 * that rests, a limit order against an opposite one that it would meet. Brackets and trailing stops are exempt.
 */
export function checkWashTrade(state: BrokerState, request: OrderRequest, listing: Listing, side: Side): void {
  if (isAdvanced(request) || request.type === 'trailing_stop') return;
  for (const order of state.open) {
    if (order.listing !== listing || order.terms.side === side || !isResting(order)) continue;
    const theirs = order.limit;
    const ours = request.limit;
    const bothLimited = ours !== undefined && theirs !== undefined;
    const crosses = bothLimited && (side === 'buy' ? ours >= theirs : theirs >= ours);
    if (bothLimited && !crosses) continue;
    throw forbidden('potential wash trade detected. use complex orders', {
      existing_order_id: order.id,
      reject_reason: `opposite side ${theirs === undefined ? 'market/stop' : 'limit'} order exists`,
    });
  }
}

function isResting(order: Order): boolean {
  const { parent, terms } = order;
  return (
    isOpen(order) &&
    order.status !== 'held' &&
    parent === undefined &&
    terms.type !== 'trailing_stop' &&
    !isExitClass(order)
  );
}

function isExitClass({ terms }: Order): boolean {
  return terms.orderClass === 'bracket' || terms.orderClass === 'oco' || terms.orderClass === 'oto';
}

/** Refuses a market order that nobody can price. */
export function checkQuote(state: BrokerState, request: OrderRequest, listing: Listing, side: Side): void {
  if (request.type !== 'market' || state.phase !== 'core') return;
  state.refresh(listing);
  if ((side === 'buy' ? listing.ask : listing.bid) > 0) return;
  throw forbidden(`order has been rejected due to no available quote for symbol. please reenter with a limit`, {
    symbol: listing.symbol,
  });
}

/** Refuses a second order with an id that an accepted one has used, whatever became of it. */
export function checkClientId(state: BrokerState, id: string | undefined): void {
  const first = id === undefined ? undefined : state.ordersByClientId.get(id);
  if (first === undefined) return;
  throw new Refusal(422, isOpen(first) ? 42210000 : 40010001, 'client_order_id must be unique');
}

/** The refusal for shares that are not there. */
export function insufficientQuantity(
  listing: Listing,
  asked: number,
  free: number,
  held: number,
  orders: readonly Order[],
): Refusal {
  return forbidden(
    `insufficient qty available for order (requested: ${quantityText(asked)}, available: ${quantityText(free)})`,
    {
      available: quantityText(free),
      existing_qty: quantityText(free + held),
      held_for_orders: quantityText(held),
      related_orders: orders.map(({ id }) => id),
      symbol: listing.symbol,
    },
  );
}
