/**
 * What the market itself says about the forward: put–call parity read backwards.
 *
 * call − put = discount·(forward − strike) for European options of one strike and expiry. With American ones the
 * equality is a band; near the money and for short lives it is narrow.
 */
import { assert } from '../base/assert.ts';

/** One strike of one expiry, money per share. */
export interface PairedQuote {
  readonly strike: number;
  readonly call: number;
  readonly put: number;
  /** Weight in a fit, from 0 up; 1 unless told. Tight and near quotes deserve more. */
  readonly weight?: number;
}

/** Returns the forward that one pair implies: strike + (call − put)·exp(rate·years). */
export function impliedForward(pair: PairedQuote, years: number, rate: number): number {
  return pair.strike + (pair.call - pair.put) * Math.exp(rate * years);
}

/** Returns the continuous dividend yield per year that carries `spot` to `forward`; NaN at nought years. */
export function impliedDividendYield(spot: number, forward: number, years: number, rate: number): number {
  return rate - Math.log(forward / spot) / years;
}

/** Returns the present value of the dividends until expiry that a forward implies, money per share. */
export function impliedDividends(spot: number, forward: number, years: number, rate: number): number {
  return spot - forward * Math.exp(-rate * years);
}

export interface ForwardFit {
  readonly forward: number;
  /** exp(−rate·years) as the quotes have it. */
  readonly discount: number;
  /** −ln(discount)/years. */
  readonly rate: number;
  /** Largest distance of a pair from the line, money per share. */
  readonly worst: number;
}

/**
 * Fits forward and discount to all pairs of one expiry: call − put is a straight line in the strike, whose slope is
 * −discount and whose zero is the forward (weighted least squares). Needs two strikes; `undefined` with fewer, or
 * where the line does not fall, which crossed or stale quotes bring about.
 */
export function fitForward(pairs: readonly PairedQuote[], years: number): ForwardFit | undefined {
  assert(years > 0, () => `years must be above 0, was ${years}`);
  let [weights, strikes, gaps] = [0, 0, 0];
  for (const { strike, call, put, weight = 1 } of pairs) {
    weights += weight;
    strikes += weight * strike;
    gaps += weight * (call - put);
  }
  const [strikeMean, gapMean] = [strikes / weights, gaps / weights];
  let [square, cross] = [0, 0];
  for (const { strike, call, put, weight = 1 } of pairs) {
    square += weight * (strike - strikeMean) ** 2;
    cross += weight * (strike - strikeMean) * (call - put - gapMean);
  }
  const discount = -cross / square;
  if (!(square > 0 && discount > 0)) return undefined;
  const forward = strikeMean + gapMean / discount;
  let worst = 0;
  for (const { strike, call, put } of pairs) {
    worst = Math.max(worst, Math.abs(call - put - discount * (forward - strike)));
  }
  return { forward, discount, rate: -Math.log(discount) / years, worst };
}
