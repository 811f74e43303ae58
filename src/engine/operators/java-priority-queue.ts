/**
 * Java's PriorityQueue as functions over an array: of equal items the one that leaves first depends on the heap, and what Flink's CEP sends depends on that.
 * Iterating over the queue is iterating over the array.
 */
export interface JavaQueue<T> {
  offer(heap: T[], item: T): void;
  poll(heap: T[]): T | undefined;
  removeIf(heap: T[], test: (item: T) => boolean): void;
}

export function javaQueue<T>(compare: (a: T, b: T) => number): JavaQueue<T> {
  const siftDown = (heap: T[], from: number, item: T): void => {
    let i = from;
    while (i < heap.length >> 1) {
      let child = 2 * i + 1;
      if (child + 1 < heap.length && compare(heap[child]!, heap[child + 1]!) > 0) child++;
      if (compare(item, heap[child]!) <= 0) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = item;
  };
  return {
    offer: (heap, item) => {
      let i = heap.length;
      heap.push(item);
      while (i > 0) {
        const parent = (i - 1) >> 1;
        if (compare(item, heap[parent]!) >= 0) break;
        heap[i] = heap[parent]!;
        i = parent;
      }
      heap[i] = item;
    },
    poll: (heap) => {
      const first = heap[0];
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) siftDown(heap, 0, last);
      return first;
    },
    removeIf: (heap, test) => {
      const kept = heap.filter((item) => !test(item));
      if (kept.length === heap.length) return;
      heap.splice(0, heap.length, ...kept);
      for (let i = (heap.length >> 1) - 1; i >= 0; i--) siftDown(heap, i, heap[i]!);
    },
  };
}
