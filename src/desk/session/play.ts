/**
 * Plays a session: what happens becomes inputs, each is written down with what it led to, and at the end there is a run
 * folder like that of a backtest.
 *
 * A session that was stopped, or killed at any byte, goes on from its journal: to start is to recover.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { nodeDigests, SessionFiles, SessionLock } from '../../adapters/session-files/index.ts';
import { Fault } from '../../base/fault.ts';
import { Deck } from '../../engine/deck.ts';
import { entryText } from '../../engine/journal/journal-text.ts';
import {
  Conductor,
  frameOf,
  headOf,
  headText,
  inputsOf,
  type LiveSession,
  type Outcome,
  type SessionHead,
} from '../../engine/live/index.ts';
import { checkMode } from '../config/resolve.ts';
import type { DeckConfig } from '../config/schema.ts';
import { folderName } from '../run/folder.ts';
import { rowsOf } from '../run/play.ts';
import { Progress, type ProgressOutput } from '../run/progress.ts';
import { checkFit, identityOf, loadRun, type FinishedRun, type LoadedRun } from '../run/run.ts';
import { Control } from './control.ts';
import { JOURNAL_FOLDER, rememberDeckFolder } from './journal-folder.ts';
import { Measures } from './measures.ts';
import { newHead, sessionDeck } from './options.ts';
import type { OwnProcess } from './own-process.ts';
import { recovered, type Recovered } from './recovered.ts';
import { NOTHING_AROUND } from './status.ts';

export interface SessionWorld {
  /** Where relative paths of the deck start. */
  readonly deckFolder: string;
  /** Where the folder of runs is looked for. */
  readonly base: string;
  readonly output: ProgressOutput;
  readonly stop: { isStopped: boolean };
  /** A clock in milliseconds, for pacing and progress. */
  readonly now: () => number;
  /** Virtual seconds per second; Infinity for as fast as it goes. */
  readonly speed: number;
  /** Begins anew where a session of the same inputs is over. */
  readonly isAgain: boolean;
  /** Told what each input led to. */
  readonly onOutcome?: (outcome: Outcome, conductor: Conductor) => void;
  /** Told once, when the session is ready to play. */
  readonly onReady?: (conductor: Conductor, recovered: number, folder: string) => void;
}

export interface PlayedSession {
  readonly run: FinishedRun;
  readonly folder: string;
  /** Whether the tape came to its end; otherwise the same command goes on. */
  readonly isComplete: boolean;
  /** Why the strategy's process was gone in the end; undefined where it was there, or the strategy has none. */
  readonly gone: string | undefined;
  /** Records in the journal. */
  readonly records: number;
}

/** Plays a deck against a tape as if it happened now, with orders to the simulated venue. */
export async function playPaper(config: DeckConfig, world: SessionWorld): Promise<PlayedSession> {
  const startedAt = world.now();
  checkMode(config.mode, 'paper');
  const loaded = await loadRun({ ...config, mode: 'paper' }, world.deckFolder, 'paper');
  checkFit(loaded);
  const identity = identityOf(loaded);
  const folder = folderOf(loaded, identity.id, world.base);
  mkdirSync(folder, { recursive: true });
  rememberDeckFolder(folder, world.deckFolder);
  const lock = SessionLock.take(folder);
  const files = openJournal(join(folder, JOURNAL_FOLDER), newHead(loaded, 'paper'), world.isAgain);
  let control: Control | undefined;
  const measures = new Measures();
  let own: OwnProcess | undefined;
  try {
    const head = headOf(files.stored.texts[0], folder);
    const { deckFolder } = world;
    const found: Recovered = await recovered(
      head,
      files,
      { folder, deckFolder, now: () => found.session.at },
      { rule: 'this session is over', hint: 'play it again with --again' },
    );
    const { session } = found;
    own = found.own;
    const broken = { error: undefined as Error | undefined };
    const conductor: Conductor = new Conductor(
      {
        session,
        disk: measures.timed(files),
        now: () => session.at,
        digests: nodeDigests,
        onBroken: (error) => (broken.error = error),
        onOutcome: (outcome, input) => {
          own?.heard(input, outcome);
          world.onOutcome?.(outcome, conductor);
        },
      },
      files.stored.hash,
      files.stored.texts.length,
    );
    await own?.begin(conductor, true);
    control = await Control.open(
      folder,
      conductor,
      () => session.at,
      () => (own === undefined ? undefined : { ...NOTHING_AROUND, process: own.status }),
      'none',
      measures,
    );
    world.onReady?.(conductor, found.count, folder);
    const loadedAt = world.now();
    const isComplete = await playTape(loaded, conductor, world, broken, own);
    if (broken.error !== undefined) {
      throw new Fault('output.unwritable', `the journal cannot be written: ${broken.error.message}`, { file: folder });
    }
    const gone = own?.gone;
    if (isComplete) conductor.take({ kind: 'stop', at: session.at, reason: 'end of the tape' });
    const { deck, charted } = shownDecks(head, loaded, session);
    const result = deck.finish(isComplete);
    const timings = { load: loadedAt - startedAt, play: world.now() - loadedAt };
    const run: FinishedRun = {
      ...loaded,
      ...identity,
      deck,
      ...(isComplete ? { charted } : {}),
      result,
      isComplete,
      state: undefined,
      timings,
    };
    return { run, folder, isComplete, gone, records: conductor.records };
  } finally {
    measures.close();
    own?.close();
    await control?.close();
    files.close();
    lock.release();
  }
}

