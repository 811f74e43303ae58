import { compileCondition } from '../compile/closure.ts';
import { physicalLine } from '../plan/explain.ts';
import type { Calc, WindowAggregate } from '../plan/physical.ts';
import { specialize } from '../runtime/generate.ts';
import type { KeyedStore } from '../runtime/keyed-store.ts';
import { MAX_WATERMARK, type Port } from '../runtime/port.ts';
import type { OperatorContext, Reporter, StreamOperator } from '../runtime/stream-operator.ts';
import type { Row, Value } from '../types/logical-type.ts';
import type { Accumulators, Pane } from './accumulators.ts';
import { nullRowtime } from './watermark-assigner.ts';
import { inspectSlices, offsetIn, type Slices, sliceMsOf, sliceParts } from './window-slices.ts';
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
  /** All panes of the slices, in the order of their first rows. */
  readonly panes: Pane[];
  readonly makeStore: () => KeyedStore<Pane>;
  readonly accumulators: Accumulators;
  readonly time: number;
  /** `time` holds the end of the row's window. */
  readonly isAttached: boolean;
  readonly toLocal: ((ms: number) => number) | null;
  /** Of a row without a time. */
  readonly fail: () => Error;
  readonly sliceMs: number;
  readonly offsetMs: number;
  readonly condition: ((row: Row) => boolean) | null;
  readonly retracts: boolean;
  readonly report: Reporter | null;
  /** A slice has its first row. */
  readonly opened: (endMs: number) => void;
  /** A pane is about to be made. */
  readonly begin: () => void;
  /** Tells the trace of the windows that hold a slice; null where it does not want to know. */
  readonly tell: ((endMs: number) => void) | null;
  /** When the last window with the slice that ends there is sent. */
  readonly goneMs: (endMs: number) => number;
  readonly progress: Progress;
}

/** How far event time has come. */
interface Progress {
  watermark: number;
}

