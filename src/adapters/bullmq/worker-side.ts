/**
 * What a worker does at the exchange: it shows its card, looks for sweeps, and plays tasks of one of them.
 *
 * A task is leased: while it is played its lease is renewed, and when a worker dies another one takes the task over.
 */
import type { Worker } from 'bullmq';
import type { Secret } from '../../base/secret.ts';
import { BELIEVED_S, PREFIX, queueName, refusalsKey, SWEEPS, sweepKey, WORKERS, workerKey } from './keys.ts';
import { openConnection, type ConnectionWatch, type OpenedConnection } from './connection.ts';

/** How many workers may die over one task before it is taken for what kills them. */
const DEATHS_MAX = 3;
const REFUSAL_S = 3600;

export class WorkerSide {
  private readonly opened: OpenedConnection;
  private readonly id: string;

  private constructor(opened: OpenedConnection, id: string) {
    this.opened = opened;
    this.id = id;
  }

  /** Waits for a server that is not there yet: worker and server are often started together. */
  static async open(url: Secret, id: string, watch: ConnectionWatch): Promise<WorkerSide> {
    return new WorkerSide(await openConnection(url, watch, true), id);
  }

  get place(): string {
    return this.opened.place;
  }

  /** Shows that this worker is there; to be repeated. */
  async introduce(card: string): Promise<void> {
    await this.opened.connection.set(workerKey(this.id), card, 'EX', BELIEVED_S);
    await this.opened.connection.sadd(WORKERS, this.id);
  }

  /** The sweeps that are announced, with their texts. */
  async sweeps(): Promise<{ key: string; text: string }[]> {
    const { connection } = this.opened;
    const keys = (await connection.smembers(SWEEPS)).sort();
    if (keys.length === 0) return [];
    const texts = await connection.mget(keys.map(sweepKey));
    return keys.flatMap((key, i) => {
      const text = texts[i];
      return text === null ? [] : [{ key, text }];
    });
  }

  async refuse(key: string, reason: string): Promise<void> {
    await this.opened.connection.hset(refusalsKey(key), this.id, reason);
    await this.opened.connection.expire(refusalsKey(key), REFUSAL_S);
  }

  /**
   * Plays tasks of a sweep until closed. `play` rejects with what may pass when tried again; what it returns as
   * `failure` will not. `leaseMs` is how long a worker may be silent before its task is given to another.
   */
  serve(
    key: string,
    concurrency: number,
    leaseMs: number,
    play: (body: string) => Promise<{ readonly result: string } | { readonly failure: string }>,
  ): { close(): Promise<void> } {
    const { bullmq, connection } = this.opened;
    const worker: Worker<string, string> = new bullmq.Worker(
      queueName(key),
      async ({ data }: { data: string }) => {
        const outcome = await play(data);
        if ('failure' in outcome) throw new bullmq.UnrecoverableError(outcome.failure);
        return outcome.result;
      },
      {
        connection,
        prefix: PREFIX,
        concurrency,
        lockDuration: leaseMs,
        stalledInterval: Math.max(1000, leaseMs / 2),
        maxStalledCount: DEATHS_MAX,
        drainDelay: 1,
      },
    );
    // The connection says when the server is away; a task that was taken over meanwhile is no error of this worker.
    worker.on('error', () => undefined);
    return {
      close: async () => {
        await worker.close();
        // Who looks for tasks writes down settings of the queue, also of one that is over: nobody else would remove them.
        if ((await connection.exists(sweepKey(key))) === 0) await connection.del(worker.toKey('meta'));
      },
    };
  }

  async leave(): Promise<void> {
    await this.opened.connection.srem(WORKERS, this.id);
    await this.opened.connection.del(workerKey(this.id));
  }

  close(): void {
    this.opened.end();
  }
}
