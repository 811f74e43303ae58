import { compileCondition } from '../compile/closure.ts';
import { physicalLine } from '../plan/explain.ts';
import type { Calc, WindowAggregate } from '../plan/physical.ts';
import { specialize } from '../runtime/generate.ts';
import type { KeyedStore } from '../runtime/keyed-store.ts';
import { MAX_WATERMARK, type Port } from '../runtime/port.ts';
import type { OperatorContext, Reporter, StreamOperator } from '../runtime/stream-operator.ts';
import type { Row, Value } from '../types/logical-type.ts';
import type { Accumulators, Group } from './accumulators.ts';
import {
  copyPane,
  exportSlices,
  inspectSlices,
  offsetIn,
  type Pane,
  type Slices,
  sizeOf,
  sliceMsOf,
  sliceParts,
} from './window-slices.ts';
import { paneStart, tellWindows, type WindowTime, windowTime } from './window-time.ts';

/** A row that has in the columns `to` what another has in `from`. */
function withColumns(row: Row, from: readonly number[], to: readonly number[]): Row {
  if (from.every((column, i) => column === to[i])) return row;
  const out: Value[] = new Array<null>(Math.max(...to) + 1).fill(null);
  to.forEach((column, i) => {
    out[column] = row[from[i]!]!;
  });
  return out;
}

interface LocalParts {
  readonly slices: Slices;
  readonly makeStore: () => KeyedStore<Group>;
  readonly accumulators: Accumulators;
  readonly time: number;
  /** `time` holds the end of the row's window. */
  readonly isAttached: boolean;
  readonly toLocal: ((ms: number) => number) | null;
  readonly sliceMs: number;
  readonly offsetMs: number;
  readonly condition: ((row: Row) => boolean) | null;
  readonly retracts: boolean;
  readonly report: Reporter | null;
  /** A slice has its first row. */
  readonly opened: (endMs: number) => void;
  /** Tells the trace of the windows that hold a slice. */
  readonly tell: (endMs: number) => void;
  /** Whether the last window with the slice that ends there has been sent. */
  readonly isGone: (endMs: number) => boolean;
}

/** Adds rows to the slice they fall in; nothing is late here. */
function addToSlices(parts: LocalParts): { row: Port['row']; forget: () => void } {
  const {
    slices,
    makeStore,
    time,
    isAttached,
    toLocal,
    sliceMs,
    offsetMs,
    condition,
    retracts,
    report,
    opened,
    tell,
    isGone,
  } = parts;
  const { create, add, retract } = parts.accumulators;
  let lastEnd = Number.NaN;
  let last: KeyedStore<Group> | null = null;
  return {
    forget() {
      lastEnd = Number.NaN;
      last = null;
    },
    row: function localWindowAggregate(kind, row) {
      if (condition !== null && !condition(row)) return;
      const instant = row[time] as number | null;
      if (instant === null) return;
      const local = toLocal === null || isAttached ? instant : toLocal(instant);
      const rest = (local - offsetMs) % sliceMs;
      const end = isAttached ? local : local - (rest < 0 ? rest + sliceMs : rest) + sliceMs;
      if (end !== lastEnd) {
        let found = slices.get(end);
        if (found === undefined) {
          found = makeStore();
          slices.set(end, found);
          opened(end);
        }
        last = found;
        lastEnd = end;
      }
      const store = last!;
      let group = store.get(row);
      if (group === undefined) {
        group = create();
        (group as Group & { key: unknown }).key = row;
        store.set(row, group);
      }
      if (report !== null) {
        if (isGone(end)) report.late(kind, row, instant);
        else tell(end);
      }
      if (retracts && (kind === 1 || kind === 3)) {
        group.n--;
        retract(group, row);
      } else {
        group.n++;
        add(group, row);
      }
    },
  };
}

