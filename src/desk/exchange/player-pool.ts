/**
 * The threads of a worker: each plays one task at a time, and one that dies is replaced.
 */
import { sentError, type PlayRequest, type ThreadStart } from '../sweep/messages.ts';
import { batchLine } from '../sweep/results-file.ts';
import { SweepThreads } from '../sweep/threads.ts';

/** What a task says, as JSON. */
export interface TaskBody extends Omit<PlayRequest, 'table' | 'queue'> {
  readonly indices: readonly number[];
  readonly names: PlayRequest['table']['names'];
  readonly columns: PlayRequest['table']['columns'];
}

/** What a task gives, as JSON. */
export interface TaskResult {
  readonly milliseconds: number;
  /** Batches, each as `batchLine` writes it. */
  readonly lines: readonly string[];
}

export class PlayerPool {
  private readonly start: ThreadStart;
  private readonly free: SweepThreads[];

  constructor(count: number, start: ThreadStart) {
    this.start = start;
    this.free = Array.from({ length: count }, () => new SweepThreads(1, start));
  }

  /**
   * Plays the points of a task's body. What a strategy throws is a failure, which would be the same elsewhere; a thread
   * that dies rejects, and the task can be tried again. There are never more tasks at once than threads.
   */
  async play(body: string): Promise<{ readonly result: string } | { readonly failure: string }> {
    // `RemoteConductor` made it.
    const { indices, names, columns, periods, blocks, part } = JSON.parse(body) as TaskBody;
    const table = { indices: Int32Array.from(indices), names, columns };
    const thread = this.free.pop() ?? new SweepThreads(1, this.start);
    const lines: string[] = [];
    let played = 0;
    const startedAt = performance.now();
    const queue = new Int32Array(new SharedArrayBuffer(8));
    try {
      await thread.play({ table, queue, periods, blocks, part }, (batch) => {
        played += batch.indices.length;
        lines.push(batchLine(batch));
      });
    } catch (error) {
      this.free.push(thread);
      return { failure: JSON.stringify(sentError(error)) };
    }
    if (played === indices.length) {
      this.free.push(thread);
      const result: TaskResult = { milliseconds: performance.now() - startedAt, lines };
      return { result: JSON.stringify(result) };
    }
    await thread.end();
    this.free.push(new SweepThreads(1, this.start));
    throw new Error('a thread died while it played');
  }

  async end(): Promise<void> {
    await Promise.all(this.free.map((thread) => thread.end()));
  }
}
