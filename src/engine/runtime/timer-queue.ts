/**
 * Things due at instants, the earliest first; of equal ones the first added. What comes in order stands in a row, as times mostly do; only what is due before
 * the last of them goes to a binary heap.
 */
export class TimerQueue<T> {
  #row: Timer<T>[] = [];
  /** Where the row starts: what stood before is gone. */
  #head = 0;
  readonly #heap: Timer<T>[] = [];
  #added = 0;

  /** When the earliest is due; infinity if none is. */
  get nextMs(): number {
    return this.#first()?.atMs ?? Infinity;
  }

  /** The place among all that were ever added of the one that is due first. */
  get nextOrder(): number {
    return this.#first()?.order ?? -1;
  }

  /** Gives the place among all that were ever added. */
  add(atMs: number, item: T): number {
    const entry = { atMs, order: this.#added++, item };
    const last = this.#row[this.#row.length - 1];
    if (last === undefined || atMs >= last.atMs) this.#row.push(entry);
    else pushHeap(this.#heap, entry);
    return entry.order;
  }

  /** Takes out the earliest. There must be one. */
  pop(): T {
    const first = this.#first()!;
    if (first !== this.#row[this.#head]) return popHeap(this.#heap).item;
    this.#head++;
    if (this.#head === this.#row.length) {
      this.#row.length = 0;
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#row.length) {
      this.#row = this.#row.slice(this.#head);
      this.#head = 0;
    }
    return first.item;
  }

  clear(): void {
    this.#row.length = 0;
    this.#head = 0;
    this.#heap.length = 0;
  }

  #first(): Timer<T> | undefined {
    const row = this.#row[this.#head];
    const heap = this.#heap[0];
    return row === undefined || (heap !== undefined && isBefore(heap, row)) ? heap : row;
  }
}

interface Timer<T> {
  readonly atMs: number;
  readonly order: number;
  readonly item: T;
}

function pushHeap<T>(heap: Timer<T>[], entry: Timer<T>): void {
  let i = heap.length;
  heap.push(entry);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!isBefore(entry, heap[parent]!)) break;
    heap[i] = heap[parent]!;
    i = parent;
  }
  heap[i] = entry;
}

function popHeap<T>(heap: Timer<T>[]): Timer<T> {
  const first = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return first;
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
  return first;
}

const isBefore = (
  a: { readonly atMs: number; readonly order: number },
  b: { readonly atMs: number; readonly order: number },
): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
