/**
 * The simulated world: virtual time, and everything that is to happen in it, one thing after the other.
 */
import { Heap } from '../../src/base/heap.ts';
import { Random } from '../../src/base/random.ts';

interface Due {
  readonly at: number;
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
  private readonly heap = new Heap<Due>((a, b) => a.at < b.at || (a.at === b.at && a.sequence < b.sequence));
  private sequence = 0;

  constructor(seed: number, start: number) {
    this.random = new Random(seed);
    this.newer = this.random.fork('newer');
    this.newest = this.random.fork('newest');
    this.latest = this.random.fork('latest');
    this.now = start;
  }

  in(delay: number, work: () => void): void {
    this.heap.push({ at: this.now + Math.max(0, Math.round(delay)), sequence: this.sequence++, work });
  }

  /** Lets happen what is due before `until`; `after` looks at the world after each thing. */
  run(until: number, after: () => void): void {
    for (let due = this.heap.peek(); due !== undefined && due.at < until; due = this.heap.peek()) {
      this.heap.pop();
      this.now = due.at;
      this.events++;
      due.work();
      after();
    }
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
