/**
 * Tells a person how far a long run is: one line that is written over, with rows per second and the time left.
 */

/** Where progress is shown: a terminal's error stream, so that results can be piped. */
export interface ProgressOutput {
  readonly isTerminal: boolean;
  write(text: string): void;
}

const FIRST_AFTER_MS = 400;
const EVERY_MS = 100;
const WIDTH = 24;

export class Progress {
  private readonly output: ProgressOutput;
  private readonly total: number | undefined;
  private readonly now: () => number;
  private readonly startedAt: number;
  private shownAt: number;
  private isShown = false;

  /** `total` is the number of rows when known, `now` a clock in milliseconds. */
  constructor(output: ProgressOutput, total: number | undefined, now: () => number) {
    this.output = output;
    this.total = total;
    this.now = now;
    this.startedAt = now();
    this.shownAt = this.startedAt + FIRST_AFTER_MS - EVERY_MS;
  }

  /** Says that `rows` are played; shown at most ten times a second, and not at all in a short run. */
  update(rows: number): void {
    const now = this.now();
    if (!this.output.isTerminal || now - this.shownAt < EVERY_MS) return;
    this.shownAt = now;
    this.isShown = true;
    this.output.write(`\r\x1b[2K${progressLine(rows, this.total, now - this.startedAt)}`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.isShown) this.output.write('\r\x1b[2K');
    this.isShown = false;
  }
}

/** Returns a line such as `playing ████──── 42 %  4.2 of 10.0 million rows, 12.1 million/s, 1 s left`. */
export function progressLine(rows: number, total: number | undefined, elapsedMs: number): string {
  const perSecond = elapsedMs > 0 ? (rows / elapsedMs) * 1000 : 0;
  const speed = `${count(perSecond)}/s`;
  if (total === undefined || total === 0) return `playing ${count(rows)} rows, ${speed}`;
  const share = Math.min(1, rows / total);
  const filled = Math.round(share * WIDTH);
  const left = rows === 0 ? '' : `, ${duration((elapsedMs * (total - rows)) / rows)} left`;
  const bar = `${'█'.repeat(filled)}${'─'.repeat(WIDTH - filled)}`;
  return `playing ${bar} ${Math.floor(share * 100)} %  ${count(rows)} of ${count(total)} rows, ${speed}${left}`;
}

/** `812`, `45.3 thousand`, `12.1 million`. */
export function count(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} million`;
  return value >= 1e4 ? `${(value / 1e3).toFixed(1)} thousand` : String(Math.round(value));
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600
    ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
    : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
