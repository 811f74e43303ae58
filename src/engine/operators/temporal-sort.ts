import type { TemporalSort } from '../plan/physical.ts';
import { INSERT, type Port } from '../runtime/port.ts';
import { type OperatorContext, STATELESS, type StreamOperator } from '../runtime/stream-operator.ts';
import { isProctime, type Row } from '../types/logical-type.ts';
import { rowTable } from './inspect.ts';
import { rowOrder, upperBound } from './row-order.ts';

/** ORDER BY time: rows wait for the watermark and come out in order; by processing time they are in order, and only further columns need sorting. */
export function createTemporalSort(node: TemporalSort, context: OperatorContext, next: Port): StreamOperator {
  const fields = node.inputs[0]!.fields;
  const { column } = node.order[0]!;
  const isClock = isProctime(fields[column]!.type);
  if (isClock && node.order.length === 1) return { ports: [next], ...STATELESS };
  const order = isClock ? node.order.slice(1) : node.order;
  const compare = rowOrder(
    order,
    order.map((k) => fields[k.column]!.type),
    context.code,
  );
  let rows: Row[] = [];
  let fired = -Infinity;
  let flushMs = Infinity;
  const timeOf = (row: Row): number => row[column] as number;
  const send = (count: number): void => {
    const due = rows.splice(0, count);
    for (const row of due) next.row(INSERT, row);
  };
  const take = (row: Row): void => {
    if (!isClock && timeOf(row) <= fired) {
      context.reporter?.late(INSERT, row, timeOf(row));
      return;
    }
    if (isClock && rows.length === 0) flushMs = context.nowMs() + 1;
    rows.splice(upperBound(rows, row, compare), 0, row);
    context.reporter?.timer(isClock ? flushMs : timeOf(row));
  };
  return {
    ports: [
      {
        row: (_, row) => take(row),
        watermark: (ms) => {
          if (!isClock) {
            let count = 0;
            while (count < rows.length && timeOf(rows[count]!) <= ms) count++;
            if (count > 0) fired = timeOf(rows[count - 1]!);
            send(count);
          }
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => rows.length,
    snapshot: () => ({ rows: [...rows], fired, flushMs }),
    restore: (state) => {
      const saved = state as { rows: Row[]; fired: number; flushMs: number };
      rows = [...saved.rows];
      fired = saved.fired;
      flushMs = saved.flushMs;
    },
    inspect: () => ({
      tables: [rowTable('dataState', rows, fields, context.zone)],
      timersMs: [],
    }),
    ...(isClock
      ? {
          nextClockMs: () => flushMs,
          onClock: () => {
            flushMs = Infinity;
            send(rows.length);
          },
        }
      : {}),
  };
}
