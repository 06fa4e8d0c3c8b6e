/**
 * Which deltas an option can have at all, whatever vol its price implies.
 *
 * The delta of a put below the forward is N(−d₁), d₁ = a/v + v/2 with a the log of forward over strike and v the total
 * deviation. It is greatest at v = √(2a), where d₁ = √(2a): no vol gives more. Beyond the forward delta falls with vol,
 * so the greatest vol bounds it from below. Early exercise changes none of it where the rate is at least the yield, and
 * less than the carry that is allowed for where it is not (compared with the American model on a grid).
 */
import { normalCdf } from '../../base/normal.ts';
import type { OptionTerms } from '../../market/instrument.ts';
import type { Span } from './marks.ts';

/** An implied vol per year that no listed option has kept: what needs more will never be there. */
export const VOL_MAX = 5;

/** What a bound leaves for the last digits of other models. */
const MODELS_DIFFER = 0.001;

export interface Carry {
  readonly rate: number;
  readonly dividendYield: number;
}

/** Returns the absolute deltas that strikes of these parts of the price can have, with up to `days` to expiry. */
export function deltaReach(
  right: OptionTerms['right'],
  strikeToSpot: Span,
  days: number,
  { rate, dividendYield }: Carry,
): Span {
  // The day of the expiry has hours of its own.
  const years = (days + 1) / 365;
  const carry = (rate - dividendYield) * years;
  const least = -Math.log(strikeToSpot.high) + Math.min(0, carry);
  const most = -Math.log(strikeToSpot.low) + Math.max(0, carry);
  const deviation = VOL_MAX * Math.sqrt(years);
  const discount = Math.exp(-Math.max(0, dividendYield) * years);
  if (right === 'put') {
    return {
      low: most >= 0 ? 0 : discount * normalCdf(-ownAt(most, deviation)) - MODELS_DIFFER,
      high: least <= 0 ? 1 : normalCdf(-leastOwn(least, deviation)) + MODELS_DIFFER,
    };
  }
  return {
    low: least <= 0 ? 0 : discount * normalCdf(leastOwn(least, deviation)) - MODELS_DIFFER,
    high: most >= 0 ? 1 : normalCdf(ownAt(most, deviation)) + MODELS_DIFFER,
  };
}

/** d₁ at a total deviation. */
function ownAt(logMoneyness: number, deviation: number): number {
  return logMoneyness / deviation + deviation / 2;
}

/** The least d₁ of a positive log moneyness, with no more than the greatest deviation. */
function leastOwn(logMoneyness: number, deviationMax: number): number {
  return ownAt(logMoneyness, Math.min(Math.sqrt(2 * logMoneyness), deviationMax));
}
