import { compileCondition } from '../compile/closure.ts';
import type { Calc, GroupWindowAggregate } from '../plan/physical.ts';
import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { type SavedTimers, TimerHeap } from '../runtime/timer-heap.ts';
import { TimerQueue } from '../runtime/timer-queue.ts';
import { isRowtime, type Row, type Value } from '../types/logical-type.ts';
import { printTimestamp } from '../values/time.ts';
import { accumulators, bindCalls, type Group } from './accumulators.ts';
import { printCell, stateTable } from './inspect.ts';
import { checkWindowsOfRow } from './window-budget.ts';
import { sliceMsOf } from './window-slices.ts';
import { paneStart, windowTime } from './window-time.ts';

interface Pane extends Group {
  key: Row;
  /** The window's own firing is over. */
  hasFired: boolean;
  /** What its result is merged from, by where each slice starts; empty where the order of rows changes nothing. */
  slices: Map<number, Group>;
  /** When the clock fires it next, earlier or later than its own time; 0 for never. */
  nextMs: number;
}

/** A timer of one key in one window: its own firing, its end, or both. */
interface Due {
  readonly key: Row;
  readonly end: number;
  readonly fires: boolean;
  readonly clears: boolean;
}

/** Flink's AggregateWindowOperator for GROUP BY TUMBLE and HOP: a result per key and window at the window's end, or earlier and later where so configured. */
export function createGroupWindowAggregate(
  node: GroupWindowAggregate,
  fused: Calc | null,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const { window, emit } = node;
  const below = fused ?? node.inputs[0]!;
  const column = (i: number): number => {
    const e = fused?.exprs[i];
    return e === undefined ? i : e.kind === 'InputRef' ? e.index : -1;
  };
  const isEventTime = isRowtime(window.timeType);
  const time = windowTime(window, context.zone);
  const keys = node.groups.map(column);
  const timeColumn = column(window.time);
  const acc = accumulators(bindCalls(node.calls, below.fields, fused?.exprs ?? null), keys, context);
  const makeStore = keyedStore<Group>(
    keys,
    node.groups.map((g) => below.fields[g]!.type),
    context.code,
  );
  const passes = fused?.condition ? compileCondition(fused.condition, context) : null;
  const report = context.reporter;
  const latenessMs = emit?.latenessMs ?? 0;
  const hasDelay = (emit?.earlyMs ?? 0) > 0 || (emit?.lateMs ?? 0) > 0;
  const slideMs = window.kind === 'HOP' ? window.slideMs : window.sizeMs;
  const sliceMs = sliceMsOf(node);
  const isSliced = window.kind === 'HOP' && !acc.isPlain;
  const panes = new Map<number, KeyedStore<Group>>();
  const due = new TimerHeap<Due>();
  let progress = -Infinity;
  const delayed = new TimerQueue<{ readonly end: number; readonly pane: Pane }>();
  const copy = (group: Group): Group => {
    const { key, hasFired, nextMs, slices } = group as Pane;
    const copied = new Map([...slices].map(([start, slice]) => [start, acc.copy(slice)]));
    return Object.assign(acc.copy(group), { key, hasFired, nextMs, slices: copied });
  };
  /** Hopping windows are merged from the slices that they share, the earliest first (Flink's PanedWindowProcessFunction). */
  const valuesOf = (pane: Pane): readonly Value[] => {
    if (!isSliced) return acc.values(pane);
    const total = acc.create();
    const starts = [...pane.slices.keys()].sort((a, b) => a - b);
    for (const start of starts) acc.merge(total, acc.copy(pane.slices.get(start)!));
    return acc.values(total);
  };
  const sliceOf = (pane: Pane, start: number): Group => {
    let slice = pane.slices.get(start);
    if (slice === undefined) pane.slices.set(start, (slice = acc.create()));
    return slice;
  };

  const resultOf = (pane: Pane, end: number): Row => {
    const row = [...keys.map((k) => pane.key[k]!), ...valuesOf(pane)];
    for (const property of node.properties) {
      if (property === 'start') row.push(end - window.sizeMs);
      else if (property === 'end') row.push(end);
      else if (property === 'rowtime') row.push(isEventTime ? time.rowtimeOf(end) : null);
      else row.push(context.nowMs());
    }
    return row;
  };
  const sameResult = (a: Row, b: Row): boolean =>
    acc.same(a.slice(0, keys.length + node.calls.length), b.slice(0, keys.length + node.calls.length));
  const send = (pane: Pane, end: number): void => {
    const isEmpty = pane.n === 0;
    if (!emit) {
      if (!isEmpty) next.row(0, resultOf(pane, end));
      return;
    }
    const before = pane.out;
    if (isEmpty) {
      if (before) next.row(3, before);
      pane.out = null;
      return;
    }
    const after = resultOf(pane, end);
    if (!before) next.row(0, after);
    else {
      if (sameResult(before, after)) return;
      // Whether or not the edge asked for it, as Flink does.
      next.row(1, before);
      next.row(2, after);
    }
    pane.out = after;
  };

  const fireAfter = (delayMs: number, pane: Pane, end: number, atMs = context.nowMs() + delayMs): void => {
    pane.nextMs = atMs;
    delayed.add(atMs, { end, pane });
  };
  /** After a row: at once, or when the clock has gone on. */
  const fire = (pane: Pane, end: number, isOver: boolean): void => {
    if (!emit) return;
    // Where a key's first row comes after the window's end, each of its rows fires.
    const delayMs = !isOver ? emit.earlyMs : pane.hasFired ? (emit.lateMs ?? 0) : 0;
    if (delayMs === null) return;
    if (delayMs === 0) send(pane, end);
    else if (pane.nextMs === 0) fireAfter(delayMs, pane, end);
  };
  const fireDelayed = (nowMs: number): void => {
    while (delayed.nextMs <= nowMs) {
      const atMs = delayed.nextMs;
      const { end, pane } = delayed.pop();
      if (panes.get(end)?.get(pane.key) !== pane) continue;
      const delayMs = pane.hasFired && emit!.lateMs !== null ? emit!.lateMs : (emit!.earlyMs ?? 0);
      if (delayMs === 0) continue;
      fireAfter(delayMs, pane, end, atMs + delayMs);
      send(pane, end);
    }
  };

  const take = (kind: number, row: Row): void => {
    if (passes && !passes(row)) return;
    // Flink reads a NULL in the bytes of a row as zero.
    const instant = isEventTime ? ((row[timeColumn] as number | null) ?? 0) : context.nowMs();
    checkWindowsOfRow(window);
    const local = time.toLocal(instant);
    let isTaken = false;
    for (let start = paneStart(local, slideMs, 0); start > local - window.sizeMs; start -= slideMs) {
      const end = start + window.sizeMs;
      const fireAt = time.timerOf(end);
      if (isEventTime && fireAt + latenessMs <= progress) continue;
      isTaken = true;
      let store = panes.get(end);
      if (store === undefined) {
        store = makeStore();
        panes.set(end, store);
        if (fireAt > progress) report?.timer(fireAt);
      }
      let pane = store.get(row) as Pane | undefined;
      if (pane === undefined) {
        pane = Object.assign(acc.create(), { key: row, hasFired: false, nextMs: 0, slices: new Map() });
        store.set(row, pane);
        if (fireAt > progress) due.add(fireAt, { key: row, end, fires: true, clears: latenessMs === 0 });
        if (latenessMs > 0) due.add(fireAt + latenessMs, { key: row, end, fires: false, clears: true });
      }
      report?.window?.(start, end);
      const content = isSliced ? sliceOf(pane, paneStart(local, sliceMs, 0)) : pane;
      if (kind === 1 || kind === 3) {
        pane.n--;
        acc.retract(content, row);
      } else {
        pane.n++;
        acc.add(content, row);
      }
      fire(pane, end, isEventTime && fireAt <= progress);
    }
    if (!isTaken) report?.late(kind, row, instant);
  };

  const finish = ({ key, end, fires, clears }: Due): void => {
    const store = panes.get(end)!;
    const pane = store.get(key) as Pane;
    if (fires) {
      pane.hasFired = true;
      send(pane, end);
    }
    if (!clears) return;
    store.remove(key);
    if (store.size() === 0) panes.delete(end);
  };
  const advance = (ms: number): void => {
    progress = ms;
    while (due.nextMs <= ms) {
      const first = due.pop();
      const { end, fires, clears } = first;
      if (fires) report?.fire(end - window.sizeMs, end);
      finish(first);
      // What is told of a window is told once for all its keys.
      while (due.nextMs <= ms && due.first!.end === end && due.first!.fires === fires) finish(due.pop());
      if (fires) report?.fired();
      if (clears) report?.clear();
    }
  };

  return {
    ports: [
      {
        row: take,
        watermark: (ms) => {
          if (isEventTime) advance(ms);
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => [...panes.values()].reduce((sum, store) => sum + store.size(), 0),
    snapshot: () => ({
      progress,
      due: due.export((timer) => timer),
      panes: [...panes].map(([end, store]) => [end, store.export(copy)]),
    }),
    restore: (state) => {
      const saved = state as {
        progress: number;
        due: SavedTimers<Due>;
        panes: [number, unknown][];
      };
      progress = saved.progress;
      due.import(saved.due, (timer) => timer);
      panes.clear();
      delayed.clear();
      for (const [end, data] of saved.panes) {
        const store = makeStore();
        store.import(data, copy);
        panes.set(end, store);
        store.forEach((group) => {
          const pane = group as Pane;
          if (pane.nextMs > 0) delayed.add(pane.nextMs, { end, pane });
        });
      }
    },
    inspect: () => {
      const rows: (string | null)[][] = [];
      let size = 0;
      for (const [end, store] of [...panes].sort(([a], [b]) => a - b)) {
        size += store.size();
        store.forEach((group) => {
          const values = valuesOf(group as Pane);
          if (rows.length < 200)
            rows.push([
              printTimestamp(end - window.sizeMs, 0, 3),
              printTimestamp(end, 0, 3),
              ...keys.map((k, i) =>
                printCell((group as Pane).key[k]!, below.fields[node.groups[i]!]!.type, context.zone),
              ),
              ...values.map((v, i) => printCell(v, node.calls[i]!.type, context.zone)),
            ]);
        });
      }
      const names = node.fields.slice(0, keys.length + node.calls.length).map((f) => f.name);
      return {
        tables: [
          stateTable(
            'window-contents',
            ['window_start', 'window_end', ...names],
            2 + keys.length,
            rows,
            size,
          ),
        ],
        timersMs: [...panes.keys()]
          .map((end) => time.timerOf(end))
          .filter((atMs) => atMs > progress)
          .sort((a, b) => a - b)
          .map((atMs) => ({ atMs, key: '', isEventTime })),
      };
    },
    ...(isEventTime && !hasDelay
      ? {}
      : {
          nextClockMs: () => Math.min(delayed.nextMs, isEventTime ? Infinity : due.nextMs + 1),
          onClock: (nowMs: number) => {
            fireDelayed(nowMs);
            if (!isEventTime) advance(nowMs - 1);
          },
        }),
  };
}
