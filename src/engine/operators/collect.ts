import { type Collect, Mode } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import { INSERT, MAX_WATERMARK, type Port, UPDATE_AFTER } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import { rowTable } from './inspect.ts';
import { rowOrder } from './row-order.ts';

interface Counted {
  row: Row;
  count: number;
}
const copy = (c: Counted): Counted => ({ ...c });

/** Batch mode's end of an updating input: keeps what its changes leave, and sends that once the input has ended. */
export function createCollect(node: Collect, context: OperatorContext, next: Port): StreamOperator {
  const { fields, groups } = node;
  const key = groups ?? fields.map((_, i) => i);
  const store = keyedStore<Counted>(
    key,
    key.map((column) => fields[column]!.type),
    context.code,
  )();
  const compare = rowOrder(
    node.order,
    node.order.map((k) => fields[k.column]!.type),
    context.code,
  );
  /** In the order of their first arrival. */
  let arrived: Counted[] = [];
  const onlyInserts = node.inputs[0]!.mode === Mode.I;
  const take = (kind: number, row: Row): void => {
    if (onlyInserts) {
      arrived.push({ row, count: 1 });
      return;
    }
    const kept = store.get(row);
    const change = kind === INSERT || kind === UPDATE_AFTER ? 1 : -1;
    if (kept === undefined) {
      const made = { row, count: change };
      store.set(row, made);
      arrived.push(made);
      return;
    }
    kept.count += change;
    if (groups === null && kept.count === 0) store.remove(row);
    else if (change > 0) kept.row = row;
  };
  const rowsLeft = (): Row[] => {
    const rows: Row[] = [];
    for (const { row, count } of arrived) for (let i = 0; i < count; i++) rows.push(row);
    if (rows.length === 0 && node.whenEmpty) rows.push(node.whenEmpty);
    return node.order.length > 0 ? rows.sort(compare) : rows;
  };
  return {
    ports: [
      {
        row: take,
        watermark: (ms) => {
          if (ms < MAX_WATERMARK) return;
          for (const row of rowsLeft()) next.row(INSERT, row);
          store.clear();
          arrived = [];
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => (onlyInserts ? arrived.length : store.size()),
    snapshot: () => arrived.filter((c) => c.count !== 0).map(copy),
    restore: (state) => {
      arrived = (state as readonly Counted[]).map(copy);
      store.clear();
      if (!onlyInserts) for (const c of arrived) store.set(c.row, c);
    },
    inspect: () => {
      const rows = rowsLeft();
      return {
        tables: [rowTable('rows', rows, fields, context.zone)],
        timersMs: [],
      };
    },
  };
}
