/**
 * What a sweep has played so far, on disk: an append-only file that survives being cut off at any byte.
 *
 * The first line says which sweep it is, by a hash of everything that decides its rows. Each further line is a batch
 * of rows with the sums that the odds need and a hash of its own; a line that is not whole is as if it were not there.
 * A sweep with the same hash goes on where the file ends; files of several machines are read one after the other.
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { Part } from '../../research/validation/part.ts';
import type { Batch } from '../../research/sweep/batch.ts';
import { checkedLine, endsOpen, textOfLine } from '../checked-line.ts';

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

/** Reads of which sweep a file is; `undefined` where there is none, or its first line is not whole. */
export function headOfResults(file: string): ResultsHead | undefined {
  if (!existsSync(file)) return undefined;
  const [first = ''] = linesOf(file).take(1);
  const isHead = first.startsWith('{"sweep":"tradedeck","version":2,') && first.endsWith('}');
  return isHead ? (JSON.parse(first) as ResultsHead) : undefined;
}

/**
 * Reads the batches of a file; one of another sweep, or none, gives none. A line that is not whole is left out: it was
 * cut off, or another process is writing it.
 */
export function* readResults(file: string, head: ResultsHead): Generator<Batch> {
  if (!existsSync(file)) return;
  const lines = linesOf(file);
  if (lines.next().value !== JSON.stringify(head)) return;
  for (const line of lines) {
    const batch = batchOfLine(line);
    if (batch !== undefined) yield batch;
  }
}

/** How many sums may lie in a file beyond what its rows need, before it is written anew. */
const SUMS_SLACK = 8;
/** Rows in one line of a file that is written anew. */
const LINE_ROWS = 20_000;

/**
 * Writes batches behind those that are there.
 *
 * Each batch brings its sums, one number per session, however few its rows are: of slow runs the file would soon hold
 * little else. So it is written anew, with one line of sums, whenever it has grown to twice of what its rows need.
 */
export class ResultsFile {
  private readonly file: string;
  private readonly head: ResultsHead;
  private readonly batches: Batch[] = [];
  private readonly total: Float64Array;
  private readonly sumBytes: number;
  /** Goes before the next line: what was cut off must not take it along. */
  private start = '';
  private bytes = 0;
  private rowBytes = 0;

  /** Goes on with a file in which `readResults` found the batches; with none it is begun. */
  constructor(file: string, head: ResultsHead, before: readonly Batch[]) {
    this.file = file;
    this.head = head;
    this.total = new Float64Array(head.periods);
    this.sumBytes = packedBytes(this.total);
    for (const batch of before) this.note(batch);
    if (before.length === 0) this.write(() => writeFileSync(file, `${JSON.stringify(head)}\n`));
    else if (endsOpen(file)) this.start = '\n';
  }

  append(batch: Batch): void {
    this.note(batch);
    const { bytes, rowBytes, sumBytes } = this;
    this.write(() => {
      if (bytes > 2 * rowBytes + SUMS_SLACK * sumBytes) this.writeAnew();
      else appendFileSync(this.file, `${this.start}${batchLine(batch)}\n`);
      this.start = '';
    });
  }

  private note(batch: Batch): void {
    const { total, ...rows } = batch;
    this.batches.push({ ...rows, total: NOTHING });
    for (let i = 0; i < total.length; i++) this.total[i] += total[i];
    const rowBytes = Object.values(rows).reduce((sum, numbers: Numbers) => sum + packedBytes(numbers), 0);
    this.rowBytes += rowBytes;
    this.bytes += rowBytes + this.sumBytes;
  }

  private writeAnew(): void {
    const part = `${this.file}.part`;
    const descriptor = openSync(part, 'w');
    try {
      writeFileSync(descriptor, `${JSON.stringify(this.head)}\n`);
      let { total } = this;
      let lines = 0;
      for (const rows of joined(this.batches)) {
        writeFileSync(descriptor, `${batchLine({ ...rows, total })}\n`);
        total = new Float64Array(this.head.periods);
        lines++;
      }
      // The name must not point to what is not on the disk yet: all rows are in this one file.
      fsyncSync(descriptor);
      this.bytes = this.rowBytes + lines * this.sumBytes;
    } finally {
      closeSync(descriptor);
    }
    renameSync(part, this.file);
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

const NOTHING = new Float64Array(0);

/** Joins batches to some of many rows each; their sums are left out. */
function* joined(batches: readonly Batch[]): Generator<Batch> {
  for (let from = 0; from < batches.length;) {
    let to = from;
    for (let rows = 0; to < batches.length && rows < LINE_ROWS; to++) rows += batches[to].indices.length;
    const some = batches.slice(from, to);
    const column = (of: 'figures' | 'ends' | 'moments' | 'parts'): Float64Array => {
      const values = new Float64Array(some.reduce((length, batch) => length + batch[of].length, 0));
      let at = 0;
      for (const { [of]: own } of some) {
        values.set(own, at);
        at += own.length;
      }
      return values;
    };
    const indices = Int32Array.from(some.flatMap((batch) => [...batch.indices]));
    const [figures, ends, moments, parts] = [column('figures'), column('ends'), column('moments'), column('parts')];
    yield { indices, figures, ends, moments, total: NOTHING, parts };
    from = to;
  }
}

/** The lines of a file, which may be longer than one text can be. */
function* linesOf(file: string): Generator<string> {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK);
    let pieces: Buffer[] = [];
    for (;;) {
      const read = buffer.subarray(0, readSync(descriptor, buffer, 0, CHUNK, null));
      if (read.length === 0) break;
      let from = 0;
      for (let end = read.indexOf(LINE_FEED); end >= 0; end = read.indexOf(LINE_FEED, from)) {
        yield Buffer.concat([...pieces, read.subarray(from, end)]).toString('utf8');
        pieces = [];
        from = end + 1;
      }
      pieces.push(Buffer.from(read.subarray(from)));
    }
    const rest = Buffer.concat(pieces);
    if (rest.length > 0) yield rest.toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}

const CHUNK = 1 << 22;
const LINE_FEED = 0x0a;

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

/** Characters of numbers as `packed` writes them. */
function packedBytes({ byteLength }: Numbers): number {
  return Math.ceil(byteLength / 3) * 4;
}

function packed(numbers: Numbers): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
}
