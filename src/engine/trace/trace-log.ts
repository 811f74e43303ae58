import { upperBound } from '../base/sorted.ts';
import { ENTRY_KINDS, type EntryKind, STEP_KINDS, type StepColumns, StepFlag } from '../engine-api.ts';
import type { Row } from '../types/logical-type.ts';

/** Index of each entry kind, as the columns hold it. */
export const Entry = Object.fromEntries(ENTRY_KINDS.map((kind, i) => [kind, i])) as {
  readonly [K in EntryKind]: number;
};
export const Step = Object.fromEntries(STEP_KINDS.map((kind, i) => [kind, i])) as {
  readonly [K in (typeof STEP_KINDS)[number]]: number;
};

/**
 * What each step was: kept for every run, however long. Two bytes a step and four a turn: memory touched for the first time costs more than all else
 * that is done for a step.
 */
export class StepLog {
  count = 0;
  /** Changes that reached sinks. */
  #changes = 0;
  #kind = new Uint8Array(1024);
  #flags = new Uint8Array(1024);
  /** Flags of the last step, until the next one begins. */
  #lastFlags = 0;
  readonly #firstTurn: number;
  /** First step of each turn, from `firstTurn` on. */
  #turnStart = new Int32Array(1024);
  /** How many turns have begun. */
  #turns = 0;
  /** Steps that did not happen at the time of their turn, and when they did. */
  readonly #ticks: { readonly step: number; readonly ms: number }[] = [];

  /** @param firstTurn The turn that the log starts with. */
  constructor(firstTurn: number) {
    this.#firstTurn = firstTurn;
  }

  /** Before anything is logged: makes room for about so many turns. Growing copies. */
  expect(turns: number): void {
    this.#kind = new Uint8Array(turns);
    this.#flags = new Uint8Array(turns);
    this.#turnStart = new Int32Array(turns);
  }

  begin(kind: number, turn: number): void {
    const i = this.count++;
    if (i === this.#kind.length) this.#growSteps();
    this.#kind[i] = kind;
    if (this.#lastFlags !== 0) {
      this.#flags[i - 1] = this.#lastFlags;
      this.#lastFlags = 0;
    }
    while (this.#turns <= turn - this.#firstTurn) this.#beginTurn(i);
  }

  #beginTurn(step: number): void {
    if (this.#turns === this.#turnStart.length) this.#turnStart = grown(this.#turnStart);
    this.#turnStart[this.#turns++] = step;
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
    return this.#lastFlags === 0;
  }

  flag(bits: number): void {
    this.#lastFlags |= bits;
  }

  output(isRetraction: boolean): void {
    this.#changes++;
    this.#lastFlags |= isRetraction ? StepFlag.OUTPUT | StepFlag.RETRACTION : StepFlag.OUTPUT;
  }

  turnOf(step: number): number {
    return this.#firstTurn + upperBound(this.#turnStart, step, this.#turns) - 1;
  }

  /** @param arrivalMs When each input arrived, in milliseconds after `startMs`, as is `endMs`. */
  columns(startMs: number, arrivalMs: Float64Array, endMs: number): StepColumns {
    const { count } = this;
    if (count > 0) this.#flags[count - 1] = this.#lastFlags;
    return {
      count,
      kind: this.#kind.subarray(0, count),
      flags: this.#flags.subarray(0, count),
      turnStart: this.#turnStart.subarray(0, this.#turns),
      startMs,
      arrivalMs,
      endMs: Math.max(arrivalMs.at(-1) ?? 0, endMs),
      tickStep: Int32Array.from(this.#ticks, ({ step }) => step),
      tickMs: Float64Array.from(this.#ticks, ({ ms }) => ms),
      changes: this.#changes,
    };
  }

  #growSteps(): void {
    this.#kind = grown(this.#kind);
    this.#flags = grown(this.#flags);
  }
}

/** A copy with as much room again. */
function grown<T extends Uint8Array | Uint16Array | Int32Array | Float64Array>(column: T): T {
  const bigger = new (column.constructor as new (length: number) => T)(2 * column.length);
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
    this.rows[i] = row;
    return i;
  }

  /** Forgets everything but its room. */
  clear(): void {
    this.rows.fill(null, 0, this.count);
    this.stepStart.length = 0;
    this.count = 0;
    this.current = -1;
  }

  #grow(): void {
    this.#capacity *= 2;
    this.kind = grown(this.kind);
    this.operator = grown(this.operator);
    this.rowKind = grown(this.rowKind);
    this.cause = grown(this.cause);
    this.atMs = grown(this.atMs);
    this.endMs = grown(this.endMs);
  }
}
