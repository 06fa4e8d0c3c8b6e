/**
 * What a long run of seeds says while it goes on.
 */
import process from 'node:process';

/** How far it is, on standard error: twice a second for who watches, once a minute for a log. */
export class Progress {
  private readonly isWatched = process.stderr.isTTY;
  private readonly seeds: number;
  private readonly start: number;
  private shownAt: number;

  /** Of so many seeds, since `start` by `performance.now()`. */
  constructor(seeds: number, start: number) {
    this.seeds = seeds;
    this.start = start;
    this.shownAt = start;
  }

  show(done: { readonly seeds: number; readonly events: number }, failed: number): void {
    const now = performance.now();
    if (now - this.shownAt < (this.isWatched ? 500 : 60_000)) return;
    this.shownAt = now;
    const seconds = (now - this.start) / 1000;
    const left = Math.round((seconds / done.seeds) * (this.seeds - done.seeds));
    const rate = Math.round(done.events / seconds);
    const text = `${done.seeds} of ${this.seeds} seeds, ${failed} failed, ${rate} events/s, ${span(left)} left`;
    process.stderr.write(this.isWatched ? `\r\x1b[K${text}` : `${text}\n`);
  }

  end(): void {
    if (this.isWatched) process.stderr.write('\r\x1b[K');
  }
}

function span(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min` : `${seconds} s`;
}
