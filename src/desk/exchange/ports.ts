/**
 * Where a sweep and its workers meet, on whatever machines they are. An adapter implements both sides.
 */

export interface Task {
  /** The same points in the same order have the same id. */
  readonly id: string;
  readonly body: string;
}

/** A task that was played, or failed for good. */
export interface Outcome {
  readonly id: string;
  readonly result?: string;
  readonly failure?: string;
}

/** The side of the process that conducts a sweep. Every call waits while the exchange is away. */
export interface SweepExchange {
  /** Where the exchange is, without what is secret in its address. */
  readonly place: string;
  /** Makes the sweep known; to be repeated, or workers take it for abandoned. */
  announce(text: string): Promise<void>;
  withdraw(): Promise<void>;
  /** Hands out tasks; those that are there already are left as they are. */
  put(tasks: readonly Task[]): Promise<void>;
  finished(limit: number): Promise<readonly Outcome[]>;
  forget(ids: readonly string[]): Promise<void>;
  count(): Promise<number>;
  /** Takes back the tasks that nobody has begun. */
  drop(): Promise<void>;
  /** Removes everything of the sweep. */
  clear(): Promise<void>;
  workers(): Promise<{
    readonly cards: Readonly<Record<string, string>>;
    readonly refusals: Readonly<Record<string, string>>;
  }>;
  close(): void;
}

/** The side of a worker. */
export interface WorkerExchange {
  readonly place: string;
  introduce(card: string): Promise<void>;
  sweeps(): Promise<readonly { readonly key: string; readonly text: string }[]>;
  refuse(key: string, reason: string): Promise<void>;
  serve(
    key: string,
    concurrency: number,
    leaseMs: number,
    play: (body: string) => Promise<{ readonly result: string } | { readonly failure: string }>,
  ): { close(): Promise<void> };
  leave(): Promise<void>;
  close(): void;
}

/** Told when the exchange stops answering, with the reason, and when it answers again. */
export interface ExchangeWatch {
  onAway(place: string, reason: string): void;
  onBack(place: string): void;
}
