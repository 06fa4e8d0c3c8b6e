/** Runs sets of reference cases and counts what they say, so that no set keeps its own score. */
import type { TruthCase, TruthSet } from './case.ts';

export interface SetResult {
  /** The name of the set's folder. */
  readonly set: string;
  readonly passed: number;
  readonly failed: number;
  readonly notCovered: number;
  /** The largest error as a multiple of its tolerance; `null` when a failed case has no number for it. */
  readonly worst: number | null;
}

export interface Results {
  readonly sets: readonly SetResult[];
  readonly passed: number;
  readonly failed: number;
}

/** Runs one set, hands every case to `see`, and returns the counts. A set that breaks off has failed. */
export async function runSet(
  name: string,
  set: TruthSet | undefined,
  folder: string,
  root: string,
  see: (one: TruthCase) => void,
): Promise<SetResult> {
  const counts = { passed: 0, failed: 0, 'not-covered': 0 };
  let worst: number | null = 0;
  const count = (one: TruthCase): void => {
    counts[one.status]++;
    if (one.status !== 'not-covered' && worst !== null)
      worst = Number.isFinite(one.error) ? Math.max(worst, one.error) : null;
    see(one);
  };
  if (set === undefined) {
    count({ id: name, status: 'not-covered', error: 0, detail: 'nothing here knows this set' });
  } else {
    try {
      for await (const one of set(folder, root)) count(checked(one));
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      count({ id: name, status: 'failed', error: Number.NaN, detail: `the set broke off: ${detail}` });
    }
  }
  return { set: name, passed: counts.passed, failed: counts.failed, notCovered: counts['not-covered'], worst };
}

/** A case that claims to have passed outside its tolerance has failed. */
function checked(one: TruthCase): TruthCase {
  if (one.status !== 'passed' || one.error <= 1) return one;
  return { ...one, status: 'failed', detail: `passed with an error of ${one.error} tolerances; ${one.detail ?? ''}` };
}

export function total(sets: readonly SetResult[]): Results {
  const sum = (pick: (one: SetResult) => number): number => sets.reduce((all, one) => all + pick(one), 0);
  return { sets, passed: sum((one) => one.passed), failed: sum((one) => one.failed) };
}
