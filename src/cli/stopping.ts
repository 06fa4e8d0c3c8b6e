/**
 * Ctrl-C, as every long command takes it: the first time asks to stop, and what was done is written; the second ends.
 */
import process from 'node:process';
import { EXIT } from './exit-codes.ts';

export interface Stopping extends Disposable {
  /** What the work looks at between its steps. */
  readonly stop: { isStopped: boolean };
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
    [Symbol.dispose]() {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}
