/**
 * What a sweep and its threads say to each other.
 */
import { Fault, type FaultPlace } from '../../base/fault.ts';
import type { RecordedTape } from '../../market/tape.ts';
import type { Batch, PointTable } from '../../research/sweep/batch.ts';
import type { Part } from '../../research/validation/part.ts';
import type { MetricId } from '../../stats/metric.ts';
import type { DeckConfig } from '../config/schema.ts';

/** What a thread is started with. */
export interface ThreadStart {
  readonly config: DeckConfig;
  readonly folder: string;
  readonly codeHash: string;
  /** With columns in shared memory. */
  readonly tape: RecordedTape;
  readonly seed: number;
  readonly figures: readonly MetricId[];
  readonly periodsPerYear: number;
  /** The rule by which hopeless runs are stopped. */
  readonly stopWhen: string | undefined;
}

/** Play what is left of a queue, on the whole tape or a part of it. */
export interface PlayRequest {
  readonly table: PointTable;
  readonly queue: Int32Array;
  readonly periods: number;
  readonly blocks: number;
  readonly part: Part | undefined;
}

export type ThreadReply =
  | { readonly kind: 'batch'; readonly batch: Batch }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: SentError };

/** An error in a form that keeps its kind from thread to thread. */
export interface SentError {
  readonly code: string | undefined;
  readonly message: string;
  readonly place: FaultPlace;
  readonly hint: string | undefined;
  readonly stack: string | undefined;
}

export function sentError(error: unknown): SentError {
  if (error instanceof Fault) {
    return { code: error.code, message: error.rule, place: error.place, hint: error.hint, stack: error.stack };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: undefined, message, place: {}, hint: undefined, stack };
}

export function receivedError({ code, message, place, hint, stack }: SentError): Error {
  if (code !== undefined) return new Fault(code, message, place, hint);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
