/**
 * Which option contracts are listed on a share, and what their quotes are when nobody feeds any: a model that says so.
 *
 * Listed are Fridays for `weeks` weeks and the third Fridays of the months after, strikes on a grid around the price of
 * the day. Quotes follow from the share by Black–Scholes–Merton on a model surface, never below what exercise pays, with
 * a spread; they are fit for rehearsal and for nothing else.
 */
import { hash32 } from '../../../base/random.ts';
import { civilOf, formatDay, FRIDAY, nthWeekday, weekdayOf } from '../../../time/civil.ts';
import { DAY } from '../../../time/instant.ts';
import type { Right } from '../../../options/contract.ts';
import { europeanGreeks, Greeks } from '../../../options/european.ts';
import { impliedVolOrNaN } from '../../../options/implied-vol.ts';
import { ModelSurface } from '../../../options/model-surface.ts';
import { formatOcc } from '../../../options/occ.ts';
import { DOLLAR } from './amounts.ts';
import type { Bars } from './history.ts';
import { CONTRACT, Listing } from './listing.ts';
import { localInstant } from './random-ids.ts';
import { isTradingDay } from './sessions.ts';

export interface ChainOptions {
  /** Fridays listed ahead. */
  readonly weeks: number;
  /** Months listed ahead by their third Friday. */
  readonly months: number;
  /** Strikes from `1 − range` to `1 + range` of the price. */
  readonly range: number;
  /** Volatility per year that the model quotes at the money. */
  readonly volatility: number;
  /** Riskless rate per year. */
  readonly rate: number;
}

export const CHAIN: ChainOptions = { weeks: 6, months: 4, range: 0.3, volatility: 0.25, rate: 0.04 };

/** Returns the contracts that are listed on a share on a day, by expiry, strike and right. */
export function listContracts(underlying: Listing, day: number, chain: ChainOptions): Listing[] {
  const price = underlying.mark / DOLLAR;
  if (!(price > 0)) return [];
  const step = strikeStep(price);
  const low = Math.ceil((price * (1 - chain.range)) / step);
  const high = Math.floor((price * (1 + chain.range)) / step);
  const listed: Listing[] = [];
  for (const expiryDay of expiries(day, chain)) {
    for (let i = low; i <= high; i++) {
      for (const right of ['call', 'put'] as const) {
        const contract = makeContract(underlying, right, Math.round(i * step * DOLLAR), expiryDay);
        if (contract !== undefined) listed.push(contract);
      }
    }
  }
  return listed;
}

/** Returns a contract, or `undefined` when its parts fit no OCC symbol. */
export function makeContract(
  underlying: Listing,
  right: Right,
  strike: number,
  expiryDay: number,
  size = CONTRACT,
  bars?: Bars,
): Listing | undefined {
  // An adjusted contract has a digit after its root.
  const root = size === CONTRACT ? underlying.symbol : `${underlying.symbol}1`;
  const parts = { root, expiry: formatDay(expiryDay), right, strike: strike / DOLLAR };
  const symbol = formatOcc(parts);
  if (symbol === undefined) return undefined;
  return new Listing({ symbol, option: { underlying, right, strike, expiryDay, size } }, bars);
}

function expiries(day: number, { weeks, months }: ChainOptions): number[] {
  const days = new Set<number>();
  for (let friday = day + ((FRIDAY - weekdayOf(day) + 7) % 7), i = 0; i < weeks; i++, friday += 7) days.add(friday);
  const { year, month } = civilOf(day);
  for (let i = 0; i <= months; i++) {
    const third = nthWeekday(year + Math.floor((month - 1 + i) / 12), ((month - 1 + i) % 12) + 1, FRIDAY, 3);
    if (third >= day) days.add(third);
  }
  // A contract whose Friday is a holiday expires the day before.
  return [...days].map((friday) => (isTradingDay(friday) ? friday : friday - 1)).sort((a, b) => a - b);
}

function strikeStep(price: number): number {
  if (price < 25) return 0.5;
  if (price < 75) return 1;
  return price < 250 ? 2.5 : 5;
}

export interface ModelledQuote {
  readonly bid: number;
  readonly ask: number;
  readonly vol: number;
  readonly greeks: Greeks;
}

const YEAR = 365 * DAY;
/** A quote's half spread: this share of the value, and at least half a cent. */
const HALF_SPREAD = 0.015;

/** Returns the model's quote of a contract for a price of its share, in units of price. */
export function modelQuote(contract: Listing, spot: number, at: number, chain: ChainOptions): ModelledQuote {
  const { right, strike, expiryDay, size } = contract.option!;
  const years = Math.max(0, localInstant(expiryDay, 16 * 60) - at) / YEAR;
  const surface = surfaceOf(chain.volatility);
  // What the contract delivers, for each of the hundred shares that its strike pays for.
  const [s, k] = [((spot / DOLLAR) * size) / CONTRACT, strike / DOLLAR];
  const vol = surface.vol(k, s * Math.exp(chain.rate * years), years);
  const greeks = europeanGreeks(new Greeks(), {
    right,
    spot: s,
    strike: k,
    years,
    vol,
    rate: chain.rate,
    dividendYield: 0,
  });
  const intrinsic = Math.max(0, right === 'call' ? s - k : k - s);
  const value = Math.max(greeks.value, intrinsic);
  const half = Math.max(0.005, value * HALF_SPREAD);
  const bid = Math.max(0, Math.floor((value - half) * 100 + 1e-9));
  const ask = Math.max(bid + 1, Math.ceil((value + half) * 100 - 1e-9));
  return { bid: bid * (DOLLAR / 100), ask: ask * (DOLLAR / 100), vol, greeks };
}

/** Returns volatility and greeks that a price of a contract implies; NaN and zeros where it implies none. */
export function impliedQuote(
  contract: Listing,
  spot: number,
  price: number,
  at: number,
  chain: ChainOptions,
): { readonly vol: number; readonly greeks: Greeks } {
  const { right, strike, expiryDay, size } = contract.option!;
  const terms = {
    right,
    spot: ((spot / DOLLAR) * size) / CONTRACT,
    strike: strike / DOLLAR,
    years: Math.max(0, localInstant(expiryDay, 16 * 60) - at) / YEAR,
    rate: chain.rate,
    dividendYield: 0,
  };
  const vol = impliedVolOrNaN(terms, price / DOLLAR);
  return { vol, greeks: europeanGreeks(new Greeks(), { ...terms, vol: Number.isFinite(vol) ? vol : 0 }) };
}

let lastSurface = new ModelSurface({ level: CHAIN.volatility });

function surfaceOf(level: number): ModelSurface {
  if (lastSurface.level !== level) lastSurface = new ModelSurface({ level });
  return lastSurface;
}

/** Brings a contract's quote up to its share's: a no-op for contracts whose quotes are fed. */
export function refreshQuote(contract: Listing, at: number, chain: ChainOptions): void {
  if (!contract.isModelled || contract.option === undefined) return;
  const { underlying } = contract.option;
  const spot = underlying.hasQuote() ? (underlying.bid + underlying.ask) / 2 : underlying.mark;
  if (!(spot > 0)) return;
  const { bid, ask } = modelQuote(contract, spot, at, chain);
  contract.bid = bid;
  contract.ask = ask;
  contract.bidSize = 1 + (hash32(contract.symbol) % 90);
  contract.askSize = 1 + (hash32(`ask ${contract.symbol}`) % 90);
  contract.quoteAt = underlying.quoteAt === 0 ? at : underlying.quoteAt;
}
