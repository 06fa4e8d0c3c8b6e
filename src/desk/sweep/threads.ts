/**
 * The threads of a sweep: each has its own engine, all share the tape's columns and one queue of points.
 */
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Batch } from '../../research/sweep/batch.ts';
import { receivedError, type PlayRequest, type ThreadReply, type ThreadStart } from './messages.ts';

/**
 * How threads that play collect what is no longer used: alone, because collectors beside them would take the cores that
 * other threads play on, and rarely, because what a run makes is dead when it ends. Threads started from here on heed
 * them, however the process was started; no figure depends on it.
 */
const COLLECTING = ['--single-threaded-gc', '--min-semi-space-size=16'];

/** Has threads that are started from here on collect as those of a sweep do. */
export function collectAlone(): void {
  for (const flag of COLLECTING) setFlagsFromString(flag);
}

export class SweepThreads {
  private readonly workers: readonly Worker[];

  constructor(count: number, start: ThreadStart) {
    collectAlone();
    const file = new URL('./worker.ts', import.meta.url);
    this.workers = Array.from({ length: count }, () => new Worker(file, { workerData: start }));
  }

  /**
   * Plays what is left of a queue in all threads and resolves when each has found it empty. A thread that dies takes
   * the points it held with it: they are missing from the batches, and the caller sees which.
   */
  async play(request: PlayRequest, onBatch: (batch: Batch) => void): Promise<void> {
    await Promise.all(this.workers.map((worker) => playIn(worker, request, onBatch)));
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

function playIn(worker: Worker, request: PlayRequest, onBatch: (batch: Batch) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('message', onMessage).off('error', fail).off('exit', leave);
    };
    const leave = (): void => {
      settle();
      resolve();
    };
    const fail = (error: unknown): void => {
      settle();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const onMessage = (reply: ThreadReply): void => {
      if (reply.kind === 'batch') onBatch(reply.batch);
      else if (reply.kind === 'done') leave();
      else fail(receivedError(reply.error));
    };
    worker.on('message', onMessage).on('error', fail).on('exit', leave);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
    worker.postMessage(request);
  });
}
