/** What a benchmark reports: a figure, its unit, and the goal it is held against. */

export interface BenchRow {
  readonly name: string;
  readonly value: number;
  /** `values/s`, `bars/s`, `ns/bar`, `ratio`, `s`, `MB` … */
  readonly unit: string;
  /** The figure to reach; `undefined` for rows that only inform. */
  readonly goal: number | undefined;
  /** Whether the goal is met: at least the goal for rates and ratios to peers, at most for times and memory. */
  readonly met: boolean | undefined;
}

/** A file `bench/<name>.bench.ts` exports `bench`, which measures and returns its rows. */
export type Bench = () => Promise<BenchRow[]> | BenchRow[];

export function atLeast(name: string, value: number, unit: string, goal?: number): BenchRow {
  return { name, value, unit, goal, met: goal === undefined ? undefined : value >= goal };
}

export function atMost(name: string, value: number, unit: string, goal?: number): BenchRow {
  return { name, value, unit, goal, met: goal === undefined ? undefined : value <= goal };
}

/** Returns the median of `runs` calls' seconds, after one call that does not count. */
export function medianSeconds(work: () => void, runs = 5): number {
  work();
  const seconds: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    work();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds.sort((a, b) => a - b)[runs >> 1];
}
