/**
 * What a sweep has played so far, on disk: an append-only file that survives being cut off at any byte.
 *
 * The first line says which sweep it is, by a hash of everything that decides its rows. Each further line is a batch
 * of rows with the sums that the odds need and a hash of its own; a line that is not whole is as if it were not there.
 * A sweep with the same hash goes on where the file ends; files of several machines are read one after the other.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { Part } from '../../research/validation/part.ts';
import type { Batch } from '../../research/sweep/batch.ts';
import { checkedLine, textOfLine } from '../checked-line.ts';

export interface ResultsHead {
  readonly sweep: 'tradedeck';
  readonly version: 2;
  readonly key: string;
  /** Which part of the history was played, in a sweep that is validated; absent of the whole. */
  readonly part?: Part;
  readonly figures: readonly string[];
  readonly periods: number;
  readonly blocks: number;
  /** Points of the whole sweep. */
  readonly points: number;
}

/** Reads the batches of a file; one of another sweep, or none, gives none. */
export function readResults(file: string, head: ResultsHead): Batch[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');
  if (lines[0] !== JSON.stringify(head)) return [];
  const batches: Batch[] = [];
  let whole = Buffer.byteLength(`${lines[0]}\n`);
  for (const line of lines.slice(1)) {
    const batch = batchOfLine(line);
    if (batch === undefined) break;
    batches.push(batch);
    whole += Buffer.byteLength(line) + 1;
  }
  // What was cut off would hide the lines that are written after it.
  if (whole < Buffer.byteLength(text)) truncateSync(file, whole);
  return batches;
}

/** Returns the files that parts of a sweep left in a folder. */
export function partsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /^results-\d+-of-\d+\.jsonl$/.test(name));
  return names.sort().map((name) => join(folder, name));
}

/** Writes batches behind those that are there. */
export class ResultsFile {
  private readonly file: string;

  /** Goes on with a file that `readResults` found to be of this sweep; starts it anew otherwise. */
  constructor(file: string, head: ResultsHead, goesOn: boolean) {
    this.file = file;
    if (!goesOn) this.write(() => writeFileSync(file, `${JSON.stringify(head)}\n`));
  }

  append(batch: Batch): void {
    this.write(() => appendFileSync(this.file, `${batchLine(batch)}\n`));
  }

  private write(work: () => void): void {
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const hint = 'the rows so far are kept; the same command goes on from there';
      throw new Fault('output.unwritable', `the results cannot be written: ${reason}`, { file: this.file }, hint);
    }
  }
}

type Numbers = Int32Array | Float64Array;

/** Returns a batch as a line of text, with every bit of its numbers. */
export function batchLine(batch: Batch): string {
  const columns = Object.entries(batch as unknown as Record<string, Numbers>);
  return checkedLine(JSON.stringify(Object.fromEntries(columns.map(([name, numbers]) => [name, packed(numbers)]))));
}

/** Returns the batch of a line, or `undefined` when the line is not whole. */
export function batchOfLine(line: string): Batch | undefined {
  const text = textOfLine(line);
  if (text === undefined) return undefined;
  // The hash says that it is what `batchLine` wrote.
  const texts = JSON.parse(text) as Record<keyof Batch, string>;
  const bytes = (field: keyof Batch): ArrayBuffer => new Uint8Array(Buffer.from(texts[field], 'base64')).buffer;
  return {
    indices: new Int32Array(bytes('indices')),
    figures: new Float64Array(bytes('figures')),
    ends: new Float64Array(bytes('ends')),
    moments: new Float64Array(bytes('moments')),
    total: new Float64Array(bytes('total')),
    parts: new Float64Array(bytes('parts')),
  };
}

function packed(numbers: Numbers): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
}
