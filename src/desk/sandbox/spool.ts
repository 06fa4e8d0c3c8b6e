/**
 * Everything that a strategy was told, in a file of the session's folder: what its process has not read yet waits there,
 * and one that is started again is told it all again.
 *
 * The file can be made anew from the journal, so nothing is synced.
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

/** Bytes that are written or read at once. */
const STEP = 64 * 1024;
const LINE_FEED = 0x0a;

export class Spool {
  /** Lines that are there. */
  count = 0;
  private readonly file: number;
  private readonly path: string;
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  /** Where the next line is written, and where the next one is read. */
  private end = 0;
  private at = 0;
  /** What was read and not handed out. */
  private held: Buffer = Buffer.alloc(0);

  /** A file that is there is begun anew. */
  constructor(path: string) {
    this.path = path;
    rmSync(path, { force: true });
    this.file = openSync(path, 'w+', 0o600);
  }

  /** Adds a line without a line feed. */
  add(text: string): void {
    const bytes = Buffer.from(`${text}\n`);
    this.pending.push(bytes);
    this.pendingBytes += bytes.length;
    this.count++;
    if (this.pendingBytes >= STEP) this.flush();
  }

  /** The next line that was not read, without its line feed; undefined where all were. */
  next(): string | undefined {
    for (;;) {
      const end = this.held.indexOf(LINE_FEED);
      if (end >= 0) {
        const line = this.held.toString('utf8', 0, end);
        this.held = this.held.subarray(end + 1);
        return line;
      }
      this.flush();
      if (this.at === this.end) return undefined;
      const room = Buffer.alloc(Math.min(STEP, this.end - this.at));
      const read = readSync(this.file, room, 0, room.length, this.at);
      this.at += read;
      this.held = Buffer.concat([this.held, room.subarray(0, read)]);
    }
  }

  /** Reads from the first line on again. */
  rewind(): void {
    this.at = 0;
    this.held = Buffer.alloc(0);
  }

  close(): void {
    this.pending = [];
    closeSync(this.file);
    rmSync(this.path, { force: true });
  }

  private flush(): void {
    if (this.pending.length === 0) return;
    const bytes = Buffer.concat(this.pending);
    for (let from = 0; from < bytes.length;) {
      from += writeSync(this.file, bytes, from, bytes.length - from, this.end + from);
    }
    this.end += bytes.length;
    this.pending = [];
    this.pendingBytes = 0;
  }
}
