/**
 * Opens the file of what a sweep has played: takes in what is there, of this attempt or of parts played elsewhere.
 */
import { basename, join } from 'node:path';
import type { Batch } from '../../research/sweep/batch.ts';
import { rowFilesIn } from '../experiments/record.ts';
import type { SweepRequest } from './plan.ts';
import { readResults, ResultsFile, type ResultsHead } from './results-file.ts';

type Shard = SweepRequest['shard'];

export interface OpenResults {
  /** Folder of the results; `undefined` leaves nothing behind. */
  readonly folder: string | undefined;
  /** Whether to begin anew. */
  readonly again: boolean;
  readonly head: ResultsHead;
  /** Is given each batch that is there. */
  add(batch: Batch): boolean;
}

export interface Appends {
  append(batch: Batch): void;
}

/** Opens a file by name. */
export function openFile(name: string, { folder, again, head, add }: OpenResults): Appends | undefined {
  if (folder === undefined) return undefined;
  const file = join(folder, name);
  // What is there twice, because two processes wrote it, is taken once.
  const before = again ? [] : [...readResults(file, head)].filter(add);
  return new ResultsFile(file, head, before);
}

/** Opens the file of a sweep or of a part of its points; a whole sweep takes in what other machines played of it. */
export function openResults(open: OpenResults, shard: Shard) {
  const results = openFile(nameOf(shard), open);
  if (shard.count === 1 && !open.again) takeOthers(open, shard);
  return results;
}

/** Takes in what others played of the same sweep: parts of it, or all of it without parts. */
export function takeOthers({ folder, head, add }: OpenResults, shard: Shard): void {
  if (folder === undefined) return;
  const others = rowFilesIn(folder).filter((file) => basename(file) !== nameOf(shard));
  for (const file of others) for (const batch of readResults(file, head)) add(batch);
}

function nameOf({ index, count }: Shard): string {
  return count === 1 ? 'results.jsonl' : `results-${index + 1}-of-${count}.jsonl`;
}
