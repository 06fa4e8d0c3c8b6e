/**
 * A binary heap: the smallest item first, by a comparison handed in. For timers and resting orders.
 */
export class Heap<T> {
  private readonly items: T[] = [];
  private readonly before: (a: T, b: T) => boolean;

  /** `before(a, b)` says whether `a` must come out before `b`; it must be a strict order. */
  constructor(before: (a: T, b: T) => boolean) {
    this.before = before;
  }

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  /** Visits every item for which `holds`, in no order; `holds` must be true of whatever comes before such an item. */
  reach(holds: (item: T) => boolean, visit: (item: T) => void, from = 0): void {
    const { items } = this;
    if (from >= items.length || !holds(items[from])) return;
    visit(items[from]);
    this.reach(holds, visit, 2 * from + 1);
    this.reach(holds, visit, 2 * from + 2);
  }

  push(item: T): void {
    const { items, before } = this;
    let child = items.length;
    items.push(item);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!before(item, items[parent])) break;
      items[child] = items[parent]!;
      child = parent;
    }
    items[child] = item;
  }

  pop(): T | undefined {
    const { items, before } = this;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1], items[child])) child++;
      if (!before(items[child], last)) break;
      items[parent] = items[child]!;
      parent = child;
    }
    items[parent] = last;
    return top;
  }
}
