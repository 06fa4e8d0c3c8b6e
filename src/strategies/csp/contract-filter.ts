/**
 * Which puts may be sold, and in which order they are wanted.
 */
import { chainRules, type ContractRule } from '../../market/option/filter.ts';
import type { ContractQuote } from '../../market/option/chain.ts';
import { daysToExpiry } from '../../market/option/life.ts';

export interface ContractParameters {
  readonly minDailyReturn: number;
  readonly minStrikePct: number;
  readonly maxStrikePct: number;
  readonly deltaMin: number;
  readonly deltaMax: number;
  readonly minDte: number;
  readonly maxDte: number;
  readonly minVolume: number;
  readonly minOpenInterest: number;
  readonly maxSpreadPct: number;
}

/** Returns the rules of the parameters. What is 0 (volume, open interest) or 1 (spread) asks nothing. */
export function contractRules(of: ContractParameters): ContractRule[] {
  return [
    ...chainRules({
      right: 'put',
      daysToExpiry: { min: of.minDte, max: of.maxDte },
      strikeToSpot: { min: of.minStrikePct, max: of.maxStrikePct },
      ...(of.maxSpreadPct < 1 ? { spread: { max: of.maxSpreadPct } } : {}),
      ...(of.minVolume > 0 ? { volume: { min: of.minVolume } } : {}),
      ...(of.minOpenInterest > 0 ? { openInterest: { min: of.minOpenInterest } } : {}),
      delta: { min: of.deltaMin, max: of.deltaMax },
    }),
    {
      name: 'dailyReturn',
      bounds: { min: of.minDailyReturn },
      measure: (contract, { chain }) => dailyReturnOf(contract, chain.date),
    },
    // What an adjusted contract delivers, its name does not say: strike × multiplier is not its collateral.
    {
      name: 'deliverable',
      oneOf: ['standard'],
      measure: ({ terms }) => (terms.deliverable === undefined ? 'standard' : 'adjusted'),
    },
  ];
}

/** Returns the premium per calendar day as a part of the strike, which is the cash that it ties up. */
export function dailyReturnOf({ bid, terms }: ContractQuote, date: string): number | undefined {
  const days = daysToExpiry(terms.expiry, date);
  return bid === undefined || days <= 0 ? undefined : bid / days / terms.strike;
}

/** A contract that passed, with the numbers it is ranked by. */
export interface Candidate {
  readonly contract: ContractQuote;
  /** Absolute. */
  readonly delta: number;
  /** Calendar days. */
  readonly days: number;
  /** Money per share, at the bid. */
  readonly premiumPerDay: number;
  readonly dailyReturn: number;
  /** Calendar days since the underlying last closed at or below the strike; Infinity when it did not in the look-back. */
  readonly daysSinceStrike: number;
}

/** What makes one contract wanted more than another: the greater number first. */
const RANKS = {
  premiumPerDay: ({ premiumPerDay }: Candidate) => premiumPerDay,
  dailyReturn: ({ dailyReturn }: Candidate) => dailyReturn,
  dailyReturnPerDelta: ({ dailyReturn, delta }: Candidate) => dailyReturn / delta,
  daysSinceStrike: ({ daysSinceStrike }: Candidate) => daysSinceStrike,
  lowestStrike: ({ contract }: Candidate) => -contract.terms.strike,
  lowestDelta: ({ delta }: Candidate) => -delta,
};

export type RankMode = keyof typeof RANKS;
export const RANK_MODES = Object.keys(RANKS) as readonly RankMode[]; // The keys of an object are of its key type.

/** Returns the candidates, most wanted first; of equals the one whose symbol comes first, so that runs repeat. */
export function rankCandidates(candidates: readonly Candidate[], mode: RankMode): Candidate[] {
  const worth = RANKS[mode];
  return [...candidates].sort((a, b) => compare(worth(b), worth(a)) || (symbolOf(a) < symbolOf(b) ? -1 : 1));
}

/** Not a difference: two infinities are equal. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function symbolOf({ contract }: Candidate): string {
  return contract.instrument.symbol;
}

/** Returns calendar days since the last close at or below `strike`; `closes` and their `days` go newest last. */
export function daysSinceStrike(closes: Float64Array, days: Float64Array, strike: number, today: number): number {
  const row = closes.findLastIndex((close) => close <= strike);
  return row < 0 ? Infinity : today - days[row];
}
