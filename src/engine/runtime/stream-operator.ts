import type { StateTable } from '../engine-api.ts';
import type { EvaluationContext } from '../functions/function-definition.ts';
import type { Row } from '../types/logical-type.ts';
import type { GeneratedCode } from './generate.ts';
import type { Port } from './port.ts';

/**
 * One running operator of a job.
 *
 * It may assume that its inputs send only row kinds of their changelog mode and rising watermarks. It must send only kinds of its own mode, keep all it
 * remembers where `snapshot` sees it, take time and chance only from its context, and be done when a call returns.
 */
export interface StreamOperator {
  /** One for each input, in the order of the plan. */
  readonly ports: readonly Port[];
  /** A copy of all it remembers, as plain data that nobody else holds. */
  snapshot(): unknown;
  /** Goes back to what a snapshot of the same operator (traced or not) holds. */
  restore(state: unknown): void;
  /** What it remembers, printed for people. Empty for a stateless operator. */
  inspect(): Inspected;
  /** About how many entries `snapshot` copies; 0 where it says nothing. */
  size?(): number;
  /** The rows it has sent and not taken back, those that came first first, where its state holds just them: nobody need keep them once more. */
  standing?(): readonly Row[];
  /** When its next processing-time timer is due, in clock milliseconds; Infinity for none. */
  nextClockMs?(): number;
  /** Of two that are due at the same time the one with the smaller number comes first; 0 where it says nothing. */
  clockOrder?(): number;
  /** The clock stands at `nowMs`: fires what is due. */
  onClock?(nowMs: number): void;
}

export interface Inspected {
  readonly tables: readonly StateTable[];
  readonly timersMs: readonly {
    readonly atMs: number;
    readonly key: string;
    readonly isEventTime: boolean;
  }[];
}
export const NOTHING: Inspected = { tables: [], timersMs: [] };
export const STATELESS = { snapshot: () => null, restore: () => {}, inspect: () => NOTHING };

/** Who is told what an operator does beside sending rows on. Null at full speed: operators then leave the calls out. */
export interface Reporter {
  /** A row came too late; `behindMs` is its own time. */
  late(kind: number, row: Row, timeMs: number): void;
  filtered(kind: number, row: Row): void;
  ignored(kind: number, row: Row): void;
  /** The row being processed went into a window. Null where nobody wants to know. */
  readonly window: ((startMs: number, endMs: number) => void) | null;
  /** A window fires: what is sent from now on, up to `fired`, comes from its timer. */
  fire(startMs: number, endMs: number): void;
  fired(): void;
  timer(atMs: number): void;
  /** State was cleared; with the bounds of a session that has become part of another. */
  clear(startMs?: number, endMs?: number): void;
}

export interface OperatorContext extends EvaluationContext {
  readonly reporter: Reporter | null;
  /** Where code is made; null where `new Function` is forbidden. */
  readonly code: GeneratedCode | null;
  /** A number larger than all before: tells apart what happens at one reading of the clock. */
  readonly order: () => number;
  /** Counts the inputs. What operators hold in buffers they let go of after each, as Flink does at a checkpoint. */
  readonly turn: () => number;
  /** How often operators that make watermarks look at the clock at least; 0 where nothing asks for it. */
  readonly tickMs: number;
}
