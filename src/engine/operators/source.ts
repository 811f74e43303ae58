import { compileClosure } from '../compile/closure.ts';
import { physicalLine } from '../plan/explain.ts';
import type { TableSourceScan, Values } from '../plan/physical.ts';
import { specialize } from '../runtime/generate.ts';
import { MAX_WATERMARK, type Port } from '../runtime/port.ts';
import { NOTHING, type OperatorContext, STATELESS, type StreamOperator } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import { nullRowtime, watermarkFunction } from './watermark-assigner.ts';

/** Where rows come into a job. */
export interface SourceOperator extends StreamOperator {
  /** Sends what it has before the first input, and ends if that is all. */
  start(): void;
  push(partition: number, kind: number, row: Row): void;
  /** A partition ends, the others go on. */
  close(partition: number): void;
  /** The input is over: sends the last watermark. */
  end(): void;
}

interface Partition {
  watermark: number;
  isIdle: boolean;
  hasEnded: boolean;
  seenMs: number;
  /** Which of those that fall silent at the same time does so first. */
  seenOrder: number;
}

interface State {
  partitions: Partition[];
  combined: number;
  /** What the operators after it were told. */
  isIdle: boolean;
  /** No watermark has been sent since the start, or since every partition fell silent. */
  isSilent: boolean;
  /** The part of the source that belongs to no partition has never a row; it counts as active for one timeout. */
  isRestIdle: boolean;
  hasRows: boolean;
  seenOrder: number;
  nextMs: number;
}

const handOn = (emit: Port['row']): SourceOperator['push'] =>
  function source(_, kind, row) {
    emit(kind, row);
  };

/**
 * A scenario table. With `partitions` it makes a watermark for each, as a Kafka source does: the least of those that are not idle is sent, and none
 * before every one has spoken. As Flink's ProgressiveTimestampsAndWatermarks, a source that has said it is idle is active again only with its next
 * watermark, not with a row; and of one that ends idle the last watermark is lost.
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
      push: specialize(handOn, physicalLine(node), context.code)(next.row),
      close() {},
      end: () => next.watermark(MAX_WATERMARK),
    };
  }
  const watermarkOf = watermarkFunction(pushed.expression, context);
  const startMs = context.nowMs();
  const { idleTimeoutMs } = pushed;
  let state: State = {
    partitions: Array.from({ length: partitionCount }, () => ({
      watermark: -Infinity,
      isIdle: false,
      hasEnded: false,
      seenMs: Infinity,
      seenOrder: 0,
    })),
    combined: -Infinity,
    isIdle: false,
    isSilent: true,
    isRestIdle: idleTimeoutMs <= 0,
    hasRows: false,
    seenOrder: 0,
    nextMs: startMs + intervalMs,
  };
  const saySilence = (): void => {
    if (state.isIdle || !state.isSilent || !state.isRestIdle) return;
    state.isIdle = true;
    next.idle(true);
  };
  const emit = (): void => {
    const open = state.partitions.filter((p) => !p.hasEnded);
    if (open.length === 0) return;
    const active = open.filter((p) => !p.isIdle);
    // With nobody left to wait for, what the furthest one has seen counts.
    const watermarks = (active.length > 0 ? active : open).map((p) => p.watermark);
    const combined = active.length > 0 ? Math.min(...watermarks) : Math.max(...watermarks);
    if (combined > state.combined) {
      state.combined = combined;
      state.isSilent = false;
      if (state.isIdle) {
        state.isIdle = false;
        next.idle(false);
      }
      next.watermark(combined);
    }
    if (active.length > 0) return;
    state.isSilent = true;
    saySilence();
  };
  const restDueMs = (): number => (state.isRestIdle ? Infinity : startMs + idleTimeoutMs);
  const firstSilent = (): Partition | null => {
    if (idleTimeoutMs <= 0) return null;
    const waiting = state.partitions.filter((p) => !p.isIdle && !p.hasEnded);
    return waiting.sort((a, b) => a.seenMs - b.seenMs || a.seenOrder - b.seenOrder)[0] ?? null;
  };
  return {
    ports: [],
    start() {},
    push(index, kind, row) {
      if (row[pushed.rowtime] === null) throw nullRowtime();
      const partition = state.partitions[Math.min(index, state.partitions.length - 1)]!;
      // The silence of the other partitions counts from the source's first row.
      if (!state.hasRows) for (const p of state.partitions) p.seenMs = context.nowMs();
      state.hasRows = true;
      partition.seenMs = context.nowMs();
      if (idleTimeoutMs > 0) partition.seenOrder = state.seenOrder = context.order();
      const watermark = watermarkOf(row);
      next.row(kind, row);
      partition.isIdle = false;
      if (watermark !== null && watermark > partition.watermark) partition.watermark = watermark;
      if (intervalMs === 0) emit();
    },
    close(index) {
      const partition = state.partitions[index];
      if (partition) partition.hasEnded = true;
      if (intervalMs === 0) emit();
    },
    end() {
      if (!state.isIdle) next.watermark(MAX_WATERMARK);
    },
    snapshot: () => ({ ...state, partitions: state.partitions.map((p) => ({ ...p })) }),
    restore(saved) {
      const { partitions, ...rest } = saved as State;
      state = { ...rest, partitions: partitions.map((p) => ({ ...p })) };
    },
    inspect: () => NOTHING,
    nextClockMs: () =>
      Math.min(
        intervalMs > 0 ? state.nextMs : Infinity,
        restDueMs(),
        (firstSilent()?.seenMs ?? Infinity) + idleTimeoutMs,
      ),
    clockOrder: () => state.seenOrder,
    onClock(nowMs) {
      if (nowMs >= restDueMs()) {
        state.isRestIdle = true;
        saySilence();
      }
      for (let p = firstSilent(); p && nowMs >= p.seenMs + idleTimeoutMs; p = firstSilent()) {
        p.isIdle = true;
        emit();
      }
      if (intervalMs > 0 && nowMs >= state.nextMs) {
        while (state.nextMs <= nowMs) state.nextMs += intervalMs;
        if (state.hasRows) emit();
      }
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
    close() {},
    end() {},
  };
}
