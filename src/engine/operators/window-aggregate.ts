import { compileCondition } from '../compile/closure.ts';
import { physicalLine } from '../plan/explain.ts';
import type { Calc, PhysicalNode, WindowAggregate } from '../plan/physical.ts';
import { specialize } from '../runtime/generate.ts';
import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import { MAX_WATERMARK, type Port } from '../runtime/port.ts';
import type { Inspected, OperatorContext, Reporter, StreamOperator } from '../runtime/stream-operator.ts';
import { TimerQueue } from '../runtime/timer-queue.ts';
import { isRowtime, type Row, type Value } from '../types/logical-type.ts';
import { printTimestamp } from '../values/time.ts';
import { type Accumulators, accumulators, bindCalls, type Group } from './accumulators.ts';
import { printCell, stateTable } from './inspect.ts';
import { ClosingBudget } from './window-budget.ts';
import { paneStart, tellWindows, type WindowTime, windowTime } from './window-time.ts';

/** One key's accumulators in one slice; `key` is a row its key columns can be read from. */
interface Pane extends Group {
  key: Row;
}

type Slices = Map<number, KeyedStore<Group>>;

const copyPane =
  (acc: Accumulators) =>
  (group: Group): Group =>
    Object.assign(acc.copy(group), { key: (group as Pane).key });

/** A row that has in the columns `to` what another has in `from`. */
function withColumns(row: Row, from: readonly number[], to: readonly number[]): Row {
  if (from.every((column, i) => column === to[i])) return row;
  const out: Value[] = new Array<null>(Math.max(...to) + 1).fill(null);
  to.forEach((column, i) => {
    out[column] = row[from[i]!]!;
  });
  return out;
}

// ---------------------------------------------------------------- the local phase

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

/** How long a slice is: windows are put together from slices that none of them cuts. */
const sliceMsOf = (node: WindowAggregate): number =>
  node.window.kind === 'TUMBLE'
    ? node.window.sizeMs
    : node.window.kind === 'HOP'
      ? gcd(node.window.sizeMs, node.window.slideMs)
      : node.window.slideMs;
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

interface Common {
  readonly acc: Accumulators;
  readonly makeStore: () => KeyedStore<Group>;
  readonly keys: readonly number[];
}

function common(
  node: WindowAggregate,
  keys: readonly number[],
  fused: Calc | null,
  context: OperatorContext,
): Common {
  const below = fused ?? node.inputs[0]!;
  const types = node.groups.map((g) => below.fields[g]!.type);
  // Arguments are columns of what the local phase reads.
  const arguments_ =
    node.kind === 'GlobalWindowAggregate' ? localPhase(below).inputs[0]!.fields : below.fields;
  return {
    acc: accumulators(
      bindCalls(node.calls, arguments_, fused?.exprs ?? null),
      keys,
      context,
      node.kind === 'LocalWindowAggregate' ? 2 : node.properties.length,
    ),
    makeStore: keyedStore<Group>(keys, types, context.canGenerate),
    keys,
  };
}

const localPhase = (node: PhysicalNode): PhysicalNode =>
  node.kind === 'LocalWindowAggregate' ? node : localPhase(node.inputs[0]!);

