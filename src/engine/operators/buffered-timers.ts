import { type SavedTimers, TimerHeap } from '../runtime/timer-heap.ts';

interface Ending {
  /** When its window ends. */
  readonly end: number;
}

/**
 * Timers of window operators that buffer their rows (Flink's RecordsWindowBuffer): those of one input are set after it, or before windows are sent to which
 * one of its rows belongs itself.
 */
export class BufferedTimers<T extends Ending> {
  readonly due = new TimerHeap<T>();
  readonly #timerOf: (endMs: number) => number;
  readonly #turnOf: () => number;
  readonly #fresh: T[] = [];
  #turn = Number.NaN;
  /** The earliest end of what the turn's rows belong to. */
  #earliest = Infinity;

  constructor(timerOf: (endMs: number) => number, turnOf: () => number) {
    this.#timerOf = timerOf;
    this.#turnOf = turnOf;
  }

  /** Is told of each row, before a timer is added for it. */
  take(endMs: number): void {
    const turn = this.#turnOf();
    if (this.#turn !== turn) {
      this.#settle();
      this.#turn = turn;
    }
    if (endMs < this.#earliest) this.#earliest = endMs;
  }

  add(entry: T): void {
    this.#fresh.push(entry);
  }

  /** Whether time may go on to `ms` without a timer, nor anything that waits to become one. */
  isQuiet(ms: number): boolean {
    return this.#fresh.length === 0 && ms < this.due.nextMs;
  }

  /** To be called before what is due at `ms` is taken out. */
  advance(ms: number): void {
    if (this.#turn !== this.#turnOf() || this.#timerOf(this.#earliest) <= ms) this.#settle();
  }

  export<S>(save: (entry: T) => S): unknown {
    return {
      due: this.due.export(save),
      fresh: this.#fresh.map(save),
      turn: this.#turn,
      earliest: this.#earliest,
    };
  }

  import<S>(data: unknown, load: (entry: S) => T): void {
    const saved = data as {
      due: SavedTimers<S>;
      fresh: readonly S[];
      turn: number;
      earliest: number;
    };
    this.due.import(saved.due, load);
    this.#fresh.splice(0, this.#fresh.length, ...saved.fresh.map(load));
    this.#turn = saved.turn;
    this.#earliest = saved.earliest;
  }

  #settle(): void {
    for (const entry of this.#fresh) this.due.add(this.#timerOf(entry.end), entry);
    this.#fresh.length = 0;
    this.#earliest = Infinity;
  }
}
