import type { WindowRank } from '../plan/physical.ts';
import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import { INSERT, type Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import { copyOnce } from '../runtime/timer-heap.ts';
import type { Row } from '../types/logical-type.ts';
import { BufferedTimers } from './buffered-timers.ts';
import { printRow, stateTable } from './inspect.ts';
import { lowerBound, rowOrder, upperBound } from './row-order.ts';
import { windowTime } from './window-time.ts';

/** The first rows of one partition of a window; `key` is a row its columns can be read from. */
interface Ranked {
  readonly key: Row;
  readonly end: number;
  readonly rows: Row[];
}
const copy = (ranked: Ranked): Ranked => ({ ...ranked, rows: [...ranked.rows] });

/**
 * Top-N within windows, and keeping their first or last row (Flink's SyncStateWindowRankProcessor and RowTimeSyncStateWindowDeduplicateProcessor): a window is
 * sent once, when it is over.
 */
export function createWindowRank(node: WindowRank, context: OperatorContext, next: Port): StreamOperator {
  const fields = node.inputs[0]!.fields;
  const time = windowTime(node.window, context.zone);
  const { end: endColumn } = node.window.attached!;
  const compare = rowOrder(
    node.order,
    node.order.map((k) => fields[k.column]!.type),
    context.code,
  );
  const makeStore = keyedStore<Ranked>(
    node.partition,
    node.partition.map((p) => fields[p]!.type),
    context.code,
  );
  // Of rows of equal time the last one is the last, and the first the first.
  const keepsNewest = node.kind === 'WindowDeduplicate' && node.order[0]!.descending;
  const place = keepsNewest ? lowerBound : upperBound;
  const { start, end } = node.range;
  const report = context.reporter;
  let windows = new Map<number, KeyedStore<Ranked>>();
  const timers = new BufferedTimers<Ranked>(time.timerOf, context.turn);
  let watermarkMs = -Infinity;

  const fire = ({ key, end: windowEnd, rows }: Ranked): void => {
    report?.fire(windowEnd, windowEnd);
    const store = windows.get(windowEnd)!;
    store.remove(key);
    if (store.size() === 0) windows.delete(windowEnd);
    for (let rank = start; rank <= rows.length; rank++) {
      const row = rows[rank - 1]!;
      next.row(INSERT, node.outputsRank ? [...row, rank] : row);
    }
    report?.fired();
  };
  return {
    ports: [
      {
        row: (kind, row) => {
          const windowEnd = row[endColumn] as number;
          if (time.timerOf(windowEnd) <= watermarkMs) {
            report?.late(kind, row, time.timerOf(windowEnd));
            return;
          }
          timers.take(windowEnd);
          let store = windows.get(windowEnd);
          if (store === undefined) windows.set(windowEnd, (store = makeStore()));
          let ranked = store.get(row);
          if (ranked === undefined) {
            ranked = { key: row, end: windowEnd, rows: [] };
            store.set(row, ranked);
            timers.add(ranked);
          }
          const { rows } = ranked;
          rows.splice(place(rows, row, compare), 0, row);
          if (rows.length > end) rows.pop();
        },
        watermark: (ms) => {
          watermarkMs = ms;
          timers.advance(ms);
          while (timers.due.nextMs <= ms) fire(timers.due.pop());
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => [...windows.values()].reduce((sum, store) => sum + store.size(), 0),
    snapshot: () => {
      const copied = copyOnce(copy);
      return {
        windows: [...windows].map(([windowEnd, store]) => [windowEnd, store.export(copied)] as const),
        timers: timers.export(copied),
        watermarkMs,
      };
    },
    restore: (state) => {
      const saved = state as {
        windows: readonly (readonly [number, unknown])[];
        timers: unknown;
        watermarkMs: number;
      };
      const copied = copyOnce(copy);
      windows = new Map(
        saved.windows.map(([windowEnd, data]) => {
          const store = makeStore();
          store.import(data, copied);
          return [windowEnd, store];
        }),
      );
      timers.import(saved.timers, copied);
      watermarkMs = saved.watermarkMs;
    },
    inspect: () => {
      const rows: (string | null)[][] = [];
      let size = 0;
      for (const store of windows.values())
        store.forEach(({ rows: kept }) => {
          size += kept.length;
          for (const row of kept) if (rows.length < 200) rows.push(printRow(row, fields, context.zone));
        });
      const names = fields.map((f) => f.name);
      return {
        tables: [stateTable('windows', names, 0, rows, size)],
        timersMs: [...windows.keys()]
          .sort((a, b) => a - b)
          .slice(0, 200)
          .map((windowEnd) => ({ atMs: time.timerOf(windowEnd), key: '', isEventTime: true })),
      };
    },
  };
}
