import type { Row } from '../types/logical-type.ts';

/** Row kinds as numbers, in the order of `ROW_KINDS`. */
export const INSERT = 0;
export const UPDATE_BEFORE = 1;
export const UPDATE_AFTER = 2;
export const DELETE = 3;

/** The last watermark of a source that has ended: Flink's Long.MAX_VALUE, as near as a number comes. */
export const MAX_WATERMARK = 2 ** 63;

/** A watermark held back by `delayMs`: the last one is 2^63 - 1 to Flink, which no double is, so what is left of it is rounded once, not twice. */
export const heldBack = (ms: number, delayMs: number): number =>
  ms === MAX_WATERMARK ? Number(2n ** 63n - 1n - BigInt(delayMs)) : ms - delayMs;

/**
 * Where an operator's output goes: the input of the next one. Calls are synchronous and in order; when a call returns, all it caused has happened, but for
 * what waits before a union whose inputs have something in common (`job/union-gates`).
 */
export interface Port {
  /** A row of a changelog. The row never changes afterwards. */
  row(kind: number, row: Row): void;
  /** Whether rows are looked at just now: while they are only counted, any will do. Absent: always. */
  readonly wanted?: { readonly rows: boolean };
  /** No row at or before this event time is to be expected any more. Strictly increasing. */
  watermark(ms: number): void;
  /** The input has become idle and holds nobody's watermark back, or is active again. */
  idle(isIdle: boolean): void;
}
