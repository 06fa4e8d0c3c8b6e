/**
 * What is to happen at a known instant: corporate actions and timers, earliest first; at one instant by rank, then in
 * the order they were asked for.
 */
import { Heap } from '../../base/heap.ts';

interface Wake {
  readonly at: number;
  readonly rank: number;
  readonly sequence: number;
  readonly work: (due: number) => void;
}

export class Wakes {
  /** The earliest instant at which something is due; Infinity when nothing is. */
  next = Infinity;
  /** Changes whenever `next` may have. */
  version = 0;
  private readonly heap = new Heap<Wake>(before);
  private sequence = 0;
  private ranks = 0;
  private began: (() => number) | undefined;
  private readonly waiting: ((from: number) => void)[] = [];

  /** Timers that repeat keep their `rank`, so that those of one instant run in the order of their declaration. */
  at(at: number, work: (due: number) => void, rank = 0): void {
    this.heap.push({ at, rank, sequence: this.sequence++, work });
    this.next = this.heap.peek()!.at;
    this.version++;
  }

  /** The rank of the next timer that is declared. */
  nextRank(): number {
    return ++this.ranks;
  }

  /** Calls `start` with the first instant of the tape, once it is known. */
  untilFirst(start: (from: number) => void): void {
    if (this.began === undefined) this.waiting.push(start);
    else start(this.began());
  }

  /** The tape starts at `from`; `now` tells the time from here on. */
  begin(from: number, now: () => number): void {
    this.began = now;
    for (const start of this.waiting.splice(0)) start(from);
  }

  /** Runs everything that is due at or before `at`. */
  run(at: number): void {
    for (let wake = this.heap.peek(); wake !== undefined && wake.at <= at; wake = this.heap.peek()) {
      this.heap.pop();
      this.next = this.heap.peek()?.at ?? Infinity;
      wake.work(wake.at);
    }
    this.next = this.heap.peek()?.at ?? Infinity;
    this.version++;
  }
}

function before(a: Wake, b: Wake): boolean {
  if (a.at !== b.at) return a.at < b.at;
  return a.rank === b.rank ? a.sequence < b.sequence : a.rank < b.rank;
}
