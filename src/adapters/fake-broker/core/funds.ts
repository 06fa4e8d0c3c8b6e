/**
 * Whether the account has the shares and the money for an order, and how much of it the order ties up while it is open.
 */
import { centsText, divide, DOLLAR, moneyOf, moneyText, type Money } from './amounts.ts';
import type { Listing } from './listing.ts';
import { netSold, requirement, sharesCovering, type Lot } from './margin.ts';
import type { Order, PositionIntent, Side } from './order.ts';
import { forbidden, unprocessable } from './refusal.ts';
import { insufficientQuantity } from './rules.ts';
import type { BrokerState } from './state.ts';

/** What a market order to buy reserves above the ask, and a short sale above its price. */
const MARKET_COLLAR = { num: 104n, den: 100n };
const SHORT_COLLAR = { num: 103n, den: 100n };

export interface AccountFigures {
  readonly equity: Money;
  readonly longValue: Money;
  readonly shortValue: Money;
  readonly initial: Money;
  readonly maintenance: Money;
  readonly buyingPower: Money;
  readonly optionsBuyingPower: Money;
  readonly nonMarginable: Money;
}

/** The account's balances now. */
export function accountFigures(state: BrokerState): AccountFigures {
  const { holdings, config } = state;
  let longValue = 0n;
  let shortValue = 0n;
  for (const position of holdings.positions.values()) {
    state.refresh(position.listing);
    const value = position.worth;
    if (value >= 0n) longValue += value;
    else shortValue += value;
  }
  const { initial, maintenance } = requirement(holdings.positions.values(), config.multiplier);
  const equity = holdings.cash + longValue + shortValue;
  const reserved = state.reserved;
  const positive = (amount: Money): Money => (amount > 0n ? amount : 0n);
  // Options are paid in full: what long ones are worth buys nothing.
  let optionValue = 0n;
  for (const { listing, marketValue } of holdings.positions.values()) {
    if (listing.option !== undefined && marketValue > 0n) optionValue += marketValue;
  }
  const free = equity - optionValue - initial - reserved;
  return {
    equity,
    longValue,
    shortValue,
    initial,
    maintenance,
    buyingPower: positive(free) * BigInt(config.multiplier),
    optionsBuyingPower: positive(free),
    nonMarginable: positive(holdings.cash - reserved),
  };
}

export interface LegOrder {
  readonly listing: Listing;
  readonly side: Side;
  /** In units of quantity. */
  readonly quantity: number;
  readonly intent: PositionIntent;
}

/**
 * Returns whether an order opens or closes, by what is held and not yet spoken for. An order may not do both, and an
 * intent that is stated must be this one.
 */
export function inferIntent(
  state: BrokerState,
  listing: Listing,
  side: Side,
  quantity: number,
  stated: PositionIntent | undefined,
): PositionIntent {
  const held = state.holdings.quantityOf(listing);
  const closes = side === 'sell' ? held > 0 : held < 0;
  if (stated !== undefined && listing.option !== undefined) {
    const inferred: PositionIntent = `${side}_to_${closes ? 'close' : 'open'}`;
    if (stated !== inferred) {
      throw unprocessable(`position intent mismatch, inferred: ${inferred}, specified: ${stated}`);
    }
  }
  if (!closes) {
    if (side === 'sell' && listing.option === undefined) checkShort(state, listing, quantity);
    return `${side}_to_open`;
  }
  const free = Math.abs(state.available(listing)) - coverHeld(state, listing, side);
  if (quantity > free) {
    const related = state.openOrders().filter((order) => order.listing === listing && order.terms.side === side);
    throw insufficientQuantity(listing, quantity, Math.max(0, free), Math.abs(held) - Math.max(0, free), related);
  }
  return `${side}_to_close`;
}

/** Shares that cannot be sold because short calls need them as cover. */
function coverHeld(state: BrokerState, listing: Listing, side: Side): number {
  return side === 'sell' && listing.option === undefined ? sharesCovering(listing, optionLots(state)) : 0;
}

function checkShort(state: BrokerState, listing: Listing, quantity: number): void {
  if (quantity % 1_000_000_000 !== 0) throw unprocessable('fractional orders cannot be sold short');
  if (!state.config.shorting || state.flags.noShorting) throw forbidden('account is not allowed to short');
  if (state.config.multiplier === 1) throw forbidden('account is not allowed to short');
  if (!listing.shortable) throw unprocessable(`asset "${listing.symbol}" cannot be sold short`);
  if (!listing.easyToBorrow) throw unprocessable(`asset "${listing.symbol}" is hard to borrow`);
}

/**
 * Returns the initial margin that an order on shares ties up, after checking that the account has it. `price` is what
 * one share is reckoned at, in units of price.
 */
