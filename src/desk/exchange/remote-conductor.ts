/**
 * Plays the points of a sweep elsewhere: hands out chunks of them at an exchange, and takes every row exactly once.
 *
 * Workers may die, come and go, and the exchange may go away or forget everything: what was collected is on disk, what
 * was not is handed out again. It asks rather than listens, so that nothing depends on a message that was missed.
 */
import { hash } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import { BatchPlayer, pointTable, type Batch } from '../../research/sweep/batch.ts';
import type { Conducting, Conducts, Stage } from '../sweep/conduct.ts';
import { receivedError, type SentError } from '../sweep/messages.ts';
import { batchOfLine } from '../sweep/results-file.ts';
import { pause, unlessStopped } from './patience.ts';
import type { TaskBody } from './player-pool.ts';
import type { Outcome, SweepExchange, Task } from './ports.ts';

/** Work of a chunk: long enough not to be all talk, short enough to be lost without regret. */
const CHUNK_MS = 500;
const CHUNK_MAX = 2000;
/** Parts that a set of points is cut into at least, where there are as many, so that every worker has something. */
const CHUNKS_MIN = 32;
/** Chunks that are handed out at once. */
const WINDOW = 64;
/** Finished tasks that are looked at at once. */
const LOOK_MAX = 256;
const POLL_MS = 50;
const RENEW_MS = 4000;
/** How long a sweep that ends waits for an exchange that does not answer. */
const GRACE_MS = 1500;
/** Points played here, to learn how long one takes. */
const PROBES = 3;

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
  /** Points of a task, by how long one took on that part of the tape. */
  private chunk = 0;
  private renewedAt = -Infinity;
  private hasFailed = false;

  constructor(conducting: Conducting, work: RemoteWork) {
    this.conducting = conducting;
    this.work = work;
  }

  async play(indices: Int32Array, stage: Stage): Promise<boolean> {
    const left = new Set(indices);
    const total = left.size;
    const isOther = this.chunk === 0 || this.stage.subject !== stage.subject;
    this.stage = stage;
    this.stageId = stageIdOf(stage);
    if (isOther) this.probe(left);
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
    const leave = async (): Promise<void> => {
      if (this.announcement === undefined) return;
      await exchange.withdraw();
      if (this.conducting.stop.isStopped || this.hasFailed) await exchange.drop();
      else await exchange.clear();
    };
    // An exchange that is away is not waited for: its announcement expires by itself.
    await Promise.race([leave().catch(() => undefined), pause(GRACE_MS)]);
    exchange.close();
  }

  /** Plays some points here: they count like all others, and tell how long one takes. */
  private probe(left: Set<number>): void {
    const { subject, points, periods, blocks, part } = this.stage;
    const { now } = this.conducting;
    const first = Int32Array.from([...left].slice(0, PROBES));
    const player = new BatchPlayer(subject, pointTable(points, first), new Int32Array(2), periods, blocks, part);
    let fastest = Infinity;
    let startedAt = now();
    while (player.step()) {
      fastest = Math.min(fastest, now() - startedAt);
      startedAt = now();
      if (fastest > CHUNK_MS) break;
    }
    this.take(left, player.take());
    this.chunk = Math.max(1, Math.min(CHUNK_MAX, Math.floor(CHUNK_MS / Math.max(fastest, 0.001))));
  }

  private async exchangeAll(left: Set<number>, total: number): Promise<boolean> {
    const { exchange } = this.work;
    this.announcement ??= this.work.announcement();
    // What an earlier attempt left: its results count, and what nobody has begun is handed out anew.
    await exchange.drop();
    await this.collect(left, new Map());
    const waiting = this.chunks([...left]);
    const out = new Map<string, readonly number[]>();
    while (left.size > 0) {
      if (this.conducting.stop.isStopped) return false;
      await this.renew(out);
      const tasks: Task[] = [];
      while (out.size < WINDOW && waiting.length > 0) {
        const chunk = waiting.shift()!.filter((index) => left.has(index));
        if (chunk.length === 0) continue;
        const task = this.taskOf(chunk);
        if (out.has(task.id)) continue;
        out.set(task.id, chunk);
        tasks.push(task);
      }
      if (tasks.length > 0) await exchange.put(tasks);
      const missing = await this.collect(left, out);
      if (missing.length > 0) waiting.push(...this.chunks(missing));
      this.stage.onProgress(total - left.size);
      if (left.size > 0) await pause(POLL_MS);
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
        const chunk = out.get(outcome.id);
        // What failed in an earlier attempt is tried again in this one.
        if (outcome.failure !== undefined && chunk !== undefined) failure ??= failureOf(outcome.failure, chunk);
        if (outcome.id.startsWith(this.stageId)) for (const batch of batchesOf(outcome)) this.take(left, batch);
        missing.push(...(chunk ?? []).filter((index) => left.has(index)));
        out.delete(outcome.id);
      }
      // Only what is on disk is forgotten.
      await exchange.forget(outcomes.map(({ id }) => id));
      if (failure !== undefined) throw failure;
      if (found.length < LOOK_MAX) return missing;
    }
  }

  private take(left: Set<number>, batch: Batch): void {
    if (batch.indices.length > 0 && this.stage.onBatch(batch)) {
      for (const index of batch.indices) left.delete(index);
    }
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
    const refusing = Object.keys(cards).filter((worker) => this.refused.has(worker)).length;
    news.onWorkers(Object.keys(cards).length - refusing, refusing);
  }

  private chunks(indices: readonly number[]): number[][] {
    const size = Math.max(1, Math.min(this.chunk, Math.ceil(indices.length / CHUNKS_MIN)));
    return Array.from({ length: Math.ceil(indices.length / size) }, (_, i) => indices.slice(i * size, (i + 1) * size));
  }

  private taskOf(chunk: readonly number[]): Task {
    const { points, periods, blocks, part } = this.stage;
    const { indices, names, columns } = pointTable(points, Int32Array.from(chunk));
    const task: TaskBody = { indices: [...indices], names, columns, periods, blocks, part };
    const body = JSON.stringify(task);
    return { id: `${this.stageId}${chunk[0]}-${hash('sha256', body).slice(0, 12)}`, body };
  }
}

/** Names the part of the tape that a stage plays, and how its rows are summed up. */
function stageIdOf({ part, periods, blocks }: Stage): string {
  return `points-${hash('sha256', JSON.stringify([part ?? null, periods, blocks])).slice(0, 8)}-`;
}

function batchesOf({ result = '[]' }: Outcome): Batch[] {
  const lines: unknown = JSON.parse(result);
  // A line that is not whole counts as not played.
  return Array.isArray(lines) ? lines.flatMap((line) => batchOfLine(String(line)) ?? []) : [];
}

/** The error of a task: what a worker's strategy threw, or that whoever played it died. */
function failureOf(failure: string, chunk: readonly number[]): Error {
  const sent = /^\{.*\}$/s.test(failure) ? (JSON.parse(failure) as SentError) : undefined;
  if (sent !== undefined) return receivedError(sent);
  const rule = `workers died again and again while they played points ${chunk[0]} … ${chunk.at(-1)}: ${failure}`;
  return new Fault('worker.lost', rule, {}, 'the rows so far are kept; the same command goes on from there');
}
