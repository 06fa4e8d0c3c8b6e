/**
 * A seed whose run may throw: that is a finding too, for a failed assertion stops a desk.
 */
import { FAULT_NAMES, type FaultName } from './faults.ts';
import { runSeed, type SeedResult } from './run-seed.ts';

export function guarded(seed: number, without?: ReadonlySet<FaultName>): SeedResult {
  try {
    return runSeed(seed, without);
  } catch (error) {
    const violation = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { seed, violation, events: 0, fired: noneFired(), trace: '', orders: 0, fills: 0 };
  }
}

/** Leaves out one kind of fault after the other, as long as the seed still fails; returns those that it needs. */
export function shrink(seed: number): FaultName[] {
  const without = new Set<FaultName>();
  for (const name of FAULT_NAMES) {
    without.add(name);
    if (guarded(seed, without).violation === undefined) without.delete(name);
  }
  return FAULT_NAMES.filter((name) => !without.has(name));
}

/** A count for every kind of fault. */
export function noneFired(): Record<FaultName, number> {
  return Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])) as Record<FaultName, number>;
}
