import { StepFlag } from '../engine-api.ts';
import type { PhysicalNode } from '../plan/physical.ts';
import { GENERATED, type GeneratedCode } from '../runtime/generate.ts';
import type { Port } from '../runtime/port.ts';
import type { Reporter } from '../runtime/stream-operator.ts';
import { Entry, Step, type StepLog, type TraceLog } from '../trace/trace-log.ts';
import { isRowtime } from '../types/logical-type.ts';

// Who watches a job. At full speed nobody does; where steps are enough as little is put in the way of a row as can be.

export interface Watchers {
  /** Told of steps; null at full speed. */
  readonly steps: StepLog | null;
  /** Told of everything; null where steps are enough. */
  readonly trace: TraceLog | null;
}

/** Who hears what reaches a sink. */
export type Collector = Pick<Port, 'row' | 'watermark' | 'wanted'>;

/** What the job itself hears of watermarks. Plain fields, for they are written for every watermark. */
export interface Movement {
  /** The last of each operator that was seen to send one; NaN else. */
  readonly watermarks: Float64Array;
  /** A watermark has left where it is made in this tick, or a source has fallen silent or speaks again. */
  hasMoved: boolean;
  /** A watermark that leaves where it is made is one more step of the turn, and nothing else is to be done for it. */
  goesOn: boolean;
  /** It leaves there at any other time. */
  begins(): void;
}

/** Where the code of its operators is made. */
export const codeFor = ({ steps, trace }: Watchers): GeneratedCode =>
  trace ? GENERATED.traced : steps ? GENERATED.counted : GENERATED.plain;

/** Whom operator `id` tells what it does with rows, windows and timers. */
export function reporterOf(id: number, { steps, trace }: Watchers): Reporter | null {
  if (!steps) return null;
  if (!trace) {
    return {
      late: () => steps.flag(StepFlag.LATE),
      filtered: () => steps.flag(StepFlag.FILTERED),
      ignored() {},
      window: null,
      timer() {},
      fired() {},
      fire: () => steps.flag(StepFlag.FIRED),
      clear: () => steps.flag(StepFlag.CLEARED),
    };
  }
  const causes: number[] = [];
  return {
    late(kind, row, timeMs) {
      steps.flag(StepFlag.LATE);
      trace.add(Entry.late, id, kind, row, timeMs, Number.NaN);
    },
    filtered(kind, row) {
      steps.flag(StepFlag.FILTERED);
      trace.add(Entry.filtered, id, kind, row, Number.NaN, Number.NaN);
    },
    ignored: (kind, row) => void trace.add(Entry.ignored, id, kind, row, Number.NaN, Number.NaN),
    window: (start, end) => void trace.add(Entry.window, id, 0, null, start, end),
    timer: (at) => void trace.add(Entry.timer, id, 0, null, at, Number.NaN),
    fire(start, end) {
      steps.flag(StepFlag.FIRED);
      causes.push(trace.current);
      trace.current = trace.add(Entry.fire, id, 0, null, start, end);
    },
    fired() {
      trace.current = causes.pop() ?? -1;
    },
    clear(startMs = Number.NaN, endMs = Number.NaN) {
      steps.flag(StepFlag.CLEARED);
      trace.add(Entry.clear, id, 0, null, startMs, endMs);
    },
  };
}

/** The way out of an operator, with whoever watches it. */
export function observed(
  node: PhysicalNode,
  id: number,
  next: Port,
  { steps, trace }: Watchers,
  movement: Movement,
): Port {
  const { watermarks } = movement;
  const startsWatermarks =
    node.kind === 'WatermarkAssigner' || (node.kind === 'TableSourceScan' && node.watermark !== null);
  if (!trace) {
    if (!steps || !startsWatermarks) return next;
    return {
      row: next.row,
      idle: (isIdle) => {
        movement.hasMoved = true;
        next.idle(isIdle);
      },
      watermark: (ms) => {
        if (movement.goesOn) steps.goOn(Step.watermark);
        else movement.begins();
        watermarks[id] = ms;
        next.watermark(ms);
      },
    };
  }
  if (node.kind === 'Sink') return next;
  const rowtime = node.fields.findIndex((f) => isRowtime(f.type));
  const timeColumn = node.kind === 'WatermarkAssigner' ? node.rowtime : rowtime;
  return {
    row: (kind, row) => {
      const before = trace.current;
      trace.current = trace.add(
        Entry.emit,
        id,
        kind,
        row,
        timeColumn >= 0 ? ((row[timeColumn] as number | null) ?? Number.NaN) : Number.NaN,
        Number.NaN,
      );
      next.row(kind, row);
      trace.current = before;
    },
    watermark: (ms) => {
      if (startsWatermarks) movement.begins();
      watermarks[id] = ms;
      const before = trace.current;
      trace.current = trace.add(Entry.watermark, id, 0, null, ms, Number.NaN);
      next.watermark(ms);
      trace.current = before;
    },
    idle: (isIdle) => {
      movement.hasMoved = true;
      const before = trace.current;
      trace.current = trace.add(isIdle ? Entry.idle : Entry.active, id, 0, null, Number.NaN, Number.NaN);
      next.idle(isIdle);
      trace.current = before;
    },
  };
}

/** The way to who collects the changes of sink `id`. */
export function collected(
  { row: collect, watermark, wanted }: Collector,
  id: number,
  { steps, trace }: Watchers,
): Port {
  if (!steps) return { row: collect, watermark, idle() {} };
  if (!trace) {
    return {
      row: (kind, row) => {
        steps.output(kind);
        collect(kind, row);
      },
      watermark,
      ...(wanted ? { wanted } : {}),
      idle() {},
    };
  }
  return {
    row: (kind, row) => {
      steps.output(kind);
      trace.add(Entry.emit, id, kind, row, Number.NaN, Number.NaN);
      collect(kind, row);
    },
    watermark: (ms) => {
      trace.add(Entry.watermark, id, 0, null, ms, Number.NaN);
      watermark(ms);
    },
    idle() {},
  };
}
