/**
 * Opens the file of what a sweep has played: takes in what is there, of this attempt or of parts played elsewhere.
 */
import { join } from 'node:path';
import type { Batch } from '../../research/sweep/batch.ts';
import { partsIn, readResults, ResultsFile, type ResultsHead } from './results-file.ts';

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
  const before = again ? [] : readResults(file, head);
  for (const batch of before) add(batch);
  return new ResultsFile(file, head, before);
}

/** Opens the file of a sweep or of a part of its points; a whole sweep takes in what other machines played of it. */
export function openResults(open: OpenResults, shard: { readonly index: number; readonly count: number }) {
  if (shard.count > 1) return openFile(`results-${shard.index + 1}-of-${shard.count}.jsonl`, open);
  const results = openFile('results.jsonl', open);
  if (open.folder === undefined || open.again) return results;
  for (const other of partsIn(open.folder)) readResults(other, open.head).forEach((batch) => open.add(batch));
  return results;
}
