/**
 * Takes an order: checks it by all rules, gives it an id that is never given again, and sends it on its way.
 *
 * Nothing is kept of an order that is refused, its client order id included; an order that is taken uses its id for ever.
 */
import { divide, moneyOf, priceText, SHARE, type Money } from './amounts.ts';
import { checkPrice, inferIntent, reserveOptions, reserveShares, type LegOrder } from './funds.ts';
import { pointsOf, type Listing } from './listing.ts';
import { enterBook, routeOrder } from './lifecycle.ts';
import { Order, type OrderTerms, type Side } from './order.ts';
import type { LegRequest, OrderRequest } from './order-request.ts';
import { localDay, localInstant, uuid } from './random-ids.ts';
import { invalid, unprocessable } from './refusal.ts';
import { checkAccount, checkClientId, checkKind, checkQuote, checkWashTrade, listingOf } from './rules.ts';
import type { BrokerState } from './state.ts';

/** Days that a good-till-canceled order lives. */
const GTC_DAYS = 90;

/** Takes an order, or throws a `Refusal`. */
export function placeOrder(state: BrokerState, request: OrderRequest, source: string | null = null): Order {
  checkAccount(state);
  checkClientId(state, request.clientOrderId);
  return request.orderClass === 'mleg' ? placeMultiLeg(state, request) : placeSingle(state, request, source);
}

function placeSingle(state: BrokerState, request: OrderRequest, source: string | null): Order {
  const listing = listingOf(state, request.symbol);
  const side = request.side!; // Required of every order of one leg.
  checkKind(state, request, listing);
  checkQuote(state, request, listing, side);
  checkWashTrade(state, request, listing, side);
  const price = request.limit ?? request.stop ?? checkPrice(state, listing, side);
  const quantity = request.quantity ?? bought(request.notional!, price);
  const isExit = request.orderClass === 'oco';
  const intent = inferIntent(state, listing, side, quantity, request.intent);
  if (isExit && intent.endsWith('open')) throw unprocessable('oco orders must be exit orders');
  const leg: LegOrder = { listing, side, quantity, intent };
  const reserve =
    listing.option === undefined
      ? reserveShares(state, leg, price, request.limit === undefined)
      : reserveOptions(state, [leg], side === 'buy' ? price : 0, quantity);
  const limit = isExit ? request.takeProfit!.limit : request.limit;
  const order = make(state, request, { listing, side, quantity, intent, limit }, reserve);
  order.source = source;
  if (request.orderClass !== '' && request.orderClass !== 'simple') addExits(state, request, order);
  routeOrder(state, order);
  return order;
}

interface Resolved {
  readonly listing: Listing | undefined;
  readonly side: Side;
  readonly quantity: number;
  readonly intent: OrderTerms['intent'];
  readonly limit: number | undefined;
}

function make(state: BrokerState, request: OrderRequest, resolved: Resolved, reserve: Money): Order {
  const terms: OrderTerms = {
    ...resolved,
    type: request.type,
    timeInForce: request.timeInForce,
    orderClass: request.orderClass,
    notional: request.notional === undefined ? undefined : priceText(request.notional),
    stop: request.stop,
    trailPrice: request.trailPrice,
    trailPercent: request.trailPercent,
    extendedHours: request.extendedHours,
    clientOrderId: request.clientOrderId ?? uuid(state.chance.ids),
    ratio: 1,
  };
  const order = createOrder(state, terms);
  order.reserve = reserve;
  return order;
}

/** Makes an order and enters it into the books. */
export function createOrder(state: BrokerState, terms: OrderTerms): Order {
  const order = new Order(uuid(state.chance.ids), state.orders.length, terms, state.now, 'accepted');
  if (terms.timeInForce === 'gtc') {
    order.expiresAt = localInstant(localDay(state.now) + GTC_DAYS, 16 * 60 + 15);
  }
  enterBook(state, order);
  return order;
}

/** What a notional amount buys, in units of quantity cut to nine decimals. */
function bought(notional: number, price: number): number {
  return Number((BigInt(notional) * BigInt(SHARE)) / BigInt(price));
}

/** Adds the exits of a bracket, OCO or OTO order; they sleep until their turn comes. */
function addExits(state: BrokerState, request: OrderRequest, parent: Order): void {
  const { takeProfit, stopLoss, orderClass } = request;
  const side: Side = orderClass === 'oco' ? parent.terms.side : parent.terms.side === 'buy' ? 'sell' : 'buy';
  const base = {
    ...parent.terms,
    side,
    notional: undefined,
    trailPrice: undefined,
    trailPercent: undefined,
    intent: `${side}_to_close` as const,
  };
  const add = (terms: OrderTerms): void => {
    const leg = createOrder(state, { ...terms, clientOrderId: uuid(state.chance.ids) });
    leg.parent = parent;
    leg.status = 'held';
    parent.legs.push(leg);
  };
  // The limit side of an OCO is the order itself.
  if (takeProfit !== undefined && orderClass !== 'oco') {
    add({ ...base, type: 'limit', limit: takeProfit.limit, stop: undefined });
  }
  if (stopLoss !== undefined) {
    const type = stopLoss.limit === undefined ? 'stop' : 'stop_limit';
    add({ ...base, type, limit: stopLoss.limit, stop: stopLoss.stop });
  }
}