/** Flink's LocalSlicingWindowAggOperator: folds rows by key and slice until the watermark reaches the end of a window, then hands the partial results on. */
export function createLocalWindowAggregate(
  node: WindowAggregate,
  fused: Calc | null,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const time = windowTime(node.window, context.zone);
  const keys = node.groups.map((g) => columnOf(fused, g));
  const { acc, makeStore } = sliceParts(node, keys, fused, context);
  const sliceMs = sliceMsOf(node);
  const slices: Slices = new Map();
  let nextTrigger = -Infinity;
  let watermark = -Infinity;
  const { kind, sizeMs } = node.window;
  const lastEnd = (end: number): number =>
    kind === 'TUMBLE' || node.window.attached
      ? end
      : kind === 'HOP'
        ? end - sliceMs + sizeMs
        : paneStart(end - 1, sizeMs, node.window.offsetMs) + sizeMs;
  const isLocal = node.window.timeType.root === 'TIMESTAMP_LTZ' && context.zone !== 'UTC';
  const adding = specialize(
    addToSlices,
    physicalLine(node),
    context.canGenerate,
  )({
    slices,
    makeStore,
    accumulators: acc,
    time: columnOf(fused, node.window.time),
    isAttached: node.window.attached !== undefined,
    toLocal: isLocal ? time.toLocal : null,
    sliceMs,
    offsetMs: offsetIn(node.window.offsetMs, sliceMs),
    condition: fused?.condition ? compileCondition(fused.condition, context) : null,
    retracts: node.inputRetracts,
    report: context.reporter,
    // Where an hour comes twice, windows end in between that the watermark's own wall clock does not lead to.
    opened: (end) => {
      const due = time.timerOf(end);
      if (due > watermark && due < nextTrigger) nextTrigger = due;
    },
    tell: (end) => {
      if (context.reporter) tellWindows(context.reporter, node.window, end, sliceMs);
    },
    isGone: (end) => time.timerOf(lastEnd(end)) <= watermark,
  });
  const flush = (): void => {
    const ends = [...slices.keys()].sort((a, b) => a - b);
    for (const end of ends) {
      const store = slices.get(end)!;
      slices.delete(end);
      store.forEach((group) => {
        const pane = group as Pane;
        next.row(0, acc.result(pane, pane.key, end, pane as never));
      });
    }
    adding.forget();
  };
  return {
    ports: [
      {
        row: adding.row,
        watermark: (ms) => {
          watermark = ms;
          if (ms >= nextTrigger) {
            if (slices.size > 0) flush();
            nextTrigger = ms === MAX_WATERMARK ? Infinity : nextTriggerAfter(ms, node, time);
          }
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => sizeOf(slices),
    snapshot: () => ({ nextTrigger, watermark, keys, slices: exportSlices(slices, acc) }),
    restore: (state) => {
      const saved = state as {
        nextTrigger: number;
        watermark: number;
        keys: readonly number[];
        slices: [number, unknown][];
      };
      const copy = copyPane(acc);
      // With and without the Calc below computed here, keys stand in different columns.
      const read = (group: Group): Group =>
        Object.assign(copy(group), { key: withColumns((group as Pane).key, saved.keys, keys) });
      nextTrigger = saved.nextTrigger;
      watermark = saved.watermark;
      slices.clear();
      for (const [end, data] of saved.slices) {
        const store = makeStore();
        store.import(data, read);
        slices.set(end, store);
      }
      adding.forget();
    },
    inspect: () => inspectSlices(node, slices, acc, keys, context, null),
  };
}

/** The next instant at which some window may end (Flink's getNextTriggerWatermark). */
function nextTriggerAfter(ms: number, node: WindowAggregate, time: WindowTime): number {
  const slice = sliceMsOf(node);
  const start = paneStart(time.toLocal(ms), slice, offsetIn(node.window.offsetMs, slice));
  const trigger = time.timerOf(start + slice);
  return trigger > ms ? trigger : time.timerOf(start + 2 * slice);
}

const columnOf = (fused: Calc | null, column: number): number => {
  if (!fused) return column;
  const e = fused.exprs[column]!;
  return e.kind === 'InputRef' ? e.index : -1;
};
