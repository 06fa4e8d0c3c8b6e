/**
 * Which call is wanted most on shares that are held: the one nearest to a delta, a distance or a daily return.
 */
import type { Candidate } from './contract-filter.ts';

export interface CallWish {
  readonly callWish: CallWishName;
  readonly callDelta: number;
  readonly callChange: number;
  readonly callDailyReturn: number;
}

type Measure = (candidate: Candidate, spot: number) => number;
type Target = (of: CallWish) => number;

const delta: Measure = (candidate) => candidate.delta;
const change: Measure = ({ contract }, spot) => contract.terms.strike / spot - 1;

/** What is measured, what it is to be, and whether less than that is not wanted at all. */
const WISHES = {
  delta: { measure: delta, target: (of: CallWish) => of.callDelta, isLeast: false },
  minDelta: { measure: delta, target: (of: CallWish) => of.callDelta, isLeast: true },
  change: { measure: change, target: (of: CallWish) => of.callChange, isLeast: false },
  minChange: { measure: change, target: (of: CallWish) => of.callChange, isLeast: true },
  dailyReturn: {
    measure: (candidate: Candidate) => candidate.dailyReturn,
    target: (of: CallWish) => of.callDailyReturn,
    isLeast: true,
  },
} as const satisfies Record<string, { measure: Measure; target: Target; isLeast: boolean }>;

export type CallWishName = keyof typeof WISHES;
export const CALL_WISHES = Object.keys(WISHES) as readonly CallWishName[]; // The keys of an object are of its key type.

/** Returns the candidates, nearest to the wish first; of equals the one with more premium a day, then by symbol. */
export function rankCalls(candidates: readonly Candidate[], spot: number, of: CallWish): Candidate[] {
  const { measure, target, isLeast } = WISHES[of.callWish];
  const wanted = target(of);
  const away = (candidate: Candidate): number => measure(candidate, spot) - wanted;
  const symbolOf = ({ contract }: Candidate): string => contract.instrument.symbol;
  return candidates
    .filter((candidate) => !isLeast || away(candidate) >= -1e-12)
    .sort(
      (a, b) =>
        Math.abs(away(a)) - Math.abs(away(b)) ||
        b.premiumPerDay - a.premiumPerDay ||
        (symbolOf(a) < symbolOf(b) ? -1 : 1),
    );
}
