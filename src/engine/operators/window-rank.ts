import type { WindowRank } from '../plan/physical.ts';
import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import { INSERT, type Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import { printRow, stateTable } from './inspect.ts';
import { lowerBound, rowOrder, upperBound } from './row-order.ts';
import { windowTime } from './window-time.ts';

const copy = (rows: Row[]): Row[] => [...rows];

/** Top-N within windows, and keeping their first or last row (Flink's WindowRankOperator and WindowDeduplicate): a window is sent once, when it is over. */
export function createWindowRank(node: WindowRank, context: OperatorContext, next: Port): StreamOperator {
  const fields = node.inputs[0]!.fields;
  const time = windowTime(node.window, context.zone);
  const { end: endColumn } = node.window.attached!;
  const compare = rowOrder(
    node.order,
    node.order.map((k) => fields[k.column]!.type),
    context.canGenerate,
  );
  const makeStore = keyedStore<Row[]>(
    node.partition,
    node.partition.map((p) => fields[p]!.type),
    context.canGenerate,
  );
  // Of rows of equal time the last one is the last, and the first the first.
  const keepsNewest = node.kind === 'WindowDeduplicate' && node.order[0]!.descending;
  const place = keepsNewest ? lowerBound : upperBound;
  const { start, end } = node.range;
  const report = context.reporter;
  let windows = new Map<number, KeyedStore<Row[]>>();
  let watermarkMs = -Infinity;

  const send = (rows: Row[]): void => {
    for (let rank = start; rank <= rows.length; rank++) {
      const row = rows[rank - 1]!;
      next.row(INSERT, node.outputsRank ? [...row, rank] : row);
    }
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
          let store = windows.get(windowEnd);
          if (store === undefined) windows.set(windowEnd, (store = makeStore()));
          let rows = store.get(row);
          if (rows === undefined) store.set(row, (rows = []));
          rows.splice(place(rows, row, compare), 0, row);
          if (rows.length > end) rows.pop();
        },
        watermark: (ms) => {
          watermarkMs = ms;
          const due = [...windows.keys()].filter((w) => time.timerOf(w) <= ms).sort((a, b) => a - b);
          for (const windowEnd of due) {
            report?.fire(windowEnd, windowEnd);
            windows.get(windowEnd)!.forEach(send);
            windows.delete(windowEnd);
            report?.fired();
          }
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => [...windows.values()].reduce((sum, store) => sum + store.size(), 0),
    snapshot: () => ({
      windows: [...windows].map(([windowEnd, store]) => [windowEnd, store.export(copy)] as const),
      watermarkMs,
    }),
    restore: (state) => {
      const saved = state as {
        windows: readonly (readonly [number, unknown])[];
        watermarkMs: number;
      };
      windows = new Map(
        saved.windows.map(([windowEnd, data]) => {
          const store = makeStore();
          store.import(data, copy);
          return [windowEnd, store];
        }),
      );
      watermarkMs = saved.watermarkMs;
    },
    inspect: () => {
      const rows: (string | null)[][] = [];
      let size = 0;
      for (const store of windows.values())
        store.forEach((kept) => {
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