function placeMultiLeg(state: BrokerState, request: OrderRequest): Order {
  checkMultiLeg(state, request);
  const units = request.quantity!; // Checked with the shape of the order.
  const legs = request.legs.map((leg): LegOrder & { ratio: number } => {
    const listing = listingOf(state, leg.symbol);
    if (listing.option === undefined) throw unprocessable('mleg orders do not support equity legs');
    const side = sideOf(leg);
    const quantity = units * leg.ratio;
    return {
      listing,
      side,
      quantity,
      intent: inferIntent(state, listing, side, quantity, leg.intent),
      ratio: leg.ratio,
    };
  });
  const net = request.limit ?? marketNet(state, legs);
  const reserve = reserveOptions(state, legs, net, units);
  const parent = make(
    state,
    request,
    { listing: undefined, side: 'buy', quantity: units, intent: undefined, limit: request.limit },
    reserve,
  );
  addLegs(state, parent, legs);
  routeOrder(state, parent);
  return parent;
}

/** Makes the legs of an order of several and enters them into the books. */
export function addLegs(
  state: BrokerState,
  parent: Order,
  legs: readonly (LegOrder & { readonly ratio: number })[],
): void {
  for (const { listing, side, quantity, intent, ratio } of legs) {
    const leg = createOrder(state, {
      ...parent.terms,
      listing,
      side,
      quantity,
      intent,
      ratio,
      limit: undefined,
      clientOrderId: uuid(state.chance.ids),
    });
    leg.parent = parent;
    parent.legs.push(leg);
  }
}

function checkMultiLeg(state: BrokerState, request: OrderRequest): void {
  const { legs, quantity, type, timeInForce, extendedHours } = request;
  if (legs.length < 2 || legs.length > 4) throw invalid('mleg orders must have 2 to 4 legs');
  if (quantity === undefined || quantity % SHARE !== 0) throw invalid('mleg orders require a whole qty');
  if (type !== 'market' && type !== 'limit') throw unprocessable('mleg orders must be market or limit orders');
  const isWide = state.config.optionRules === 'wide';
  if (timeInForce !== 'day' && !(isWide && timeInForce === 'gtc')) {
    throw unprocessable(`invalid time_in_force for options order: ${timeInForce}`);
  }
  if (extendedHours) throw unprocessable('extended hours are not supported for options orders');
  if (type === 'market' && state.phase !== 'core') {
    throw unprocessable('options market orders are only allowed during market hours');
  }
  if (new Set(legs.map(({ symbol }) => symbol)).size < legs.length) throw unprocessable('mleg legs must differ');
  if (legs.reduce((divisor, { ratio }) => gcd(divisor, ratio), 0) !== 1) {
    throw unprocessable('leg ratio quantities must be in their simplest form (GCD of 1)');
  }
}

function sideOf(leg: LegRequest): Side {
  const side =
    leg.side ?? (leg.intent?.startsWith('buy') === true ? 'buy' : leg.intent === undefined ? undefined : 'sell');
  if (side === undefined) throw invalid('legs require side or position_intent');
  return side;
}

/** What a unit costs at the market, in units of price: bought legs at the ask, sold ones at the bid. */
export function marketNet(
  state: BrokerState,
  legs: readonly { readonly listing: Listing; readonly side: Side; readonly ratio: number }[],
): number {
  let net = 0;
  const points = pointsOf(legs.map(({ listing }) => listing));
  for (const { listing, side, ratio } of legs) {
    state.refresh(listing);
    net += ((ratio * listing.multiplier) / points) * (side === 'buy' ? listing.ask : -listing.bid);
  }
  return Math.round(net);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** The margin that a changed quantity or price ties up, in proportion to what the order tied up before. */
export function reserveAgain(order: Order, quantity: number, price: number | undefined): Money {
  if (order.reserve === 0n) return 0n;
  const perUnit = order.quantity === 0 ? 0n : divide(order.reserve * BigInt(quantity), BigInt(order.quantity));
  const before = order.limit ?? order.stop;
  if (price === undefined || before === undefined || order.listing?.option !== undefined || price <= before) {
    return perUnit;
  }
  return divide(perUnit * moneyOf(price, SHARE), moneyOf(Math.max(1, before), SHARE));
}
