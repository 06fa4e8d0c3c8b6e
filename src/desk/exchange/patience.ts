/**
 * Waiting for what may never answer, without keeping a person who has stopped it.
 */
import type { StopSign } from '../run/play.ts';

const LOOK_MS = 50;

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits for `work`, but after a stop only for `graceMs` more; `undefined` when it did not end by then. */
export async function unlessStopped<T>(work: Promise<T>, stop: StopSign, graceMs = 0): Promise<T | undefined> {
  const race = { isOver: false };
  const stopped = async (): Promise<undefined> => {
    while (!race.isOver && !stop.isStopped) await pause(LOOK_MS);
    if (!race.isOver) await pause(graceMs);
    return undefined;
  };
  // What is given up must not end the process when it fails later.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, stopped()]);
  } finally {
    race.isOver = true;
  }
}
