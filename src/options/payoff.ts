/**
 * Payoff diagrams: profit of any set of legs over the price of the underlying, at expiry and before.
 */
import { assert } from '../base/assert.ts';
import type { OptionInputs } from './contract.ts';
import { europeanPrice } from './european.ts';
import { type Leg, type OptionLeg, unitsOf } from './legs.ts';

/** Profit in money at the expiry of the legs, which must share one, when the underlying ends at `price`. */
export function profitAtExpiry(legs: readonly Leg[], price: number): number {
  let profit = 0;
  for (const leg of legs)
    profit += unitsOf(leg) * ((leg.kind === 'shares' ? price : intrinsic(leg, price)) - (leg.price ?? 0));
  return profit;
}

/** What a position is worth before expiry: the market as each leg sees it. */
export interface LegMarket {
  /** Years left for the leg, act/365; 0 or less counts as expired. */
  readonly years: number;
  /** Vol per year of the leg at that price. */
  readonly vol: number;
  readonly rate: number;
  readonly dividendYield: number;
}

/**
 * Profit in money when the underlying is at `price` and every leg is valued by `model` (European unless told) under
 * the market that `marketOf` names for it. Use it for now, for any day on the way, and for calendars, whose far leg
 * lives on when the near one expires.
 */
export function profitAt(
  legs: readonly Leg[],
  price: number,
  marketOf: (leg: OptionLeg) => LegMarket,
  model: (option: OptionInputs) => number = europeanPrice,
): number {
  let profit = 0;
  for (const leg of legs) {
    let worth = price;
    if (leg.kind === 'option') {
      const { years, vol, rate, dividendYield } = marketOf(leg);
      const { right, strike } = leg;
      worth =
        years > 0 ? model({ right, strike, spot: price, years, vol, rate, dividendYield }) : intrinsic(leg, price);
    }
    profit += unitsOf(leg) * (worth - (leg.price ?? 0));
  }
  return profit;
}

export interface PayoffSummary {
  /** Most that can be won at expiry, money; Infinity when there is no limit. */
  readonly maxProfit: number;
  /** Most that can be lost, as a negative amount of money; −Infinity when there is no limit. */
  readonly maxLoss: number;
  /** Prices at which the profit at expiry passes nought, ascending. */
  readonly breakEvens: readonly number[];
}

/**
 * Returns limits and break-evens at expiry, exactly: between strikes the payoff is a straight line. The legs share one
 * expiry; others have no payoff that prices alone tell.
 */
export function summarisePayoff(legs: readonly Leg[]): PayoffSummary {
  assert(legs.length > 0, 'a payoff needs a leg');
  const expiries = new Set(legs.flatMap((leg) => (leg.kind === 'option' ? [leg.expiry] : [])));
  assert(expiries.size <= 1, () => `the legs must share one expiry, were of ${[...expiries].join(', ')}`);
  const strikes = legs.flatMap((leg) => (leg.kind === 'option' ? [leg.strike] : []));
  const corners = [...new Set([0, ...strikes])].sort((a, b) => a - b);
  const last = corners[corners.length - 1];
  const profits = corners.map((corner) => profitAtExpiry(legs, corner));
  const slope = legs.reduce((sum, leg) => sum + (leg.kind === 'shares' || leg.right === 'call' ? unitsOf(leg) : 0), 0);
  const breakEvens: number[] = [];
  for (let i = 0; i < corners.length; i++) {
    const here = profits[i];
    if (here === 0) breakEvens.push(corners[i]);
    if (i + 1 === corners.length) break;
    const next = profits[i + 1];
    if (here * next < 0) breakEvens.push(corners[i] + ((corners[i + 1] - corners[i]) * here) / (here - next));
  }
  const end = profits[profits.length - 1];
  if (end * slope < 0) breakEvens.push(last - end / slope);
  return {
    maxProfit: slope > 0 ? Infinity : Math.max(...profits),
    maxLoss: slope < 0 ? -Infinity : Math.min(...profits),
    breakEvens,
  };
}

export interface PayoffCurve {
  /** Prices of the underlying, ascending. */
  readonly prices: Float64Array;
  /** Profit in money at each price. */
  readonly profits: Float64Array;
}

/** Draws `profit` over `points` prices from `low` to `high`, ends included. */
export function payoffCurve(profit: (price: number) => number, low: number, high: number, points = 101): PayoffCurve {
  assert(points >= 2 && high > low && low >= 0, () => `a curve needs two points of a range, was ${low}…${high}`);
  const prices = Float64Array.from({ length: points }, (_, i) => low + ((high - low) * i) / (points - 1));
  return { prices, profits: prices.map(profit) };
}

function intrinsic(leg: OptionLeg, price: number): number {
  return Math.max(0, leg.right === 'call' ? price - leg.strike : leg.strike - price);
}
