/**
 * Ctrl-C, as every long command takes it: the first time asks to stop, and what was done is written; the second ends.
 */
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { EXIT } from './exit-codes.ts';

/** How soon a signal is noticed while nothing is done, in milliseconds. */
const LOOK_MS = 100;

export interface Stopping extends Disposable {
  /** What the work looks at between its steps. */
  readonly stop: { isStopped: boolean };
  /** Waits so many milliseconds, or until it is asked to stop; returns whether it was. */
  waited(forMs: number): Promise<boolean>;
}

/** Listens for Ctrl-C and SIGTERM until it is disposed of; `onFirst` says that it was heard. */
export function stoppedBySignals(onFirst?: () => void): Stopping {
  const stop = { isStopped: false };
  const interrupt = (): void => {
    if (stop.isStopped) process.exit(EXIT.interrupted);
    stop.isStopped = true;
    onFirst?.();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    stop,
    async waited(forMs) {
      const until = performance.now() + forMs;
      while (performance.now() < until && !stop.isStopped) await wait(LOOK_MS);
      return stop.isStopped;
    },
    [Symbol.dispose]() {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}
