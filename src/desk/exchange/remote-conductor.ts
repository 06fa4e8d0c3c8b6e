/**
 * Plays the points of a sweep elsewhere: hands them out at an exchange, and takes every row exactly once.
 *
 * Workers may die, come and go, and the exchange may go away or forget everything: what was collected is on disk, what
 * was not is handed out again. It asks rather than listens, so that nothing depends on a message that was missed.
 */
import { hash } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import { pointTable } from '../../research/sweep/batch.ts';
import type { Conducting, Conducts, Stage } from '../sweep/conduct.ts';
import { receivedError, type SentError } from '../sweep/messages.ts';
import type { WorkerCard } from './announcement.ts';
import { batchOfLine } from '../sweep/results-file.ts';
import { pause, unlessStopped } from './patience.ts';
import type { TaskBody, TaskResult } from './player-pool.ts';
import type { Outcome, SweepExchange, Task } from './ports.ts';

/** Work of a task: short enough to be lost without regret, and long enough not to be all talk. */
const TASK_MS = 500;
const TASK_LEAST_MS = 50;
const TASK_POINTS_MAX = 2000;
/** Tasks that each thread would still get if all were cut alike: they become shorter, so that all end together. */
const TASKS_LEFT = 4;
/** Tasks that are handed out at once, for each thread, and in all at least. */
const AHEAD = 3;
const AHEAD_LEAST = 8;
/** Finished tasks that are looked at at once. */
const LOOK_MAX = 256;
/** Looks come this often, and more often while what is out is sooner done: a worker without a task waits for a look. */
const POLL_MS = 50;
const POLL_LEAST_MS = 5;
const RENEW_MS = 4000;
/** How long a sweep that was stopped waits for an exchange that does not answer, and one that is done, to tidy up. */
const GRACE_MS = 1500;
const TIDY_MS = 10_000;

/** What the conductor tells a person. */
export interface RemoteNews {
  /** How many workers could play, and how many refuse. */
  onWorkers(ready: number, refusing: number): void;
  onRefusal(worker: string, reason: string): void;
}

export interface RemoteWork {
  readonly exchange: SweepExchange;
  /** Made when the first points are played. */
  readonly announcement: () => string;
  readonly news: RemoteNews;
}

export class RemoteConductor implements Conducts {
  private readonly conducting: Conducting;
  private readonly work: RemoteWork;
  private readonly refused = new Set<string>();
  private announcement: string | undefined;
  private stage!: Stage;
  /** Begins the ids of the stage's tasks. */
  private stageId = '';
  /** How long a point took at best, in milliseconds, on the part of the tape that is being played. */
  private pointMs = Infinity;
  /** Threads of all workers that do not refuse. */
  private threads = 0;
  private renewedAt = -Infinity;
  private hasFailed = false;

  constructor(conducting: Conducting, work: RemoteWork) {
    this.conducting = conducting;
    this.work = work;
  }

