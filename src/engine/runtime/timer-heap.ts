/** Timers as a snapshot holds them, in columns. */
export interface SavedTimers<S> {
  readonly atMs: readonly number[];
  readonly items: readonly S[];
}

/**
 * Things due at instants, as Flink keeps its timers (HeapPriorityQueue): of those due at one instant the first is not the one that was added first, but what
 * the heap brings up.
 */
export class TimerHeap<T> {
  /** Both from place 1 on; a node's children stand at twice its place and behind. */
  readonly #times: number[] = [0];
  readonly #items: T[] = [];
  readonly #moved: ((item: T, place: number) => void) | null;

  /** @param moved Is told where an item stands now, so that it can be taken out from there. */
  constructor(moved: ((item: T, place: number) => void) | null = null) {
    this.#moved = moved;
    this.#items.length = 1;
  }

  /** When the earliest is due; infinity if none is. */
  get nextMs(): number {
    return this.#times.length > 1 ? this.#times[1]! : Infinity;
  }

  /** What comes first. */
  get first(): T | undefined {
    return this.#items[1];
  }

  add(atMs: number, item: T): void {
    this.#times.push(atMs);
    this.#items.push(item);
    this.#siftUp(this.#times.length - 1, atMs, item);
  }

  /** Takes out the first. There must be one. */
  pop(): T {
    return this.removeAt(1);
  }

  removeAt(place: number): T {
    const removed = this.#items[place]!;
    const atMs = this.#times.pop()!;
    const item = this.#items.pop()!;
    if (place < this.#times.length) {
      const at = this.#siftDown(place, atMs, item);
      if (at === place) this.#siftUp(place, atMs, item);
    }
    return removed;
  }

  clear(): void {
    this.#times.length = 1;
    this.#items.length = 1;
  }

  /** When each is due. */
  timesMs(): number[] {
    return this.#times.slice(1);
  }

  /** All timers, for a snapshot. */
  export<S>(save: (item: T) => S): SavedTimers<S> {
    const items: S[] = [];
    for (let place = 1; place < this.#items.length; place++) items.push(save(this.#items[place]!));
    return { atMs: this.timesMs(), items };
  }

  import<S>({ atMs, items }: SavedTimers<S>, load: (item: S) => T): void {
    this.clear();
    for (let i = 0; i < atMs.length; i++) {
      this.#times.push(atMs[i]!);
      this.#items.push(load(items[i]!));
      this.#moved?.(this.#items.at(-1)!, this.#items.length - 1);
    }
  }

  #put(place: number, atMs: number, item: T): void {
    this.#times[place] = atMs;
    this.#items[place] = item;
    if (this.#moved !== null) this.#moved(item, place);
  }

  #siftUp(from: number, atMs: number, item: T): void {
    const times = this.#times;
    let place = from;
    for (let parent = place >> 1; parent > 0 && atMs < times[parent]!; parent >>= 1) {
      this.#put(place, times[parent]!, this.#items[parent]!);
      place = parent;
    }
    this.#put(place, atMs, item);
  }

  #siftDown(from: number, atMs: number, item: T): number {
    const times = this.#times;
    let place = from;
    for (;;) {
      let child = 2 * place;
      if (child >= times.length) break;
      if (child + 1 < times.length && times[child + 1]! < times[child]!) child++;
      if (times[child]! >= atMs) break;
      this.#put(place, times[child]!, this.#items[child]!);
      place = child;
    }
    this.#put(place, atMs, item);
    return place;
  }
}

/** Copies each thing once: timers of things that are copied are then timers of their copies. */
export function copyOnce<T extends object>(copy: (item: T) => T): (item: T) => T {
  const copies = new Map<T, T>();
  return (item) => {
    let copied = copies.get(item);
    if (copied === undefined) copies.set(item, (copied = copy(item)));
    return copied;
  };
}
