/**
 * The simulated world: virtual time, and everything that is to happen in it, one thing after the other.
 */
import { Heap } from '../../src/base/heap.ts';
import { Random } from '../../src/base/random.ts';

interface Due {
  /** Microseconds since the world began: as numbers below 2^31 they need no memory of their own, as instants they would. */
  readonly after: number;
  readonly sequence: number;
  readonly work: () => void;
}

export const SECOND = 1_000_000;
export const MILLI = 1000;

export class World {
  /** Virtual time, microseconds since 1970. */
  now: number;
  /** Things that happened. */
  events = 0;
  readonly random: Random;
  /** For what came later, so that what was before draws what it drew. */
  readonly newer: Random;
  readonly newest: Random;
  readonly latest: Random;
  private readonly streams = new Map<string, Random>();
  private readonly heap = new Heap<Due>(
    (a, b) => a.after < b.after || (a.after === b.after && a.sequence < b.sequence),
  );
  private sequence = 0;
  start: number;
  /** Microseconds since the start. */
  private elapsed = 0;

  constructor(seed: number, start: number) {
    this.random = new Random(seed);
    this.newer = this.random.fork('newer');
    this.newest = this.random.fork('newest');
    this.latest = this.random.fork('latest');
    this.now = this.start = start;
  }

  /** What a kind of trouble that came last draws from, by its name: none disturbs another. */
  of(name: string): Random {
    let stream = this.streams.get(name);
    if (stream === undefined) this.streams.set(name, (stream = this.random.fork(name)));
    return stream;
  }

  /** The world begins at another instant; nothing may be due yet. */
  beginAt(start: number): void {
    this.now = this.start = start;
  }

  in(delay: number, work: () => void): void {
    this.heap.push({ after: this.elapsed + Math.max(0, Math.round(delay)), sequence: this.sequence++, work });
  }

  /** Lets happen what is due before `until`; `after` looks at the world after each thing. */
  run(until: number, after: () => void): void {
    const end = until - this.start;
    for (let due = this.heap.peek(); due !== undefined && due.after < end; due = this.heap.peek()) {
      this.heap.pop();
      this.elapsed = due.after;
      this.now = this.start + due.after;
      this.events++;
      due.work();
      after();
    }
    this.elapsed = end;
    this.now = until;
  }

  /** Whether something of probability `p` happens. */
  chance(p: number): boolean {
    return p > 0 && this.random.uniform() < p;
  }

  between(low: number, high: number): number {
    return low + this.random.uniform() * (high - low);
  }
}
