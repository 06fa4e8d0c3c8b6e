/**
 * Which contracts may be sold, and in which order puts are wanted.
 */
import { chainRules, type ContractRule } from '../../market/option/filter.ts';
import type { ContractQuote } from '../../market/option/chain.ts';
import { daysToExpiry } from '../../market/option/life.ts';
import { calendar } from '../../time/calendars.ts';
import { MINUTE } from '../../time/instant.ts';
import type { CallParameters, GeneralParameters, PutParameters } from './parameters.ts';

type Quality = Pick<GeneralParameters, 'minVolume' | 'minOpenInterest' | 'maxSpreadPct' | 'dayCount'>;

/**
 * Returns the rules on puts. What is 0 (volume, open interest, spread) or 1 (spread) asks nothing. `average` is the medium average
 * of the underlying, which is the ceiling of strikes where the parameters say so; NaN, where it is not known, fails.
 */
export function putRules(of: PutParameters & Quality, average: number): ContractRule[] {
  const byAverage = of.strikeCeiling === 'average';
  return [
    ...chainRules({
      right: 'put',
      daysToExpiry: { min: of.minDte, max: of.maxDte },
      strikeToSpot: { min: of.minStrikePct, ...(byAverage ? {} : { max: of.maxStrikePct }) },
      ...qualityOf(of),
      delta: { min: of.deltaMin, max: of.deltaMax },
    }),
    ...(byAverage ? [strikeTo('strikeToAverage', average, { max: 1 })] : []),
    dailyReturnRule(of.minDailyReturn, of.dayCount),
    DELIVERABLE,
    quotedToday(),
  ];
}

/** Returns the rules on calls that are sold on shares which cost `floor` a share: no strike lies below it. */
export function callRules(of: CallParameters & Quality, floor: number | undefined): ContractRule[] {
  return [
    ...chainRules({
      right: 'call',
      daysToExpiry: { min: of.callMinDte, max: of.callMaxDte },
      strikeToSpot: { min: of.callMinStrikePct, max: of.callMaxStrikePct },
      ...qualityOf(of),
      delta: { min: 0, max: 1 },
    }),
    ...(floor === undefined ? [] : [strikeTo('strikeToCost', floor, { min: 1 })]),
    dailyReturnRule(of.callMinDailyReturn, of.dayCount),
    DELIVERABLE,
    quotedToday(),
  ];
}

function qualityOf(of: Quality) {
  return {
    ...(of.maxSpreadPct > 0 && of.maxSpreadPct < 1 ? { spread: { max: of.maxSpreadPct } } : {}),
    ...(of.minVolume > 0 ? { volume: { min: of.minVolume } } : {}),
    ...(of.minOpenInterest > 0 ? { openInterest: { min: of.minOpenInterest } } : {}),
  };
}

function strikeTo(name: string, price: number, bounds: NonNullable<ContractRule['bounds']>): ContractRule {
  // Twelve digits: a strike that is the cost is not below it, whatever dividing left over.
  const measured = (strike: number): number => Number((strike / price).toPrecision(12));
  return {
    name,
    bounds,
    isShare: true,
    measure: ({ terms }) => (Number.isNaN(price) ? undefined : measured(terms.strike)),
  };
}

function dailyReturnRule(min: number, dayCount: Quality['dayCount']): ContractRule {
  return {
    name: 'dailyReturn',
    bounds: { min },
    isShare: true,
    measure: (contract, { chain }) => dailyReturnOf(contract, premiumDays(contract, chain, dayCount)),
  };
}

/** What an adjusted contract delivers, its name does not say: strike × multiplier is not its collateral. */
const DELIVERABLE: ContractRule = {
  name: 'deliverable',
  oneOf: ['standard'],
  measure: ({ terms }) => (terms.deliverable === undefined ? 'standard' : 'adjusted'),
};

/** A quote of another session says nothing about what could be got now. */
function quotedToday(): ContractRule {
  let date = '';
  let from = Number.NaN;
  return {
    name: 'quoteDay',
    oneOf: ['today'],
    measure: ({ quotedAt }, { chain }) => {
      if (chain.date !== date) from = calendar('XNYS').session((date = chain.date))?.openAt ?? Number.NaN;
      return quotedAt < from ? 'earlier' : 'today';
    },
  };
}

/** Minutes of a regular session, 9:30 to 16:00. */
const SESSION_MINUTES = 390;

/**
 * Returns the days that a premium is earned in: calendar days to expiry, with `minutes` also what is left of today's
 * session as a part of a whole one, so that a day counts until it is over.
 */
export function premiumDays(
  { terms }: ContractQuote,
  { date, at }: { readonly date: string; readonly at: number },
  dayCount: Quality['dayCount'],
): number {
  const days = daysToExpiry(terms.expiry, date);
  if (dayCount === 'calendar') return days;
  const session = calendar('XNYS').session(date);
  const left = session === undefined ? 0 : session.closeAt - Math.max(at, session.openAt);
  return days + Math.max(0, left) / MINUTE / SESSION_MINUTES;
}

/** Returns the premium per day as a part of the strike, which is the cash that a put ties up. */
export function dailyReturnOf({ bid, terms }: ContractQuote, days: number): number | undefined {
  return bid === undefined || days <= 0 ? undefined : bid / days / terms.strike;
}

/** A contract that passed, with the numbers it is ranked by. */
export interface Candidate {
  readonly contract: ContractQuote;
  /** Absolute. */
  readonly delta: number;
  /** Calendar days. */
  readonly days: number;
  /** Days that the premium is earned in: the same, or with the minutes of today. */
  readonly premiumDays: number;
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
