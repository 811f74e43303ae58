import { compileCondition } from '../compile/closure.ts';
import type { ChangelogNormalize } from '../plan/physical.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import { sameValue } from '../values/compare.ts';
import { expiring, type Stamped } from './expiring.ts';
import { Lifetimes, printRow, stateTable } from './inspect.ts';

interface Kept extends Stamped {
  row: Row;
}

/** Turns upserts by key into a full changelog: keeps the last row of every key (Flink's ProcTimeDeduplicateKeepLastRowFunction in changelog mode). */
export function createChangelogNormalize(
  node: ChangelogNormalize,
  ttlMs: number,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const plainStore = keyedStore<Kept>(
    node.key,
    node.key.map((k) => node.fields[k]!.type),
    context.code,
  )();
  const store = expiring(plainStore, ttlMs, context.nowMs);
  let watermarkMs: number | null = null;
  const passes =
    node.condition && compileCondition(node.condition, { ...context, watermarkMs: () => watermarkMs });
  const report = context.reporter;
  const same = (a: Row, b: Row): boolean => a.every((v, i) => sameValue(v, b[i]!));
  const copy = (entry: Kept): Kept => ({ ...entry });
  return {
    ports: [
      {
        row: (kind, row) => {
          const entry = store.get(row);
          const isDelete = kind === 1 || kind === 3;
          if (isDelete || (passes && !passes(row))) {
            if (entry) {
              store.remove(row);
              report?.clear();
              next.row(3, entry.row);
            } else if (isDelete) report?.ignored(kind, row);
            else report?.filtered(kind, row);
            return;
          }
          if (!entry) {
            store.set(row, { row });
            next.row(0, row);
            return;
          }
          if (ttlMs <= 0 && same(entry.row, row)) return;
          const before = entry.row;
          entry.row = row;
          if (ttlMs > 0) store.set(row, entry);
          if (node.generateUpdateBefore) next.row(1, before);
          next.row(2, row);
        },
        watermark: (ms) => {
          watermarkMs = ms;
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => store.size(),
    snapshot: () => [plainStore.export(copy), watermarkMs],
    restore: (state) => {
      const [rows, ms] = state as readonly [unknown, number | null];
      plainStore.import(rows, copy);
      watermarkMs = ms;
    },
    inspect: () => {
      const rows: (string | null)[][] = [];
      const lives = new Lifetimes(ttlMs);
      store.forEach(({ row, writtenMs }) => {
        lives.add(writtenMs);
        if (rows.length < 200) rows.push(printRow(row, node.fields, context.zone));
      });
      return {
        tables: [
          stateTable(
            'deduplicate-state',
            node.fields.map((f) => f.name),
            0,
            rows,
            store.size(),
            lives,
          ),
        ],
        timersMs: [],
      };
    },
  };
}
