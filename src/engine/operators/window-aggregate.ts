import type { WindowAggregate } from '../plan/physical.ts';
import type { KeyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { TimerQueue } from '../runtime/timer-queue.ts';
import { isRowtime, type Row, type Value } from '../types/logical-type.ts';
import type { Group } from './accumulators.ts';
import { ClosingBudget } from './window-budget.ts';
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
import { paneStart, tellWindows, windowTime } from './window-time.ts';

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
  const { acc, makeStore } = sliceParts(node, keys, null, context);
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
  /** The ends of the slices that there are from `first` to `last`, the newest first, which is how Flink merges them. */
  const slicesFrom = (first: number, last: number): number[] => {
    const ends: number[] = [];
    if ((last - first) / sliceMs < slices.size) {
      for (let end = last; end >= first; end -= sliceMs) if (slices.has(end)) ends.push(end);
      return ends;
    }
    for (const end of slices.keys()) if (end >= first && end <= last) ends.push(end);
    return ends.sort((a, b) => b - a);
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
