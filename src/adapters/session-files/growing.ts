/**
 * A journal read while it is written: each look takes only the records since the last one, and proves that they follow from
 * those before.
 */
import { Buffer } from 'node:buffer';
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { GENESIS, readSegment } from '../../engine/live/index.ts';
import { nodeDigests, segmentName } from './session-files.ts';

export class GrowingSession {
  private readonly folder: string;
  /** Which segment is read, and how many bytes of it were records so far. */
  private segment = 0;
  private length = 0;
  private count = 0;
  private hash: Uint8Array = GENESIS;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The records since the last look, as texts; what is not whole yet comes with a later one. Damage is a `Fault`. */
  read(): string[] {
    const texts: string[] = [];
    for (;;) {
      const file = join(this.folder, segmentName(this.segment));
      if (!existsSync(file)) return texts;
      // Looked for first: where the next one is there, this one is complete.
      const last = !existsSync(join(this.folder, segmentName(this.segment + 1)));
      const options = { before: this.hash, file, first: this.count, last, digests: nodeDigests };
      const found = readSegment(bytesOf(file, this.length), options);
      for (const text of found.texts) texts.push(text);
      this.hash = found.hash;
      this.count += found.texts.length;
      this.length += found.length;
      if (last) return texts;
      this.segment++;
      this.length = 0;
    }
  }
}

/** What is in a file from a byte on. */
function bytesOf(path: string, from: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - from));
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, from + length);
      // It has become shorter meanwhile: a tail that a crash tore was put aside.
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
