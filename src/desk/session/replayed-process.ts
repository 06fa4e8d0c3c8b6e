/**
 * Plays a strategy of its own process again, in the sandbox of its session, against what it was told there: it must answer
 * what the journal has, and what it knows at the end is what it left.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AskedInput, Input, Outcome, SessionHead, Tell } from '../../engine/live/index.ts';
import { OwnProcess } from './own-process.ts';
import type { LoadedStrategy } from '../run/strategy-file.ts';

/** What came of playing it again. */
export interface ReplayedProcess {
  /** Inputs that it was told, and answers that the journal has. */
  readonly told: number;
  readonly answers: number;
  /** Why its answers are not those of the journal; undefined where they are. */
  readonly difference: string | undefined;
  /** What it left; undefined where it could not be asked. */
  readonly state: string | undefined;
}

/** What a strategy was told, and what it answered. */
export interface Exchange {
  readonly told: readonly Tell[];
  readonly answers: readonly AskedInput[];
}

/** Gathers what a strategy was told and what it answered, while its session is replayed. */
export class ProcessRecord implements Exchange {
  private readonly number: number;
  readonly told: Tell[] = [];
  readonly answers: AskedInput[] = [];

  constructor({ doors = [] }: SessionHead) {
    this.number = doors[0]?.strategy ?? -1;
  }

  readonly heard = (input: Input, { tell }: Outcome): void => {
    if (input.kind === 'asked' && input.strategy === this.number) this.answers.push(input);
    for (const each of tell) if (each.strategy === this.number) this.told.push(each);
  };

  /** Up to its last answer that is written down: of what it would have said after that nothing is known. */
  answered(): Exchange {
    const last = this.answers.at(-1)?.seq ?? 0;
    return { told: this.told.filter(({ seq }) => seq <= last), answers: this.answers };
  }
}

/** Plays it again; undefined where the session's strategy had no process of its own. */
export async function replayedProcess(
  head: SessionHead,
  strategy: LoadedStrategy,
  deckFolder: string,
  { told, answers }: Exchange,
): Promise<ReplayedProcess | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'tradedeck-replay-'));
  const own = OwnProcess.of({ head, strategy, deckFolder, folder, now: () => Number.NaN });
  try {
    if (own === undefined) return undefined;
    const difference = await own.replay(told, answers);
    const state = difference === undefined ? await own.end() : undefined;
    return { told: told.length, answers: answers.length, difference, state };
  } finally {
    own?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
