import type { Rank } from '../plan/physical.ts';
import { INSERT, MAX_WATERMARK, type Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import { rowTable } from './inspect.ts';
import { javaQueue } from './java-priority-queue.ts';
import { rowOrder } from './row-order.ts';

/** ORDER BY with LIMIT in batch mode: a heap of the first rows, and one of those of all heaps; which of equal rows stay hangs on both (Flink's SortLimitOperator). */
export function createBatchSortLimit(node: Rank, context: OperatorContext, next: Port): StreamOperator {
  const { fields } = node;
  const { start, end } = node.range;
  const compare = rowOrder(
    node.order,
    node.order.map((k) => fields[k.column]!.type),
    context.code,
  );
  const last = javaQueue<Row>((a, b) => compare(b, a));
  const offer = (heap: Row[], row: Row): void => {
    if (heap.length >= end) {
      if (compare(heap[0]!, row) <= 0) return;
      last.poll(heap);
    }
    last.offer(heap, row);
  };
  let local: Row[] = [];
  const rowsLeft = (): Row[] => {
    const whole: Row[] = [];
    for (const row of local) offer(whole, row);
    return whole.sort(compare).slice(start - 1);
  };
  return {
    ports: [
      {
        row: (_, row) => offer(local, row),
        watermark: (ms) => {
          if (ms < MAX_WATERMARK) return;
          for (const row of rowsLeft()) next.row(INSERT, row);
          local = [];
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => local.length,
    snapshot: () => [...local],
    restore: (state) => {
      local = [...(state as readonly Row[])];
    },
    inspect: () => ({ tables: [rowTable('rows', rowsLeft(), fields, context.zone)], timersMs: [] }),
  };
}
