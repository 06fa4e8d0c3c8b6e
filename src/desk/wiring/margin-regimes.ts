/**
 * Which broker lives under which margin rule from when, as far as it is known.
 */
import { EARLIEST_REGIME, LATEST_REGIME, type MarginRegime } from '../../engine/index.ts';

/**
 * By broker: Alpaca changed on the first day that was allowed. The day of Interactive Brokers is not known to us, so the
 * last one allowed is taken, which is the cautious guess.
 */
export const MARGIN_REGIMES = {
  alpaca: EARLIEST_REGIME,
  'interactive-brokers': LATEST_REGIME,
} as const satisfies Readonly<Record<string, readonly MarginRegime[]>>;

export type RegimeName = keyof typeof MARGIN_REGIMES;
export const REGIME_NAMES = Object.keys(MARGIN_REGIMES) as [RegimeName, ...RegimeName[]]; // It has two.