/** Flink's LocalSlicingWindowAggOperator: folds rows by key and slice until the watermark reaches the end of a window, then hands the partial results on. */
export function createLocalWindowAggregate(
  node: WindowAggregate,
  fused: Calc | null,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const time = windowTime(node.window, context.zone);
  const keys = node.groups.map((g) => columnOf(fused, g));
  const { acc, makeStore } = common(node, keys, fused, context);
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

const offsetIn = (offsetMs: number, sliceMs: number): number => ((offsetMs % sliceMs) + sliceMs) % sliceMs;
const columnOf = (fused: Calc | null, column: number): number => {
  if (!fused) return column;
  const e = fused.exprs[column]!;
  return e.kind === 'InputRef' ? e.index : -1;
};

const sizeOf = (slices: Slices): number => {
  let size = 0;
  for (const store of slices.values()) size += store.size();
  return size;
};

function exportSlices(slices: Slices, acc: Accumulators): [number, unknown][] {
  return [...slices].map(([end, store]) => [end, store.export(copyPane(acc))]);
}

// ---------------------------------------------------------------- global and one phase

/**
 * The final phase (Flink's slicing window processors): merges slices into windows, sends each window once the watermark (or the clock) passes its end,
 * drops what comes for windows that are all gone. `GlobalWindowAggregate` takes partial results, `WindowAggregate` rows.
 */
export function createWindowAggregate(
  node: WindowAggregate,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const { window } = node;
  const isGlobal = node.kind === 'GlobalWindowAggregate';
  const isEventTime = isRowtime(window.timeType);
  const time = windowTime(window, context.zone);
  const keys = node.groups;
  const { acc, makeStore } = common(node, keys, null, context);
  const sliceMs = sliceMsOf(node);
  const offset = offsetIn(window.offsetMs, sliceMs);
  const report = context.reporter;
  const slices: Slices = new Map();
  /** Every window is one slice: its own. */
  const isTumble = window.kind === 'TUMBLE' || window.attached !== undefined;
  /** Keys that have a timer at a window's end; of a tumbling window the keys of its only slice do. */
  const timers: Slices = isTumble ? slices : new Map();
  /** The ends of the windows in `timers`. */
  const due = new TimerQueue<number>();
  const budget = new ClosingBudget();
  let progress = -Infinity;
  const copy = copyPane(acc);

  const isFired = (endMs: number): boolean => time.timerOf(endMs) <= progress;
  const storeOf = (map: Slices, end: number): KeyedStore<Group> => {
    let store = map.get(end);
    if (store === undefined) {
      store = makeStore();
      map.set(end, store);
      if (map === timers) due.add(time.timerOf(end), end);
    }
    return store;
  };
  const tellTimer = (end: number): void => {
    if (report !== null) report.timer(time.timerOf(end));
  };
  const register = (entry: Pane, end: number): void => {
    const store = storeOf(timers, end);
    if (store.get(entry.key) !== undefined) return;
    store.set(entry.key, entry);
    tellTimer(end);
  };
  const groupAt = (end: number, row: Row): Group => {
    const store = storeOf(slices, end);
    let group = store.get(row);
    if (group === undefined) {
      group = acc.create();
      (group as Pane).key = row;
      store.set(row, group);
      if (isTumble) tellTimer(end);
    }
    return group;
  };
  /** A key's first partial result in a slice becomes its group: the local phase has let go of it. */
  const adopt = (end: number, row: Row, partial: Pane): boolean => {
    const store = storeOf(slices, end);
    if (store.get(row) !== undefined) return false;
    partial.key = row;
    store.set(row, partial);
    tellTimer(end);
    return true;
  };
  const windowStart = (end: number): number =>
    window.kind === 'CUMULATE' ? paneStart(end - 1, window.sizeMs, window.offsetMs) : end - window.sizeMs;
  const lastWindowEnd = (sliceEnd: number): number =>
    isTumble
      ? sliceEnd
      : window.kind === 'HOP'
        ? sliceEnd - sliceMs + window.sizeMs
        : windowStart(sliceEnd) + window.sizeMs;

  const take = (kind: number, row: Row): void => {
    const partial = isGlobal ? (row[row.length - 1] as unknown as Pane) : null;
    let sliceEnd: number;
    if (partial) sliceEnd = row[row.length - 2] as number;
    else {
      const instant = isEventTime ? (row[window.time] as number | null) : context.nowMs();
      if (instant === null) {
        report?.ignored(kind, row);
        return;
      }
      sliceEnd = window.attached
        ? (row[window.attached.end] as number)
        : paneStart(time.toLocal(instant), sliceMs, offset) + sliceMs;
    }
    let target = sliceEnd;
    let firstWindow = sliceEnd;
    if (isEventTime && isFired(sliceEnd)) {
      if (isTumble || isFired(lastWindowEnd(sliceEnd))) {
        // What the local phase sends on too late it has told already, at the row's arrival.
        if (!partial) report?.late(kind, row, row[window.time] as number);
        return;
      }
      if (window.kind === 'CUMULATE') target = windowStart(sliceEnd) + window.slideMs;
      while (isFired(firstWindow)) firstWindow += window.slideMs;
    }
    if (isTumble && partial && adopt(target, row, partial)) return;
    const group = groupAt(target, row);
    if (partial) acc.merge(group, partial);
    else {
      if (report !== null) tellWindows(report, window, sliceEnd, sliceMs);
      if (node.inputRetracts && (kind === 1 || kind === 3)) {
        group.n--;
        acc.retract(group, row);
      } else {
        group.n++;
        acc.add(group, row);
      }
    }
    if (!isTumble) register({ n: 0, out: null, key: row }, firstWindow);
  };

  const send = (group: Group, key: Row, end: number): void => {
    if (group.n === 0 && (node.inputRetracts || window.kind === 'HOP')) return;
    const result = acc.result(group, key, ...bounds(end));
    if (node.hasHiddenCount) (result as Value[]).splice(keys.length + node.calls.length - 1, 1);
    next.row(0, result);
  };
  let boundsEnd = Number.NaN;
  let boundsNow: Value[] = [];
  /** The window's properties; the same for all keys of a window. */
  const bounds = (end: number): readonly Value[] => {
    if (end !== boundsEnd) {
      boundsEnd = end;
      boundsNow = node.properties.map((property) =>
        property === 'start'
          ? windowStart(end)
          : property === 'end'
            ? end
            : property === 'rowtime'
              ? time.rowtimeOf(end)
              : null,
      );
    }
    return boundsNow;
  };

  const fireTumble = (end: number, waiting: KeyedStore<Group>): void => {
    waiting.forEach((group) => send(group, (group as Pane).key, end));
  };
  /** The ends of the slices that there are from `first` to `last`, in order. */
  const slicesFrom = (first: number, last: number): number[] => {
    const ends: number[] = [];
    if ((last - first) / sliceMs < slices.size) {
      for (let end = first; end <= last; end += sliceMs) if (slices.has(end)) ends.push(end);
      return ends;
    }
    for (const end of slices.keys()) if (end >= first && end <= last) ends.push(end);
    return ends.sort((a, b) => a - b);
  };
  /** All keys of a window at once: what is in its slices is gone through, not every slice for every key. */
  const fireHop = (end: number, waiting: KeyedStore<Group>): void => {
    const first = end - window.sizeMs + sliceMs;
    const merged = makeStore();
    for (const slice of slicesFrom(first, end))
      slices.get(slice)!.forEach((group) => {
        const { key } = group as Pane;
        let total = merged.get(key);
        if (total === undefined) {
          total = acc.create();
          merged.set(key, total);
        }
        acc.merge(total, acc.isPlain ? group : acc.copy(group));
      });
    waiting.forEach((entry) => {
      const total = merged.get((entry as Pane).key);
      if (total === undefined) return;
      send(total, (entry as Pane).key, end);
      if (total.n !== 0) register(entry as Pane, end + window.slideMs);
    });
    // No later window has it.
    slices.delete(first);
  };
  const fireCumulate = (end: number, waiting: KeyedStore<Group>): void => {
    const start = windowStart(end);
    const first = start + window.slideMs;
    waiting.forEach((entry) => {
      const key = (entry as Pane).key;
      const base = groupAt(first, key);
      if (end !== first) {
        const own = slices.get(end)?.get(key);
        if (own) {
          acc.merge(base, own);
          slices.get(end)!.remove(key);
          if (slices.get(end)!.size() === 0) slices.delete(end);
        }
      }
      send(base, key, end);
      if (end < start + window.sizeMs) register(entry as Pane, end + window.slideMs);
      else {
        slices.get(first)?.remove(key);
        if (slices.get(first)?.size() === 0) slices.delete(first);
      }
    });
  };
  const fire: (end: number, waiting: KeyedStore<Group>) => void = isTumble
    ? fireTumble
    : window.kind === 'HOP'
      ? fireHop
      : fireCumulate;

  const advance = (ms: number): void => {
    progress = ms;
    budget.begin();
    while (due.nextMs <= ms) {
      const end = due.pop();
      const waiting = timers.get(end)!;
      if (!isTumble) budget.spend(waiting.size());
      timers.delete(end);
      if (report !== null) report.fire(windowStart(end), end);
      fire(end, waiting);
      if (report !== null) {
        report.clear();
        report.fired();
      }
    }
  };
  return {
    ports: [
      {
        row: take,
        watermark: isEventTime
          ? (ms) => {
              if (ms >= due.nextMs) advance(ms);
              else progress = ms;
              next.watermark(ms);
            }
          : next.watermark,
        idle: next.idle,
      },
    ],
    size: () => sizeOf(slices) + (isTumble ? 0 : sizeOf(timers)),
    snapshot: () => ({
      progress,
      slices: exportSlices(slices, acc),
      timers: isTumble ? [] : [...timers].map(([end, store]) => [end, store.export((g) => ({ ...g }))]),
    }),
    restore: (state) => {
      const saved = state as {
        progress: number;
        slices: [number, unknown][];
        timers: [number, unknown][];
      };
      progress = saved.progress;
      slices.clear();
      timers.clear();
      due.clear();
      for (const [map, list, copyOf] of [
        [slices, saved.slices, copy],
        [timers, saved.timers, (g: Group): Group => ({ ...g })],
      ] as const) {
        for (const [end, data] of list) {
          const store = makeStore();
          store.import(data, copyOf);
          map.set(end, store);
          if (map === timers) due.add(time.timerOf(end), end);
        }
      }
    },
    inspect: () =>
      inspectSlices(
        node,
        slices,
        acc,
        keys,
        context,
        [...timers.keys()].map((end) => time.timerOf(end)),
      ),
    ...(isEventTime
      ? {}
      : {
          nextClockMs: () => due.nextMs + 1,
          onClock: (nowMs: number) => {
            if (nowMs > due.nextMs) advance(nowMs - 1);
          },
        }),
  };
}

function inspectSlices(
  node: WindowAggregate,
  slices: Slices,
  acc: Accumulators,
  keys: readonly number[],
  context: OperatorContext,
  timers: readonly number[] | null,
): Inspected {
  const rows: (string | null)[][] = [];
  let size = 0;
  for (const [end, store] of [...slices].sort(([a], [b]) => a - b)) {
    size += store.size();
    store.forEach((group) => {
      if (rows.length >= 200) return;
      const key = (group as Pane).key;
      const values = acc.values(group);
      rows.push([
        printTimestamp(end, 0, 3),
        ...keys.map((k, i) =>
          printCell(key[k]!, node.inputs[0]!.fields[node.groups[i]!]!.type, context.zone),
        ),
        ...values.map((v, i) => printCell(v, node.calls[i]!.type, context.zone)),
      ]);
    });
  }
  const groupNames = node.groups.map((g) => node.inputs[0]!.fields[g]!.name);
  const callNames = node.calls.map((c, i) => c.alias ?? `${c.name}$${i}`);
  return {
    tables: [
      stateTable(
        'window-aggs',
        ['slice_end', ...groupNames, ...callNames],
        1 + groupNames.length,
        rows,
        size,
      ),
    ],
    timersMs: [...(timers ?? [])]
      .sort((a, b) => a - b)
      .map((atMs) => ({ atMs, key: '', isEventTime: isRowtime(node.window.timeType) })),
  };
}
