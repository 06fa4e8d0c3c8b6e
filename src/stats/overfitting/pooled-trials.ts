/**
 * Joins attempts that were made in several sessions, of which only a few numbers were kept.
 */

/** Attempts of one session: how many, what they are worth, and how their Sharpe ratios per period are spread. */
export interface TrialGroup {
  readonly trials: number;
  /** How many independent attempts they are worth. */
  readonly effectiveTrials: number;
  /** Of the Sharpe ratios per period; null where there is none. */
  readonly sharpeMean: number | null;
  /** With n − 1; 0 for one attempt. */
  readonly sharpeDeviation: number | null;
}

/**
 * Returns several groups as one. Attempts of different sessions count as independent of each other: how alike they are
 * is no longer known, and to count too many is the safer mistake.
 *
 * The sum of squares of the whole is that within the groups and that of their means (the law of total variance).
 */
export function pooledTrials(groups: readonly TrialGroup[]): TrialGroup {
  const sum = (of: (group: TrialGroup) => number): number => groups.reduce((total, group) => total + of(group), 0);
  const known = groups.filter(({ sharpeMean, trials }) => sharpeMean !== null && trials > 0);
  const count = known.reduce((total, { trials }) => total + trials, 0);
  const mean = known.reduce((total, { trials, sharpeMean }) => total + trials * sharpeMean!, 0) / count;
  const squares = known.reduce((total, { trials, sharpeMean, sharpeDeviation }) => {
    return total + (trials - 1) * (sharpeDeviation ?? 0) ** 2 + trials * (sharpeMean! - mean) ** 2;
  }, 0);
  return {
    trials: sum(({ trials }) => trials),
    effectiveTrials: sum(({ effectiveTrials }) => effectiveTrials),
    sharpeMean: count === 0 ? null : mean,
    sharpeDeviation: count === 0 ? null : count === 1 ? 0 : Math.sqrt(squares / (count - 1)),
  };
}
