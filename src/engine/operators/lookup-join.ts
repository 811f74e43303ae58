import { shortestUpsertKey } from '../plan/keys.ts';
import type { LookupJoin } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import { DELETE, type Port, UPDATE_BEFORE } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import { sameValue } from '../values/compare.ts';
import { inputView } from './input-view.ts';
import { printRow, stateTable } from './inspect.ts';
import { joinTest, nullKeyTest, nullRow, pairEmitter } from './join-parts.ts';

interface Found {
  rows: Row[];
}

/**
 * A lookup join: every left row, retractions included, asks the table for the rows that stand in it now. The table itself is the second input; it
 * forgets a row only by its -U or -D, and its changes send nothing.
 */
export function createLookupJoin(node: LookupJoin, context: OperatorContext, next: Port): StreamOperator {
  const [left, right] = [node.inputs[0]!, node.inputs[1]!];
  const store = keyedStore<Found>(
    node.leftKeys,
    node.leftKeys.map((k) => left.fields[k]!.type),
    context.code,
    node.rightKeys,
  )();
  const views = [inputView(left, null, context), inputView(right, null, context)] as const;
  const test = joinTest(node.residual, ...views, context);
  const emit = pairEmitter(...views, null, context, next);
  const hasNullKey = nullKeyTest(node.leftKeys, node.filterNulls);
  const nothing = nullRow(right.fields.length);
  const keepsLeft = node.joinType === 'left';
  const isSame = (a: Row, b: Row): boolean => a.every((v, i) => sameValue(v, b[i]!));
  const leftKey = node.upsertMaterialize ? (shortestUpsertKey(left) ?? left.fields.map((_, i) => i)) : null;
  const remembered =
    leftKey &&
    keyedStore<Found>(
      leftKey,
      leftKey.map((k) => left.fields[k]!.type),
      context.code,
    )();
  const rememberedOf = (row: Row): Found => {
    const made: Found = { rows: [] };
    remembered!.set(row, made);
    return made;
  };
  /** A retraction does not ask again: it takes back what its key found last. */
  const takeBack = (row: Row): void => {
    const memory = remembered!.get(row);
    remembered!.remove(row);
    if (memory && memory.rows.length > 0) for (const partner of memory.rows) emit(DELETE, row, partner);
    else if (keepsLeft) emit(DELETE, row, nothing);
  };
  const copy = (found: Found): Found => ({ rows: [...found.rows] });
  return {
    ports: [
      {
        row: (kind, row) => {
          if (remembered && (kind === UPDATE_BEFORE || kind === DELETE)) {
            takeBack(row);
            return;
          }
          const found = hasNullKey(row) ? undefined : store.get(row);
          let isMatched = false;
          const memory = remembered && rememberedOf(row);
          if (found) {
            for (const partner of found.rows) {
              if (test !== null && !test(row, partner)) continue;
              isMatched = true;
              memory?.rows.push(partner);
              emit(kind, row, partner);
            }
          }
          if (isMatched) return;
          if (keepsLeft) emit(kind, row, nothing);
          else context.reporter?.filtered(kind, row);
        },
        watermark: next.watermark,
        idle: next.idle,
      },
      {
        row: (kind, row) => {
          let found = store.getOther(row);
          if (found === undefined) store.setOther(row, (found = { rows: [] }));
          if (kind === 0 || kind === 2) {
            found.rows.push(row);
            return;
          }
          const at = found.rows.findIndex((r) => isSame(r, row));
          if (at >= 0) found.rows.splice(at, 1);
        },
        watermark() {},
        idle() {},
      },
    ],
    size: () => store.size() + (remembered?.size() ?? 0),
    snapshot: () => ({ table: store.export(copy), remembered: remembered?.export(copy) ?? null }),
    restore: (state) => {
      const saved = state as { table: unknown; remembered: unknown };
      store.import(saved.table, copy);
      remembered?.import(saved.remembered, copy);
    },
    inspect: () => {
      const rows: (string | null)[][] = [];
      let size = 0;
      store.forEach((found) => {
        size += found.rows.length;
        for (const row of found.rows)
          if (rows.length < 200) rows.push(printRow(row, right.fields, context.zone));
      });
      return {
        tables: [
          stateTable(
            node.table.path[2],
            right.fields.map((f) => f.name),
            0,
            rows,
            size,
          ),
        ],
        timersMs: [],
      };
    },
  };
}
