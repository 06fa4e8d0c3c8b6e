/**
 * Several feeds as one sequence: which has the earliest next row. At one instant, feeds go in the order of their index.
 *
 * Where most feeds have a row at each instant, as daily bars do, looking at all of them once per instant is cheapest;
 * where they come one at a time, as quotes of many instruments do, a heap is. Whichever suits the tape is used, and
 * changed when the tape changes; the sequence is the same.
 */
import type { Feed } from '../feeds/row-feed.ts';

/** Below this many feeds, looking at all of them is always cheaper. */
const SCANNED_MAX = 8;
/** After how many instants to decide again which way is cheaper. */
const TRIAL = 64;
const NO_HEAP = new Int32Array(0);

/** Tells which feed is next; it is told when that one has moved on. */
export class MergeOrder {
  /** When the next row of all happens; Infinity when there is none. */
  nextAt = Infinity;
  /** The feed whose row it is. */
  first: Feed;
  private feeds: readonly Feed[];
  /** When the next row of each feed happens. */
  private readonly times: Float64Array;
  /** Positions in `feeds`, earliest first; in use when `scans` is false. */
  private readonly heap: Int32Array;
  private scans = true;
  /** Position of `first`. */
  private at = 0;
  private instants = 0;
  private rows = 0;

  /** `feeds` in the order of their index. */
  constructor(feeds: readonly Feed[]) {
    this.feeds = feeds;
    const { length } = feeds;
    this.times = new Float64Array(length);
    this.heap = length > SCANNED_MAX ? Int32Array.from(feeds, (_, index) => index) : NO_HEAP;
    this.first = feeds[0]!;
    this.restart(feeds);
  }

  /** Whether `restart` can take so many feeds. */
  fits(count: number): boolean {
    return count === this.times.length && count <= SCANNED_MAX;
  }

  /** Begins anew with other feeds, as a new one would: a live tape needs that for every quote. */
  restart(feeds: readonly Feed[]): void {
    this.feeds = feeds;
    for (let i = 0; i < feeds.length; i++) this.times[i] = feeds[i].nextAt;
    this.begin();
  }

  /** The first feed has moved on: find who comes next. */
  advance(): void {
    const { times, at } = this;
    const feed = this.first;
    const { next } = feed;
    const time = next < feed.end ? feed.time[next] : Infinity;
    times[at] = time;
    this.rows++;
    // A feed goes on while its rows share an instant.
    if (time === this.nextAt) return;
    if (this.scans) this.scan(at + 1);
    else {
      this.sink(0);
      const top = this.heap[0];
      if (times[top] !== this.nextAt && ++this.instants >= TRIAL) this.decide();
      else this.take(top);
    }
  }

  /** Goes on to the next feed of the present instant, or else to the first of the next one. */
  private scan(from: number): void {
    const { times, nextAt } = this;
    const { length } = times;
    for (let i = from; i < length; i++) {
      if (times[i] === nextAt) {
        this.at = i;
        this.first = this.feeds[i]!;
        return;
      }
    }
    if (length > SCANNED_MAX && ++this.instants >= TRIAL) this.decide();
    else this.begin();
  }

  /** Finds the earliest of all feeds. */
  private begin(): void {
    const { times } = this;
    let earliest = 0;
    for (let i = 1; i < times.length; i++) if (times[i] < times[earliest]) earliest = i;
    this.take(earliest);
  }

  private take(index: number): void {
    this.at = index;
    this.first = this.feeds[index]!;
    this.nextAt = this.times[index]!;
  }

  /** Chooses the cheaper way by how many rows an instant had lately. */
  private decide(): void {
    const count = this.times.length;
    this.scans = count <= SCANNED_MAX || (this.rows / this.instants) * Math.log2(count) > count;
    this.instants = 0;
    this.rows = 0;
    if (!this.scans) for (let i = (count >> 1) - 1; i >= 0; i--) this.sink(i);
    if (this.scans) this.begin();
    else this.take(this.heap[0]);
  }

  private sink(position: number): void {
    const { heap, times } = this;
    const index = heap[position];
    const at = times[index];
    let parent = position;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.isBefore(heap[child + 1], heap[child])) child++;
      const candidate = heap[child];
      if (times[candidate] > at || (times[candidate] === at && candidate > index)) break;
      heap[parent] = candidate;
      parent = child;
    }
    heap[parent] = index;
  }

  private isBefore(a: number, b: number): boolean {
    const { times } = this;
    return times[a] < times[b] || (times[a] === times[b] && a < b);
  }
}
