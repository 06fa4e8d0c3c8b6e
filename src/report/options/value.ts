/**
 * What the market of a contract says at one instant: the vol that explains its price, and its greeks with that vol.
 */
import { americanImpliedVol } from '../../options/american-implied-vol.ts';
import { americanGreeks } from '../../options/american.ts';
import { europeanGreeks, Greeks } from '../../options/european.ts';
import { impliedVol } from '../../options/implied-vol.ts';
import { Fault } from '../../base/fault.ts';
import { contractLife, yearsToSettlement } from '../../market/option/life.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { SeenMarket } from './input.ts';

/** Of one share, in the units of `Greeks`. */
export interface SeenValue {
  readonly vol: number;
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
}

/** The middle of a two-sided quote; where there is none, what the account values it at. NaN where nobody says. */
export function priceOf({ bid, ask, mark }: SeenMarket): number {
  return bid > 0 && ask >= bid ? (bid + ask) / 2 : mark;
}

/** Returns vol and greeks; `undefined` where no vol explains the price, as of a contract at its intrinsic value. */
export function valueOf(instrument: Instrument, seen: SeenMarket, rate: number): SeenValue | undefined {
  const terms = instrument.option!;
  const price = priceOf(seen);
  const years = yearsToSettlement(contractLife(instrument), seen.at);
  const spot = seen.underlying;
  if (!(price > 0 && spot > 0 && years > 0) || terms.deliverable !== undefined) return undefined;
  const { right, strike, style } = terms;
  const option = { right, strike, spot, years, rate, dividendYield: 0 };
  const isAmerican = style === 'american';
  try {
    const found = isAmerican ? americanImpliedVol(option, price) : impliedVol(option, price);
    if (!found.ok || !(found.vol > 0)) return undefined;
    const { vol } = found;
    const out = new Greeks();
    const { delta, gamma, vega, theta } = isAmerican
      ? americanGreeks(out, { ...option, vol })
      : europeanGreeks(out, { ...option, vol });
    return { vol, delta, gamma, vega, theta };
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** What a contract moves like when no vol explains its price: the share where it is in the money, nothing where not. */
export function boundaryDelta({ option }: Instrument, underlying: number): number {
  const { right, strike } = option!;
  if (right === 'call') return underlying > strike ? 1 : 0;
  return underlying < strike ? -1 : 0;
}
