import { ENTRY_KINDS, type EntryKind, STEP_KINDS, type StepColumns, StepFlag } from '../engine-api.ts';
import type { Row } from '../types/logical-type.ts';

/** Index of each entry kind, as the columns hold it. */
export const Entry = Object.fromEntries(ENTRY_KINDS.map((kind, i) => [kind, i])) as {
  readonly [K in EntryKind]: number;
};
export const Step = Object.fromEntries(STEP_KINDS.map((kind, i) => [kind, i])) as {
  readonly [K in (typeof STEP_KINDS)[number]]: number;
};

/** What each step was: kept for every run, however long. Ten bytes a step. */
export class StepLog {
  count = 0;
  #capacity: number;
  #kind: Uint8Array;
  #flags: Uint8Array;
  #turn: Int32Array;
  #outputs: Int32Array;
  /** Steps that did not happen at the time of their input, and when they did. */
  readonly #ticks: { readonly step: number; readonly ms: number }[] = [];

  /** @param capacity About how many steps there will be: growing copies. */
  constructor(capacity = 1024) {
    this.#capacity = capacity;
    this.#kind = new Uint8Array(capacity);
    this.#flags = new Uint8Array(capacity);
    this.#turn = new Int32Array(capacity);
    this.#outputs = new Int32Array(capacity);
  }

  begin(kind: number, turn: number): void {
    const i = this.count++;
    if (i === this.#capacity) this.#grow();
    this.#kind[i] = kind;
    this.#turn[i] = turn;
  }

  /** A step of the clock's own. */
  beginTick(turn: number, ms: number): void {
    this.#ticks.push({ step: this.count, ms });
    this.begin(Step.clock, turn);
  }

  /** The tick that has just begun was none: nothing happened at it. */
  dropTick(): void {
    this.#ticks.pop();
    this.count--;
  }

  /** Whether nothing has been noted of the last step. */
  get isUneventful(): boolean {
    return this.#flags[this.count - 1] === 0;
  }

  flag(bits: number): void {
    this.#flags[this.count - 1]! |= bits;
  }

  output(isRetraction: boolean): void {
    const i = this.count - 1;
    this.#outputs[i]!++;
    this.#flags[i]! |= isRetraction ? StepFlag.OUTPUT | StepFlag.RETRACTION : StepFlag.OUTPUT;
  }

  turnOf(step: number): number {
    return this.#turn[step]!;
  }

  /** @param atMs When each input arrived, in milliseconds after `startMs`. */
  columns(startMs: number, atMs: Float64Array, endMs: number): StepColumns {
    const { count } = this;
    const times = new Float64Array(count);
    const last = atMs.length - 1;
    for (let i = 0; i < count; i++) {
      const input = this.#turn[i]! - 1;
      const arrivalMs = input < 0 || last < 0 ? 0 : atMs[input < last ? input : last]!;
      times[i] = startMs + (input > last ? Math.max(arrivalMs, endMs) : arrivalMs);
    }
    for (const { step, ms } of this.#ticks) times[step] = ms;
    return {
      count,
      kind: this.#kind.subarray(0, count),
      turn: this.#turn.subarray(0, count),
      clockMs: times,
      flags: this.#flags.subarray(0, count),
      outputs: this.#outputs.subarray(0, count),
    };
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#kind = grown(this.#kind, this.#capacity);
    this.#flags = grown(this.#flags, this.#capacity);
    this.#turn = grown(this.#turn, this.#capacity);
    this.#outputs = grown(this.#outputs, this.#capacity);
  }
}

function grown<T extends Uint8Array | Uint16Array | Int32Array | Float64Array>(
  column: T,
  capacity: number,
): T {
  const bigger = new (column.constructor as new (length: number) => T)(capacity);
  bigger.set(column);
  return bigger;
}

/**
 * Everything that happened, one entry each, in columns (about 40 bytes an entry with its row's reference). Each entry points at the one it happened
 * under: calls are synchronous, so that is whichever was being worked off.
 */
export class TraceLog {
  count = 0;
  #capacity = 4096;
  kind = new Uint8Array(this.#capacity);
  operator = new Uint16Array(this.#capacity);
  rowKind = new Uint8Array(this.#capacity);
  cause = new Int32Array(this.#capacity);
  atMs = new Float64Array(this.#capacity);
  endMs = new Float64Array(this.#capacity);
  readonly rows: (Row | null)[] = [];
  /** First entry of each step. */
  readonly stepStart: number[] = [];
  /** The entry being worked off; -1 outside. */
  current = -1;

  beginStep(): void {
    this.stepStart.push(this.count);
  }

  add(kind: number, operator: number, rowKind: number, row: Row | null, atMs: number, endMs: number): number {
    const i = this.count++;
    if (i === this.#capacity) this.#grow();
    this.kind[i] = kind;
    this.operator[i] = operator;
    this.rowKind[i] = rowKind;
    this.cause[i] = this.current;
    this.atMs[i] = atMs;
    this.endMs[i] = endMs;
    this.rows.push(row);
    return i;
  }

  #grow(): void {
    this.#capacity *= 2;
    this.kind = grown(this.kind, this.#capacity);
    this.operator = grown(this.operator, this.#capacity);
    this.rowKind = grown(this.rowKind, this.#capacity);
    this.cause = grown(this.cause, this.#capacity);
    this.atMs = grown(this.atMs, this.#capacity);
    this.endMs = grown(this.endMs, this.#capacity);
  }
}
