/**
 * What the process that conducts a sweep does at the exchange: it announces the sweep, hands out tasks, and collects
 * what came of them. Each sweep has a queue of its own.
 */
import type { Job, Queue } from 'bullmq';
import type { Secret } from '../../base/secret.ts';
import { BELIEVED_S, PREFIX, queueName, refusalsKey, SWEEPS, sweepKey, WORKERS, workerKey } from './keys.ts';
import { openConnection, type ConnectionWatch, type OpenedConnection } from './connection.ts';

/** How often a task is tried when its worker fails; a worker that is killed is counted apart. */
const ATTEMPTS = 3;
/** Workers that may come in between while a sweep is removed, each once. */
const CLEAR_MAX = 16;
/** How long what was played waits to be collected, in seconds. */
const KEPT_S = 7 * 86_400;

export class SweepSide {
  private readonly opened: OpenedConnection;
  private readonly key: string;
  private readonly queue: Queue<string, string>;

  private constructor(opened: OpenedConnection, key: string) {
    const { bullmq, connection } = opened;
    this.opened = opened;
    this.key = key;
    this.queue = new bullmq.Queue(queueName(key), { connection, prefix: PREFIX });
    // The connection says what is wrong; without a listener an error would end the process.
    this.queue.on('error', () => undefined);
  }

  static async open(url: Secret, key: string, watch: ConnectionWatch): Promise<SweepSide> {
    return new SweepSide(await openConnection(url, watch, false), key);
  }

  get place(): string {
    return this.opened.place;
  }

  /** Makes the sweep known; to be repeated, or workers take it for abandoned. */
  async announce(text: string): Promise<void> {
    const { connection } = this.opened;
    await connection.set(sweepKey(this.key), text, 'EX', BELIEVED_S);
    await connection.sadd(SWEEPS, this.key);
  }

  async withdraw(): Promise<void> {
    await this.opened.connection.srem(SWEEPS, this.key);
    await this.opened.connection.del(sweepKey(this.key), refusalsKey(this.key));
  }

  /** Hands out tasks. One that is there already, in whatever state, is left as it is. */
  async put(tasks: readonly { readonly id: string; readonly body: string }[]): Promise<void> {
    await this.queue.addBulk(
      tasks.map(({ id, body }) => ({
        name: 'points',
        data: body,
        opts: {
          jobId: id,
          attempts: ATTEMPTS,
          backoff: { type: 'fixed', delay: 250 },
          removeOnComplete: { age: KEPT_S },
          removeOnFail: { age: KEPT_S },
        },
      })),
    );
  }

  /** What was played, or failed for good, and was not forgotten yet. */
  async finished(limit: number): Promise<{ id: string; result?: string; failure?: string }[]> {
    // A job that is removed while it is listed is missing from the list.
    const jobs = (await this.queue.getJobs(['completed', 'failed'], 0, limit - 1, true)) as (Job | undefined)[];
    return jobs.flatMap((job) => {
      if (job?.id === undefined) return [];
      const { id, failedReason, returnvalue } = job;
      return [failedReason ? { id, failure: failedReason } : { id, result: String(returnvalue) }];
    });
  }

  async forget(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.queue.remove(id)));
  }

  /** How many tasks there are, in whatever state. */
  async count(): Promise<number> {
    return this.queue.getJobCountByTypes('waiting', 'prioritized', 'active', 'delayed', 'completed', 'failed');
  }

  /** Takes back the tasks that nobody has begun. */
  async drop(): Promise<void> {
    // `clear` pauses the queue before it removes it: one that was cut off in between would never be played again.
    await this.queue.resume();
    await this.queue.drain(true);
  }

  /** Removes everything of the sweep. */
  async clear(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.queue.obliterate({ force: true });
        return;
      } catch (error) {
        // Only a paused queue is removed, and a worker that has heard of the end removes just then what says so.
        const isRace = error instanceof Error && error.message.includes('non-paused');
        if (!isRace || attempt === CLEAR_MAX) throw error;
      }
    }
  }

  /** The cards of the workers that are there, and what those said that refuse this sweep; by their ids. */
  async workers(): Promise<{ cards: Record<string, string>; refusals: Record<string, string> }> {
    const { connection } = this.opened;
    const ids = await connection.smembers(WORKERS);
    const texts = ids.length === 0 ? [] : await connection.mget(ids.map(workerKey));
    const gone = ids.filter((_, i) => texts[i] === null);
    if (gone.length > 0) await connection.srem(WORKERS, ...gone);
    const cards = ids.flatMap((id, i) => (texts[i] === null ? [] : [[id, texts[i]] as const]));
    return { cards: Object.fromEntries(cards), refusals: await connection.hgetall(refusalsKey(this.key)) };
  }

  /** Ends at once, whatever is under way. */
  close(): void {
    this.opened.end();
  }
}
