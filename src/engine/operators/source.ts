import { compileClosure } from '../compile/closure.ts';
import type { TableSourceScan, Values } from '../plan/physical.ts';
import { MAX_WATERMARK, type Port } from '../runtime/port.ts';
import { NOTHING, type OperatorContext, STATELESS, type StreamOperator } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import { nullRowtime, watermarkFunction } from './watermark-assigner.ts';

/** Where rows come into a job. */
export interface SourceOperator extends StreamOperator {
  /** Sends what it has before the first input, and ends if that is all. */
  start(): void;
  push(partition: number, kind: number, row: Row): void;
  /** The input is over: sends the last watermark. */
  end(): void;
}

interface Partition {
  watermark: number;
  isIdle: boolean;
  seenMs: number;
}

/**
 * A scenario table. With `partitions` it makes a watermark for each, as a Kafka source does: the least of those that are not idle is sent, and none
 * before every one has spoken.
 */
export function createSource(
  node: TableSourceScan,
  partitionCount: number,
  intervalMs: number,
  context: OperatorContext,
  next: Port,
): SourceOperator {
  const pushed = node.watermark;
  if (!pushed) {
    return {
      ports: [],
      ...STATELESS,
      start() {},
      push: (_, kind, row) => next.row(kind, row),
      end: () => next.watermark(MAX_WATERMARK),
    };
  }
  const watermarkOf = watermarkFunction(pushed.expression, context);
  const startMs = context.nowMs();
  let partitions: Partition[] = Array.from({ length: partitionCount }, () => ({
    watermark: -Infinity,
    isIdle: false,
    seenMs: startMs,
  }));
  let last = -Infinity;
  let isIdle = false;
  let hasRows = false;
  let seenOrder = 0;
  let nextMs = startMs + intervalMs;
  const send = (watermark: number): void => {
    if (watermark > last) {
      last = watermark;
      next.watermark(watermark);
    }
  };
  const emit = (): void => {
    const active = partitions.filter((p) => !p.isIdle);
    if (active.length > 0) send(Math.min(...active.map((p) => p.watermark)));
  };
  const { idleTimeoutMs } = pushed;
  return {
    ports: [],
    start() {},
    push(index, kind, row) {
      if (row[pushed.rowtime] === null) throw nullRowtime();
      const partition = partitions[Math.min(index, partitions.length - 1)]!;
      // The silence of the other partitions counts from the source's first row.
      for (const p of hasRows ? [partition] : partitions) {
        p.seenMs = context.nowMs();
        p.isIdle = false;
      }
      hasRows = true;
      if (idleTimeoutMs > 0) seenOrder = context.order();
      if (isIdle) {
        isIdle = false;
        next.idle(false);
      }
      const watermark = watermarkOf(row);
      next.row(kind, row);
      if (watermark !== null && watermark > partition.watermark) partition.watermark = watermark;
      if (intervalMs === 0) emit();
    },
    end: () => next.watermark(MAX_WATERMARK),
    snapshot: () => ({
      partitions: partitions.map((p) => ({ ...p })),
      last,
      isIdle,
      hasRows,
      seenOrder,
      nextMs,
    }),
    restore(state) {
      const saved = state as {
        partitions: Partition[];
        last: number;
        isIdle: boolean;
        hasRows: boolean;
        seenOrder: number;
        nextMs: number;
      };
      partitions = saved.partitions.map((p) => ({ ...p }));
      last = saved.last;
      isIdle = saved.isIdle;
      hasRows = saved.hasRows;
      seenOrder = saved.seenOrder;
      nextMs = saved.nextMs;
    },
    inspect: () => NOTHING,
    nextClockMs: () =>
      Math.min(
        intervalMs > 0 ? nextMs : Infinity,
        idleTimeoutMs > 0
          ? Math.min(...partitions.filter((p) => !p.isIdle).map((p) => p.seenMs + idleTimeoutMs), Infinity)
          : Infinity,
      ),
    clockOrder: () => seenOrder,
    onClock(nowMs) {
      if (idleTimeoutMs > 0) {
        for (const p of partitions) if (!p.isIdle && nowMs >= p.seenMs + idleTimeoutMs) p.isIdle = true;
        if (!isIdle && partitions.every((p) => p.isIdle)) {
          isIdle = true;
          // With nobody left to wait for, what the furthest one has seen counts.
          send(Math.max(...partitions.map((p) => p.watermark)));
          next.idle(true);
        }
      }
      if (intervalMs > 0) while (nextMs <= nowMs) nextMs += intervalMs;
      emit();
    },
  };
}

/** Rows of literals: all before the first input, then the end. */
export function createValues(node: Values, context: OperatorContext, next: Port): SourceOperator {
  const rows = node.rows.map((row) => row.map((rex) => compileClosure(rex, context)));
  return {
    ports: [],
    ...STATELESS,
    start() {
      for (const row of rows)
        next.row(
          0,
          row.map((read) => read([])),
        );
      next.watermark(MAX_WATERMARK);
    },
    push() {},
    end() {},
  };
}
