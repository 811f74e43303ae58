import { compileClosure } from '../compile/closure.ts';
import { SourceBuilder } from '../compile/source-builder.ts';
import { physicalLine } from '../plan/explain.ts';
import type { WatermarkAssigner } from '../plan/physical.ts';
import type { Rex } from '../plan/rex.ts';
import { specialize } from '../runtime/generate.ts';
import { MAX_WATERMARK, type Port } from '../runtime/port.ts';
import { NOTHING, type OperatorContext, type StreamOperator } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import { RunError } from '../values/run-error.ts';

interface State {
  current: number;
  last: number;
  isIdle: boolean;
  /** Whether a row came since the last look at the clock; the first look finds one. */
  hasRows: boolean;
  seenOrder: number;
  /** Clock of the next look, of the last periodic emission, and of the last look that found a row. */
  nextMs: number;
  emittedMs: number;
  activeMs: number;
}

interface Parts {
  readonly state: State;
  readonly rowtime: number;
  readonly watermarkOf: (row: Row) => number | null;
  readonly emitRow: Port['row'];
  readonly emitWatermark: Port['watermark'];
  readonly intervalMs: number;
  readonly canBeIdle: boolean;
  readonly activate: () => void;
  readonly lookNext: () => void;
  readonly order: () => number;
  readonly fail: () => Error;
}

/** Flink's WatermarkAssignerOperator: the row goes on first, then the watermark it causes, once that is more than the interval ahead of the last. */
function process(parts: Parts): Port['row'] {
  const {
    state,
    rowtime,
    watermarkOf,
    emitRow,
    emitWatermark,
    intervalMs,
    canBeIdle,
    activate,
    lookNext,
    order,
    fail,
  } = parts;
  return function watermarkAssigner(kind, row) {
    if (row[rowtime] === null) throw fail();
    if (canBeIdle) {
      if (!state.hasRows) lookNext();
      state.seenOrder = order();
      if (state.isIdle) activate();
    }
    const watermark = watermarkOf(row);
    emitRow(kind, row);
    if (watermark !== null && watermark > state.current) {
      state.current = watermark;
      if (watermark - state.last > intervalMs) {
        state.last = watermark;
        emitWatermark(watermark);
      }
    }
  };
}

export const nullRowtime = (): Error =>
  new RunError(
    'RuntimeException: RowTime field should not be null, please convert it to a non-null long value.',
  );

/** How often the operator looks at the clock, for emissions and for idleness; Flink's `calculateProcessingTimeTimerInterval`. */
function clockInterval(intervalMs: number, idleTimeoutMs: number): number {
  const [smaller, larger] = [Math.min(intervalMs, idleTimeoutMs), Math.max(intervalMs, idleTimeoutMs)];
  if (smaller <= 0) return larger;
  return Math.max(smaller * 5 < larger ? smaller : Math.floor(smaller / 5), 1);
}

export function createWatermarkAssigner(
  node: WatermarkAssigner,
  intervalMs: number,
  idleTimeoutMs: number,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const startMs = context.nowMs();
  const everyMs = clockInterval(
    intervalMs > 0 || idleTimeoutMs <= 0 ? intervalMs : context.tickMs,
    idleTimeoutMs,
  );
  const lookAfter = (nowMs: number): number =>
    startMs + (Math.floor((nowMs - startMs) / everyMs) + 1) * everyMs;
  const state: State = {
    current: 0,
    last: 0,
    isIdle: false,
    hasRows: true,
    seenOrder: 0,
    nextMs: startMs + everyMs,
    emittedMs: startMs,
    activeMs: startMs,
  };
  const emit = (): void => {
    if (state.current > state.last) {
      state.last = state.current;
      next.watermark(state.current);
    }
  };
  const lookNext = (): void => {
    state.hasRows = true;
    state.nextMs = lookAfter(context.nowMs());
  };
  const activate = (): void => {
    state.isIdle = false;
    next.idle(false);
  };
  const row = specialize(
    process,
    physicalLine(node),
    context.code,
  )({
    state,
    rowtime: node.rowtime,
    watermarkOf: watermarkFunction(node.watermark, context),
    emitRow: next.row,
    emitWatermark: next.watermark,
    intervalMs,
    canBeIdle: idleTimeoutMs > 0,
    activate,
    lookNext,
    order: context.order,
    fail: nullRowtime,
  });
  return {
    ports: [
      {
        row,
        // Watermarks from above are ignored but for the last one.
        watermark: (ms) => {
          if (ms < MAX_WATERMARK) return;
          if (state.isIdle) activate();
          state.current = ms;
          emit();
        },
        idle: () => {},
      },
    ],
    snapshot: () => ({ ...state }),
    restore: (saved) => {
      Object.assign(state, saved as State);
    },
    inspect: () => NOTHING,
    ...(everyMs > 0
      ? {
          nextClockMs: () => {
            if (state.isIdle && state.current <= state.last) return Infinity;
            // A look that finds neither rows nor a watermark to send does nothing before the timeout.
            const isAwaited = state.hasRows || intervalMs > 0;
            return isAwaited ? state.nextMs : lookAfter(state.activeMs + idleTimeoutMs - 1);
          },
          clockOrder: () => state.seenOrder,
          onClock: (nowMs: number) => {
            if (nowMs < state.nextMs) return;
            state.nextMs = lookAfter(nowMs);
            if (intervalMs > 0 && nowMs >= state.emittedMs + intervalMs) {
              state.emittedMs = nowMs;
              emit();
            }
            if (state.hasRows) state.activeMs = nowMs;
            state.hasRows = false;
            if (idleTimeoutMs > 0 && !state.isIdle && nowMs >= state.activeMs + idleTimeoutMs) {
              state.isIdle = true;
              next.idle(true);
            }
          },
        }
      : {}),
  };
}

/** The watermark expression as milliseconds, null where it gives none. */
export function watermarkFunction(rex: Rex, context: OperatorContext): (row: Row) => number | null {
  if (rex.kind === 'Call' && rex.operator === 'SOURCE_WATERMARK') {
    return () => {
      throw new RunError(
        "TableException: SOURCE_WATERMARK() is a declarative marker function and doesn't have concrete runtime implementation. It can only be used as a single expression in a WATERMARK FOR clause in the CREATE TABLE DDL. The declaration will be pushed down into a table source that implements the 'org.apache.flink.table.connector.source.abilities.SupportsSourceWatermark' interface. The source will emit system-defined watermarks afterwards. Please check the documentation whether the connector supports source watermarks.",
      );
    };
  }
  if (!context.code) return compileClosure(rex, context) as (row: Row) => number | null;
  const builder = new SourceBuilder(context);
  const atom = builder.emit(rex, (i) => `r[${i}]`);
  return context.code.generate<(row: Row) => number | null>(
    builder.names,
    `return function watermarkOf(r) { ${builder.take()} return ${atom}; };`,
    builder.values,
  );
}
