import { TimerQueue } from '../runtime/timer-queue.ts';

/** What is remembered of one key and when that is to be forgotten; Infinity for never. */
export interface Retained {
  cleanupMs: number;
}

/**
 * Forgets keys that were not touched for a while of processing time, by timers (Flink's BaseTwoInputStreamOperatorWithStateRetention): at the earliest when
 * the time to live is over, at the latest half of it later, so that a timer is not moved at each touch.
 */
export class Retention<T extends Retained> {
  readonly #ttlMs: number;
  readonly #nowMs: () => number;
  readonly #timers = new TimerQueue<T>();

  constructor(ttlMs: number, nowMs: () => number) {
    this.#ttlMs = ttlMs;
    this.#nowMs = nowMs;
  }

  /** When the clock fires the next timer: a moment after it is due. */
  get nextClockMs(): number {
    return this.#timers.nextMs + 1;
  }

  touch(item: T): void {
    const now = this.#nowMs();
    if (item.cleanupMs < Infinity && now + this.#ttlMs <= item.cleanupMs) return;
    item.cleanupMs = now + Math.floor((this.#ttlMs * 3) / 2);
    this.#timers.add(item.cleanupMs, item);
  }

  /** Gives what is due, each once. */
  *due(nowMs: number): Iterable<T> {
    while (this.#timers.nextMs < nowMs) {
      const atMs = this.#timers.nextMs;
      const item = this.#timers.pop();
      // A timer that has been moved since, or taken away.
      if (item.cleanupMs !== atMs) continue;
      item.cleanupMs = Infinity;
      yield item;
    }
  }

  /** Sets the timers anew, by what the keys remember of them. */
  restore(items: Iterable<T>): void {
    this.#timers.clear();
    const waiting = [...items].filter((item) => item.cleanupMs < Infinity);
    for (const item of waiting.sort((a, b) => a.cleanupMs - b.cleanupMs))
      this.#timers.add(item.cleanupMs, item);
  }
}
