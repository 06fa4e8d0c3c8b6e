/**
 * Several feeds as one sequence: which has the earliest next row. At one instant, feeds go in the order of their index.
 */
import type { Feed } from './feed.ts';

/** A binary heap of feeds; it is told when the first has moved on. */
export class MergeOrder {
  private readonly heap: Feed[];

  constructor(feeds: readonly Feed[]) {
    this.heap = [...feeds];
    for (let i = (this.heap.length >> 1) - 1; i >= 0; i--) this.sink(i);
  }

  get first(): Feed {
    return this.heap[0]!;
  }

  get nextAt(): number {
    return this.heap[0]!.nextAt;
  }

  /** The first feed has moved on: find its new place. */
  advance(): void {
    this.sink(0);
  }

  private sink(index: number): void {
    const { heap } = this;
    const feed = heap[index]!;
    const at = feed.nextAt;
    let parent = index;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      const candidate = heap[child]!;
      const candidateAt = candidate.nextAt;
      if (candidateAt > at || (candidateAt === at && candidate.index > feed.index)) break;
      heap[parent] = candidate;
      parent = child;
    }
    heap[parent] = feed;
  }
}

function before(a: Feed, b: Feed): boolean {
  return a.nextAt < b.nextAt || (a.nextAt === b.nextAt && a.index < b.index);
}
