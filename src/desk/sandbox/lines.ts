/**
 * Bytes of a pipe as lines, none longer than allowed: what comes in is held only up to the bound, whatever is sent.
 */
import { TextDecoder } from 'node:util';

/** Longest line that a strategy may send, in bytes, its line feed not counted. */
export const LINE_MAX = 64 * 1024;

const LINE_FEED = 0x0a;

export interface LineSink {
  /** A whole line, without its line feed. */
  line(text: string): void;
  /** A line that is too long or is no UTF-8; nothing more is read. */
  broken(why: string): void;
}

export class LineReader {
  private readonly sink: LineSink;
  private readonly most: number;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** The beginning of a line whose end has not come; its pieces are put together once. */
  private pieces: Uint8Array[] = [];
  private held = 0;
  private isOver = false;

  constructor(sink: LineSink, most = LINE_MAX) {
    this.sink = sink;
    this.most = most;
  }

  /** Bytes that wait for the end of their line. */
  get waiting(): number {
    return this.held;
  }

  /** Takes bytes as they come, and hands on the lines that end in them. */
  push(bytes: Uint8Array): void {
    let from = 0;
    while (!this.isOver) {
      const end = bytes.indexOf(LINE_FEED, from);
      const length = (end < 0 ? bytes.length : end) - from;
      if (this.held + length > this.most) {
        this.break(`a line has more than ${this.most} bytes`);
        return;
      }
      if (end < 0) {
        if (length > 0) this.hold(bytes.slice(from));
        return;
      }
      this.hold(bytes.subarray(from, end));
      from = end + 1;
      this.take();
    }
  }

  /** Nothing more is read: what was begun is dropped. */
  close(): void {
    this.isOver = true;
    this.pieces = [];
    this.held = 0;
  }

  private hold(bytes: Uint8Array): void {
    this.pieces.push(bytes);
    this.held += bytes.length;
    // Byte by byte a line would be as many pieces as it has bytes.
    if (this.pieces.length > 64) this.pieces = [Buffer.concat(this.pieces)];
  }

  private take(): void {
    const line = this.pieces.length === 1 ? this.pieces[0] : Buffer.concat(this.pieces);
    this.pieces = [];
    this.held = 0;
    let text: string;
    try {
      text = this.decoder.decode(line);
    } catch (error) {
      this.break(`a line is no UTF-8: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    this.sink.line(text);
  }

  private break(why: string): void {
    this.close();
    this.sink.broken(why);
  }
}