/**
 * The deck whose results are shown, and the one that has every row for charts and benchmarks: a session keeps only the newest
 * of a long tape, so it is played again in one piece. Where that gives other entries (a person told the session something) the
 * results stay those of the session; what the prices and indicators were is the same.
 */
function shownDecks(
  head: SessionHead,
  loaded: LoadedRun,
  { deck: played }: LiveSession,
): { readonly deck: Deck; readonly charted: Deck } {
  const { tape } = loaded;
  if (!('slice' in tape)) return { deck: played, charted: played };
  const again = new Deck({ ...sessionDeck(head, loaded), tape, streams: tape.slice.streams });
  again.play(tape.slice);
  let isSame = again.journal.length === played.journal.length;
  for (let row = 0; isSame && row < played.journal.length; row++) {
    isSame = entryText(again.journal.entry(row)) === entryText(played.journal.entry(row));
  }
  return { deck: isSame ? again : played, charted: again };
}

/** The journal, with its head: a new one, or the one that is there. */
/** `reserve` are bytes that are kept for when the disk is full. */
export function openJournal(folder: string, head: SessionHead, isAgain: boolean, reserve = 0): SessionFiles {
  const found = new SessionFiles(folder, undefined, reserve);
  if (found.stored.texts.length > 0 && !isAgain) return found;
  if (found.stored.texts.length > 0) {
    found.close();
    SessionFiles.setAside(folder);
    return openJournal(folder, head, false, reserve);
  }
  const frame = frameOf(headText(head), found.stored.hash, nodeDigests);
  found.append(frame.bytes);
  found.close();
  return new SessionFiles(folder, undefined, reserve);
}

/** Hands the tape to the session at its speed; whether it came to its end. */
async function playTape(
  loaded: LoadedRun,
  conductor: Conductor,
  world: SessionWorld,
  broken: { readonly error: Error | undefined },
  own: OwnProcess | undefined,
): Promise<boolean> {
  const { tape } = loaded;
  const { session } = conductor;
  const progress = new Progress(world.output, rowsOf(tape), world.now);
  const pace = new Pace(world);
  // Everything up to here was taken before the session was stopped.
  const from = session.at;
  let lookedAt = world.now();
  try {
    for await (const slice of 'slice' in tape ? [tape.slice] : tape.slices()) {
      for (const input of inputsOf(slice)) {
        if (input.at <= from) continue;
        const isOn = await pace.until(input.at);
        if (!isOn || world.stop.isStopped || broken.error !== undefined) return false;
        if (own !== undefined && session.at === -Infinity) {
          // Its own session begins as one at a broker does: with the books.
          conductor.take({ kind: 'start', at: input.at });
          await own.settled();
        }
        conductor.take({ ...input, at: Math.max(input.at, session.at) });
        // Time stands still meanwhile: a strategy in a process of its own decides at the instant at which it would here.
        await own?.settled();
        if (world.now() - lookedAt > 40) {
          progress.update(session.deck.events);
          // Lets signals and commands in.
          await new Promise<void>((next) => setImmediate(next));
          lookedAt = world.now();
        }
      }
    }
    return true;
  } finally {
    progress.end();
  }
}

/** Longest wait for the next event, in milliseconds: nights and weekends are not waited for. */
const IDLE_MAX_MS = 2000;

/** Lets virtual time pass as fast as asked for. */
class Pace {
  private readonly world: SessionWorld;
  private at = Number.NaN;
  private wallMs = 0;

  constructor(world: SessionWorld) {
    this.world = world;
  }

  /** Waits until an instant is due; false when the session was stopped meanwhile. */
  async until(at: number): Promise<boolean> {
    const { speed, now, stop } = this.world;
    if (speed === Infinity) return true;
    if (this.at !== this.at) this.wallMs = now();
    else this.wallMs += Math.min(IDLE_MAX_MS, (at - this.at) / 1000 / speed);
    this.at = at;
    for (let left = this.wallMs - now(); left > 0; left = this.wallMs - now()) {
      if (stop.isStopped) return false;
      await wait(Math.min(left, 100));
    }
    return true;
  }
}

export function folderOf(loaded: LoadedRun, id: string, base: string): string {
  const named = folderName({ ...loaded, id, isComplete: true });
  return resolve(base, loaded.config.output?.folder ?? 'runs', named);
}
