/**
 * What a strategy prints: data, in a file of its own beside the journal, with a label before each line so that none can
 * pass for another's, with control characters shown, and no more of it than fits.
 */
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';

/** The file in a session's folder. */
export const STRATEGY_LOG = 'strategy.log';

/** Most bytes of the file; what is printed after that is counted. */
const FILE_MAX = 10 * 2 ** 20;
/** Longest line; the rest of it is left out. */
const LINE_MAX = 4096;
const LINE_FEED = 0x0a;

export class StrategyLog {
  private readonly file: number;
  private readonly label: string;
  private readonly most: number;
  private size: number;
  private begun = '';
  /** Whether the rest of the line that was begun is left out. */
  private isLong = false;
  private dropped = 0;

  constructor(path: string, label: string, most = FILE_MAX) {
    this.file = openSync(path, 'a', 0o600);
    this.size = fstatSync(this.file).size;
    this.label = label;
    this.most = most;
  }

  /** Takes what was printed, in any pieces. */
  print(bytes: Uint8Array): void {
    // The rest of a long line is left out unread: who prints without end is not to cost the desk its time.
    const end = this.isLong ? bytes.indexOf(LINE_FEED) : 0;
    if (end < 0) return;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + end, bytes.byteLength - end).toString('utf8');
    const lines = text.split('\n');
    for (const [index, part] of lines.entries()) {
      if (!this.isLong) this.begun += part;
      if (this.begun.length > LINE_MAX) {
        this.begun = `${this.begun.slice(0, LINE_MAX)} …`;
        this.isLong = true;
      }
      if (index < lines.length - 1) this.endLine();
    }
  }

  /** A line of the desk's about the process: by its label nothing that is printed can look like it. */
  note(text: string): void {
    if (this.begun !== '') this.endLine();
    this.write(`desk| ${shown(text)}\n`);
  }

  close(): void {
    if (this.begun !== '') this.endLine();
    if (this.dropped > 0) {
      this.dropped = 0;
      writeSync(this.file, 'desk| the log is full: what was printed after this is left out\n');
    }
    closeSync(this.file);
  }

  private endLine(): void {
    this.write(`${this.label}| ${shown(this.begun)}\n`);
    this.begun = '';
    this.isLong = false;
  }

  private write(line: string): void {
    const length = Buffer.byteLength(line);
    if (this.size + length > this.most) {
      this.dropped += length;
      return;
    }
    this.size += length;
    writeSync(this.file, line);
  }
}

/** Everything that steers a terminal or a log, and whatever else ends a line. */
// oxlint-disable-next-line no-control-regex -- These are what is looked for.
const STEERING = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** The text with what steers shown by its number: what is printed cannot be obeyed, or begin a line of ours. */
export function shown(text: string): string {
  return text.replaceAll(STEERING, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
