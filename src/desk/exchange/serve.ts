/**
 * A worker: looks for sweeps at an exchange, and plays points of one after the other until it is told to stop.
 */
import { Fault } from '../../base/fault.ts';
import type { RecordedTape } from '../../market/tape.ts';
import { loadRun } from '../run/run.ts';
import type { StopSign } from '../run/play.ts';
import { shareTape } from '../sweep/shared-tape.ts';
import {
  checkLoaded,
  checkProgram,
  ownProgram,
  readAnnouncement,
  type Announcement,
  type WorkerCard,
} from './announcement.ts';
import { pause, unlessStopped } from './patience.ts';
import { PlayerPool } from './player-pool.ts';
import type { WorkerExchange } from './ports.ts';
import { CodeFolder } from './shipped-code.ts';

export interface ServeOptions {
  readonly exchange: WorkerExchange;
  /** Name of this worker for people, such as its machine. */
  readonly host: string;
  readonly threads: number;
  /** Where the paths of decks start; where the sweep's own do when left out. */
  readonly folder: string | undefined;
  /** How long it may be silent before its tasks are given to others, in milliseconds. */
  readonly leaseMs: number;
  /** How long it waits for a sweep before it ends, in milliseconds, whether the exchange answers or not. */
  readonly idleMs: number;
  readonly stop: StopSign;
  now(): number;
  onSweep(sweep: Announcement): void;
  /** Called when a sweep is over, with the number of points that were played here. */
  onDone(sweep: Announcement, points: number): void;
  onRefusal(key: string, fault: Error): void;
}

const LOOK_MS = 300;
const CARD_MS = 4000;
/** How long a worker that ends waits for an exchange that does not answer. */
const GRACE_MS = 1500;

/** Serves until it is stopped, or has waited in vain for as long as it may. */
export async function serve(options: ServeOptions): Promise<void> {
  const { exchange, stop, now, idleMs } = options;
  const code = new CodeFolder();
  const refused = new Set<string>();
  const life = { isOver: false };
  const own: WorkerCard = { host: options.host, threads: options.threads, program: ownProgram() };
  const card = JSON.stringify(own);
  const introduce = async (): Promise<void> => {
    while (!life.isOver) {
      await exchange.introduce(card);
      for (let waited = 0; waited < CARD_MS && !life.isOver; waited += LOOK_MS) await pause(LOOK_MS);
    }
  };
  // The connection tells of its own troubles.
  const introducing = introduce().catch(() => undefined);
  try {
    let since = now();
    // An exchange that is away does not answer, and has no sweep either.
    const patience = {
      get isStopped() {
        return stop.isStopped || now() - since >= idleMs;
      },
    };
    while (!patience.isStopped) {
      const found = (await unlessStopped(exchange.sweeps(), patience)) ?? [];
      const next = found.find(({ key }) => !refused.has(key));
      if (next === undefined) {
        await pause(LOOK_MS);
        continue;
      }
      try {
        await playSweep(next, options, code);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        // A sweep that cannot be played here may be played elsewhere, and is not looked at twice.
        refused.add(next.key);
        options.onRefusal(next.key, error);
        await unlessStopped(exchange.refuse(next.key, refusalText(options.host, error)), stop);
      }
      since = now();
    }
  } finally {
    life.isOver = true;
    code.end();
    // An exchange that is away is not waited for: the card expires by itself.
    await Promise.race([introducing.then(() => exchange.leave()), pause(GRACE_MS)]);
    exchange.close();
  }
}

/** Plays points of a sweep until nobody announces it any more. */
async function playSweep(
  { key, text }: { readonly key: string; readonly text: string },
  options: ServeOptions,
  code: CodeFolder,
): Promise<void> {
  const { exchange, stop, threads, leaseMs } = options;
  const sweep = readAnnouncement(text);
  const start = await prepare(sweep, options.folder ?? sweep.folder, code);
  options.onSweep(sweep);
  const pool = new PlayerPool(threads, start);
  const tally = { points: 0, playing: 0 };
  const serving = exchange.serve(key, threads, leaseMs, async (body) => {
    tally.playing++;
    try {
      const outcome = await pool.play(body);
      if ('result' in outcome) tally.points += (JSON.parse(body) as { indices: number[] }).indices.length;
      return outcome;
    } finally {
      tally.playing--;
    }
  });
  const nothingPlays = async (): Promise<void> => {
    do await pause(GRACE_MS);
    while (tally.playing > 0);
  };
  try {
    while (!stop.isStopped) {
      const announced = await unlessStopped(exchange.sweeps(), stop);
      if (announced?.some((one) => one.key === key) === false) break;
      await pause(LOOK_MS);
    }
  } finally {
    // What is being played is finished first, so that it is not lost; an exchange that is away is not waited for.
    await Promise.race([serving.close(), nothingPlays()]);
    await pool.end();
    options.onDone(sweep, tally.points);
  }
}

/** Checks that the rows will be the same here, and loads what threads are started with. */
async function prepare(sweep: Announcement, folder: string, code: CodeFolder) {
  checkProgram(ownProgram(), sweep.program);
  const { source, codeHash, seed, figures, periodsPerYear, stopWhen } = sweep;
  const strategy = source.length === 0 ? {} : { file: code.place(source, codeHash) };
  const config = { ...sweep.config, strategy: { ...sweep.config.strategy, ...strategy } };
  const loaded = await loadRun(config, folder);
  checkLoaded(loaded, sweep);
  if (!('slice' in loaded.tape)) throw new Fault('tape.source', 'the tape is too long to be played many times');
  const tape = shareTape(loaded.tape satisfies RecordedTape);
  return { config, folder, codeHash, tape, seed, figures, periodsPerYear, stopWhen };
}

function refusalText(host: string, error: Error): string {
  return JSON.stringify({ host, reason: error.message });
}
