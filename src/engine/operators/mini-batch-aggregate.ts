import type { GroupAggregate, LocalGroupAggregate, PhysicalNode } from '../plan/physical.ts';
import { type KeyedStore, keyedStore } from '../runtime/keyed-store.ts';
import { DELETE, INSERT, type Port, UPDATE_AFTER, UPDATE_BEFORE } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import type { Row, Value } from '../types/logical-type.ts';
import { accumulators, bindCalls, type Group } from './accumulators.ts';
import { type Bundled, bundlePort, createBundle } from './bundle.ts';
import { expiring, type Stamped } from './expiring.ts';
import { Lifetimes, printRow, stateTable } from './inspect.ts';
import { javaHashOrder } from './java-hash-order.ts';

const takesBack = (kind: number): boolean => kind === UPDATE_BEFORE || kind === DELETE;

/** Folds a bundle by key and sends one partial result for each: the key, the values so far (for people), and the functions' state as last cell. */
export function createLocalGroupAggregate(
  node: LocalGroupAggregate,
  size: number,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const fields = node.inputs[0]!.fields;
  const acc = accumulators(bindCalls(node.calls, fields, null), node.groups, context);
  const makeStore = keyedStore<Group & { key: Row }>(
    node.groups,
    node.groups.map((g) => fields[g]!.type),
    context.code,
  );
  let store: KeyedStore<Group & { key: Row }> = makeStore();
  let count = 0;
  const hashOrder = javaHashOrder(
    node.groups,
    node.groups.map((g) => fields[g]!.type),
  );
  const flush = (): void => {
    if (count === 0) return;
    const done = store;
    store = makeStore();
    count = 0;
    const groups: (Group & { key: Row })[] = [];
    done.forEach((group) => void groups.push(group));
    const sorted = hashOrder ? hashOrder.sort(groups, (group) => group.key) : groups;
    for (const group of sorted)
      next.row(INSERT, [...acc.result(group, group.key), group as unknown as Value]);
  };
  const copy = (g: Group & { key: Row }): Group & { key: Row } => Object.assign(acc.copy(g), { key: g.key });
  return {
    ports: [
      {
        row: (kind, row) => {
          let group = store.get(row);
          if (group === undefined) {
            group = Object.assign(acc.create(), { key: row });
            store.set(row, group);
          }
          if (takesBack(kind)) {
            group.n--;
            acc.retract(group, row);
          } else {
            group.n++;
            acc.add(group, row);
          }
          if (++count >= size) flush();
        },
        watermark: (ms) => {
          flush();
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => store.size(),
    snapshot: () => ({ count, store: store.export(copy) }),
    restore: (state) => {
      const saved = state as { count: number; store: unknown };
      count = saved.count;
      store.import(saved.store, copy);
    },
    inspect: () => {
      const rows: (string | null)[][] = [];
      store.forEach((group) => {
        if (rows.length < 200) rows.push(printRow(acc.result(group, group.key), node.fields, context.zone));
      });
      return {
        tables: [
          stateTable(
            'bundle',
            node.fields.map((f) => f.name),
            node.groups.length,
            rows,
            store.size(),
          ),
        ],
        timersMs: [],
      };
    },
  };
}

interface Sums extends Stamped {
  readonly group: Group;
  out: Row | null;
}

/**
 * A group aggregate that decides once for each key of a bundle, over rows or (as global phase) over partial results. As in Flink up to 2.2, a key with
 * nothing but retractions and no state ends the whole bundle: keys that come after it are lost.
 */
export function createMiniBatchAggregate(
  node: GroupAggregate,
  size: number,
  optionTtlMs: number,
  context: OperatorContext,
  next: Port,
): StreamOperator {
  const ttlMs = node.ttl?.ms ?? optionTtlMs;
  const input = node.inputs[0]!;
  const local = node.kind === 'GlobalGroupAggregate' ? localBelow(node) : null;
  const calls = local
    ? bindCalls(local.calls, local.inputs[0]!.fields, null)
    : bindCalls(node.calls, input.fields, null);
  const acc = accumulators(calls, node.groups, context);
  const types = node.groups.map((g) => input.fields[g]!.type);
  const plainStore = keyedStore<Sums>(node.groups, types, context.code)();
  const store = expiring(plainStore, ttlMs, context.nowMs);
  const width = node.fields.length;
  const result = (group: Group, row: Row): Row => acc.result(group, row).slice(0, width);
  const send = (before: Sums | undefined, group: Group, row: Row): void => {
    if (group.n === 0) {
      if (!before) return;
      store.remove(row);
      context.reporter?.clear();
      next.row(DELETE, before.out!);
      return;
    }
    const after = result(group, row);
    const old = before?.out ?? null;
    store.set(row, { group, out: after });
    if (old === null) next.row(INSERT, after);
    else if (ttlMs > 0 || !acc.same([...old, null], [...after, null])) {
      if (node.generateUpdateBefore) next.row(UPDATE_BEFORE, old);
      next.row(UPDATE_AFTER, after);
    }
  };
  const process = (keys: readonly Bundled[]): void => {
    for (const { changes } of keys) {
      const first = changes[0]!.row;
      const before = store.get(first);
      const group = before ? before.group : acc.create();
      if (local) {
        for (const { row } of changes) acc.merge(group, row[row.length - 1] as unknown as Group);
      } else {
        const from = before ? 0 : changes.findIndex((c) => !takesBack(c.kind));
        if (from < 0) return;
        for (const { kind, row } of changes.slice(from)) {
          group.n += takesBack(kind) ? -1 : 1;
          if (takesBack(kind)) acc.retract(group, row);
          else acc.add(group, row);
        }
      }
      send(before, group, first);
    }
  };
  const bundle = createBundle(node.groups, types, size, context, process);
  const copy = (s: Sums): Sums => ({ ...s, group: acc.copy(s.group) });
  return {
    ports: [bundlePort(bundle, next)],
    size: () => plainStore.size(),
    snapshot: () => ({ bundle: bundle.snapshot(), store: plainStore.export(copy) }),
    restore: (state) => {
      const saved = state as { bundle: unknown; store: unknown };
      plainStore.import(saved.store, copy);
      bundle.restore(saved.bundle);
    },
    inspect: () => {
      const rows: (string | null)[][] = [];
      const lives = new Lifetimes(ttlMs);
      plainStore.forEach((s) => {
        lives.add(s.writtenMs);
        if (rows.length < 200) rows.push(printRow(s.out!, node.fields, context.zone));
      });
      return {
        tables: [
          stateTable(
            'accState',
            node.fields.map((f) => f.name),
            node.groups.length,
            rows,
            plainStore.size(),
            lives,
          ),
        ],
        timersMs: [],
      };
    },
  };
}

/** The local phase whose partial results a node reads. */
export function localBelow(node: PhysicalNode): LocalGroupAggregate {
  let below = node.inputs[0]!;
  while (below.kind !== 'LocalGroupAggregate') below = below.inputs[0]!;
  return below;
}