export function reserveShares(state: BrokerState, order: LegOrder, price: number, isMarket: boolean): Money {
  if (order.intent === 'sell_to_close' || order.intent === 'buy_to_close') return 0n;
  let cost = moneyOf(price, order.quantity);
  if (order.side === 'sell') cost = scale(cost, SHORT_COLLAR);
  else if (isMarket) cost = scale(cost, MARKET_COLLAR);
  const { buyingPower } = accountFigures(state);
  if (cost > buyingPower) {
    throw forbidden('insufficient buying power', { buying_power: centsText(buyingPower), cost_basis: moneyText(cost) });
  }
  return divide(cost, BigInt(state.config.multiplier));
}

/**
 * Returns the money that an order on options ties up, after checking level, cover and money. `net` is what one unit
 * costs in units of price (below 0 when it pays), for `quantity` units.
 */
export function reserveOptions(state: BrokerState, legs: readonly LegOrder[], net: number, quantity: number): Money {
  checkLevel(state, legs);
  const before = optionLots(state);
  const withOrder = [...before, ...legs.map(toLot)];
  const after = requirement(withOrder, state.config.multiplier);
  const now = requirement(before, state.config.multiplier);
  if (after.uncovered > now.uncovered) {
    throw forbidden('account not eligible to trade uncovered option contracts');
  }
  const size = legs[0].listing.multiplier;
  const debit = net > 0 ? moneyOf(net, quantity, size) : 0n;
  const rise = after.initial - now.initial;
  const needed = (rise > 0n ? rise : 0n) + debit;
  const { optionsBuyingPower } = accountFigures(state);
  if (needed > optionsBuyingPower) {
    throw forbidden('insufficient options buying power', {
      cost_basis: moneyText(needed),
      options_buying_power: moneyText(optionsBuyingPower),
    });
  }
  return needed;
}

/** Returns what a package of options and shares ties up, which are bought on margin, after checking level, cover and money. */
export function reserveMixed(state: BrokerState, legs: readonly LegOrder[]): Money {
  checkLevel(state, legs);
  const before = optionLots(state);
  const merged = new Map<Listing, number>();
  for (const { listing, quantity } of [...before, ...legs.map(toLot)]) {
    merged.set(listing, (merged.get(listing) ?? 0) + quantity);
  }
  const lots = [...merged].map(([listing, quantity]) => ({ listing, quantity }));
  const after = requirement(lots, state.config.multiplier);
  const now = requirement(before, state.config.multiplier);
  if (after.uncovered > now.uncovered) throw forbidden('account not eligible to trade uncovered option contracts');
  const rise = after.initial - now.initial;
  if (rise > accountFigures(state).optionsBuyingPower) throw forbidden('insufficient buying power');
  return rise > 0n ? rise : 0n;
}

function checkLevel(state: BrokerState, legs: readonly LegOrder[]): void {
  const needed = legs.length > 1 ? 3 : legs[0].intent === 'buy_to_open' ? 2 : 1;
  if (state.config.optionsLevel < needed && !legs.every(({ intent }) => intent.endsWith('close'))) {
    throw forbidden(`account not eligible to trade level ${needed} options strategies`);
  }
}

/** Positions, less the shares that are about to be sold, and the contracts that open orders would sell. */
function optionLots(state: BrokerState): Lot[] {
  const lots: Lot[] = [];
  for (const { listing, quantity } of state.holdings.positions.values()) {
    const free = listing.option === undefined && quantity > 0 ? state.available(listing) : quantity;
    lots.push({ listing, quantity: free });
  }
  for (const order of state.open) {
    // The legs of an order of several protect each other and nobody else.
    if (order.isMultiLeg) {
      lots.push(...netSold(order.legs.filter(({ listing }) => listing?.option !== undefined).map(toPending)));
    }
    // What is about to be sold is gone already; what is about to be bought is not there yet.
    else if (order.listing?.option !== undefined && order.terms.side === 'sell' && order.parent?.isMultiLeg !== true) {
      lots.push({ listing: order.listing, quantity: -order.remaining });
    }
  }
  return lots;
}

function toPending(leg: Order): Lot {
  return { listing: leg.listing!, quantity: leg.sign * leg.remaining };
}

function toLot({ listing, side, quantity }: LegOrder): Lot {
  return { listing, quantity: side === 'buy' ? quantity : -quantity };
}

function scale(amount: Money, { num, den }: { num: bigint; den: bigint }): Money {
  return divide(amount * num, den);
}

/** The price at which an order without one is reckoned, by session: the far side, the middle, or the last. */
export function checkPrice(state: BrokerState, listing: Listing, side: Side): number {
  state.refresh(listing);
  if (state.phase === 'core' && listing.hasQuote()) return side === 'buy' ? listing.ask : listing.bid;
  if (state.phase !== 'closed' && listing.hasQuote()) return Math.round((listing.bid + listing.ask) / 2);
  return listing.mark === 0 ? DOLLAR : listing.mark;
}
