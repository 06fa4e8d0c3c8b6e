/**
 * Spreads seeds over threads, and hands the results back in the order of the jobs: so that what is reported does not
 * depend on how many threads there were, nor on which was quicker.
 */
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { SeedResult } from './run-seed.ts';
import type { SeedJob } from './seed-worker.ts';

const WORKER = new URL('./seed-worker.ts', import.meta.url);
/** Room in which most of what a few seeds need dies before anybody copies it. */
const YOUNG_MB = 192;
/**
 * What lives as long as its seed looks old and is dead a moment later: made among the old objects from then on, it would keep
 * all that it knows until the next full collection.
 */
const ALL_BEGIN_YOUNG = '--no-allocation-site-pretenuring';

/** Runs each job on some thread; yields what came of it, in the order of the jobs. Who stops listening stops the threads. */
export async function* inOrder(jobs: Iterable<SeedJob>, threads: number): AsyncGenerator<readonly SeedResult[]> {
  setFlagsFromString(ALL_BEGIN_YOUNG);
  const waiting = jobs[Symbol.iterator]();
  const results = new Map<number, readonly SeedResult[]>();
  const failures: Error[] = [];
  let given = 0;
  let isAllGiven = false;
  let wake = (): void => undefined;
  const give = (worker: Worker): void => {
    const next = waiting.next();
    if (next.done === true) {
      isAllGiven = true;
      return;
    }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
    worker.postMessage({ index: given++, job: next.value });
  };
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(WORKER, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    worker.on('message', ({ index, result }: { readonly index: number; readonly result: readonly SeedResult[] }) => {
      results.set(index, result);
      give(worker);
      wake();
    });
    worker.on('error', (error: Error) => {
      failures.push(error);
      wake();
    });
    give(worker);
    return worker;
  });
  try {
    for (let at = 0; ; at++) {
      for (let result = results.get(at); ; result = results.get(at)) {
        if (failures.length > 0) throw failures[0];
        if (result !== undefined) {
          results.delete(at);
          yield result;
          break;
        }
        if (isAllGiven && at >= given) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Seeds `from` … `from + count − 1` in jobs that take about half a second each. */
export function* jobsOf(from: number, count: number): Generator<SeedJob> {
  const size = 32;
  for (let at = from; at < from + count; at += size) yield { from: at, count: Math.min(size, from + count - at) };
}
