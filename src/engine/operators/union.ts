import type { Port } from '../runtime/port.ts';
import { NOTHING, type StreamOperator } from '../runtime/stream-operator.ts';
import { watermarkValve } from '../runtime/watermark-valve.ts';

/** Merges its inputs row by row; the watermark is the least of theirs. */
export function createUnion(inputs: number, next: Port): StreamOperator {
  const valve = watermarkValve(inputs, next.watermark, next.idle);
  return {
    ports: Array.from(
      { length: inputs },
      (_, i): Port => ({
        row: next.row,
        watermark: (ms) => valve.watermark(i, ms),
        idle: (isIdle) => valve.idle(i, isIdle),
      }),
    ),
    snapshot: valve.snapshot,
    restore: valve.restore,
    inspect: () => NOTHING,
  };
}
