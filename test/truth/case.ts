/** What a set of reference cases reports: one row per case, so that the runner only counts and prints. */

export interface TruthCase {
  /** `file#case`, as a person would look it up. */
  readonly id: string;
  readonly status: 'passed' | 'failed' | 'not-covered';
  /** The largest error of the case as a multiple of its stated tolerance: at most 1 when it passed. */
  readonly error: number;
  /** For a failure, what was expected and what came; for an uncovered case, why. */
  readonly detail?: string;
}

/**
 * Runs every case found below `folder` (one numbered folder of the reference data). `root` is the folder that holds
 * all sets, for input files that live in another one.
 */
export type TruthSet = (folder: string, root: string) => AsyncIterable<TruthCase> | Iterable<TruthCase>;
