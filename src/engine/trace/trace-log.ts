import {
  ENTRY_KINDS,
  type EntryKind,
  STEP_FLAGS,
  STEP_GOES_ON,
  STEP_KIND_SHIFT,
  STEP_KINDS,
  type StepColumns,
  StepFlag,
} from '../engine-api.ts';
import { DELETE, UPDATE_BEFORE } from '../runtime/port.ts';
import type { Row } from '../types/logical-type.ts';

/** Index of each entry kind, as the columns hold it. */
export const Entry = Object.fromEntries(ENTRY_KINDS.map((kind, i) => [kind, i])) as {
  readonly [K in EntryKind]: number;
};
export const Step = Object.fromEntries(STEP_KINDS.map((kind, i) => [kind, i])) as {
  readonly [K in (typeof STEP_KINDS)[number]]: number;
};

/**
 * What each step was: kept for every run, however long. Two bytes a step: memory touched for the first time costs more than all else that is done for
 * one.
 */
export class StepLog {
  count = 0;
  /** From place 1 on. */
  #steps = new Uint16Array(1024);
  /** The last step, not written until the next one begins. */
  #last = 0;
  #turn: number;
  /** The turn before the last tick. */
  #turnBefore: number;
  /** Turns that do not follow the one before, and the step each begins with. */
  readonly #jumps: { readonly step: number; readonly turn: number }[] = [];
  /** Steps that did not happen at the time of their turn, and when they did. */
  readonly #ticks: { readonly step: number; readonly ms: number }[] = [];

  /** @param firstTurn The turn that the log starts with. */
  constructor(firstTurn: number) {
    this.#turn = firstTurn - 1;
    this.#turnBefore = this.#turn;
  }

  /** Before anything is logged: makes room for about so many steps. Growing copies. */
  expect(steps: number): void {
    this.#steps = new Uint16Array(steps);
  }

  /** An input comes in: mostly the first step of its turn, where no tick was. */
  beginInput(turn: number): void {
    this.#write();
    this.count++;
    this.#last = 0;
    if (turn === ++this.#turn) return;
    if (turn === this.#turn - 1) {
      this.#last = STEP_GOES_ON;
      this.#turn = turn;
    } else this.#jumpTo(turn);
  }

  begin(kind: number, turn: number): void {
    this.#write();
    this.count++;
    this.#last = kind << STEP_KIND_SHIFT;
    if (turn === this.#turn) this.#last |= STEP_GOES_ON;
    else if (turn !== ++this.#turn) this.#jumpTo(turn);
  }

  /** A further step of the same turn. */
  goOn(kind: number): void {
    this.#write();
    this.count++;
    this.#last = (kind << STEP_KIND_SHIFT) | STEP_GOES_ON;
  }

  #write(): void {
    if (this.count === this.#steps.length) this.#steps = grown(this.#steps);
    this.#steps[this.count] = this.#last;
  }

  #jumpTo(turn: number): void {
    this.#jumps.push({ step: this.count - 1, turn });
    this.#turn = turn;
  }

  /** A step of the clock's own. */
  beginTick(turn: number, ms: number): void {
    this.#ticks.push({ step: this.count, ms });
    this.#turnBefore = this.#turn;
    this.begin(Step.clock, turn);
  }

  /** The tick that has just begun was none: nothing happened at it. */
  dropTick(): void {
    this.#ticks.pop();
    this.#last = this.#steps[--this.count]!;
    this.#turn = this.#turnBefore;
    if (this.#jumps.at(-1)?.step === this.count) this.#jumps.pop();
  }

  /** Whether nothing has been noted of the last step. */
  get isUneventful(): boolean {
    return (this.#last & STEP_FLAGS) === 0;
  }

  flag(bits: number): void {
    this.#last |= bits;
  }

  /** A change reaches a sink. */
  output(kind: number): void {
    this.#last |=
      kind === UPDATE_BEFORE || kind === DELETE ? StepFlag.OUTPUT | StepFlag.RETRACTION : StepFlag.OUTPUT;
  }

  /** The turn of the last step. */
  get turn(): number {
    return this.#turn;
  }

  /** The turn of a step, found from that of the one before step `from`. */
  turnOf(step: number, from: number, turnBefore: number): number {
    let [turn, next] = [turnBefore, from];
    for (const jump of this.#jumps)
      if (jump.step >= from && jump.step <= step) [turn, next] = [jump.turn, jump.step + 1];
    this.#write();
    for (; next <= step; next++) if ((this.#steps[next + 1]! & STEP_GOES_ON) === 0) turn++;
    return turn;
  }

  /**
   * @param arrivalMs When each input arrived, in milliseconds after `startMs`, as is `endMs`.
   * @param changes How many reached sinks.
   */
  columns(startMs: number, arrivalMs: Float64Array, endMs: number, changes: number): StepColumns {
    const { count } = this;
    this.#write();
    return {
      count,
      steps: this.#steps.subarray(1, count + 1),
      turns: this.#turn + 1,
      jumpStep: Int32Array.from(this.#jumps, ({ step }) => step),
      jumpTurn: Int32Array.from(this.#jumps, ({ turn }) => turn),
      startMs,
      arrivalMs,
      endMs: Math.max(arrivalMs.at(-1) ?? 0, endMs),
      tickStep: Int32Array.from(this.#ticks, ({ step }) => step),
      tickMs: Float64Array.from(this.#ticks, ({ ms }) => ms),
      changes,
    };
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