  async play(indices: Int32Array, stage: Stage): Promise<boolean> {
    const left = new Set(indices);
    const total = left.size;
    const stageId = stageIdOf(stage);
    if (stageId !== this.stageId) this.pointMs = Infinity;
    this.stage = stage;
    this.stageId = stageId;
    try {
      // What is being collected when a person stops the sweep is collected, if the exchange answers.
      return (await unlessStopped(this.exchangeAll(left, total), this.conducting.stop, GRACE_MS)) ?? false;
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
  }

  /** Ends. Of a sweep that was stopped or failed, what is being played stays to be collected by the next attempt. */
  async end(): Promise<void> {
    const { exchange } = this.work;
    const isDone = !this.conducting.stop.isStopped && !this.hasFailed;
    const leave = async (): Promise<void> => {
      if (this.announcement === undefined) return;
      await exchange.withdraw();
      await (isDone ? exchange.clear() : exchange.drop());
    };
    // An exchange that is away is not waited for: its announcement expires by itself.
    await Promise.race([leave().catch(() => undefined), pause(isDone ? TIDY_MS : GRACE_MS)]);
    exchange.close();
  }

  private async exchangeAll(left: Set<number>, total: number): Promise<boolean> {
    const { exchange } = this.work;
    this.announcement ??= this.work.announcement();
    // What an earlier attempt left: its results count, and what nobody has begun is handed out anew.
    await exchange.drop();
    await this.collect(left, new Map());
    let waiting = [...left];
    const out = new Map<string, readonly number[]>();
    while (left.size > 0) {
      if (this.conducting.stop.isStopped) return false;
      await this.renew(out);
      const tasks: Task[] = [];
      while (out.size < Math.max(AHEAD_LEAST, AHEAD * this.threads) && waiting.length > 0) {
        const points = waiting.splice(0, this.taskSize(waiting.length));
        const task = this.taskOf(points);
        out.set(task.id, points);
        tasks.push(task);
      }
      if (tasks.length > 0) await exchange.put(tasks);
      const missing = await this.collect(left, out);
      if (missing.length > 0) waiting = [...waiting, ...missing];
      this.stage.onProgress(total - left.size);
      if (left.size > 0) await pause(this.pollMs(out));
    }
    return true;
  }

  /** Takes what was finished; returns the points of finished tasks that are still to be played. */
  private async collect(left: Set<number>, out: Map<string, readonly number[]>): Promise<number[]> {
    const { exchange } = this.work;
    const missing: number[] = [];
    for (;;) {
      const found = await exchange.finished(LOOK_MAX);
      // What an earlier attempt left of other parts of the tape waits for its turn, unless it would block this one.
      const own = found.filter(({ id }) => id.startsWith(this.stageId));
      const outcomes = own.length === 0 && found.length === LOOK_MAX ? found : own;
      let failure: Error | undefined;
      for (const outcome of outcomes) {
        const points = out.get(outcome.id);
        // What failed in an earlier attempt is tried again in this one.
        if (outcome.failure !== undefined && points !== undefined) failure ??= failureOf(outcome.failure, points);
        if (outcome.id.startsWith(this.stageId)) this.takeAll(left, outcome);
        missing.push(...(points ?? []).filter((index) => left.has(index)));
        out.delete(outcome.id);
      }
      // Only what is on disk is forgotten.
      await exchange.forget(outcomes.map(({ id }) => id));
      if (failure !== undefined) throw failure;
      if (found.length < LOOK_MAX) return missing;
    }
  }

  private takeAll(left: Set<number>, { result }: Outcome): void {
    if (result === undefined) return;
    const { milliseconds, lines } = JSON.parse(result) as TaskResult;
    let points = 0;
    for (const line of lines) {
      const batch = batchOfLine(line);
      // A line that is not whole counts as not played.
      if (batch === undefined) continue;
      points += batch.indices.length;
      if (this.stage.onBatch(batch)) for (const index of batch.indices) left.delete(index);
    }
    if (points > 0) this.pointMs = Math.min(this.pointMs, Math.max(milliseconds, 0.01) / points);
  }

  /** Says again that the sweep is there, hands out again what the exchange has forgotten, and looks for workers. */
  private async renew(out: ReadonlyMap<string, readonly number[]>): Promise<void> {
    const { exchange, news } = this.work;
    const { now } = this.conducting;
    if (now() - this.renewedAt < RENEW_MS) return;
    this.renewedAt = now();
    await exchange.announce(this.announcement!);
    if (out.size > 0 && (await exchange.count()) < out.size) {
      await exchange.put([...out.values()].map((chunk) => this.taskOf(chunk)));
    }
    const { cards, refusals } = await exchange.workers();
    for (const [worker, reason] of Object.entries(refusals)) {
      if (!this.refused.has(worker)) news.onRefusal(worker, reason);
      this.refused.add(worker);
    }
    const ready = Object.keys(cards).filter((worker) => !this.refused.has(worker));
    this.threads = ready.reduce((sum, worker) => sum + (JSON.parse(cards[worker]) as WorkerCard).threads, 0);
    news.onWorkers(ready.length, Object.keys(cards).length - ready.length);
  }

  /** How long to wait before the next look: a part of what all that is out will take. */
  private pollMs(out: ReadonlyMap<string, readonly number[]>): number {
    let points = 0;
    for (const task of out.values()) points += task.length;
    // Nothing is known of how long the first points take, but they are few.
    const each = this.pointMs === Infinity ? 1 : this.pointMs;
    const outMs = (points * each) / Math.max(1, this.threads);
    return Math.min(POLL_MS, Math.max(POLL_LEAST_MS, outMs / 4));
  }

  /** How many of the points that wait make the next task. */
  private taskSize(waiting: number): number {
    const [least, most] = [TASK_LEAST_MS, TASK_MS].map((ms) => Math.floor(ms / this.pointMs)) as [number, number];
    const fair = Math.ceil(waiting / (TASKS_LEFT * Math.max(1, this.threads)));
    return Math.max(1, Math.min(TASK_POINTS_MAX, most, Math.max(least, fair)));
  }

  private taskOf(chosen: readonly number[]): Task {
    const { points, periods, blocks, part } = this.stage;
    const { indices, names, columns } = pointTable(points, Int32Array.from(chosen));
    const task: TaskBody = { indices: [...indices], names, columns, periods, blocks, part };
    const body = JSON.stringify(task);
    return { id: `${this.stageId}${chosen[0]}-${hash('sha256', body).slice(0, 12)}`, body };
  }
}

/** Names the part of the tape that a stage plays, and how its rows are summed up. */
function stageIdOf({ part, periods, blocks }: Stage): string {
  return `points-${hash('sha256', JSON.stringify([part ?? null, periods, blocks])).slice(0, 8)}-`;
}

/** The error of a task: what a worker's strategy threw, or that whoever played it died. */
function failureOf(failure: string, points: readonly number[]): Error {
  const sent = /^\{.*\}$/s.test(failure) ? (JSON.parse(failure) as SentError) : undefined;
  if (sent !== undefined) return receivedError(sent);
  const rule = `workers died again and again while they played points ${points[0]} … ${points.at(-1)}: ${failure}`;
  return new Fault('worker.lost', rule, {}, 'the rows so far are kept; the same command goes on from there');
}
