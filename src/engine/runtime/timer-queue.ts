/** Things due at instants, the earliest first; of equal ones the first added. A binary heap. */
export class TimerQueue<T> {
  readonly #heap: { readonly atMs: number; readonly order: number; readonly item: T }[] = [];
  #added = 0;

  /** When the earliest is due; infinity if none is. */
  get nextMs(): number {
    return this.#heap[0]?.atMs ?? Infinity;
  }

  /** The place among all that were ever added of the one that is due first. */
  get nextOrder(): number {
    return this.#heap[0]?.order ?? -1;
  }

  /** Gives the place among all that were ever added. */
  add(atMs: number, item: T): number {
    const heap = this.#heap;
    const entry = { atMs, order: this.#added++, item };
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
    return entry.order;
  }

  /** Takes out the earliest. There must be one. */
  pop(): T {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      let i = 0;
      for (;;) {
        let child = 2 * i + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
        if (!isBefore(heap[child]!, last)) break;
        heap[i] = heap[child]!;
        i = child;
      }
      heap[i] = last;
    }
    return first.item;
  }

  clear(): void {
    this.#heap.length = 0;
  }
}

const isBefore = (
  a: { readonly atMs: number; readonly order: number },
  b: { readonly atMs: number; readonly order: number },
): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
