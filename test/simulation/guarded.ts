/**
 * A seed whose run may throw, for a failed assertion stops a desk and is a finding too; and the least that makes it fail.
 */
import { FAULT_NAMES, type FaultName, type LeftOut, type Strike } from './faults.ts';
import { runSeed, type SeedResult } from './run-seed.ts';

/** Runs of a seed in the search for its smallest script: some seconds. */
const TRIES = 600;

/** What a seed needs to fail. */
export interface Script {
  readonly faults: readonly FaultName[];
  readonly strikes: readonly Strike[];
  /** What goes wrong when only they strike: the same as with all, or something that lies before it. */
  readonly violation: string;
}

export function guarded(seed: number, out?: LeftOut): SeedResult {
  try {
    return runSeed(seed, out);
  } catch (error) {
    const violation = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { seed, violation, events: 0, fired: noneFired(), seen: {}, trace: '', orders: 0, fills: 0 };
  }
}

/**
 * Returns the smallest script that still makes a seed fail: kinds of faults are left out one after the other, then all
 * strikes after some point, then strikes in ever smaller pieces, the last ones first, because what is left out changes all
 * that comes after it.
 */
export function shrink(seed: number): Script {
  const kinds = new Set<FaultName>();
  for (const name of FAULT_NAMES) {
    kinds.add(name);
    if (guarded(seed, { kinds }).violation === undefined) kinds.delete(name);
  }
  const script: Strike[] = [];
  let violation = guarded(seed, { kinds, script }).violation!;
  const faults = FAULT_NAMES.filter((name) => !kinds.has(name));
  let best: readonly Strike[] = script;
  const fails = (strikes: ReadonlySet<number>, end: number): boolean => {
    const tried: Strike[] = [];
    const result = guarded(seed, { kinds, strikes, end, script: tried });
    if (result.violation === undefined) return false;
    if (tried.length <= best.length) [best, violation] = [tried, result.violation];
    return true;
  };
  let [low, end] = [0, script.length];
  while (low < end) {
    const middle = (low + end) >> 1;
    if (fails(new Set(), middle)) end = middle;
    else low = middle + 1;
  }
  let tries = 0;
  let out: ReadonlySet<number> = new Set();
  for (let size = Math.max(1, end >> 1); ; size >>= 1) {
    for (let at = end - size; at > -size && tries < TRIES; at -= size, tries++) {
      const piece = Array.from({ length: size }, (_, i) => at + i).filter((number) => number >= 0 && !out.has(number));
      const more = new Set([...out, ...piece]);
      if (piece.length > 0 && fails(more, end)) out = more;
    }
    if (size === 1) break;
  }
  return { faults, strikes: best, violation };
}

/** A count for every kind of fault. */
export function noneFired(): Record<FaultName, number> {
  return Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])) as Record<FaultName, number>;
}
