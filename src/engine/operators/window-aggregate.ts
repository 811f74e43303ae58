import type { WindowAggregate } from '../plan/physical.ts';
import type { KeyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { isRowtime, type Row, type Value } from '../types/logical-type.ts';
import type { Group, Keyed, Pane } from './accumulators.ts';
import { BufferedTimers } from './buffered-timers.ts';
import { nullRowtime } from './watermark-assigner.ts';
import { ClosingBudget } from './window-budget.ts';
import {
  exportSlices,
  inspectSlices,
  offsetIn,
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
  const isBuffered = isEventTime && !isGlobal;
  const time = windowTime(window, context.zone);
  const keys = node.groups;
  const { acc, makeStore } = sliceParts(node, keys, null, context);
  const sliceMs = sliceMsOf(node);
  const offset = offsetIn(window.offsetMs, sliceMs);
  const report = context.reporter;
  const slices: Slices = new Map();
  /** Every window is one slice: its own. */
  const isTumble = window.kind === 'TUMBLE' || window.attached !== undefined;
  /** Which keys have a timer at a window's end; of a tumbling window the keys of its only slice do. */
  const waiting = new Map<number, KeyedStore<Keyed>>();
  const budget = new ClosingBudget();
  let progress = -Infinity;

  const isFired = (endMs: number): boolean => time.timerOf(endMs) <= progress;
  const storeOf = <T>(map: Map<number, KeyedStore<T>>, end: number): KeyedStore<T> => {
    let store = map.get(end);
    if (store === undefined) {
      store = makeStore() as unknown as KeyedStore<T>;
      map.set(end, store);
    }
    return store;
  };
  let timerEnd = Number.NaN;
  let timerMs = Number.NaN;
  const timerOf = (end: number): number => {
    if (end !== timerEnd) {
      timerEnd = end;
      timerMs = time.timerOf(end);
    }
    return timerMs;
  };
  const timers = new BufferedTimers<Keyed>(timerOf, context.turn);
  const { due } = timers;
  const addTimer = (entry: Keyed, isFresh: boolean): void => {
    if (isFresh) timers.add(entry);
    else due.add(timerOf(entry.end), entry);
    if (report !== null) report.timer(timerOf(entry.end));
  };
  const register = (key: Row, end: number, isFresh: boolean): void => {
    const store = storeOf(waiting, end);
    if (store.get(key) !== undefined) return;
    const entry = { key, end };
    store.set(key, entry);
    addTimer(entry, isFresh);
  };
  const groupAt = (end: number, row: Row): Pane => {
    const store = storeOf(slices, end);
    let group = store.get(row);
    if (group === undefined) {
      group = acc.pane(row, end);
      store.set(row, group);
      if (isTumble) addTimer(group, isBuffered);
    }
    return group;
  };
  /** A key's first partial result in a slice becomes its group: the local phase has let go of it. */
  const adopt = (end: number, row: Row, partial: Pane): boolean => {
    const store = storeOf(slices, end);
    if (store.get(row) !== undefined) return false;
    partial.key = row;
    partial.end = end;
    store.set(row, partial);
    addTimer(partial, false);
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
        if (!window.attached) throw nullRowtime();
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
    if (isBuffered) timers.take(sliceEnd);
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
    if (!isTumble) register(row, firstWindow, isBuffered && firstWindow === sliceEnd);
  };

  const send = (group: Group, key: Row, end: number): void => {
    if (group.n === 0 && (node.inputRetracts || window.kind === 'HOP')) return;
    const result = acc.result(group, key, bounds(end));
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
  const mergedAt = (end: number): KeyedStore<Pane> => {
    const merged = makeStore();
    for (const slice of slicesFrom(end - window.sizeMs + sliceMs, end))
      slices.get(slice)!.forEach((group) => {
        const { key } = group;
        let total = merged.get(key);
        if (total === undefined) {
          total = acc.pane(key, end);
          merged.set(key, total);
        }
        acc.merge(total, acc.isPlain ? group : acc.copyPane(group));
      });
    return merged;
  };
  const fireHop = ({ key, end }: Keyed, merged: KeyedStore<Pane>): void => {
    const total = merged.get(key);
    if (total === undefined) return;
    send(total, key, end);
    if (total.n !== 0) register(key, end + window.slideMs, false);
  };
  const fireCumulate = ({ key, end }: Keyed): void => {
    const start = windowStart(end);
    const first = start + window.slideMs;
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
    if (end < start + window.sizeMs) register(key, end + window.slideMs, false);
    else {
      slices.get(first)?.remove(key);
      if (slices.get(first)?.size() === 0) slices.delete(first);
    }
  };
  /** Windows that fire at one instant: more than one only where the clocks are changed. A hopping one has its merged slices. */
  const open = new Map<number, KeyedStore<Pane> | null>();
  const openWindow = (end: number): void => {
    if (!isTumble) budget.spend(waiting.get(end)!.size());
    open.set(end, window.kind === 'HOP' && !isTumble ? mergedAt(end) : null);
    waiting.delete(end);
  };
  const closeWindows = (): void => {
    for (const end of open.keys()) {
      if (isTumble) slices.delete(end);
      // No later window has it.
      else if (window.kind === 'HOP') slices.delete(end - window.sizeMs + sliceMs);
    }
    open.clear();
  };
  const fire = (entry: Keyed): void => {
    if (isTumble) send(entry as Pane, entry.key, entry.end);
    else if (window.kind === 'HOP') fireHop(entry, open.get(entry.end)!);
    else fireCumulate(entry);
  };
  const tellFired = (): void => {
    if (report === null) return;
    report.clear();
    report.fired();
  };

  const advance = (ms: number): void => {
    if (isBuffered) timers.advance(ms);
    progress = ms;
    budget.begin();
    while (due.nextMs <= ms) {
      const at = due.nextMs;
      let firing = Number.NaN;
      while (due.nextMs === at) {
        const entry = due.pop();
        if (entry.end !== firing) {
          if (!Number.isNaN(firing)) tellFired();
          firing = entry.end;
          if (!open.has(firing)) openWindow(firing);
          if (report !== null) report.fire(windowStart(firing), firing);
        }
        fire(entry);
      }
      tellFired();
      closeWindows();
    }
  };
  return {
    ports: [
      {
        row: take,
        watermark: isEventTime
          ? (ms) => {
              if (timers.isQuiet(ms)) progress = ms;
              else advance(ms);
              next.watermark(ms);
            }
          : next.watermark,
        idle: next.idle,
      },
    ],
    size: () => 2 * sizeOf(slices),
    snapshot: () => ({
      progress,
      slices: exportSlices(slices, acc),
      timers: timers.export(({ key, end }) => ({ key, end })),
    }),
    restore: (state) => {
      const saved = state as {
        progress: number;
        slices: [number, unknown][];
        timers: unknown;
      };
      progress = saved.progress;
      slices.clear();
      waiting.clear();
      for (const [end, data] of saved.slices) {
        const store = makeStore();
        store.import(data, acc.copyPane);
        slices.set(end, store);
      }
      const load = ({ key, end }: Keyed): Keyed => {
        if (isTumble) return slices.get(end)!.get(key)!;
        const entry = { key, end };
        storeOf(waiting, end).set(key, entry);
        return entry;
      };
      timers.import(saved.timers, load);
    },
    inspect: () =>
      inspectSlices(
        node,
        slices,
        acc,
        keys,
        context,
        [...(isTumble ? slices : waiting).keys()].map((end) => time.timerOf(end)),
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
