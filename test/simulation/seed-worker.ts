/**
 * A thread that runs seeds, or looks for the seed that finds a planted bug. One job at a time; see `threads.ts`.
 */
import { parentPort } from 'node:worker_threads';
import { guarded } from './guarded.ts';
import { PLANTED_BUGS } from './planted.ts';
import type { SeedResult } from './run-seed.ts';

/** Seeds `from` … `from + count − 1`; with the name of a `bug` planted, up to the first that fails. */
export interface SeedJob {
  readonly from: number;
  readonly count: number;
  readonly bug?: string;
}

parentPort!.on('message', ({ index, job }: { readonly index: number; readonly job: SeedJob }) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
  parentPort!.postMessage({ index, result: runJob(job) });
});

function runJob({ from, count, bug }: SeedJob): SeedResult[] {
  const remove = bug === undefined ? undefined : PLANTED_BUGS.find(({ name }) => name === bug)!.plant();
  try {
    const results: SeedResult[] = [];
    for (let seed = from; seed < from + count; seed++) {
      const result = guarded(seed);
      results.push(result);
      if (bug !== undefined && result.violation !== undefined) break;
    }
    return results;
  } finally {
    remove?.();
  }
}
