import type { LookupJoin } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import { sameValue } from '../values/compare.ts';
import { printRow, stateTable } from './inspect.ts';
import { joinTest, nullKeyTest, nullRow, rowJoiner } from './join-parts.ts';

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
    context.canGenerate,
    node.rightKeys,
  )();
  const test = joinTest(node.residual, left.fields.length, context);
  const joined = rowJoiner(left.fields.length, right.fields.length, context.canGenerate);
  const hasNullKey = nullKeyTest(node.leftKeys, node.filterNulls);
  const nothing = nullRow(right.fields.length);
  const keepsLeft = node.joinType === 'left';
  const isSame = (a: Row, b: Row): boolean => a.every((v, i) => sameValue(v, b[i]!));
  const copy = (found: Found): Found => ({ rows: [...found.rows] });
  return {
    ports: [
      {
        row: (kind, row) => {
          const found = hasNullKey(row) ? undefined : store.get(row);
          let isMatched = false;
          if (found) {
            for (const partner of found.rows) {
              if (test !== null && !test(row, partner)) continue;
              isMatched = true;
              next.row(kind, joined(row, partner));
            }
          }
          if (isMatched) return;
          if (keepsLeft) next.row(kind, joined(row, nothing));
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
    size: () => store.size(),
    snapshot: () => store.export(copy),
    restore: (state) => store.import(state, copy),
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
