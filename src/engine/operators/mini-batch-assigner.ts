import type { MiniBatchAssigner } from '../plan/physical.ts';
import { MAX_WATERMARK, type Port } from '../runtime/port.ts';
import { type OperatorContext, STATELESS, type StreamOperator } from '../runtime/stream-operator.ts';

/**
 * Marks where bundles end, by watermarks: at every interval of the clock (those from above are swallowed then), or the event-time watermarks from above,
 * but no more than one an interval.
 */
export function createMiniBatchAssigner(
  node: MiniBatchAssigner,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  return node.time === 'ProcTime' ? byClock(node.intervalMs, context, next) : byEvents(node.intervalMs, next);
}

function byClock(intervalMs: number, context: OperatorContext, next: Port): StreamOperator {
  let batch = 0;
  const advance = (): void => {
    const now = context.nowMs();
    const current = now - (now % intervalMs);
    if (current <= batch) return;
    batch = current;
    next.watermark(current);
  };
  return {
    ports: [
      {
        row: (kind, row) => {
          advance();
          next.row(kind, row);
        },
        watermark: (ms) => {
          if (ms === MAX_WATERMARK) next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    ...STATELESS,
    snapshot: () => batch,
    restore: (state) => {
      batch = state as number;
    },
    nextClockMs: () => (batch === 0 ? Infinity : batch + intervalMs),
    onClock: advance,
  };
}

function byEvents(intervalMs: number, next: Port): StreamOperator {
  let watermark = 0;
  let due = intervalMs - 1;
  return {
    ports: [
      {
        row: next.row,
        watermark: (ms) => {
          if (ms === MAX_WATERMARK) {
            next.watermark(ms);
            return;
          }
          watermark = Math.max(watermark, ms);
          if (watermark < due) return;
          next.watermark(watermark);
          const end = watermark - (watermark % intervalMs) + intervalMs - 1;
          due = end > watermark ? end : end + intervalMs;
        },
        idle: next.idle,
      },
    ],
    ...STATELESS,
    snapshot: () => ({ watermark, due }),
    restore: (state) => {
      ({ watermark, due } = state as { watermark: number; due: number });
    },
  };
}