/** Adds rows to the slice they fall in; nothing is late here. */
function addToSlices(parts: LocalParts): { row: Port['row']; forget: () => void } {
  const {
    slices,
    panes,
    makeStore,
    time,
    isAttached,
    toLocal,
    fail,
    sliceMs,
    offsetMs,
    condition,
    retracts,
    report,
    opened,
    begin,
    tell,
    goneMs,
    progress,
  } = parts;
  const { pane, add, retract } = parts.accumulators;
  let lastEnd = Number.NaN;
  let lastGoneMs = Number.NaN;
  let last: KeyedStore<Pane> | null = null;
  return {
    forget() {
      lastEnd = Number.NaN;
      last = null;
    },
    row: function localWindowAggregate(kind, row) {
      if (condition !== null && !condition(row)) return;
      const instant = row[time] as number | null;
      if (instant === null) {
        if (isAttached) return;
        throw fail();
      }
      const local = toLocal === null || isAttached ? instant : toLocal(instant);
      // Mostly the slice of the row before: dividing costs more than all else that is done for a row.
      const isIn = isAttached ? local === lastEnd : local < lastEnd && local >= lastEnd - sliceMs;
      if (!isIn) {
        const rest = (local - offsetMs) % sliceMs;
        const end = isAttached ? local : local - (rest < 0 ? rest + sliceMs : rest) + sliceMs;
        let found = slices.get(end);
        if (found === undefined) {
          found = makeStore();
          slices.set(end, found);
          opened(end);
        }
        last = found;
        lastEnd = end;
        if (report !== null) lastGoneMs = goneMs(end);
      }
      const store = last!;
      let group = store.get(row);
      if (group === undefined) {
        begin();
        group = pane(row, lastEnd);
        store.set(row, group);
        panes.push(group);
      }
      if (report !== null) {
        if (lastGoneMs <= progress.watermark) report.late(kind, row, instant);
        else if (tell !== null) tell(lastEnd);
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
  const report = context.reporter;
  const keys = node.groups.map((g) => columnOf(fused, g));
  const { acc, makeStore } = sliceParts(node, keys, fused, context);
  const sliceMs = sliceMsOf(node);
  const slices: Slices = new Map();
  const panes: Pane[] = [];
  /** The panes from `fresh` on came with the input `turn`. */
  let fresh = 0;
  let turn = Number.NaN;
  let nextTrigger = -Infinity;
  const progress: Progress = { watermark: -Infinity };
  const { kind, sizeMs } = node.window;
  const lastEnd = (end: number): number =>
    kind === 'TUMBLE' || node.window.attached
      ? end
      : kind === 'HOP'
        ? end - sliceMs + sizeMs
        : paneStart(end - 1, sizeMs, node.window.offsetMs) + sizeMs;
  const isLocal = node.window.timeType.root === 'TIMESTAMP_LTZ' && context.zone !== 'UTC';
  /**
   * Flink looks for windows that end where they would without an offset (TimeWindowUtil.getNextTriggerWatermark): the changes of one input, that a checkpoint
   * behind it does not hand on before, can come too late to windows with one.
   */
  const isSkewed = node.window.offsetMs % sliceMs !== 0;
  const adding = specialize(
    addToSlices,
    physicalLine(node),
    context.code,
  )({
    slices,
    panes,
    makeStore,
    accumulators: acc,
    time: columnOf(fused, node.window.time),
    isAttached: node.window.attached !== undefined,
    toLocal: isLocal ? time.toLocal : null,
    fail: nullRowtime,
    sliceMs,
    offsetMs: offsetIn(node.window.offsetMs, sliceMs),
    condition: fused?.condition ? compileCondition(fused.condition, context) : null,
    retracts: node.inputRetracts,
    report,
    // Where an hour comes twice, windows end in between that the watermark's own wall clock does not lead to.
    opened: (end) => {
      const due = time.timerOf(end);
      if (isLocal && !isSkewed && due > progress.watermark && due < nextTrigger) nextTrigger = due;
    },
    begin: () => {
      if (context.turn() === turn) return;
      turn = context.turn();
      fresh = panes.length;
    },
    tell: report?.window ? (end) => tellWindows(report, node.window, end, sliceMs) : null,
    goneMs: (end) => time.timerOf(lastEnd(end)),
    progress,
  });
  const keep = (pane: Pane): void => {
    let store = slices.get(pane.end);
    if (store === undefined) {
      store = makeStore();
      slices.set(pane.end, store);
    }
    store.set(pane.key, pane);
    panes.push(pane);
  };
  /** What the very input brought that moves the watermark is only part of it where it belongs to a window that ends now. */
  const flush = (ms: number): void => {
    const isHeld =
      turn === context.turn() && panes.every(({ end }, i) => i < fresh || time.timerOf(end) > ms);
    handOn(isHeld ? panes.splice(fresh) : []);
  };
  const handOn = (held: readonly Pane[]): void => {
    for (const pane of panes) next.row(0, acc.result(pane, pane.key, [pane.end, pane as never]));
    slices.clear();
    panes.length = 0;
    fresh = 0;
    for (const pane of held) keep(pane);
    adding.forget();
  };
  /** What is taken back of what a checkpoint has handed on is seen by some functions. */
  const isHandedOn = isSkewed || (node.inputRetracts && !acc.isPlain);
  const handOnEarlier = (): void => {
    if (context.turn() === turn) return;
    if (panes.length > 0) handOn([]);
    turn = context.turn();
  };
  return {
    ports: [
      {
        row: isHandedOn
          ? (kind, row) => {
              handOnEarlier();
              adding.row(kind, row);
            }
          : adding.row,
        watermark: (ms) => {
          progress.watermark = ms;
          if (isHandedOn) handOnEarlier();
          if (ms >= nextTrigger) {
            if (panes.length > 0) flush(ms);
            nextTrigger = ms === MAX_WATERMARK ? Infinity : nextTriggerAfter(ms, sliceMs, time);
          }
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => panes.length,
    snapshot: () => ({
      nextTrigger,
      watermark: progress.watermark,
      keys,
      panes: panes.map(acc.copyPane),
      fresh,
      turn,
    }),
    restore: (state) => {
      const saved = state as {
        nextTrigger: number;
        watermark: number;
        keys: readonly number[];
        panes: readonly Pane[];
        fresh: number;
        turn: number;
      };
      ({ fresh, turn } = saved);
      nextTrigger = saved.nextTrigger;
      progress.watermark = saved.watermark;
      slices.clear();
      panes.length = 0;
      for (const group of saved.panes) {
        const pane = acc.copyPane(group);
        // With and without the Calc below computed here, keys stand in different columns.
        pane.key = withColumns(pane.key, saved.keys, keys);
        keep(pane);
      }
      adding.forget();
    },
    inspect: () => inspectSlices(node, slices, acc, keys, context, null),
  };
}

/** The next instant at which some window may end (Flink's getNextTriggerWatermark). */
function nextTriggerAfter(ms: number, sliceMs: number, time: WindowTime): number {
  const start = paneStart(time.toLocal(ms), sliceMs, 0);
  const trigger = time.timerOf(start + sliceMs);
  return trigger > ms ? trigger : time.timerOf(start + 2 * sliceMs);
}

const columnOf = (fused: Calc | null, column: number): number => {
  if (!fused) return column;
  const e = fused.exprs[column]!;
  return e.kind === 'InputRef' ? e.index : -1;
};
