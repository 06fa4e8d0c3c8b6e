/**
 * Plays the points of a sweep: here, and in threads when there is enough to do for them to be worth starting.
 *
 * This thread plays too, in short turns, so that a small sweep is over before a thread has started, and signals and
 * progress are seen in between.
 */
import { BatchPlayer, pointTable, QUEUE, type Batch } from '../../research/sweep/batch.ts';
import type { Points } from '../../research/sweep/points.ts';
import type { SweepSubject } from '../../research/sweep/run.ts';
import type { Part } from '../../research/validation/part.ts';
import type { StopSign } from '../run/play.ts';
import { giveCompilerRoom } from './compiler-room.ts';
import type { ThreadStart } from './messages.ts';
import { SweepThreads } from './threads.ts';

/** Length of one turn, and how long rows are kept back, in milliseconds. */
const TURN_MS = 20;
const BATCH_MS = 250;
const WORTH_MS = 300;

export interface Conducting {
  /** Threads that play, this one included. */
  readonly workers: number;
  readonly threadStart: () => ThreadStart;
  /** Work that must be left, by what was played so far, before threads are started, in milliseconds; 300 by default. */
  readonly worthMs?: number | undefined;
  readonly stop: StopSign;
  now(): number;
}

/** What is played, and who is told of it. */
export interface Stage {
  readonly subject: SweepSubject;
  readonly points: Points;
  readonly periods: number;
  readonly blocks: number;
  /** The part of the tape that the subject plays; `undefined` for all of it. */
  readonly part: Part | undefined;
  /** Takes a batch; false when some of its rows were there already, and none was taken. */
  onBatch(batch: Batch): boolean;
  /** Called with the number of points played since the start, of this call. */
  onProgress(played: number): void;
}

/** Plays sets of points, wherever. */
export interface Conducts {
  /** Plays points; false when it was stopped before all were played. */
  play(indices: Int32Array, stage: Stage): Promise<boolean>;
  end(): Promise<void>;
}

/** Conducts the playing of any number of sets of points, with the same threads. */
export class Conductor implements Conducts {
  private readonly world: Conducting;
  private threads: SweepThreads | undefined;

  constructor(world: Conducting) {
    this.world = world;
  }

  async play(indices: Int32Array, stage: Stage): Promise<boolean> {
    giveCompilerRoom(indices.length);
    let left = indices;
    const seen = new Set<number>();
    // What a dying thread took with it is played again, here.
    for (let round = 0; left.length > 0; round++) {
      const isStopped = await this.playOnce(left, stage, seen, round === 0);
      left = left.filter((index) => !seen.has(index));
      // Who asks to stop while the last point is played has come too late.
      if (isStopped) return left.length === 0;
    }
    return true;
  }

  async end(): Promise<void> {
    await this.threads?.end();
  }

  private async playOnce(
    indices: Int32Array,
    { subject, points, periods, blocks, part, onBatch, onProgress }: Stage,
    seen: Set<number>,
    mayStart: boolean,
  ): Promise<boolean> {
    const { world } = this;
    const table = pointTable(points, indices);
    const queue = new Int32Array(new SharedArrayBuffer(8));
    const player = new BatchPlayer(subject, table, queue, periods, blocks, part);
    const startedAt = world.now();
    let sentAt = startedAt;
    let played = 0;
    const receive = (batch: Batch): void => {
      for (const index of batch.indices) seen.add(index);
      onBatch(batch);
    };
    let others: Promise<void> | undefined;
    let failure: unknown;
    const start = (): void => {
      this.threads ??= new SweepThreads(world.workers - 1, world.threadStart());
      others = this.threads.play({ table, queue, periods, blocks, part }, receive).catch((error: unknown) => {
        failure = error;
        Atomics.store(queue, QUEUE.stop, 1);
      });
    };
    if (this.threads !== undefined && mayStart && indices.length > 1) start();
    for (let more = true; more;) {
      const until = world.now() + TURN_MS;
      try {
        while ((more = player.step())) {
          played++;
          if (world.now() >= until) break;
        }
      } catch (error) {
        failure ??= error;
        more = false;
        Atomics.store(queue, QUEUE.stop, 1);
      }
      const now = world.now();
      if (player.waiting > 0 && (now - sentAt > BATCH_MS || !more)) {
        receive(player.take());
        sentAt = now;
      }
      const taken = Math.min(indices.length, Atomics.load(queue, QUEUE.next));
      onProgress(taken);
      if (!more) break;
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (world.stop.isStopped) Atomics.store(queue, QUEUE.stop, 1);
      const leftMs = ((now - startedAt) / played) * (indices.length - taken);
      if (others === undefined && mayStart && world.workers > 1 && leftMs > (world.worthMs ?? WORTH_MS)) start();
    }
    if (others !== undefined) await this.waitFor(others, queue);
    if (failure !== undefined) throw failure;
    return world.stop.isStopped;
  }

  /** Waits for the threads, and tells them when the sweep is stopped. */
  private async waitFor(others: Promise<void>, queue: Int32Array): Promise<void> {
    for (;;) {
      const isDone = await Promise.race([others.then(() => true), turn().then(() => false)]);
      if (isDone) return;
      if (this.world.stop.isStopped) Atomics.store(queue, QUEUE.stop, 1);
    }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, TURN_MS));
}
