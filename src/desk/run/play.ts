/**
 * Plays a tape to the end, or until someone stops it, looking up from time to time to say how far it is.
 */
import type { Deck } from '../../engine/deck.ts';
import type { AnyTape } from '../wiring/tapes.ts';
import { Progress, type ProgressOutput } from './progress.ts';

/** Longest time between two looks at the world, in milliseconds. */
const LOOK_UP_MS = 40;
/** Rows of the first step: a strategy can be slow, and is not known yet. */
const FIRST_ROWS = 64;

/** How a caller stops a run: at the next look at the world. */
export interface StopSign {
  isStopped: boolean;
}

export interface Played {
  /** Whether the whole tape was played. */
  readonly isComplete: boolean;
}

/** Plays every slice. A stop cuts the tape after the last row played, so that what is there is true as far as it goes. */
export async function playTape(
  deck: Deck,
  tape: AnyTape,
  output: ProgressOutput,
  stop: StopSign,
  now: () => number,
): Promise<Played> {
  const progress = new Progress(output, rowsOf(tape), now);
  let rows = FIRST_ROWS;
  let lookedAt = now();
  // A mere turn of the event loop lets a signal in; it costs microseconds, so slow strategies can be stopped too.
  const lookUp = async (): Promise<boolean> => {
    const spent = now() - lookedAt;
    rows = Math.max(
      1,
      Math.min(1 << 24, Math.round(spent < LOOK_UP_MS / 4 ? rows * 4 : (rows * LOOK_UP_MS) / (2 * spent))),
    );
    progress.update(deck.events);
    await new Promise<void>((resolve) => setImmediate(resolve));
    lookedAt = now();
    return stop.isStopped;
  };
  try {
    const isWhole = 'slice' in tape;
    for await (const slice of isWhole ? [tape.slice] : tape.slices()) {
      for (const _step of deck.playInSteps(slice, isWhole, () => rows)) {
        if (!(await lookUp())) continue;
        deck.cut();
        return { isComplete: false };
      }
      if (!isWhole && (await lookUp())) return { isComplete: false };
    }
    return { isComplete: true };
  } finally {
    progress.end();
  }
}

/** Rows on a tape, when they are known before it is played. */
export function rowsOf(tape: AnyTape): number | undefined {
  if ('rows' in tape) return tape.rows;
  return tape.slice.streams.reduce((sum, { columns }) => sum + columns.length, 0);
}
